"""Moving with one visit (転入転出手続の簡素化・転入届の特例, Act art. 24-2, 9(1); 令13, 24-24の3, 30の32; Rules 6-7の2; text of 2013-12).

old office                                  new office
  1 notify_move_out    kept, nothing printed; by counter, post or online
                                            2 ask_transfer    card shown, "first move-in received", kept on the list
             <-- TransferRecordRequest ---
  3 receive, answer    card, terms, budget; a row in the log
             --- TransferRecord --------->
                                            4 restraint held, record kept: "told"
                                            5 enter_arrival   same events as any moving in; residence n + 1
             <-- MoveInNotice ------------    (procedures/move_in_notice.py: departure confirmed, prefecture told)
  6 keep      on the planned day at the latest the records are removed

Instead: withdraw (転出の取消し), certify (a certificate on paper when the line is down or a condition fails), drop (nobody is entered).
Both messages are enclosed to their one reader and have no route to or through prefecture and centre. Each step may be taken again after
a lost reply, and does nothing twice.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from openjuki.law.calendar import Rule, require
from openjuki.law.kinds import OfficeKind, Route
from openjuki.law.move_terms import may_still_announce
from openjuki.offices import (
    municipality,
    operator_seal,
    outbox,
    relay_envelope,
    relay_guard,
    restraints,
    savings,
    transfer_arrivals,
    transfer_asking,
    transfer_endings,
    transfers,
)
from openjuki.offices.filing import Filing, day_until, residents
from openjuki.offices.municipality_arrivals import Arrival, Settling
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Staying, head_of
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.relay_envelope import Opened
from openjuki.offices.savings import Happened
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_answering import Word, answer_in
from openjuki.offices.transfer_arrivals import ArrivalState, ExpectedArrival
from openjuki.offices.transfer_asking import AskedTransfer, CardShown, Errand, FirstMoveIn, asked_of, operator_signs
from openjuki.offices.transfer_entries import arrive
from openjuki.offices.transfer_outcomes import unreached
from openjuki.offices.transfers import Announced, AnnouncedMove, MoveState, WaitingMove
from openjuki.register.addresses import Address
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError, Refused, Say
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import CardData, TransferredPerson
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

_BETWEEN_TOWNS = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})
RECORDED = ("pension_kind", "pension_number")
"""What of 令24の3 numbers 3 to 6 the new record takes over (Act art. 7 item 11); insurance and allowance are applied for anew."""
SLIP = "move-in-accepted"
"""Kind of the slip to the old address: that a moving-in notification was accepted (届出受理の通知)."""
ANNOUNCED_SLIP = "move-out-accepted"
"""Kind of the slip to the old address when the announcement came by post or online."""


class TransferRecordRequest(Message, frozen=True):
    """The first moving-in notification was received here (Act art. 24-2(3)); an `AskedTransfer` in it, enclosed to your `key`."""

    routes = _BETWEEN_TOWNS
    size_max = 8_192
    key: bytes
    enclosed: bytes


class TransferRecord(Message, frozen=True):
    """What the old mayor tells (Act art. 24-2(4)): a `TransferAnswer`, enclosed to the key that came with the question."""

    routes = _BETWEEN_TOWNS
    size_max = 65_536
    enclosed: bytes


class OneVisitNotification(msgspec.Struct, frozen=True):
    """A moving-out notification of somebody with a card: who leaves (codes), whose card it is, whereto, when (Act art. 24, 24-2)."""

    leavers: tuple[str, ...]
    holder: str
    card: CardData
    destination: str
    leaves_on: str
    notified_on: str
    way: Announced = Announced.COUNTER
    staying: Staying = NOBODY_NOTIFIED


class Withdrawal(msgspec.Struct, frozen=True):
    """The announcement that is withdrawn, and when; `given_back`: the office that got the transfer record says that it enters nobody."""

    number: int
    withdrawn_on: str
    given_back: bool = False


class Departure(msgspec.Struct, frozen=True):
    """An announcement that is entered by hand, with what is so of those who stay now."""

    number: int
    staying: Staying = NOBODY_NOTIFIED


class FirstNotification(msgspec.Struct, frozen=True):
    """A first moving-in notification at the counter: where they come from, the holder's code, the card as shown, the days."""

    old_office: str
    code: str
    card: CardShown
    moved_on: str
    notified_on: str


