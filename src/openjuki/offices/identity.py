"""What prefecture and centre hold: identity confirmation information with its history, no more (本人確認情報, Act art. 30-5).

A person here is an own number; codes, old and new, lead to it. What holds of a person follows from the set of changes received
and not from their order (register/arrival.py).
"""

from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.arrival import contested, current
from openjuki.register.change import Change, decode_change, encode_change
from openjuki.register.identity import Identity
from openjuki.register.search_keys import address_key, kana_key, key64, name_key

SCRIPT = """
CREATE TABLE person (id INTEGER PRIMARY KEY, code TEXT NOT NULL, n INTEGER NOT NULL, office TEXT NOT NULL, version INTEGER NOT NULL,
  status INTEGER NOT NULL, date TEXT NOT NULL, identity BLOB NOT NULL, name_birth INTEGER NOT NULL,
  kana_birth INTEGER NOT NULL, name_address INTEGER NOT NULL);
CREATE INDEX person_code ON person (code);
CREATE INDEX person_name_birth ON person (name_birth);
CREATE INDEX person_kana_birth ON person (kana_birth);
CREATE INDEX person_name_address ON person (name_address);
CREATE TABLE code (code TEXT PRIMARY KEY, person INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE state (person INTEGER NOT NULL, n INTEGER NOT NULL, office TEXT NOT NULL, version INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, change BLOB NOT NULL, PRIMARY KEY (person, n, office, version)) WITHOUT ROWID;
CREATE TABLE parked (id INTEGER PRIMARY KEY, awaited TEXT NOT NULL, own TEXT NOT NULL, office TEXT NOT NULL, since_ms INTEGER NOT NULL,
  alarmed INTEGER NOT NULL DEFAULT 0, change BLOB NOT NULL);
CREATE INDEX parked_awaited ON parked (awaited);
CREATE INDEX parked_own ON parked (own)"""


encode_identity = msgspec.msgpack.Encoder().encode
decode_identity = msgspec.msgpack.Decoder(Identity).decode


class Outcome(StrEnum):
    """What became of a change that arrived."""

    APPLIED = "applied"
    KNOWN = "known"
    PARKED = "parked"


class Arrival(NamedTuple):
    """The outcome, and the offices to tell when two of them claim one residence."""

    outcome: Outcome
    person: int
    contested: list[str]


def receive(transaction: Transaction, change: Change, received_ms: int, prefecture: str = "") -> Arrival:
    """Take one change. A hub of one prefecture (2-digit code) accepts a previous office of another on trust; the centre ("") parks."""
    person = _person_of(transaction, change, prefecture)
    if person is None:
        _park(transaction, change, received_ms)
        return Arrival(Outcome.PARKED, 0, [])
    arrival = _apply(transaction, person, change, received_ms)
    for code in _codes(change):
        _release(transaction, code, received_ms, prefecture)
    return arrival


def _park(transaction: Transaction, change: Change, received_ms: int) -> None:
    """Set aside what follows something not heard of yet, until one of its codes is."""
    assert change.previous is not None  # noqa: S101 - without a previous state there is nothing to wait for
    sql = "INSERT INTO parked (awaited, own, office, since_ms, change) VALUES (?, ?, ?, ?, ?)"
    values = (change.previous.code, change.identity.code, change.previous.office, received_ms, encode_change(change))
    transaction.execute(sql, values)


def _codes(change: Change) -> set[str]:
    """Every code that a change says is this person's."""
    return {change.identity.code, change.previous.code} if change.previous else {change.identity.code}


def _person_of(transaction: Transaction, change: Change, prefecture: str) -> int | None:
    """Whose change this is; None if it follows something not heard of yet."""
    persons = {person for code in _codes(change) if (person := transaction.value("SELECT person FROM code WHERE code = ?", code))}
    if len(persons) > 1:
        return _merge(transaction, sorted(persons))
    if persons:
        return int(persons.pop())
    if change.previous is None or (prefecture and change.previous.office[:2] != prefecture):
        return int(transaction.value("SELECT coalesce(max(id), 0) + 1 FROM person"))
    return None


def _merge(transaction: Transaction, persons: list[int]) -> int:
    """Two numbers turn out to be one human: everything goes to the smaller number (職権記載等)."""
    kept, *others = persons
    for other in others:
        transaction.execute("UPDATE code SET person = ? WHERE person = ?", (kept, other))
        transaction.execute("UPDATE OR IGNORE state SET person = ? WHERE person = ?", (kept, other))
        transaction.execute("DELETE FROM state WHERE person = ?", (other,))
        transaction.execute("DELETE FROM person WHERE id = ?", (other,))
    return kept


