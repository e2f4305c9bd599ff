"""The prefecture campaign: a year of a whole prefecture, event by event, through the real code (県の一年の測定; issue 3, "Must show").

    python -m openjuki.simulation.prefecture_year [--residents 1600000] [--seed 1] [--keep FOLDER] [--json]

All municipalities of Kagoshima run in two processes, its prefecture and the centre each in one of their own; one municipality of Tokyo
stands for the rest of the country. Residents come by the ordinary import, then a year is notified day by day at the real rates.
At the end every register is compared with its own events, and the hubs with the registers. The last thing said is one JSON object; 0 if
all is right, and for a whole prefecture if notices were fast enough.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from openjuki.nodes import process
from openjuki.register.errors import OpenJukiError, Say
from openjuki.register.identity import Reason
from openjuki.simulation import prefecture_year_checks as checks
from openjuki.simulation import prefecture_year_run
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.prefecture_year_checks import Found
from openjuki.simulation.prefecture_year_desk import OPERATOR
from openjuki.simulation.prefecture_year_messages import Lived
from openjuki.simulation.prefecture_year_meter import Passed
from openjuki.simulation.prefecture_year_run import ELSEWHERE, Ran
from openjuki.simulation.rates import LifeEvent, expected
from openjuki.simulation.stages import Tell

PER_S_MIN, WHOLE_PREFECTURE = 2_500, 1_000_000
"""Notices a second that are promised, and from how many residents on the promise is judged."""
MOVES_JUDGED_MIN, PEAK_MIN, PEAK_MONTH = 1_000, 1.5, 3
"""The peak shows if March has that many times the moves of a mean month; with fewer moves than that chance decides."""
DEVIATIONS, SHARE_OFF, OFF = 5.0, 0.03, 2.0
"""How far a count may be from its rate: standard deviations of chance, a share for a population that changes meanwhile, and a few."""
CHECKS_AT_ONCE = 2
SHOWN_EVERY_S = 5.0

_REASONS: Mapping[Reason, tuple[LifeEvent, ...]] = {
    Reason.BIRTH: (LifeEvent.BIRTH,),
    Reason.DEATH: (LifeEvent.DEATH,),
    Reason.MOVE_OUT: (LifeEvent.MOVE_WITHIN_PREFECTURE_OUT, LifeEvent.MOVE_ACROSS_PREFECTURES_OUT, LifeEvent.MOVE_ABROAD),
    Reason.MOVE_IN: (LifeEvent.MOVE_WITHIN_PREFECTURE_IN, LifeEvent.MOVE_ACROSS_PREFECTURES_IN, LifeEvent.MOVE_FROM_ABROAD),
    Reason.CHANGE_OF_ADDRESS: (LifeEvent.CHANGE_OF_ADDRESS,),
    Reason.CODE_CHANGE: (LifeEvent.CODE_CHANGE,),
}
"""Which entered events must stand in the registers under which reason; corrections share theirs with changes of householder."""


class Examined(NamedTuple):
    """What the registers hold and where they differ."""

    persons: int
    differences: Counter[str]
    events: Counter[str]
    """Events of the year in the prefecture's municipalities, by reason."""


def examine(folder: Path, towns: Sequence[str], elsewhere: str = ELSEWHERE, at_once: int = CHECKS_AT_ONCE) -> Examined:
    """Check every register of stopped offices, a few at once; the largest first."""
    registers = {path.parent.name: path for path in sorted((folder / "offices").glob("*/register.db"))}
    hubs = {code: [town for town in (*towns, elsewhere) if code == CENTRE or town[:2] == code[:2]] for code in _hubs(registers)}
    with ProcessPoolExecutor(at_once, multiprocessing.get_context("spawn")) as pool:
        folds = [pool.submit(checks.of_hub, registers[hub]) for hub in hubs]
        shown = [pool.submit(checks.projections, registers[hub], [registers[town] for town in of]) for hub, of in hubs.items()]
        rebuilt = [pool.submit(checks.of_town, registers[town]) for town in (*towns, elsewhere)]
        return _gathered(_results(folds), _results(shown), _results(rebuilt), hubs, elsewhere)


def _hubs(registers: Mapping[str, Path]) -> list[str]:
    """The centre and the prefectures, whose codes end in 000 and a check digit."""
    return [CENTRE, *(code for code in registers if code[2:5] == "000")]


def _results(futures: Sequence[Future[Found]]) -> list[Found]:
    return [future.result() for future in futures]


def _gathered(
    folds: Sequence[Found], shown: Sequence[Found], rebuilt: Sequence[Found], hubs: Mapping[str, Sequence[str]], elsewhere: str
) -> Examined:
    differences = Counter[str]()
    for found in (*folds, *shown, *rebuilt):
        differences.update({f"{found.office}: {what}": count for what, count in found.differences.items()})
    written = {found.office: found.notices for found in rebuilt}
    for found in folds:
        if found.notices != sum(written[town] for town in hubs[found.office]) % checks.SUMS:
            differences[f"{found.office}: notices"] += 1
    events = Counter[str]()
    for found in rebuilt:
        if found.office != elsewhere:
            events.update({reason: count for (operator, reason), count in found.events.items() if operator == OPERATOR})
    return Examined(sum(found.persons for found in (*folds, *rebuilt)), differences, events)


