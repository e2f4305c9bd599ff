"""`openjuki country up`: a whole country in one process, with residents (国の起動; promise X4)."""

import asyncio
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from openjuki.cli.options import folder_option, told
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.law.calendar import checked_day
from openjuki.nodes import process
from openjuki.nodes.trust_folder import ANCHOR, fingerprint
from openjuki.register.errors import Say
from openjuki.simulation import declaration
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.inspection import Inspected, inspect
from openjuki.simulation.running import Calendar, run_country
from openjuki.simulation.stages import Stages

if TYPE_CHECKING:
    from openjuki.simulation.counter_pages import OfficePages, Pages

OFFICES_TOLD_MAX = 20
EPILOG = """Example: openjuki country up --check --json"""


@click.command(epilog=EPILOG)
@folder_option
@click.option("--residents", type=click.IntRange(0), default=10_000, show_default=True, help="How many residents the country has.")
@click.option("--seed", default="1", show_default=True, help="The same seed gives the same residents.")
@click.option("--municipalities", metavar="CODES", default="", help="Codes with commas between them, or `all`; else the small country.")
@click.option("--profile", type=click.Choice(["open", "japan"]), default="open", show_default=True, help="Dated rules of the country.")
@click.option(
    "--date", "day", metavar="YYYY-MM-DD", default="", help="Today in the register, 2002-08-05 or later; only this calendar moves."
)
@click.option("--port", type=click.IntRange(0, 65_000), default=0, help="First of the ports to listen on; 0 takes free ones.")
@click.option(
    "--hub-store", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None,
    help="A postgresql.toml: prefectures and centre keep their registers there (docs/postgresql.md).",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Start, try every link and one event from every municipality, stop.")
@told
def up(teller: Teller, folder: Path, day: str, port: int, hub_store: Path | None, check: bool, **declared: str | int) -> None:
    """Start a country: centre, prefectures, municipalities, agencies, residents. It runs until it is stopped with Ctrl-C.

    A folder that holds a country already is started as it is; the options that declare a country count for a new one only. Under
    --profile japan the law is that of the day: what is recorded, told and asked begins and ends with its dates (docs/dated-rules.md).
    """
    calendar = Calendar(checked_day(day) if day else None)
    code = process.run(_up(teller, folder, declare(day=day, **declared), calendar, port, check, hub_store))  # type: ignore[arg-type]
    click.get_current_context().exit(code)


def declare(residents: int, seed: str, municipalities: str, profile: str, day: str = "") -> Declaration:
    """The country that the options ask for. Raises InvalidInput for an unknown municipality."""
    return declaration.declare(declaration.municipalities_named(municipalities), seed=seed, residents=residents, profile=profile, day=day)


async def _up(
    teller: Teller, folder: Path, declared: Declaration, calendar: Calendar, port: int, check: bool, hub_store: Path | None
) -> int:
    began_s, stages = time.monotonic(), Stages(teller.progress)
    async with run_country(folder, declared, calendar, port=port, stages=stages, hub_store=hub_store) as country:
        process.settle()
        if check:
            return _say_inspected(teller, await inspect(country, began_s, stages))
        from openjuki.simulation.counter_pages import serve_pages  # the web's parts take a second to load, which --check need not pay

        async with serve_pages(country) as pages:
            _say_running(teller, country, pages)
            await _until_stopped()
    return OK


def _say_inspected(teller: Teller, found: Inspected) -> int:
    teller.result(found._asdict())
    teller.line(
        teller.word(
            Say(
                f"{found.offices} offices, {found.links_up} links up, ready in {found.seconds_to_ready} s, "
                f"{found.events_at_centre} events at the centre after {found.seconds} s, {found.peak_mb} MB",
                f"機関{found.offices}、接続中の回線{found.links_up}、準備まで{found.seconds_to_ready}秒、"
                f"全国センターに届いた異動{found.events_at_centre}（{found.seconds}秒）、{found.peak_mb} MB",
            )
        )
    )
    return OK if found.ok else FAILED


def _say_running(teller: Teller, country: Country, pages: "Pages") -> None:
    entries = [entry for entry in country.directory.entries.values() if entry.code in country.nodes]
    offices = [{"code": e.code, "name": e.name, "port": e.port} for e in entries]
    teller.result({"ok": True, "dir": str(country.folder), "offices": offices, "pages": [_pages(office) for office in pages.offices]})
    for entry in entries:
        teller.line(f"{entry.code:>16}  {entry.host}:{entry.port}  {entry.name}")
    _say_pages(teller, pages)
    anchor, prints = country.folder / "trust" / ANCHOR, fingerprint(country.directory.anchor)
    teller.note(Say(f"Anchor for further offices: {anchor}, {prints}", f"新しい機関に渡す基点: {anchor} 指紋 {prints}"))
    teller.note(Say("The country runs; Ctrl-C stops it.", "国が動いています。Ctrl-Cで止まります。"))


def _pages(office: "OfficePages") -> dict[str, Any]:
    return {**office._asdict(), "log_ins": [log_in._asdict() for log_in in office.log_ins]}


def _say_pages(teller: Teller, pages: "Pages") -> None:
    """Every page with its log-ins; of a nation the first only, since --json names them all."""
    for office in pages.offices[:OFFICES_TOLD_MAX]:
        teller.line(f"{office.code:>16}  {office.address}  {office.name}")
        for log_in in office.log_ins:
            teller.line(f"{'':>16}    {log_in.operator:<12} {log_in.password}  {log_in.name}")
    if len(pages.offices) > OFFICES_TOLD_MAX:
        teller.note(Say("The log-ins of all other offices: --json.", "ほかの機関のログインは --json で表示します。"))


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