class OneVisitArrival(msgspec.Struct, frozen=True):
    """Who of a transfer record is entered: by code what they are to the householder here, where they live, whom they join."""

    number: int
    relationships: dict[str, str]
    address: Address
    household_of: str = ""
    known_as: dict[str, str] = {}
    """By code, a code under which somebody was in this register before, if it was changed elsewhere since."""
    nobody_known: bool = False
    """The clerk has compared them with those of the same names, birth dates and sexes in this register: they are none of them."""


# -- 1: the old office --------------------------------------------------------------------------------------------------


def notify_move_out(office: Office, operator: str, notification: OneVisitNotification, then: Then) -> None:
    """Step 1: keep the announcement; `then` gets the WaitingMove or an OpenJukiError. Whoever goes abroad announces moving out instead."""
    office.require_ready()
    require([Rule.ONE_VISIT_MOVE], office.today(), office.profile)
    office.write(lambda transaction: _announce(transaction, office, operator, notification), then)


def _announce(transaction: Transaction, office: Office, operator: str, notification: OneVisitNotification) -> WaitingMove:
    notified = day_until(notification.notified_on, "notified_on", office.today())
    leaves = calendar_date(notification.leaves_on, "leaves_on")
    leavers = residents(transaction, notification.leavers, "leavers")
    holder = next((record for record in leavers if record.code == notification.holder), None)
    if holder is None or not notification.destination or any(record.household != holder.household for record in leavers):
        raise _wrong("leavers", "one household with the card's holder, and its destination, are needed.",
                     "カードの名義人を含む一世帯と転出先が必要です。")  # fmt: skip
    if len(leavers) > 1 and holder.relationship != HOUSEHOLDER:
        raise _wrong("holder", "only the householder's card covers members who move along.",
                     "世帯員も併せて転出する場合は、世帯主のカードが必要です。")  # fmt: skip
    if not may_still_announce(leaves, notified) or calendar_date(notification.card.valid_until, "valid_until") < notified:
        raise _wrong("card", "the move is announced too late, or the card has expired.", "届出の期限かカードの有効期限を過ぎています。")
    head = head_of(transaction, holder.household)
    move = AnnouncedMove(
        notification.leavers, notification.holder, head.name if head else "", notification.card, notification.destination,
        notification.leaves_on, notification.notified_on, notification.way, notification.staying,
    )  # fmt: skip
    waiting = transfers.announce(transaction, office, operator, move, leavers)
    if notification.way is not Announced.COUNTER:
        _tell_old_address(transaction, office, holder, leavers, ANNOUNCED_SLIP)
    if leaves > office.today():
        transfers.try_to_leave(transaction, office, waiting)
    else:
        transfers.leave(transaction, office, waiting)
    return transfers.announced(transaction, waiting.number)


def _tell_old_address(
    transaction: Transaction, office: Office, holder: ResidentRecord, movers: Iterable[ResidentRecord], kind: str
) -> None:  # fmt: skip
    """That a notification was accepted; not if somebody protected moves: the abuser may open the letter (standard j580)."""
    if not any(restraints.restraints_of(transaction, one.person, office.today()) for one in movers):
        municipality.print_slip(transaction, office, holder.person, kind)


def _wrong(item: str, reason: str, reason_ja: str) -> InvalidInput:
    remedy = Say("Enter moving out with a certificate on paper instead.", "転出証明書による転出届として処理してください。")
    return InvalidInput(item, Say(reason, reason_ja), remedy)


def withdraw(office: Office, operator: str, withdrawal: Withdrawal, then: Then) -> None:
    """Nobody moves (転出の取消し): what leaving has entered is annulled; `then` gets the WaitingMove or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: transfer_endings.withdraw(transaction, office, operator, *_fields(withdrawal)), then)


def _fields(withdrawal: Withdrawal) -> tuple[int, str, bool]:
    return withdrawal.number, withdrawal.withdrawn_on, withdrawal.given_back


def certify(office: Office, operator: str, number: int, then: Then) -> None:
    """A certificate on paper in place of the transfer record (令24(1)); `then` gets the MoveOutCertificate or an OpenJukiError.

    It names who is not recorded elsewhere yet; from then on no transfer record is told. Asked for again, it is marked as issued again.
    """
    office.require_ready()
    office.write(lambda transaction: transfer_endings.certify(transaction, office, operator, number), then)


def enter_departure(office: Office, operator: str, departure: Departure, then: Then) -> None:
    """In place of step 6 a clerk enters what could not be entered as announced; `then` gets the WaitingMove or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _depart(transaction, office, operator, departure), then)


