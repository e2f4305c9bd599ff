"""Moving with one visit, from both sides: announced at the old office, entered at the new one (転入転出手続の簡素化, Act art. 24-2; N9).

Without the card, or when the line is down, the event forms of moving out and moving in do the same with a certificate on paper.
"""

from typing import Any, NamedTuple

from starlette.responses import Response

from openjuki.card.holder import CardKind
from openjuki.counter import card_desk, moving_out_papers, municipalities
from openjuki.counter.audit import Done
from openjuki.counter.residents import in_order, person_meant
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.offices import municipality, transfer_arrivals, transfers
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Relation, Staying
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_arrivals import ArrivalState, ExpectedArrival
from openjuki.offices.transfer_asking import CardShown
from openjuki.offices.transfers import Announced, MoveState, WaitingMove
from openjuki.procedures import one_visit_move
from openjuki.procedures.one_visit_move import FirstNotification, OneVisitArrival, OneVisitNotification, Withdrawal
from openjuki.register.addresses import Address, wards_of
from openjuki.register.addresses import municipality as municipality_of
from openjuki.register.codes import digits_of
from openjuki.register.dates import calendar_date, from_era
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import CardData
from openjuki.terminal.agent import CardTold, Confirm, Confirmed, TellCard

FIRST, LEAVING = "first-move-in", "move-out"
WAYS = {
    Announced.COUNTER: Say("at the window", "窓口"),
    Announced.POST: Say("by post", "郵送"),
    Announced.ONLINE: Say("online", "オンライン"),
}
STATES = {
    MoveState.WAITING: Say("announced", "転出予定"),
    MoveState.LEFT: Say("left", "転出済"),
    MoveState.ON_PAPER: Say("certificate on paper", "転出証明書交付"),
    MoveState.WITHDRAWN: Say("withdrawn", "取消し"),
}


class Moves(NamedTuple):
    """Both lists of an office."""

    arrivals: list[ExpectedArrival]
    announced: list[WaitingMove]


def _day(visit: Visit, item: str) -> str:
    """A day of the calendar as the canonical text. InvalidInput by item."""
    return calendar_date(from_era(visit.item(item), item), item).isoformat()


async def listed(visit: Visit) -> Response:
    """Who is expected to arrive, and who has announced that they leave."""

    def look(transaction: Transaction) -> Moves:
        return Moves(transfer_arrivals.expected(transaction), transfers.listed(transaction, MoveState.WAITING, MoveState.LEFT))

    moves = await visit.read(Done.WORK_SHOWN, "moves", look)
    names = {entry.code: entry.name for entry in municipalities.on_the_network(visit.window)}
    return visit.page("moves.html", moves=moves, names=names, states=STATES, ways=WAYS, MoveState=MoveState, ArrivalState=ArrivalState)


# -- the old office -------------------------------------------------------------------------------------------------------


async def announce(visit: Visit) -> Response:
    """A moving-out notification of somebody with a card."""
    person = person_meant(visit, visit.request.path_params["handle"])
    errand = f"{LEAVING}-{person}"
    card_desk.take_up(visit, errand)

    def look(transaction: Transaction) -> tuple[ResidentRecord, list[ResidentRecord]]:
        record = municipality.record_of(transaction, person)
        return record, in_order(municipality.members(transaction, record.household))

    record, members = await visit.read(Done.FORM_OPENED, f"one-visit move person {person}", look)
    fault: OpenJukiError | None = None
    if visit.request.method == "POST":
        try:
            notification = _notification(visit, record, members, _card_data(visit, errand))
            await visit.enter_once(f"one-visit move person {person}", one_visit_move.notify_move_out, notification)
            card_desk.forget(visit)
            return visit.go("/moves")
        except OpenJukiError as error:
            fault = error
    card = card_desk.told(visit, errand, CardTold)
    context: dict[str, Any] = {"record": record, "members": members, "ways": WAYS, "fault": fault, "card": card, "issuer": _issuer(card)}
    return visit.page("move_out.html", 422 if fault else 200, **context)


def _issuer(card: CardTold | Confirmed | None) -> str:
    return municipality_of(card.issuer).written if card else ""


