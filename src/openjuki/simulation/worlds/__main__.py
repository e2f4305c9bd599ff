"""The campaign: many seeded worlds, in as many processes as are given (模擬世界の巡回; `make campaign`)."""

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from openjuki.simulation.worlds.world import Verdict, run_world

REPLAY = "python -m openjuki.simulation.worlds --first-seed {seed} --worlds 1 --show"
SAY_EVERY_S = 10.0


def main(arguments: list[str] | None = None) -> int:
    """Run worlds and say which promises did not hold; 0 if all did, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m openjuki.simulation.worlds", description="Seeded worlds with faults.")
    parser.add_argument("--worlds", type=int, default=500, metavar="N", help="how many worlds (500)")
    parser.add_argument("--first-seed", type=int, default=1, metavar="S", help="seed of the first; the others follow (1)")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes (1)")
    parser.add_argument("--silent", action="store_true", help="no operator says a word of any restore: the marks alone tell")
    parser.add_argument("--show", action="store_true", help="tell everything that happens; for one world")
    chosen = parser.parse_args(arguments)
    if chosen.show:
        verdict = run_world(chosen.first_seed, silent=chosen.silent, say=print)
        print(verdict)
        return 1 if verdict.broken else 0
    seeds = range(chosen.first_seed, chosen.first_seed + chosen.worlds)
    return search(seeds, chosen.jobs, partial(judge, silent=chosen.silent), " --silent" if chosen.silent else "")


def search(seeds: range, jobs: int, judged: Callable[[int], Verdict], more: str = "") -> int:
    """Judge the worlds of these seeds and tell of those that break, each with the command that replays it (with `more` arguments)."""
    started_s = said_s = time.monotonic()
    broken, virtual_s, slowest_s, events = 0, 0.0, 0.0, Counter[str]()
    for done, verdict in enumerate(_verdicts(seeds, jobs, judged), start=1):
        virtual_s, slowest_s = virtual_s + verdict.virtual_s, max(slowest_s, verdict.settled_s)
        events.update(verdict.events)
        if verdict.broken:
            broken += 1
            print(f"world {verdict.seed}: {verdict.broken}\n  replay: {REPLAY.format(seed=verdict.seed)}{more}", flush=True)
        if time.monotonic() - said_s > SAY_EVERY_S:
            said_s = time.monotonic()
            print(f"{done} of {len(seeds)} worlds, {broken} broken, {done / (said_s - started_s):.1f} a second", flush=True)
    took_s, days = time.monotonic() - started_s, virtual_s / 86_400
    print(f"{len(seeds)} worlds, {broken} broken, {days:.1f} virtual days, settled in at most {slowest_s:.0f} s, {took_s:.0f} s in all")
    print("; ".join(f"{tag} {count}" for tag, count in sorted(events.items())))
    return 1 if broken else 0


def judge(seed: int, *, silent: bool, live: Callable[..., Verdict] = run_world) -> Verdict:
    """A world's verdict; an error of the offices' own code breaks the world too, and must not hide which one it was."""
    try:
        return live(seed, silent=silent)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__} in {where.name}, line {where.lineno} of {Path(where.filename).name}: {error}"
        return Verdict(seed, told, "", 0, 0, 0, 0, 0.0, 0.0, {})


def _verdicts(seeds: range, jobs: int, judged: Callable[[int], Verdict]) -> Iterator[Verdict]:
    if jobs == 1:
        yield from map(judged, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(judged, seeds, chunksize=4)


if __name__ == "__main__":
    sys.exit(main())
