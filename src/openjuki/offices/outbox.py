"""Outbox and inbox: durable notices, in order per link, applied exactly once (送信箱と受信箱; architecture section 3, "Notices").

A notice is written to the outbox in the transaction that makes it true. Per receiving office it has a sequence, and the whole
outbox an epoch, new after each restore. The receiver keeps one cursor per sender and epoch in the transaction of the effect.
"""

from collections.abc import Mapping, Sequence
from itertools import count, repeat
from typing import Any, NamedTuple

from openjuki.offices.store import Transaction
from openjuki.wire.directory import Entry
from openjuki.wire.seal import Carried

SCRIPT = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (receiver TEXT NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL, seal BLOB,
  PRIMARY KEY (receiver, sequence)) WITHOUT ROWID;
CREATE TABLE acknowledged (receiver TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE next_sequence (receiver TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE inbox (sender TEXT NOT NULL, epoch BLOB NOT NULL, cursor INTEGER NOT NULL, current INTEGER NOT NULL,
  PRIMARY KEY (sender, epoch)) WITHOUT ROWID;
CREATE TABLE quarantine (id INTEGER PRIMARY KEY, sender TEXT NOT NULL, epoch BLOB NOT NULL, sequence INTEGER NOT NULL,
  type TEXT NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL, received_ms INTEGER NOT NULL);
CREATE TABLE audit (id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, tag TEXT NOT NULL, operator TEXT NOT NULL, what TEXT NOT NULL);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"""


_NEXT = """INSERT INTO next_sequence VALUES (?1, 1 + ?2)
  ON CONFLICT (receiver) DO UPDATE SET sequence = next_sequence.sequence + ?2 RETURNING sequence"""


class Outgoing(NamedTuple):
    """One row of the outbox; `seal` is empty until the row's own office seals it on the way out."""

    sequence: int
    type: str
    body: bytes
    seal: bytes | None


class Told(NamedTuple):
    """One notice of the inbox: who sealed it, what it says, and how it came."""

    origin: Entry
    message: Any
    carried: Carried


def put(transaction: Transaction, receiver: str, message_type: str, body: bytes, seal: bytes | None = None) -> int:
    """Write one notice to `receiver`; returns its sequence. Part of the transaction that makes the notice true."""
    sequence: int = transaction.value(_NEXT, receiver, 1) - 1
    transaction.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", (receiver, sequence, message_type, body, seal))
    transaction.woken.add(receiver)
    return sequence


def put_all(transaction: Transaction, receiver: str, message_type: str, bodies: Sequence[bytes], seals: Sequence[bytes] = ()) -> None:
    """Write many notices of one type to `receiver`, in their order, each with its seal or all without; else as `put`."""
    if not bodies:
        return
    end: int = transaction.value(_NEXT, receiver, len(bodies))
    numbered = zip(count(end - len(bodies)), bodies, seals or repeat(None, len(bodies)), strict=False)
    rows = ((receiver, sequence, message_type, body, seal) for sequence, body, seal in numbered)
    transaction.connection.executemany("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", rows)
    transaction.woken.add(receiver)


def waiting(transaction: Transaction, receiver: str, after: int, count_max: int) -> list[Outgoing]:
    """The next rows for `receiver` after sequence `after`."""
    sql = "SELECT sequence, type, body, seal FROM outbox WHERE receiver = ? AND sequence > ? ORDER BY sequence LIMIT ?"
    return [Outgoing(*row) for row in transaction.all(sql, receiver, after, count_max)]


def acknowledge(transaction: Transaction, receiver: str, sequence: int) -> None:
    """Remember that `receiver` has applied everything up to `sequence`; rows stay for a receiver restored from a backup."""
    sql = "INSERT INTO acknowledged VALUES (?, ?) ON CONFLICT (receiver) DO UPDATE SET sequence = excluded.sequence"
    transaction.execute(sql, (receiver, sequence))


def acknowledge_all(transaction: Transaction, own_epoch: bytes, heard: Mapping[str, int]) -> None:
    """As `acknowledge` for several receivers, none beyond what was written to it; words about an epoch that has ended mean nothing."""
    if epoch(transaction) == own_epoch:
        for receiver, sequence in heard.items():
            acknowledge(transaction, receiver, min(sequence, last_sequence(transaction, receiver)))


def applied(transaction: Transaction, own_epoch: bytes, receiver: str, sequence: int) -> bool:
    """`receiver` says that it has applied up to `sequence`: remember it. False if so much was never written: this store is an old copy."""
    if epoch(transaction) == own_epoch and sequence > last_sequence(transaction, receiver):
        return False
    acknowledge_all(transaction, own_epoch, {receiver: sequence})
    return True


def last_sequence(transaction: Transaction, receiver: str) -> int:
    """The last sequence written for `receiver`; 0 for none."""
    return int(transaction.value("SELECT sequence FROM next_sequence WHERE receiver = ?", receiver) or 1) - 1


def applied_up_to(transaction: Transaction, receiver: str) -> int:
    """The last sequence of which it is written down that `receiver` has applied it; 0 for none."""
    return int(transaction.value("SELECT sequence FROM acknowledged WHERE receiver = ?", receiver) or 0)


def receivers(transaction: Transaction) -> set[str]:
    """Every office to which a notice was ever written."""
    return {receiver for (receiver,) in transaction.all("SELECT receiver FROM next_sequence")}


def senders(transaction: Transaction) -> set[str]:
    """Every office of which a notice was ever applied, in whatever epoch."""
    return {sender for (sender,) in transaction.all("SELECT DISTINCT sender FROM inbox")}


def unacknowledged(transaction: Transaction) -> dict[str, int]:
    """Receivers that still miss rows, each with the number of rows."""
    sql = """SELECT n.receiver, n.sequence - 1 - coalesce(a.sequence, 0) FROM next_sequence n
      LEFT JOIN acknowledged a ON a.receiver = n.receiver WHERE n.sequence - 1 > coalesce(a.sequence, 0)"""
    return dict(transaction.all(sql))


def epoch(transaction: Transaction) -> bytes:
    """The epoch of this office's outbox; b"" before the office has been opened."""
    value: bytes = transaction.value("SELECT value FROM setting WHERE key = 'epoch'") or b""
    return value


def begin_epoch(transaction: Transaction, new: bytes) -> None:
    """Begin a new epoch: every row is sent again under it (after a restore), since a peer may have been restored too.

    What a retention sweep took away is counted out, so that the rows of the new epoch begin with 1.
    """
    for receiver, following in transaction.all("SELECT receiver, sequence FROM next_sequence"):
        first = transaction.value("SELECT min(sequence) FROM outbox WHERE receiver = ?", receiver) or following
        if first > 1:
            _renumber(transaction, receiver, first - 1)
    transaction.execute("DELETE FROM acknowledged")
    put_setting(transaction, "epoch", new)


def put_setting(transaction: Transaction, key: str, value: bytes) -> None:
    """Keep one of the office's own numbers and states."""
    transaction.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))


