"""What a card costs, as each town's ordinance sets it (カード交付手数料, Local Autonomy Act art. 227, 228; facts of domain 5.3).

Until a town writes down its own, 500 yen for a card, again for another one, and 500 yen for a certificate: what most towns took.
Every change is a new version from a day on; of those from one day the newest counts. A version undone is a new one that says what held
before it.
"""

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, age_on
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.record import ResidentRecord

SCRIPT = "CREATE TABLE card_fee (since TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID"
VERSION_SCRIPT = """
CREATE TABLE card_fee_version (version INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, operator TEXT NOT NULL, since TEXT NOT NULL,
  why TEXT NOT NULL, body BLOB NOT NULL);
CREATE TRIGGER card_fee_version_no_update BEFORE UPDATE ON card_fee_version
  BEGIN SELECT RAISE(ABORT, 'card_fee_version is append-only'); END;
CREATE TRIGGER card_fee_version_no_delete BEFORE DELETE ON card_fee_version
  BEGIN SELECT RAISE(ABORT, 'card_fee_version is append-only'); END;
INSERT INTO card_fee_version (at_ms, operator, since, why, body) SELECT 0, '', since, '', body FROM card_fee;
DROP TABLE card_fee"""
"""What the first script made held one row for a day, without who and why."""
USUAL_YEN, YEN_MAX, WHY_MAX, AGE_MAX = 500, 10_000, 200, 120


class Exemption(StrEnum):
    """Why a fee may be waived, if the ordinance knows it."""

    AGED = "aged"
    WELFARE = "welfare"
    DISABILITY = "disability"
    OFFICES_FAULT = "offices-fault"
    """The office's own fault: waived everywhere."""


class FeeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One town's fees: yen for a first card, for another one, for a certificate; who is exempt, `aged` from which age on."""

    first_yen: int = USUAL_YEN
    again_yen: int = USUAL_YEN
    certificate_yen: int = USUAL_YEN
    exempt: frozenset[Exemption] = frozenset()
    aged_from: int = 65


class Fee(NamedTuple):
    """What is to be paid at the hand-over, in yen."""

    card_yen: int
    certificate_yen: int

    @property
    def total_yen(self) -> int:
        """Both."""
        return self.card_yen + self.certificate_yen


_decode = msgspec.msgpack.Decoder(FeeRule).decode
_encode = msgspec.msgpack.Encoder().encode


class FeeVersion(NamedTuple):
    """One version: its number, when it was entered (wall clock, ms) and by whom, from which day it holds, why, what it says."""

    version: int
    at_ms: int
    operator: str
    since: datetime.date
    why: str
    rule: FeeRule


class FeeChange(NamedTuple):
    """What a town sets: from which day on, by which ordinance or for which reason, which fees."""

    since: datetime.date
    why: str
    rule: FeeRule


def set_fees(transaction: Transaction, office: Office, operator: str, change: FeeChange) -> None:
    """From that day on the ordinance says so. InvalidInput for an amount below 0 or above 10,000 yen, an age, a day gone by, no reason."""
    rule = change.rule
    for item, yen in (("first_yen", rule.first_yen), ("again_yen", rule.again_yen), ("certificate_yen", rule.certificate_yen)):
        if not 0 <= yen <= YEN_MAX:
            raise _unfit(item, "is no fee for a card: 0 to 10,000 yen.", "カードの手数料の額ではありません（0円から10,000円まで）。")
    if not 0 < rule.aged_from <= AGE_MAX:
        raise _unfit("aged_from", "is no age.", "年齢が正しくありません。")
    if change.since < office.today():
        raise _unfit("since", "lies in the past: fees taken stay as they were.", "過去の日です。収納済みの手数料は変わりません。")
    if not 0 < len(change.why) <= WHY_MAX:
        raise _unfit("why", "the ordinance or the reason is missing.", "条例の番号又は変更の理由がありません。")
    sql = "INSERT INTO card_fee_version (at_ms, operator, since, why, body) VALUES (?, ?, ?, ?, ?)"
    now_ms = office.clock.wall_ms()
    transaction.execute(sql, (now_ms, operator, change.since.isoformat(), change.why, _encode(rule)))
    outbox.record(transaction, now_ms, "card:fees", operator, f"since {change.since}")


def undo(transaction: Transaction, office: Office, operator: str, version: int) -> None:
    """Undo the newest version: a new one from its day on (today, if that has come) that says what held before.

    Conflict if it is not the newest any more.
    """
    known = versions(transaction)
    if not known or known[0].version != version:
        reason = Say("it is not the newest version any more.", "最新の版ではありません。")
        raise Conflict("fee", reason, Say("Look at the list again.", "一覧を確かめてください。"))
    since = max(known[0].since, office.today())
    why = f"第{version}版の取消し / version {version} undone"
    set_fees(transaction, office, operator, FeeChange(since, why, _rule(known[1:], since)))


def versions(transaction: Transaction) -> list[FeeVersion]:
    """All versions, the newest first."""
    rows = transaction.all("SELECT version, at_ms, operator, since, why, body FROM card_fee_version ORDER BY version DESC")
    return [FeeVersion(row[0], row[1], row[2], datetime.date.fromisoformat(row[3]), row[4], _decode(row[5])) for row in rows]


def rule_on(transaction: Transaction, day: datetime.date) -> FeeRule:
    """The fees that hold on a day."""
    return _rule(versions(transaction), day)


def _rule(known: Sequence[FeeVersion], day: datetime.date) -> FeeRule:
    held = [one for one in known if one.since <= day]
    return max(held, key=lambda one: (one.since, one.version)).rule if held else FeeRule()


def _unfit(item: str, en: str, ja: str) -> InvalidInput:
    return InvalidInput(item, Say(en, ja), Say("Read the ordinance again.", "条例を確かめてください。"))


class Charged(NamedTuple):
    """What is charged for: a first card or another one, with or without a certificate, and why nothing should be."""

    again: bool
    jpki: bool
    exemption: Exemption | None


def fee_of(transaction: Transaction, record: ResidentRecord, charged: Charged, day: datetime.date) -> Fee:
    """What a card costs this person. InvalidInput for an exemption that the ordinance does not know or the age does not bear out."""
    rule, exemption = rule_on(transaction, day), charged.exemption
    certificate_yen = rule.certificate_yen if charged.jpki else 0
    if exemption is None:
        return Fee(rule.again_yen if charged.again else rule.first_yen, certificate_yen)
    known = exemption is Exemption.OFFICES_FAULT or exemption in rule.exempt
    if not known or (exemption is Exemption.AGED and _age(record, day) < rule.aged_from):
        reason = Say("does not apply here.", "この市区町村の条例では免除されません。")
        raise InvalidInput("exemption", reason, Say("Take the fee, or see the ordinance.", "手数料を徴収するか、条例を確かめてください。"))
    return Fee(0, certificate_yen)


def _age(record: ResidentRecord, day: datetime.date) -> int:
    """Full years that the person surely has; 0 if the birth date is not known."""
    age = age_on(DateText(record.birth), day)
    return age[0] if age else 0
