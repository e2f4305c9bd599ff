"""Searches that the tests do in small, done at length: malformed frames, kill -9 (壊れた電文・強制終了の長時間試験).

python -m benchmarks.searches frames --count 400000      frames with seeds that the tests do not use
python -m benchmarks.searches kill --count 10            so many times thirty kills of four offices' processes
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.wire import test_malformed_frames

FIRST_SEED = 1_000
"""The tests use the seeds before it."""
SHARD = 10_000
ROOT = Path(__file__).resolve().parent.parent
KILL_TEST, KILLS_A_ROUND = "tests/nodes/test_kill.py", 30
TOLD_OF_A_FAULT = 4_000
"""Last characters of what a round with a fault said."""


def frames(count: int) -> dict[str, object]:
    """Malformed frames against links of the real message types: what became of them, and the longest CPU time of one."""
    outcomes, longest_s = Counter[str](), 0.0
    for number, start in enumerate(range(0, count, SHARD)):
        found, shard_s = test_malformed_frames.feed(FIRST_SEED + number, min(SHARD, count - start))
        outcomes, longest_s = outcomes + found, max(longest_s, shard_s)
        if number % 5 == 4:
            print(f"{start + SHARD:,} of {count:,} frames", flush=True)
    fates = {fate: outcomes[fate] for fate in ("closed", "taken", "waits", "answered or skipped")}
    return {
        "ok": sum(fates.values()) == count and longest_s < test_malformed_frames.HANG_S,
        "frames": count,
        "longest_ms": round(longest_s * 1000, 1),
        **fates,
    }


def kill(count: int) -> dict[str, object]:
    """Rounds of the test that kills four offices' processes thirty times and judges what is left against what callers saw."""
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", KILL_TEST)
    kept = 0
    for number in range(count):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        kept += done.returncode == 0
        if done.returncode != 0:
            print(done.stdout[-TOLD_OF_A_FAULT:], flush=True)
        print(f"{number + 1} of {count} rounds, {kept} without fault", flush=True)
    return {"ok": kept == count, "rounds": count, "kills": count * KILLS_A_ROUND, "rounds_with_a_fault": count - kept}


SEARCHES: dict[str, Callable[[int], dict[str, object]]] = {"frames": frames, "kill": kill}


def main(given: Sequence[str]) -> int:
    """Search, say what was found as JSON; 1 if a promise did not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.searches", description="Tests done at length.")
    parser.add_argument("name", choices=sorted(SEARCHES))
    parser.add_argument("--count", type=int, required=True)
    asked = parser.parse_args(given)
    began_s = time.monotonic()
    found = SEARCHES[asked.name](asked.count)
    print(json.dumps(found | {"seconds": round(time.monotonic() - began_s, 1)}, ensure_ascii=False))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
