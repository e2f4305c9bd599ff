"""What all measurements of one run share: sizes, folder, certificates, and the processes to end (測定の条件)."""

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.certificates import Papers
from benchmarks.measure import Rounds, Verdict
from benchmarks.parties import Contestant, Driver, Party, free_port, start, wait_until_listening


@dataclass(frozen=True, slots=True)
class Setting:
    """How long and how large; `folder` is empty at the start and thrown away at the end."""

    rounds: int
    seconds: float
    residents: int
    folder: Path
    papers: Papers
    ending: ExitStack
    say: Callable[[str], None] = field(default=print)

    def keep(self, party: Party) -> Party:
        """Ends this party when the run ends."""
        self.ending.callback(party.stop)
        return party

    def serve(self, name: str, command: Sequence[str | Path], port: int, environment: Mapping[str, str] | None = None) -> Party:
        """Starts a server, held on one CPU so that all cost alike wherever their threads would run, and waits until it listens."""
        party = self.keep(start(command, self.folder / f"{name}.log", environment=environment, one_cpu=True))
        wait_until_listening(party, port)
        return party

    def drive(self, name: str, command: Sequence[str | Path]) -> Driver:
        """Starts a load that takes orders on its standard input."""
        return Driver(self.keep(start(command, self.folder / f"{name}-load.log", piped=True)))


@dataclass(slots=True)
class Result:
    """What one measurement found: tables (title -> contestant -> samples), bounds, and what could not run and why."""

    name: str
    tables: dict[str, Rounds] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def python(module: str, *arguments: object) -> list[str]:
    """The command line of one of our own modules as a process."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def missing_tool(name: str) -> bool:
    """Whether a program is absent from this machine."""
    return shutil.which(name) is None


def interleave(setting: Setting, contestants: Sequence[Contestant], in_flight: int, rounds: int) -> Rounds:
    """Rounds A B C, A B C, ...: every contestant once in each round."""
    found: Rounds = {one.name: [] for one in contestants}
    for number in range(rounds):
        setting.say(f"  round {number + 1} of {rounds}, {in_flight} in flight")
        for one in contestants:
            found[one.name].append(one.measure(in_flight, setting.seconds))
    return found


__all__ = ["Contestant", "Result", "Setting", "free_port", "interleave", "missing_tool", "python"]
