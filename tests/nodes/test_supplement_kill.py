"""kill -9 between an event and its notice: each birth is told to the registered domicile exactly once (附票記載事項通知)."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

import pytest

from openjuki.offices import municipality, supplement
from openjuki.simulation import ceremony, country, declaration, settlement
from tests.nodes.kill_office import DAY, MOTHER, TOWN, number_of
from tests.nodes.supplement_office import KEEPER
from tests.nodes.test_kill import free_port

ROOT = Path(__file__).resolve().parents[2]
KILLS = 3


async def until_killed(folder: Path, births: int, after_s: float) -> list[int]:
    """Run all offices in a process, and kill it some time after so many births; numbers of those confirmed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.nodes.supplement_office", str(folder), stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    assert process.stdout is not None
    confirmed: list[int] = []
    async with asyncio.timeout(60):
        while len(confirmed) < births:
            confirmed += numbers((await process.stdout.readline()).decode())
    await asyncio.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    rest = (await process.stdout.read()).decode()
    await process.wait()
    return confirmed + numbers(rest)


def numbers(text: str) -> list[int]:
    """Of whole lines: the last one may have been cut by the kill."""
    whole = [line.strip() for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [int(line.removeprefix("confirmed ")) for line in whole if line.startswith("confirmed ")]


def test_a_line_that_the_kill_cut_confirms_nothing():
    assert numbers("ready\nconfirmed 7\nconfirmed 12\nconfirmed 1") == [7, 12]
    assert numbers("confirmed ") == []


@pytest.mark.slow
def test_whatever_is_killed_each_birth_is_told_to_the_registered_domicile_once(tmp_path):
    asyncio.run(torment(tmp_path / "country"))


async def torment(folder: Path) -> None:
    declared, chance = declaration.declare((TOWN, KEEPER), residents=0), Random("supplement")
    folder.mkdir()
    ceremony.found(declared, folder, os.urandom, time.time_ns() // 1_000_000, free_port)
    declaration.write(declared, folder / "country.toml")
    confirmed = [one for _ in range(KILLS) for one in await until_killed(folder, chance.randint(5, 60), chance.uniform(0.0, 0.02))]
    whole = await country.up(folder, today=lambda: DAY)
    try:
        async with asyncio.timeout(60):
            await settlement.acknowledged(whole)
        records = await whole.call(whole.office(TOWN).write, lambda t: t.all("SELECT record FROM person"))
        waiting = await whole.call(whole.office(KEEPER).write, supplement.waiting)
    finally:
        await whole.stop()
    children = sorted(name for (body,) in records if (name := municipality.decode_record(body).name) != MOTHER)
    assert sorted(one.told.name for one in waiting) == children
    assert set(confirmed) <= {number_of(name) for name in children}
    assert len(confirmed) >= KILLS * 5