def _apply(transaction: Transaction, person: int, change: Change, received_ms: int) -> Arrival:
    """Keep the state and let the rule say which one holds."""
    for code in _codes(change):
        transaction.execute("INSERT OR IGNORE INTO code VALUES (?, ?)", (code, person))
    n, office = change.residence.n, change.residence.office
    known = transaction.value("SELECT 1 FROM state WHERE person=? AND n=? AND office=? AND version=?", person, n, office, change.version)
    if not known:
        row = (person, n, office, change.version, received_ms, encode_change(change))
        transaction.execute("INSERT INTO state VALUES (?, ?, ?, ?, ?, ?)", row)
    latest = latest_states(transaction, person)
    _keep(transaction, person, current(latest))
    return Arrival(Outcome.KNOWN if known else Outcome.APPLIED, person, contested(latest, change))


def latest_states(transaction: Transaction, person: int) -> list[Change]:
    """The newest state of each residence of a person."""
    newest: dict[tuple[int, str], Change] = {}
    for (body,) in transaction.all("SELECT change FROM state WHERE person = ? ORDER BY version", person):
        change = decode_change(body)
        newest[change.residence.n, change.residence.office] = change
    return list(newest.values())


def _keep(transaction: Transaction, person: int, change: Change) -> None:
    """Keep the state that holds, with the keys it is searched by."""
    held, name = change.identity, name_key(change.identity.name)
    values: tuple[Any, ...] = (
        person, held.code, change.residence.n, change.residence.office, change.version, int(change.status), change.date,
        encode_identity(held),
        key64(name, held.birth), key64(kana_key(held.kana), held.birth), key64(name, address_key(held.address)),
    )  # fmt: skip
    transaction.execute("INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def _release(transaction: Transaction, code: str, received_ms: int, prefecture: str) -> None:
    """Take up again what waited for a code that is known now."""
    for number, body in transaction.all("SELECT id, change FROM parked WHERE awaited = ?1 OR own = ?1 ORDER BY id", code):
        transaction.execute("DELETE FROM parked WHERE id = ?", (number,))
        receive(transaction, decode_change(body), received_ms, prefecture)


def parked_for(transaction: Transaction, asked_ms: int, alarm_ms: int) -> list[tuple[int, str, str, int]]:
    """(row, office named, code awaited, since) of changes parked before `asked_ms`; those before `alarm_ms` are marked as alarmed."""
    rows = transaction.all("SELECT id, office, awaited, since_ms FROM parked WHERE since_ms <= ? ORDER BY id", asked_ms)
    transaction.execute("UPDATE parked SET alarmed = 1 WHERE since_ms <= ? AND alarmed = 0", (alarm_ms,))
    return rows


def held_records(transaction: Transaction, office: str, after: int, count_max: int) -> list[tuple[int, Change, tuple[str, ...]]]:
    """(person, newest change from `office`, all codes) of the persons that office has told of, in order of their numbers here."""
    sql = "SELECT DISTINCT person FROM state WHERE office = ? AND person > ? ORDER BY person LIMIT ?"
    rows = []
    for (person,) in transaction.all(sql, office, after, count_max):
        newest = "SELECT change FROM state WHERE person = ? AND office = ? ORDER BY version DESC LIMIT 1"
        codes = tuple(code for (code,) in transaction.all("SELECT code FROM code WHERE person = ? ORDER BY code", person))
        rows.append((person, decode_change(transaction.value(newest, person, office)), codes))
    return rows


def learn(transaction: Transaction, change: Change, codes: tuple[str, ...], received_ms: int) -> None:
    """Take what an office that was asked says of a person: all these codes are one human's."""
    persons = {person for code in codes if (person := transaction.value("SELECT person FROM code WHERE code = ?", code))}
    fresh = "SELECT coalesce(max(id), 0) + 1 FROM person"
    person = _merge(transaction, sorted(persons)) if persons else int(transaction.value(fresh))
    for code in codes:
        transaction.execute("INSERT OR IGNORE INTO code VALUES (?, ?)", (code, person))
    _apply(transaction, person, change, received_ms)
    for code in codes:
        _release(transaction, code, received_ms, "")
