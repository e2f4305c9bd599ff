"""What must hold of the registers after a simulated year, read from the files of stopped offices (再構築と照合; issue 3, "Must show").

At a municipality each kept row is the fold of that person's events. At a hub each kept row is what follows from the changes received. What
hubs hold is the projection of all records, and the changes they hold are those that municipalities wrote, each once, to the byte.
Everything is read in order of person, row by row; of each person 20 bytes are kept where registers are compared.
"""

import heapq
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableSequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import apsw
import msgspec

from openjuki.offices.identity import encode_identity, person_row
from openjuki.offices.municipality import CHANGE, decode_record, kept_row
from openjuki.register.arrival import codes, current
from openjuki.register.change import Change, decode_change
from openjuki.register.events import Event, decode_event
from openjuki.register.fold import fold, last_day
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord, identity

T = TypeVar("T")

DIGEST_BYTES = 16
SUMS = 1 << (8 * DIGEST_BYTES)
_PERSONS, _EVENTS = "SELECT * FROM person ORDER BY id", "SELECT person, sequence, body FROM event ORDER BY person, sequence"
_STATES = "SELECT person, n, office, change FROM state ORDER BY person, n, office, version"
_CODES_LOST = """SELECT count(*) FROM person p
  WHERE NOT EXISTS (SELECT 1 FROM code_used c WHERE c.code = p.code AND c.person = p.id)"""

_NO_EVENTS: Mapping[tuple[str, str], int] = {}

Row = tuple[Any, ...]


class Found(NamedTuple):
    """What one register holds, and how often it differs from what it should hold, by what differs."""

    office: str
    persons: int
    differences: Counter[str]
    notices: int = 0
    """The sum (`summed`) of all changes written or received."""
    events: Mapping[tuple[str, str], int] = _NO_EVENTS
    """A municipality's events, by operator and reason."""


def digest(*parts: bytes) -> bytes:
    """Sixteen bytes that stand for the parts."""
    hashed = blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        hashed.update(len(part).to_bytes(4, "big") + part)
    return hashed.digest()


def summed(bodies: Iterable[bytes]) -> int:
    """A sum that two collections have in common only if they hold the same bodies as often, in whatever order."""
    return sum(int.from_bytes(digest(body), "big") for body in bodies) % SUMS


