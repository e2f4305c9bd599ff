"""The old office's word on a first moving-in notification elsewhere (転出証明書情報の通知, Act art. 24-2(4); 令24の2, 24の3).

Question and word stand in the log before the word leaves. A code without an announced move and a card that is not the announced one get the
same word, and count as misses.
"""

from typing import NamedTuple

from openjuki.law.move_terms import first_move_in
from openjuki.offices import municipality, relay_guard, restraint_telling, transfer_arrivals, transfer_notices, transfers
from openjuki.offices.dated_rules import telling
from openjuki.offices.office import Office
from openjuki.offices.relay_envelope import Opened
from openjuki.offices.relay_guard import Spent
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_asking import AskedTransfer, FirstMoveIn, TransferAnswer, card_proves
from openjuki.offices.transfers import Mover, MoveState, WaitingMove
from openjuki.register.change import Previous
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Refused
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import NoTransfer, TransferContent, TransferredPerson, alias_notes, transferred


class Word(NamedTuple):
    """What became of a question; `spent` is a budget that it used up."""

    answer: TransferAnswer | Refused
    spent: Spent | None = None


def answer_in(transaction: Transaction, office: Office, asker: str, asked: AskedTransfer, opened: Opened, wrong: Refused | None) -> Word:
    """Judge, look up, log: one transaction. `wrong` is what the envelope or the evidence was found to lack."""
    now_ms, operator, question = office.clock.wall_ms(), asked.operator.operator, opened.evidence
    spent = relay_guard.spent(transfers.asked_of_late(transaction, asker, now_ms), operator, now_ms)
    if spent is not None:
        transfers.put_question(transaction, now_ms, asker, operator, 0, spent.reason.value, 0, question)
        return Word(Refused(spent.reason, relay_guard.ARTICLE), spent)
    if wrong is not None:
        transfers.put_question(transaction, now_ms, asker, operator, 0, wrong.code.value, 2, question)
        return Word(wrong, _spent_now(transaction, office, asker, operator))
    waiting, answer = look_up(transaction, office, asker, asked.move)
    outcome, counted = (answer.refusal.value, 1) if answer.refusal else (transfers.TOLD, 1)
    if answer.refusal is NoTransfer.NOT_ANNOUNCED:
        counted = 2
    transfers.put_question(transaction, now_ms, asker, operator, waiting.number if waiting else 0, outcome, counted, question)
    if waiting is not None and len(transfers.told_to(transaction, waiting.number)) > 1:
        what = f"announcement {waiting.number}: several offices have asked for the transfer record"
        municipality.put_work_item_once(transaction, now_ms, transfers.WORK, waiting.move.holder, what)
    return Word(answer, _spent_now(transaction, office, asker, operator))


def _spent_now(transaction: Transaction, office: Office, asker: str, operator: str) -> Spent | None:
    """The budget that this question was the last of."""
    asked = transfers.asked_of_late(transaction, asker, office.clock.wall_ms())
    return relay_guard.spent_now(transaction, office, asker, operator, asked, "transfer records")


def look_up(transaction: Transaction, office: Office, asker: str, move: FirstMoveIn) -> tuple[WaitingMove | None, TransferAnswer]:
    """The announcement that the question means, and the word on it."""
    person = transaction.value("SELECT person FROM code_used WHERE code = ?", move.code)
    announced = transfers.of_person(transaction, person) if person is not None else []
    waiting = next((one for one in announced if municipality.person_of_code(transaction, one.move.holder) == person), None)
    if waiting is None or waiting.move.card.number != move.card.number:
        return None, TransferAnswer(None, refusal=NoTransfer.NOT_ANNOUNCED)
    if not card_proves(waiting.move.card.public, office.realm, asker, move):
        return None, TransferAnswer(None, refusal=NoTransfer.NOT_ANNOUNCED)
    refusal = _refusal(transaction, asker, waiting, move)
    if refusal is not None:
        return waiting, TransferAnswer(None, refusal=refusal)
    return waiting, _told(transaction, office, waiting)


def _refusal(transaction: Transaction, asker: str, waiting: WaitingMove, move: FirstMoveIn) -> NoTransfer | None:
    """Which condition of 令24の2 fails."""
    ended = {MoveState.WITHDRAWN: NoTransfer.WITHDRAWN, MoveState.ON_PAPER: NoTransfer.ON_PAPER}
    if waiting.state in ended:
        return ended[waiting.state]
    if any(_recorded_elsewhere(transaction, asker, mover) for mover in waiting.movers) or not transfers.present(transaction, waiting):
        return NoTransfer.ELSEWHERE
    term = first_move_in(calendar_date(waiting.move.leaves_on), calendar_date(move.moved_on))
    return NoTransfer.TOO_LATE if calendar_date(move.notified_on) > term.last_day else None


def _recorded_elsewhere(transaction: Transaction, asker: str, mover: Mover) -> bool:
    """Whether another register than the asker's has had them since, this one included."""
    told = transfer_notices.arrived(transaction, mover.person, mover.n)
    return municipality.record_of(transaction, mover.person).residence > mover.n or any(one.office != asker for one in told)


def _told(transaction: Transaction, office: Office, waiting: WaitingMove) -> TransferAnswer:
    records = transfers.present(transaction, waiting)
    holder = municipality.person_of_code(transaction, waiting.move.holder)
    persons = tuple(_person(transaction, office, waiting, record, card=record.person == holder) for record in records)
    restraints = {one: None for record in records for one in restraint_telling.told_of(transaction, office, record.person)}
    move = waiting.move
    content = TransferContent(move.householder, records[0].address, move.destination, move.leaves_on, persons)
    return TransferAnswer(content, tuple(restraints))


def _person(transaction: Transaction, office: Office, waiting: WaitingMove, record: ResidentRecord, *, card: bool) -> TransferredPerson:
    version, _ = municipality.version_and_record(transaction, record.person)
    before = transfer_arrivals.told_alias_notes(transaction, record.person, record.code)
    notes = alias_notes(municipality.events_of(transaction, record.person), office.code, before) if record.alias or before else ()
    ended = Previous(record.residence, office.code, max(version, 1), record.code)
    return transferred(record, ended, waiting.move.card if card else None, notes, telling(office).left_out)
