"""`openjuki node run`: one office from its folder, in a process of its own (業務サーバの起動; architecture section 7)."""

import asyncio
import datetime
import signal
import time
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.nodes import process
from openjuki.register.errors import Say
from openjuki.simulation.running import Calendar, run_office


@click.command(epilog="Example: openjuki node run country/offices/462250")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Today in the register; only this calendar moves.")
@told
def run(teller: Teller, folder: Path, day: datetime.datetime | None) -> None:
    """Run the office whose keys, certificate and register lie in FOLDER, until it is stopped with Ctrl-C.

    Commands with `--dir FOLDER` act on it while it runs.
    """
    process.run(_run(teller, folder.resolve(), Calendar(day.date() if day else None)))


async def _run(teller: Teller, folder: Path, calendar: Calendar) -> None:
    began_s = time.monotonic()
    async with run_office(folder, calendar) as (entry, _):
        process.settle()
        ready_ms = round((time.monotonic() - began_s) * 1000)
        teller.result({"ok": True, "office": entry.code, "port": entry.port, "ready_ms": ready_ms})
        teller.line(teller.word(Say(f"{entry.name} runs on port {entry.port}.", f"{entry.name}がポート{entry.port}で動いています。")))
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await stopped.wait()
