"""First moving-in notifications at the new office: asked about, answered, entered (最初の転入届, Act art. 24-2; 令24の2, 24の3).

A notification stays on the list from the moment on which it is taken until it is entered or dropped: a lost reply or a crash loses nothing.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.law.move_terms import first_move_in
from openjuki.offices import municipality, restraint_telling
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_asking import FirstMoveIn, TransferAnswer, answer_of, card_proves, decode_answer
from openjuki.offices.transfer_outcomes import no_transfer, unusable
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError, Refused, Say
from openjuki.register.identity import Status
from openjuki.register.transfer_record import AliasNote, NoTransfer, TransferContent, check_transfer

SCRIPT = """
CREATE TABLE transfer_in (id INTEGER PRIMARY KEY, old_office TEXT NOT NULL, code TEXT NOT NULL, state TEXT NOT NULL,
  made_ms INTEGER NOT NULL, operator TEXT NOT NULL, body BLOB NOT NULL, answer BLOB NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX transfer_in_code ON transfer_in (code);
CREATE INDEX transfer_in_state ON transfer_in (state);
CREATE TABLE transfer_in_person (person INTEGER NOT NULL, transfer INTEGER NOT NULL, PRIMARY KEY (person, transfer)) WITHOUT ROWID"""


class ArrivalState(StrEnum):
    """What became of a first moving-in notification."""

    ASKED = "asked"
    """The old office has not answered with a record yet."""
    TOLD = "told"
    """The record is here; nobody is entered."""
    ENTERED = "entered"
    DROPPED = "dropped"


class ExpectedArrival(NamedTuple):
    """A first moving-in notification as it stands here; `outcome` says why the old office told nothing, or why it was dropped."""

    number: int
    old_office: str
    state: ArrivalState
    made_ms: int
    operator: str
    move: FirstMoveIn
    answer: TransferAnswer | None
    outcome: str


_SELECT = "SELECT id, old_office, state, made_ms, operator, body, answer, outcome FROM transfer_in"
_decode = msgspec.msgpack.Decoder(FirstMoveIn).decode
_encode = msgspec.msgpack.Encoder().encode


def _arrival(row: tuple[int, str, str, int, str, bytes, bytes, str]) -> ExpectedArrival:
    number, old_office, state, made_ms, operator, body, answer, outcome = row
    told = decode_answer(answer) if answer else None
    return ExpectedArrival(number, old_office, ArrivalState(state), made_ms, operator, _decode(body), told, outcome)


def begin(transaction: Transaction, office: Office, operator: str, old_office: str, move: FirstMoveIn) -> ExpectedArrival:
    """Keep a notification; one of the same code from the same office that is not over is taken up again, with the card as shown now.

    Conflict if they are entered already.
    """
    _refuse_entered(transaction, old_office, move.code)
    states = (ArrivalState.ASKED.value, ArrivalState.TOLD.value)
    sql = f"{_SELECT} WHERE code = ? AND old_office = ? AND state IN (?, ?)"
    row = transaction.one(sql, move.code, old_office, *states)
    if row is None:
        sql = """INSERT INTO transfer_in (old_office, code, state, made_ms, operator, body, answer, outcome)
          VALUES (?, ?, ?, ?, ?, ?, ?, '') RETURNING id"""
        now_ms = office.clock.wall_ms()
        number = transaction.value(sql, old_office, move.code, states[0], now_ms, operator, _encode(move), b"")
    else:
        number = row[0]
        transaction.execute("UPDATE transfer_in SET body = ?, operator = ? WHERE id = ?", (_encode(move), operator, number))
    return arrival(transaction, int(number))


def arrival(transaction: Transaction, number: int) -> ExpectedArrival:
    """The notification of that number; Conflict if there is none."""
    row = transaction.one(f"{_SELECT} WHERE id = ?", number)
    if row is None:
        reason = Say("no arrival is expected under this number.", "この番号の転入届はありません。")
        raise Conflict("number", reason, Say("See the list.", "一覧を確かめてください。"))
    return _arrival(row)


def expected(transaction: Transaction) -> list[ExpectedArrival]:
    """All that are neither entered nor dropped, the oldest first."""
    rows = transaction.all(f"{_SELECT} WHERE state IN (?, ?) ORDER BY id", ArrivalState.ASKED.value, ArrivalState.TOLD.value)
    return [_arrival(row) for row in rows]


def _refuse_entered(transaction: Transaction, old_office: str, code: str) -> None:
    """Conflict if the person of that code came from there and lives here."""
    sql = """SELECT p.person FROM transfer_in t JOIN transfer_in_person p ON p.transfer = t.id
      JOIN code_used c ON c.person = p.person AND c.code = t.code WHERE t.code = ? AND t.old_office = ? AND t.state = ?"""
    person = transaction.value(sql, code, old_office, ArrivalState.ENTERED.value)
    if person is not None and municipality.record_of(transaction, person).status is Status.RESIDENT:
        reason = Say("is entered here already.", "既に記載されています。")
        raise Conflict("code", reason, Say("See the record.", "住民票を確かめてください。"))


def take(transaction: Transaction, office: Office, number: int, old_office: str, payload: bytes) -> OpenJukiError | None:
    """Take the old office's word: hold the restraints, then keep the record; or the error for the clerk. A late second word is let go."""
    expected = arrival(transaction, number)
    if expected.state in (ArrivalState.ENTERED, ArrivalState.DROPPED):
        return None
    try:
        answer = answer_of(payload)
        if answer.record is None:
            return no_transfer(answer.refusal or NoTransfer.NOT_ANNOUNCED)
        check_transfer(answer.record, old_office)
    except (Refused, InvalidInput):
        return unusable("transfer_record")
    holder = answer.record.person(expected.move.code)
    card = holder.card if holder else None
    genuine = card is not None and card.number == expected.move.card.number
    if card is None or not genuine or not card_proves(card.public, office.realm, office.code, expected.move):
        return unusable("card")
    restraint_telling.take_all_in(transaction, office, answer.restraints, old_office)
    sql = "UPDATE transfer_in SET state = ?, answer = ?, outcome = '' WHERE id = ?"
    transaction.execute(sql, (ArrivalState.TOLD.value, _encode(answer), number))
    return None


def record_to_enter(expected: ExpectedArrival) -> TransferContent:
    """The record from which they are entered. Conflict if there is none, or a term has passed (令24の2(1)二)."""
    record = expected.answer.record if expected.answer else None
    if expected.state is not ArrivalState.TOLD or record is None:
        reason = Say("the old office has told nothing, or the notification was dropped.", "転出地の通知がないか、取り下げられています。")
        raise Conflict("number", reason, Say("Ask the old office.", "転出地に照会してください。"))
    term = first_move_in(calendar_date(record.leaves_on), calendar_date(expected.move.moved_on))
    if calendar_date(expected.move.notified_on) > term.last_day:
        raise no_transfer(NoTransfer.TOO_LATE)
    return record


def check_who(record: TransferContent, holder: str, coming: Collection[str]) -> None:
    """InvalidInput unless the card's holder comes, and nobody who is not in the record (Act art. 24-2(2))."""
    if holder not in coming or any(record.person(code) is None for code in coming):
        reason = Say("the holder of the card must come along, and all must be in the record.", "カードの名義人と通知された者に限られます。")
        raise InvalidInput("relationships", reason, Say("Others need a certificate on paper.", "ほかの者は転出証明書が必要です。"))


def keep_outcome(transaction: Transaction, number: int, outcome: str) -> None:
    """Why there is no record yet."""
    transaction.execute("UPDATE transfer_in SET outcome = ? WHERE id = ?", (outcome, number))


def keep_entered(transaction: Transaction, number: int, persons: list[int]) -> None:
    """These were entered from the record."""
    transaction.execute("UPDATE transfer_in SET state = ? WHERE id = ?", (ArrivalState.ENTERED.value, number))
    transaction.connection.executemany("INSERT OR IGNORE INTO transfer_in_person VALUES (?, ?)", [(person, number) for person in persons])


def entered_persons(transaction: Transaction, number: int) -> list[int]:
    """Who was entered from the record, by internal number in the order of their entry."""
    return [person for (person,) in transaction.all("SELECT person FROM transfer_in_person WHERE transfer = ? ORDER BY person", number)]


def drop(transaction: Transaction, number: int, why: str) -> None:
    """Nobody is entered from it: what was told is forgotten."""
    transaction.execute(
        "UPDATE transfer_in SET state = ?, answer = ?, outcome = ? WHERE id = ?", (ArrivalState.DROPPED.value, b"", why, number)
    )


def told_alias_notes(transaction: Transaction, person: int, code: str) -> tuple[AliasNote, ...]:
    """Where and when aliases of somebody were recorded and deleted, as the offices before told (令30の27(2)), the last telling of all."""
    sql = "SELECT answer FROM transfer_in JOIN transfer_in_person ON transfer = id WHERE person = ? ORDER BY id DESC LIMIT 1"
    body = transaction.value(sql, person)
    record = decode_answer(body).record if body else None
    told = record.person(code) if record else None
    return told.alias_notes if told else ()


def tells_of_aliases(transaction: Transaction, number: int) -> bool:
    """Whether a notification's transfer record has notes of aliases: the next office is told of them from it."""
    body = transaction.value("SELECT answer FROM transfer_in WHERE id = ?", number)
    record = decode_answer(body).record if body else None
    return record is not None and any(person.alias_notes for person in record.persons)
