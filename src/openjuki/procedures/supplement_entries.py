"""Entries in the address supplement by a clerk, after what the family register says (戸籍の附票の記載・修正, Act art. 16-18; 令18, 20).

office of the registered domicile
  1 make        a family register was made here: its supplement, with those who are in it
  1 join        somebody entered the register
  1 correct     indication, name, an address or the overseas roll is to say something else
  1 annul       an entry that never should have been made
  (what was told of those persons before, and waited, is entered with them)

Nobody else hears of these entries.
"""

from collections.abc import Sequence

import msgspec

from openjuki.offices import supplement
from openjuki.offices.filing import day_until, event_day
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.offices.supplement import Clerk
from openjuki.register.addresses import Address
from openjuki.register.dates import date_text
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.items import read_item
from openjuki.register.names import check_name
from openjuki.register.supplement import (
    AddressRow,
    EntryKind,
    Standing,
    Supplement,
    SupplementEntry,
    SupplementItems,
    SupplementMember,
    annulled_entries,
)


class KnownAddress(msgspec.Struct, frozen=True):
    """A line of a supplement as a clerk writes it; no address and a destination for somebody abroad."""

    since: str
    address: Address | None = None
    destination: str = ""
    standing: Standing | None = None
    """If it is not what the other items say: removed, withdrawn."""


class RegisteredPerson(msgspec.Struct, frozen=True):
    """One person of a family register, with the addresses that are known of them, oldest first."""

    name: str
    birth: str
    addresses: tuple[KnownAddress, ...] = ()


class SupplementMade(msgspec.Struct, frozen=True):
    """A family register was made or comes from an older system (令18(1)): its indication, and who is in it."""

    registered_domicile: str
    registered_domicile_head: str
    made_on: str
    persons: tuple[RegisteredPerson, ...]


class SupplementJoined(msgspec.Struct, frozen=True):
    """Who entered a family register that has its supplement (令18(2))."""

    supplement: int
    joined_on: str
    persons: tuple[RegisteredPerson, ...]


class SupplementCorrection(msgspec.Struct, frozen=True):
    """What is to say something else (令20); "" leaves an item. With `member` 0 only the register's indication can be meant."""

    supplement: int
    found_on: str
    member: int = 0
    registered_domicile: str = ""
    registered_domicile_head: str = ""
    name: str = ""
    birth: str = ""
    overseas_roll: str | None = None
    """Name of the municipality on whose roll of voters abroad the person is; "" ends it (Act art. 17-2)."""
    address: KnownAddress | None = None
    row: tuple[int, str, int] | None = None
    """Key of the row that `address` replaces; a new last one if left out."""


class SupplementAnnulment(msgspec.Struct, frozen=True):
    """An entry of a supplement that never should have been made, by its sequence."""

    supplement: int
    sequence: int
    found_on: str


def make(office: Office, operator: str, made: SupplementMade, then: Then) -> None:
    """Step 1: make a supplement; `then` gets the Supplement or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _make(transaction, office, operator, made), then)


def _make(transaction: Transaction, office: Office, operator: str, made: SupplementMade) -> Supplement:
    event_day(made.made_on, "made_on", office.today())
    domicile, head = _indication(office, made.registered_domicile, made.registered_domicile_head)
    if any(not kept.closed_ms for kept in supplement.find(transaction, domicile, head)):
        reason = Say("this register has its supplement already.", "この戸籍の附票は既にあります。")
        raise Conflict("registered_domicile", reason, Say("Enter who joined it.", "入籍として処理してください。"))
    clerk, number = Clerk(office, operator), supplement.new_number(transaction)
    items = SupplementItems(registered_domicile=domicile, registered_domicile_head=head)
    first = clerk.entry(EntryKind.MADE, 0, made.made_on, items)
    supplement.enter(transaction, number, [first, *_joining(clerk, made.persons, 1, made.made_on)])
    return supplement.settle_waiting(transaction, office, operator, number)


def join(office: Office, operator: str, joined: SupplementJoined, then: Then) -> None:
    """Step 1: enter who came into the register; `then` gets the Supplement or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _join(transaction, office, operator, joined), then)


def _join(transaction: Transaction, office: Office, operator: str, joined: SupplementJoined) -> Supplement:
    event_day(joined.joined_on, "joined_on", office.today())
    kept = supplement.supplement_of(transaction, joined.supplement)
    for person in joined.persons:
        if any(member.present and supplement.same_person(member, person.name, person.birth) for member in kept.members):
            reason = Say("is in this register already.", "既にこの戸籍にある者です。")
            raise Conflict("name", reason, Say("Look at the supplement.", "附票を確かめてください。"))
    clerk = Clerk(office, operator)
    number = supplement.next_member(transaction, kept.number)
    supplement.enter(transaction, kept.number, _joining(clerk, joined.persons, number, joined.joined_on))
    return supplement.settle_waiting(transaction, office, operator, kept.number)