def _depart(transaction: Transaction, office: Office, operator: str, departure: Departure) -> WaitingMove:
    waiting = transfers.announced(transaction, departure.number)
    if waiting.state is MoveState.WAITING:
        transfers.leave(transaction, office, waiting._replace(operator=operator), departure.staying)
    return transfers.announced(transaction, departure.number)


def keep(office: Office) -> None:
    """Step 6, a duty: once on each day of the register calendar, remove the records of those whose planned day has come (令13(1))."""
    if office.recovering or office.moves_seen_on == office.today():
        return
    office.moves_seen_on = office.today()
    office.write(lambda transaction: see_to_day(transaction, office), _seen)


def _seen(outcome: Any) -> None:
    """The day is seen to; after an error of the disk tomorrow's sweep does the same."""


def see_to_day(transaction: Transaction, office: Office) -> list[int]:
    """Let all leave who are due; the numbers of their announcements. What cannot be entered as announced is work for a clerk."""
    due = transfers.due(transaction, office.today())
    return [waiting.number for waiting in due if transfers.leave_if_possible(transaction, office, waiting)]


# -- 2: the new office --------------------------------------------------------------------------------------------------


def ask_transfer(office: Office, operator: str, notification: FirstNotification, then: Then) -> None:
    """Step 2: tell the old office; `then` gets the ExpectedArrival with its record, or an OpenJukiError that says what to do next.

    It may be called again at any time: after a lost reply, a crash, a second click.
    """
    office.require_ready()
    require([Rule.ONE_VISIT_MOVE], office.today(), office.profile)
    move = FirstMoveIn(notification.code, notification.card, notification.moved_on, notification.notified_on)
    transfer_asking.check(office, operator, notification.old_office, move)

    def begun(outcome: ExpectedArrival | OpenJukiError) -> None:
        if isinstance(outcome, OpenJukiError):
            then(outcome)
            return
        number, old = outcome.number, outcome.old_office
        errand = Errand(office, old, (TransferRecordRequest, TransferRecordRequest, TransferRecord), lambda told: took(number, old, told))
        signed = operator_seal.sign(office, operator, operator_signs(office.realm, office.code, old, move))
        errand.send(lambda reply_key: encode(AskedTransfer(move, signed, reply_key)))

    def took(number: int, old: str, told: Opened | OpenJukiError) -> None:
        office.write(lambda transaction: _take(transaction, office, number, old, told), lambda outcome: then(_said(outcome)))

    office.write(lambda transaction: transfer_arrivals.begin(transaction, office, operator, notification.old_office, move), begun)


def _said(outcome: Any) -> Any:
    """An arrival with a record, or why there is none."""
    if failed(outcome):
        return outcome
    arrival, error = outcome
    return error if error is not None else arrival


# -- 3: the old office --------------------------------------------------------------------------------------------------


def receive(office: Office, asker: Entry, question: Question, message: TransferRecordRequest, reply: Callable[[Any], None]) -> None:
    """Step 3: open the envelope, check who vouches for what; then register and log. The old mayor must answer (24-2(4))."""
    try:
        relay_guard.check_stopped(office, asker.code)
        private = relay_envelope.own_private(office, message.key)
        opened = relay_envelope.opened(office, asker.code, TransferRecordRequest, message.enclosed, private)
        asked = asked_of(opened.payload)
        relay_guard.check_stopped(office, asker.code, asked.operator.operator)
    except Refused as refused:
        office.event("relay:question:refused", f"{asker.code} {refused.code.value}")
        reply(refused)
        return
    wrong = transfer_asking.fault(office, asker.code, asked)

    def work(transaction: Transaction) -> Word:
        return answer_in(transaction, office, asker.code, asked, opened, wrong)

    office.write(work, lambda outcome: _tell(office, asker.code, asked, outcome, reply))


