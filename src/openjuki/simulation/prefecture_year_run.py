"""The run of a simulated prefecture's year: offices up, residents in, 365 days, everything at the centre (県の一年の運転; issue 3)."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from openjuki.law.kinds import OfficeKind
from openjuki.register.addresses import municipalities
from openjuki.register.errors import Say
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, settlement
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.population import DAY
from openjuki.simulation.population_sizes import real_size
from openjuki.simulation.prefecture_year_days import LINE_DOWN, LINE_UP, days_of
from openjuki.simulation.prefecture_year_messages import (
    Day,
    Job,
    Live,
    Lived,
    Opened,
    Prepare,
    Prepared,
    Settle,
    Settled,
)
from openjuki.simulation.prefecture_year_meter import Meter, Parties, Passed
from openjuki.simulation.prefecture_year_outage import Line, Outage
from openjuki.simulation.prefecture_year_parties import Hub, Running, Watch, start_halls, start_hub
from openjuki.simulation.running import ARRIVING, MOVING_IN, Calendar
from openjuki.simulation.stages import Show, Tell

PREFECTURE, ELSEWHERE = "46", "131016"
"""Kagoshima, and Chiyoda in Tokyo for the rest of the country."""
YEAR = DAY.year + 1
HALLS = 2
"""Processes among which the municipalities are shared out: one for each processor of the machine that the promise names."""
ELSEWHERE_SHARE = 0.28
"""Events of the town elsewhere for each event of the prefecture: all who cross its border come from there or go there."""
LIVING, PREPARING = Say("the days of the year", "一年間の異動"), Say("residents counted, codes given", "住民の計数と住民票コードの指定")
WAITING_MAX = 20_000
"""Notices on their way for which the next week of events is held back."""
_HUBS = frozenset({OfficeKind.PREFECTURE, OfficeKind.CENTRE})
M = TypeVar("M")


class Ran(NamedTuple):
    """What happened."""

    towns: tuple[str, ...]
    residents: int
    """Of the prefecture, when the year begins."""
    settled: Passed
    passed: Passed
    """The whole year, with the two weeks of the outage and the carrying of what waited then."""
    outage: Outage
    lived: Lived
    peaks_mb: dict[str, float]
    """Most memory of each process."""


def towns_of_prefecture() -> tuple[str, ...]:
    """The municipalities whose year it is."""
    return tuple(town.code for town in municipalities() if town.prefecture_code[:2] == PREFECTURE)


def declared(residents: int, seed: str) -> Declaration:
    """The country: all municipalities of the prefecture, with `residents` in all, and the one elsewhere, as large beside them as it is."""
    towns = towns_of_prefecture()
    whole = sum(real_size(town, seed) for town in towns)
    everybody = residents + residents * real_size(ELSEWHERE, seed) // whole
    return declaration.declare((*towns, ELSEWHERE), seed=seed, residents=max(everybody, len(towns) + 1))


def shared_out(shares: Mapping[str, int], halls: int) -> list[list[str]]:
    """The towns of each process: as many events for one as for another."""
    weights = dict(shares) | {ELSEWHERE: int(ELSEWHERE_SHARE * (sum(shares.values()) - shares[ELSEWHERE]))}
    groups = [([town], weight) for town, weight in sorted(weights.items(), key=lambda each: -each[1])[:halls]]
    for town, weight in sorted(weights.items(), key=lambda each: -each[1])[halls:]:
        lightest = min(range(halls), key=lambda number: groups[number][1])
        groups[lightest] = ([*groups[lightest][0], town], groups[lightest][1] + weight)
    return [towns for towns, _ in groups]


async def run(folder: Path, residents: int, seed: str, show: Show) -> Ran:
    """Run it all in a new folder; the offices are stopped when it ends. Raises an OpenJukiError if something does not go on."""
    country, towns = declared(residents, seed), towns_of_prefecture()
    async with _parties(folder, country) as parties:
        settled = await _settle(parties, show)
        counted = await _prepare(parties, show)
        passed, outage, lived = await _live(parties, counted, show)
        peaks = {
            f"{party.name}-{number}" if party in parties.halls else party.name: party.peak_mb for number, party in enumerate(parties.all)
        }
    return Ran(towns, sum(counted[town] for town in towns), settled, passed, outage, lived, peaks)


@asynccontextmanager
async def _parties(folder: Path, country: Declaration) -> AsyncIterator[Parties]:
    """Prefectures and centre in processes of their own, the municipalities in two."""
    founded = await countries.up(folder, country, today=Calendar(DAY), elsewhere=[office.code for office in country.offices])
    await founded.stop()
    hubs, halls = list[Hub](), list[Running]()
    shares = settlement.shares(country)
    try:
        for office in country.offices:
            if office.kind in _HUBS:
                hubs.append(await start_hub(folder, _name(office.prefecture), office.code, f"{YEAR}-12-31"))
        for towns in shared_out(shares, HALLS):
            halls.append(hall := await start_halls("municipalities"))
            hall.say(Job(str(folder.resolve()), towns, shares, ELSEWHERE, country.seed, YEAR))
        await _each(halls, Opened)
        watch = Watch(folder, [*(hub.code for hub in hubs), *shares])
        try:
            yield Parties(tuple(hubs), tuple(halls), watch)
        finally:
            watch.close()
    finally:
        await asyncio.gather(*(party.stop() for party in halls))
        await asyncio.gather(*(party.stop() for party in hubs))


def _name(prefecture: str) -> str:
    """What an office is called in the figures."""
    return {"": "centre", PREFECTURE: "prefecture"}.get(prefecture, "other-prefecture")


async def _each(halls: Sequence[Running], kind: type[M], tell: Tell = lambda done, total: None) -> list[M]:
    """What each of the processes says next."""
    return await asyncio.gather(*(hall.hear(kind, tell) for hall in halls))


async def _settle(parties: Parties, show: Show) -> Passed:
    """All residents come in, and are known at the centre."""
    meter = Meter(parties)
    for hall in parties.halls:
        hall.say(Settle())
    with show(MOVING_IN) as tell:
        await _each(parties.halls, Settled, tell)
    with show(ARRIVING) as tell:
        await parties.watch.until(0, parties.all, tell)
    return meter.read()


async def _prepare(parties: Parties, show: Show) -> dict[str, int]:
    """How many live in every town."""
    for hall in parties.halls:
        hall.say(Prepare())
    with show(PREPARING):
        prepared = await _each(parties.halls, Prepared)
    return {town: count for each in prepared for town, count in each.residents.items()}


async def _live(parties: Parties, residents: dict[str, int], show: Show) -> tuple[Passed, Outage, Lived]:
    """The year, until the centre has acknowledged its last notice."""
    meter, lived = Meter(parties), Lived()
    for hall in parties.halls:
        hall.say(Live(residents))
    with show(LIVING) as tell:
        outage = await _days(parties, tell)
        for each in await _each(parties.halls, Lived):
            lived.add(each)
    with show(ARRIVING) as tell:
        await parties.watch.until(0, parties.all, tell)
    return meter.read(), outage, lived


async def _days(parties: Parties, tell: Tell) -> Outage:
    """Before each day the processes hear of one another's movers; once a week they wait until the hubs are not too far behind."""
    every, outage = list(days_of(YEAR)), None
    line = Line(parties, next(hub for hub in parties.hubs if hub.name == _name(PREFECTURE)))
    for done, day in enumerate(every):
        told = await _each(parties.halls, Day)
        if (day.month, day.day) == LINE_DOWN:
            await line.cut()
        elif (day.month, day.day) == LINE_UP:
            outage = await line.mend()
        elif day.weekday() == 0 and not line.down:
            await parties.watch.until(WAITING_MAX, parties.all)
        _pass_on(parties, told, day)
        tell(done, len(every))
    assert outage is not None  # noqa: S101  every year has an April
    return outage


def _pass_on(parties: Parties, told: Sequence[Day], day: datetime.date) -> None:
    """Each process hears what the others told of a day."""
    for own, hall in enumerate(parties.halls):
        others = [each for number, each in enumerate(told) if number != own]
        movers = [mover for each in others for mover in each.movers]
        hall.say(Day(day, movers, [wanted for each in others for wanted in each.wanted]))
