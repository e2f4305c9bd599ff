"""kill -9 of real processes: nothing that a caller saw succeed is lost, nothing is there twice, hubs come together (強制終了試験)."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from openjuki.offices import municipality
from openjuki.simulation import ceremony, country, declaration, settlement
from openjuki.simulation.country import Country
from tests.nodes.kill_office import CENTRE, DAY, DESK, HUB, TOWN, Step

ROOT = Path(__file__).resolve().parents[2]
RANDOM_KILLS = {TOWN: 5, HUB: 4, CENTRE: 3, DESK: 2}
KILLS = 4 * len(Step) + sum(RANDOM_KILLS.values())
KNOWN = "SELECT code, version, status FROM person ORDER BY code"
REFUSED = ("node:restore", "node:office", "store:", "wire:notice:quarantined")
"""Audit events that no kill may cause: taken for restored, not opened, a failing disk, a notice that cannot be applied."""


class Processes:
    """The offices' processes, each under a name of its own, and every line they said."""

    def __init__(self, source: asyncio.subprocess.Process) -> None:
        self._source, self._said = source, asyncio.Condition()
        self.lines: list[tuple[str, ...]] = []
        self._facts: dict[tuple[str, str], str] = {}
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._source.stdout is not None
        while line := await self._source.stdout.readline():
            name, *words = line.decode().split()
            self.lines.append(tuple(words))
            if words[0] in ("born", "up", "died"):
                async with self._said:
                    self._facts[name, words[0]] = " ".join(words[1:])
                    self._said.notify_all()

    def start(self, name: str, *words: str) -> None:
        assert self._source.stdin is not None
        self._source.stdin.write((" ".join((name, *words)) + "\n").encode())

    async def heard(self, name: str, word: str, timeout_s: float = 60.0) -> str:
        """What a process said after a word, once it has."""
        async with asyncio.timeout(timeout_s), self._said:
            await self._said.wait_for(lambda: (name, word) in self._facts)
            return self._facts[name, word]

    async def kill(self, name: str) -> None:
        """kill -9, if it is not dead already; it is known to be a child not yet waited for, or gone."""
        if (name, "died") not in self._facts:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(await self.heard(name, "born")), signal.SIGKILL)
        assert await self.heard(name, "died") == "-9", f"{name} ended by itself"


async def lives(processes: Processes, folder: Path, code: str, seed: str) -> str:
    """One office through all its deaths, each followed by a start; returns the name of the process that is left alive."""
    chance = Random(f"{seed} {code}")
    ends = [*Step, *["random"] * RANDOM_KILLS[code]]
    chance.shuffle(ends)
    for number, step in enumerate(ends):
        name = f"{code}/{number}/{step}"
        if step == "random":
            processes.start(name, str(folder), code)
            await processes.heard(name, "up")
            await asyncio.sleep(chance.uniform(0.0, 0.8))
        else:
            processes.start(name, str(folder), code, step, str(chance.randint(1, 3 if code == DESK else 60)))
            with contextlib.suppress(TimeoutError):
                await processes.heard(name, "died", 3.0 if code == DESK else 20.0)  # a desk writes almost nothing
        await processes.kill(name)
    processes.start(f"{code}/last", str(folder), code)
    return f"{code}/last"


async def torment(folder: Path, seed: str) -> list[tuple[str, ...]]:
    """Found a country, let all four offices die and live again at once, kill the last ones too; everything that they said."""
    declared = declaration.declare((TOWN,), residents=0)
    folder.mkdir()
    ceremony.found(declared, folder, os.urandom, time.time_ns() // 1_000_000, free_port)
    declaration.write(declared, folder / "country.toml")
    pipe = asyncio.subprocess.PIPE
    source = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.nodes.kill_office",
        stdin=pipe,
        stdout=pipe,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    processes = Processes(source)
    last = await asyncio.gather(*(lives(processes, folder, code, seed) for code in (TOWN, HUB, CENTRE, DESK)))
    for name in last:
        await processes.heard(name, "up")
    await asyncio.sleep(1.0)
    for name in last:
        await processes.kill(name)
    assert source.stdin is not None
    source.stdin.close()
    await processes.reading
    await source.wait()
    return processes.lines


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def said(lines: list[tuple[str, ...]], word: str) -> list[tuple[str, ...]]:
    return [line[1:] for line in lines if line[0] == word]


async def judge(folder: Path, lines: list[tuple[str, ...]]) -> dict[str, int]:
    """Start everything once more, here, and compare with what was seen."""
    heard: list[str] = []
    whole = await country.up(folder, today=lambda: DAY, listen=lambda office, tag, what: heard.append(f"{tag} {what}"))
    try:
        async with asyncio.timeout(60):
            await settlement.acknowledged(whole)
        counts = {"births": await judge_town(whole, lines), "answers": await judge_hub(whole, lines)}
        town = await rows(whole, TOWN, KNOWN)
        for hub in (HUB, CENTRE):
            assert await rows(whole, hub, KNOWN) == town, f"{hub} does not hold what the town holds"
        given = {code for (code,) in await rows(whole, CENTRE, "SELECT code FROM code_given")}
        assert {row[0] for row in town} <= given
    finally:
        await whole.stop()
    events = [" ".join(words) for words in said(lines, "event")] + heard
    faults = [event for event in events if event.startswith(REFUSED)]
    assert not faults, faults
    return counts


async def judge_town(whole: Country, lines: list[tuple[str, ...]]) -> int:
    held = dict(await rows(whole, TOWN, "SELECT code, version FROM person"))
    lost = [words for words in said(lines, "birth") if held.get(words[0], 0) < int(words[1])]
    assert not lost
    names = [municipality.decode_record(body).name for (body,) in await rows(whole, TOWN, "SELECT record FROM person")]
    assert len(names) == len(set(names)), "somebody was entered twice"
    assert await whole.call(whole.office(TOWN).write, municipality.rebuild) == []
    assert (await rows(whole, TOWN, "SELECT count(*) FROM outbox"))[0][0] == sum(held.values())
    return len(held)


async def judge_hub(whole: Country, lines: list[tuple[str, ...]]) -> int:
    leaves = {
        (log, str(position)): answer for log, position, answer in await rows(whole, HUB, "SELECT log, position, answer FROM provision")
    }
    for log, index, digest in said(lines, "answer"):
        assert sha256(leaves[log, index]).hexdigest() == digest, "an answer without its leaf"
    for log, count, last in await rows(whole, HUB, "SELECT log, count(DISTINCT position), max(position) FROM provision GROUP BY log"):
        assert count == last + 1, f"a hole in {log}"
    assert await rows(whole, HUB, "SELECT count(*) FROM state") == await rows(whole, HUB, "SELECT sum(cursor) FROM inbox")
    return len(said(lines, "answer"))


async def rows(whole: Country, code: str, sql: str) -> list[tuple[object, ...]]:
    return await whole.call(whole.office(code).write, lambda transaction: transaction.all(sql))


@pytest.mark.slow
def test_thirty_kills_of_four_offices_lose_nothing_that_was_seen(tmp_path):
    lines = asyncio.run(torment(tmp_path / "country", "ci"))
    counts = asyncio.run(judge(tmp_path / "country", lines))
    deaths = len(said(lines, "died")) - 4
    print(f"{deaths} kills and 4 at the end", counts)
    assert deaths == KILLS >= 30
    assert counts["births"] > 100
    assert counts["answers"] > 20
    with pytest.raises(AssertionError, match="00000000000"):  # control: one word too many is noticed
        asyncio.run(judge(tmp_path / "country", [*lines, ("birth", "00000000000", "1")]))
