"""The clock of a running office: the machine's wall time and the event loop's timers (時計)."""

import asyncio
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
