"""The run of a simulated prefecture's year: offices up, residents in, 365 days, everything at the centre (県の一年の運転; issue 3)."""

import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.nodes import process
from openjuki.register.addresses import municipalities
from openjuki.register.errors import Say
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, prefecture_year_hubs, settlement
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import CENTRE, Declaration
from openjuki.simulation.population import DAY
from openjuki.simulation.population_sizes import real_size
from openjuki.simulation.prefecture_year_days import Year
from openjuki.simulation.prefecture_year_hubs import Hub, Watch
from openjuki.simulation.prefecture_year_towns import Town
from openjuki.simulation.running import ARRIVING, MOVING_IN, Calendar
from openjuki.simulation.stages import Show

PREFECTURE, ELSEWHERE = "46", "131016"
"""Kagoshima, and Chiyoda in Tokyo for the rest of the country."""
YEAR = DAY.year + 1
LIVING = Say("the days of the year", "一年間の異動")
WAITING_MAX = 20_000
"""Notices on their way for which the next week of events is held back."""


class Passed(NamedTuple):
    """What one part of the run took: how many notices the centre acknowledged, in how many seconds, at which cost of processor."""

    notices: int
    seconds: float
    cpu_s: dict[str, float]
    """Processor seconds of the municipalities' process and of each hub's, by name."""

    @property
    def per_s(self) -> int:
        """Notices a second from municipality to prefecture to centre, durable at each."""
        return round(self.notices / self.seconds)


class Ran(NamedTuple):
    """What happened."""

    towns: tuple[str, ...]
    residents: int
    """Of the prefecture, when the year begins."""
    settled: Passed
    passed: Passed
    year: Year


def declared(residents: int, seed: str) -> Declaration:
    """The country: all municipalities of the prefecture, with `residents` in all, and the one elsewhere, as large beside them as it is."""
    towns = tuple(town.code for town in municipalities() if town.prefecture_code[:2] == PREFECTURE)
    whole = sum(real_size(town, seed) for town in towns)
    everybody = residents + residents * real_size(ELSEWHERE, seed) // whole
    return declaration.declare((*towns, ELSEWHERE), seed=seed, residents=max(everybody, len(towns) + 1))


class _Meter:
    """Measures one part of the run from its making on."""

    def __init__(self, hubs: Mapping[str, Hub], watch: Watch) -> None:
        self._hubs, self._watch = hubs, watch
        self._began_s, self._cpu_s, self._told = time.monotonic(), self._processors_s(), self._acknowledged()

    def read(self) -> Passed:
        """What it took until now."""
        cpu_s = {name: round(now_s - self._cpu_s[name], 2) for name, now_s in self._processors_s().items()}
        return Passed(self._acknowledged() - self._told, round(time.monotonic() - self._began_s, 2), cpu_s)

    def _processors_s(self) -> dict[str, float]:
        return {"municipalities": time.process_time()} | {name: hub.cpu_s for name, hub in self._hubs.items()}

    def _acknowledged(self) -> int:
        return sum(self._watch.acknowledged(hub.code, CENTRE) for hub in self._hubs.values() if hub.code != CENTRE)


async def run(folder: Path, residents: int, seed: str, show: Show) -> Ran:
    """Run it all in a new folder; the offices are stopped when it ends. Raises an OpenJukiError if something does not go on."""
    process.allow_descriptors()
    calendar = Calendar(DAY)
    async with _offices(folder, declared(residents, seed), calendar) as (country, hubs, watch):
        process.settle()
        settled = await _settle(country, hubs, watch, show)
        towns = {node.place.code: Town(node.office, seed) for node in country.of_kind(OfficeKind.MUNICIPALITY)}
        for town in towns.values():
            await town.count_residents(country)
            await town.provide_codes(country)
        process.settle()
        elsewhere = towns.pop(ELSEWHERE)
        shares = {code: town.people.count for code, town in towns.items()}
        year = Year(tuple(towns.values()), elsewhere, shares, calendar, YEAR, seed)
        passed = await _live(year, hubs, watch, show)
    return Ran(tuple(towns), sum(shares.values()), settled, passed, year)


@asynccontextmanager
async def _offices(folder: Path, country: Declaration, calendar: Calendar) -> AsyncIterator[tuple[Country, dict[str, Hub], Watch]]:
    """Municipalities here, prefectures and centre in processes of their own."""
    names = {office.code: _name(office.prefecture) for office in country.offices if office.kind in _HUBS}
    hubs, last = dict[str, Hub](), f"{YEAR}-12-31"
    running = await countries.up(folder, country, today=calendar, elsewhere=names)
    try:
        for code, name in names.items():
            hubs[name] = await prefecture_year_hubs.start(folder, code, last)
        watch = Watch(folder, [*names, *(node.place.code for node in running.of_kind(OfficeKind.MUNICIPALITY))])
        try:
            yield running, hubs, watch
        finally:
            watch.close()
    finally:
        await running.stop()
        for hub in hubs.values():
            await hub.stop()


_HUBS = frozenset({OfficeKind.PREFECTURE, OfficeKind.CENTRE})


def _name(prefecture: str) -> str:
    """What an office is called in the figures."""
    return {"": "centre", PREFECTURE: "prefecture"}.get(prefecture, "other-prefecture")


async def _settle(country: Country, hubs: Mapping[str, Hub], watch: Watch, show: Show) -> Passed:
    """All residents come in, and are known at the centre."""
    meter = _Meter(hubs, watch)
    with show(MOVING_IN) as tell:
        await settlement.settle(country, tell)
    with show(ARRIVING) as tell:
        await watch.until(0, hubs.values(), tell)
    return meter.read()


async def _live(year: Year, hubs: Mapping[str, Hub], watch: Watch, show: Show) -> Passed:
    """The year, until the centre has acknowledged its last notice."""
    meter = _Meter(hubs, watch)
    running: Collection[Hub] = hubs.values()
    with show(LIVING) as tell:
        await year.run(lambda: watch.until(WAITING_MAX, running), tell)
    with show(ARRIVING) as tell:
        await watch.until(0, running, tell)
    return meter.read()
