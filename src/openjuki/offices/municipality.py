"""What a municipality keeps: events, records, households, codes (住民基本台帳, Act art. 5-8, 30-2)."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.dated_rules import check_recordable, telling
from openjuki.offices.handling_flag import flag
from openjuki.offices.municipality_kept import Kept, keep, kept_of
from openjuki.offices.municipality_kept import decode_record as decode_record
from openjuki.offices.municipality_kept import kept_row as kept_row
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.change import Change, Previous, Residence, decode_change, encode_change
from openjuki.register.dates import DateText, for_network
from openjuki.register.errors import Conflict, NotReady, Say
from openjuki.register.events import Event, EventKind, decode_event, encode_event
from openjuki.register.fold import fold, follow, last_day
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.register.record import ResidentRecord, identity
from openjuki.register.search_keys import key64, name_key

SCRIPT = """
CREATE TABLE event (sequence INTEGER PRIMARY KEY, person INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX event_person ON event (person);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TABLE person (id INTEGER PRIMARY KEY, household INTEGER NOT NULL, code TEXT NOT NULL, status INTEGER NOT NULL,
  version INTEGER NOT NULL, record BLOB NOT NULL, change BLOB NOT NULL, name_birth INTEGER NOT NULL, kana_birth INTEGER NOT NULL,
  name_address INTEGER NOT NULL);
CREATE INDEX person_household ON person (household);
CREATE INDEX person_name_birth ON person (name_birth);
CREATE INDEX person_kana_birth ON person (kana_birth);
CREATE INDEX person_name_address ON person (name_address);
CREATE TABLE household (id INTEGER PRIMARY KEY, householder INTEGER, number TEXT UNIQUE);
CREATE TABLE code_stock (code TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE code_used (code TEXT PRIMARY KEY, person INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE work_item (id INTEGER PRIMARY KEY, made_ms INTEGER NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, what TEXT NOT NULL,
  done_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE notice_slip (id INTEGER PRIMARY KEY, person INTEGER NOT NULL, kind TEXT NOT NULL, made_ms INTEGER NOT NULL)"""

CHANGE = "IdentityChange"
"""Type of the outbox rows that hold a `Change`; procedures/change_notice.py turns them into messages."""


def put_codes(transaction: Transaction, codes: Iterable[str]) -> int:
    """Put allotted codes into the stock; codes already used here are left out. Returns how many are free now."""
    transaction.connection.executemany(
        "INSERT OR IGNORE INTO code_stock SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM code_used WHERE code = ?1)", ((c,) for c in codes)
    )
    return int(transaction.value("SELECT count(*) FROM code_stock"))


def take_code(transaction: Transaction, office: Office) -> str:
    """A free code, chosen at random from the stock (令30の2); raises NotReady when the stock is empty."""
    probe = f"{office.draw(10**11):011d}"
    sql = "SELECT code FROM code_stock WHERE code >= ? ORDER BY code LIMIT 1"
    code = transaction.value(sql, probe) or transaction.value(sql, "")
    if code is None:
        reason = Say("no free code is left.", "空き住民票コードがありません。")
        raise NotReady("code", reason, Say("Ask the centre for codes.", "全国センターに請求してください。"))
    transaction.execute("DELETE FROM code_stock WHERE code = ?", (code,))
    return str(code)


def use_code(transaction: Transaction, code: str, person: int) -> None:
    """Bind a code to a person; raises Conflict if it was ever written for another (法30の2)."""
    transaction.execute("INSERT INTO code_used VALUES (?, ?) ON CONFLICT DO NOTHING", (code, person))
    if transaction.connection.changes():
        transaction.execute("DELETE FROM code_stock WHERE code = ?", (code,))
    elif transaction.value("SELECT person FROM code_used WHERE code = ?", code) != person:
        raise code_of_another()


def code_of_another() -> Conflict:
    """The code was written for another resident."""
    reason = Say("it was written for another person.", "他の住民に記載されています。")
    return Conflict("code", reason, Say("Check the code.", "住民票コードを確かめてください。"))


def free_code(transaction: Transaction, code: str) -> None:
    """Let go of a code that was written for the wrong person: it is another human's, who may come here with it (令30の4)."""
    transaction.execute("DELETE FROM code_used WHERE code = ?", (code,))


def new_person(transaction: Transaction) -> int:
    """A new internal number."""
    return int(transaction.value("SELECT coalesce(max(id), 0) + 1 FROM person"))


def new_household(transaction: Transaction, householder: int | None = None) -> int:
    """A new household."""
    return int(transaction.value("INSERT INTO household (householder) VALUES (?) RETURNING id", householder))


def set_householder(transaction: Transaction, household: int, person: int | None) -> None:
    """Write who heads a household (世帯主), if that is somebody else than before; None if nobody does."""
    transaction.execute("UPDATE household SET householder = ?1 WHERE id = ?2 AND householder IS NOT ?1", (person, household))


def record_of(transaction: Transaction, person: int) -> ResidentRecord:
    """The present record of a person; raises Conflict if there is none."""
    body = transaction.value("SELECT record FROM person WHERE id = ?", person)
    if body is None:
        raise no_such_person()
    return decode_record(body)


def person_of_code(transaction: Transaction, code: str) -> int:
    """The person for whom a code was ever written here; raises Conflict if there is none."""
    person = transaction.value("SELECT person FROM code_used WHERE code = ?", code)
    if person is None:
        raise no_such_person()
    return int(person)


def record_of_code(transaction: Transaction, code: str) -> ResidentRecord:
    """The present record of the person for whom a code was ever written here; raises Conflict if there is none."""
    body = transaction.value("SELECT record FROM person WHERE id = (SELECT person FROM code_used WHERE code = ?)", code)
    if body is None:
        raise no_such_person()
    return decode_record(body)


def alike(transaction: Transaction, name: str, birth: str, sex: Sex) -> list[ResidentRecord]:
    """Persons of this name (in any writing), birth date and sex who are or were in this register (standard 4.1.1.2)."""
    rows = transaction.all("SELECT record FROM person WHERE name_birth = ? ORDER BY id", key64(name_key(name), birth))
    return [record for (body,) in rows if (record := decode_record(body)).sex is sex]


def no_such_person() -> Conflict:
    """Nobody of that number is in the register."""
    return Conflict("person", Say("not in this register.", "この台帳にありません。"), Say("Search again.", "検索し直してください。"))


def members(transaction: Transaction, household: int) -> list[ResidentRecord]:
    """The resident members of a household."""
    sql = "SELECT record FROM person WHERE household = ? AND status = ? ORDER BY id"
    return [decode_record(body) for (body,) in transaction.all(sql, household, int(Status.RESIDENT))]


def events_of(transaction: Transaction, person: int) -> list[Event]:
    """All events of a person, oldest first."""
    rows = transaction.all("SELECT sequence, body FROM event WHERE person = ? ORDER BY sequence", person)
    return [msgspec.structs.replace(decode_event(body), sequence=sequence) for sequence, body in rows]


def enter(
    transaction: Transaction, office: Office, event: Event, previous: Previous | None = None, *, above: int = 0, severed: bool = False
) -> ResidentRecord:
    """Enter one event: store it, fold the record anew, and put the identity's change, if there is one, into the outbox.

    All in the caller's transaction, so that a notice exists if and only if its event does. `previous` is for an entry only (or a
    severed code, see `changes_between`); `above` is a version that peers of a restored office already hold. Raises InvalidInput for
    an item that the law does not know on this day.
    """
    kept = kept_of(transaction, event.person)
    return entered(transaction, office, event, previous, kept, above=above, severed=severed).record


class Entered(NamedTuple):
    """An event that stands in the register, under its sequence, and the record after it."""

    record: ResidentRecord
    event: Event
    before: ResidentRecord | None
    follows: bool
    """Whether it applies after all others of the person: then the record is the one before with the event's items."""


def entered(
    transaction: Transaction, office: Office, event: Event, previous: Previous | None, kept: Kept, *, above: int = 0, severed: bool = False
) -> Entered:
    """As `enter`, for a person of whom it was read before what is kept."""
    check_recordable(office, event.items)
    transaction.execute("INSERT INTO event (person, body) VALUES (?, ?)", (event.person, encode_event(event)))
    event = msgspec.structs.replace(event, sequence=transaction.connection.last_insert_rowid())
    old, followed = kept.record, follow(kept.record, kept.last_day, event)
    record, day = followed or _folded(events_of(transaction, event.person))
    if record.code and (old is None or old.code != record.code):
        use_code(transaction, record.code, record.person)
    version, notice = max(kept.version, above), kept.change
    rules = telling(office)
    if version == 0 and rules.leaves_out(record):
        notice = encode_change(_change(record, 0, previous, event, office.code, rules.left_out))
    else:
        handling = flag(transaction, office, record)
        for change in changes_between(old, record, version, previous, event, office.code, rules.left_out, severed=severed):
            version, notice = change.version, encode_change(msgspec.structs.replace(change, handling=handling) if handling else change)
            outbox.put(transaction, office.prefecture_office, CHANGE, notice)
    keep(transaction, old, record, version, notice, day)
    return Entered(record, event, old, followed is not None)


def _folded(events: Sequence[Event]) -> tuple[ResidentRecord, int]:
    record = fold(events)
    if record is None:
        raise no_such_person()
    return record, last_day(events)


def changes_between(
    old: ResidentRecord | None, new: ResidentRecord, version: int, after: Previous | None, event: Event, office: str,
    left_out: frozenset[str] = frozenset(), *, severed: bool,
) -> list[Change]:  # fmt: skip
    """The changes to notify, none if neither identity nor standing changed; `version` is the last one notified, 0 for none.

    `left_out` are items of identity that are not told on this day (offices/dated_rules.py).

    Two if the last residence never was: it ends as annulled, and the one before it (of this office) is told anew. So too if the code
    was another human's (`severed`): nothing may tie the two, so the residence ends under the wrong code and begins under the right one.
    """
    if old is None or version == 0:
        return [_change(new, version + 1, after, event, office, left_out)]
    if (told(old, left_out), old.residence, old.status) == (told(new, left_out), new.residence, new.status):
        return []
    own = Previous(old.residence, office, version, old.code)
    if not severed and not (event.kind is EventKind.ANNULMENT and new.residence < old.residence):
        return [_change(new, version + 1, after or own, event, office, left_out)]
    ended = _change(msgspec.structs.replace(old, status=Status.ANNULLED), version + 1, own, event, office, left_out)
    follows = after if severed else msgspec.structs.replace(own, version=version + 1)
    return [ended, _change(new, version + 2, follows, event, office, left_out)]


def told(record: ResidentRecord, left_out: frozenset[str]) -> Identity:
    """The identity of a record without the items that are not told yet."""
    shown = identity(record)
    return msgspec.structs.replace(shown, **dict.fromkeys(left_out, "")) if left_out else shown


def _change(shown: ResidentRecord, version: int, previous: Previous | None, event: Event, office: str, left_out: frozenset[str]) -> Change:
    day = for_network(DateText(event.changed_on)) if event.changed_on else ""
    return Change(told(shown, left_out), Residence(shown.residence, office), version, previous, event.reason, shown.status, day)


def change_of_entry(record: ResidentRecord, event: Event, previous: Previous | None, office: Office) -> Change:
    """The change to notify of somebody's first entry here; of version 0 if nothing is told of them yet."""
    rules = telling(office)
    return _change(record, 0 if rules.leaves_out(record) else 1, previous, event, office.code, rules.left_out)


def version_and_record(transaction: Transaction, person: int) -> tuple[int, ResidentRecord]:
    """The last version notified of a person, and the present record."""
    version, body = transaction.one("SELECT version, record FROM person WHERE id = ?", person)
    return version, decode_record(body)


def told_already(transaction: Transaction, person: int, change: Change) -> None:
    """A restored office hears that it has told the present state of a person already, as this change."""
    transaction.execute("UPDATE person SET version = ?, change = ? WHERE id = ?", (change.version, encode_change(change), person))


def tell_anew(transaction: Transaction, office: Office, person: int) -> None:
    """Tell the last change of a person again, as a correction ex officio that follows nothing."""
    told = decode_change(transaction.value("SELECT change FROM person WHERE id = ?", person))
    change = msgspec.structs.replace(told, version=told.version + 1, previous=None, reason=Reason.CORRECTION_EX_OFFICIO)
    outbox.put(transaction, office.prefecture_office, CHANGE, encode_change(change))
    told_already(transaction, person, change)


def held_records(transaction: Transaction, codes: Iterable[str]) -> list[tuple[int, Change, tuple[str, ...]]]:
    """(person, last change notified, all codes ever) of the persons for whom these codes were written here."""
    persons = {transaction.value("SELECT person FROM code_used WHERE code = ?", code) for code in codes} - {None}
    rows = []
    for person in sorted(persons):
        change = decode_change(transaction.value("SELECT change FROM person WHERE id = ?", person))
        if change.version == 0:  # the network does not know this person yet
            continue
        rows.append((person, change, tuple(code for (code,) in transaction.all("SELECT code FROM code_used WHERE person = ?", person))))
    return rows


def put_work_item(transaction: Transaction, made_ms: int, kind: str, code: str, what: str) -> None:
    """Put something a clerk must look at on the list; it stays there until a clerk says it is done."""
    transaction.execute("INSERT INTO work_item (made_ms, kind, code, what) VALUES (?, ?, ?, ?)", (made_ms, kind, code, what))


def put_work_item_once(transaction: Transaction, made_ms: int, kind: str, code: str, what: str) -> None:
    """As `put_work_item`, unless the very same is on the list and not done."""
    if transaction.value("SELECT 1 FROM work_item WHERE kind = ? AND code = ? AND what = ? AND done_ms = 0", kind, code, what) is None:
        put_work_item(transaction, made_ms, kind, code, what)


def print_slip(transaction: Transaction, office: Office, person: int, kind: str) -> None:
    """Put a notice slip (通知票) for the resident on the print list; `kind` is code-new, code-changed or code-corrected (standard 4.3.3),
    householder-changed or householder-wanted (4.0.5)."""
    transaction.execute("INSERT INTO notice_slip (person, kind, made_ms) VALUES (?, ?, ?)", (person, kind, office.clock.wall_ms()))


def record_as_of(transaction: Transaction, person: int, as_of: datetime.date | None, known_ms: int | None = None) -> ResidentRecord | None:
    """The record as it was on a day, as known at a time (wall clock, ms); None if there was none (promise X3)."""
    return fold(events_of(transaction, person), as_of=as_of, known_ms=known_ms)


def rebuild(transaction: Transaction) -> list[int]:
    """Persons whose kept record differs from the fold of their events (none, if all is well)."""
    persons: Sequence[Any] = transaction.all("SELECT id, record FROM person ORDER BY id")
    return [person for person, body in persons if fold(events_of(transaction, person)) != decode_record(body)]
