"""Notices about address supplements: what a registered domicile's office corrects (附票記載事項通知, Act art. 19(1), (2), (4); 2013-12).

office of the address                       office of the registered domicile
  outbox row (a ToldRows) of an event
          -- AddressSupplementNotice -->
                                            1 notice_arrives    entered, or kept until a clerk has compared it
                                            2 settle            the clerk: whose rows these are, or that they do not fit
          <-- SupplementMismatch --------
  3 mismatch_arrives    a work item: the clerk corrects the record, or tells the resident

No message of this file has a route to or through prefecture and centre. The Act orders the line for 19(1) only; the answer of 19(2) goes
the same way, since nothing says that it must be a letter.
"""

from enum import StrEnum

import msgspec

from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import municipality, outbox, supplement
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.offices.supplement import Clerk, Outcome, Waiting
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, Reason, Refused, Say
from openjuki.register.supplement import Supplement, SupplementMember, ToldRows, domicile_office
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried
from openjuki.wire.speech import encode

_BETWEEN_MUNICIPALITIES = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})


class AddressSupplementNotice(Message, frozen=True):
    """What has to be corrected in an address supplement (Act art. 19(1), (4)): whose, why, and the rows. No code, no number."""

    routes = _BETWEEN_MUNICIPALITIES
    durable = True
    priority = Priority.NOTICE
    told: ToldRows


class Mismatch(StrEnum):
    """What does not agree with the family register (戸籍と合わない事項, Act art. 19(2))."""

    NO_SUCH_REGISTER = "no-such-register"
    NOT_IN_REGISTER = "not-in-register"
    LEFT_REGISTER = "left-register"
    NAME = "name"
    BIRTH = "birth"


class SupplementMismatch(Message, frozen=True):
    """What was told does not agree with the family register (Act art. 19(2)): of which event of the receiver's own, and which item."""

    routes = _BETWEEN_MUNICIPALITIES
    durable = True
    priority = Priority.NOTICE
    size_max = 1_024
    sequence: int
    entered_ms: int
    """Of the event, too: after a restore another one may have its sequence."""
    item: Mismatch


class WaitingDecision(msgspec.Struct, frozen=True):
    """What a clerk found out about rows that wait: they are of a member of a supplement, or `mismatch` says what does not agree."""

    number: int
    supplement: int = 0
    member: int = 0
    mismatch: Mismatch | None = None


def notice_arrives(transaction: Transaction, office: Office, origin: Entry, message: AddressSupplementNotice, carried: Carried) -> None:
    """Step 1, registered domicile: enter the rows; those of nobody known wait, those of somebody who left are sent back (19(2))."""
    told = message.told
    if domicile_office(told.registered_domicile) != office.code:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 19(1)")
    date_text(told.birth, "birth")
    supplement.check_rows(told.rows, origin.code)
    outcome, number = supplement.receive(transaction, office, told, origin.code)
    if outcome is Outcome.LEFT and number:
        _tell_mismatch(transaction, origin.code, told, Mismatch.LEFT_REGISTER)


def settle(office: Office, operator: str, decision: WaitingDecision, then: Then) -> None:
    """Step 2, registered domicile: give rows that wait to a member, or tell what does not agree; `then` gets the `Waiting` or an error."""
    office.require_ready()
    office.write(lambda transaction: _settle(transaction, office, operator, decision), then)


def _settle(transaction: Transaction, office: Office, operator: str, decision: WaitingDecision) -> Waiting:
    if (decision.mismatch is None) == (decision.supplement == 0):
        reason = Say("either a member or what does not agree is needed.", "附票の者か、合わない事項のどちらか一方が必要です。")
        raise InvalidInput("mismatch", reason, Say("Give one of the two.", "どちらか一方を指定してください。"))
    outcome = (decision.mismatch or Outcome.ENTERED).value
    waits = supplement.take_waiting(transaction, office, operator, decision.number, outcome)
    if decision.mismatch is None:
        clerk = Clerk(office, operator, waits.sender)
        supplement.enter_rows(transaction, clerk, _member(transaction, decision), waits.told)
    elif waits.sender == office.code:
        row = waits.told.rows[-1]
        _work_item(transaction, office, _person_told_of(transaction, row.sequence, row.entered_ms, office.code), decision.mismatch)
    else:
        _tell_mismatch(transaction, waits.sender, waits.told, decision.mismatch)
    return waits


def _member(transaction: Transaction, decision: WaitingDecision) -> tuple[Supplement, SupplementMember]:
    kept = supplement.supplement_of(transaction, decision.supplement)
    member = kept.member(decision.member)
    if member is None:
        reason = Say("is not of this supplement.", "この附票に記載された者ではありません。")
        raise InvalidInput("member", reason, Say("See the supplement.", "附票を確かめてください。"))
    return kept, member


def _tell_mismatch(transaction: Transaction, receiver: str, told: ToldRows, item: Mismatch) -> None:
    row = told.rows[-1]
    outbox.put(transaction, receiver, SupplementMismatch.type_name(), encode(SupplementMismatch(row.sequence, row.entered_ms, item)))


def mismatch_arrives(transaction: Transaction, office: Office, origin: Entry, message: SupplementMismatch, carried: Carried) -> None:
    """Step 3, office of the address: a work item for the clerk; nothing of the record is changed by machine.

    InvalidInput if no such event was entered, or if its person never had a registered domicile at the sender.
    """
    if origin.kind is not OfficeKind.MUNICIPALITY:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 19(2)")
    person = _person_told_of(transaction, message.sequence, message.entered_ms, origin.code)
    _work_item(transaction, office, person, message.item, origin.code)


def _person_told_of(transaction: Transaction, sequence: int, entered_ms: int, keeper: str) -> int:
    """Of whom an event told the office of a registered domicile."""
    known = 0 < sequence < 2**63  # what a store can hold
    person = transaction.value("SELECT person FROM event WHERE sequence = ?", sequence) if known else None
    events = municipality.events_of(transaction, person) if person is not None else []
    keepers = {domicile_office(event.items.registered_domicile or "") for event in events}
    if person is None or keeper not in keepers or not any((event.sequence, event.entered_ms) == (sequence, entered_ms) for event in events):
        reason = Say("no such event was told to that office.", "その市区町村に通知した異動ではありません。")
        raise InvalidInput("sequence", reason, Say("Send it to the office that told it.", "通知元を確かめてください。"))
    return int(person)


def _work_item(transaction: Transaction, office: Office, person: int, item: Mismatch, by: str = "") -> None:
    code = municipality.record_of(transaction, person).code
    what = f"does not agree with the family register{f' at {by}' if by else ''}: {item.value}"
    municipality.put_work_item_once(transaction, office.clock.wall_ms(), "supplement-mismatch", code, what)
