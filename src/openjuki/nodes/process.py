"""The process that nodes run in: its event loop, its descriptors, its memory (プロセスの準備; architecture sections 3 and 4)."""

import asyncio
import contextlib
import ctypes
import gc
import resource
from collections.abc import Coroutine
from typing import Any, TypeVar

import apsw

T = TypeVar("T")

COLLECT_AFTER = (100_000, 50, 100)
"""Objects between collections: works and frames make no cycles; looking for them cost a quarter of a question."""

_LOOKASIDE = (1200, 10)
"""Bytes of a slot and slots of one register's, where SQLite's own word is 100."""

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in an event loop of its own, uvloop's where it is installed, and all threads on one heap."""
    one_heap()
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def one_heap() -> None:
    """Let all threads take memory from one heap: writers with heaps of their own keep twice what they use, and give it back to the
    system after each commit only to ask for it again, which costs a twentieth of a question.

    Only glibc knows the setting; elsewhere nothing happens. To be called before threads start.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def small_registers() -> None:
    """Before the first register opens: SQLite sets 38 KiB less aside for each of them (lookaside); 1,800 open registers feel it.

    Without effect while a register is open in this process.
    """
    with contextlib.suppress(apsw.MisuseError):
        apsw.shutdown()
        apsw.config(apsw.SQLITE_CONFIG_LOOKASIDE, *_LOOKASIDE)
        apsw.initialize()


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
