"""What the office keeps of its links: how far each system is, what became of each event, what waits (連携の台帳, standard 7.1.1.1).

All of it lies in the office's own store, so an event, its number and its outcome are written in one transaction or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, NotReady, OpenJukiError, Say

SCRIPT = """
CREATE TABLE link_source (source TEXT PRIMARY KEY, cursor INTEGER NOT NULL, epoch BLOB NOT NULL, open INTEGER NOT NULL,
  gap_at INTEGER NOT NULL DEFAULT 0, gap_since_ms INTEGER NOT NULL DEFAULT 0, alarmed INTEGER NOT NULL DEFAULT 0,
  told INTEGER NOT NULL DEFAULT 0, heard INTEGER NOT NULL DEFAULT 0, seen_event INTEGER NOT NULL DEFAULT 0,
  seen_item INTEGER NOT NULL DEFAULT 0, seen_quarantine INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE link_event (source TEXT NOT NULL, sequence INTEGER NOT NULL, digest BLOB NOT NULL, received_ms INTEGER NOT NULL,
  first_event INTEGER NOT NULL, last_event INTEGER NOT NULL, outcome BLOB NOT NULL, PRIMARY KEY (source, sequence)) WITHOUT ROWID;
CREATE INDEX link_event_last ON link_event (source, last_event, first_event);
CREATE TABLE link_quarantine (id INTEGER PRIMARY KEY, source TEXT NOT NULL, sequence INTEGER NOT NULL, digest BLOB NOT NULL,
  operator TEXT NOT NULL, event BLOB NOT NULL, why BLOB NOT NULL, received_ms INTEGER NOT NULL, settled_ms INTEGER NOT NULL DEFAULT 0,
  settled_by TEXT NOT NULL DEFAULT '', verdict TEXT NOT NULL DEFAULT '', UNIQUE (source, sequence, digest));
CREATE TABLE link_message (source TEXT NOT NULL, sequence INTEGER NOT NULL, made_ms INTEGER NOT NULL, kind TEXT NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY (source, sequence)) WITHOUT ROWID"""


LEAP = 1_000_000


class Told(msgspec.Struct, frozen=True):
    """An error as an existing system is told it; both languages, no values."""

    item: str
    reason: Say
    remedy: Say

    @classmethod
    def of(cls, error: OpenJukiError) -> "Told":
        """The error in this form."""
        return cls(error.item, error.reason, error.remedy)


class Person(msgspec.Struct, frozen=True):
    """Somebody whom an event concerned: the code now, and the version under which the network is told."""

    code: str
    version: int


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of one event."""

    sequence: int
    outcome: str
    """"accepted", or "refused"; what was refused waits in quarantine for a clerk."""
    again: bool = False
    """True if it had been taken before: nothing was done anew."""
    persons: tuple[Person, ...] = ()
    number: int = 0
    """Under which number a provisional entry waits, or a notice to another municipality was sent."""
    file: dict[str, Any] | None = None
    """What another municipality is to be handed: a moving-out certificate, the persons of a territory."""
    error: Told | None = None
    quarantine: int = 0
    """Under which number it waits."""


ACCEPTED, REFUSED = "accepted", "refused"

encode = msgspec.json.Encoder().encode
decode_outcome = msgspec.json.Decoder(Outcome).decode
decode_told = msgspec.json.Decoder(Told).decode


class Standing(NamedTuple):
    """How far the link of one system is."""

    cursor: int
    gap_at: int
    gap_since_ms: int
    alarmed: int
    told: int
    heard: int


@contextmanager
def undone_alone(transaction: Transaction) -> Iterator[None]:
    """A part of a work of which nothing stays if it raises an OpenJukiError, while the rest of the work does."""
    counts, woken = (len(transaction.leaves), len(transaction.events)), set(transaction.woken)
    transaction.execute("SAVEPOINT link_part")
    try:
        yield
    except OpenJukiError:
        transaction.execute("ROLLBACK TO link_part")
        transaction.execute("RELEASE link_part")
        del transaction.leaves[counts[0] :], transaction.events[counts[1] :]
        transaction.woken.intersection_update(woken)
        raise
    transaction.execute("RELEASE link_part")


def open_source(transaction: Transaction, office: Office, operator: str, source: str, first: int) -> Standing:
    """Let a system send, beginning with the number `first`; for one that sent before, go on from there. Only what comes from now on is
    told to it. Conflict if numbers from `first` on were taken already."""
    taken = transaction.value("SELECT max(sequence) FROM link_event WHERE source = ?", source) or 0
    if first <= taken:
        reason = Say(f"numbers up to {taken} were taken already.", f"{taken}番までは受付済みです。")
        raise Conflict("first", reason, Say(f"Go on with {taken + 1}.", f"{taken + 1}番から続けてください。"))
    seen = transaction.one(
        """SELECT (SELECT coalesce(max(sequence), 0) FROM event), (SELECT coalesce(max(id), 0) FROM work_item),
        (SELECT coalesce(max(id), 0) FROM quarantine)"""
    )
    sql = """INSERT INTO link_source (source, cursor, epoch, open, seen_event, seen_item, seen_quarantine)
      VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)
      ON CONFLICT (source) DO UPDATE SET cursor = ?2, epoch = ?3, open = 1, gap_at = 0, gap_since_ms = 0, alarmed = 0"""
    transaction.execute(sql, (source, first - 1, outbox.epoch(transaction), *seen))
    leap_if_restored(transaction, source)
    outbox.record(transaction, office.clock.wall_ms(), "link:source:opened", operator, f"{source} {first}")
    return standing(transaction, source)


def leap_if_restored(transaction: Transaction, source: str) -> None:
    """After a restore messages go on with numbers far above those that the lost register may have given out: none is used twice."""
    key, now = f"link-messages {source}", outbox.epoch(transaction)
    held = transaction.value("SELECT value FROM setting WHERE key = ?", key)
    if held != now:
        transaction.execute("UPDATE link_source SET told = told + ? WHERE source = ?", (LEAP if held else 0, source))
        transaction.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, now))


