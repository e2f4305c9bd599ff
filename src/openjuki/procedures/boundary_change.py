"""Boundary change or merger: a territory comes to another municipality, with its residents' records (廃置分合・境界変更; 令12(2)7).

old office                                     new office
  1 hand_over    removal ex officio for each resident of the territory
                                                 the file of their records, from municipality to municipality
                                               2 take_over    entry ex officio for each, with code, household and all items
  (procedures/change_notice.py carries removals and entries to prefecture and centre)

Nobody moves: the days of becoming a resident and of the address stay. The Act leaves the way of the records to the municipalities; that
one residence ends and another begins is ours, so that the hubs know which office answers for a person from then on.
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_address_here, day_until
from openjuki.offices.municipality_households import settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.fold import whole
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord
from openjuki.register.renumbered_addresses import Renumbered, address_after, table_of


class BoundaryChange(msgspec.Struct, frozen=True):
    """Which addresses are the other municipality's from which day on, with the words that they get there."""

    table: tuple[Renumbered, ...]
    to: str
    """Name of the municipality that takes them over."""
    holds_from: str
    found_on: str


class HandedPerson(msgspec.Struct, frozen=True):
    """One record that is handed over: all that it says, and the residence that ends."""

    items: Items
    ended: Previous


class HandedOver(msgspec.Struct, frozen=True):
    """The file of a territory: its residents, with their new addresses, and the day."""

    persons: tuple[HandedPerson, ...]
    holds_from: str
    handed_on: str


def hand_over(office: Office, operator: str, change: BoundaryChange, then: Then) -> None:
    """Step 1, old office: end the records of all who live there; `then` gets `HandedOver` or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _hand_over(transaction, office, operator, change), then)


def _hand_over(transaction: Transaction, office: Office, operator: str, change: BoundaryChange) -> HandedOver:
    day_until(change.holds_from, "holds_from", day_until(change.found_on, "found_on", office.today()))
    table = table_of(change.table)
    filing = Filing(office, operator, Reason.REMOVAL_EX_OFFICIO, change.holds_from, change.found_on, ex_officio=True)
    rows = transaction.all("SELECT record FROM person WHERE status = ? ORDER BY id", int(Status.RESIDENT))
    persons, households = [], set()
    for (body,) in rows:
        record = municipality.decode_record(body)
        after = address_after(record.address, table)
        if after is not None:
            items = msgspec.structs.replace(whole(record), address=after)
            persons.append(HandedPerson(items, _end(transaction, filing, record, change.to)))
            households.add(record.household)
    _refuse_split(transaction, households)
    settle(transaction, households)
    return HandedOver(tuple(persons), change.holds_from, office.today().isoformat())


def _end(transaction: Transaction, filing: Filing, record: ResidentRecord, to: str) -> Previous:
    removed = Items(status=Status.REMOVED, removed_on=filing.changed_on, moved_to=to)
    filing.enter(transaction, record.person, EventKind.REMOVAL, removed)
    version, _ = municipality.version_and_record(transaction, record.person)
    return Previous(record.residence, filing.office.code, version, record.code)


def _refuse_split(transaction: Transaction, households: set[int]) -> None:
    if any(municipality.members(transaction, number) for number in households):
        reason = Say("parts a household: some of it lives elsewhere.", "世帯の一部だけが区域内にあります。")
        raise InvalidInput("table", reason, Say("Enter the household's separation first.", "先に世帯分離を処理してください。"))


def take_over(office: Office, operator: str, handed: HandedOver, then: Then) -> None:
    """Step 2, new office: enter all of them; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _take_over(transaction, office, operator, handed), then)


def _take_over(transaction: Transaction, office: Office, operator: str, handed: HandedOver) -> list[ResidentRecord]:
    day_until(handed.holds_from, "holds_from", day_until(handed.handed_on, "handed_on", office.today()))
    filing = Filing(office, operator, Reason.ENTRY_EX_OFFICIO, handed.holds_from, handed.handed_on, ex_officio=True)
    numbers = {number: municipality.new_household(transaction) for number in sorted({p.items.household or 0 for p in handed.persons})}
    records = [_begin(transaction, filing, person, numbers) for person in handed.persons]
    settle(transaction, numbers.values())
    return records


def _begin(transaction: Transaction, filing: Filing, person: HandedPerson, numbers: dict[int, int]) -> ResidentRecord:
    """Enter one of them, under the number held here if the person was here before."""
    if person.items.address is None or person.items.code != person.ended.code:
        reason = Say("is not the file of a territory.", "引き継いだ住民票の内容が正しくありません。")
        raise InvalidInput("persons", reason, Say("Ask for the file again.", "引継ぎをやり直してください。"))
    check_address_here(filing.office, person.items.address)
    known = transaction.value("SELECT person FROM code_used WHERE code = ?", person.ended.code)
    number = municipality.new_person(transaction) if known is None else _gone_from_here(transaction, int(known), person.ended.n)
    items = msgspec.structs.replace(
        person.items, household=numbers[person.items.household or 0], residence=person.ended.n + 1, status=Status.RESIDENT
    )
    return filing.enter(transaction, number, EventKind.ENTRY, items, previous=person.ended)


def _gone_from_here(transaction: Transaction, person: int, ended: int) -> int:
    """The number of somebody who lived here before the residence that ended; Conflict if they are here already."""
    record = municipality.record_of(transaction, person)
    if record.status is Status.RESIDENT or record.residence > ended:
        reason = Say("is in this register already.", "既にこの台帳に記載されています。")
        raise Conflict("persons", reason, Say("The file was taken over before.", "引継ぎ済みか確かめてください。"))
    return person
