"""The faults of a world, by its weather: crashes, broken connections, partitions, wrong clocks, slow readers (障害)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from openjuki.simulation.worlds import cast
from openjuki.simulation.worlds.disk import CrashPoint

if TYPE_CHECKING:
    from openjuki.simulation.worlds.world import World


def plan(world: World, end_s: float) -> None:
    """Begin every kind of fault that the weather has."""
    chance, storm = world.chance("faults"), world.storm
    every(world, chance, storm.breaks_every_s, end_s, world.network.break_one)
    every(world, chance, storm.partition_every_s, end_s, partial(_part, world, chance))
    every(world, chance, storm.crash_every_s, end_s, partial(_crash, world, chance))
    if storm.skew_max_ms:
        every(world, chance, storm.storm_s / 10, end_s, partial(_skew, world, chance))
    every(world, chance, storm.storm_s / 3, end_s, partial(_pause, world, chance))
    world.restores.plan(world.chance("restores"), end_s)


def every(world: World, chance: Random, mean_s: float, end_s: float, happen: Callable[[], None]) -> None:
    """Let something happen again and again, at random, `mean_s` seconds apart."""
    if not mean_s:
        return

    def again() -> None:
        if world.scheduler.now_s < end_s:
            happen()
            every(world, chance, mean_s, end_s, happen)

    world.scheduler.later(chance.expovariate(1 / mean_s), again)


def _part(world: World, chance: Random) -> None:
    """Cut one office, or half of the country, off from the rest, in one direction or both."""
    side = {chance.choice(cast.CODES)} if chance.random() < 0.6 else {code for code in cast.CODES if chance.random() < 0.5}
    ways = [(a, b) for a in cast.CODES for b in cast.CODES if a in side and b not in side]
    if chance.random() < 0.7:
        ways += [(b, a) for a, b in ways]
    world.watch.happened("", "world:network:parted", " ".join(sorted(side)))
    world.network.part(ways, chance.uniform(1.0, world.storm.partition_max_s))


def _crash(world: World, chance: Random) -> None:
    """Kill an office at once, or at some point of its next commit, or stop it in good order."""
    code, way = chance.choice(cast.CODES), chance.random()
    if way < 0.15:
        world.stop(code)
        restart_later(world, code)
    elif way < 0.35:
        world.crash(code)
        restart_later(world, code)
    else:
        world.lives[code].executor.armed = chance.choice(list(CrashPoint))


def restart_later(world: World, code: str) -> None:
    """Start a crashed office again after a while."""
    world.scheduler.later(world.script.chance.uniform(0.05, world.storm.down_max_s), lambda: world.start(code))


def _skew(world: World, chance: Random) -> None:
    """Set an office's wall clock wrong, forward or back."""
    most = world.storm.skew_max_ms
    world.lives[chance.choice(cast.CODES)].clock.skew_ms = chance.randint(-most, most)


def _pause(world: World, chance: Random) -> None:
    """A peer reads slowly for a while: the transport asks its link to wait."""
    open_ends = [end for end in world.network.ends if end.link is not None]
    if open_ends:
        end = chance.choice(open_ends)
        if end.link is not None:
            end.link.hold()
        world.scheduler.later(chance.uniform(0.1, 30.0), lambda: end.link.resumed() if end.link is not None and end.open else None)
