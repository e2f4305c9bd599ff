"""How a measurement is told: a table side by side, the bounds, and the raw file (報告)."""

import datetime
import json
import os
import platform
import ssl
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Rounds, Verdict, as_rows, median_of
from benchmarks.setting import Result

RESULTS = Path(__file__).resolve().parent / "results"


def machine() -> dict[str, object]:
    """What the figures depend on."""
    return {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION}


def table(title: str, rounds: Rounds) -> Iterator[str]:
    """One line per contestant: medians over its rounds."""
    yield f"{title:<14}{'CPU us/question':>16}{'questions/s':>13}{'p50 us':>10}{'p99 us':>10}{'bytes in/out':>14}{'rounds':>8}"
    for name, samples in rounds.items():
        if samples:
            cpu, rate, p50, p99 = (median_of(samples, figure) for figure in ("cpu_us", "per_s", "p50_us", "p99_us"))
            sizes = f"{samples[-1].frame_bytes_in:.0f}/{samples[-1].frame_bytes_out:.0f}"
            yield f"{name:<14}{cpu:>16.2f}{rate:>13,.0f}{p50:>10.1f}{p99:>10.1f}{sizes:>14}{len(samples):>8}"


def verdict_line(verdict: Verdict) -> str:
    """One bound, the ratio and whether it holds."""
    bound = verdict.bound
    side = "at least" if bound.at_least else "at most"
    what = f"{bound.ours} / {bound.peer}" if bound.peer else bound.ours
    state = "not measured" if verdict.met is None else "met" if verdict.met else "NOT MET"
    found = "-" if verdict.ratio is None else f"{verdict.ratio:,.3f}"
    return f"  {what:<36}{bound.figure:<9}{found:>12}   {side} {bound.limit:,.3f}   {state}"


def lines(result: Result) -> Iterator[str]:
    """The whole report of one measurement."""
    for title, rounds in result.tables.items():
        yield from ("", *table(title, rounds))
    yield from ("", *(verdict_line(verdict) for verdict in result.verdicts))
    yield from (f"  note: {note}" for note in result.notes)


def summary(result: Result) -> dict[str, Any]:
    """Medians and verdicts, small enough to be kept with the project."""
    figures = ("cpu_us", "per_s", "p50_us", "p99_us")
    medians = {
        title: {name: {figure: round(median_of(samples, figure), 3) for figure in figures} for name, samples in rounds.items() if samples}
        for title, rounds in result.tables.items()
    }
    bounds = [asdict(verdict.bound) | {"ratio": verdict.ratio, "met": verdict.met} for verdict in result.verdicts]
    return {"name": result.name, "machine": machine(), "medians": medians, "bounds": bounds, "notes": result.notes}


def keep(result: Result, now: datetime.datetime) -> Path:
    """Writes the raw file: summary and every sample of every round."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%S}-{result.name}.json"
    raw = {title: as_rows(rounds) for title, rounds in result.tables.items()}
    path.write_text(json.dumps(summary(result) | {"raw": raw}, ensure_ascii=False, indent=1))
    return path
