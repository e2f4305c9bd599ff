"""Step `card-life`: lost, found, PIN blocked, void by code, moved on, memento (カードの運用; C8 C9 N9; 令30の16-30の24)."""

import asyncio
from collections.abc import Callable
from typing import Any

from openjuki.card import at_the_counter
from openjuki.card.at_the_counter import CardData, Shown
from openjuki.card.holder import CardKind
from openjuki.card.life import CardStanding, EndCause
from openjuki.offices.card_applications import Proof
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.municipality import members
from openjuki.offices.transfer_arrivals import ExpectedArrival
from openjuki.offices.transfer_asking import CardShown
from openjuki.procedures import card_life, card_state_query, one_visit_move
from openjuki.procedures.card_life import ContinuedCard, FoundReport, HandedIn, LossReport, NumberCard, PinRequest
from openjuki.procedures.card_state_query import CardState, CardStateQuery
from openjuki.procedures.one_visit_move import FirstNotification, OneVisitArrival, OneVisitNotification
from openjuki.register import transfer_record
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, Refused, Say
from openjuki.register.record import ResidentRecord
from openjuki.simulation.story_people import MICHIKO, NEIGHBOUR, YOSHIKO
from openjuki.simulation.story_steps.card_desk import PIN, SHOWN, CardDesk, Typing, desk_at, refused
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage, expect
from openjuki.terminal.issue_desk import PLACES

PROMISES = ("C8", "C9", "N9")
CHIYODA = "131016"
KIRISHIMA, THERE = "462187", Address("462187", "国分中央", "3丁目45-1")
TWO_PAPERS = frozenset({Proof.PHOTO_DOCUMENT, Proof.OTHER_DOCUMENT})
TRIES = 3


async def play(stage: Stage) -> Say:
    """All of the step."""
    desk = await desk_at(stage)
    await code_change_voided_it(stage, desk)
    ms = await lost_and_found(stage, desk)
    await blocked_and_reset(stage, desk)
    moved = await moves_with_one_visit(stage, desk)
    memento = await individual_number_card_comes(stage, desk.at(KIRISHIMA), moved)
    return Say(
        "美子's card died with her old code; she handed it back and it was destroyed. 美智子 rang that hers was lost: suspended"
        f" in the whole country {ms:.0f} ms later, found, in use again; three wrong PINs blocked it, the counter set a new one against"
        f" two papers. 辻󠄂 moved to Kirishima with one visit, by her card and PIN, and uses it there on. {memento.en}",
        f"美子のカードは住民票コードの変更とともに失効し、返納後に廃棄された。美智子が電話で紛失を届け出ると{ms:.0f}ミリ秒で全国で一時停止となり、"
        "発見後に再び使えるようになった。暗証番号を三度誤って閉塞したが、書類2点により窓口で再設定した。辻󠄂はカードと暗証番号により"
        f"一度の来庁で霧島市へ転入し、カードを継続利用している。{memento.ja}",
    )


async def code_change_voided_it(stage: Stage, desk: CardDesk) -> None:
    """Whatever the chip still says: her card ended in the transaction of her new code; she hands it in, it is destroyed."""
    yoshiko = await stage.resident(YOSHIKO)
    sql = "SELECT card_id FROM card_held WHERE person = ? ORDER BY card_id LIMIT 1"
    card_id = await stage.look(AIRA, lambda transaction: transaction.value(sql, yoshiko.person))
    expect(card_id, "C8", "she has no card: play the step card first.", "カードがありません。先にcardを実行してください。")
    card = await desk.held(card_id)
    if card.life.told is CardStanding.DESTROYED:
        return
    expect(card.life.cause(stage.country.today()) is EndCause.CODE_CHANGED, "C8", "it is still valid.", "失効していません。")
    await told_everywhere(stage, card_id, CardStanding.ENDED)
    office = stage.office(AIRA)
    await stage.do(card_life.hand_in, office, CLERK, HandedIn(card_id, "住民票コードの変更"))
    await desk.reads(card_id, at_the_counter.end)
    await stage.do(card_life.destroy, office, CLERK, card_id)
    expect(await refused(desk.reads(card_id, at_the_counter.card_data)), "C9", "the chip still answers.", "カードが応答します。")


