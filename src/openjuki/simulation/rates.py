"""What happens to residents in a year: births, deaths, moves, changes of address (年間の異動件数; Japan 2024, counts of the Ministry).

Counts are those of the whole country: births and deaths of Japanese residents, moves of all. Changes of address within a municipality are
not published in that series (3.5 million assumed), nor are corrections (1 million); code changes are 0.07 % of residents in the first month
of the network, assumed a tenth of that for a year today. Ages are rounded from the same years; where no table was at hand they are ours.
"""

import datetime
from collections.abc import Iterator
from enum import StrEnum
from random import Random
from typing import NamedTuple

from openjuki.simulation.lots import Lots, below
from openjuki.simulation.population_rates import AgeBand


class LifeEvent(StrEnum):
    """What may happen to a resident or bring one (異動事由)."""

    BIRTH = "birth"
    DEATH = "death"
    MOVE_WITHIN_PREFECTURE_OUT = "move-within-prefecture-out"
    MOVE_WITHIN_PREFECTURE_IN = "move-within-prefecture-in"
    MOVE_ACROSS_PREFECTURES_OUT = "move-across-prefectures-out"
    MOVE_ACROSS_PREFECTURES_IN = "move-across-prefectures-in"
    MOVE_ABROAD = "move-abroad"
    MOVE_FROM_ABROAD = "move-from-abroad"
    CHANGE_OF_ADDRESS = "change-of-address"
    CORRECTION = "correction"
    CODE_CHANGE = "code-change"


RESIDENTS_JAPANESE, RESIDENTS_ALL = 120_653_227, 124_330_690
A_YEAR: dict[LifeEvent, int] = {
    LifeEvent.BIRTH: 687_689,
    LifeEvent.DEATH: 1_599_850,
    LifeEvent.MOVE_WITHIN_PREFECTURE_OUT: 2_684_497,
    LifeEvent.MOVE_WITHIN_PREFECTURE_IN: 2_684_497,
    LifeEvent.MOVE_ACROSS_PREFECTURES_OUT: 2_523_249,
    LifeEvent.MOVE_ACROSS_PREFECTURES_IN: 2_523_249,
    LifeEvent.MOVE_ABROAD: 371_615,
    LifeEvent.MOVE_FROM_ABROAD: 735_883,
    LifeEvent.CHANGE_OF_ADDRESS: 3_500_000,
    LifeEvent.CORRECTION: 1_000_000,
    LifeEvent.CODE_CHANGE: 8_700,
}
"""Persons concerned in the whole country in a year."""

MOVES = frozenset(
    {
        LifeEvent.MOVE_WITHIN_PREFECTURE_OUT, LifeEvent.MOVE_WITHIN_PREFECTURE_IN, LifeEvent.MOVE_ACROSS_PREFECTURES_OUT,
        LifeEvent.MOVE_ACROSS_PREFECTURES_IN, LifeEvent.MOVE_ABROAD, LifeEvent.MOVE_FROM_ABROAD, LifeEvent.CHANGE_OF_ADDRESS,
    }
)  # fmt: skip
MONTHS_OF_MOVES = (70, 73, 186, 152, 78, 72, 77, 74, 74, 75, 67, 66)
"""Moves by month, in roughly 1,000 a year: schools and firms begin in April."""
PEAK_DAYS, PEAK_FACTOR = ((3, 25), (4, 5)), 2
"""First and last day of the rush, on which moves are as many times more frequent as in the rest of those months."""
NOTIFIED_WITHIN_DAYS = 14

MOTHERS: dict[AgeBand, int] = {(18, 19): 5, (20, 24): 65, (25, 29): 265, (30, 34): 370, (35, 39): 235, (40, 45): 60}
DEATHS: dict[AgeBand, int] = {
    (0, 0): 1, (1, 14): 1, (15, 39): 11, (40, 49): 16, (50, 59): 37, (60, 64): 32, (65, 69): 52, (70, 74): 105, (75, 79): 135,
    (80, 84): 168, (85, 89): 196, (90, 94): 164, (95, 99): 70, (100, 108): 12,
}  # fmt: skip
MOVERS: dict[AgeBand, int] = {
    (0, 9): 85,
    (10, 17): 30,
    (18, 19): 50,
    (20, 24): 215,
    (25, 29): 215,
    (30, 34): 125,
    (35, 39): 75,
    (40, 49): 85,
    (50, 64): 75,
    (65, 90): 45,
}
ANYBODY: dict[AgeBand, int] = {(0, 14): 114, (15, 64): 590, (65, 95): 296}
"""Persons by age, in 1,000 each: mothers at birth, the dead, those who move, and those to whom anything else happens."""

_OTHERS = Lots(ANYBODY.items())
_AGES = {LifeEvent.BIRTH: Lots(MOTHERS.items()), LifeEvent.DEATH: Lots(DEATHS.items())} | dict.fromkeys(MOVES, Lots(MOVERS.items()))


class Happening(NamedTuple):
    """One event of one person: what, the age of that person (of the mother for a birth), when it happened and when it is notified."""

    kind: LifeEvent
    age: int
    happened_on: datetime.date
    notified_on: datetime.date


def expected(kind: LifeEvent, residents: int) -> float:
    """How many such events a municipality of `residents` has in a year, on average."""
    whole = RESIDENTS_JAPANESE if kind in (LifeEvent.BIRTH, LifeEvent.DEATH) else RESIDENTS_ALL
    return residents * A_YEAR[kind] / whole


def events_of_year(random: Random, residents: int, year: int) -> Iterator[Happening]:
    """The events of a municipality of about `residents` in `year`, day by day; the same state of `random` gives the same events."""
    day = datetime.date(year, 1, 1)
    daily = {kind: expected(kind, residents) / 365 for kind in LifeEvent}
    while day.year == year:
        for kind, mean in daily.items():
            for _ in range(_whole(random, mean * (season(day) if kind in MOVES else 1.0))):
                yield _happening(random, kind, day)
        day += datetime.timedelta(days=1)


def season(day: datetime.date) -> float:
    """How many times as many moves there are on `day` as on an average day."""
    share = MONTHS_OF_MOVES[day.month - 1] * 12 / sum(MONTHS_OF_MOVES)
    if day.month not in (PEAK_DAYS[0][0], PEAK_DAYS[1][0]):
        return share
    rush = PEAK_DAYS[0] <= (day.month, day.day) <= PEAK_DAYS[1]
    days, rush_days = (31, 7) if day.month == 3 else (30, 5)
    quiet = share * days / (days + rush_days * (PEAK_FACTOR - 1))
    return quiet * PEAK_FACTOR if rush else quiet


def _whole(random: Random, mean: float) -> int:
    """A whole number of that mean: as many as are sure, and one more with the chance that is left."""
    return int(mean + random.random())


def _happening(random: Random, kind: LifeEvent, day: datetime.date) -> Happening:
    low, high = _AGES.get(kind, _OTHERS).draw(random)
    notified = day + datetime.timedelta(days=below(random, NOTIFIED_WITHIN_DAYS + 1))
    weekend = max(0, notified.weekday() - 4)  # offices are shut: the next Monday, or the last Friday if that would be too late
    later = notified + datetime.timedelta(days=(3 - weekend) % 3)
    if (later - day).days > NOTIFIED_WITHIN_DAYS:
        later = notified - datetime.timedelta(days=weekend)
    return Happening(kind, low + below(random, high + 1 - low), day, later)
