"""Step `move`: the family moves to 世田谷区 with one visit, by 太郎's card (転入届の特例, Act art. 24-2, 9(1); 令13; N9 N10 P2).

On a day on which nobody may get such a card they move with a certificate on paper (story_steps/move_on_paper.py).
"""

from collections.abc import Iterable

from openjuki.card import at_the_counter
from openjuki.card.at_the_counter import Shown
from openjuki.card.holder import CardKind
from openjuki.law.calendar import Profile, Rule, holds
from openjuki.law.ways_out import MESSAGE_WAYS
from openjuki.offices import municipality, relay_envelope
from openjuki.offices.transfer_arrivals import ExpectedArrival
from openjuki.offices.transfer_asking import CardShown
from openjuki.offices.transfers import MoveState, WaitingMove
from openjuki.procedures import one_visit_move
from openjuki.procedures.one_visit_move import FirstNotification, OneVisitArrival, OneVisitNotification
from openjuki.register.errors import Say
from openjuki.register.record import ResidentRecord
from openjuki.register.transfer_record import CardData, TransferContent
from openjuki.simulation.captures import Captures, listening
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps import move_on_paper
from openjuki.simulation.story_steps.card_desk import PIN, CardDesk, desk_at
from openjuki.simulation.story_steps.move_on_paper import COUNTER, NEW_HOME, SETAGAYA
from openjuki.simulation.story_steps.stage import AIRA, CLERK, KAGOSHIMA, TOKYO, Stage, expect

PROMISES = ("N9", "N10", "P2")
NEEDED = (Rule.JUKI_CARD_ISSUE, Rule.ONE_VISIT_MOVE)
WAYS = {
    "TransferRecordRequest": {(SETAGAYA, AIRA)},
    "TransferRecord": {(AIRA, SETAGAYA)},
    "MoveInNotice": {(SETAGAYA, AIRA)},
    "TransferConfirmed": {(AIRA, KAGOSHIMA)},
    "IdentityChange": {(AIRA, KAGOSHIMA), (KAGOSHIMA, CENTRE), (SETAGAYA, TOKYO), (TOKYO, CENTRE)},
}
"""The routes of this step's messages about persons (Act art. 9(1), 24-2(3), (4), 30-5; 令13(3))."""
ALSO = {"CardEvent": {(AIRA, KAGOSHIMA), (KAGOSHIMA, CENTRE)}, "AddressSupplementNotice": {(SETAGAYA, AIRA)}}
"""What follows for the household's cards (令30の22), and for the supplement at the registered domicile (Act art. 19), which is Aira."""


async def play(stage: Stage) -> Say:
    """All of the step."""
    on, profile = stage.country.today(), Profile(stage.country.declared.profile)
    if not all(holds(rule, on, profile) for rule in NEEDED):
        return await move_on_paper.play(stage)
    told, records, captures = await household_moves(stage)
    routes = only_lawful_routes(captures)
    await move_on_paper.departure_is_confirmed(stage, told)
    await move_on_paper.hubs_hold_nothing(stage, told, captures)
    return Say(
        f"太郎 announced the move at 姶良市, came to 世田谷区 once with card and PIN, and {len(records)} of his household were entered with"
        f" their codes, as their next residence. Each message and its route: {', '.join(routes)}. The transfer record and the moving-in"
        " notice passed no hub; what they say of the family register is at both towns and in no file of a prefecture or the centre.",
        f"太郎は姶良市に転出を届け出、世田谷区へはカードと暗証番号で一度だけ来庁し、世帯{len(records)}人が住民票コードを引き継いで転入した。"
        f"電文と経路：{'、'.join(routes)}。転出証明書情報と転入通知は都県もセンターも通らず、戸籍の表示は両市区にのみある。",
    )


