"""Seeded worlds, the first half of 500: they hold every promise (模擬世界; promise X5). The others: test_worlds_second_half.py."""

import pytest

from openjuki.simulation.worlds.__main__ import main

WORLDS_IN_EACH = 125
"""Parts of the 500, so that a failure names its seeds soon; two files, since a worker takes a file as a whole."""


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, 251, WORLDS_IN_EACH))
def test_nothing_acknowledged_is_lost_nothing_applied_twice_hubs_agree_and_no_answer_is_without_its_leaf(first, capsys):
    assert main(["--worlds", str(WORLDS_IN_EACH), "--first-seed", str(first)]) == 0, capsys.readouterr().out