async def read_leavers_card(visit: Visit) -> Response:
    """The card of somebody who leaves: what it says of itself, without a PIN; what was typed here is kept."""
    errand = f"{LEAVING}-{person_meant(visit, visit.request.path_params['handle'])}"
    return visit.go(card_desk.begin(visit, errand, TellCard(), visit.path.removesuffix("/card")))


def _card_data(visit: Visit, errand: str) -> CardData:
    """What the card that was read says of itself (Order art. 24-3 item 7). InvalidInput if none was."""
    card = card_desk.told(visit, errand, CardTold)
    if card is None:
        raise _unread()
    return CardData(card.card_id, card.first_day, card.last_day, card.kind == CardKind.WITH_PHOTO, card.public)


def _unread() -> InvalidInput:
    remedy = Say("Have it put into the reader.", "読取り装置に入れてもらい、「カードを読む」を押してください。")
    return InvalidInput("card", Say("was not read.", "カードが読み取られていません。"), remedy)


def _notification(visit: Visit, record: ResidentRecord, members: list[ResidentRecord], card: CardData) -> OneVisitNotification:
    chosen = visit.form.getlist("leaver")
    leavers = tuple(one.code for one in members if str(one.person) in chosen or one.person == record.person)
    way = next((one for one in WAYS if one.value == visit.item("way")), Announced.COUNTER)
    return OneVisitNotification(
        leavers=leavers, holder=record.code, card=card, destination=visit.item("destination"),
        leaves_on=_day(visit, "leaves_on"), notified_on=_day(visit, "notified_on"), way=way, staying=_staying(visit, members, leavers),
    )  # fmt: skip


def _staying(visit: Visit, members: list[ResidentRecord], leavers: tuple[str, ...]) -> Staying:
    """The new householder of those who stay, and what the others are to them; nothing if nobody was named."""
    head = next((one for one in members if str(one.person) == visit.item("householder")), None)
    if head is None:
        return NOBODY_NOTIFIED
    others = [one for one in members if one.code not in leavers and one.person != head.person]
    given = [(one.code, visit.item(f"relation-{one.person}")) for one in others]
    return Staying(head.code, tuple(Relation(code, words) for code, words in given if words))


async def withdraw(visit: Visit) -> Response:
    """Nobody moves."""
    number, today = visit.number("number"), visit.window.office.today().isoformat()
    order = Withdrawal(number, today, bool(visit.item("given_back")))
    await visit.enter_once(f"one-visit move {number} withdrawn", one_visit_move.withdraw, order)
    return visit.go("/moves")


async def certify(visit: Visit) -> Response:
    """A certificate on paper in place of the transfer record."""
    number, window = visit.number("number"), visit.window

    def leavers(transaction: Transaction) -> tuple[str, ...]:
        return tuple(one.code for one in transfers.present(transaction, transfers.announced(transaction, number)))

    async def made() -> MoveOutCertificate:
        certificate: MoveOutCertificate = await window.call(one_visit_move.certify, window.office, visit.operator, number)
        return certificate

    return await moving_out_papers.issue(visit, await window.write(leavers), made, f"one-visit move {number}", "/moves")


# -- the new office -------------------------------------------------------------------------------------------------------


async def arrive(visit: Visit) -> Response:
    """The first moving-in notification: the card is shown, and the old office asked for the transfer record."""
    fault: OpenJukiError | None = None
    if not card_desk.take_up(visit, FIRST):
        await visit.take_up(FIRST)
    if visit.request.method == "POST":
        try:
            return await _asked(visit, _first(visit))
        except OpenJukiError as error:
            fault = error
    card = card_desk.told(visit, FIRST, Confirmed)
    context: dict[str, Any] = {"listed": municipalities.offered(visit.window), "card": card, "issuer": _issuer(card)}
    return visit.page("move_in.html", 422 if fault else 200, fault=fault, kept=not isinstance(fault, InvalidInput), **context)


async def read_newcomers_card(visit: Visit) -> Response:
    """The card of somebody who arrives: the PIN is asked for at the desk's agent; what was typed here is kept."""
    return visit.go(card_desk.begin(visit, FIRST, Confirm(0), "/moves/in"))


