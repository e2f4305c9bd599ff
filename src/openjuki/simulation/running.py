"""Running a country from start to stop: founding, start, residents, and everything arrived (国の運転; promise X4)."""

import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from openjuki.simulation import country as countries
from openjuki.simulation import settlement
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import Declaration

STORY_DAY = datetime.date(2013, 12, 2)
"""The day on which the story begins; the law text is that of December 2013."""


class Calendar:
    """The register calendar: today's date, or one that stands still until it is moved; the machine's clock is never touched."""

    def __init__(self, day: datetime.date | None = None) -> None:
        self.day = day

    def __call__(self) -> datetime.date:
        """Today in the register."""
        return self.day or datetime.date.today()


@asynccontextmanager
async def run_country(
    folder: Path,
    declared: Declaration,
    calendar: Calendar,
    *,
    port: int = 0,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> AsyncIterator[Country]:
    """A country with its residents in place and known at the centre; stopped when the block ends."""
    country = await countries.up(folder, declared, today=calendar, first_port=port)
    try:
        await settlement.settle(country, tell)
        await settlement.acknowledged(country)
        yield country
    finally:
        await country.stop()
