"""What the municipality of the registered domicile keeps: address supplements and what was told of them (戸籍の附票, Act art. 16-19).

Entries are kept beside the supplement that they make. What was told of somebody whom no supplement has waits: the family register is not
here, so a clerk compares, and enters the person, gives the rows to the right one, or tells the office of the address (Act art. 19(2)).
"""

from collections.abc import Sequence
from enum import Enum
from hashlib import sha256
from typing import NamedTuple

import msgspec

from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import check_address
from openjuki.register.dates import DateText, date_text, earliest, latest, may_equal
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.search_keys import name_key
from openjuki.register.supplement import (
    AddressRow,
    EntryKind,
    LeftBecause,
    Standing,
    Supplement,
    SupplementEntry,
    SupplementItems,
    SupplementMember,
    ToldRows,
    decode_entry,
    decode_supplement,
    decode_told,
    domicile_office,
    encode_entry,
    fold_entries,
    newer,
    person_key,
    register_key,
)

SCRIPT = """
CREATE TABLE supplement_entry (sequence INTEGER PRIMARY KEY, supplement INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX supplement_entry_of ON supplement_entry (supplement);
CREATE TABLE supplement (id INTEGER PRIMARY KEY, register INTEGER NOT NULL, closed_ms INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX supplement_register ON supplement (register);
CREATE TABLE supplement_person (person INTEGER NOT NULL, supplement INTEGER NOT NULL, member INTEGER NOT NULL,
  PRIMARY KEY (person, supplement, member)) WITHOUT ROWID;
CREATE INDEX supplement_person_of ON supplement_person (supplement);
CREATE TABLE supplement_waiting (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, person INTEGER NOT NULL, sender TEXT NOT NULL,
  body BLOB NOT NULL, received_ms INTEGER NOT NULL, done_ms INTEGER NOT NULL DEFAULT 0, done_by TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL DEFAULT '');
CREATE INDEX supplement_waiting_person ON supplement_waiting (person);
CREATE TRIGGER supplement_entry_no_update BEFORE UPDATE ON supplement_entry
  BEGIN SELECT RAISE(ABORT, 'supplement_entry is append-only'); END;
CREATE TRIGGER supplement_entry_no_delete BEFORE DELETE ON supplement_entry
  WHEN NOT EXISTS (SELECT 1 FROM supplement WHERE id = OLD.supplement AND closed_ms > 0)
  BEGIN SELECT RAISE(ABORT, 'supplement_entry is append-only'); END"""

ROWS_MAX = 400
"""Rows that one notice may carry: more than anybody has lived at."""


class Outcome(Enum):
    """What became of rows that were told."""

    ENTERED = "entered"
    KNOWN = "known"
    """All of them were known, or say no more than the family register did."""
    WAITING = "waiting"
    """Nobody of that register, name and birth date is here: a clerk compares."""
    LEFT = "left"
    """The person has left the family register before: it waits too, and the office of the address is to be told (Act art. 19(2))."""


class Waiting(NamedTuple):
    """What was told and fits nobody yet: its number, who told it, when it came (wall clock, ms)."""

    number: int
    sender: str
    told: ToldRows
    received_ms: int


class Clerk(NamedTuple):
    """Who enters at which office, and for rows out of a notice whose notice it was."""

    office: Office
    operator: str
    source: str = ""

    def entry(self, kind: EntryKind, member: int, happened_on: str, items: SupplementItems, target: int = 0) -> SupplementEntry:
        """An entry of now."""
        return SupplementEntry(0, kind, member, happened_on, self.office.clock.wall_ms(), self.operator, self.source, items, target)


def entries_of(transaction: Transaction, number: int) -> list[SupplementEntry]:
    """All entries of a supplement, oldest first."""
    rows = transaction.all("SELECT sequence, body FROM supplement_entry WHERE supplement = ? ORDER BY sequence", number)
    return [msgspec.structs.replace(decode_entry(body), sequence=sequence) for sequence, body in rows]


def supplement_of(transaction: Transaction, number: int) -> Supplement:
    """The supplement of that number, closed or not; Conflict if there is none."""
    body = transaction.value("SELECT body FROM supplement WHERE id = ?", number)
    if body is None:
        reason = Say("no such address supplement is here.", "その戸籍の附票はありません。")
        raise Conflict("supplement", reason, Say("Search by the register's indication.", "本籍と筆頭者で検索してください。"))
    return decode_supplement(body)


def supplement_as_known(transaction: Transaction, number: int, known_ms: int | None) -> Supplement | None:
    """The supplement as known at a time (wall clock, ms); None if it was not made yet (promise X3)."""
    return fold_entries(number, entries_of(transaction, number), known_ms)


