"""A town hall whose timers ring at once, the clock put forward to their time (時刻を進める試験用の市役所)."""

from collections.abc import Callable
from typing import Any

from tests.procedures.municipal_office import AIRA, SetClock, TownHall


class RingingClock(SetClock):
    """Time moves to each timer as soon as it is set; `rang` holds when (ms since the office began)."""

    def __init__(self) -> None:
        super().__init__()
        self.began_ms, self.rang = self.now_ms, []

    def monotonic_s(self) -> float:
        return self.now_ms / 1_000

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Any:
        self.now_ms += round(delay_s * 1_000)
        self.rang.append(self.now_ms - self.began_ms)
        call()


def timed_hall(code: str = AIRA) -> TownHall:
    return TownHall(code, RingingClock())
