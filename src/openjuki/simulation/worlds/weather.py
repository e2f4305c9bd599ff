"""How bad a world is: rates of every fault, drawn from its seed (障害の程度; reference reliability section 6, row 1)."""

from random import Random
from typing import NamedTuple

HOUR_S = 3_600.0
DAY_MS = 24 * 3_600 * 1000


class Weather(NamedTuple):
    """What goes wrong, and how often. Probabilities are per write, dial or commit; `_every_s` are mean seconds between faults."""

    lossy: bool
    """True: whole writes are lost, doubled, overtaken. False: a byte stream in order, cut into pieces anywhere."""
    loss: float
    double: float
    overtake: float
    cut: float
    delay_s: float
    slow: float
    slow_max_s: float
    dial_fails: float
    breaks_every_s: float
    partition_every_s: float
    partition_max_s: float
    crash_every_s: float
    down_max_s: float
    commit_s: float
    disk_full: float
    restore_every_s: float
    silent: float
    """Share of restores of which no operator says a word (see worlds/restores.py)."""
    skew_max_ms: int
    storm_s: float
    steps: int


CALM = Weather(
    lossy=False, loss=0, double=0, overtake=0, cut=0.05, delay_s=0.004, slow=0, slow_max_s=0, dial_fails=0, breaks_every_s=0,
    partition_every_s=0, partition_max_s=0, crash_every_s=0, down_max_s=0, commit_s=0.002, disk_full=0,
    restore_every_s=0, silent=0, skew_max_ms=0, storm_s=0, steps=0,
)  # fmt: skip


def draw_weather(chance: Random) -> Weather:
    """The weather of a world: most are some minutes of trouble, a few last hours, with partitions and delays of an hour."""
    lossy = chance.random() < 0.5
    long = chance.random() < 0.06
    storm_s = chance.uniform(HOUR_S, 4 * HOUR_S) if long else chance.uniform(30.0, 600.0)
    return Weather(
        lossy=lossy, loss=chance.choice((0.0, 0.02, 0.1, 0.3)), double=chance.choice((0.0, 0.05, 0.3)),
        overtake=chance.choice((0.0, 0.1, 0.3)), cut=chance.choice((0.0, 0.2, 0.8)), delay_s=chance.choice((0.002, 0.02, 0.3)),
        slow=chance.choice((0.0, 0.01, 0.05)), slow_max_s=chance.choice((2.0, 20.0, HOUR_S)), dial_fails=chance.choice((0.0, 0.1, 0.4)),
        breaks_every_s=chance.choice((0.0, storm_s / 5, storm_s / 30)), partition_every_s=chance.choice((0.0, storm_s / 3, storm_s / 8)),
        partition_max_s=chance.choice((10.0, storm_s / 2)), crash_every_s=chance.choice((0.0, storm_s / 4, storm_s / 12)),
        down_max_s=chance.choice((5.0, storm_s / 4)), commit_s=chance.choice((0.001, 0.01, 0.2)),
        disk_full=chance.choice((0.0, 0.0, 0.03)), restore_every_s=chance.choice((0.0, 0.0, storm_s / 2)),
        silent=chance.choice((0.0, 0.5, 1.0)), skew_max_ms=chance.choice((0, 0, 60_000, DAY_MS)), storm_s=storm_s,
        steps=chance.randint(60, 150),
    )  # fmt: skip