def _tell(office: Office, asker: str, asked: AskedTransfer, outcome: Word | OpenJukiError, reply: Callable[[Any], None]) -> None:
    """The row is on disk; the answer leaves enclosed to the asker."""
    if isinstance(outcome, OpenJukiError):
        reply(outcome)
        return
    if outcome.spent is not None:
        relay_guard.stop(office, asker, outcome.spent)
    if isinstance(outcome.answer, Refused):
        reply(outcome.answer)
        return
    try:
        reply(TransferRecord(relay_envelope.enclose(office, asker, TransferRecord, encode(outcome.answer), asked.reply_key)))
    except Refused as refused:
        reply(refused)


# -- 4, 5: the new office -----------------------------------------------------------------------------------------------


def _take(
    transaction: Transaction, office: Office, number: int, old: str, told: Opened | OpenJukiError
) -> tuple[ExpectedArrival, OpenJukiError | None]:
    """Step 4: hold the restraints, keep the record; or keep why there is none. Both before anybody is told."""
    error = unreached(told) if isinstance(told, OpenJukiError) else transfer_arrivals.take(transaction, office, number, old, told.payload)
    if error is not None:
        transfer_arrivals.keep_outcome(transaction, number, error.item)
    return transfer_arrivals.arrival(transaction, number), error


def enter_arrival(office: Office, operator: str, arrival: OneVisitArrival, then: Then) -> None:
    """Step 5: enter those who came, with residence n + 1; `then` gets their ResidentRecords (again: the same) or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _enter(transaction, office, operator, arrival), then)


def _enter(transaction: Transaction, office: Office, operator: str, entered: OneVisitArrival) -> list[ResidentRecord]:
    expected = transfer_arrivals.arrival(transaction, entered.number)
    if expected.state is ArrivalState.ENTERED:
        return [municipality.record_of(transaction, person) for person in transfer_arrivals.entered_persons(transaction, entered.number)]
    record, move = transfer_arrivals.record_to_enter(expected), expected.move
    transfer_arrivals.check_who(record, move.code, entered.relationships)
    arrivals = [_arrival(person, entered) for person in record.persons if person.code in entered.relationships]
    others = {person.code: {key: person.insured[key] for key in RECORDED if key in person.insured} for person in record.persons}
    filing = Filing(office, operator, Reason.MOVE_IN, move.moved_on, move.notified_on)
    settling = Settling(0, entered.address, move.moved_on, move.notified_on, record.old_address.text())
    records = arrive(transaction, filing, settling, arrivals, household_of=entered.household_of, others=others)
    transfer_arrivals.keep_entered(transaction, entered.number, [one.person for one in records])
    holder = next(one for one in records if one.code == move.code)
    _tell_old_address(transaction, office, holder, records, SLIP)
    savings.count(transaction, office.today(), Happened.ONE_VISIT_MOVE)
    return records


def _arrival(person: TransferredPerson, entered: OneVisitArrival) -> Arrival:
    return Arrival(
        person.name, person.birth, person.sex, entered.relationships[person.code], person.kana, person.registered_domicile,
        person.registered_domicile_head, person.code, person.individual_number, person.former_name, person.alias, person.ended,
        known_as=entered.known_as.get(person.code, ""), nobody_known=entered.nobody_known, foreign=person.foreign,
    )  # fmt: skip


def drop(office: Office, operator: str, number: int, why: str, then: Then) -> None:
    """Nobody is entered (届出の取下げ): what was told is forgotten; `then` gets the ExpectedArrival or an OpenJukiError."""
    office.write(lambda transaction: _drop(transaction, office, operator, number, why), then)


def _drop(transaction: Transaction, office: Office, operator: str, number: int, why: str) -> ExpectedArrival:
    if transfer_arrivals.arrival(transaction, number).state is ArrivalState.ENTERED:
        reason = Say("they are entered already.", "既に記載されています。")
        raise Conflict("number", reason, Say("Annul the entry.", "転入の取消しとして処理してください。"))
    transfer_arrivals.drop(transaction, number, why)
    outbox.record(transaction, office.clock.wall_ms(), "transfer:arrival:dropped", operator, f"arrival {number}")
    return transfer_arrivals.arrival(transaction, number)
