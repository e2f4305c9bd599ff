"""Import of a register: rows are checked, codes fetched in time, a few batches on their way at once (データ移行, Act art. 5, 8).

A row that cannot be entered never holds up the others: it is handed over with all its errors. What `Totals` counts as entered is on disk.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from openjuki.offices.office import Office
from openjuki.offices.resident_rows import items_of
from openjuki.procedures import code_allotment
from openjuki.procedures.resident_import import Entered, Entrant, enter_residents
from openjuki.register.errors import OpenJukiError
from openjuki.register.items import read_row

BATCH_ROWS = 500
IN_FLIGHT_MAX = 3
"""Batches submitted and not yet on disk: enough to keep the writer busy, few enough to lose little time in a crash."""

Row = Mapping[str, str]


class Source(NamedTuple):
    """One row as it stands in the file: its line, the offset behind it, its items by key."""

    line: int
    end: int
    row: Row


class Rejected(NamedTuple):
    """A row that was not entered, with everything that is wrong with it."""

    source: Source
    errors: list[OpenJukiError]


class Totals:
    """What an import has done so far; only what is on disk counts."""

    def __init__(self) -> None:
        self.entered = self.refused = self.line = self.end = 0


class _Batch:
    """Rows on their way into the register."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self.rejected: list[Rejected] = []
        self.entrants: list[Entrant] = []
        for source in sources:
            values, errors = read_row(source.row)
            if errors:
                self.rejected.append(Rejected(source, list(errors)))
            else:
                self.entrants.append(Entrant(source.line, values["household_number"], items_of(values, source.row)))
        self.codes_needed = sum(entrant.items.code is None for entrant in self.entrants)


Call = Callable[..., Any]
"""`Country.call`: takes a procedure's step and waits for its outcome."""


class Importing:
    """One import into one municipality."""

    def __init__(self, office: Office, call: Call, operator: str, tell: Callable[[Totals, list[Rejected]], None]) -> None:
        self._office, self._call, self._operator, self._tell = office, call, operator, tell
        self._free_codes = -1
        self.totals = Totals()

    async def run(self, rows: Iterable[Source]) -> Totals:
        """Enter all rows; `tell` hears of each batch, in order, once it is on disk. Raises what stops the import as a whole."""
        source, waiting = iter(rows), set[asyncio.Task[None]]()
        while chunk := list(islice(source, BATCH_ROWS)):
            batch = _Batch(chunk)
            await self._provide_codes(batch.codes_needed)
            entered = asyncio.ensure_future(self._call(enter_residents, self._office, self._operator, batch.entrants))
            waiting.add(asyncio.ensure_future(self._heard(batch, entered)))
            while len(waiting) >= IN_FLIGHT_MAX:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            await asyncio.sleep(0)
        for task in waiting:
            await task
        return self.totals

    async def _heard(self, batch: _Batch, entering: Any) -> None:
        entered: Entered = await entering
        refused, by_line = dict(entered.refused), {source.line: source for source in batch.sources}
        rejected = batch.rejected + [Rejected(by_line[line], [error]) for line, error in refused.items()]
        rejected.sort(key=lambda each: each.source.line)
        totals, last = self.totals, batch.sources[-1]
        totals.entered, totals.refused = totals.entered + entered.entered, totals.refused + len(rejected)
        totals.line, totals.end = last.line, last.end
        self._tell(totals, rejected)

    async def _provide_codes(self, needed: int) -> None:
        """See that the stock has codes for the next batch; works of one store keep their order, so the count is exact."""
        if self._free_codes < 0:
            self._free_codes = await self._call(self._office.write, lambda t: t.value("SELECT count(*) FROM code_stock"))
        while self._free_codes < needed:
            self._free_codes = await self._call(code_allotment.request, self._office, code_allotment.POOL_MAX)
        self._free_codes -= needed
