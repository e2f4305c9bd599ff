"""The campaign names every world that breaks, also one that an error of the offices' code breaks (模擬世界の巡回)."""

import pytest

from openjuki.simulation.worlds import __main__ as campaign
from openjuki.simulation.worlds.world import Verdict


@pytest.mark.slow
def test_a_campaign_counts_and_ends_with_what_the_report_is_read_from(capsys):
    assert campaign.main(["--worlds", "2", "--first-seed", "7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].startswith("2 worlds, 0 broken, ")
    assert "world:office:started" in lines[-1]


def test_a_broken_world_is_named_with_the_command_that_replays_it(capsys):
    def judged(seed):
        return Verdict(seed, "I1 lost" if seed == 4 else "", "", 0, 0, 0, 0, 0.0, 0.0, {})

    assert campaign.search(range(3, 6), 1, judged) == 1
    out = capsys.readouterr().out
    assert "world 4: I1 lost\n  replay: python -m openjuki.simulation.worlds --first-seed 4 --worlds 1 --show\n" in out
    assert "3 worlds, 1 broken" in out


def test_an_error_of_the_offices_code_is_a_verdict_of_its_world():
    def fails(seed, *, silent):
        raise ZeroDivisionError("by the office")

    verdict = campaign.judge(5, silent=False, live=fails)
    assert verdict.seed == 5
    assert verdict.broken.startswith("ZeroDivisionError in fails")
