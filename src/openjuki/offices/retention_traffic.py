"""What a sweep takes of notices and answers: those set aside, those sent, the log of provisions (通知・提供記録の消去; 令34(3), 30の6).

What a restore or a resend still needs stays, whatever its age. A notice that was sent goes only below two marks: its receiver has applied
it in this epoch (`acknowledged`), and a sweep saw that a whole term ago (`outbox_done`). A notice of identity or of a card stays besides as
long as what it tells is held: a hub that lost its disk is built again from these rows. Where one runs out behind another that stays, its
place in the order must stay too, and becomes a repetition of that one, which its receiver knows.
"""

import datetime
from typing import NamedTuple

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.law.retention_terms import SweepRule, first_day_kept
from openjuki.offices import card_states, card_told
from openjuki.offices.card_told import CardTold
from openjuki.offices.office import Office
from openjuki.offices.retention import NOBODY, still_held, sweep_codes, sweep_identity, sweep_parked
from openjuki.offices.retention_batch import ROWS_MAX, Sweep, Swept, one_removal, runs_out_before_ms
from openjuki.offices.retention_trace import Removed
from openjuki.offices.store import Transaction
from openjuki.register.change import Change

IDENTITY = "IdentityChange"
"""Type of the rows that tell identity: a municipality's to its prefecture, a prefecture's to the centre."""
CARD = card_states.TOLD
"""Type of the rows that tell what happens to a card, on the same way."""
_NEXT_RECEIVER = 1 << 48
"""`after` of `sweep_sent` is this many times the place of a receiver among all, plus a sequence."""

_carried = msgspec.msgpack.Decoder(tuple[Change]).decode
_told = msgspec.msgpack.Decoder(tuple[CardTold]).decode


class _Old(NamedTuple):
    """A row of the outbox that was applied a whole term ago."""

    sequence: int
    type: str
    body: bytes
    seal: bytes | None


