"""Settlement: the declared residents and the story's people come into their towns by the ordinary import (住民の移行; promise X4)."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import islice

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.importing import BATCH_ROWS
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.procedures import code_allotment
from openjuki.procedures.resident_import import Entered, Entrant, enter_residents
from openjuki.register.errors import Broken, NotReady, Say
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.drawing import REPORT, Drawing, checked, sources
from openjuki.simulation.population_sizes import sizes
from openjuki.simulation.stages import Tell
from openjuki.simulation.story_people import HOME, story_people

OPERATOR = "settlement"
POLL_S = 0.02
ATTEMPTS = 5
"""At a question to the centre."""
TOWNS_AT_ONCE = 48
"""A town mostly waits, for handshakes and for others' commits: with 16, a third of two processors had nothing to do, with 48 a sixth."""
SPARE_CODES, SPARE_CODES_MIN = 12_000, 30
"""Codes beyond those of the residents, for births to come: shared out among the towns, at least so many for each."""


async def settle(country: Country, tell: Tell = lambda done, total: None, drawing: Drawing | None = None) -> int:
    """Enter whoever is declared and not there yet; returns how many came. `tell` hears (done, total); `drawing` has drawn ahead."""
    settling = _Settling(country, tell, drawing)
    towns = ((town, count) for town, count in shares(country.declared).items() if town in country.nodes)  # others run elsewhere
    await asyncio.gather(*(settling.work(towns) for _ in range(TOWNS_AT_ONCE)))
    return settling.came


def shares(declared: Declaration) -> dict[str, int]:
    """How many residents each town of a country has."""
    towns = [office.code for office in declared.offices if office.kind is OfficeKind.MUNICIPALITY]
    counted = sizes(towns, declared.residents, declared.seed) if declared.residents and towns else {}
    if HOME in counted:  # however small the country, the story's people live in it
        counted[HOME] = max(counted[HOME], len(story_people()))
    return counted


class _Settling:
    """The settlement of one country: a few towns at once."""

    def __init__(self, country: Country, tell: Tell, drawing: Drawing | None) -> None:
        self._country, self._tell, self._drawing = country, tell, drawing
        self.came = self._known = 0
        self._spare = max(SPARE_CODES // max(len(country.of_kind(OfficeKind.MUNICIPALITY)), 1), SPARE_CODES_MIN)

    async def work(self, towns: Iterator[tuple[str, int]]) -> None:
        """Settle one town after the other until none is left."""
        for town, count in towns:
            await self._settle(self._country.office(town), count)

    async def _settle(self, office: Office, count: int) -> None:
        """Rows enter in order and a settlement ends before anything else begins, so the persons there say where to go on after a crash."""
        there, free = await self._country.call(office.write, _there)
        if there >= count:
            self._entered(count)
            return
        self._entered(there)
        await self._provide_codes(office, count - there + self._spare - free)
        async with aclosing(self._batches(office.code, count, there)) as batches:
            async for batch in batches:
                await self._enter(office, batch)

    async def _batches(self, town: str, count: int, there: int) -> AsyncGenerator[list[Entrant], None]:
        """The residents who are not there yet, as the other process has drawn them or drawn here."""
        drawn = await self._drawing.of(town, count) if self._drawing is not None else None
        if drawn is not None:
            for at in range(there, count, BATCH_ROWS):
                yield drawn[at : at + BATCH_ROWS]
            return
        rows = islice(sources(town, count, self._country.declared), there, None)
        while batch := list(islice(rows, BATCH_ROWS)):
            yield checked(batch)

    async def _provide_codes(self, office: Office, wanted: int) -> None:
        """Ask the centre for codes, no more than will be used: a nation's towns would else have forty million of them given."""
        while wanted > 0:
            await self._ask_for_codes(office, wanted)
            wanted -= code_allotment.POOL_MAX
        link = self._country.nodes[office.code].links.get(office.centre)
        if link is not None:  # for a long time there is nothing else to ask the centre: it need not hold a link to every town
            link.close("codes received")

    async def _ask_for_codes(self, office: Office, wanted: int) -> None:
        """On a machine that is busy with much else a link may not come up in time: then once more."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._country.call(code_allotment.request, office, wanted)
                return
            except NotReady:
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(attempt)

    async def _enter(self, office: Office, batch: list[Entrant]) -> None:
        entered: Entered = await self._country.call(enter_residents, office, OPERATOR, batch)
        if entered.refused:
            raise Broken("residents", Say("a synthetic resident was refused.", "模擬住民が受け付けられませんでした。"), REPORT)
        self.came += entered.entered
        self._entered(0)

    def _entered(self, before: int) -> None:
        self._known += before
        self._tell(self._known + self.came, self._country.declared.residents)


def _there(transaction: Transaction) -> tuple[int, int]:
    """Persons entered and codes free."""
    return transaction.one("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM code_stock)")  # type: ignore[no-any-return]


async def acknowledged(country: Country, tell: Tell = lambda done, total: None) -> None:
    """Wait until every office's notices have arrived where they belong. The offices know it without a look into their stores."""
    while True:
        nodes = list(country.nodes.values())
        behind = sum(not node.caught_up for node in nodes)
        tell(len(nodes) - behind, len(nodes))
        if not behind:
            return
        await asyncio.sleep(POLL_S)
