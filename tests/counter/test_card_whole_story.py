"""A card's whole life told as the story tells it, one card through every station, chip and register real (住基カードの一生; C8, C9)."""

import asyncio

import pytest

from openjuki.card import at_the_counter
from openjuki.card.evidence import evidence
from openjuki.card.holder import CardKind
from openjuki.card.life import CardStanding
from openjuki.nodes.wide_area_desk import ask_copy, new_number
from openjuki.offices.wide_area_outcomes import Copy, NotCopied
from openjuki.offices.wide_area_requests import CopyApplication
from openjuki.procedures import card_life
from openjuki.procedures.card_life import FoundReport, HandedIn, LossReport
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.register.wide_area_copy import CheckedBy
from openjuki.simulation import declaration
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_people import NEIGHBOUR
from openjuki.simulation.story_steps.card_desk import PIN, SHOWN, desk_at, refused
from openjuki.simulation.story_steps.card_life import CHIYODA, KIRISHIMA, moves_with_one_visit, told_everywhere
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage

pytestmark = pytest.mark.slow


async def copy_by_card(stage, desk, record, card_id, home):
    """What the home office answers a town that has checked the holder by card and PIN alone."""
    office, now_ms = stage.office(desk.office), stage.country.clock.wall_ms()
    shown = await desk.reads(card_id, lambda t: at_the_counter.show_card(t, PIN, stage.country.today(), now_ms))
    proof = evidence(shown.certificate, now_ms, shown.proof)
    wanted = CopyApplication(new_number(office), home, record.name, CheckedBy.CARD, now_ms, record.code, card=proof)
    return await ask_copy(office, CLERK, wanted)


async def issued_and_shown(stage, desk):
    """Issue, PIN, wide-area copy."""
    record = await stage.resident(NEIGHBOUR)
    card = await desk.issued(record, CardKind.NAME_ONLY)
    await told_everywhere(stage, card.card_id, CardStanding.VALID)
    today = stage.country.today()
    assert await refused(desk.reads(card.card_id, lambda t: at_the_counter.confirm_holder(t, "0000", today)))
    assert (await desk.reads(card.card_id, lambda t: at_the_counter.confirm_holder(t, PIN, today))).code == record.code
    copy = await copy_by_card(stage, desk.at(CHIYODA), record, card.card_id, AIRA)
    assert isinstance(copy, Copy) and [one.name for one in copy.content.persons] == [record.name]
    return record, card.card_id


async def lost_and_found(stage, desk, record, card_id):
    """Loss, suspension in the whole country, recovery; while it is suspended no town gets a copy for it."""
    office = stage.office(KIRISHIMA)
    await stage.do(card_life.report_loss, office, CLERK, LossReport(record.code, record.name, record.birth, by_phone=True))
    await told_everywhere(stage, card_id, CardStanding.SUSPENDED)
    assert isinstance(await copy_by_card(stage, desk.at(CHIYODA), record, card_id, KIRISHIMA), NotCopied)
    await stage.do(card_life.report_found, office, CLERK, FoundReport(card_id, SHOWN))
    await told_everywhere(stage, card_id, CardStanding.VALID)
    assert isinstance(await copy_by_card(stage, desk.at(CHIYODA), record, card_id, KIRISHIMA), Copy)


async def ended_and_returned(stage, desk, record, card_id):
    """Another code: the card is over in the whole country, whatever its chip says; it is handed back and destroyed."""
    office = stage.office(KIRISHIMA)
    await stage.do(change_code, office, CLERK, CodeChangeRequest(record.code, stage.country.today().isoformat()))
    await told_everywhere(stage, card_id, CardStanding.ENDED)
    assert isinstance(await copy_by_card(stage, desk.at(CHIYODA), record, card_id, KIRISHIMA), NotCopied)
    await stage.do(card_life.hand_in, office, CLERK, HandedIn(card_id, "住民票コードの変更"))
    await told_everywhere(stage, card_id, CardStanding.RETURNED)
    await desk.at(KIRISHIMA).reads(card_id, at_the_counter.end)
    await stage.do(card_life.destroy, office, CLERK, card_id)
    await told_everywhere(stage, card_id, CardStanding.DESTROYED)
    assert await refused(desk.reads(card_id, at_the_counter.card_data)), "the chip still answers"


async def whole_life(folder):
    async with run_country(folder, declaration.declare(residents=20), Calendar(STORY_DAY)) as country:
        stage = Stage(country)
        desk = await desk_at(stage)
        record, card_id = await issued_and_shown(stage, desk)
        used_on = await moves_with_one_visit(stage, desk)
        assert (used_on.card_id, used_on.code, used_on.life.standing(STORY_DAY)) == (card_id, record.code, CardStanding.VALID)
        await lost_and_found(stage, desk, record, card_id)
        await ended_and_returned(stage, desk, record, card_id)


def test_one_card_goes_through_every_station_from_issue_to_return(tmp_path):
    asyncio.run(whole_life(tmp_path / "country"))
