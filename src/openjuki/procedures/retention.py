"""Retention sweep: what the orders let go is taken away, by a role that can nothing else (保存期間経過後の消去; 令30の6, 30の11, 34).

municipality
  0 set_years  how long what no order names a term for is kept, by its ordinance; never by who sweeps

prefecture, centre or municipality
  1 order      an operator of the role "retention" names a day; without `really` it is only counted what would go
  2 sweep      one batch after the other, each with its traces in one transaction
  3 report     how much went under which rule

What goes when, and by whose word: law/retention_terms.py, docs/retention.md.
"""

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.offices import retention_trace, retention_years
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.retention_batch import Sweep, Swept
from openjuki.offices.retention_role import HUB, MUNICIPALITY, SweepWork
from openjuki.offices.retention_years import YearsSet
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Reason, Refused, Say

ROLE = "retention"
"""Role of operators whose name begins with it and a hyphen: they may order sweeps, and nothing else at any office."""
Tell = Callable[[int, int], None]
"""Told (kinds of sweep done, all kinds) after each batch."""


class SweepOrder(NamedTuple):
    """Who orders what: the day by whose rule is swept, and whether anything is taken away or only counted."""

    on: datetime.date
    ordered_by: str
    really: bool = False


class SweepCount(NamedTuple):
    """How many rows of a table went, or would go, under one rule."""

    rule: str
    article: str
    table: str
    rows: int


def may_only_sweep(operator: str) -> bool:
    """Whether an operator is of the role of sweeps."""
    return operator.startswith(f"{ROLE}-")


def check_role(operator: str, *, sweeps: bool) -> None:
    """Raises Refused unless who sweeps is of the role, and who does anything else is not."""
    if may_only_sweep(operator) is not sweeps:
        raise Refused(Reason.NO_OPERATOR, "Act art. 30-29")


def set_years(office: Office, operator: str, what: YearsSet, then: Then) -> None:
    """Step 0, municipality: an ordinance's years; `then` gets None, or an OpenJukiError. Raises Refused for the role of sweeps."""
    check_role(operator, sweeps=False)
    if office.kind is not OfficeKind.MUNICIPALITY:
        raise Refused(Reason.WRONG_OFFICE, "令34")
    office.require_ready()
    office.write(lambda transaction: retention_years.set_years(transaction, office, operator, what), then)


def sweep(office: Office, order: SweepOrder, sweeps: Sequence[Sweep], tell: Tell, then: Then) -> None:
    """Steps 1 to 3, `sweeps` one after the other; `then` gets the SweepCounts, or an OpenJukiError: what had gone until then is gone, with
    its trace.

    Raises Refused for an operator of another role or an office that sweeps nothing, InvalidInput for a day to come.
    """
    check_role(order.ordered_by, sweeps=True)
    if not sweeps:
        raise Refused(Reason.WRONG_OFFICE, "令30の6, 30の11, 34")
    if order.really and order.on > office.today():
        reason = Say("lies after today.", "未来の日付です。")
        raise InvalidInput("date", reason, Say("Count only, or sweep by the rule of today.", "試算とするか、本日以前を指定してください。"))
    office.require_ready()
    _go_on(office, order, sweeps, 0, 0, {}, tell, then)


def _go_on(
    office: Office, order: SweepOrder, sweeps: Sequence[Sweep], kind: int, after: int, counts: dict[tuple[str, str, str], int], tell: Tell,
    then: Then,
) -> None:  # fmt: skip
    """The next batch, or the report when there is none."""
    tell(kind, len(sweeps))
    if kind == len(sweeps):
        then([SweepCount(*what, count) for what, count in sorted(counts.items())])
        return

    def done(outcome: Any) -> None:
        if failed(outcome):
            then(outcome)
            return
        for removed in outcome.removed:
            what = (str(removed.rule), removed.article, removed.table)
            counts[what] = counts.get(what, 0) + removed.rows
        if outcome.after is None:
            _go_on(office, order, sweeps, kind + 1, 0, counts, tell, then)
        else:
            _go_on(office, order, sweeps, kind, outcome.after, counts, tell, then)

    batch = partial(_batch, office=office, order=order, each=sweeps[kind], after=after)
    rights = MUNICIPALITY if office.kind is OfficeKind.MUNICIPALITY else HUB
    office.write(SweepWork(batch, rights) if order.really else batch, done)


def _batch(transaction: Transaction, office: Office, order: SweepOrder, each: Sweep, after: int) -> Swept:
    """Step 2: one batch, with its traces if anything went."""
    swept = each(transaction, office, order.on, after, order.really)
    for removed in swept.removed if order.really else ():
        retention_trace.write(transaction, office, order.ordered_by, order.on.isoformat(), removed)
    return swept
