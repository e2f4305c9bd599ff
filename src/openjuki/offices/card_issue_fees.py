"""What a card costs, as each town's ordinance sets it (カード交付手数料, Local Autonomy Act art. 227, 228; facts of domain 5.3).

Until a town writes down its own, 500 yen for a card, again for another one, and 500 yen for a certificate: what most towns took.
"""

import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, age_on
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.record import ResidentRecord

SCRIPT = "CREATE TABLE card_fee (since TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID"
USUAL_YEN, YEN_MAX = 500, 10_000


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


def set_fees(transaction: Transaction, since: datetime.date, rule: FeeRule) -> None:
    """From that day on the ordinance says so. InvalidInput for an amount below 0 or above 10,000 yen."""
    if not all(0 <= yen <= YEN_MAX for yen in (rule.first_yen, rule.again_yen, rule.certificate_yen)):
        remedy = Say("Read the ordinance again.", "条例の額を確かめてください。")
        raise InvalidInput("fee", Say("is no fee for a card.", "カードの手数料の額ではありません。"), remedy)
    transaction.execute("INSERT OR REPLACE INTO card_fee VALUES (?, ?)", (since.isoformat(), _encode(rule)))


def rule_on(transaction: Transaction, day: datetime.date) -> FeeRule:
    """The fees that hold on a day."""
    body = transaction.value("SELECT body FROM card_fee WHERE since <= ? ORDER BY since DESC LIMIT 1", day.isoformat())
    return FeeRule() if body is None else _decode(body)


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