def find(transaction: Transaction, domicile: str, head: str) -> list[Supplement]:
    """Supplements of a register by its indication, however it is written; closed ones last."""
    sql = "SELECT body FROM supplement WHERE register = ? ORDER BY closed_ms > 0, id"
    return [decode_supplement(body) for (body,) in transaction.all(sql, register_key(domicile, head))]


def enter(transaction: Transaction, number: int, entries: Sequence[SupplementEntry]) -> Supplement:
    """Write entries of one supplement and fold it anew; Conflict if there is nothing for them to stand on."""
    rows = [(number, encode_entry(entry)) for entry in entries]
    transaction.connection.executemany("INSERT INTO supplement_entry (supplement, body) VALUES (?, ?)", rows)
    folded = fold_entries(number, entries_of(transaction, number))
    if folded is None:
        reason = Say("there is no supplement for this entry.", "記載すべき附票がありません。")
        raise Conflict("supplement", reason, Say("Make it first.", "先に附票を作成してください。"))
    _keep(transaction, folded)
    return folded


def _keep(transaction: Transaction, folded: Supplement) -> None:
    domicile, head = folded.registered_domicile, folded.registered_domicile_head
    kept = (folded.number, register_key(domicile, head), folded.closed_ms, msgspec.msgpack.encode(folded))
    transaction.execute("INSERT OR REPLACE INTO supplement VALUES (?, ?, ?, ?)", kept)
    transaction.execute("DELETE FROM supplement_person WHERE supplement = ?", (folded.number,))
    keys = [(person_key(domicile, head, member.name), folded.number, member.number) for member in folded.members]
    transaction.connection.executemany("INSERT INTO supplement_person VALUES (?, ?, ?)", keys)


def new_number(transaction: Transaction) -> int:
    """The number of a supplement to be made; numbers of deleted ones are not given again while their successors stand."""
    return int(transaction.value("SELECT coalesce(max(id), 0) + 1 FROM supplement"))


def next_member(transaction: Transaction, number: int) -> int:
    """The number of the next person of a supplement; that of an annulled entry is not given again."""
    return max((entry.member for entry in entries_of(transaction, number)), default=0) + 1


def require_here(office: Office, domicile: str) -> None:
    """InvalidInput unless the registered domicile lies in this municipality (Act art. 16(1))."""
    if domicile_office(domicile) != office.code:
        reason = Say("does not lie in this municipality.", "この市区町村の区域内の本籍ではありません。")
        remedy = Say("Write it from the municipality's name on.", "市区町村名から記入してください。")
        raise InvalidInput("registered_domicile", reason, remedy)


def check_rows(rows: Sequence[AddressRow], teller: str = "") -> None:
    """InvalidInput for rows that cannot be recorded, or were told in the name of another office than `teller` (if one is given)."""
    fits = 0 < len(rows) <= ROWS_MAX and all(row.place > 0 and row.residence >= 0 for row in rows)
    if not fits or (teller and any(row.office != teller or not row.residence for row in rows)):
        raise _bad_rows("rows")
    for row in rows:
        for day in (row.since, row.holds_from):
            if day:
                date_text(day, "since")
        if (row.standing is Standing.LIVES) != (row.address is not None):
            raise _bad_rows("standing")
        for address in (row.address, row.was[0] if row.was else None):
            if address is not None:
                check_address(address)


def _bad_rows(item: str) -> InvalidInput:
    reason = Say("is not what an address supplement can hold.", "附票に記載できる内容ではありません。")
    return InvalidInput(item, reason, Say("Have the sender correct it.", "通知元で直してください。"))


def receive(transaction: Transaction, office: Office, told: ToldRows, sender: str) -> tuple[Outcome, int]:
    """Enter rows that an office of an address has told, or keep them waiting; returns what became of them, and the number if they wait."""
    found = _matching(transaction, told)
    present = [one for one in found if one[1].present]
    if len(present) == 1:
        return enter_rows(transaction, Clerk(office, "", sender), present[0], told), 0
    left = [one for one in found if not one[1].present]
    if not present and len(left) == 1:
        return _of_one_who_left(transaction, office, told, sender, left[0])
    return Outcome.WAITING, _wait(transaction, office, told, sender)


def _matching(transaction: Transaction, told: ToldRows) -> list[tuple[Supplement, SupplementMember]]:
    key = person_key(told.registered_domicile, told.registered_domicile_head, told.name)
    found = []
    for number, place in transaction.all("SELECT supplement, member FROM supplement_person WHERE person = ? ORDER BY 1, 2", key):
        kept = supplement_of(transaction, number)
        member = kept.member(place)
        if member is not None and (not member.birth or may_equal(DateText(member.birth), DateText(told.birth))):
            found.append((kept, member))
    return found


