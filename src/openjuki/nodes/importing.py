"""Import of a register: rows are checked, codes fetched in time, a few batches on their way at once (データ移行, Act art. 5, 8).

A row that cannot be entered never holds up the others: it goes to the reject file with all its errors. How far the import is stands in
the register itself, in the transaction of each batch, so that after a crash it goes on with the next row and none is entered twice.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from openjuki.nodes.character_pictures import CharacterPictures
from openjuki.nodes.rejects import Rejects, Respellings
from openjuki.nodes.resident_files import Place, ResidentFile, Source
from openjuki.offices.office import Office
from openjuki.offices.resident_rows import items_of
from openjuki.offices.store import Transaction
from openjuki.procedures import code_allotment
from openjuki.procedures.resident_import import Entered, Entrant, enter_all
from openjuki.register.errors import Conflict, OpenJukiError, Say, Unrecordable
from openjuki.register.items import read_row
from openjuki.register.spellings import Respelled, respelled

BATCH_ROWS = 500
IN_FLIGHT_MAX = 8
"""Batches submitted and not yet on disk: several in one commit write each page of the indexes once; more would keep a window waiting."""
CODES_AHEAD = 10_000
"""Codes are asked for when fewer than that are left, so that nobody waits for them."""

Call = Callable[..., Any]
"""`Country.call`: takes a step and waits for its outcome."""


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """How far an import is: what the register says of it, in the transaction of each batch."""

    fingerprint: str
    line: int = 0
    offset: int = 0
    entered: int = 0
    refused: int = 0
    rejects: int = 0
    """Bytes of the reject file."""
    done: bool = False
    respelled: int = 0
    """Characters stored in another spelling of the same glyph."""
    respellings: int = 0
    """Bytes of the list of them."""


class Batch(NamedTuple):
    """Rows on their way: those that can be entered, and those that cannot, with why; `after` is the line before the first of them."""

    after: int
    sources: list[Source]
    entrants: list[Entrant]
    faulty: list[tuple[Source, list[OpenJukiError]]]
    codes_needed: int
    respelled: list[tuple[int, Respelled]]
    """By line, of rows that can be entered."""


_SETTING = "import"


def standing(transaction: Transaction) -> Standing | None:
    """Where the last import into this register stands."""
    held = transaction.value("SELECT value FROM setting WHERE key = ?", _SETTING)
    return None if held is None else msgspec.msgpack.decode(held, type=Standing)


def keep(transaction: Transaction, now: Standing) -> Standing:
    """Write how far the import is."""
    transaction.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_SETTING, msgspec.msgpack.encode(now)))
    return now


def check_batch(sources: Sequence[Source], after: int = 0) -> Batch:
    """Read and check rows that follow the line `after`."""
    entrants, faulty, needed, other_spellings = [], [], 0, list[tuple[int, Respelled]]()
    for source in sources:
        values, errors = read_row(source.row) if source.fault is None else ({}, [source.fault])
        if errors:
            faulty.append((source, list[OpenJukiError](errors)))
        else:
            items = items_of(values, source.row)
            needed += items.code is None
            other_spellings += [(source.line, one) for one in respelled(source.row)]
            entrants.append(Entrant(source.line, values["household_number"], items))
    return Batch(after, list(sources), entrants, faulty, needed, other_spellings)


class Importing:
    """One import into one municipality."""

    def __init__(
        self, office: Office, call: Call, operator: str, tell: Callable[[Standing], None], rejects: Rejects | None = None,
        pictures: CharacterPictures | None = None, respellings: Respellings | None = None,
    ) -> None:  # fmt: skip
        self._office, self._call, self._operator, self._tell, self._rejects = office, call, operator, tell, rejects
        self._pictures, self._respellings = pictures, respellings
        self._free_codes = -1
        self._promised = 0
        """Codes for batches that are on their way."""
        self._asking: asyncio.Task[None] | None = None

    async def begin(self, file: ResidentFile, *, resume: bool = False, again: bool = False) -> Place:
        """Where to start reading; Conflict if this file was begun or done before and that is not what was asked for."""
        held: Standing | None = await self._call(self._office.write, standing)
        known = held is not None and held.fingerprint == file.fingerprint
        if held is not None and known and not again and (held.done or not resume):
            raise _known_file(held.done)
        if held is not None and known and resume:
            return Place(held.line, held.offset)
        await self._call(self._office.write, lambda transaction: keep(transaction, Standing(file.fingerprint)))
        return file.start

    async def run(self, rows: Iterable[Source]) -> Standing:
        """Enter all rows; `tell` hears of each batch once it is on disk. Raises what stops the import as a whole."""
        waiting = deque[asyncio.Task[None]]()
        try:
            await self._enter_rows(iter(rows), waiting)
            done: Standing = await self._call(self._office.write, _finish)
        finally:
            for task in (*waiting, self._asking):
                if task is not None:
                    task.cancel()
        return done

    async def _enter_rows(self, rows: Iterator[Source], waiting: deque[asyncio.Task[None]]) -> None:
        held: Standing | None = await self._call(self._office.write, standing)
        line = held.line if held else 0
        while chunk := list(islice(rows, BATCH_ROWS)):
            batch = check_batch(chunk, line)
            line = chunk[-1].line
            await self._draw(batch)
            await self._provide_codes(batch.codes_needed)
            waiting.append(_begun(self._enter(batch)))
            await asyncio.sleep(0)
            while len(waiting) >= IN_FLIGHT_MAX:
                await waiting.popleft()
        while waiting:
            await waiting.popleft()

    async def _draw(self, batch: Batch) -> None:
        """Pictures of the characters that cannot be recorded, beside the reject file."""
        errors = (error for _, faults in batch.faulty for error in faults if isinstance(error, Unrecordable))
        if self._pictures is not None and (signs := [sign for error in errors for sign in error.signs]):
            await asyncio.to_thread(self._pictures.draw, signs)

    async def _enter(self, batch: Batch) -> None:
        self._office.require_ready()
        self._tell(await self._call(self._office.write, lambda transaction: self._work(transaction, batch)))
        self._promised -= batch.codes_needed

    def _work(self, transaction: Transaction, batch: Batch) -> Standing:
        """In one transaction: the batch's residents, its rejects, and how far the import is."""
        was = standing(transaction) or Standing("")
        if was.line != batch.after:  # the batch before failed: nothing behind it may say that its rows are done
            raise _broken_off()
        entered: Entered = enter_all(transaction, self._office, self._operator, batch.entrants)
        refused = dict(entered.refused)
        rejected = batch.faulty + [(source, [refused[source.line]]) for source in batch.sources if source.line in refused]
        rejected.sort(key=lambda each: each[0].line)
        length = self._rejects.write(was.rejects, rejected) if self._rejects else 0
        stored = [each for each in batch.respelled if each[0] not in refused]
        listed = self._respellings.write(was.respellings, stored) if self._respellings else 0
        last = batch.sources[-1]
        counts = (was.entered + entered.entered, was.refused + len(rejected))
        now = Standing(was.fingerprint, last.line, last.end, *counts, length, respelled=was.respelled + len(stored), respellings=listed)
        return keep(transaction, now)

    async def _provide_codes(self, needed: int) -> None:
        """See that the stock has codes for the next batch, and ask for more before they run short."""
        if self._free_codes < 0:
            self._free_codes = await self._call(self._office.write, lambda t: t.value("SELECT count(*) FROM code_stock"))
        while self._free_codes < needed:
            await self._ask_for_codes()
        self._free_codes -= needed
        self._promised += needed
        if needed and self._free_codes < CODES_AHEAD:
            self._ask_for_codes()

    def _ask_for_codes(self) -> asyncio.Task[None]:
        """The question for more codes that is on its way; asked now if there is none."""
        if self._asking is None or self._asking.done():
            self._asking = _begun(self._more_codes())
        return self._asking

    async def _more_codes(self) -> None:
        free: int = await self._call(code_allotment.request, self._office, code_allotment.POOL_MAX)
        self._free_codes = free - self._promised


def _begun(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task whose failure is told by whoever waits for it, or by nobody."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda ended: None if ended.cancelled() else ended.exception())
    return task


def _finish(transaction: Transaction) -> Standing:
    return keep(transaction, msgspec.structs.replace(standing(transaction) or Standing(""), done=True))


def _broken_off() -> Conflict:
    reason = Say("rows before these were not entered.", "手前の行が取り込まれていません。")
    return Conflict("file", reason, Say("Go on with --resume.", "--resume を付けて続けてください。"))


def _known_file(done: bool) -> Conflict:
    if done:
        reason = Say("it has been imported already.", "取込み済みのファイルです。")
        return Conflict("file", reason, Say("To enter it once more use --again.", "もう一度取り込むなら --again を付けてください。"))
    reason = Say("its import was begun and not ended.", "取込みが途中で止まっています。")
    return Conflict("file", reason, Say("Go on with --resume.", "--resume を付けて続けてください。"))
