"""The trace of a sweep: what range went, by which rule, on whose order, chained and sealed (消去の記録; Rules 28).

Each entry holds the hash of the one before it and stands under the office's seal; the operations log has the number and hash of each. Who
changes an entry breaks its seal, who takes one out breaks the chain, and who cuts off the end differs from the operations log.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import msgspec

from openjuki.keys.software import verify_once
from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Broken, Say

SCRIPT = """
CREATE TABLE sweep (id INTEGER PRIMARY KEY, body BLOB NOT NULL, key_id TEXT NOT NULL, signature BLOB NOT NULL);
CREATE TRIGGER sweep_no_update BEFORE UPDATE ON sweep BEGIN SELECT RAISE(ABORT, 'sweep is append-only'); END;
CREATE TRIGGER sweep_no_delete BEFORE DELETE ON sweep BEGIN SELECT RAISE(ABORT, 'sweep is append-only'); END;
CREATE TABLE outbox_done (receiver TEXT NOT NULL, day TEXT NOT NULL, sequence INTEGER NOT NULL,
  PRIMARY KEY (receiver, day)) WITHOUT ROWID"""
"""`sweep` is the trace; `outbox_done` says on which day a notice and all before it were first seen to have arrived."""

TAG = "retention:range:removed"
_DOMAIN = b"openjuki/sweep/v1\x00"
_START = bytes(32)


class SweepEntry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One removal. `first` and `last` are internal numbers of persons or rows: no personal data is in a trace."""

    number: int
    previous: bytes
    """Hash of the entry before it; 32 zero bytes for the first."""
    realm: str
    office: str
    time_ms: int
    on: str
    """The day of the register calendar by whose rule it went."""
    rule: str
    article: str
    ordered_by: str
    table: str
    first: int
    last: int
    rows: int


class Removed(NamedTuple):
    """What one batch took away under one rule."""

    rule: str
    article: str
    table: str
    first: int
    last: int
    rows: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(SweepEntry).decode


def write(transaction: Transaction, office: Office, ordered_by: str, on: str, removed: Removed) -> SweepEntry:
    """Write one entry, in the transaction of the removal itself."""
    last = transaction.one("SELECT id, body FROM sweep ORDER BY id DESC LIMIT 1")
    number, previous = (last[0] + 1, _hash(last[1])) if last else (1, _START)
    now_ms = office.clock.wall_ms()
    entry = SweepEntry(number, previous, office.realm, office.code, now_ms, on, removed.rule, removed.article, ordered_by, *removed[2:])
    body = _encode(entry)
    transaction.execute("INSERT INTO sweep VALUES (?, ?, ?, ?)", (number, body, office.seal_key, office.sign(_DOMAIN + body)))
    outbox.record(transaction, now_ms, TAG, ordered_by, f"{number} {_hash(body).hex()}")
    return entry


def _hash(body: bytes) -> bytes:
    return sha256(_DOMAIN + body).digest()


def verified(transaction: Transaction, key_of: Callable[[str], bytes | None]) -> list[SweepEntry]:
    """The whole trace, oldest first; `key_of` gives the public key (DER) of a seal key's id. Raises Broken if it is not as written."""
    entries, hashes, previous = list[SweepEntry](), list[str](), _START
    for number, body, key_id, signature in transaction.all("SELECT id, body, key_id, signature FROM sweep ORDER BY id"):
        entry, public = _decode(body), key_of(key_id)
        if (entry.number, entry.number, entry.previous) != (number, len(entries) + 1, previous):
            raise _broken(Say(f"entry {number} does not follow the one before it.", f"{number}番の記録がその前の記録と続いていません。"))
        if public is None or not verify_once(public, signature, _DOMAIN + body):
            raise _broken(Say(f"the seal of entry {number} does not hold.", f"{number}番の記録の署名が正しくありません。"))
        previous = _hash(body)
        entries.append(entry)
        hashes.append(f"{number} {previous.hex()}")
    if hashes != [what for (what,) in transaction.all("SELECT what FROM audit WHERE tag = ? ORDER BY id", TAG)]:
        raise _broken(Say("it does not agree with the operations log.", "操作記録と一致しません。"))
    return entries


def _broken(reason: Say) -> Broken:
    return Broken("sweep", reason, Say("Call the auditor; sweep nothing more.", "消去を止め、監査者に知らせてください。"))
