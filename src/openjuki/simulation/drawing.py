"""Residents drawn ahead: a process of its own draws and checks them while offices are founded and opened (模擬住民の作成; promise X4).

    python -m openjuki.simulation.drawing     in: one `Wanted`     out: for each town, in order, four bytes of length and its entrants

Who lives in a town hangs on the seed alone, whoever draws it; and every row passes the import's checks, whoever makes them.
"""

import asyncio
import sys
from asyncio import IncompleteReadError
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

import msgspec

from openjuki.law.calendar import Profile, Rule, holds
from openjuki.nodes.importing import check_batch
from openjuki.nodes.resident_files import Source
from openjuki.procedures.resident_import import Entrant
from openjuki.register.errors import Broken, Say
from openjuki.register.foreign_residents import is_foreign
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.population import DAY, Row
from openjuki.simulation.story_people import residents_with_story

AHEAD = range(20_000, 200_001)
"""Residents of a country for whom a second process is worth its start, and who fit into memory (400 bytes each) before they are entered."""
LENGTH_BYTES = 4
REPORT = Say("Report the fault.", "不具合として報告してください。")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Entrant]).decode


class Wanted(msgspec.Struct, frozen=True):
    """What to draw: the country as far as its residents hang on it, and how many of them live in each town."""

    profile: str
    seed: str
    day: str
    shares: dict[str, int]


def settlers(town: str, count: int, declared: Declaration) -> Iterator[Row]:
    """Rows of a town's residents as of the country's founding; of foreign residents none before the register knows them."""
    on, profile = min(DAY, date.fromisoformat(declared.day)) if declared.day else DAY, Profile(declared.profile)
    if holds(Rule.FOREIGN_RESIDENTS, on, profile):
        return residents_with_story(town, count, declared.seed, on)
    everybody = residents_with_story(town, count * 2, declared.seed, on)  # far fewer than half are foreign
    return islice((row for row in everybody if not is_foreign(row)), count)


def sources(town: str, count: int, declared: Declaration) -> Iterator[Source]:
    """The same as an import reads them, with the numbers of their lines."""
    return (Source(line, line, row) for line, row in enumerate(settlers(town, count, declared), 1))


def checked(rows: Sequence[Source]) -> list[Entrant]:
    """Rows that have passed the import's checks. Raises Broken if one does not: these are made, not typed in."""
    batch = check_batch(rows)
    if batch.faulty:
        raise Broken("residents", Say("a synthetic row was refused.", "模擬住民の行が受け付けられませんでした。"), REPORT)
    return batch.entrants


class Drawing:
    """What the other process has drawn: the entrants of each town, there as soon as they are."""

    def __init__(self, shares: Mapping[str, int], process: Process) -> None:
        loop = asyncio.get_running_loop()
        self._shares, self._process = shares, process
        self._drawn: dict[str, asyncio.Future[bytes]] = {town: loop.create_future() for town in shares}
        self._reading = loop.create_task(self._read(tuple(self._drawn.values())))

    async def of(self, town: str, count: int) -> list[Entrant] | None:
        """The residents of a town, once; None if others were wanted of it. Raises Broken if the process has failed."""
        if self._shares.get(town) != count or town not in self._drawn:
            return None
        drawn = await self._drawn.pop(town)
        if not drawn:
            raise Broken("residents", Say("the process that draws them ended.", "模擬住民を作る処理が終了しました。"), REPORT)
        return _decode(drawn)

    async def _read(self, waiting: Sequence[asyncio.Future[bytes]]) -> None:
        arriving = self._process.stdout
        assert arriving is not None  # noqa: S101 - it was asked for
        try:
            for drawn in waiting:
                length = int.from_bytes(await arriving.readexactly(LENGTH_BYTES), "big")
                drawn.set_result(await arriving.readexactly(length))
        except IncompleteReadError:
            for drawn in waiting:
                if not drawn.done():
                    drawn.set_result(b"")
        await self._process.wait()

    async def end(self) -> None:
        """End the process, whatever it still draws."""
        self._reading.cancel()
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def ahead(declared: Declaration, shares: Mapping[str, int]) -> AsyncIterator[Drawing | None]:
    """Draw the residents of all towns from now on until the block ends; None where that is not worth a process."""
    if declared.residents not in AHEAD:
        yield None
        return
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None  # noqa: S101 - it was asked for
    process.stdin.write(_encode(Wanted(declared.profile, declared.seed, declared.day, dict(shares))))
    await process.stdin.drain()
    process.stdin.close()
    drawing = Drawing(shares, process)
    try:
        yield drawing
    finally:
        await drawing.end()


def draw(wanted: Wanted, out: BinaryIO) -> None:
    """Draw and check, and write what is ready as soon as it is read: what is drawn does not wait for whoever reads."""
    declared, ready = Declaration("", wanted.profile, wanted.seed, 0, (), wanted.day), SimpleQueue[bytes]()

    def work() -> None:
        try:
            for town, count in wanted.shares.items():
                ready.put(_encode(checked(list(sources(town, count, declared)))))
        finally:
            ready.put(b"")

    Thread(target=work, daemon=True).start()  # it ends with this process, and that when nobody reads any more
    while entrants := ready.get():
        out.write(len(entrants).to_bytes(LENGTH_BYTES, "big") + entrants)
        out.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        draw(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Wanted), sys.stdout.buffer)
