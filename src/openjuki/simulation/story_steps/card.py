"""Step `card`: 太郎's card with photo, 美子's without; a bank checks the face, areas keep apart (カードの交付; C1-C5 C7; 法30条の44)."""

import asyncio
import os

from openjuki.card import at_the_counter
from openjuki.card.apdu import Command
from openjuki.card.dialogue import select, verify_pin
from openjuki.card.holder import CardKind
from openjuki.card.layouts import AUTH_PIN, CODE, FACE_AID, JPKI_AID, JUKI_AID
from openjuki.card.life import CardStanding
from openjuki.card.memory import Right
from openjuki.card.personalisation import reference_number
from openjuki.card.third_party import CheckedFace, check_face
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.card_issue import Making, making_of
from openjuki.procedures.card_issue import resume
from openjuki.register.errors import NotReady, Say
from openjuki.simulation.story_people import TARO, YOSHIKO
from openjuki.simulation.story_steps.card_desk import PIN, CardDesk, PulledOut, desk_at, refused
from openjuki.simulation.story_steps.stage import AIRA, Stage, expect
from openjuki.terminal.door import InProcessDoor, converse

PROMISES = ("C1", "C2", "C3", "C4", "C5", "C7")
PULLED_AFTER = 20
"""Commands after which somebody takes 太郎's card out of the reader."""


async def play(stage: Stage) -> Say:
    """All of the step."""
    desk = await desk_at(stage)
    cut = await taro_gets_his(stage, desk)
    taro, yoshiko = await stage.resident(TARO), await stage.resident(YOSHIKO)
    (card,) = await desk.alive(taro.code)
    plain = await desk.issued(yoshiko, CardKind.NAME_ONLY)
    presented = await desk.reads(card.card_id, lambda t: at_the_counter.confirm_holder(t, PIN, stage.country.today()))
    expect(presented.code == taro.code, "C4", "another holder was confirmed.", "別人が確認されました。")
    await bank_sees_the_face(stage, desk, card)
    commands = await areas_keep_apart(desk, card, taro.code)
    await nobody_gets_two(desk, stage)
    return Say(
        f"太郎's card with photo was taken out of the reader {cut}put in again, and is one good card until {card.life.last_day}."
        f" 美子 chose the kind with her name only ({plain.card_id}). Both typed their PINs at the desk: no office knows them. A bank"
        f" saw the signed face and photo and got the code by none of its {commands} tries; a second card was refused.",
        f"太郎の写真付きカードは作成途中で抜かれたが、続きから正しい1枚になった（有効期限{card.life.last_day}）。"
        f"美子は氏名のみのカードを選んだ（{plain.card_id}）。暗証番号は本人が端末で設定し、役所は知らない。"
        f"銀行は署名された券面と写真を確認できたが、{commands}通りの方法でも住民票コードは得られなかった。二枚目の交付申請は断られた。",
    )


async def taro_gets_his(stage: Stage, desk: CardDesk) -> str:
    """Application with a certificate in the same visit; the card is pulled while it is made, and made on."""
    taro = await stage.resident(TARO)
    if await desk.alive(taro.code):
        return "before, "
    filed = await desk.applied(taro, CardKind.WITH_PHOTO)
    making = await desk.begun(filed, await desk.new_blank())
    card_id = making.order.card_id
    torn = PulledOut(desk.door(card_id).card, PULLED_AFTER)
    try:
        await asyncio.to_thread(desk.issuing(card_id, torn).make, making)
    except NotReady:
        expect(not await desk.alive(taro.code), "C8", "half a card is valid.", "作りかけのカードが有効です。")
    again: Making = await stage.do(resume, stage.office(AIRA), card_id)
    await asyncio.to_thread(desk.issuing(card_id).make, again)
    unknown = await refused(desk.reads(card_id, lambda t: at_the_counter.confirm_holder(t, PIN, stage.country.today())))
    expect(unknown, "C8", "a card that nobody got can be used.", "交付前のカードが使えます。")
    held = await desk.handed_over(filed, again)
    expect(held.life.standing(stage.country.today()) is CardStanding.VALID, "C1", "it is not valid.", "有効になりません。")
    return f"after {PULLED_AFTER} commands, "


async def bank_sees_the_face(stage: Stage, desk: CardDesk, card: HeldCard) -> None:
    """第一銀行 reads the reference number off the card and checks face and chip with the country's public key only."""
    making: Making = await stage.look(AIRA, lambda transaction: making_of(transaction, card.card_id))
    number, trust, today = reference_number(making.order), desk.authority.trust, stage.country.today()
    checked: CheckedFace = await asyncio.to_thread(
        lambda: converse(desk.door(card.card_id), check_face(trust, number, today, os.urandom))
    )  # fmt: skip
    taro = await stage.resident(TARO)
    shown = (checked.face.name, checked.face.address, checked.office, bool(checked.face.photo))
    expect(shown == (taro.name, taro.address.text(), AIRA, True), "C2", "the face is another's.", "券面が違います。")


async def areas_keep_apart(desk: CardDesk, card: HeldCard, code: str) -> int:
    """With every PIN that 太郎 has typed, no area but the network's own gives the code, and that one to no bank; returns the tries."""
    door = desk.door(card.card_id)
    heard = await asyncio.to_thread(_everything_read, door)
    expect(not any(code.encode() in answer for answer in heard), "C3", "the code is outside of its area.", "住民票コードが漏れています。")
    bank = desk.authority.terminal("bank", Right(0), os.urandom, desk.stage.country.today())
    asked = asyncio.to_thread(lambda: converse(door, at_the_counter.confirm_holder(bank, PIN, desk.stage.country.today())))
    expect(await refused(asked), "C7", "a bank got the code.", "銀行に住民票コードを渡しました。")
    return len(heard) + 1


def _everything_read(door: InProcessDoor) -> list[bytes]:
    """Every short file of the three areas, read with the PIN of the area that was open before."""
    heard = []
    for aid in (JPKI_AID, FACE_AID, JUKI_AID):
        door.transmit(select(JPKI_AID).encode())
        door.transmit(verify_pin(AUTH_PIN, PIN.encode()).encode())
        door.transmit(select(aid).encode())
        for number in {*range(1, 31), CODE}:
            heard.append(door.transmit(Command(0x00, 0xB0, 0x80 | number, 0x00, b"", 4_096).encode()))
    return heard


async def nobody_gets_two(desk: CardDesk, stage: Stage) -> None:
    """太郎 asks for a second card beside the valid one (Order 30-14)."""
    again = desk.applied(await stage.resident(TARO), CardKind.NAME_ONLY)
    expect(await refused(again), "C8", "a second card was not refused.", "二重交付が拒否されません。")
