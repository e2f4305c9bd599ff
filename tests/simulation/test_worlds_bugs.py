"""Every fault put into an office on purpose is found by some world, for the right reason (模擬世界の検査)."""

import re

import pytest

from openjuki.simulation.worlds.life import Parts
from openjuki.simulation.worlds.world import run_world
from tests.simulation.seeded_bugs import BUGS, OneByOne

SEEDS = range(1, 41)

FOUND = {
    "a step is told of before its commit": "while a commit is under way",
    "a notice is acknowledged before its commit": "acknowledged .* on its disk is",
    "the cursor moves before the effect": "I3|I2|parked changes",
    "a gap is not noticed": "I3|I2|parked changes",
    "what is sent again is applied again": "I3",
    "a notice set aside stops the link": "not caught up .* has .* of",
    "nothing is sent again": "not caught up",
    "a restored office keeps its epoch": "not caught up|I3|I2",
    "an old copy is not known by its mark": "not caught up|I1|I2|I3|I7",
    "the last arrival wins": "I2 centre holds",
    "an unknown predecessor is not waited for": "I2 centre",
    "an answer is promised and not written": "which is not on its disk",
}
"""Each bug with what the verdict says."""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", BUGS)
def test_a_seeded_bug_is_caught(wrong):
    verdict = next((found for seed in SEEDS if (found := run_world(seed, BUGS[wrong])).broken), None)
    assert verdict is not None, f"{len(SEEDS)} worlds saw nothing"
    print(wrong, "->", verdict.seed, verdict.broken)
    assert re.search(FOUND[wrong], verdict.broken)
    assert not run_world(verdict.seed).broken


@pytest.mark.slow
def test_an_office_that_takes_notices_one_by_one_but_rightly_is_not_blamed():
    for seed in SEEDS[:6]:
        assert not run_world(seed, Parts(node=OneByOne)).broken
