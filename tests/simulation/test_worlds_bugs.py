"""Every fault put into an office on purpose is found by some world (模擬世界の検査)."""

import pytest

from openjuki.simulation.worlds.world import run_world
from tests.simulation.seeded_bugs import BUGS

SEEDS = range(1, 41)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", BUGS)
def test_a_seeded_bug_is_caught(wrong):
    verdict = next((found for seed in SEEDS if (found := run_world(seed, BUGS[wrong])).broken), None)
    assert verdict is not None, f"{len(SEEDS)} worlds saw nothing"
    print(wrong, "->", verdict.seed, verdict.broken)
    assert not run_world(verdict.seed).broken
