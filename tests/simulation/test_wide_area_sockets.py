"""Wide-area copies over real sockets: the story's step, a partner that goes down and comes back, many counters (広域交付の実回線)."""

import asyncio
from collections import Counter
from typing import Any

import msgspec
import pytest

from openjuki.nodes import process
from openjuki.nodes.wide_area_desk import ask_copy, new_number
from openjuki.offices.wide_area_outcomes import Copy
from openjuki.register.wide_area_copy import CopyOf
from openjuki.simulation.declaration import declare
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps import wide_area_copy as step
from openjuki.simulation.story_steps.stage import AIRA, Stage

pytestmark = pytest.mark.slow  # a country is started
CHIYODA, KIRISHIMA, SETAGAYA, HACHIOJI = "131016", "462187", "131121", "132012"
COUNTERS = (CHIYODA, KIRISHIMA, SETAGAYA, HACHIOJI)
EACH = 15


async def down_and_up(stage: Stage) -> list[str]:
    """What a clerk hears of one application while Aira is closed, and when it is open again."""
    taro = await stage.resident(TARO)
    wanted, heard = step.application(stage, taro), []
    await stage.country.close(AIRA)
    heard.append(await ask_copy(stage.office(CHIYODA), "clerk-3", wanted))
    await stage.country.open(AIRA)
    heard.append(await ask_copy(stage.office(CHIYODA), "clerk-3", wanted))
    heard.append(await ask_copy(stage.office(CHIYODA), "clerk-3", wanted))
    assert heard[1] == heard[2]
    return [outcome.why.value if not isinstance(outcome, Copy) else "told" for outcome in heard]


async def all_at_once(stage: Stage) -> Counter[Any]:
    """Four towns ask about everybody of the household in parallel; which answer came to which request."""
    taro = await stage.resident(TARO)
    people = [await stage.resident(name) for name in (TARO, "住基　美子", "住基　明")]
    base = step.application(stage, taro)

    async def one(town: str, turn: int) -> tuple[bool, bool]:
        who, office = people[turn % len(people)], stage.office(town)
        wanted = msgspec.structs.replace(base, number=new_number(office), name=who.name, code=who.code, of=CopyOf.SELF)
        outcome = await ask_copy(office, f"clerk-{turn % 5}", wanted)
        assert isinstance(outcome, Copy)
        return outcome.number == wanted.number, [person.name for person in outcome.content.persons] == [who.name]

    return Counter(await asyncio.gather(*(one(town, turn) for turn in range(EACH) for town in COUNTERS)))


def test_the_step_of_the_story_a_partner_that_comes_back_and_no_answer_for_another(tmp_path):
    async def played() -> Any:
        async with run_country(tmp_path, declare(residents=60), Calendar(STORY_DAY)) as country:
            stage = Stage(country)
            said = await step.play(stage)
            mixed = await all_at_once(stage)
            return said, mixed, await down_and_up(stage)

    said, mixed, heard = process.run(played())
    assert "WideAreaCopyRequest" in said.en and said.ja
    assert mixed == {(True, True): EACH * len(COUNTERS)}
    assert heard == ["unreachable", "told", "told"]