def close_source(transaction: Transaction, office: Office, operator: str, source: str) -> Standing:
    """Take nothing more from a system, until it is opened again."""
    transaction.execute("UPDATE link_source SET open = 0 WHERE source = ?", (source,))
    outbox.record(transaction, office.clock.wall_ms(), "link:source:closed", operator, source)
    return standing(transaction, source)


def standing(transaction: Transaction, source: str) -> Standing:
    """How far a system is. NotReady for one that was never opened."""
    row = transaction.one("SELECT cursor, gap_at, gap_since_ms, alarmed, told, heard FROM link_source WHERE source = ?", source)
    if row is None:
        raise _not_open()
    return Standing._make(row)


def require_open(transaction: Transaction, office: Office, source: str) -> Standing:
    """How far a system is that may send now. NotReady if it may not: nobody opened its link, the office recovers, or it was restored
    and nobody has compared both since: what was taken between the backup and the loss is not known here any more."""
    office.require_ready()
    if not transaction.value("SELECT open FROM link_source WHERE source = ?", source):
        raise _not_open()
    if epoch_of(transaction, source) != outbox.epoch(transaction):
        reason = Say("the office was restored from a backup since the link was opened.", "連携の開始後に、控えから復元されています。")
        remedy = "Compare with `openjuki register link check`, then open the link again."
        raise NotReady("source", reason, Say(remedy, "openjuki register link check で照合し、連携を開き直してください。"))
    return standing(transaction, source)


def epoch_of(transaction: Transaction, source: str) -> bytes:
    """The epoch of the office's outbox when the link was opened; another one now means that the office was restored since."""
    epoch: bytes = transaction.value("SELECT epoch FROM link_source WHERE source = ?", source)
    return epoch


def sources(transaction: Transaction) -> list[tuple[str, bool]]:
    """Every system that was ever opened, and whether it is open."""
    return [(name, bool(is_open)) for name, is_open in transaction.all("SELECT source, open FROM link_source ORDER BY source")]


def outcomes_since(transaction: Transaction, source: str, since: int, count_max: int) -> list[Outcome]:
    """What became of the events after number `since`, in their order."""
    sql = "SELECT outcome FROM link_event WHERE source = ? AND sequence > ? ORDER BY sequence LIMIT ?"
    return [decode_outcome(body) for (body,) in transaction.all(sql, source, since, count_max)]


def _not_open() -> NotReady:
    reason = Say("this system may not send here.", "このシステムからの連携は開かれていません。")
    return NotReady("source", reason, Say("Open it with `openjuki register link open`.", "openjuki register link open で開いてください。"))
