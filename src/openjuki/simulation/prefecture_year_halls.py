"""Some municipalities of a simulated year in a process of their own, told what to do on its standard input (市区町村の過程; issue 3).

    python -m openjuki.simulation.prefecture_year_halls

One such process for each processor: else all municipalities of the year would share one interpreter's lock, and one processor.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from openjuki.law.kinds import OfficeKind
from openjuki.nodes import process
from openjuki.nodes.trust_folder import read_trust
from openjuki.register.errors import OpenJukiError
from openjuki.simulation import declaration, settlement
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.population import DAY
from openjuki.simulation.prefecture_year_days import LINE_UP, Year
from openjuki.simulation.prefecture_year_messages import (
    Day,
    Failed,
    Job,
    LineUp,
    Live,
    Message,
    Opened,
    Prepare,
    Prepared,
    Progress,
    Settle,
    Settled,
    framed,
    hear,
)
from openjuki.simulation.prefecture_year_towns import Town
from openjuki.simulation.running import Calendar
from openjuki.simulation.stages import Tell

TOLD_EVERY = 2_000
"""Residents between two words of progress."""
WRITERS = 1
"""A second thread that writes would take turns with the first on this process's processor, and leave it smaller commits."""
INPUT_BYTES_MAX = 64 * 1024 * 1024


def say(message: Message) -> None:
    """To whoever runs the year."""
    sys.stdout.buffer.write(framed(message))
    sys.stdout.buffer.flush()


async def run() -> None:
    """All that one process does, in the order in which it is told."""
    reader = asyncio.StreamReader(INPUT_BYTES_MAX)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    job, calendar = await hear(reader, Job), Calendar(DAY)
    async with _offices(job, calendar) as country:
        process.settle()
        say(Opened())
        await hear(reader, Settle)
        await settlement.settle(country, _progress())
        say(Settled())
        await hear(reader, Prepare)
        towns = await _prepare(country, job)
        say(Prepared({code: town.people.count for code, town in towns.items()}))
        await _live(reader, job, towns, country, calendar)


async def _live(reader: asyncio.StreamReader, job: Job, towns: dict[str, Town], country: Country, calendar: Calendar) -> None:
    """The year; then the offices stay open until the input ends, so that everything is sent."""
    residents = (await hear(reader, Live)).residents
    year = Year(
        towns, {code: count for code, count in residents.items() if code != job.elsewhere}, job.elsewhere, calendar, job.year, job.seed
    )
    process.settle()

    async def exchange(told: Day) -> Day:
        say(told)
        if (told.day.month, told.day.day) == LINE_UP:
            await _reach(country, (await hear(reader, LineUp)).office)
        return await hear(reader, Day)

    await year.run(exchange)
    say(year.lived)
    with contextlib.suppress(OpenJukiError):
        await hear(reader, Job)


async def _reach(country: Country, prefecture: str) -> None:
    """Every municipality of the prefecture dials it now, as its operator would who hears that the line is up."""
    nodes = [node for code, node in country.nodes.items() if code[:2] == prefecture[:2]]
    await asyncio.gather(*(country.call(node.reach, prefecture) for node in nodes))


@asynccontextmanager
async def _offices(job: Job, calendar: Calendar) -> AsyncIterator[Country]:
    """This process's part of the country, with its part of the residents."""
    folder = Path(job.folder)
    process.allow_descriptors()
    country = Country(
        folder,
        _part(declaration.read(folder / "country.toml"), job),
        read_trust(folder / "trust"),
        calendar,
        lambda office, tag, what: None,
        WRITERS,
    )
    try:
        await country.start(job.towns)
        yield country
    finally:
        await country.stop()


def _part(whole: Declaration, job: Job) -> Declaration:
    """The country as if there were no other municipalities than those of this process, with the residents of these."""
    offices = tuple(office for office in whole.offices if office.kind is not OfficeKind.MUNICIPALITY or office.code in job.towns)
    return whole._replace(offices=offices, residents=sum(job.shares[town] for town in job.towns))


async def _prepare(country: Country, job: Job) -> dict[str, Town]:
    """Who lives in each town, and codes for those to come."""
    towns = {code: Town(country.office(code), job.seed) for code in job.towns}
    for town in towns.values():
        await town.count_residents(country)
        await town.provide_codes(country)
    return towns


def _progress() -> Tell:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done - told >= TOLD_EVERY:
            told = done
            say(Progress(done, total))

    return tell


def main() -> int:
    """Run it; 0 once the input has ended."""
    try:
        process.run(run())
    except OpenJukiError as error:
        say(Failed(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
