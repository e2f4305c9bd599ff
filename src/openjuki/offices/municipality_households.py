"""Households: who joins, who leaves, who heads those who stay (世帯の異動, Act art. 7 item 4, 25; standard 4.0.2, 4.0.4)."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, resident
from openjuki.offices.store import Transaction
from openjuki.register import household
from openjuki.register.addresses import Address
from openjuki.register.dates import DateText
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.household import HOUSEHOLDER, Member, Relationship
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class Relation(msgspec.Struct, frozen=True):
    """What a person (named by code) is to the householder from now on."""

    code: str
    relationship: str


class Staying(msgspec.Struct, frozen=True):
    """What was notified of those who stay when a householder leaves: the new householder's code, and what the others are to them."""

    householder: str = ""
    relations: tuple[Relation, ...] = ()


NOBODY_NOTIFIED = Staying()


def member(record: ResidentRecord) -> Member:
    """A record as order and succession ask for it."""
    return Member(str(record.person), Relationship(record.relationship), DateText(record.birth))


def head_of(transaction: Transaction, number: int) -> ResidentRecord | None:
    """The householder of a household; None if nobody is."""
    return next((record for record in municipality.members(transaction, number) if record.relationship == HOUSEHOLDER), None)


def settle(transaction: Transaction, numbers: Iterable[int]) -> None:
    """Write down who heads each household after an event; InvalidInput if two members do."""
    for number in sorted(set(numbers)):
        heads = [record.person for record in municipality.members(transaction, number) if record.relationship == HOUSEHOLDER]
        if len(heads) > 1:
            reason = Say("several members would be householder.", "世帯主が二人以上になります。")
            remedy = Say("Enter the change of householder with it, or annul that too.", "世帯主変更も併せて処理するか取り消してください。")
            raise InvalidInput("householder", reason, remedy)
        municipality.set_householder(transaction, number, heads[0] if heads else None)


def place(transaction: Transaction, relationships: Sequence[str], household_of: str, address: Address | None = None, kept: int = 0) -> int:
    """The household that arrivals enter: that of the resident `household_of`, or `kept`, their own, or if that is 0 a new one.

    InvalidInput unless one of them is householder, or none if they join one; and if the household joined lives at another `address`
    (standard 4.0.2, 4.1.4.1).
    """
    heads = [household.relationship(text) for text in relationships].count(HOUSEHOLDER)
    if not household_of:
        _require(heads == 1, Say("a household of one's own needs exactly one householder.", "新しい世帯には世帯主が一人必要です。"))
        return kept or municipality.new_household(transaction)
    host = resident(transaction, household_of, "household_of")
    _require(heads == 0, Say("the household joined has its own householder.", "入る世帯には既に世帯主がいます。"))
    if address is not None and host.address != address:
        reason = Say("the household joined lives at another address.", "入る世帯の住所と異なります。")
        raise InvalidInput(
            "address", reason, Say("Give that household's address as recorded.", "世帯の住所（方書を含む）と同じにしてください。")
        )
    return host.household


def _require(fits: bool, reason: Say) -> None:
    if not fits:
        raise InvalidInput("relationship", reason, Say("Correct the relationships.", "続柄を直してください。"))


def succeed(transaction: Transaction, filing: Filing, number: int, leaving: Collection[int], staying: Staying) -> list[ResidentRecord]:
    """Give those who stay in a household their new householder, if `leaving` takes the old one; to be called before they leave.

    InvalidInput if two or more stay and none was named, or if a relationship to the new householder is missing (standard 4.0.4).
    """
    before = municipality.members(transaction, number)
    codes = {record.code: record for record in before}
    chosen = codes.get(staying.householder)
    if staying.householder and chosen is None:
        reason = Say("the person named is not of this household.", "指定された者はこの世帯の世帯員ではありません。")
        raise InvalidInput("householder", reason, Say("Name a member who stays.", "残る世帯員から選んでください。"))
    gone = [str(person) for person in leaving]
    found = household.succession([member(record) for record in before], gone, str(chosen.person) if chosen else "")
    if not found.becomes:
        return []
    given = {relation.code: household.relationship(relation.relationship) for relation in staying.relations}
    ex_officio = found.ex_officio or filing.ex_officio
    filing = filing._replace(reason=Reason.CORRECTION_EX_OFFICIO, cause=Cause.HOUSEHOLDER_CHANGE, ex_officio=ex_officio)
    changed = []
    for record in before:
        if record.person not in leaving:
            words = HOUSEHOLDER if str(record.person) == found.becomes else given.get(record.code)
            changed.append(relate(transaction, filing, record, words))
    if found.ex_officio:
        municipality.print_slip(transaction, filing.office, int(found.becomes), "householder-changed")
    return changed


def part(transaction: Transaction, filing: Filing, movers: Sequence[ResidentRecord], new: int, staying: Staying) -> set[int]:
    """`succeed` for every household that some of the movers leave for the household `new`; returns all households they were of."""
    old = {record.household for record in movers}
    for number in sorted(old - {new}):
        succeed(transaction, filing, number, {record.person for record in movers if record.household == number}, staying)
    return old


def relate(transaction: Transaction, filing: Filing, record: ResidentRecord, words: Relationship | None) -> ResidentRecord:
    """Enter what a member is to the householder from now on; InvalidInput if nothing was given."""
    if words is None:
        reason = Say("a member's relationship to the new householder is missing.", "新しい世帯主との続柄がない世帯員がいます。")
        raise InvalidInput("relationship", reason, Say("Give it for every member who stays.", "残る世帯員全員の続柄を入力してください。"))
    if record.relationship == words:
        return record
    return filing.enter(transaction, record.person, EventKind.CHANGE, Items(relationship=words))