def _joining(clerk: Clerk, persons: Sequence[RegisteredPerson], number: int, on: str) -> list[SupplementEntry]:
    if not persons:
        raise InvalidInput(
            "persons", Say("nobody is named.", "記載する者がありません。"), Say("Name each person.", "記載する者を指定してください。")
        )
    return [_one(clerk, person, place, on) for place, person in enumerate(persons, number)]


def _one(clerk: Clerk, person: RegisteredPerson, number: int, on: str) -> SupplementEntry:
    check_name(person.name)
    date_text(person.birth, "birth")
    entry = clerk.entry(EntryKind.JOINED, number, on, SupplementItems(name=person.name, birth=person.birth))
    keys = [(0, clerk.office.code, place) for place in range(1, len(person.addresses) + 1)]
    rows = tuple(_row(line, key, entry.entered_ms) for key, line in zip(keys, person.addresses, strict=True))
    if rows:
        supplement.check_rows(rows)
    return msgspec.structs.replace(entry, items=SupplementItems(name=person.name, birth=person.birth, rows=rows))


def _row(line: KnownAddress, key: tuple[int, str, int], entered_ms: int) -> AddressRow:
    elsewhere = Standing.ABROAD if line.destination else Standing.REMOVED
    standing = line.standing or (Standing.LIVES if line.address is not None else elsewhere)
    return AddressRow(*key, standing, line.address, line.since, line.since, line.destination, entered_ms, 0)


def correct(office: Office, operator: str, correction: SupplementCorrection, then: Then) -> None:
    """Step 1: correct what a supplement says; `then` gets the Supplement or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _correct(transaction, office, operator, correction), then)


def _correct(transaction: Transaction, office: Office, operator: str, correction: SupplementCorrection) -> Supplement:
    day_until(correction.found_on, "found_on", office.today())
    kept = supplement.supplement_of(transaction, correction.supplement)
    member = kept.member(correction.member)
    clerk = Clerk(office, operator)
    items = _items(clerk, kept, member, correction)
    if items == SupplementItems() or (correction.member and member is None):
        reason = Say("nothing is left to correct.", "修正する事項がありません。")
        raise InvalidInput("items", reason, Say("Look at the supplement as it is.", "現在の記載を確かめてください。"))
    entry = clerk.entry(EntryKind.CORRECTED, correction.member, correction.found_on, items)
    supplement.enter(transaction, kept.number, [entry])
    return supplement.settle_waiting(transaction, office, operator, kept.number)


def _items(clerk: Clerk, kept: Supplement, member: SupplementMember | None, wanted: SupplementCorrection) -> SupplementItems:
    given = {key: text for key in ("name", "birth") if member is not None and (text := getattr(wanted, key))}
    if "name" in given:
        check_name(given["name"])
    if "birth" in given:
        date_text(given["birth"], "birth")
    if wanted.registered_domicile or wanted.registered_domicile_head:
        domicile, head = wanted.registered_domicile, wanted.registered_domicile_head
        domicile, head = _indication(clerk.office, domicile or kept.registered_domicile, head or kept.registered_domicile_head)
        given |= {"registered_domicile": domicile, "registered_domicile_head": head}
    items = SupplementItems(**given, overseas_roll=wanted.overseas_roll if member is not None else None)
    if wanted.address is None or member is None:
        return items
    last = max((row.place for row in member.rows if not row.residence), default=0)
    row = _row(wanted.address, wanted.row or (0, clerk.office.code, last + 1), clerk.office.clock.wall_ms())
    supplement.check_rows((row,))
    return msgspec.structs.replace(items, rows=(row,))


def _indication(office: Office, domicile: str, head: str) -> tuple[str, str]:
    """The indication of a register as it can be recorded here (戸籍の表示)."""
    supplement.require_here(office, domicile)
    return str(read_item("registered_domicile", domicile)), str(read_item("registered_domicile_head", head))


def annul(office: Office, operator: str, annulment: SupplementAnnulment, then: Then) -> None:
    """Step 1: undo an entry; `then` gets the Supplement or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _annul(transaction, office, operator, annulment), then)


def _annul(transaction: Transaction, office: Office, operator: str, annulment: SupplementAnnulment) -> Supplement:
    day_until(annulment.found_on, "found_on", office.today())
    entries = supplement.entries_of(transaction, annulment.supplement)
    gone = annulled_entries(entries)
    target = next((entry for entry in entries if entry.sequence == annulment.sequence and entry.sequence not in gone), None)
    if target is None or target.kind is EntryKind.MADE:
        reason = Say("no such entry can be undone.", "取り消せる記載がありません。")
        raise InvalidInput("sequence", reason, Say("See the entries of the supplement.", "附票の履歴を確かめてください。"))
    entry = Clerk(office, operator).entry(EntryKind.ANNULMENT, 0, annulment.found_on, SupplementItems(), target.sequence)
    return supplement.enter(transaction, annulment.supplement, [entry])
