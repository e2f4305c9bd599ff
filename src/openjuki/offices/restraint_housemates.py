"""Whom a restraint reaches besides those it protects: whose papers tell where they live (同一世帯の者の抑止; standard j410, j440).

Support is for who asked for it and for whom they named (併せて支援を求める者). A paper about somebody else of the household, or of the
family register, tells the same address, and comes to the same check. Not reached is the record of the abuser named, nor any of a
household in which everybody named has a record with that address: it is no secret from them.
"""

from collections.abc import Iterable, Sequence

from openjuki.offices import restraints, supplement
from openjuki.offices.municipality import decode_record
from openjuki.offices.restraints import Held
from openjuki.offices.store import Transaction
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import fold_text, key64, name_key
from openjuki.register.supplement import Standing, Supplement, SupplementMember

_HOUSEHOLD = "SELECT record FROM person WHERE household <> 0 AND household = (SELECT household FROM person WHERE id = ?)"
_CONCERNED = """SELECT id, status FROM person WHERE household IN (SELECT household FROM person
  WHERE id IN (SELECT person FROM restraint_record) OR name_birth IN (SELECT name_birth FROM restraint_name))"""


def concerned(transaction: Transaction, status: Status | None = None) -> set[int]:
    """Every record (of that status) on which a restraint may bear, or which it may reach; of the others none is to be judged."""
    rows = transaction.all(_CONCERNED)
    return {person for person, standing in rows if status is None or standing == status}


def of_record(transaction: Transaction, person: int) -> list[Held]:
    """The restraints, ended ones too, of others of the household whose address a record tells."""
    household = [decode_record(body) for (body,) in transaction.all(_HOUSEHOLD, person)]
    mine = next((one for one in household if one.person == person), None)
    if mine is None or len(household) == 1:
        return []
    found: dict[int, Held] = {}
    for other in household:
        if other.person != person and _tells(mine, other):
            there = [one for one in household if _tells(one, other)]
            held = restraints.held_of(transaction, other.person)
            found |= {one.number: one for one in held if not _known(one, mine, there)}
    return list(found.values())


def _tells(record: ResidentRecord, other: ResidentRecord) -> bool:
    """Whether a record says where somebody lives, or has moved to from here."""
    if other.status is Status.RESIDENT:
        return record.address == other.address
    return bool(other.moved_to) and fold_text(record.moved_to) == fold_text(other.moved_to)


def _known(held: Held, record: ResidentRecord, there: Sequence[ResidentRecord]) -> bool:
    """Whether the record is the abuser's own, or everybody who is named as abuser has a record that tells the same."""
    abusers = held.application.abusers
    theirs = [[one for one in there if restraints.is_abuser(abuser, one.name, one.birth)] for abuser in abusers]
    return any(record in found for found in theirs) or (bool(theirs) and all(theirs))


def of_member(transaction: Transaction, number: int, member: int) -> list[Held]:
    """The same of a member of an address supplement: of others in it who live where the member's lines say, and of the household here."""
    kept = supplement.supplement_of(transaction, number)
    mine = kept.member(member)
    in_it = [] if mine is None else _in_supplement(transaction, kept, mine)
    return [*in_it, *_at_home(transaction, names_of(transaction, number, member))]


def _in_supplement(transaction: Transaction, kept: Supplement, mine: SupplementMember) -> list[Held]:
    told = [other.number for other in kept.members if other.number != mine.number and _lines_tell(mine, other)]
    names = {name for other in told for name in names_of(transaction, kept.number, other)}
    found = [held for name, birth in sorted(names) for held in restraints.held_of_named(transaction, name, birth)]
    return [held for held in found if not any(restraints.is_abuser(one, mine.name, mine.birth) for one in held.application.abusers)]


def _lines_tell(member: SupplementMember, other: SupplementMember) -> bool:
    """Whether one's lines name the place where the other lives."""
    last = other.history[-1] if other.present and other.history else None
    if last is None or last.standing is not Standing.LIVES:
        return False
    return any(row.address == last.address for row in member.history)


def _at_home(transaction: Transaction, names: Iterable[tuple[str, str]]) -> list[Held]:
    """What reaches the records of this register that have one of those names and birth dates."""
    keys = [key64(name_key(name), birth) for name, birth in sorted(names)]
    persons = {person for key in keys for (person,) in transaction.all("SELECT id FROM person WHERE name_birth = ?", key)}
    return [held for person in sorted(persons) for held in of_record(transaction, person)]


def names_of(transaction: Transaction, number: int, member: int) -> set[tuple[str, str]]:
    """Every name and birth date that a member of a supplement ever had: a corrected name loses no restraint."""
    entries = [entry.items for entry in supplement.entries_of(transaction, number) if entry.member == member]
    names = {items.name for items in entries if items.name}
    births = {items.birth for items in entries if items.birth is not None}
    return {(name, birth) for name in names for birth in births}
