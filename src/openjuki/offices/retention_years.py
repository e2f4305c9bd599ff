"""How many years a municipality keeps what no order names a term for, as its ordinance says (保存年限の条例; 令34).

Until it has set one, the usual years of law/retention_terms.py hold. Each setting is a new version, the newest holds, none is taken away.
"""

from typing import NamedTuple

from openjuki.law.retention_terms import TERMS, SweepRule, Years
from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say

SCRIPT = """
CREATE TABLE retention_years (version INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, operator TEXT NOT NULL, rule TEXT NOT NULL,
  years INTEGER NOT NULL, why TEXT NOT NULL);
CREATE TRIGGER retention_years_no_update BEFORE UPDATE ON retention_years
  BEGIN SELECT RAISE(ABORT, 'retention_years is append-only'); END;
CREATE TRIGGER retention_years_no_delete BEFORE DELETE ON retention_years
  BEGIN SELECT RAISE(ABORT, 'retention_years is append-only'); END"""

WHY_MAX = 200


class YearsSet(NamedTuple):
    """What a municipality sets: for what is swept by which rule, how many whole years, by which ordinance."""

    rule: SweepRule
    years: int
    why: str


def set_years(transaction: Transaction, office: Office, operator: str, what: YearsSet) -> None:
    """From now on the ordinance says so. InvalidInput for a rule that an order sets, years out of its bounds, or no ordinance."""
    bounds = TERMS[what.rule].by_ordinance
    if bounds is None:
        reason = Say("is set by an order, or by no ordinance of a municipality.", "条例で定める保存年限ではありません。")
        raise InvalidInput("rule", reason, Say("See docs/retention.md.", "docs/retention.md を確かめてください。"))
    _check(what, bounds)
    now_ms = office.clock.wall_ms()
    sql = "INSERT INTO retention_years (at_ms, operator, rule, years, why) VALUES (?, ?, ?, ?, ?)"
    transaction.execute(sql, (now_ms, operator, what.rule.value, what.years, what.why))
    outbox.record(transaction, now_ms, "retention:years:set", operator, f"{what.rule} {what.years}")


def _check(what: YearsSet, bounds: Years) -> None:
    if not bounds.least <= what.years <= bounds.most:
        ends = Say(f"Give {bounds.least} to {bounds.most} years.", f"{bounds.least}年から{bounds.most}年までとしてください。")
        raise InvalidInput("years", Say("are out of bounds.", "が範囲外です。"), ends)
    if not 0 < len(what.why.strip()) <= WHY_MAX:
        reason = Say("is missing or too long: which ordinance says so.", "がないか、長すぎます。")
        raise InvalidInput("why", reason, Say("Name the ordinance.", "条例の番号を入力してください。"))


def years_of(transaction: Transaction, rule: SweepRule) -> int:
    """How many years hold for a rule that an ordinance may set."""
    bounds = TERMS[rule].by_ordinance
    assert bounds is not None  # noqa: S101 - asked by the sweeps of such rules alone
    years = transaction.value("SELECT years FROM retention_years WHERE rule = ? ORDER BY version DESC LIMIT 1", rule.value)
    return bounds.usual if years is None else int(years)
