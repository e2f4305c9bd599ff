"""The command of the measurements: which, how many rounds, how long (性能比較の実行)."""

import argparse
import datetime
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import card, events, link, questions, report, store
from benchmarks.certificates import make_papers
from benchmarks.parties import ROOT
from benchmarks.proof import hand_over
from benchmarks.setting import Result, Setting

ROUNDS_FOR_PROOF = 7
BENCHES: dict[str, Callable[[Setting], Result]] = {
    "link": link.run,
    "store": store.run,
    "events": events.run,
    "questions": questions.run,
    "card": card.run,
}


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The command line; `--quick` is for trying the harness, its figures mean nothing."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Side-by-side measurements against named peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--rounds", type=int, default=ROUNDS_FOR_PROOF, help="7 or more are recorded in proof/")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one contestant's turn")
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="one short round over few residents")
    found = parser.parse_args(given)
    if unknown := set(found.names) - set(BENCHES):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    if found.quick:
        found.rounds, found.seconds, found.residents = 1, 0.2, 2000
    return found


def measure(name: str, found: argparse.Namespace) -> Result:
    """One measurement in a folder of its own; every process it started is ended, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="openjuki-bench-") as folder, ExitStack() as ending:
        papers = make_papers(Path(folder))
        setting = Setting(found.rounds, found.seconds, found.residents, Path(folder), papers, ending, _say)
        return BENCHES[name](setting)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(given: Sequence[str] | None = None) -> int:
    """0 when every bound that was measured is met, else 1."""
    found = arguments(sys.argv[1:] if given is None else given)
    all_met = True
    for name in found.names or BENCHES:
        _say(f"{name}:")
        result = measure(name, found)
        print("\n".join(report.lines(result)))
        now = datetime.datetime.now(datetime.UTC)
        print(f"  raw: {report.keep(result, now).relative_to(ROOT)}")
        if found.rounds >= ROUNDS_FOR_PROOF:
            print(f"  recorded in proof/: {', '.join(hand_over(result, now.date())) or 'nothing'}")
        all_met = all_met and all(verdict.met is not False for verdict in result.verdicts)
    return 0 if all_met else 1
