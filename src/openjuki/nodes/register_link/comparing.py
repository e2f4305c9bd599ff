"""Register, extract and hubs are compared, person by person and item by item (整合性確認, standard 7.1.1.2).

A difference names code and item; values go to the clerk's report only. Nothing is changed by itself.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from openjuki.nodes.register_link.extract import CODE, IDENTITY, Entry, Extract
from openjuki.offices import municipality
from openjuki.offices.dated_rules import telling
from openjuki.offices.office import Office
from openjuki.offices.recovery import HeldRecord
from openjuki.offices.resident_rows import row_of
from openjuki.offices.store import Transaction
from openjuki.register.identity import Identity, Status
from openjuki.register.record import ResidentRecord

REGISTER, PREFECTURE, CENTRE = "register", "prefecture", "centre"
PERSON, STATUS, VERSION, ROW = "person", "status", "version", "row"
"""Besides the items of the list: somebody is missing on one side, is resident on one side, is known in an older state, or a row
cannot be read."""


class Difference(NamedTuple):
    """What two sides say differently of a person: the code, with which side the register was compared, the item, and both values."""

    code: str
    where: str
    item: str
    here: str = ""
    there: str = ""


class Compared(NamedTuple):
    """What a portion gave: persons of the register that it was about, and the differences."""

    persons: tuple[int, ...]
    differences: tuple[Difference, ...]


def with_extract(transaction: Transaction, extract: Extract, entries: Sequence[Entry]) -> Compared:
    """Compare a portion of the extract with the register; what is compared with is the existing system, so `where` is the register."""
    persons, found = list[int](), list[Difference]()
    for entry in entries:
        if not entry.code:
            found.append(Difference("", REGISTER, ROW, there=f"line {entry.line}"))
            continue
        person = transaction.value("SELECT person FROM code_used WHERE code = ?", entry.code)
        record = municipality.record_of(transaction, person) if person else None
        if record is None:
            found.append(Difference(entry.code, REGISTER, PERSON, there=f"line {entry.line}"))
        elif record.status is not Status.RESIDENT:
            found.append(Difference(entry.code, REGISTER, STATUS, _word(record.status), _word(Status.RESIDENT)))
        else:
            found += _items(transaction, extract, entry, record)
        persons += [person] if person else []
    return Compared(tuple(persons), tuple(found))


def _items(transaction: Transaction, extract: Extract, entry: Entry, record: ResidentRecord) -> Iterator[Difference]:
    row = row_of(record, "")
    for key in sorted(extract.keys):
        here, there = row.get(key, ""), entry.held.get(key, "")
        if not extract.same(key, here, there):
            yield Difference(entry.code, REGISTER, key, here, there if extract.readable else "")


def missing(transaction: Transaction, seen: Collection[int], where: str, told_only: bool) -> Compared:
    """Residents that the other side does not have; `told_only` leaves out those of whom the network has not been told."""
    rows = transaction.all("SELECT id, code, version FROM person WHERE status = ? ORDER BY id", int(Status.RESIDENT))
    lacking = [(person, code) for person, code, version in rows if person not in seen and (version or not told_only)]
    return Compared((), tuple(Difference(code, where, PERSON, "resident") for _, code in lacking))


def with_hub(transaction: Transaction, office: Office, where: str, records: Sequence[HeldRecord]) -> Compared:
    """Compare a page of what a hub holds of this municipality with the register."""
    persons, found = list[int](), list[Difference]()
    for held in records:
        person = _person(transaction, held)
        if person is None:
            found.append(Difference(held.change.identity.code, where, PERSON, there=_word(held.change.status)))
            continue
        version, record = municipality.version_and_record(transaction, person)
        if held.change.residence.n == record.residence:  # of an earlier residence here the hub may keep what it heard then
            persons.append(person)
            found += _identity(office, where, version, record, held)
    return Compared(tuple(persons), tuple(found))


def _person(transaction: Transaction, held: HeldRecord) -> int | None:
    for code in (held.change.identity.code, *held.codes):
        person: int | None = transaction.value("SELECT person FROM code_used WHERE code = ?", code)
        if person is not None:
            return person
    return None


def _identity(office: Office, where: str, version: int, record: ResidentRecord, held: HeldRecord) -> Iterator[Difference]:
    change, code = held.change, record.code
    here, there = (items_of(identity) for identity in (municipality.told(record, telling(office).left_out), change.identity))
    for key in sorted(IDENTITY):
        if here[key] != there[key]:
            yield Difference(code, where, key, here[key], there[key])
    if record.status is not change.status:
        yield Difference(code, where, STATUS, _word(record.status), _word(change.status))
    if version != change.version:
        yield Difference(code, where, VERSION, str(version), str(change.version))


def items_of(identity: Identity) -> dict[str, str]:
    """An identity by the keys of the item list, as text."""
    address = identity.address
    return {
        "name": identity.name, "kana": identity.kana, "birth": identity.birth, "sex": str(int(identity.sex)),
        "municipality": address.municipality, "town": address.town, "block": address.block, "building": address.building,
        CODE: identity.code, "individual_number": identity.individual_number, "former_name": identity.former_name, "alias": identity.alias,
    }  # fmt: skip


def _word(status: Status) -> str:
    return status.name.lower()


def named_twice(transaction: Transaction, persons: Collection[int]) -> Compared:
    """Persons for whom the extract has more than one row."""
    codes = [municipality.record_of(transaction, person).code for person in sorted(set(persons))]
    return Compared((), tuple(Difference(code, REGISTER, PERSON, there="twice") for code in codes))
