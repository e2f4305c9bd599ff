"""Annulment: an event that never should have been entered is undone by an event of its own (異動の取消し, Act art. 8; standard 4.6).

municipality
  1 annul    one annulment for each event named, outbox rows: one transaction
  (procedures/change_notice.py carries what the records say again to prefecture and centre)

A change of code is never annulled: the old code is spent, other offices and papers may hold either, and both lead to the person for ever.
Whoever wants another one requests it; a wrong one is corrected.
"""

from collections.abc import Sequence

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, day_until
from openjuki.offices.municipality_households import head_of, settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, Event, EventKind, Items
from openjuki.register.fold import annulled
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord

_WHAT_IT_IS = {
    EventKind.ENTRY: (Reason.REMOVAL_EX_OFFICIO, Cause.ANNULLED_ENTRY),
    EventKind.REMOVAL: (Reason.ENTRY_EX_OFFICIO, Cause.ANNULLED_REMOVAL),
}
_MAY_FOLLOW_AN_ENTRY = frozenset({EventKind.CODE_CHANGE, EventKind.ANNULMENT, EventKind.PAST_CORRECTION})


class Annulled(msgspec.Struct, frozen=True):
    """One event to be undone: a code of the person, and the event's sequence in this register."""

    code: str
    sequence: int


class AnnulmentOrder(msgspec.Struct, frozen=True):
    """Which events are undone together: of one person, or of all or some who moved together (standard 4.6.0.1)."""

    events: tuple[Annulled, ...]
    found_on: str
    asked_for: bool = False
    """On request (申出, standard 4.6.1.1) rather than ex officio."""


def annul(office: Office, operator: str, order: AnnulmentOrder, then: Then) -> None:
    """Step 1, municipality: undo the events, the newest first; `then` gets the ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _annul_all(transaction, office, operator, order), then)


def _annul_all(transaction: Transaction, office: Office, operator: str, order: AnnulmentOrder) -> list[ResidentRecord]:
    day_until(order.found_on, "found_on", office.today())
    filing = Filing(office, operator, Reason.CORRECTION_EX_OFFICIO, office.today().isoformat(), order.found_on, not order.asked_for)
    records, households = {}, set()
    for undone in sorted(order.events, key=lambda undone: -undone.sequence):
        person = municipality.person_of_code(transaction, undone.code)
        households.add(municipality.record_of(transaction, person).household)
        records[person] = _annul(transaction, filing, person, undone.sequence)
        households.add(records[person].household)
    settle(transaction, households)
    for number in sorted(households):
        _look_at(transaction, office, number)
    return list(records.values())


def _annul(transaction: Transaction, filing: Filing, person: int, sequence: int) -> ResidentRecord:
    events = municipality.events_of(transaction, person)
    gone = annulled(events)
    target = next((event for event in events if event.sequence == sequence and sequence not in gone), None)
    if target is None:
        raise _refusal(
            "no such event stands for this person.", "この者の有効な異動履歴にありません。", "Choose one.", "選び直してください。"
        )
    _check(target, [event for event in events if event.sequence > sequence and event.sequence not in gone])
    reason, cause = _WHAT_IT_IS.get(target.kind, (Reason.CORRECTION_EX_OFFICIO, Cause.ANNULLED_CHANGE))
    filing = filing._replace(reason=reason, cause=cause)
    return filing.enter(transaction, person, EventKind.ANNULMENT, Items(), target=sequence)


def _check(target: Event, later: Sequence[Event]) -> None:
    """Refuse what must not be undone, or not before what was built on it; `later` are the standing events after the target."""
    if target.kind is EventKind.CODE_CHANGE:
        raise _refusal(
            "a change of code is not undone: the old code is spent.", "住民票コードの変更は取り消せません。",
            "Change or correct the code instead.", "変更請求又は職権記載として処理してください。",
        )  # fmt: skip
    if target.kind is EventKind.ENTRY:
        later = [event for event in later if event.kind not in _MAY_FOLLOW_AN_ENTRY]
    elif target.kind is not EventKind.ANNULMENT:
        later = [event for event in later if event.kind is EventKind.ENTRY and target.kind is not EventKind.PAST_CORRECTION]
    if later:
        raise _refusal(
            "later events stand on it.",
            "後の異動が残っています。",
            "Annul those first, or with it.",
            "後の異動から順に取り消してください。",
        )


def _refusal(reason: str, reason_ja: str, remedy: str, remedy_ja: str) -> InvalidInput:
    return InvalidInput("events", Say(reason, reason_ja), Say(remedy, remedy_ja))


def _look_at(transaction: Transaction, office: Office, number: int) -> None:
    """Put a household on the work list that an undoing has left without a head, or at two addresses (standard 4.6.0.1)."""
    members = municipality.members(transaction, number)
    if members and head_of(transaction, number) is None:
        municipality.put_work_item(transaction, office.clock.wall_ms(), "householder-wanted", members[0].code, "nobody heads the household")
    if len({record.address for record in members}) > 1:
        what = "members of one household live apart after an annulment: enter their household"
        municipality.put_work_item(transaction, office.clock.wall_ms(), "household-apart", members[0].code, what)
