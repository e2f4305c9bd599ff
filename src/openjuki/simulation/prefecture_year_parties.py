"""The processes of a simulated year, and how far notices are (過程の起動と通知の到達; issue 3, "Must show")."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import apsw

from openjuki.register.errors import Broken, NotReady, Say
from openjuki.simulation.memory import peak_mb
from openjuki.simulation.prefecture_year_messages import LOOK, Message, Progress, framed, hear
from openjuki.simulation.stages import Tell

START_S_MAX, STOP_S_MAX, STALL_S_MAX = 180.0, 60.0, 180.0
"""After so long without a word, an end, or any progress at all the campaign gives up."""
POLL_S = 0.05
LARGE_PAGES = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=16777216:glibc.malloc.trim_threshold=1073741824",
    "PYTHONMALLOC": "malloc",
}
"""The offices' environment: memory in pages of 2 MiB, kept once it was taken, as docs/operator.md advises for large registers."""
M = TypeVar("M")

_WAITING = """SELECT coalesce(sum(n.sequence - 1 - coalesce(a.sequence, 0)), 0) FROM next_sequence n
  LEFT JOIN acknowledged a ON a.receiver = n.receiver WHERE n.receiver <> ?"""
_CHANGES = """SELECT count(*) FROM outbox WHERE receiver = ?1 AND type = 'IdentityChange'
  AND sequence > coalesce((SELECT sequence FROM acknowledged WHERE receiver = ?1), 0)"""
_TOLD = "SELECT coalesce(sum(sequence), 0) FROM acknowledged WHERE receiver = ?"


class Running:
    """One process of the year: a hub, or some municipalities."""

    def __init__(self, name: str, process: Process) -> None:
        self.name, self._process = name, process

    @property
    def cpu_s(self) -> float:
        """Processor seconds so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def peak_mb(self) -> float:
        """Most resident memory so far."""
        return peak_mb(Path(f"/proc/{self._process.pid}/status"))

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.returncode is None

    def say(self, message: Message) -> None:
        """To a process of municipalities."""
        if self._process.stdin is not None:
            self._process.stdin.write(framed(message))

    async def hear(self, kind: type[M], tell: Tell = lambda done, total: None) -> M:
        """The next message of that kind. Raises Broken if the process has stopped, or says nothing for three minutes."""
        assert self._process.stdout is not None  # noqa: S101  it was started with one
        try:
            async with asyncio.timeout(STALL_S_MAX) as patience:

                def progress(told: Progress) -> None:
                    patience.reschedule(asyncio.get_running_loop().time() + STALL_S_MAX)
                    tell(told.done, told.total)

                return await hear(self._process.stdout, kind, progress)
        except TimeoutError as error:
            raise Broken(self.name, Say("the process says nothing any more.", "過程が応答しなくなりました。"), LOOK) from error

    async def stop(self) -> None:
        """End it in order: municipalities by the end of their input, a hub by a signal; after a minute by force."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        elif self.running:
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


class Hub(Running):
    """A prefecture or the centre: `openjuki node run`. It can be stopped and started again."""

    def __init__(self, name: str, code: str, command: Sequence[str], process: Process) -> None:
        super().__init__(name, process)
        self.code, self._command = code, command
        self._earlier_cpu_s = self._earlier_peak_mb = 0.0

    @property
    def cpu_s(self) -> float:
        """Processor seconds of all its processes so far."""
        return self._earlier_cpu_s + (super().cpu_s if self.running else 0.0)

    @property
    def peak_mb(self) -> float:
        """Most resident memory of any of its processes so far."""
        return max(self._earlier_peak_mb, super().peak_mb if self.running else 0.0)

    async def stop(self) -> None:
        """As any process; what it spent until then counts on."""
        self._earlier_cpu_s, self._earlier_peak_mb = self.cpu_s, self.peak_mb
        await super().stop()

    async def start(self) -> None:
        """Start it once more after a stop. Raises NotReady if it does not come up in three minutes."""
        self._process = await _started(self._command)
        await self.up()

    async def up(self) -> None:
        """Wait until it listens. Raises NotReady if that takes three minutes, or if it ends."""
        try:
            async with asyncio.timeout(START_S_MAX):
                said = await self._process.stdout.readline() if self._process.stdout else b""
        except TimeoutError:
            said = b""
        if not said:
            await self.stop()
            raise NotReady(self.code, Say("the office's process does not come up.", "機関のプロセスが起動しません。"), LOOK)


async def start_hub(folder: Path, name: str, code: str, day: str) -> Hub:
    """Start an office of a country's folder; `day` is what its calendar says. Raises NotReady if it does not come up in three minutes."""
    office = folder / "offices" / code
    command = (sys.executable, "-m", "openjuki.cli.main", "node", "run", str(office), "--date", day, "--json")
    hub = Hub(name, code, command, await _started(command))
    await hub.up()
    return hub


async def start_halls(name: str) -> Running:
    """Start a process that waits to be told which municipalities it runs."""
    command = (sys.executable, "-m", "openjuki.simulation.prefecture_year_halls")
    return Running(name, await _started(command, stdin=PIPE))


async def _started(command: Sequence[str], stdin: int | None = None) -> Process:
    return await asyncio.create_subprocess_exec(*command, stdin=stdin, stdout=PIPE, env=os.environ | LARGE_PAGES)


class Watch:
    """How far notices are, read beside the running offices from their registers."""

    def __init__(self, folder: Path, codes: Collection[str]) -> None:
        self._registers = ExitStack()
        self._held = {code: self._open(folder / "offices" / code / "register.db") for code in codes}

    def _open(self, path: Path) -> apsw.Connection:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(10_000)
        self._registers.callback(connection.close)
        return connection

    def waiting(self, but: str = "") -> int:
        """Notices that some office has written and its peer has not acknowledged; those for the office `but` do not count."""
        return sum(_number(connection, _WAITING, but) for connection in self._held.values())

    def changes_for(self, prefecture: str) -> int:
        """Changes of identity written for a prefecture that it has not acknowledged; each of them goes on to the centre."""
        return sum(_number(connection, _CHANGES, prefecture) for connection in self._held.values())

    def acknowledged(self, sender: str, receiver: str) -> int:
        """Notices of one office that another one has acknowledged."""
        return _number(self._held[sender], _TOLD, receiver)

    def close(self) -> None:
        """Look no longer."""
        self._registers.close()

    async def until(self, waiting_max: int, parties: Collection[Running], tell: Tell = lambda done, total: None, but: str = "") -> None:
        """Wait until no more than that many notices wait, but for those to the office `but`.

        Raises Broken if a process has ended, or if nothing moves for three minutes.
        """
        least, since_s, all_of_them = sys.maxsize, time.monotonic(), 0
        while (waiting := self.waiting(but)) > waiting_max:
            all_of_them = max(all_of_them, waiting)
            tell(all_of_them - waiting, all_of_them)
            if waiting < least:
                least, since_s = waiting, time.monotonic()
            _check(parties, time.monotonic() - since_s)
            await asyncio.sleep(POLL_S)


def _check(parties: Collection[Running], still_s: float) -> None:
    for party in parties:
        if not party.running:
            raise Broken(party.name, Say("the process has ended.", "プロセスが終了しました。"), LOOK)
    if still_s > STALL_S_MAX:
        raise Broken("notices", Say("nothing arrives any more.", "通知が届かなくなりました。"), LOOK)


def _number(connection: apsw.Connection, sql: str, *values: str) -> int:
    ((number,),) = connection.execute(sql, values).fetchall()
    return number if isinstance(number, int) else 0
