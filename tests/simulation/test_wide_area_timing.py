"""Whether the time of an answer tells of a restraint: restrained against nobody, in pairs (広域交付と回答の時間; X7)."""

import asyncio
import random
import time
from typing import Any

import pytest

from openjuki.law.ways_out import Output
from openjuki.nodes import process
from openjuki.nodes.wide_area_desk import new_number
from openjuki.offices import operator_seal, relay_envelope, restraints, wide_area
from openjuki.offices.restraints import Application, Protected
from openjuki.offices.wide_area import WideAreaRow
from openjuki.offices.wide_area_evidence import request_of
from openjuki.procedures import wide_area_copy
from openjuki.procedures.wide_area_copy import ABSENT_STEP_MS, AskedCopy
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import declare
from openjuki.simulation.restraint_timing import T_MAX, paired_t
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_people import HANAKO
from openjuki.simulation.story_steps import wide_area_copy as step
from openjuki.simulation.story_steps.stage import AIRA, BIRTHS, Stage

pytestmark = pytest.mark.slow  # a country, a tenth of a second for each answer
CHIYODA, STRANGER = "131016", "24727059608"
PAIRS, IN_FLIGHT = 160, 16


async def milliseconds(country: Country, template: Any, code: str) -> float:
    """From a question's arrival until its answer leaves: look-up, log, envelope; the budget, which is the same for both, left out."""
    office, asking = country.office(AIRA), country.office(CHIYODA)
    wanted = request_of(template, code, None)
    row = WideAreaRow(CHIYODA, "clerk-3", new_number(asking), wide_area.digest_of(wanted), b"")
    sealed = operator_seal.sign(asking, "clerk-3", b"")
    asked = AskedCopy(wanted, sealed, relay_envelope.public_of(relay_envelope.new_key(asking)))
    answered, began_s, began = asyncio.get_running_loop().create_future(), office.clock.monotonic_s(), time.perf_counter()

    def work(transaction: Any) -> Any:
        found = wide_area.look_up(transaction, office, wanted)
        return wide_area_copy._Word(wide_area.keep(transaction, office.clock.wall_ms(), row, found))

    office.write(work, lambda outcome: wide_area_copy.tell(office, CHIYODA, asked, outcome, began_s, answered.set_result))
    await answered
    took_ms = (time.perf_counter() - began) * 1_000
    assert took_ms > ABSENT_STEP_MS - 1  # whatever it found, it waited
    return took_ms


async def differences(country: Country) -> list[float]:
    stage, chance = Stage(country), random.Random("1")
    hanako, office = await stage.resident(HANAKO), country.office(AIRA)
    application = Application((Protected(HANAKO, BIRTHS[HANAKO]),), frozenset(Output))
    await country.call(office.write, lambda t: restraints.accept(t, office, "supervisor-1", application))
    template = step.application(stage, hanako)

    async def pair() -> float:
        order = [hanako.code, STRANGER] if chance.random() < 0.5 else [STRANGER, hanako.code]
        took = {code: await milliseconds(country, template, code) for code in order}
        return took[hanako.code] - took[STRANGER]

    found: list[float] = []
    while len(found) < PAIRS:
        found += await asyncio.gather(*(pair() for _ in range(IN_FLIGHT)))
    outcomes = await stage.look(AIRA, lambda t: t.all("SELECT outcome, count(*) FROM wide_area_told GROUP BY outcome ORDER BY outcome"))
    assert outcomes == [("not-here", PAIRS), ("restrained", PAIRS)]
    return found


def test_the_time_until_nobody_is_there_does_not_tell_who_is(tmp_path):
    async def measured() -> list[float]:
        async with run_country(tmp_path, declare((AIRA, CHIYODA), residents=60), Calendar(STORY_DAY)) as country:
            return await differences(country)

    found = process.run(measured())
    assert len(found) == PAIRS
    assert abs(paired_t(found)) < T_MAX
