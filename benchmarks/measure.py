"""What one measurement is, and how rounds become one figure: medians and ratios of the same round (計測)."""

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """One contestant's turn in one round: counts, wall seconds, CPU seconds of the server's processes, microseconds per question."""

    questions: int
    seconds: float
    server_cpu_s: float
    p50_us: float
    p99_us: float
    frame_bytes_in: float = 0.0
    frame_bytes_out: float = 0.0

    @property
    def cpu_us(self) -> float:
        """Server CPU per question in microseconds."""
        return self.server_cpu_s / self.questions * 1e6

    @property
    def per_cpu_s(self) -> float:
        """Questions per second of the server's CPU."""
        return self.questions / self.server_cpu_s

    @property
    def per_s(self) -> float:
        """Questions per wall second."""
        return self.questions / self.seconds


@dataclass(frozen=True, slots=True)
class Bound:
    """To be shown (`proof` is the line's id): `ours` over `peer` in `figure` is at most, or at least, `limit`; peer "" is no peer."""

    ours: str
    peer: str
    figure: str
    limit: float
    at_least: bool = False
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A bound, the ratio that was measured and whether it is met; `ratio` None where a side did not run."""

    bound: Bound
    ratio: float | None
    met: bool | None


Rounds = dict[str, list[Sample]]
"""Contestant -> its sample of each round, in order."""


def median_of(samples: Iterable[Sample], figure: str) -> float:
    """The median over rounds of one figure (`cpu_us`, `per_s`, `p50_us`, `p99_us`)."""
    return statistics.median(float(getattr(sample, figure)) for sample in samples)


def ratio_of(ours: Sequence[Sample], peer: Sequence[Sample], figure: str) -> float:
    """Median of the ratios within each round, so that a neighbour who slows a whole round slows both sides of it."""
    return statistics.median(float(getattr(a, figure)) / float(getattr(b, figure)) for a, b in zip(ours, peer, strict=True))


def judge(bound: Bound, rounds: Rounds) -> Verdict:
    """Holds one bound against what was measured."""
    names = [bound.ours, bound.peer] if bound.peer else [bound.ours]
    if any(not rounds.get(name) for name in names):
        return Verdict(bound, None, None)
    ours = rounds[bound.ours]
    ratio = ratio_of(ours, rounds[bound.peer], bound.figure) if bound.peer else median_of(ours, bound.figure)
    return Verdict(bound, ratio, ratio >= bound.limit if bound.at_least else ratio <= bound.limit)


def cpu_seconds(processes: Iterable[int]) -> float:
    """User and system CPU seconds that these living processes have used so far, all threads, to the nanosecond (Linux)."""
    return sum(time.clock_gettime(~process << 3 | 2) for process in processes)


def family(process: int) -> list[int]:
    """A process and all its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent_of(entry)):
            children.setdefault(parent, []).append(int(entry.name))
    found = [process]
    for member in found:
        found.extend(children.get(member, []))
    return found


def _parent_of(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def memory_mb(processes: Iterable[int]) -> float:
    """Resident memory of these processes in MB, read from /proc."""
    total_kb = 0
    for process in processes:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        total_kb += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return total_kb / 1024


def as_rows(rounds: Rounds) -> dict[str, list[dict[str, float]]]:
    """Everything measured, for the raw file."""
    return {
        name: [asdict(sample) | {"cpu_us": sample.cpu_us, "per_s": sample.per_s} for sample in samples] for name, samples in rounds.items()
    }
