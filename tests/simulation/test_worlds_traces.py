"""A seed is a whole world: the same trace in every process; and worlds are full of what they are made for (模擬世界; promise X5)."""

import subprocess
import sys

import pytest

from openjuki.simulation.worlds.world import run_world


@pytest.mark.slow
def test_a_seed_gives_the_same_trace_twice_whatever_the_hash_seed_of_the_process():
    seeds = range(1, 6)
    here = [run_world(seed).trace for seed in seeds]
    assert [run_world(seed).trace for seed in seeds] == here
    assert len(set(here)) == len(here)
    say = f"from openjuki.simulation.worlds.world import run_world\nfor seed in {list(seeds)}: print(run_world(seed).trace)"
    for hash_seed in ("1", "2"):
        run = subprocess.run([sys.executable, "-c", say], env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
                             capture_output=True, text=True, check=True)  # fmt: skip
        assert run.stdout.split() == here


@pytest.mark.slow
def test_worlds_are_full_of_steps_and_faults():
    verdicts = [run_world(seed) for seed in (*range(1, 13), 35)]  # in the 35th a change overtakes the one it follows
    happened = {tag for verdict in verdicts for tag in verdict.events}
    assert sum(verdict.told for verdict in verdicts) > 12 * 40
    assert {
        "world:office:crashed", "world:network:parted", "world:dial:refused", "wire:link:closed", "wire:notice:quarantined",
        "change:person:parked", "world:disk:restored", "node:restore:noticed", "node:recovery:finished",
    } <= happened  # fmt: skip
