"""The documents campaign: thousands of copies asked for at once, none mixed up and none lost (証明書の誤交付試験; issue 4, "Must show").

    python -m openjuki.simulation.document_campaign [--unsigned 10000] [--signed 500] [--askers 50]

Fifty askers ask one municipality's desk for copies of residents whom each chooses by itself, through the ordinary steps: register, issue
record, press, comparison, seal. Each keeps what it asked, and takes what it got. Then another program (poppler) reads every file, and what
it says is compared with what its asker had asked: whom, of which kind, under which request; and the issue records with the files.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from openjuki.documents.choosing import Choice
from openjuki.documents.issue import Asked, Issue, Subject
from openjuki.documents.kinds import FORMS, Kind
from openjuki.documents.reading import bare
from openjuki.nodes.document_desk import DocumentDesk
from openjuki.nodes.document_orders import OwnRequest, own_order
from openjuki.nodes.node import Node
from openjuki.offices.municipality import decode_record
from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, to_era
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.simulation import declaration, document_operations
from openjuki.simulation.country import Country
from openjuki.simulation.running import STORY_DAY, Calendar, run_country

TOWN, RESIDENTS, OPERATOR = "462250", 400, "clerk-1"
KINDS = (Kind.RESIDENT_COPY, Kind.HOUSEHOLD_COPY, Kind.ITEMS_CERTIFICATE)
RATE_MIN, SIGNED_S_MAX, IN_FLIGHT, CORES = 40.0, 1.0, 5, 2


class Wanted(NamedTuple):
    """What an asker asked, in its own words, and what it was given."""

    request: str
    kind: Kind
    subjects: tuple[Subject, ...]
    shown: tuple[str, ...]
    """How the paper must name each of them, from 氏名 to the birth date, without spaces."""
    issue: Issue
    file: Path


class Asking:
    """Askers at one municipality, who choose whom to ask about and keep what they asked."""

    def __init__(self, country: Country, node: Node, records: Sequence[ResidentRecord], folder: Path) -> None:
        self._country, self._node, self._people, self._folder = country, node, records, folder
        self._homes: dict[int, list[ResidentRecord]] = {}
        for record in records:
            self._homes.setdefault(record.household, []).append(record)
        self.taken: list[Wanted] = []

    async def ask(self, desk: DocumentDesk, count: int, askers: int, *, sealed: bool) -> tuple[float, list[float]]:
        """So many documents by so many askers at once; returns the seconds of all, and of each."""
        numbers, times_s, began = iter(range(count)), list[float](), time.perf_counter()
        await asyncio.gather(*(self._asker(desk, asker, numbers, times_s, sealed=sealed) for asker in range(askers)))
        return time.perf_counter() - began, times_s

    async def _asker(self, desk: DocumentDesk, asker: int, numbers: Iterator[int], times_s: list[float], *, sealed: bool) -> None:
        chance = random.Random(f"documents {asker} {sealed} {len(self.taken)}")  # noqa: S311 - no secret
        for number in numbers:
            began = time.perf_counter()
            self.taken.append(await self._one(desk, f"{asker}-{number}-{len(self.taken)}", chance, sealed=sealed))
            times_s.append(time.perf_counter() - began)

    async def _one(self, desk: DocumentDesk, request: str, chance: random.Random, *, sealed: bool) -> Wanted:
        person, kind, office = chance.choice(self._people), chance.choice(KINDS), self._node.office
        shown = self._homes[person.household] if kind is Kind.HOUSEHOLD_COPY else [person]
        subjects = tuple(Subject(one.name, one.birth, one.code) for one in shown)
        asked = OwnRequest(kind, person.code, request, frozenset({Choice.CODE}))
        order = await self._country.call(office.write, lambda t: own_order(t, office, OPERATOR, asked))
        released = await desk.issue(office, OPERATOR, order, sealed=sealed)
        file = self._folder / f"{request}-{'signed' if sealed else 'unsigned'}.pdf"
        file.write_bytes(released.pdf)
        return Wanted(request, kind, subjects, tuple(map(named, shown)), released.issue, file)


def named(record: ResidentRecord) -> str:
    """How a paper that shows no reading names somebody, from 氏名 to the birth date, without spaces."""
    others = "".join(f"{label}{name}" for label, name in (("旧氏", record.former_name), ("通称", record.alias)) if name)
    return bare(f"氏名{record.name}{others}生年月日{to_era(DateText(record.birth))}")


def is_as_asked(wanted: Wanted) -> bool:
    """Whether poppler reads in a file what its asker had asked, and nobody else; the file is taken away if it is so."""
    read = subprocess.run(["pdftotext", "-raw", wanted.file, "-"], capture_output=True, check=True)  # noqa: S603, S607
    text = bare(read.stdout.decode())
    if sorted(wanted.subjects) != sorted(wanted.issue.asked.subjects):
        return False
    asked = Asked(wanted.request, wanted.kind, wanted.issue.asked.subjects)
    printed = [wanted.issue.document, _binding(wanted.issue, asked), bare(FORMS[wanted.kind].number), bare(wanted.issue.number)]
    printed += wanted.shown
    printed += [f"{code[:4]}-{code[4:8]}-{code[8:]}" for _, _, code in wanted.subjects]
    right = all(word in text for word in printed) and text.count("生年月日") == len(wanted.subjects)
    if right:
        wanted.file.unlink()
    return right


def _binding(issue: Issue, asked: Asked) -> str:
    """The binding that the paper must bear if it is what was asked."""
    return Issue(
        asked=asked, issuer=issue.issuer, day=issue.day, made_ms=issue.made_ms, serial=issue.serial, where=issue.where,
        document=issue.document, code=issue.code, salt=issue.salt,
    ).binding  # fmt: skip


def lost(taken: Sequence[Wanted], released: Sequence[str], count: int) -> int:
    """How many that were asked for did not come, came twice, or stand otherwise in the issue records."""
    documents = [wanted.issue.document for wanted in taken]
    return abs(count - len(taken)) + len(documents) - len(set(documents)) + len(set(documents) ^ set(released))


async def campaign(folder: Path, unsigned: int, signed: int, askers: int) -> dict[str, object]:
    """Ask, take, read, compare."""
    declared = declaration.declare((TOWN,), residents=RESIDENTS)
    papers = folder / "papers"
    papers.mkdir()
    async with run_country(folder / "country", declared, Calendar(STORY_DAY)) as country:
        node = country.nodes[TOWN]
        records = await country.call(node.office.write, _residents)
        asking, load = Asking(country, node, records, papers), os.getloadavg()[0]
        rate = await _unsigned(country, asking, unsigned, askers)
        times_s = await _signed(country, asking, signed, askers)
        rows = await country.call(node.office.write, lambda t: t.all("SELECT document FROM released_document"))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    with ThreadPoolExecutor(CORES) as readers:
        wrong = sum(not right for right in readers.map(is_as_asked, asking.taken))
    missing = lost(asking.taken, [document for (document,) in rows], unsigned + signed)
    median_s = statistics.median(times_s)
    return {
        "ok": not wrong and not missing, "unsigned": unsigned, "signed": signed, "askers": askers, "mixed_up": wrong, "lost": missing,
        "unsigned_per_s": round(rate, 1), "signed_median_s": round(median_s, 3), "in_flight": IN_FLIGHT,
        "fast": rate >= RATE_MIN and median_s < SIGNED_S_MAX, "load_before": round(load, 1),
        "press_cpu_ms": round((spent.ru_utime + spent.ru_stime) * 1_000 / unsigned, 1),
    }  # fmt: skip


def _residents(transaction: Transaction) -> list[ResidentRecord]:
    rows = transaction.all("SELECT record FROM person WHERE status = ? ORDER BY id", int(Status.RESIDENT))
    return [decode_record(body) for (body,) in rows]


async def _unsigned(country: Country, asking: Asking, count: int, askers: int) -> float:
    """A batch on two cores, its papers made in two processes; returns documents a second."""
    with ProcessPoolExecutor(CORES, get_context("spawn")) as processes:
        desk = document_operations.desk(country, processes)
        first = min(count - 1, 4 * CORES)  # each process reads the font once; not timed
        await asking.ask(desk, first, 2 * CORES, sealed=False)
        took_s, _ = await asking.ask(desk, count - first, askers, sealed=False)
        return (count - first) / took_s


async def _signed(country: Country, asking: Asking, count: int, askers: int) -> list[float]:
    """First with five in flight, which is timed; the rest with all askers at once."""
    desk = document_operations.desk(country)
    timed = min(count, max(20, count // 5))
    _, times_s = await asking.ask(desk, timed, IN_FLIGHT, sealed=True)
    await asking.ask(desk, count - timed, askers, sealed=True)
    desk.close()
    return times_s


def main(given: Sequence[str]) -> int:
    """Ask, and say what was found as JSON; 1 if anything was mixed up or lost."""
    parser = argparse.ArgumentParser(prog="python -m openjuki.simulation.document_campaign", description="None mixed up, none lost.")
    parser.add_argument("--unsigned", type=int, default=10_000)
    parser.add_argument("--signed", type=int, default=500)
    parser.add_argument("--askers", type=int, default=50)
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        run = partial(campaign, Path(folder), asked.unsigned, asked.signed, asked.askers)
        found = asyncio.run(run())
    print(json.dumps(found))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
