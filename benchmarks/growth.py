"""Growth: how a look-up and the file grow with the residents whom the centre holds (規模の測定; issue 3, "Must show").

    python -m benchmarks.growth [--largest 10000000] [--rounds 7] [--seconds 1] [--keep FOLDER]

Three centres, each ten times as large as the one before, are filled as if everybody had come in by the centre's own door; then the same
look-ups are timed in all three, one after the other in every round, so that what the machine does meanwhile meets all of them alike.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import Rounds
from benchmarks.ours.search import open_store, query_keys
from benchmarks.store import KEYS, KINDS, Searcher, turn

RATIO_MAX = 1.3
STEPS = (100, 10, 1)


class Filled(NamedTuple):
    """One centre: its persons, bytes of its file for each, persons filled in a second."""

    persons: int
    bytes_per_person: int
    filled_per_s: int


def filled(folder: Path, persons: int) -> tuple[Filled, list[Searcher]]:
    """A centre with so many persons, and who looks them up."""
    path, began_s = folder / f"centre-{persons}.sqlite", time.monotonic()
    look_up = open_store(path, persons)
    took_s = time.monotonic() - began_s
    size = sum(file.stat().st_size for file in folder.glob(f"{path.name}*"))
    searchers = [Searcher(f"{kind} {persons}", look_up, query_keys(kind, persons, min(KEYS, persons))) for kind in KINDS]
    return Filled(persons, round(size / persons), round(persons / took_s)), searchers


def measure(folder: Path, largest: int, rounds: int, seconds: float) -> dict[str, Any]:
    """The growth table, and what the promise is about: p50 of the largest over p50 of the middle one, each median over the rounds."""
    centres, searchers = [], []
    for step in STEPS:
        one, its_searchers = filled(folder, largest // step)
        print(f"{one.persons:,} persons: {one.bytes_per_person:,} bytes each, {one.filled_per_s:,} filled a second", flush=True)
        centres.append(one)
        searchers += its_searchers
    taken = in_rounds(searchers, rounds, seconds)
    p50 = {name: round(statistics.median(sample.p50_us for sample in samples), 2) for name, samples in taken.items()}
    ratios = {kind: ratio(taken, f"{kind} {largest}", f"{kind} {largest // 10}") for kind in KINDS}
    table = [one._asdict() | {f"{kind}_p50_us": p50[f"{kind} {one.persons}"] for kind in KINDS} for one in centres]
    return {
        "ok": all(found <= RATIO_MAX for found in ratios.values()),
        "persons": largest,
        **{f"p50_by_{kind}_ratio": found for kind, found in ratios.items()},
        "growth": "; ".join(f"{row['persons']:,}: {row['code_p50_us']} us by code, {row['name_p50_us']} us by name, "
                            f"{row['bytes_per_person']:,} bytes each" for row in table),
        "table": table,
    }  # fmt: skip


def in_rounds(searchers: Sequence[Searcher], rounds: int, seconds: float) -> Rounds:
    """Every searcher once in each round; one round before that does not count, so that all files are in memory."""
    taken: Rounds = {searcher.name: [] for searcher in searchers}
    for number in range(rounds + 1):
        for searcher in searchers:
            sample = turn(searcher, seconds, number * 7919)
            if number:
                taken[searcher.name].append(sample)
    return taken


def ratio(taken: Rounds, larger: str, smaller: str) -> float:
    """The median over the rounds of the two p50 of the same round."""
    pairs = zip(taken[larger], taken[smaller], strict=True)
    return round(statistics.median(one.p50_us / other.p50_us for one, other in pairs), 2)


def main(given: Sequence[str]) -> int:
    """Run it; 0 if the promise is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="Look-ups at three sizes of a centre.")
    parser.add_argument("--largest", type=int, default=10_000_000, help="persons in the largest of the three (10000000)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each look-up in a round")
    parser.add_argument("--keep", type=Path, default=None, help="folder to work in; else a temporary one")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="openjuki-") as folder:
        found = measure(asked.keep or Path(folder), asked.largest, asked.rounds, asked.seconds)
    print(json.dumps(found))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