def enter_rows(transaction: Transaction, clerk: Clerk, whose: tuple[Supplement, SupplementMember], told: ToldRows) -> Outcome:
    """Enter those rows of a notice that are newer than what the member has."""
    kept, member = whose
    rows = newer(member.rows, told.rows)
    if not rows:
        return Outcome.KNOWN
    enter(transaction, kept.number, [clerk.entry(EntryKind.ADDRESS, member.number, told.changed_on, SupplementItems(rows=rows))])
    return Outcome.ENTERED


def _of_one_who_left(
    transaction: Transaction, office: Office, told: ToldRows, sender: str, whose: tuple[Supplement, SupplementMember]
) -> tuple[Outcome, int]:
    """Rows of before the leaving came late and are entered; a death needs no more word; anything else the family register contradicts."""
    member = whose[1]
    if all(row.standing is Standing.DEAD for row in told.rows) and member.left_because is LeftBecause.DEATH:
        return Outcome.KNOWN, 0
    if member.left_on and all(not row.since or earliest(DateText(row.since)) <= latest(DateText(member.left_on)) for row in told.rows):
        return enter_rows(transaction, Clerk(office, "", sender), whose, told), 0
    return Outcome.LEFT, _wait(transaction, office, told, sender)


def _wait(transaction: Transaction, office: Office, told: ToldRows, sender: str) -> int:
    """Keep what fits nobody, once however often it came; 0 if it was known."""
    body = msgspec.msgpack.encode(told)
    sql = """INSERT OR IGNORE INTO supplement_waiting (digest, person, sender, body, received_ms) VALUES (?, ?, ?, ?, ?)
      RETURNING id"""
    key = person_key(told.registered_domicile, told.registered_domicile_head, told.name)
    digest = sha256(sender.encode() + b"\0" + body).digest()
    return int(transaction.value(sql, digest, key, sender, body, office.clock.wall_ms()) or 0)


def waiting(transaction: Transaction) -> list[Waiting]:
    """All that waits for a clerk, the oldest first (照合待ち)."""
    rows = transaction.all("SELECT id, sender, body, received_ms FROM supplement_waiting WHERE done_ms = 0 ORDER BY id")
    return [Waiting(number, sender, decode_told(body), received_ms) for number, sender, body, received_ms in rows]


def take_waiting(transaction: Transaction, office: Office, operator: str, number: int, outcome: str) -> Waiting:
    """Strike what waits under a number off the list, with what became of it; Conflict if nothing waits under it."""
    sql = "SELECT id, sender, body, received_ms FROM supplement_waiting WHERE id = ? AND done_ms = 0"
    row = transaction.one(sql, number)
    if row is None:
        reason = Say("nothing waits under this number.", "この番号の照合待ちはありません。")
        raise Conflict("number", reason, Say("See the list of what waits.", "照合待ち一覧を確かめてください。"))
    sql = "UPDATE supplement_waiting SET done_ms = ?, done_by = ?, outcome = ? WHERE id = ?"
    transaction.execute(sql, (office.clock.wall_ms(), operator, outcome, number))
    return Waiting(row[0], row[1], decode_told(row[2]), row[3])


def settle_waiting(transaction: Transaction, office: Office, operator: str, number: int) -> Supplement:
    """Give the present members of a supplement what was told of them before they were in it; returns the supplement as it is then."""
    kept = supplement_of(transaction, number)
    for place in [member.number for member in kept.members if member.present]:
        member = kept.member(place)
        key = person_key(kept.registered_domicile, kept.registered_domicile_head, member.name if member else "")
        for (waits,) in transaction.all("SELECT id FROM supplement_waiting WHERE person = ? AND done_ms = 0 ORDER BY id", key):
            one = decode_told(transaction.value("SELECT body FROM supplement_waiting WHERE id = ?", waits))
            found = [(held, same) for held, same in _matching(transaction, one) if same.present]
            if len(found) == 1:
                done = take_waiting(transaction, office, operator, waits, Outcome.ENTERED.value)
                enter_rows(transaction, Clerk(office, operator, done.sender), found[0], one)
    return supplement_of(transaction, number)


def same_person(member: SupplementMember, name: str, birth: str) -> bool:
    """Whether a member is somebody of that name and birth date."""
    return name_key(member.name) == name_key(name) and (not member.birth or may_equal(DateText(member.birth), DateText(birth)))


def rebuild(transaction: Transaction) -> list[int]:
    """Numbers of supplements that differ from the fold of their entries (none, if all is well)."""
    kept = transaction.all("SELECT id, body FROM supplement ORDER BY id")
    return [number for number, body in kept if fold_entries(number, entries_of(transaction, number)) != decode_supplement(body)]
