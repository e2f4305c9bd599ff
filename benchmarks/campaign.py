"""The long searches, one after the other, kept in proof/ (長時間試験): `python -m benchmarks.campaign`.

    python -m benchmarks.campaign [NAME ...] [--only NAME] [--quick] [--minutes M]

A search is a module that runs as a program: it says how far it is, what it found (one JSON object, or a last line that counts), and ends
with 0 only if all went right. What it found is recorded under the lines of proof/lines.toml that it shows. With `--quick` little is
searched and nothing recorded; a search that the time limit ends is not recorded either, and the campaign ends with 3 (partly done).
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tools.record import record

ROOT = Path(__file__).resolve().parent.parent
OK, FAILED, USAGE, PARTLY = 0, 1, 2, 3

Found = Mapping[str, Any]


class Shown(NamedTuple):
    """What a search says about one line of the proof."""

    line: str
    ok: bool
    figure: str


class Search(NamedTuple):
    """One search: its name, its program, the arguments of the long and the quick run, and the lines that it shows."""

    name: str
    program: tuple[str, ...]
    long: tuple[str, ...]
    quick: tuple[str, ...]
    shows: Callable[[bool, Found], Iterator[Shown]]


class Ended(NamedTuple):
    """How a search ended: its exit code, None if the time limit ended it, and everything it said."""

    code: int | None
    said: str


def figure(found: Found) -> str:
    """What was found in one line: every number and word of the search's own report but for "ok"."""
    plain = {name: value for name, value in found.items() if name != "ok" and isinstance(value, int | float | str)}
    return ", ".join(
        f"{name.replace('_', ' ')} {value:,}" if type(value) is int else f"{name.replace('_', ' ')} {value}"
        for name, value in plain.items()
    )


def whole(line: str) -> Callable[[bool, Found], Iterator[Shown]]:
    """A search that shows one line, with all it found."""

    def shows(ok: bool, found: Found) -> Iterator[Shown]:
        yield Shown(line, ok, figure(found))

    return shows


def of_import(ok: bool, found: Found) -> Iterator[Shown]:
    """The import shows three lines, each met or not by itself."""
    if not found:
        return
    rate, arrival_s, differences = found["durable_per_s"], found["arrival_s"], found["differences"]
    yield Shown("import-rate", rate >= 4_000, f"{found['residents']:,} residents, {rate:,.0f} a second, {found['cpu_us']} us CPU each")
    yield Shown("import-centre-60s", arrival_s <= 60, f"{arrival_s} s after the last one was durable")
    yield Shown("import-full-comparison", differences == 0, f"{differences} differences")


def of_nation(ok: bool, found: Found) -> Iterator[Shown]:
    """The nation shows three lines: that all of it is there, how soon, and how large."""
    if not found:
        return
    whole = found["ok"] is True and found["offices"] >= 1_789 and found["pairs_up"] >= 1_000
    parts = f"{found['links_up']:,} links up, {found['pairs_up']:,} of them between municipalities, {found['events_at_centre']:,} events"
    yield Shown("nation-whole", whole, f"{found['offices']:,} offices, {found['residents']:,} residents, {parts}")
    spent = f"{found['cpu_seconds']} s of processor, {found['stolen_seconds']} s taken by other guests of the host"
    load = f"load of the 2 cores {found['load'][0]} before, {found['load'][1]} after"
    times = f"links up after {found['seconds_to_ready']} s, all events at the centre after {found['seconds']} s"
    yield Shown("nation-90s", whole and found["seconds"] <= 90, f"{times}; {spent}; {load}")
    yield Shown("nation-1gb", whole and found["peak_mb"] <= 1_000, f"{found['peak_mb']} MB at most")


CARRIED_PER_S_MIN = 2_500


