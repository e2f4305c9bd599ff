"""The import campaign: a whole register comes into one municipality, and all of it arrives (移行の測定; issue 2, "Must show").

    python -m openjuki.simulation.import_campaign [--residents 100000] [--keep FOLDER]

The municipality runs in a process of its own, as it would, and is told to import by the ordinary operation; the rest of the country runs
here, other municipalities with residents of theirs among it. Then all that prefectures and centre hold is compared with the projection of
every municipality's records.
"""

import argparse
import asyncio
import csv
import json
import os
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.nodes import control, process
from openjuki.offices.identity import decode_identity
from openjuki.offices.municipality import decode_record
from openjuki.offices.store import Transaction
from openjuki.register.items import ITEMS
from openjuki.register.record import identity
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, settlement
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.population import residents
from openjuki.simulation.running import STORY_DAY, Calendar

TOWN = "462012"
OTHERS = 2_000
"""Residents of the other municipalities."""
RATE_MIN, ARRIVAL_S_MAX = 4_000, 60
POLL_S, WAIT_S_MAX = 0.2, 600


class Measured(NamedTuple):
    """What came out; rates in residents per second, times in seconds."""

    residents: int
    durable_per_s: float
    cpu_us: float
    """CPU of the municipality's process per resident, microseconds: says how fast an otherwise idle machine would be."""
    arrival_s: float
    compared: int
    """Residents of the whole country whose identity was compared."""
    differences: int

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return self.durable_per_s >= RATE_MIN and self.arrival_s <= ARRIVAL_S_MAX and self.differences == 0


def write_file(path: Path, count: int, seed: str) -> None:
    """A CSV file of synthetic residents as an older system would give it."""
    keys = [item.key for item in ITEMS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, keys, restval="")
        writer.writeheader()
        writer.writerows(residents(TOWN, count, seed))


async def measure(folder: Path, count: int) -> Measured:
    """Make the file, import it, wait for it, compare."""
    file = folder / "residents.csv"
    write_file(file, count, "1")
    declared = declaration.declare(residents=OTHERS)
    country = await countries.up(folder / "country", declared, today=Calendar(STORY_DAY), elsewhere=(TOWN,))
    process.settle()
    try:
        await settlement.settle(country)
        await settlement.acknowledged(country)
        durable_s, cpu_s, arrival_s = await _import(country, file, count)
        await country.open(TOWN)
        rate, cpu_us = round(count / durable_s), round(cpu_s / count * 1e6)
        return Measured(count, rate, cpu_us, round(arrival_s, 1), *await compare(country))
    finally:
        await country.stop()


def _cpu_s(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _persons(transaction: Transaction) -> int:
    return int(transaction.value("SELECT count(*) FROM person"))


async def _import(country: Country, file: Path, count: int) -> tuple[float, float, float]:
    """Have the municipality's own process import the file: seconds until it was durable there, its CPU seconds till then, and seconds
    from then until all of it was at the centre."""
    folder = country.folder / "offices" / TOWN
    command = (sys.executable, "-m", "openjuki.cli.main", "node", "run", str(folder), "--date", STORY_DAY.isoformat(), "--json")
    server = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        if server.stdout:
            await server.stdout.readline()
        arguments = {
            "office": TOWN, "operator": "campaign", "file": str(file), "rejects": str(file.with_suffix(".rejects.csv")),
            "encoding": "utf-8", "resume": False, "again": False, "language": "en",
        }  # fmt: skip
        wanted = count + await country.call(country.office(CENTRE).write, _persons)
        began_s, cpu_before_s = time.monotonic(), _cpu_s(server.pid)
        await control.call(folder, "import", arguments)
        durable_s, cpu_s = time.monotonic() - began_s, _cpu_s(server.pid) - cpu_before_s
        return durable_s, cpu_s, await _arrival_s(country, wanted)
    finally:
        server.terminate()
        await server.wait()


async def _arrival_s(country: Country, wanted: int) -> float:
    """Seconds from now until the centre holds that many persons; if it never does, the comparison will say so."""
    began_s = time.monotonic()
    while (waited_s := time.monotonic() - began_s) < WAIT_S_MAX:
        if await country.call(country.office(CENTRE).write, _persons) >= wanted:
            break
        await asyncio.sleep(POLL_S)
    return waited_s


async def compare(country: Country) -> tuple[int, int]:
    """Residents of all municipalities, and how often one's identity is missing at a hub or differs there, or is too much."""
    wanted: dict[str, dict[str, Any]] = {CENTRE: {}}
    for node in country.of_kind(OfficeKind.MUNICIPALITY):
        shown = await country.call(node.office.write, _projections)
        for hub in (CENTRE, node.office.prefecture_office):
            wanted.setdefault(hub, {}).update(shown)
    held = {hub: await country.call(country.office(hub).write, _identities) for hub in wanted}
    return len(wanted[CENTRE]), sum(
        wanted[hub].get(code) != at_hub.get(code) for hub, at_hub in held.items() for code in wanted[hub].keys() | at_hub.keys()
    )


def _projections(transaction: Transaction) -> dict[str, Any]:
    records = (decode_record(body) for (body,) in transaction.execute("SELECT record FROM person"))
    return {record.code: identity(record) for record in records}


def _identities(transaction: Transaction) -> dict[str, Any]:
    return {code: decode_identity(body) for code, body in transaction.execute("SELECT code, identity FROM person")}


def main(arguments: Sequence[str]) -> int:
    """Run it; 0 if the promise is kept."""
    parser = argparse.ArgumentParser(description="Import of a whole register, measured.")
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, default=None, help="folder to work in; else a temporary one")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="openjuki-") as folder:
        measured = process.run(measure(asked.keep or Path(folder), asked.residents))
    print(json.dumps(measured._asdict() | {"ok": measured.ok}))
    return 0 if measured.ok else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
