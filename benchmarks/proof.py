"""Hands what was measured to the project's proof: one file per line that must be shown (測定結果の記録)."""

import datetime
from collections.abc import Iterable, Iterator

from benchmarks.measure import Verdict
from benchmarks.setting import Result
from tools.record import record


def figure(verdict: Verdict) -> str:
    """The sentence that stands in the proof: what was found and what the bound is."""
    bound = verdict.bound
    found = "not measured" if verdict.ratio is None else f"{verdict.ratio:,.3g}"
    side = "at least" if bound.at_least else "at most"
    against = f"times {bound.peer}" if bound.peer else ""
    return " ".join(part for part in (f"{bound.ours}:", found, against, f"({bound.figure}, {side} {bound.limit:,.3g})") if part)


def by_line(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    """Verdicts that were reached, gathered by the line of the proof that they belong to."""
    lines: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.bound.proof and verdict.met is not None:
            lines.setdefault(verdict.bound.proof, []).append(verdict)
    yield from lines.items()


def hand_over(result: Result, today: datetime.date) -> list[str]:
    """Records every line that this measurement can speak for; returns their ids."""
    done = []
    for line, verdicts in by_line(result.verdicts):
        told = "; ".join(figure(verdict) for verdict in verdicts)
        record(line, f"make bench BENCH={result.name}", told, all(verdict.met for verdict in verdicts), "bench", today)
        done.append(line)
    return done
