"""The time of a world: one queue of calls, and a clock for each office that may be wrong (仮想時計; architecture section 1, idea 3)."""

import heapq
from collections.abc import Callable

START_MS = 1_385_942_400_000
"""2013-12-02T00:00Z, when every world begins."""


class Call:
    """A call that is due at a moment; a wire.clock.Timer."""

    __slots__ = ("run",)

    def __init__(self, run: Callable[[], None] | None) -> None:
        self.run = run

    def cancel(self) -> None:
        """Never make the call."""
        self.run = None


class Scheduler:
    """Virtual seconds from the beginning of the world. Calls due at the same moment are made in the order in which they were planned."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.calls = 0
        self._planned = 0
        self._queue: list[tuple[float, int, Call]] = []

    def later(self, delay_s: float, run: Callable[[], None]) -> Call:
        """Plan a call."""
        call = Call(run)
        self._planned += 1
        heapq.heappush(self._queue, (self.now_s + max(0.0, delay_s), self._planned, call))
        return call

    def run_until(self, end_s: float) -> None:
        """Make every call that is due up to a moment, then stand there."""
        queue = self._queue
        while queue and queue[0][0] <= end_s:
            self.now_s, _, call = heapq.heappop(queue)
            run, call.run = call.run, None
            if run is not None:
                self.calls += 1
                run()
        self.now_s = end_s


class OfficeClock:
    """What one run of an office believes of the time; a wire.clock.Clock. A run that has ended is never called again."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.skew_ms = 0
        """How wrong the wall clock is at present."""
        self.running = True

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC, as this office believes."""
        return START_MS + int(self._scheduler.now_s * 1000) + self.skew_ms

    def monotonic_s(self) -> float:
        """Seconds since the world began."""
        return self._scheduler.now_s

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Call:
        """Plan a call on the office's own thread."""

        def run() -> None:
            if self.running:
                call()

        return self._scheduler.later(delay_s, run)