def off_the_rates(lived: Lived, residents: int) -> dict[str, str]:
    """Kinds of event that were entered too often or too seldom, with both numbers."""
    found = {}
    for kind in LifeEvent:
        mean = expected(kind, residents)
        if abs(lived.counts.get(kind, 0) - mean) > DEVIATIONS * mean**0.5 + SHARE_OFF * mean + OFF:
            found[kind.value] = f"{lived.counts.get(kind, 0)} for {mean:.0f}"
    return found


def not_in_the_registers(lived: Lived, events: Mapping[str, int]) -> dict[str, str]:
    """Reasons under which the registers hold another number of events than was entered."""
    entered = {reason.value: sum(lived.counts.get(kind, 0) for kind in kinds) for reason, kinds in _REASONS.items()}
    return {reason: f"{events.get(reason, 0)} for {count}" for reason, count in entered.items() if events.get(reason, 0) != count}


def peak(lived: Lived) -> float:
    """How many times the moves of a mean month March has."""
    moves = sum(lived.months_of_moves.values())
    return round(12 * lived.months_of_moves.get(PEAK_MONTH, 0) / moves, 2) if moves else 0.0


def judged(ran: Ran, examined: Examined) -> dict[str, bool]:
    """What must hold, each by its name."""
    lived, moves = ran.lived, ran.lived.months_of_moves
    few = sum(moves.values()) < MOVES_JUDGED_MIN
    return {
        "nothing_refused": lived.refused == 0,
        "no_differences": not examined.differences,
        "at_the_rates": not off_the_rates(lived, ran.residents),
        "in_the_registers": not not_in_the_registers(lived, examined.events),
        "all_carried": ran.outage.carried.notices == ran.outage.written.notices > 0,
        "peak_in_march": few or (peak(lived) >= PEAK_MIN and moves.get(PEAK_MONTH) == max(moves.values())),
        "fast": ran.residents < WHOLE_PREFECTURE or ran.passed.per_s >= PER_S_MIN,
    }


def told(ran: Ran, examined: Examined, folder: Path, began_s: float) -> dict[str, Any]:
    """Everything that was found, as JSON can hold it."""
    held, lived = judged(ran, examined), ran.lived
    return {
        "ok": all(held.values()), "residents": ran.residents, "municipalities": len(ran.towns), "events": lived.entered,
        "events_elsewhere": lived.elsewhere, "nobody_there": lived.nobody, "refused": lived.refused,
        **_of("settled", ran.settled), **_of("year", ran.passed), **_of("written", ran.outage.written),
        **_of("carried", ran.outage.carried), "both_per_s": _both(ran.settled, ran.passed).per_s,
        "differences": examined.differences.total(), "persons_checked": examined.persons, "peak": peak(lived),
        "seconds": round(time.monotonic() - began_s, 1), "disk_mb": _disk_mb(folder), "load": os.getloadavg()[0],
        **{f"peak_mb_{name}": mb for name, mb in ran.peaks_mb.items()},
        "kept": held, "counts": {kind.value: lived.counts.get(kind, 0) for kind in LifeEvent},
        "months_of_moves": [lived.months_of_moves.get(month, 0) for month in range(1, 13)], "refusals": lived.refusals,
        "differing": dict(examined.differences), "off_the_rates": off_the_rates(lived, ran.residents),
        "not_in_the_registers": not_in_the_registers(lived, examined.events),
    }  # fmt: skip


def _of(name: str, passed: Passed) -> dict[str, Any]:
    """A part of the run: notices, their rate, and processor microseconds for each at every office."""
    costs = {f"{name}_cpu_us_{office}": round(spent_s / max(passed.notices, 1) * 1e6) for office, spent_s in passed.cpu_s.items()}
    return {f"{name}_notices": passed.notices, f"{name}_per_s": passed.per_s, f"{name}_s": passed.seconds} | costs


def _both(settled: Passed, passed: Passed) -> Passed:
    """The residents' entry and the year together."""
    return Passed(settled.notices + passed.notices, settled.seconds + passed.seconds, {})


def _disk_mb(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


@contextmanager
def show(label: Say) -> Iterator[Tell]:
    """Tell on standard error how far a stage is, now and then."""
    began_s = shown_s = time.monotonic()
    print(f"{label.en} ...", file=sys.stderr, flush=True)

    def tell(done: int, total: int) -> None:
        nonlocal shown_s
        if time.monotonic() - shown_s > SHOWN_EVERY_S:
            shown_s = time.monotonic()
            print(f"  {done:,} of {total:,}", file=sys.stderr, flush=True)

    yield tell
    print(f"{label.en}: {time.monotonic() - began_s:.1f} s", file=sys.stderr, flush=True)


def measure(folder: Path, residents: int, seed: str) -> dict[str, Any]:
    """Run a year in the folder and check it."""
    began_s = time.monotonic()
    ran = process.run(prefecture_year_run.run(folder, residents, seed, show))
    with show(Say("registers and hubs compared", "台帳と上位機関の照合")):
        examined = examine(folder, ran.towns)
    return told(ran, examined, folder, began_s)


def main(arguments: Sequence[str]) -> int:
    """Run it; 0 if everything is right."""
    parser = argparse.ArgumentParser(description="A year of a whole prefecture, measured and checked.")
    parser.add_argument("--residents", type=int, default=1_600_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", type=Path, default=None, help="folder to work in, which stays; else a temporary one")
    parser.add_argument("--json", action="store_true", help="the result on one line")
    asked = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="openjuki-") as folder:
            found = measure(asked.keep or Path(folder), asked.residents, asked.seed)
    except OpenJukiError as error:
        print(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
        return 1
    print(json.dumps(found, ensure_ascii=False, indent=None if asked.json else 1))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
