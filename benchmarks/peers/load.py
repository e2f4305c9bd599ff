"""Keeps so many questions in flight through any awaitable call, told what to do by lines on standard input (負荷)."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.peers.questions import questions

Ask = Callable[[str, bytes], Awaitable[bytes]]


@dataclass(slots=True)
class Turn:
    """What one turn has seen so far."""

    until: float
    times_s: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    bytes_out: int = 0
    last: bytes = b""


async def _one_after_another(ask: Ask, kind: str, prepared: Sequence[bytes], turn: Turn, first: int, step: int) -> None:
    number = first
    while (begin := time.perf_counter()) < turn.until:
        question = prepared[number % len(prepared)]
        turn.last = await ask(kind, question)
        turn.times_s.append(time.perf_counter() - begin)
        turn.sizes.append(len(turn.last))
        turn.bytes_out += len(question)
        number += step


async def drive(ask: Ask, kind: str, prepared: Sequence[bytes], in_flight: int, seconds: float) -> dict[str, float | int | str]:
    """One turn; the same figures as the C load prints."""
    begin = time.perf_counter()
    turn = Turn(begin + seconds)
    await asyncio.gather(*(_one_after_another(ask, kind, prepared, turn, first, in_flight) for first in range(in_flight)))
    times = sorted(turn.times_s)
    return {
        "questions": len(times),
        "seconds": time.perf_counter() - begin,
        "p50_us": times[len(times) // 2] * 1e6,
        "p99_us": times[len(times) * 99 // 100] * 1e6,
        "bytes_in": sum(turn.sizes),
        "bytes_out": turn.bytes_out,
        "smallest": min(turn.sizes),
        "largest": max(turn.sizes),
        "last_answer": turn.last.hex(),
    }


async def take_orders(ask: Ask, residents: int) -> None:
    """Lines "KIND IN_FLIGHT SECONDS" until the end of standard input; "- 0 0" asks nothing, the connection stays."""
    loop = asyncio.get_running_loop()
    prepared = {kind: questions(kind, residents) for kind in ("code", "name")}
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        kind, in_flight, seconds = line.split()
        if in_flight == "0":
            print("{}", flush=True)
            continue
        found = await drive(ask, kind, prepared.get(kind, prepared["code"]), int(in_flight), float(seconds))
        print(json.dumps(found), flush=True)
