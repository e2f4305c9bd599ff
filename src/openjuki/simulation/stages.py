"""Stages of a long start: what is being done, how far it is, and how long each took (起動の段階; promise X4)."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from openjuki.register.errors import Say
from openjuki.simulation.memory import resident_mb

Tell = Callable[[int, int], None]
"""Told (done, total) again and again while a stage goes on."""
_KERNEL = Path("/proc/stat")
Show = Callable[[Say], AbstractContextManager[Tell]]
"""Shows a stage under its label while the block runs."""


def _unheard(done: int, total: int) -> None:
    """Nobody looks."""


def cpu_s() -> float:
    """Processor seconds of all threads of this process, and of the processes that it started and that have ended."""
    own, helpers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + helpers.ru_utime + helpers.ru_stime


def stolen_s(kernel: Path = _KERNEL) -> float:
    """Processor seconds that other guests of the same host have taken from this machine (proc(5), steal); 0 where there is no /proc."""
    if not kernel.exists():
        return 0.0
    return int(kernel.read_text().split(maxsplit=9)[8]) / os.sysconf("SC_CLK_TCK")


class Stages:
    """Times stages one after the other. By the stage's name: seconds, processor seconds, and the resident memory at its end in MB
    (10**6 bytes)."""

    def __init__(self, show: Show = lambda label: nullcontext(_unheard)) -> None:
        self._show = show
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}
        self.mb: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str, label: Say) -> Iterator[Tell]:
        """One stage; hands over whom to tell how far it is."""
        began_s, began_cpu_s = time.monotonic(), cpu_s()
        with self._show(label) as tell:
            yield tell
        self.seconds[name] = round(time.monotonic() - began_s, 2)
        self.cpu_seconds[name] = round(cpu_s() - began_cpu_s, 2)
        self.mb[name] = resident_mb()