def of_year(ok: bool, found: Found) -> Iterator[Shown]:
    """The prefecture's year shows three lines: that everything is right, and how fast notices pass, with their entry and without."""
    if not found:
        return
    entered = f"{found['residents']:,} residents, {found['events']:,} events"
    told = f"{found['year_notices']:,} notices, {found['year_per_s']:,} a second"
    parts = (("municipalities", "M"), ("prefecture", "P"), ("centre", "C"))
    spent = ", ".join(f"{found[f'year_cpu_us_{name}']} us of CPU each at {office}" for name, office in parts)
    checked = f"{found['refused']} refused, {found['differences']} differences in {found['persons_checked']:,} persons' rows"
    right = all(kept for name, kept in found["kept"].items() if name != "fast")
    yield Shown("prefecture-year", right, f"{entered}; {checked}; March {found['peak']} times a mean month")
    rates = f"{told}; first entries {found['settled_per_s']:,} a second, all notices of the run {found['both_per_s']:,}; {spent}"
    yield Shown("prefecture-year-rate", right and found["kept"]["fast"], rates)
    carried = f"{found['carried_notices']:,} notices that lay in outboxes, {found['carried_per_s']:,} a second"
    carried = f"{carried}; written before at {found['written_per_s']:,} a second, while nothing was carried"
    yield Shown("prefecture-year-carried", right and found["carried_per_s"] >= CARRIED_PER_S_MIN, carried)


def of_documents(ok: bool, found: Found) -> Iterator[Shown]:
    """The documents show three lines: nothing mixed up or lost, how many in batch, how soon one is signed."""
    if not found:
        return
    asked = f"{found['unsigned']:,} unsigned, {found['signed']:,} signed, {found['askers']} askers"
    yield Shown("documents-none-mixed-up", ok, f"{asked}: {found['mixed_up']} mixed up, {found['lost']} lost")
    load = f"load of the 2 cores {found['load_before']} before"
    rate, median_s = found["unsigned_per_s"], found["signed_median_s"]
    yield Shown("documents-rate", ok and rate >= 40, f"{rate} a second, {found['press_cpu_ms']} ms of CPU each in the press; {load}")
    yield Shown("documents-signed", ok and median_s < 1, f"median {median_s} s with {found['in_flight']} in flight; {load}")


SEARCHES = (
    Search("power-cut", ("-m", "openjuki.simulation.power_cut"), ("--images", "10000"), ("--images", "200"), whole("power-cut")),
    Search(
        "frames", ("-m", "benchmarks.searches"), ("frames", "--count", "400000"), ("frames", "--count", "2000"), whole("malformed-frames")
    ),
    Search("import", ("-m", "openjuki.simulation.import_campaign"), ("--residents", "100000"), ("--residents", "5000"), of_import),
    Search(
        "nation",
        ("-m", "openjuki.simulation.nation_campaign"),
        ("--municipalities", "all", "--residents", "50000"),
        ("--municipalities", "462250,131016,132012", "--residents", "60"),
        of_nation,
    ),
    Search(
        "growth",
        ("-m", "benchmarks.growth"),
        ("--largest", "10000000"),
        ("--largest", "10000", "--rounds", "1", "--seconds", "0.05"),
        whole("ten-million"),
    ),
    Search(
        "restraint-timing",
        ("-m", "openjuki.simulation.restraint_timing"),
        ("--pairs", "5000"),
        ("--pairs", "20"),
        whole("restraint-timing"),
    ),
    Search(
        "card-storm",
        ("-m", "benchmarks.card_storm"),
        ("--random", "1000000", "--grammar", "200000", "--reader", "20000"),
        ("--random", "2000", "--grammar", "2000", "--reader", "200"),
        whole("card-storm"),
    ),
    Search("kill", ("-m", "benchmarks.searches"), ("kill", "--count", "10"), ("kill", "--count", "1"), whole("kill-9")),
    Search(
        "documents",
        ("-m", "openjuki.simulation.document_campaign"),
        ("--unsigned", "10000", "--signed", "500"),
        ("--unsigned", "60", "--signed", "12", "--askers", "10"),
        of_documents,
    ),
    Search(
        "prefecture-year",
        ("-m", "openjuki.simulation.prefecture_year"),
        ("--residents", "1600000", "--json"),
        ("--residents", "500", "--json"),
        of_year,
    ),
    Search("worlds", ("-m", "openjuki.simulation.worlds"), ("--worlds", "20000", "--jobs", "2"), ("--worlds", "20"), whole("worlds-20000")),
)
"""In the order in which they run: the longest last, so that a limited campaign gets through most of them."""