@contextmanager
def opened(register: Path) -> Iterator[apsw.Connection]:
    """A stopped office's register, to be read only."""
    connection = apsw.Connection(str(register), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        yield connection
    finally:
        connection.close()


def of_town(register: Path) -> Found:
    """Each person's row is the fold of the events; each household's head, each code, each told change is what the records say."""
    with opened(register) as connection:
        differences, persons, events = Counter[str](), 0, Counter[tuple[str, str]]()
        heads = array("I", bytes(4 * (1 + _number(connection, "SELECT max(id) FROM household"))))
        for row, rows in _side_by_side(connection.execute(_PERSONS), connection.execute(_EVENTS)):
            happened = _happened(rows)
            persons += 1
            events.update((event.operator, event.reason.value) for event in happened)
            record = fold(happened)
            differences["fold"] += len(happened) != len(rows) or not _is_kept(record, row, last_day(happened))
            differences["told"] += not _is_told(record, row)
            if record is not None and record.relationship == HOUSEHOLDER and record.status is Status.RESIDENT:
                heads[record.household] = record.person
        differences["heads"] = sum((head or 0) != heads[number] for number, head in connection.execute(_HOUSEHOLDS))
        differences["codes"] = _number(connection, _CODES_LOST)
        differences["set aside"] = _number(connection, "SELECT count(*) FROM quarantine")
        told = (body for (body,) in connection.execute("SELECT body FROM outbox WHERE type = ?", (CHANGE,)))
        return Found(register.parent.name, persons, +differences, summed(told), events)


def _read(decode: Callable[[bytes], T], body: bytes) -> T | None:
    """What a row's bytes say; None if they have been damaged so that they say nothing."""
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _happened(rows: Iterable[Row]) -> list[Event]:
    """The events of one person that can be read."""
    events = [(_read(decode_event, body), sequence) for _, sequence, body in rows]
    return [msgspec.structs.replace(event, sequence=sequence) for event, sequence in events if event is not None]


_HOUSEHOLDS = "SELECT id, householder FROM household"


def _side_by_side(kept: Iterable[Row], heard: Iterable[Row]) -> Iterator[tuple[Row | None, list[Row]]]:
    """Rows that begin with the person's number, in its order: of each person the kept one, if there is any, with all that was heard."""
    both = heapq.merge(((row[0], 0, row) for row in kept), ((row[0], 1, row) for row in heard), key=itemgetter(0, 1))
    for _, group in groupby(both, key=itemgetter(0)):
        rows = [(which, row) for _, which, row in group]
        yield (rows[0][1] if rows[0][0] == 0 else None), [row for which, row in rows if which]


def _is_kept(record: ResidentRecord | None, row: Row | None, day: int) -> bool:
    return record is not None and row is not None and kept_row(record, row[4], row[6], day) == row


def _is_told(record: ResidentRecord | None, row: Row | None) -> bool:
    """Whether the last change that was told says what the record says."""
    if record is None or row is None:
        return False
    told = _read(decode_change, row[6])
    return told is not None and (told.identity, told.residence.n, told.version, told.status) == (
        identity(record),
        record.residence,
        row[4],
        record.status,
    )


def _number(connection: apsw.Connection, sql: str) -> int:
    ((number,),) = connection.execute(sql).fetchall()
    return number if isinstance(number, int) else 0


def of_hub(register: Path) -> Found:
    """Each person's row is what follows from the changes received; codes lead to whom those changes name; nothing waits."""
    with opened(register) as connection:
        differences, persons, named, heard = Counter[str](), 0, 0, 0
        look = connection.cursor()
        for row, rows in _side_by_side(connection.execute(_PERSONS), connection.execute(_STATES)):
            persons += 1
            heard += summed(body for *_, body in rows)
            changes = [change for *_, body in rows if (change := _read(decode_change, body))]
            whole = row is not None and 0 < len(changes) == len(rows)
            differences["rebuilt"] += not whole or person_row(rows[0][0], _holds(changes)) != row
            all_codes = {code for change in changes for code in codes(change)}
            named += len(all_codes)
            leads_to = [look.execute("SELECT person FROM code WHERE code = ?", (code,)).fetchone() for code in all_codes]
            differences["codes"] += sum(found != (rows[0][0],) for found in leads_to)
        differences["codes"] += abs(_number(connection, "SELECT count(*) FROM code") - named)
        differences["set aside"] = _number(connection, "SELECT (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM parked)")
        return Found(register.parent.name, persons, +differences, heard % SUMS)


def _holds(changes: Iterable[Change]) -> Change:
    """The change that holds: of each residence the newest, of them the current one."""
    return current({change.residence: change for change in changes}.values())


def projections(hub: Path, towns: Iterable[Path]) -> Found:
    """A hub holds the projection of the records of all its municipalities, of each human the last residence, and nothing else."""
    with opened(hub) as connection:
        last = _number(connection, "SELECT max(id) FROM person")
        residences, digests = array("H", bytes(2 * (last + 1))), bytearray(DIGEST_BYTES * (last + 1))
        differences, persons = Counter[str](), 0
        for town in towns:
            with opened(town) as records:
                _project(town.parent.name, records, connection, (residences, digests), differences)
        for row in connection.execute("SELECT id, code, n, office, version, status, identity FROM person"):
            person, at = row[0], DIGEST_BYTES * row[0]
            persons += 1
            differences["projection"] += digests[at : at + DIGEST_BYTES] != _digest_of(row[1:])
            residences[person] = 0
        differences["missing"] += sum(map(bool, residences))
        return Found(hub.parent.name, persons, +differences)


def _project(
    town: str, records: apsw.Connection, hub: apsw.Connection, known: tuple[MutableSequence[int], bytearray], differences: Counter[str]
) -> None:
    """Note what a town's records say of everybody, unless another town has a later residence of the same human."""
    residences, digests = known
    look = hub.cursor()
    for version, body in records.execute("SELECT version, record FROM person"):
        record = _read(decode_record, body)
        found = look.execute("SELECT person FROM code WHERE code = ?", (record.code,)).fetchone() if record else None
        if record is None or found is None or found[0] >= len(residences):
            differences["missing"] += 1
            continue
        (person,) = found
        differences["claimed twice"] += record.residence == residences[person]
        if record.residence > residences[person]:
            residences[person], at = record.residence, DIGEST_BYTES * person
            shown = encode_identity(identity(record))
            digests[at : at + DIGEST_BYTES] = _digest_of((record.code, record.residence, town, version, int(record.status), shown))


def _digest_of(row: Row) -> bytes:
    """Of code, residence, office, version, status and, last, the identity's bytes."""
    return digest(" ".join(map(str, row[:-1])).encode(), row[-1])
