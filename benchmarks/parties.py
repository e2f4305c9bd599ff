"""Server and client as processes of their own, and one turn of measuring between them (計測の当事者)."""

import json
import os
import selectors
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.measure import Sample, cpu_seconds, family

START_S = 60.0
ROOT = Path(__file__).resolve().parent.parent


class PartyFailed(RuntimeError):
    """A process of the measurement ended or went silent; the text holds the end of what it wrote."""


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Party:
    """One process: started with `start`, its output kept in `log`."""

    process: subprocess.Popen[str]
    log: Path

    def fail(self, what: str) -> PartyFailed:
        """The error to raise, with the end of the log."""
        return PartyFailed(f"{what}; last output:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Asks the process to end and waits; kills it after five seconds."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    command: Sequence[str | Path], log: Path, *, environment: Mapping[str, str] | None = None, piped: bool = False, one_cpu: bool = False
) -> Party:
    """Starts a process in the project's folder; with `piped`, its standard input and output are ours.

    With `one_cpu` it and all its threads and children stay on the first CPU that this process may use, and leave the others to its load.
    """
    pipe: int | IO[str] = subprocess.PIPE if piped else log.open("a")
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
        stdout=pipe,
        stderr=log.open("a"),
    )
    if one_cpu:
        os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
    return Party(process, log)


def wait_until_listening(party: Party, port: int, timeout_s: float = START_S) -> None:
    """Returns when a TCP connection to the port succeeds; raises PartyFailed when the process ends or time is over."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until and party.process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise party.fail(f"{party.process.args!r} does not listen")


@dataclass(slots=True)
class Driver:
    """A load process that takes one line and answers one line of JSON."""

    party: Party

    def turn(self, line: str, timeout_s: float) -> dict[str, Any]:
        """One command and its answer; raises PartyFailed instead of waiting for ever."""
        if self.party.process.stdin is None:
            raise self.party.fail("not piped")
        try:
            self.party.process.stdin.write(line + "\n")
            self.party.process.stdin.flush()
        except BrokenPipeError:
            raise self.party.fail("the load ended") from None
        return self.hear(timeout_s, line)

    def hear(self, timeout_s: float, asked: str = "its start") -> dict[str, Any]:
        """The next line of JSON."""
        if self.party.process.stdout is None:
            raise self.party.fail("not piped")
        with selectors.DefaultSelector() as selector:
            selector.register(self.party.process.stdout, selectors.EVENT_READ)
            answer = self.party.process.stdout.readline() if selector.select(timeout_s) else ""
        if not answer:
            raise self.party.fail(f"no answer to {asked!r}")
        found: dict[str, Any] = json.loads(answer)
        return found


@dataclass(slots=True)
class Contestant:
    """One line of a table: a server, the load that drives it, and what the load is told (`task`)."""

    name: str
    server: Party
    driver: Driver
    task: str
    check: Callable[[bytes], object] = bytes
    """Looks at one answer of each turn; raises if it is not what was asked for."""

    def measure(self, in_flight: int, seconds: float, warm_s: float = 0.15) -> Sample:
        """A short warm-up, then one turn with the server's CPU clock read before and after it."""
        self._turn(f"{self.task} {in_flight} {warm_s}", START_S)
        processes = family(self.server.process.pid)
        before = cpu_seconds(processes)
        found = self._turn(f"{self.task} {in_flight} {seconds}", seconds + START_S)
        used = cpu_seconds(processes) - before
        self._turn("- 0 0", START_S)
        self._look_at_answers(found)
        return Sample(
            questions=found["questions"],
            seconds=found["seconds"],
            server_cpu_s=used,
            p50_us=found["p50_us"],
            p99_us=found["p99_us"],
            frame_bytes_in=found["bytes_out"] / found["questions"],
            frame_bytes_out=found["bytes_in"] / found["questions"],
        )

    def _turn(self, line: str, timeout_s: float) -> dict[str, Any]:
        try:
            return self.driver.turn(line, timeout_s)
        except PartyFailed as error:
            raise self.server.fail(f"{self.name}: {error}; the server") from error

    def _look_at_answers(self, found: Mapping[str, Any]) -> None:
        if found.get("refused"):
            raise self.server.fail(f"{self.name}: {found['refused']} questions were refused")
        if found["smallest"] * 2 < found["largest"]:
            raise self.server.fail(f"{self.name}: answers of {found['smallest']} to {found['largest']} bytes: some are refusals")
        self.check(bytes.fromhex(found["last_answer"]))
