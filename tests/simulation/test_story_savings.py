"""N12: after the story every counter equals the sum made by hand of its steps, at each office (行政コスト・住民負担の削減)."""

import asyncio
from collections import Counter

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.offices import savings
from openjuki.offices.savings import Happened, Saved
from openjuki.simulation import declaration
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story import STEPS, play
from openjuki.simulation.story_steps.stage import AIRA, ONKYU, PASSPORT, TAX

PENSION, HOUSING, REAL_ESTATE, OTHER_HOUSING, CHIYODA = "pension", "462012-housing", "13-realestate", "132012-housing", "131016"
SETAGAYA = "131121"
HUBS = (OfficeKind.CENTRE, OfficeKind.PREFECTURE)
CONFIRMED, CLIENT = Happened.IDENTITY_CONFIRMED, Happened.CLIENT_CONFIRMED

BY_HAND = {
    "birth": {},
    "passport": {(PASSPORT, CONFIRMED): 1, (ONKYU, CONFIRMED): 1},
    # the five tables, the tax department once its ordinance is there, Aira at Kirishima, Kagoshima City's housing at Tokyo
    "four-routes": {
        (PENSION, CLIENT): 1, (HOUSING, CONFIRMED): 2, (REAL_ESTATE, CONFIRMED): 1, (OTHER_HOUSING, CONFIRMED): 1, (PASSPORT, CONFIRMED): 1,
        (TAX, CONFIRMED): 1, (AIRA, CONFIRMED): 1,
    },
    "refusals": {},
    "correction": {},
    "card": {},
    # 太郎's household with his code, and himself without; a second click counts nothing
    "wide-area-copy": {(CHIYODA, Happened.WIDE_AREA_COPY): 2},
    "services": {},
    # one person moves from Chiyoda to Kirishima with one visit: the old office and the registered domicile are told
    "card-life": {("462187", Happened.ONE_VISIT_MOVE): 1, ("462187", Happened.NOTICE_ONLINE): 1 + 1},
    "code-change": {(PENSION, CLIENT): 1, (PASSPORT, CONFIRMED): 1},
    # Kirishima was told when the restraint was taken and when it was confirmed; the pension body asked once
    "protected": {(AIRA, Happened.NOTICE_ONLINE): 2, (PENSION, CLIENT): 1},
    # one visit for the five of the household: Setagaya tells Aira of each arrival, and what Aira's address supplements must say of each
    "move": {(SETAGAYA, Happened.ONE_VISIT_MOVE): 1, (SETAGAYA, Happened.NOTICE_ONLINE): 5 + 5},
    "fault": {},
}  # fmt: skip
"""Typed from the story's steps: what happened at which office, how often."""
STORY = [step for step in STEPS if step.id in BY_HAND]


async def counted(folder):
    """The story played, and what every office but the hubs has counted."""
    async with run_country(folder, declaration.declare(residents=120), Calendar(STORY_DAY)) as country:
        played = await play(country, steps=STORY)
        assert all(step.ok for step in played), [step for step in played if not step.ok]
        await asyncio.sleep(1.5)  # bodies write once a second
        nodes = [node for node in country.nodes.values() if node.place.kind not in HUBS]
        found = {node.place.code: await country.call(node.office.write, savings.counted) for node in nodes}
        return Counter({(code, happened): times for code, counts in found.items() for happened, times in counts.items()})


@pytest.mark.slow
def test_after_the_story_every_counter_is_the_sum_made_by_hand_of_its_steps(tmp_path):
    found = asyncio.run(counted(tmp_path / "country"))
    assert found == sum((Counter(BY_HAND[step.id]) for step in STORY), Counter())
    sums = [savings.saved({happened: times}) for (_, happened), times in found.items()]
    assert Saved(*map(sum, zip(*sums, strict=True))) == Saved(
        copies_not_attached=10, reports_not_filed=3, letters_not_posted=3 * 2 + 2 + 10 + 1 + 1 + 2, visits=10 + 2 + 1 + 1,
        fees_yen=10 * 300, staff_minutes=10 * 10 + 3 * 5 + (2 + 10 + 2) * 5 + 10 + 10,
    )  # fmt: skip


def test_every_step_of_the_story_that_moves_somebody_or_asks_something_stands_in_the_table():
    assert {step.id for step in STEPS} <= set(BY_HAND), "type what the step saves into BY_HAND"