_COUNTED = re.compile(r"^(\d[\d,]* worlds?), (.+)$", re.MULTILINE)


def last_json(said: str) -> dict[str, Any]:
    """The last JSON object that stands on lines of its own; empty if there is none."""
    for start in reversed([match.start() for match in re.finditer(r"^\{", said, re.MULTILINE)]):
        try:
            found, _ = json.JSONDecoder().raw_decode(said[start:])
        except ValueError:
            continue
        return found if isinstance(found, dict) else {}
    return {}


def found_in(said: str) -> dict[str, Any]:
    """What a search found: its JSON object, or else its last line that counts."""
    counted = _COUNTED.findall(said)
    return last_json(said) or ({"found": ", ".join(counted[-1])} if counted else {})


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def run(arguments: Sequence[str], limit_s: float | None = None) -> Ended:
    """Run a program of Python and pass on what it says; the time limit ends it with everything it started."""
    command = [sys.executable, "-u", *arguments]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    ended, lines = threading.Event(), []

    def end() -> None:
        ended.set()
        os.killpg(child.pid, signal.SIGKILL)

    timer = threading.Timer(limit_s if limit_s is not None else threading.TIMEOUT_MAX, end)
    timer.daemon = True
    timer.start()
    try:
        for line in child.stdout or ():
            lines.append(line)
            say(f"  {line.rstrip()}")
        code = child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
    return Ended(None if ended.is_set() else code, "".join(lines))


def search(one: Search, *, quick: bool, limit_s: float | None, today: date, keep: Callable[..., object] = record) -> int:
    """Run one search, say how it ended, and keep what it shows; returns an exit code."""
    say(f"{one.name}: {'quick' if quick else 'long'}")
    ended = run((*one.program, *(one.quick if quick else one.long)), limit_s)
    if ended.code is None:
        say(f"{one.name}: ended by the time limit; not recorded")
        return PARTLY
    ok, found = ended.code == 0, found_in(ended.said)
    shown = list(one.shows(ok, found)) if found else []
    for line in shown if not quick else ():
        keep(line.line, f"python -m benchmarks.campaign --only {one.name}", line.figure, line.ok, "campaign", today)
    say(f"{one.name}: {'ok' if ok else 'FAILED'}: {figure(found) or f'said nothing that counts, exit code {ended.code}'}")
    return OK if ok and shown else FAILED


def parsed(given: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaign", description="The long searches, kept in proof/.")
    names = [one.name for one in SEARCHES]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(names)} (all)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="the same; may be repeated")
    parser.add_argument("--quick", action="store_true", help="little of each, nothing recorded: does the campaign itself work?")
    parser.add_argument("--minutes", type=float, default=None, metavar="M", help="time limit of the whole campaign")
    found = parser.parse_args(given)
    found.names = [*found.names, *found.only]
    if unknown := sorted(set(found.names) - set(names)):
        parser.error(f"no search {unknown[0]}; there are: {', '.join(names)}")
    return found


def main(given: Sequence[str] | None = None) -> int:
    """0 if all went right, 1 if one failed, 3 if the time limit came first."""
    asked = parsed(sys.argv[1:] if given is None else given)
    end_s = None if asked.minutes is None else time.monotonic() + asked.minutes * 60
    codes = []
    for one in SEARCHES:
        if not asked.names or one.name in asked.names:
            limit_s = None if end_s is None else max(0.0, end_s - time.monotonic())
            codes.append(search(one, quick=asked.quick, limit_s=limit_s, today=date.today()))
    return FAILED if FAILED in codes else max(codes, default=OK)


if __name__ == "__main__":
    raise SystemExit(main())
