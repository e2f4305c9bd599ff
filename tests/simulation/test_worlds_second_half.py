"""Seeded worlds, the second half of 500 (模擬世界; promise X5)."""

import pytest

from openjuki.simulation.worlds.__main__ import main
from tests.simulation.test_worlds import WORLDS_IN_EACH


@pytest.mark.slow
@pytest.mark.parametrize("first", range(251, 501, WORLDS_IN_EACH))
def test_the_same_promises_hold_in_the_second_half(first, capsys):
    assert main(["--worlds", str(WORLDS_IN_EACH), "--first-seed", str(first)]) == 0, capsys.readouterr().out
