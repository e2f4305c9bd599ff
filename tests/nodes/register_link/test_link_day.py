"""A day of an existing system against a real office (既存システムの一日): lines lost, processes killed, and all end equal."""

import asyncio
import contextlib
import datetime
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.nodes import control
from openjuki.procedures import code_allotment
from openjuki.simulation import ceremony, country, declaration, settlement
from openjuki.simulation.country import Country
from tests.house.sources import ROOT
from tests.nodes.test_kill import KNOWN, free_port, rows

TOWN, HUB, CENTRE = "462250", "460001", declaration.CENTRE
DAY = datetime.date(2013, 12, 2)
HOUSEHOLDS, KILLS, KILLS_MIN = 8, 6, 4
PERSONS, EVENTS = HOUSEHOLDS * 3, HOUSEHOLDS * 5
CHANGES = HOUSEHOLDS * 7
"""Told to the hubs: two move in, one is born, one corrected, one dies, two move."""


class Machine:
    """The town's machine: its office and its link in processes of their own, which may be killed and are started again."""

    def __init__(self, folder: Path) -> None:
        self.home, self.office, self.exchange = folder, folder / "offices" / TOWN, folder / "exchange"
        self.token, self.port, self.running = folder / "token", free_port(), dict[str, asyncio.subprocess.Process]()
        self.said = (folder / "said.txt").open("wb")

    async def start(self, name: str) -> None:
        words = {
            "office": ("node", "run", self.office, "--date", DAY.isoformat()),
            "link": (
                "register", "link", "run", "--dir", self.office, "--source", "juki", "--exchange", self.exchange, "--poll", "0.05",
                "--port", self.port, "--token-file", self.token,
            ),
        }[name]  # fmt: skip
        self.running[name] = await self.process("-m", "openjuki.cli.main", *words)

    async def process(self, *words: object) -> asyncio.subprocess.Process:
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        return await asyncio.create_subprocess_exec(
            sys.executable, *map(str, words), env=environment, cwd=ROOT, stdout=self.said, stderr=self.said
        )

    async def kill(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGKILL)
        await self.running[name].wait()

    async def open(self) -> None:
        """Start the office, let the system send, start the link."""
        await self.start("office")
        await self.until(lambda: control.is_running(self.office))
        asked = {"office": TOWN, "operator": "chief", "source": "juki", "first": 1}
        await control.call(self.office, "link-open", asked)
        await self.start("link")
        await self.until((self.exchange / "outbox" / "status.json").exists)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.05)

    async def torment(self, seed: str, hubs: Country, day: asyncio.subprocess.Process) -> int:
        """While the day lasts, kill office and link in turn at any moment; the line to the prefecture goes down for a while."""
        chance, kills = Random(seed), 0
        while day.returncode is None and kills < KILLS:
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            name = ("office", "link")[kills % 2]
            await self.kill(name)
            kills += 1
            if kills == KILLS // 2:
                await hubs.close(HUB)
                await asyncio.sleep(0.5)
                await hubs.open(HUB)
            await self.start(name)
        return kills

    async def end(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()
        self.said.close()


async def live(folder: Path, seed: str) -> None:
    """The day itself; everything is stopped at its end."""
    declared = declaration.declare((TOWN,), residents=0)
    folder.mkdir()
    ceremony.found(declared, folder, os.urandom, time.time_ns() // 1_000_000, free_port)
    declaration.write(declared, folder / "country.toml")
    assert CliRunner().invoke(main, ["register", "link", "token", str(folder / "token")]).exit_code == 0
    hubs, machine = await country.up(folder, today=lambda: DAY, elsewhere=(TOWN,)), Machine(folder)
    try:
        await machine.open()
        script = Path(__file__).with_name("existing_system.py")
        day = await machine.process(script, machine.exchange, machine.port, machine.token, HOUSEHOLDS)
        async with asyncio.timeout(240):
            assert await machine.torment(seed, hubs, day) >= KILLS_MIN, "too few kills to say anything"
            assert await day.wait() == 0, (folder / "said.txt").read_text()[-2000:]
        await machine.until(lambda: control.is_running(machine.office))
        status = (await control.call(machine.office, "link-status", {"office": TOWN, "source": "juki"}))["links"][0]
        assert (status["expected"], status["quarantined"], status["waits_for"]) == (EVENTS + 1, 0, 0)
    finally:
        await machine.end()
        await hubs.stop()


async def judge(folder: Path) -> None:
    """Everything once more in one process: hubs hold what the town holds, and nothing was lost or entered twice."""
    whole = await country.up(folder, today=lambda: DAY)
    try:
        async with asyncio.timeout(60):
            await settlement.acknowledged(whole)
        town = await rows(whole, TOWN, KNOWN)
        assert len(town) == PERSONS
        for hub in (HUB, CENTRE):
            assert await rows(whole, hub, KNOWN) == town, f"{hub} does not hold what the town holds"
        assert (await rows(whole, TOWN, "SELECT count(*) FROM outbox"))[0][0] == CHANGES == sum(version for _, version, _ in town)
        assert (await rows(whole, TOWN, "SELECT count(*), max(sequence) FROM link_event"))[0] == (EVENTS, EVENTS)
        assert await rows(whole, TOWN, "SELECT count(*) FROM link_message") == [(0,)], "its own events do not come back"
        assert code_allotment.POOL_MAX > PERSONS
    finally:
        await whole.stop()


@pytest.mark.slow
def test_a_day_with_kills_and_lost_lines_ends_equal_everywhere(tmp_path):
    folder = tmp_path / "country"
    asyncio.run(live(folder, "ci"))
    asyncio.run(judge(folder))
    extract = folder / "exchange" / "extract.jsonl"
    asked = ["register", "link", "check", "--dir", str(folder), "--office", TOWN, "--against", str(extract), "--json"]
    ran = CliRunner().invoke(main, asked)
    done = json.loads(ran.stdout)
    assert ran.exit_code == 0, done
    assert done["compared"] == {"register": HOUSEHOLDS * 2, "prefecture": PERSONS, "centre": PERSONS}
    lines = extract.read_text("utf-8").splitlines()
    extract.write_text("\n".join([json.dumps(json.loads(lines[0]) | {"name": "別　人"}), *lines[2:]]) + "\n", "utf-8")
    ran = CliRunner().invoke(main, asked)
    assert ran.exit_code == 1
    assert sorted(one["item"] for one in json.loads(ran.stdout)["differences"]) == ["name", "person"]