def sweep_set_aside(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Notices in quarantine, a year after they came."""
    before_ms = runs_out_before_ms(SweepRule.SET_ASIDE, on)
    rows = transaction.all("SELECT id, received_ms FROM quarantine WHERE id > ? ORDER BY id LIMIT ?", after, ROWS_MAX)
    gone = [number for number, received_ms in rows if received_ms < before_ms]
    if really:
        transaction.connection.executemany("DELETE FROM quarantine WHERE id = ?", [(number,) for number in gone])
    return Swept(rows[-1][0] if len(rows) == ROWS_MAX else None, one_removal(SweepRule.SET_ASIDE, "quarantine", gone))


def sweep_provisions(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Of old answers whom they were about, who asked at the keyboard, and the salt; each person's number becomes nobody's.

    Leaf, place, time, asker, affair and the count of persons stay: the tree is as it was, and so is the ledger.
    """
    sql = "SELECT id, persons FROM provision WHERE id > ? AND time_ms < ? AND operator <> '' ORDER BY id LIMIT ?"
    rows = transaction.all(sql, after, runs_out_before_ms(SweepRule.PROVISION, on), ROWS_MAX)
    if really:
        empty = "UPDATE provision SET case_number = '', operator = '', question = ?1, persons = ?2, answer = ?1, salt = ?1 WHERE id = ?3"
        for number, persons in rows:
            transaction.execute(empty, (b"", " ".join([str(NOBODY)] * len(persons.split())), number))
    removed = one_removal(SweepRule.PROVISION, "provision", [number for number, _ in rows])
    return Swept(rows[-1][0] if len(rows) == ROWS_MAX else None, removed)


def sweep_sent(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Notices of the outbox; a real sweep notes what has arrived by today."""
    receivers = transaction.all("SELECT receiver, sequence FROM acknowledged ORDER BY receiver")
    place, sequence = divmod(after, _NEXT_RECEIVER)
    if place >= len(receivers):
        return Swept(None, ())
    receiver, applied = receivers[place]
    kept_from = first_day_kept(SweepRule.SENT, on).isoformat()
    done = transaction.value("SELECT max(sequence) FROM outbox_done WHERE receiver = ? AND day < ?", receiver, kept_from) or 0
    sql = """SELECT sequence, type, body, seal FROM outbox WHERE receiver = ? AND sequence > ? AND sequence <= ?
      ORDER BY sequence LIMIT ?"""
    rows = [_Old(*row) for row in transaction.all(sql, receiver, sequence, min(done, applied), ROWS_MAX)]
    removed = _sweep_rows(transaction, office, on, receiver, rows, really)
    if len(rows) == ROWS_MAX:
        return Swept(after - sequence + rows[-1].sequence, removed)
    if really:
        note_heard(transaction, receiver, on, applied)
    return Swept((place + 1) * _NEXT_RECEIVER, removed)


def note_heard(transaction: Transaction, receiver: str, on: datetime.date, sequence: int) -> None:
    """Today a sweep sees that a receiver has everything up to that number; from this day its term counts."""
    sql = "INSERT INTO outbox_done VALUES (?, ?, ?) ON CONFLICT (receiver, day) DO NOTHING"
    transaction.execute(sql, (receiver, on.isoformat(), sequence))


def _sweep_rows(
    transaction: Transaction, office: Office, on: datetime.date, receiver: str, rows: list[_Old], really: bool
) -> tuple[Removed, ...]:  # fmt: skip
    """Rows up to the first that stays are deleted; a notice of identity or of a card behind one that stays becomes a repetition of it."""
    kept = _stays_before(transaction, receiver, rows[0].sequence) if rows else None
    deleted, repeated = list[int](), list[tuple[str, bytes, bytes | None, str, int]]()
    for row in rows:
        if row.type in (IDENTITY, CARD) and _needed(transaction, office, on, row):
            kept = row
        elif kept is None:
            deleted.append(row.sequence)
        elif row.type in (IDENTITY, CARD):
            repeated.append((kept.type, kept.body, kept.seal, receiver, row.sequence))
    if really and deleted:
        transaction.execute("DELETE FROM outbox WHERE receiver = ? AND sequence <= ?", (receiver, deleted[-1]))
    if really and repeated:
        transaction.connection.executemany("UPDATE outbox SET type = ?, body = ?, seal = ? WHERE receiver = ? AND sequence = ?", repeated)
    emptied = one_removal(SweepRule.SENT_IDENTITY, f"outbox {receiver}", [row[4] for row in repeated])
    return (*one_removal(SweepRule.SENT, f"outbox {receiver}", deleted), *emptied)


def _stays_before(transaction: Transaction, receiver: str, sequence: int) -> _Old | None:
    """The last notice of identity or of a card before a number: those that earlier batches left there stay."""
    sql = """SELECT sequence, type, body, seal FROM outbox WHERE receiver = ? AND sequence < ? AND type IN (?, ?)
      ORDER BY sequence DESC LIMIT 1"""
    row = transaction.one(sql, receiver, sequence, IDENTITY, CARD)
    return _Old(*row) if row else None


def _needed(transaction: Transaction, office: Office, on: datetime.date, row: _Old) -> bool:
    """Whether it is held what the row tells. A municipality's records and cards stay in its register, and so do its words of them."""
    if office.kind is OfficeKind.MUNICIPALITY:
        return True
    if row.type == CARD:
        return card_told.is_held(transaction, _told(row.body)[0])
    return still_held(transaction, office, on, _carried(row.body)[0])


def sweep_cards(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """What was told of cards whose holder is not known here, a year after it came; in a trial `after` counts rows."""
    before_ms, skipped = runs_out_before_ms(SweepRule.CARD, on), 0 if really else after
    rows = card_told.of_nobody(transaction, before_ms, ROWS_MAX, skipped)
    if really:
        transaction.connection.executemany("DELETE FROM card_told WHERE card = ? AND version = ? AND office = ?", rows)
    removed = one_removal(SweepRule.CARD, "card_told", [version for _, version, _ in rows])
    return Swept(after + ROWS_MAX if len(rows) == ROWS_MAX else None, removed)


HUB_SWEEPS: tuple[Sweep, ...] = (sweep_identity, sweep_codes, sweep_parked, sweep_cards, sweep_set_aside, sweep_provisions, sweep_sent)
"""Prefecture and centre: in the order in which they run."""
