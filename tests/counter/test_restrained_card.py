"""A protected person's card is handed over after two persons have released it, and to nobody in that place (支援措置; C1, X7)."""

import asyncio
import re

import msgspec
import pytest

from openjuki.card.holder import CardKind
from openjuki.offices.card_applications import Proof, Receiver
from openjuki.offices.card_issue_handover import HandOver
from openjuki.offices.restraint_guard import absent
from openjuki.procedures.card_issue import prepare_hand_over
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.simulation.story_people import HANAKO
from openjuki.simulation.story_steps.card_desk import SHOWN, desk_at
from openjuki.simulation.story_steps.stage import Stage
from tests.counter.restraint_scene import ABUSER, logged_in, protect
from tests.counter.running_country import AIRA
from tests.counter.test_papers import page_of

pytestmark = pytest.mark.slow
NAMED = frozenset({Proof.REPLY, Proof.NAMING, Proof.PHOTO_DOCUMENT})


async def made(stage):
    """Her card, made and not handed over yet; its application."""
    desk = await desk_at(stage)
    filed = await desk.applied(await stage.resident(HANAKO), CardKind.NAME_ONLY)
    making = await desk.begun(filed, await desk.new_blank())
    await asyncio.to_thread(desk.issuing(making.order.card_id).make, making)
    return desk, filed, making


def test_the_card_goes_to_her_after_two_have_released_it_and_to_nobody_in_her_place(country):
    stage = Stage(country.country)
    desk, filed, making = country.do(made(stage))
    protect(country, HANAKO, "1983-04-17")
    own = HandOver(making.order.card_id, Receiver.HOLDER, SHOWN, filed.fee.total_yen)
    agent = msgspec.structs.replace(own, receiver=Receiver.NAMED, proofs=NAMED, name="代理　五郎", why="病気のため")

    def hands_over(given):
        return country.do(stage.do(prepare_hand_over, country.country.office(AIRA), given))

    for given in (agent, msgspec.structs.replace(agent, name=ABUSER)):
        with pytest.raises(Conflict) as refused:
            hands_over(given)
        assert refused.value.reason == absent().reason, "word for word what is said of nobody"
    with pytest.raises(InvalidInput, match="being examined"):
        hands_over(own)
    clerk, supervisor = logged_in(country), logged_in(country, "shien")
    path = re.search(r'href="(/restraints/new/[^"]+)"', page_of(clerk, HANAKO).text)[1]
    page = clerk.get(path)
    asked = clerk.post(path.replace("/new/", "/card/"), once=page.hidden("once"), reason="本人が来庁、写真で確認")
    assert asked.status == 303
    with pytest.raises(InvalidInput):
        hands_over(own)
    waiting = supervisor.get("/restraints")
    number = re.search(rf'<li>card-{filed.number} .*?name="number" value="(\d+)"', waiting.text, re.S)[1]
    assert supervisor.post("/restraints/agree", once=waiting.hidden("once"), number=number).status == 303
    with pytest.raises(Conflict):
        hands_over(agent)
    held = country.do(desk.handed_over(filed, making))
    assert held.card_id == making.order.card_id


def test_who_is_not_protected_is_asked_for_no_release(country):
    clerk = logged_in(country)
    path = re.search(r'href="(/restraints/new/[^"]+)"', page_of(clerk, "住基 美子").text)[1]
    assert "/restraints/card/" not in clerk.get(path).text
