"""Moves with one visit at the old office: announced, waited for, over (転出届の特例, Act art. 24-2; 令24, 24の2; standard j50, j710).

An announcement prints nothing and ends no residence: the record is removed on the planned day, or when the new office tells that they have
arrived, whichever comes first. Every question of a new office is a row of a log that only grows, written before its answer leaves.
"""

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.law.limits import DAY_MS
from openjuki.offices import municipality
from openjuki.offices.filing import Filing
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Staying
from openjuki.offices.office import Office
from openjuki.offices.relay_guard import RelayQuestion
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_entries import depart
from openjuki.register.errors import Conflict, OpenJukiError, Say
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import CardData

SCRIPT = """
CREATE TABLE transfer_out (id INTEGER PRIMARY KEY, made_ms INTEGER NOT NULL, operator TEXT NOT NULL, state TEXT NOT NULL,
  leaves_on TEXT NOT NULL, body BLOB NOT NULL, entered BLOB NOT NULL);
CREATE INDEX transfer_out_state ON transfer_out (state, leaves_on);
CREATE TABLE transfer_out_person (person INTEGER NOT NULL, n INTEGER NOT NULL, transfer INTEGER NOT NULL, PRIMARY KEY (person, transfer))
  WITHOUT ROWID;
CREATE TABLE transfer_question (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, asker TEXT NOT NULL, operator TEXT NOT NULL,
  transfer INTEGER NOT NULL, outcome TEXT NOT NULL, counted INTEGER NOT NULL, question BLOB NOT NULL);
CREATE INDEX transfer_question_at ON transfer_question (asker, at_ms);
CREATE TRIGGER transfer_question_no_update BEFORE UPDATE ON transfer_question
  BEGIN SELECT RAISE(ABORT, 'transfer_question is append-only'); END;
CREATE TRIGGER transfer_question_no_delete BEFORE DELETE ON transfer_question
  BEGIN SELECT RAISE(ABORT, 'transfer_question is append-only'); END"""
WORK = "announced-move"
"""Kind of the work items."""
TOLD = "told"
"""Outcome of a question that was answered with a transfer record."""


class Announced(StrEnum):
    """How the moving-out notification came."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


class MoveState(StrEnum):
    """What became of an announced move."""

    WAITING = "waiting"
    LEFT = "left"
    """The records are removed: the planned day has come, or they have arrived elsewhere."""
    ON_PAPER = "on-paper"
    """A moving-out certificate was handed out in place of the transfer record."""
    WITHDRAWN = "withdrawn"


class AnnouncedMove(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One notification: the codes of who leaves, whose card covers them, whereto, the planned day; `staying` as in moving out."""

    leavers: tuple[str, ...]
    holder: str
    householder: str
    """Name of who heads the household that they leave."""
    card: CardData
    destination: str
    leaves_on: str
    notified_on: str
    way: Announced
    staying: Staying = NOBODY_NOTIFIED


class Mover(NamedTuple):
    """Somebody whom an announcement names, and the number of the residence that it is to end."""

    person: int
    n: int


class WaitingMove(NamedTuple):
    """An announcement as it stands: its number, when it was taken (wall clock, ms) by whom, who leaves."""

    number: int
    made_ms: int
    operator: str
    state: MoveState
    move: AnnouncedMove
    movers: tuple[Mover, ...]


_SELECT = "SELECT id, made_ms, operator, state, body FROM transfer_out"
_decode = msgspec.msgpack.Decoder(AnnouncedMove).decode
_decode_entered = msgspec.msgpack.Decoder(tuple[tuple[int, int], ...]).decode
_encode = msgspec.msgpack.Encoder().encode
_OPEN = (MoveState.WAITING, MoveState.LEFT)


def announce(
    transaction: Transaction, office: Office, operator: str, move: AnnouncedMove, leavers: Sequence[ResidentRecord]
) -> WaitingMove:
    """Keep an announcement of these residents. Conflict if one of them has announced a move before that is not over."""
    for record in leavers:
        if any(one.state is MoveState.WAITING for one in of_person(transaction, record.person)):
            reason = Say("has announced a move already.", "既に転出届が出ています。")
            raise Conflict("leavers", reason, Say("Withdraw that one first.", "先の転出届を取り消してください。"))
    sql = "INSERT INTO transfer_out (made_ms, operator, state, leaves_on, body, entered) VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
    now_ms, state = office.clock.wall_ms(), MoveState.WAITING.value
    number = int(transaction.value(sql, now_ms, operator, state, move.leaves_on, _encode(move), _encode(())))
    rows = [(record.person, record.residence, number) for record in leavers]
    transaction.connection.executemany("INSERT INTO transfer_out_person VALUES (?, ?, ?)", rows)
    return announced(transaction, number)


def announced(transaction: Transaction, number: int) -> WaitingMove:
    """The announcement of that number; Conflict if there is none."""
    row = transaction.one(f"{_SELECT} WHERE id = ?", number)
    if row is None:
        reason = Say("no move was announced under this number.", "この番号の転出届はありません。")
        raise Conflict("number", reason, Say("See the list.", "一覧を確かめてください。"))
    return _waiting(transaction, row)


def _waiting(transaction: Transaction, row: tuple[int, int, str, str, bytes]) -> WaitingMove:
    number, made_ms, operator, state, body = row
    movers = transaction.all("SELECT person, n FROM transfer_out_person WHERE transfer = ? ORDER BY person", number)
    return WaitingMove(number, made_ms, operator, MoveState(state), _decode(body), tuple(Mover(*mover) for mover in movers))


def of_person(transaction: Transaction, person: int) -> list[WaitingMove]:
    """Every move that somebody announced, the latest first."""
    sql = f"{_SELECT} WHERE id IN (SELECT transfer FROM transfer_out_person WHERE person = ?) ORDER BY id DESC"  # noqa: S608
    return [_waiting(transaction, row) for row in transaction.all(sql, person)]


