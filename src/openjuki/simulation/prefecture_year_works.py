"""The works of one day of a simulated year, on their way to the registers (一日の処理; architecture section 4)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Broken, Say
from openjuki.simulation.rates import LifeEvent

DAY_S_MAX = 300.0
"""A day's events are on disk by then, or the campaign gives up."""

Then = Callable[[Any], None]
"""Hears the outcome of a work when its day is looked through."""


class Entered(NamedTuple):
    """A work that was handed in: for which kind of event (None: elsewhere), happened in which month, who hears of its outcome."""

    kind: LifeEvent | None
    month: int
    then: Then
    outcome: list[Any]


class Works:
    """The works of one day, in the order in which they were handed in."""

    def __init__(self) -> None:
        self._entered: list[Entered] = []
        self._open, self._ended = 0, asyncio.Event()

    def submit(self, office: Office, kind: LifeEvent | None, month: int, work: Callable[[Transaction], Any], then: Then) -> None:
        """Queue one for an office's register."""
        entered = Entered(kind, month, then, [])
        self._entered.append(entered)
        self._open += 1
        self._ended.clear()
        office.write(work, partial(self._heard, entered))

    def _heard(self, entered: Entered, outcome: Any) -> None:
        entered.outcome.append(outcome)
        self._open -= 1
        if not self._open:
            self._ended.set()

    async def ended(self) -> list[Entered]:
        """All of them, once the last is on disk. Raises Broken if that takes minutes."""
        try:
            async with asyncio.timeout(DAY_S_MAX):
                if self._open:
                    await self._ended.wait()
        except TimeoutError as error:
            still = Say("a day's events are not on disk after minutes.", "一日分の異動が書き終わりません。")
            raise Broken("events", still, Say("Look at the machine's disk.", "記憶装置を確かめてください。")) from error
        return self._entered