async def lost_and_found(stage: Stage, desk: CardDesk) -> float:
    """美智子 rings; a stranger who does not know her birth date suspends nothing. Returns the milliseconds of the suspension."""
    michiko, office, today = await stage.resident(MICHIKO), stage.office(AIRA), stage.country.today()
    card = await desk.issued(michiko, CardKind.WITH_PHOTO)
    stranger = LossReport(michiko.code, MICHIKO, "1950-01-01", by_phone=True)
    expect(await stage.refusal(card_life.report_loss, office, CLERK, stranger), "C8", "a stranger did it.", "他人が停止できました。")
    report = LossReport(michiko.code, MICHIKO, michiko.birth, by_phone=True)
    began_s = stage.country.clock.monotonic_s()
    lost: HeldCard = await stage.do(card_life.report_loss, office, CLERK, report)
    await told_everywhere(stage, card.card_id, CardStanding.SUSPENDED)
    ms = (stage.country.clock.monotonic_s() - began_s) * 1_000
    expect(lost.life.standing(today) is CardStanding.SUSPENDED, "C8", "it is not suspended.", "一時停止になりません。")
    found: HeldCard = await stage.do(card_life.report_found, office, CLERK, FoundReport(card.card_id, SHOWN))
    expect(found.life.serves(today), "C8", "it does not serve again.", "再び使えません。")
    await told_everywhere(stage, card.card_id, CardStanding.VALID)
    return ms


async def told_everywhere(stage: Stage, card_id: str, standing: CardStanding) -> None:
    """Chiyoda, which never saw the card, asks the centre and hears what it is (Order art. 30-24)."""
    query = CardStateQuery(card_id, CLERK)

    async def heard() -> bool:
        try:
            told: CardState = await stage.do(card_state_query.ask, stage.office(CHIYODA), query)
        except Refused:
            return False
        return told.standing is standing

    await stage.until(heard, "C8")


async def blocked_and_reset(stage: Stage, desk: CardDesk) -> None:
    """Three wrong PINs; then not even the right one, until the counter sets another against two papers."""
    michiko, office, today = await stage.resident(MICHIKO), stage.office(AIRA), stage.country.today()
    (card,) = await desk.alive(michiko.code)
    confirm: Callable[[str], Any] = lambda pin: desk.reads(card.card_id, lambda t: at_the_counter.confirm_holder(t, pin, today))  # noqa: E731
    for pin in ("0000",) * TRIES + (PIN,):
        expect(await refused(confirm(pin)), "C4", "a wrong or blocked PIN was taken.", "誤った暗証番号が通りました。")
    one = PinRequest(card.card_id, SHOWN)
    expect(await stage.refusal(card_life.check_pin, office, one), "C8", "one paper sufficed.", "書類1点で再設定できました。")
    request = PinRequest(card.card_id, TWO_PAPERS)
    await stage.do(card_life.check_pin, office, request)
    await asyncio.to_thread(_set_again, desk, card.card_id)
    await stage.do(card_life.pin_set, office, CLERK, request)
    expect((await confirm(PIN)).code == michiko.code, "C4", "the new PIN does not open it.", "新しい暗証番号が使えません。")


def _set_again(desk: CardDesk, card_id: str) -> None:
    desk.issuing(card_id).set_again(PLACES[0], Typing())