def _first(visit: Visit) -> FirstNotification:
    """What the page says, with the card that was shown here. InvalidInput by item."""
    card = card_desk.told(visit, FIRST, Confirmed)
    if card is None:
        raise _unread()
    old_office = municipalities.read(visit.item("old_office"), "old_office")
    shown = CardShown(card.card_id, card.shown_ms, card.proof)
    return FirstNotification(old_office, card.code, shown, _day(visit, "moved_on"), _day(visit, "notified_on"))


async def _asked(visit: Visit, notification: FirstNotification) -> Response:
    office = visit.window.office
    await visit.note(Done.FORM_SENT, "first moving-in notification")
    expected: ExpectedArrival = await visit.window.call(one_visit_move.ask_transfer, office, visit.operator, notification)
    await visit.drop_draft(FIRST)
    card_desk.forget(visit)
    return visit.go(f"/moves/in/{expected.number}")


async def again(visit: Visit) -> Response:
    """Ask the old office once more: nothing is done twice."""
    expected: ExpectedArrival = await visit.window.write(transfer_arrivals.arrival, visit.number("number"))
    move = expected.move
    return await _asked(visit, FirstNotification(expected.old_office, move.code, move.card, move.moved_on, move.notified_on))


async def enter(visit: Visit) -> Response:
    """The transfer record, and who of it is entered where."""
    number = visit.number("number")
    expected: ExpectedArrival = await visit.read(Done.RESIDENT_SHOWN, f"arrival {number}", lambda t: transfer_arrivals.arrival(t, number))
    fault: OpenJukiError | None = None
    if visit.request.method == "POST":
        try:
            await visit.enter_once(f"arrival {number}", one_visit_move.enter_arrival, _arrival(visit, expected))
            return visit.go(f"/moves/in/{number}")
        except OpenJukiError as error:
            fault = error
    entered = await visit.window.write(_entered, number) if expected.state is ArrivalState.ENTERED else []
    content = expected.answer.record if expected.answer else None
    wards = wards_of(visit.window.code)
    context: dict[str, Any] = {"expected": expected, "content": content, "entered": entered, "wards": wards, "fault": fault}
    return visit.page("move_enter.html", 422 if fault else 200, **context, ArrivalState=ArrivalState)


def _entered(transaction: Transaction, number: int) -> list[ResidentRecord]:
    return [municipality.record_of(transaction, person) for person in transfer_arrivals.entered_persons(transaction, number)]


def _arrival(visit: Visit, expected: ExpectedArrival) -> OneVisitArrival:
    content = expected.answer.record if expected.answer else None
    persons = content.persons if content else ()
    chosen = visit.form.getlist("person")
    relationships = {one.code: visit.item(f"relationship-{place}") for place, one in enumerate(persons) if str(place) in chosen}
    address = Address(visit.item("ward") or visit.window.code, visit.item("town"), visit.item("block"), visit.item("building"))
    return OneVisitArrival(expected.number, relationships, address, digits_of(visit.item("household_of")))


async def drop(visit: Visit) -> Response:
    """Nobody is entered: what was told is forgotten."""
    number, why = visit.number("number"), visit.item("why")
    if not why:
        raise InvalidInput("why", Say("the ground is missing.", "理由が入力されていません。"), Say("Give it.", "理由を入力してください。"))
    await visit.window.call(one_visit_move.drop, visit.window.office, visit.operator, number, why)
    return visit.go("/moves")


PAGES = (
    Page("/moves", listed, CLERKS, ("GET",)),
    Page("/moves/out/{handle}", announce, CLERKS),
    Page("/moves/out/{handle}/card", read_leavers_card, CLERKS, ("POST",)),
    Page("/moves/announced/{number}/withdraw", withdraw, CLERKS, ("POST",)),
    Page("/moves/announced/{number}/certify", certify, CLERKS, ("POST",)),
    Page("/moves/in", arrive, CLERKS),
    Page("/moves/in/card", read_newcomers_card, CLERKS, ("POST",)),
    Page("/moves/in/{number}", enter, CLERKS),
    Page("/moves/in/{number}/again", again, CLERKS, ("POST",)),
    Page("/moves/in/{number}/drop", drop, CLERKS, ("POST",)),
)
