"""The stage: a running country, its people by name, and what is expected of it (物語の舞台; architecture section 7)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from openjuki.offices.hub_search import Found, QueryKey, find
from openjuki.offices.municipality import record_of
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Broken, OpenJukiError, Say
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import key64, name_key
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import HIKARI, HIKARI_BIRTH, story_people

AIRA, KAGOSHIMA, TOKYO = "462250", "460001", "130001"
PASSPORT, ONKYU, TAX = "46-passport", "onkyu", "46-tax"
CLERK = "clerk-1"
BIRTHS = {row["name"]: row["birth"] for row in story_people()} | {HIKARI: HIKARI_BIRTH}
"""Birth dates of the story's people, as their papers write them."""
PATIENCE_S = 10.0
CALL = Say("Report the fault with this line.", "この行を添えて報告してください。")


class Unkept(Broken):
    """A promise was not kept before our eyes; `item` is the promise's id."""

    def __init__(self, promise: str, reason: Say) -> None:
        super().__init__(promise, reason, CALL)


def expect(holds: object, promise: str, en: str, ja: str) -> None:
    """Raise Unkept unless it holds."""
    if not holds:
        raise Unkept(promise, Say(en, ja))


class Stage:
    """Everything a step may use: the country's offices, through their own doors only."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self._persons: dict[str, int] = {}
        """Internal numbers by name: names, birth dates and codes may change in the story."""

    def office(self, code: str) -> Office:
        """The office of a code."""
        return self.country.office(code)

    async def do(self, step: Callable[..., None], *arguments: Any) -> Any:
        """Take a procedure's step and wait for its outcome; errors are raised."""
        return await self.country.call(step, *arguments)

    async def look(self, office: str, work: Callable[[Transaction], Any]) -> Any:
        """Read in an office's own store."""
        return await self.country.call(self.office(office).write, work)

    async def held(self, office: str) -> bytes:
        """Everything in an office's tables, and in its files as they lie on the disk."""
        rows: bytes = await self.look(office, _everything)
        folder = Path(self.office(office).store.path).parent
        return rows + b"".join(path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file())

    async def refusal(self, step: Callable[..., None], *arguments: Any) -> OpenJukiError | None:
        """The error with which a step ends; None if it succeeds."""
        try:
            await self.do(step, *arguments)
        except OpenJukiError as error:
            return error
        return None

    async def until(self, holds: Callable[[], Awaitable[Any]], what: str, patience_s: float = PATIENCE_S) -> float:
        """Wait until it holds; returns the milliseconds it took. Raises Unkept when patience ends."""
        began_s = time.monotonic()
        while not await holds():
            if time.monotonic() - began_s > patience_s:
                raise Unkept(what, Say(f"not within {patience_s:.0f} s.", f"{patience_s:.0f}秒以内に満たされませんでした。"))
            await asyncio.sleep(0.002)
        return (time.monotonic() - began_s) * 1000

    async def at_hub(self, hub: str, code: str) -> Found | None:
        """Whom a hub finds by a code."""
        hits = await self.look(hub, lambda transaction: find(transaction, QueryKey(code=code), 2))
        return hits[0] if hits else None

    async def resident(self, name: str, municipality: str = AIRA) -> ResidentRecord:
        """The present record of one of the story's people."""
        if name not in self._persons:
            key = key64(name_key(name), BIRTHS[name])
            sql = "SELECT id FROM person WHERE name_birth = ? ORDER BY id DESC"
            self._persons[name] = await self.look(municipality, lambda transaction: transaction.value(sql, key))
        record: ResidentRecord = await self.look(municipality, lambda transaction: record_of(transaction, self._persons[name]))
        return record

    @property
    def hubs(self) -> tuple[str, str]:
        """The two that hold identity of Aira's residents."""
        return KAGOSHIMA, CENTRE


def _everything(transaction: Transaction) -> bytes:
    held = (row for table in sorted(transaction.tables()) for row in transaction.all(f"SELECT * FROM {table}"))  # noqa: S608 - its own tables
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in held for value in row)