def _renumber(transaction: Transaction, receiver: str, by: int) -> None:
    """Number the rows for a receiver anew from 1; by way of numbers below zero, since none may stand there twice in between."""
    transaction.execute("UPDATE outbox SET sequence = ? - sequence WHERE receiver = ?", (by, receiver))
    transaction.execute("UPDATE outbox SET sequence = 0 - sequence WHERE receiver = ?", (receiver,))
    transaction.execute("UPDATE next_sequence SET sequence = sequence - ? WHERE receiver = ?", (by, receiver))
    transaction.execute("DELETE FROM outbox_done WHERE receiver = ?", (receiver,))


def cursor(transaction: Transaction, sender: str, sender_epoch: bytes) -> int:
    """The last sequence applied from `sender` in that epoch; -1 for an epoch that a newer one has ended."""
    row = transaction.one("SELECT cursor, current FROM inbox WHERE sender = ? AND epoch = ?", sender, sender_epoch)
    if row is None:
        return 0
    return row[0] if row[1] else -1


def advance(transaction: Transaction, sender: str, sender_epoch: bytes, before: int, cursor: int) -> None:
    """Move the cursor in the transaction of the effect; the first rows of a new epoch end the older ones for ever."""
    if before == 0:
        transaction.execute("UPDATE inbox SET current = 0 WHERE sender = ? AND epoch <> ?", (sender, sender_epoch))
    sql = "INSERT INTO inbox VALUES (?, ?, ?, 1) ON CONFLICT (sender, epoch) DO UPDATE SET cursor = excluded.cursor"
    transaction.execute(sql, (sender, sender_epoch, cursor))


def quarantine(transaction: Transaction, sender: str, sender_epoch: bytes, row: Outgoing, reason: str, time_ms: int) -> None:
    """Set one notice aside; the link goes on (in 2013 one bad encoding stopped 231 municipalities)."""
    sql = "INSERT INTO quarantine (sender, epoch, sequence, type, reason, body, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (sender, sender_epoch, row.sequence, row.type, reason, row.body, time_ms))


def record(transaction: Transaction, time_ms: int, tag: str, operator: str, what: str) -> None:
    """One line of the operations log (P8); `what` names numbers of cases and rows, never a person."""
    transaction.execute("INSERT INTO audit (time_ms, tag, operator, what) VALUES (?, ?, ?, ?)", (time_ms, tag, operator, what))