async def moves_with_one_visit(stage: Stage, desk: CardDesk) -> HeldCard:
    """辻󠄂 announces at Aira, comes to Kirishima with card and PIN only, and gets the card back for use there."""
    record, there = await stage.resident(NEIGHBOUR), desk.at(KIRISHIMA)
    if found := await _continued(stage, there):
        return found
    card = await desk.issued(record, CardKind.NAME_ONLY)
    await announced(stage, desk, record, card)
    now_ms, today = stage.country.clock.wall_ms(), stage.country.today()
    shown: Shown = await there.reads(card.card_id, lambda t: at_the_counter.show_card(t, PIN, today, now_ms))
    expect(shown.presented.code == record.code, "C4", "another holder was confirmed.", "別人が確認されました。")
    entered = await arrived(stage, record, CardShown(card.card_id, now_ms, shown.proof))
    expect(entered.code == record.code, "N9", "the code did not come along.", "住民票コードが引き継がれません。")
    brought = ContinuedCard(card.card_id, entered.code, card.with_photo, shown.presented.data.last_day.isoformat(), shown.certificate)
    continued: HeldCard = await stage.do(card_life.continue_use, stage.office(KIRISHIMA), CLERK, brought)
    expect(continued.life.standing(stage.country.today()) is CardStanding.VALID, "C9", "it is not used on.", "継続利用になりません。")
    await told_everywhere(stage, card.card_id, CardStanding.VALID)
    return continued


async def _continued(stage: Stage, there: CardDesk) -> HeldCard | None:
    sql = "SELECT card_id FROM card_held ORDER BY card_id LIMIT 1"
    card_id = await stage.look(KIRISHIMA, lambda transaction: transaction.value(sql))
    return await there.held(card_id) if card_id else None


async def announced(stage: Stage, desk: CardDesk, record: ResidentRecord, card: HeldCard) -> None:
    """The moving-out notification, with what the card says of itself (Order art. 24-3 item 7)."""
    data, key = await desk.reads(card.card_id, at_the_counter.card_and_key)
    told, today = _told(data, key), stage.country.today().isoformat()
    leavers = tuple(one.code for one in await stage.look(AIRA, lambda transaction: members(transaction, record.household)))
    notification = OneVisitNotification(leavers, record.code, told, THERE.text(), today, today)
    await stage.do(one_visit_move.notify_move_out, stage.office(AIRA), CLERK, notification)


def _told(data: CardData, key: bytes) -> transfer_record.CardData:
    days = data.first_day.isoformat(), data.last_day.isoformat()
    return transfer_record.CardData(data.card_id, *days, data.kind is CardKind.WITH_PHOTO, key)


async def arrived(stage: Stage, record: ResidentRecord, shown: CardShown) -> ResidentRecord:
    """The first moving-in notification: the old town tells the transfer record for the card, and she is entered."""
    office, today = stage.office(KIRISHIMA), stage.country.today().isoformat()
    notification = FirstNotification(AIRA, record.code, shown, today, today)
    expected: ExpectedArrival = await stage.do(one_visit_move.ask_transfer, office, CLERK, notification)
    arrival = OneVisitArrival(expected.number, {record.code: "世帯主"}, THERE)
    entered: list[ResidentRecord] = await stage.do(one_visit_move.enter_arrival, office, CLERK, arrival)
    return entered[0]


async def individual_number_card_comes(stage: Stage, desk: CardDesk, card: HeldCard) -> Say:
    """From its day on (dated switch) it takes the Juki card's place: that goes back void, as a memento."""
    if card.life.told is CardStanding.RETURNED:
        return Say("Her old card is a memento.", "旧カードは記念に手元にある。")
    try:
        await stage.do(card_life.take_number_card, stage.office(desk.office), CLERK, NumberCard(card.code, memento=True))
    except InvalidInput as error:
        return Say(f"There is no individual-number card yet: {error.reason.en}", f"個人番号カードはまだない（{error.reason.ja}）。")
    await desk.reads(card.card_id, at_the_counter.end)
    dead = await refused(desk.reads(card.card_id, at_the_counter.card_data))
    expect(dead and not await desk.alive(card.code), "C9", "the old card still serves.", "旧カードが使えます。")
    return Say(
        "When she got the individual-number card, the old one was made void and went back to her as a memento.",
        "個人番号カードの交付時に住基カードは無効とされ、記念として返された。",
    )
