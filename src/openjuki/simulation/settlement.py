"""Settlement: the declared residents and the story's people come into their towns by the ordinary import (住民の移行; promise X4)."""

import asyncio
from collections.abc import Callable
from itertools import islice

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.importing import Importing, Standing, keep
from openjuki.nodes.resident_files import Source
from openjuki.offices import outbox
from openjuki.register.errors import Broken, Say
from openjuki.simulation.country import Country
from openjuki.simulation.population_sizes import sizes
from openjuki.simulation.story_people import HOME, residents_with_story, story_people

OPERATOR = "settlement"
POLL_S = 0.01
REPORT = Say("Report the fault.", "不具合として報告してください。")


async def settle(country: Country, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Enter whoever is declared and not there yet; returns how many came. `tell` hears (done, total)."""
    declared, came = country.declared, 0
    towns = [node.place.code for node in country.of_kind(OfficeKind.MUNICIPALITY)]
    shares = sizes(towns, declared.residents, declared.seed) if declared.residents else {}
    if HOME in shares:  # however small the country, the story's people live in it
        shares[HOME] = max(shares[HOME], len(story_people()))
    for town, count in shares.items():
        before = came
        came += await _settle_town(country, town, count, lambda entered: tell(before + entered, declared.residents))  # noqa: B023
    return came


async def _settle_town(country: Country, town: str, count: int, tell: Callable[[int], None]) -> int:
    """Rows enter in order and a settlement ends before anything else begins, so the persons there say where to go on after a crash."""
    office = country.office(town)
    there = await country.call(office.write, lambda transaction: transaction.value("SELECT count(*) FROM person"))
    rows = residents_with_story(town, count, country.declared.seed)
    sources = (Source(line, line, row) for line, row in enumerate(rows, 1))
    await country.call(office.write, lambda transaction: keep(transaction, Standing("settlement")))
    done = await Importing(office, country.call, OPERATOR, lambda now: tell(now.entered)).run(islice(sources, there, None))
    if done.refused:
        raise Broken("residents", Say("a synthetic row was refused.", "模擬住民の行が受け付けられませんでした。"), REPORT)
    return done.entered


async def acknowledged(country: Country) -> None:
    """Wait until every office's notices have arrived where they belong."""
    while True:
        waiting = [await country.call(node.office.write, outbox.unacknowledged) for node in list(country.nodes.values())]
        if not any(waiting):
            return
        await asyncio.sleep(POLL_S)
