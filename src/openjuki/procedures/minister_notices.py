"""Notices of the Minister of Justice: what changed for foreign residents, as a file (法務大臣の通知, Act art. 30-50; standard 4.5.6).

the ministry                      municipality
  file of notices, on its own way
                                  1 take_notices    corrections and removals ex officio, outbox rows: one transaction
  (procedures/change_notice.py carries what touches the identity to prefecture and centre)

A notice whose person is not found here, or that the register cannot take, goes to the work list and holds up no other.
"""

from typing import NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, day_until, event_day
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Staying, settle, succeed
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.foreign_residents import FOREIGN_ITEMS, foreign_items, is_foreign
from openjuki.register.identity import Reason, Status
from openjuki.register.items import read_item
from openjuki.register.record import ResidentRecord


class MinisterNotice(msgspec.Struct, frozen=True):
    """One notice: whom it concerns by card number and birth date, what is so since when, or that the person is no foreign resident."""

    residence_card_number: str
    birth: str
    """As the register has it."""
    happened_on: str
    items: dict[str, str] = {}
    """What is so now, by the keys of the item list: name, birth, sex and those of foreign residents."""
    ended: bool = False
    """The person left the country, lost the status, or is otherwise none of the classes of art. 30-45."""
    staying: Staying = NOBODY_NOTIFIED


class MinisterNotices(msgspec.Struct, frozen=True):
    """A file of notices, in the order in which they happened, and the day on which it came."""

    notices: tuple[MinisterNotice, ...]
    received_on: str


class Taken(NamedTuple):
    """What became of a file: how many notices were entered, said nothing new, or wait for a clerk."""

    entered: int
    known: int
    to_look_at: int


_OF_THE_IDENTITY = ("name", "birth", "sex")
_MAY_CHANGE = frozenset({*_OF_THE_IDENTITY, *FOREIGN_ITEMS} - {"became_foreign_resident_on"})


def take_notices(office: Office, operator: str, file: MinisterNotices, then: Then) -> None:
    """Step 1, municipality: enter what the notices say; `then` gets `Taken` or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _take(transaction, office, operator, file), then)


def _take(transaction: Transaction, office: Office, operator: str, file: MinisterNotices) -> Taken:
    day_until(file.received_on, "received_on", office.today())
    persons = _foreign_residents(transaction)
    counts: dict[bool | None, int] = {True: 0, False: 0, None: 0}
    for notice in file.notices:
        filing = Filing(office, operator, Reason.CORRECTION_EX_OFFICIO, notice.happened_on, file.received_on, ex_officio=True)
        counts[_take_one(transaction, filing, notice, persons)] += 1
    return Taken(counts[True], counts[False], counts[None])


def _foreign_residents(transaction: Transaction) -> dict[tuple[str, str], int]:
    """Persons by card number and birth date."""
    rows = transaction.all("SELECT record FROM person WHERE status = ?", int(Status.RESIDENT))
    records = [record for (body,) in rows if is_foreign((record := municipality.decode_record(body)).other)]
    return {(record.other.get("residence_card_number", ""), record.birth): record.person for record in records}


def _take_one(transaction: Transaction, filing: Filing, notice: MinisterNotice, persons: dict[tuple[str, str], int]) -> bool | None:
    """True if it was entered, False if it said nothing new, None if a clerk must look at it."""
    person = persons.get((notice.residence_card_number, notice.birth))
    if person is None or not notice.residence_card_number:
        _to_look_at(transaction, filing.office, "", "a notice of the Minister of Justice fits no foreign resident here")
        return None
    record = municipality.record_of(transaction, person)
    transaction.execute("SAVEPOINT notice")
    try:
        changed = _remove(transaction, filing, record, notice) if notice.ended else _correct(transaction, filing, record, notice)
    except OpenJukiError as error:
        transaction.execute("ROLLBACK TO notice")
        _to_look_at(transaction, filing.office, record.code, f"a notice of the Minister of Justice cannot be entered: {error.item}")
        return None
    finally:
        transaction.execute("RELEASE notice")
    if changed is not None:
        persons[changed.other.get("residence_card_number", ""), changed.birth] = person
    return changed is not None


def _correct(transaction: Transaction, filing: Filing, record: ResidentRecord, notice: MinisterNotice) -> ResidentRecord | None:
    """The record as it says now; None if it said so already."""
    strange = sorted(set(notice.items) - _MAY_CHANGE)
    if strange or not notice.items:
        reason = Say("is nothing that such a notice tells.", "通知の対象となる事項ではありません。")
        raise InvalidInput(strange[0] if strange else "items", reason, Say("Look at the notice.", "通知を確かめてください。"))
    event_day(notice.happened_on, "happened_on", day_until(filing.notified_on, "received_on", filing.office.today()))
    own = {key: read_item(key, notice.items[key]) for key in _OF_THE_IDENTITY if key in notice.items}
    told = {key: str(read_item(key, text)) for key, text in notice.items.items() if key not in own}
    if "residence_class" in told:  # what the new class needs must be there
        foreign_items({key: text for key, text in record.other.items() if key in FOREIGN_ITEMS} | told)
    other = {key: text for key, text in told.items() if record.other.get(key) != text}
    own = {key: value for key, value in own.items() if getattr(record, key) != value}
    if not own and not other:
        return None
    return filing.enter(transaction, record.person, EventKind.CORRECTION, Items(**own, other=other or None))


def _remove(transaction: Transaction, filing: Filing, record: ResidentRecord, notice: MinisterNotice) -> ResidentRecord | None:
    """The record as it ended; None if the person is no resident any more."""
    if record.status is not Status.RESIDENT:
        return None
    event_day(notice.happened_on, "happened_on", day_until(filing.notified_on, "received_on", filing.office.today()))
    filing = filing._replace(reason=Reason.REMOVAL_EX_OFFICIO)
    succeed(transaction, filing, record.household, {record.person}, notice.staying)
    removed = filing.enter(transaction, record.person, EventKind.REMOVAL, Items(status=Status.REMOVED, removed_on=notice.happened_on))
    settle(transaction, {record.household})
    return removed


def _to_look_at(transaction: Transaction, office: Office, code: str, what: str) -> None:
    municipality.put_work_item(transaction, office.clock.wall_ms(), "minister-notice", code, what)
