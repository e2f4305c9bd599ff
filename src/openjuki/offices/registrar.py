"""The centre's register of offices: entries, requests to enrol, the sealed head (名簿の管理; architecture section 2)."""

from typing import NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say
from openjuki.wire.directory import VALID_MS, Directory, Entry, Head, SealedHead, seal_head, tree_root

SCRIPT = """
CREATE TABLE office_entry (code TEXT PRIMARY KEY, number INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE enrolment (id INTEGER PRIMARY KEY, code TEXT NOT NULL, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL,
  received_ms INTEGER NOT NULL, first_officer TEXT NOT NULL DEFAULT '', second_officer TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
  certificate BLOB NOT NULL DEFAULT X'')"""

PENDING, OPEN, REFUSED = "pending", "open", "refused"

_decode_entry = msgspec.msgpack.Decoder(Entry).decode
_decode_head = msgspec.msgpack.Decoder(SealedHead).decode
_encode = msgspec.msgpack.Encoder().encode


class Enrolment(NamedTuple):
    """One request to enrol and how far it has come."""

    id: int
    code: str
    body: bytes
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
    """Take over the directory of the founding ceremony, once."""
    if directory.sealed is not None and head(transaction) is None:
        for entry in directory.entries.values():
            transaction.execute("INSERT INTO office_entry VALUES (?, ?, ?)", (entry.code, directory.number, _encode(entry)))
        _keep_head(transaction, directory.sealed)


def publish(transaction: Transaction, office: Office, changed: tuple[Entry, ...]) -> SealedHead:
    """Write changed entries and seal the next head over all of them; it holds for a day."""
    last = head(transaction)
    number, now_ms = (last.head.number if last else 0) + 1, office.clock.wall_ms()
    for entry in changed:
        transaction.execute("INSERT OR REPLACE INTO office_entry VALUES (?, ?, ?)", (entry.code, number, _encode(entry)))
    held = entries(transaction)
    sealed = seal_head(
        Head(office.realm, number, now_ms - 60_000, now_ms + VALID_MS, len(held), tree_root(held)), office.seal_key, office.sign
    )
    _keep_head(transaction, sealed)
    return sealed


def _keep_head(transaction: Transaction, sealed: SealedHead) -> None:
    transaction.execute("INSERT OR REPLACE INTO setting VALUES ('directory', ?)", (_encode(sealed),))


def request(transaction: Transaction, office: Office, code: str, digest: bytes, body: bytes) -> Enrolment:
    """Put a request on the list; the same request again is the same row."""
    sql = "INSERT INTO enrolment (code, digest, body, received_ms, state) VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"
    transaction.execute(sql, (code, digest, body, office.clock.wall_ms(), PENDING))
    return Enrolment(*transaction.one("SELECT id, code, body, first_officer, state, certificate FROM enrolment WHERE digest = ?", digest))


def pending(transaction: Transaction) -> list[Enrolment]:
    """The requests that wait for officers."""
    rows = transaction.all("SELECT id, code, body, first_officer, state, certificate FROM enrolment WHERE state = ? ORDER BY id", PENDING)
    return [Enrolment(*row) for row in rows]


def agree(transaction: Transaction, office: Office, number: int, officer: str) -> Enrolment | None:
    """One officer agrees; the request is returned once a second, different officer has (four eyes)."""
    row = transaction.one("SELECT id, code, body, first_officer, state, certificate FROM enrolment WHERE id = ?", number)
    if row is None or row[4] != PENDING:
        raise Conflict(
            "enrolment",
            Say("does not wait for a decision.", "決定待ちではありません。"),
            Say("List the requests.", "一覧を確かめてください。"),
        )
    enrolment = Enrolment(*row)
    outbox.record(transaction, office.clock.wall_ms(), "directory:enrolment:agreed", officer, str(number))
    if not enrolment.first_officer:
        transaction.execute("UPDATE enrolment SET first_officer = ? WHERE id = ?", (officer, number))
        return None
    if enrolment.first_officer == officer:
        raise Conflict(
            "officer",
            Say("has agreed already.", "すでに承認しています。"),
            Say("Another officer must agree.", "別の担当者が承認してください。"),
        )
    return enrolment


def settle(transaction: Transaction, office: Office, number: int, officer: str, state: str, certificate: bytes = b"") -> None:
    """Write the decision."""
    sql = "UPDATE enrolment SET state = ?, second_officer = ?, certificate = ? WHERE id = ?"
    transaction.execute(sql, (state, officer, certificate, number))
    outbox.record(transaction, office.clock.wall_ms(), f"directory:enrolment:{state}", officer, str(number))
