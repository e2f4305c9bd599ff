"""The clock an office is given: wall time for logs and trust, timers for links (時計; architecture section 1, idea 3).

The register calendar, which deadlines of the Act run on, is another clock: `offices.office.Office.today`.
"""

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that will be made later unless it is cancelled."""

    def cancel(self) -> None:
        """Never make the call."""


class Clock(Protocol):
    """Time as an argument: production, tests and the simulator each bring their own."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""

    def monotonic_s(self) -> float:
        """Seconds that never run backwards; only differences mean something."""

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Timer:
        """Make `call` on the office's own thread after `delay_s` seconds."""
