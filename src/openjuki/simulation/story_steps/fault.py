"""Step `fault`: a municipality's server is killed in the middle of it all; nothing acknowledged is lost (業務サーバの障害; X5)."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from openjuki.nodes import control
from openjuki.offices.store import Transaction
from openjuki.register.errors import OpenJukiError, Say
from openjuki.register.identity import Status
from openjuki.simulation.story_steps.stage import CLERK, Stage, Unkept, expect

PROMISES = ("X5", "N1")
KIRISHIMA = "462187"
KILLS = 2
BIRTHS_BEFORE_KILL, BIRTHS_AT_ONCE = 20, 4
START_PATIENCE_S = 30.0


async def play(stage: Stage) -> Say:
    """All of the step."""
    acknowledged = await kill_again_and_again(stage)
    await nothing_is_lost(stage, acknowledged)
    return Say(
        f"Kirishima's server was killed {KILLS} times (kill -9) while births were being entered. All {len(acknowledged)} that a clerk"
        " saw confirmed are in its register, at the prefecture and at the centre, once each.",
        f"霧島市の業務サーバを、出生の入力中に{KILLS}回強制終了した。職員に完了が示された{len(acknowledged)}件は、すべて台帳と県と全国センターに"
        "一度ずつある。",
    )


async def kill_again_and_again(stage: Stage) -> list[str]:
    """Kirishima's server leaves this process, is started and killed, and comes back; the codes of all confirmed births."""
    mother = await stage.look(KIRISHIMA, _some_resident)
    await stage.country.close(KIRISHIMA)
    confirmed: list[str] = []
    try:
        for _ in range(KILLS):
            confirmed += await enter_until_killed(stage, mother)
    finally:
        await stage.country.open(KIRISHIMA)
    expect(len(confirmed) >= KILLS * BIRTHS_BEFORE_KILL, "X5", "too few events were entered.", "異動の件数が足りません。")
    return confirmed


def _some_resident(transaction: Transaction) -> str:
    sql = "SELECT code FROM person WHERE status = ? ORDER BY id LIMIT 1"
    return str(transaction.value(sql, int(Status.RESIDENT)))


async def enter_until_killed(stage: Stage, mother: str) -> list[str]:
    """Run the server as a process of its own, enter births, kill it in the middle; the codes of those that were confirmed."""
    confirmed: list[str] = []
    async with server(stage) as process:
        folder = office_folder(stage)
        clerks = [asyncio.ensure_future(_clerk(stage, folder, mother, confirmed)) for _ in range(BIRTHS_AT_ONCE)]
        while len(confirmed) < BIRTHS_BEFORE_KILL and not all(clerk.done() for clerk in clerks):
            await asyncio.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        await asyncio.gather(*clerks)
    return confirmed


async def _clerk(stage: Stage, folder: Path, mother: str, confirmed: list[str]) -> None:
    """Enters one birth after the other until the server is gone."""
    today = stage.country.today().isoformat()
    birth: dict[str, Any] = {
        "kind": "birth", "mother_code": mother, "name": "霧島　光一", "kana": "キリシマ　コウイチ", "birth": today, "sex": 1,
        "relationship": "子", "notified_on": today,
    }  # fmt: skip
    with suppress(OpenJukiError):  # the server is gone: what was being entered was not confirmed
        while True:
            entered = await control.call(folder, "enter", {"office": KIRISHIMA, "operator": CLERK, "event": birth})
            confirmed.extend(entered["codes"])


def office_folder(stage: Stage) -> Path:
    """Where Kirishima's keys and register lie."""
    return stage.country.folder / "offices" / KIRISHIMA


@asynccontextmanager
async def server(stage: Stage) -> AsyncIterator[Process]:
    """Kirishima's server as a process of its own, ready for commands; killed at the end of the block if it still runs."""
    day = stage.country.today().isoformat()
    command = (sys.executable, "-m", "openjuki.cli.main", "node", "run", str(office_folder(stage)), "--date", day, "--json")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        async with asyncio.timeout(START_PATIENCE_S):
            said = await process.stdout.readline() if process.stdout else b""
        if not said:
            raise Unkept("X5", Say("the server does not start.", "業務サーバが起動しません。"))
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def nothing_is_lost(stage: Stage, codes: list[str]) -> None:
    """Every confirmed birth is in the register and at both hubs, once."""
    sql = "SELECT count(*) FROM person WHERE code = ?"
    for office in (KIRISHIMA, *stage.hubs):

        async def all_there(office: str = office) -> bool:
            return await stage.look(office, lambda t: all(t.value(sql, code) == 1 for code in codes)) is True

        await stage.until(all_there, "X5")
