"""Running a country, or one office of it, from start to stop (国の運転; promise X4)."""

import datetime
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from openjuki.law.calendar import Profile
from openjuki.nodes import process
from openjuki.nodes.clock import MachineCalendar
from openjuki.nodes.control import Control
from openjuki.nodes.trust_folder import read_trust
from openjuki.register.errors import NotReady, Say
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, drawing, settlement
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import Declaration
from openjuki.simulation.operations import operate
from openjuki.simulation.stages import Stages, Tell
from openjuki.wire.directory import Entry

STORY_DAY = datetime.date(2013, 12, 2)
"""The day on which the story begins; the law text is that of December 2013."""
LOCK = "running.lock"
MOVING_IN, ARRIVING = Say("residents move in", "住民の移行"), Say("the centre hears of them", "全国センターへの通知")


class Calendar:
    """The register calendar: today's date, or one that stands still until it is moved; the machine's clock is never touched."""

    def __init__(self, day: datetime.date | None = None) -> None:
        self.day, self._machine = day, MachineCalendar()

    def __call__(self) -> datetime.date:
        """Today in the register."""
        return self.day or self._machine.today()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process. Raises NotReady while another one runs what is in it."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            reason = Say("another process runs it.", "他のプロセスが使用中です。")
            raise NotReady(str(folder), reason, Say("Wait until it ends, or stop it.", "終了を待つか、止めてください。")) from error
        yield
    finally:
        os.close(descriptor)


@asynccontextmanager
async def run_country(
    folder: Path,
    declared: Declaration,
    calendar: Calendar,
    *,
    port: int = 0,
    tell: Tell = lambda done, total: None,
    stages: Stages | None = None,
    hub_store: Path | None = None,
) -> AsyncIterator[Country]:
    """A country with its residents in place and known at the centre, open to commands; stopped when the block ends.

    `stages` hears of each stage of the start, or else `tell` of all of them; `hub_store` as in `country.up`.
    """
    stages = stages or Stages(lambda label: nullcontext(tell))
    folder.mkdir(parents=True, exist_ok=True)
    process.allow_descriptors()
    process.collect_seldom()
    if len(declared.offices) > countries.AWAKE_MAX:
        process.small_registers()
    shares = {} if (folder / "country.toml").exists() else settlement.shares(declared)
    with alone(folder):
        async with drawing.ahead(declared, shares) as drawn:
            country = await countries.up(folder, declared, today=calendar, first_port=port, stages=stages, hub_store=hub_store)
            control = Control(folder, partial(operate, country))
            try:
                with stages("residents", MOVING_IN) as advance:
                    await settlement.settle(country, advance, drawn)
                with stages("arrival", ARRIVING) as advance:
                    await settlement.acknowledged(country, advance)
                country.writer.rest()
                await control.start()
                yield country
            finally:
                await control.stop()
                await country.stop()


@asynccontextmanager
async def run_office(folder: Path, calendar: Calendar) -> AsyncIterator[tuple[Entry, Country]]:
    """One office of a country's folder, or one that joined (DIR/offices/CODE), open to commands; stopped when the block ends."""
    home, code = folder.parent.parent, folder.name
    directory = read_trust(home / "trust")
    if directory.entry(code) is None:
        stranger = Say("the directory does not list this office.", "名簿にこの機関がありません。")
        raise NotReady(code, stranger, Say("Run `openjuki node join` first.", "先に openjuki node join を実行してください。"))
    with alone(folder):
        country = Country(home, _declared(home, directory.anchor.realm), directory, calendar, lambda office, tag, what: None)
        control = Control(folder, partial(operate, country))
        try:
            await country.start([code])
            await control.start()
            yield directory.entries[code], country
        finally:
            await control.stop()
            await country.stop()


def _declared(home: Path, realm: str) -> Declaration:
    """The country of a folder; an office that joined knows of its country only what the directory says."""
    file = home / "country.toml"
    return declaration.read(file) if file.exists() else Declaration(realm, Profile.OPEN, "", 0, ())