async def household_moves(stage: Stage, name: str = TARO) -> tuple[TransferContent, list[ResidentRecord], Captures]:
    """Announced at Aira, entered at Setagaya; what the old town told, who was entered, and what every office received meanwhile."""
    desk, record = await desk_at(stage), await stage.resident(name)
    card = await desk.issued(record, CardKind.WITH_PHOTO)
    await stage.do(relay_envelope.key_of, stage.office(SETAGAYA), AIRA)  # the line is up before anybody listens on it
    await stage.until(lambda: move_on_paper.departure_is_told(stage), "N9")  # so that nothing else is on its way meanwhile
    with listening(stage.country.nodes.values()) as captures:
        await _announced(stage, desk, record, card.card_id)
        shown = await _shown(stage, desk.at(SETAGAYA), card.card_id, record.code)
        told, records = await _entered(stage, record.code, shown)
        await stage.until(lambda: move_on_paper.prefecture_heard(stage, told), "N10")
        await move_on_paper.hubs_know_the_new_residence(stage, records)
    expect(not captures.unheard, "P2", "a line was not listened on.", "採取していない回線があります。")
    return told, records, captures


async def _announced(stage: Stage, desk: CardDesk, record: ResidentRecord, card_id: str) -> None:
    """Everybody of the household leaves today; the card says of itself what the notification needs (令24の3)."""
    data, key = await desk.reads(card_id, at_the_counter.card_and_key)
    days = data.first_day.isoformat(), data.last_day.isoformat()
    card, today = CardData(card_id, *days, data.kind is CardKind.WITH_PHOTO, key), stage.country.today().isoformat()
    members = await stage.look(AIRA, lambda transaction: municipality.members(transaction, record.household))
    leavers = tuple(member.code for member in members)
    notification = OneVisitNotification(leavers, record.code, card, "東京都世田谷区赤堤二丁目3番4号", today, today)
    move: WaitingMove = await stage.do(one_visit_move.notify_move_out, stage.office(AIRA), CLERK, notification)
    expect(move.state is MoveState.LEFT, "N9", "the announcement was not taken.", "転出届が受理されません。")


async def _shown(stage: Stage, desk: CardDesk, card_id: str, code: str) -> CardShown:
    """Card and PIN at the new town's desk."""
    now_ms, today = stage.country.clock.wall_ms(), stage.country.today()
    shown: Shown = await desk.reads(card_id, lambda terminal: at_the_counter.show_card(terminal, PIN, today, now_ms))
    expect(shown.presented.code == code, "N9", "another holder was confirmed.", "別人が確認されました。")
    return CardShown(card_id, now_ms, shown.proof)


async def _entered(stage: Stage, code: str, shown: CardShown) -> tuple[TransferContent, list[ResidentRecord]]:
    """The first moving-in notification; with what the old town tells, all are entered."""
    office, today = stage.office(SETAGAYA), stage.country.today().isoformat()
    expected: ExpectedArrival = await stage.do(
        one_visit_move.ask_transfer, office, COUNTER, FirstNotification(AIRA, code, shown, today, today)
    )
    told = expected.answer.record if expected.answer else None
    assert told is not None, "the step answers with a record or raises"  # noqa: S101 - by the procedure's contract
    relationships = {person.code: person.relationship for person in told.persons}
    arrival = OneVisitArrival(expected.number, relationships, NEW_HOME)
    return told, await stage.do(one_visit_move.enter_arrival, office, COUNTER, arrival)


def only_lawful_routes(captures: Captures) -> list[str]:
    """Each message about a person took the way that the Act has for it, and no other; type and way of each kind, as they came."""
    taken = dict.fromkeys((one.type, one.sender, one.receiver) for one in captures.passed if one.type in MESSAGE_WAYS)
    needed = _flat(WAYS.items())
    expect(needed <= taken.keys() <= needed | _flat(ALSO.items()), "P2", "a message took another way.", "電文の経路が違います。")
    return [f"{sender}→{receiver} {name}" for name, sender, receiver in taken]


def _flat(ways: Iterable[tuple[str, set[tuple[str, str]]]]) -> set[tuple[str, str, str]]:
    return {(name, *way) for name, pairs in ways for way in pairs}
