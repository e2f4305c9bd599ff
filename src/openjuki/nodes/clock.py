"""The clocks of a running office: wall time and timers of the event loop, and the register calendar's day (時計と暦)."""

import asyncio
import datetime
import time
from collections.abc import Callable

from openjuki.wire.clock import Timer


class LoopClock:
    """A wire.clock.Clock on an asyncio event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.monotonic_s = loop.time

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Timer:
        """A loop timer; for no delay the next turn of the loop."""
        return self._loop.call_soon(call) if delay_s <= 0 else self._loop.call_later(delay_s, call)


class MachineCalendar:
    """The register calendar where it follows the machine: today's date here, worked out once a second at most."""

    def __init__(self) -> None:
        self._second, self._day = 0, datetime.date.min

    def today(self) -> datetime.date:
        """The date of the machine's own time zone."""
        second = int(time.time())
        if second != self._second:
            self._second, self._day = second, datetime.date.fromtimestamp(second)
        return self._day
