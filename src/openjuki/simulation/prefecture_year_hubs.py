"""Prefectures and centre of a simulated year, each in a process of its own, and how far notices are (通知の到達; issue 3, "Must show")."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path

import apsw

from openjuki.register.errors import Broken, NotReady, Say
from openjuki.simulation.stages import Tell

START_S_MAX, STOP_S_MAX, STALL_S_MAX = 60.0, 60.0, 180.0
"""After so long without a word, an end, or any progress at all the campaign gives up."""
POLL_S = 0.05
LOOK = Say("Look at the folder of the campaign.", "測定のフォルダを確かめてください。")

_WAITING = """SELECT coalesce(sum(n.sequence - 1 - coalesce(a.sequence, 0)), 0) FROM next_sequence n
  LEFT JOIN acknowledged a ON a.receiver = n.receiver"""
_TOLD = "SELECT coalesce(sum(sequence), 0) FROM acknowledged WHERE receiver = ?"


class Hub:
    """One office in a process of its own: `openjuki node run`."""

    def __init__(self, code: str, process: Process) -> None:
        self.code, self._process = code, process

    @property
    def cpu_s(self) -> float:
        """Processor seconds so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.returncode is None

    async def stop(self) -> None:
        """End it in order; after a minute by force."""
        if self.running:
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def start(folder: Path, code: str, day: str) -> Hub:
    """Start an office of a country's folder; `day` is what its calendar says. Raises NotReady if it does not come up in a minute."""
    office = folder / "offices" / code
    command = (sys.executable, "-m", "openjuki.cli.main", "node", "run", str(office), "--date", day, "--json")
    hub = Hub(code, process := await asyncio.create_subprocess_exec(*command, stdout=PIPE))
    try:
        async with asyncio.timeout(START_S_MAX):
            said = await process.stdout.readline() if process.stdout else b""
    except TimeoutError:
        said = b""
    if not said:
        await hub.stop()
        raise NotReady(code, Say("the office's process does not come up.", "機関のプロセスが起動しません。"), LOOK)
    return hub


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

    def waiting(self) -> int:
        """Notices that some office has written and its peer has not acknowledged."""
        return sum(_number(connection, _WAITING) for connection in self._held.values())

    def acknowledged(self, sender: str, receiver: str) -> int:
        """Notices of one office that another one has acknowledged."""
        return _number(self._held[sender], _TOLD, receiver)

    def close(self) -> None:
        """Look no longer."""
        self._registers.close()

    async def until(self, waiting_max: int, hubs: Collection[Hub], tell: Tell = lambda done, total: None) -> None:
        """Wait until no more than that many notices wait. Raises Broken if a hub has ended, or if nothing moves for three minutes."""
        least, since_s, all_of_them = sys.maxsize, time.monotonic(), 0
        while (waiting := self.waiting()) > waiting_max:
            all_of_them = max(all_of_them, waiting)
            tell(all_of_them - waiting, all_of_them)
            if waiting < least:
                least, since_s = waiting, time.monotonic()
            _check(hubs, time.monotonic() - since_s)
            await asyncio.sleep(POLL_S)


def _check(hubs: Collection[Hub], still_s: float) -> None:
    for hub in hubs:
        if not hub.running:
            raise Broken(hub.code, Say("the office's process has ended.", "機関のプロセスが終了しました。"), LOOK)
    if still_s > STALL_S_MAX:
        raise Broken("notices", Say("nothing arrives any more.", "通知が届かなくなりました。"), LOOK)


def _number(connection: apsw.Connection, sql: str, *values: str) -> int:
    ((number,),) = connection.execute(sql, values).fetchall()
    return number if isinstance(number, int) else 0
