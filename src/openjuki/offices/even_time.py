"""Answers that leave at even times: how long it took does not tell what was found (支援対象者の存在の秘匿; standard j410, mission X7).

"Nobody", "somebody whom you may not be shown" and "here it is" differ in the work behind them. Each answer waits for the next multiple of
`STEP_MS` since its question came, which is longer than any of that work on a machine that is not overloaded.
"""

from collections.abc import Callable
from typing import TypeVar

from openjuki.offices.office import Office

T = TypeVar("T")
STEP_MS = 50


def wait_s(elapsed_s: float, step_ms: int = STEP_MS) -> float:
    """How long an answer still waits, `elapsed_s` after its question came; never nothing, so that no answer is early."""
    step_s = step_ms / 1_000
    return step_s - elapsed_s % step_s


def evenly(office: Office, then: Callable[[T], None], step_ms: int = STEP_MS) -> Callable[[T], None]:
    """A `then` that calls another one at an even time, counted from now."""
    began_s = office.clock.monotonic_s()

    def later(outcome: T) -> None:
        office.clock.call_later(wait_s(office.clock.monotonic_s() - began_s, step_ms), lambda: then(outcome))

    return later