def listed(transaction: Transaction, *states: MoveState) -> list[WaitingMove]:
    """The announcements in these states (WAITING and LEFT if none is named), by their planned days."""
    wanted = {state.value for state in states or _OPEN}
    rows = transaction.all(f"{_SELECT} ORDER BY leaves_on, id")
    return [_waiting(transaction, row) for row in rows if row[3] in wanted]


def due(transaction: Transaction, today: datetime.date) -> list[WaitingMove]:
    """Those who are still waited with, although their planned day has come."""
    sql = f"{_SELECT} WHERE state = ? AND leaves_on <= ? ORDER BY id"
    return [_waiting(transaction, row) for row in transaction.all(sql, MoveState.WAITING.value, today.isoformat())]


def try_to_leave(transaction: Transaction, office: Office, waiting: WaitingMove) -> None:
    """Raise what leaving will raise, if nothing changes until then; nothing is entered."""
    told = len(transaction.events)
    transaction.execute("SAVEPOINT trial")
    try:
        leave(transaction, office, waiting)
    finally:
        transaction.execute("ROLLBACK TO trial")
        transaction.execute("RELEASE trial")
        del transaction.events[told:]


def put_state(transaction: Transaction, number: int, state: MoveState) -> None:
    """Write what became of an announcement."""
    transaction.execute("UPDATE transfer_out SET state = ? WHERE id = ?", (state.value, number))


def present(transaction: Transaction, waiting: WaitingMove) -> list[ResidentRecord]:
    """The records of its movers whose residence is still the one announced, residents or removed; the dead are not among them."""
    records = ((municipality.record_of(transaction, mover.person), mover.n) for mover in waiting.movers)
    return [record for record, n in records if record.residence == n and record.status in (Status.RESIDENT, Status.REMOVED)]


def leave(transaction: Transaction, office: Office, waiting: WaitingMove, staying: Staying | None = None) -> None:
    """Remove the records of all movers who are still residents, as of the planned day (令13(1)). Raises what a move-out raises.

    `staying` replaces what was announced of those who stay.
    """
    last = transaction.value("SELECT coalesce(max(sequence), 0) FROM event")
    move = waiting.move
    filing = Filing(office, waiting.operator, Reason.MOVE_OUT, move.leaves_on, move.notified_on)
    households: dict[int, list[ResidentRecord]] = {}
    for record in present(transaction, waiting):
        if record.status is Status.RESIDENT:
            households.setdefault(record.household, []).append(record)
    for leavers in households.values():
        depart(transaction, filing, leavers, move.destination, staying or move.staying)
    entered = transaction.all("SELECT person, sequence FROM event WHERE sequence > ? ORDER BY sequence", last)
    transaction.execute("UPDATE transfer_out SET entered = ? WHERE id = ?", (_encode(entered), waiting.number))
    put_state(transaction, waiting.number, MoveState.LEFT)


def leave_if_possible(transaction: Transaction, office: Office, waiting: WaitingMove) -> bool:
    """As `leave`; if it cannot be entered as it was announced, nothing is, and a clerk is told to."""
    told = len(transaction.events)
    transaction.execute("SAVEPOINT leaving")
    try:
        leave(transaction, office, waiting)
    except OpenJukiError as error:
        transaction.execute("ROLLBACK TO leaving")
        del transaction.events[told:]
        what = f"announcement {waiting.number} cannot be entered: {error.item}"
        municipality.put_work_item_once(transaction, office.clock.wall_ms(), WORK, waiting.move.holder, what)
        return False
    finally:
        transaction.execute("RELEASE leaving")
    return True


def leave_on_notice(transaction: Transaction, office: Office, person: int, n: int) -> None:
    """The new office says that somebody arrived before the planned day: all who were announced together leave now."""
    for waiting in of_person(transaction, person):
        if waiting.state is MoveState.WAITING and Mover(person, n) in waiting.movers:
            leave_if_possible(transaction, office, waiting)


def entered_events(transaction: Transaction, number: int) -> tuple[tuple[int, int], ...]:
    """(person, sequence) of the events that leaving has entered."""
    return _decode_entered(transaction.value("SELECT entered FROM transfer_out WHERE id = ?", number))


def put_question(
    transaction: Transaction, now_ms: int, asker: str, operator: str, transfer: int, outcome: str, counted: int, question: bytes
) -> None:
    """Write down a question before it is answered; `counted` is 0 for none, 1 for one, 2 for one that missed; `question` under its seal."""
    sql = """INSERT INTO transfer_question (at_ms, asker, operator, transfer, outcome, counted, question)
      VALUES (?, ?, ?, ?, ?, ?, ?)"""
    transaction.execute(sql, (now_ms, asker, operator, transfer, outcome, counted, question))


def asked_of_late(transaction: Transaction, asker: str, now_ms: int) -> list[RelayQuestion]:
    """The questions of an office in the last day that count against its budget, oldest first."""
    sql = "SELECT at_ms, operator, counted = 2 FROM transfer_question WHERE asker = ? AND at_ms > ? AND counted > 0 ORDER BY at_ms"
    return [RelayQuestion(at_ms, operator, bool(missed)) for at_ms, operator, missed in transaction.all(sql, asker, now_ms - DAY_MS)]


def told_to(transaction: Transaction, number: int) -> list[str]:
    """The offices that got the transfer record of an announcement, in the order in which they did."""
    sql = "SELECT asker FROM transfer_question WHERE transfer = ? AND outcome = ? ORDER BY id"
    return list(dict.fromkeys(asker for (asker,) in transaction.all(sql, number, TOLD)))
