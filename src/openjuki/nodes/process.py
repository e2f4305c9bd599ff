"""The process that nodes run in: its event loop, its descriptors, its memory (プロセスの準備; architecture sections 3 and 4)."""

import asyncio
import contextlib
import gc
import resource
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

COLLECT_AFTER = (100_000, 50, 100)
"""Objects between collections: works and frames make no cycles; looking for them cost a quarter of a question."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in an event loop of its own, uvloop's where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def collect_seldom() -> None:
    """Before many offices open: all that they keep would else be looked through again and again while they do."""
    gc.set_threshold(*COLLECT_AFTER)


def settle() -> None:
    """Once the offices are open: leave what lives for ever out of collections, and collect seldom."""
    gc.collect()
    gc.freeze()
    collect_seldom()


def allow_descriptors() -> int:
    """Raise the limit of open files to what the machine allows (3 for each office's file, 1 for each link); returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard
    return soft
