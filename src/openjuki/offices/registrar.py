"""The centre's register of offices: entries, requests to enrol, the sealed head (名簿の管理; architecture section 2)."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Reason, Refused, Say
from openjuki.wire.directory import VALID_MS, Directory, Entry, Head, SealedHead, seal_head, tree_root

SCRIPT = """
CREATE TABLE office_entry (code TEXT PRIMARY KEY, number INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE enrolment (id INTEGER PRIMARY KEY, code TEXT NOT NULL, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL,
  received_ms INTEGER NOT NULL, first_officer TEXT NOT NULL DEFAULT '', second_officer TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
  certificate BLOB NOT NULL DEFAULT X'')"""

PENDING, OPEN, REFUSED = "pending", "open", "refused"
PENDING_MAX = 1_000
"""Requests that may wait: anybody can apply, and nobody shall fill the centre's disk."""
OFFICER_MAX = 100
_COLUMNS = "id, code, body, received_ms, first_officer, state, certificate"

_decode_entry = msgspec.msgpack.Decoder(Entry).decode
_decode_head = msgspec.msgpack.Decoder(SealedHead).decode
_encode = msgspec.msgpack.Encoder().encode


class Enrolment(NamedTuple):
    """One request to enrol and how far it has come."""

    id: int
    code: str
    body: bytes
    received_ms: int
    first_officer: str
    state: str
    certificate: bytes


def entries(transaction: Transaction) -> dict[str, Entry]:
    """All entries by code."""
    return {code: _decode_entry(body) for code, body in transaction.all("SELECT code, body FROM office_entry ORDER BY code")}


def entries_since(transaction: Transaction, number: int) -> tuple[Entry, ...]:
    """The entries that changed after the head with that number."""
    return tuple(_decode_entry(body) for (body,) in transaction.all("SELECT body FROM office_entry WHERE number > ? ORDER BY code", number))


def head(transaction: Transaction) -> SealedHead | None:
    """The present sealed head; None before the first one."""
    body = transaction.value("SELECT value FROM setting WHERE key = 'directory'")
    return _decode_head(body) if body else None


def found(transaction: Transaction, directory: Directory) -> None:
    """Take over the directory of the founding ceremony; later, one that is newer than this register (restored from a backup)."""
    last = head(transaction)
    if directory.sealed is None or (last is not None and last.head.number >= directory.number):
        return
    held = entries(transaction)
    _write(transaction, directory.number, (entry for entry in directory.entries.values() if held.get(entry.code) != entry))
    _keep_head(transaction, directory.sealed)


def _write(transaction: Transaction, number: int, changed: Iterable[Entry]) -> None:
    sql = "INSERT INTO office_entry VALUES (?, ?, ?) ON CONFLICT (code) DO UPDATE SET number = excluded.number, body = excluded.body"
    for entry in changed:
        transaction.execute(sql, (entry.code, number, _encode(entry)))


def publish(transaction: Transaction, office: Office, changed: tuple[Entry, ...]) -> SealedHead:
    """Write changed entries and seal the next head over all of them; it holds for a day."""
    last = head(transaction)
    number, now_ms = (last.head.number if last else 0) + 1, office.clock.wall_ms()
    _write(transaction, number, changed)
    held = entries(transaction)
    sealed = seal_head(
        Head(office.realm, number, now_ms - 60_000, now_ms + VALID_MS, len(held), tree_root(held)), office.seal_key, office.sign
    )
    _keep_head(transaction, sealed)
    return sealed


def _keep_head(transaction: Transaction, sealed: SealedHead) -> None:
    outbox.put_setting(transaction, "directory", _encode(sealed))


def request(transaction: Transaction, office: Office, code: str, digest: bytes, body: bytes) -> Enrolment:
    """Put a request on the list; the same request again is the same row. Raises Refused (busy) when too many wait."""
    held = transaction.one(f"SELECT {_COLUMNS} FROM enrolment WHERE digest = ?", digest)  # noqa: S608
    if held is not None:
        return Enrolment(*held)
    if transaction.value("SELECT count(*) FROM enrolment WHERE state = ?", PENDING) >= PENDING_MAX:
        raise Refused(Reason.BUSY, "architecture 2")
    sql = "INSERT INTO enrolment (code, digest, body, received_ms, state) VALUES (?, ?, ?, ?, ?)"
    transaction.execute(sql, (code, digest, body, office.clock.wall_ms(), PENDING))
    return Enrolment(*transaction.one(f"SELECT {_COLUMNS} FROM enrolment WHERE digest = ?", digest))  # noqa: S608


def pending(transaction: Transaction) -> list[Enrolment]:
    """The requests that wait for officers."""
    rows = transaction.all(f"SELECT {_COLUMNS} FROM enrolment WHERE state = ? ORDER BY id", PENDING)  # noqa: S608
    return [Enrolment(*row) for row in rows]


def _waiting(transaction: Transaction, number: int) -> Enrolment:
    row = transaction.one(f"SELECT {_COLUMNS} FROM enrolment WHERE id = ? AND state = ?", number, PENDING)  # noqa: S608
    if row is None:
        raise Conflict(
            "enrolment",
            Say("does not wait for a decision.", "決定待ちではありません。"),
            Say("List the requests.", "一覧を確かめてください。"),
        )
    return Enrolment(*row)


def _named(officer: str) -> str:
    """Nobody decides without a name."""
    if not 0 < len(officer.strip()) <= OFFICER_MAX:
        raise InvalidInput(
            "officer", Say("has no name.", "担当者名がありません。"), Say("Give the officer's name.", "担当者名を指定してください。")
        )
    return officer.strip()


def _not_twice(officer: str, other: str) -> None:
    if officer == other:
        raise Conflict(
            "officer",
            Say("has agreed already.", "すでに承認しています。"),
            Say("Another officer must agree.", "別の担当者が承認してください。"),
        )


def agree(transaction: Transaction, office: Office, number: int, officer: str) -> Enrolment | None:
    """One officer agrees; the request is returned once a second, different officer has (four eyes)."""
    enrolment, officer = _waiting(transaction, number), _named(officer)
    _not_twice(officer, enrolment.first_officer)
    outbox.record(transaction, office.clock.wall_ms(), "directory:enrolment:agreed", officer, str(number))
    if not enrolment.first_officer:
        transaction.execute("UPDATE enrolment SET first_officer = ? WHERE id = ?", (officer, number))
        return None
    return enrolment


def refuse(transaction: Transaction, office: Office, number: int, officer: str) -> None:
    """One officer says no to a request that waits."""
    _waiting(transaction, number)
    settle(transaction, office, number, _named(officer), REFUSED)


def settle(transaction: Transaction, office: Office, number: int, officer: str, state: str, certificate: bytes = b"") -> None:
    """Write the decision."""
    sql = "UPDATE enrolment SET state = ?, second_officer = ?, certificate = ? WHERE id = ?"
    transaction.execute(sql, (state, officer.strip(), certificate, number))
    outbox.record(transaction, office.clock.wall_ms(), f"directory:enrolment:{state}", officer.strip(), str(number))


def suspend(transaction: Transaction, office: Office, code: str, officers: tuple[str, str], *, open_again: bool) -> SealedHead:
    """Seal a head in which that office is closed, or open again. Raises Refused for the centre itself and for unknown offices."""
    entry, (first, second) = entries(transaction).get(code), map(_named, officers)
    _not_twice(first, second)
    if entry is None or code == office.code:
        raise Refused(Reason.INVALID, "architecture 2")
    tag = "directory:office:opened" if open_again else "directory:office:suspended"
    for officer in (first, second):
        outbox.record(transaction, office.clock.wall_ms(), tag, officer, code)
    return publish(transaction, office, (msgspec.structs.replace(entry, open=open_again),))
