"""What the window's search box looks into: names, readings, birth dates, addresses by their beginnings (検索; standard 2.1.1, 2.1.2).

Read out of the register when somebody asks: persons with events that were not read yet get their keys anew, as their record stands now.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from openjuki.offices.municipality import decode_record
from openjuki.offices.store import Transaction
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import address_key, kana_key, name_key

SCRIPT = """
CREATE TABLE found_by (kind INTEGER NOT NULL, key TEXT NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (kind, key, person)) WITHOUT ROWID;
CREATE INDEX found_by_person ON found_by (person);
CREATE TABLE found_by_read (sequence INTEGER NOT NULL);
INSERT INTO found_by_read VALUES (0)"""

EVENTS_PER_TURN = 2_000
_LAST = "\U0010ffff"


class Kind(IntEnum):
    """What a key is made of."""

    NAME = 1
    KANA = 2
    BIRTH = 3
    ADDRESS = 4


class Sought(NamedTuple):
    """One condition: the beginning of a key, of any of these kinds."""

    keys: tuple[tuple[Kind, str], ...]


def read(transaction: Transaction, count_max: int = EVENTS_PER_TURN) -> bool:
    """Read the persons of up to `count_max` more events; True if that were all."""
    after = transaction.value("SELECT sequence FROM found_by_read")
    rows = transaction.all("SELECT sequence, person FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", after, count_max)
    for person in dict.fromkeys(person for _, person in rows):
        transaction.execute("DELETE FROM found_by WHERE person = ?", (person,))
        body = transaction.value("SELECT record FROM person WHERE id = ?", person)
        keys = () if body is None else ((int(kind), key, person) for kind, key in dict.fromkeys(_keys(decode_record(body))))
        transaction.connection.executemany("INSERT INTO found_by VALUES (?, ?, ?)", keys)
    if rows:
        transaction.execute("UPDATE found_by_read SET sequence = ?", (rows[-1][0],))
    return len(rows) < count_max


def _keys(record: ResidentRecord) -> Iterator[tuple[Kind, str]]:
    """Whole names, and given names alone; the same of readings."""
    for name in filter(None, (record.name, record.alias, record.former_name)):
        yield from ((Kind.NAME, key) for key in _parts(name, name_key))
    if record.kana:
        yield from ((Kind.KANA, key) for key in _parts(record.kana, kana_key))
    if record.birth:
        yield Kind.BIRTH, record.birth
    yield Kind.ADDRESS, address_key(record.address)


def _parts(text: str, fold: Callable[[str], str]) -> Iterator[str]:
    yield fold(text)
    yield from filter(None, map(fold, text.replace("　", " ").split(" ")[1:]))


def find(transaction: Transaction, sought: Sequence[Sought], count_max: int) -> list[ResidentRecord]:
    """Persons who fit every condition, in order of reading, at most `count_max`; `read` must have read everything before.

    Those whose entry was annulled are nobody (異動の取消し).
    """
    if not sought:
        return []
    one = "SELECT person FROM found_by WHERE kind = ? AND key >= ? AND key < ?"
    some = [" UNION ".join([one] * len(condition.keys)) for condition in sought]
    persons = " INTERSECT ".join(f"SELECT person FROM ({each})" for each in some)  # noqa: S608
    values = [value for condition in sought for kind, key in condition.keys for value in (int(kind), key, key + _LAST)]
    sql = f"SELECT record FROM person WHERE status <> ? AND id IN ({persons}) LIMIT ?"  # noqa: S608 - words of this file alone
    found = [decode_record(body) for (body,) in transaction.all(sql, int(Status.ANNULLED), *values, count_max)]
    return sorted(found, key=lambda record: (record.status, record.kana, record.birth))
