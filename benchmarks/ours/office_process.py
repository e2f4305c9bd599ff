"""One office of a founded country as a process of its own: FOLDER CODE; takes orders on standard input (機関のプロセス).

enter FIRST COUNT   a municipality enters residents FIRST .. FIRST+COUNT-1 by the import's own door -> {"entered": n}
held                how many persons a hub holds -> {"held": n}
waiting             notices not yet acknowledged -> {"waiting": n}
"""

import asyncio
import datetime
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.people import Person, person
from openjuki.nodes import process
from openjuki.nodes.trust_folder import read_trust
from openjuki.offices import outbox
from openjuki.procedures.resident_import import Entrant, enter_residents
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation import declaration
from openjuki.simulation.country import Country

AT_ONCE = 500
SINCE = "2010-04-01"


def entrant(number: int, one: Person, municipality: str) -> Entrant:
    """A made-up resident as a checked row of an import."""
    address = Address(municipality, "宮島町", f"{1 + number % 3000}番地")
    return Entrant(number, str(number), Items(
        name=one.name, kana="ジュウキ　タロウ", birth=one.birth, sex=Sex(int(one.sex)), relationship="世帯主", code=one.code,
        registered_domicile="鹿児島県姶良市宮島町25", registered_domicile_head=one.name, became_resident_on=SINCE, address=address,
        address_since=SINCE, notified_on=SINCE,
    ))  # fmt: skip


async def enter(country: Country, code: str, first: int, count: int) -> dict[str, Any]:
    """Batches one after another, each durable before the next."""
    begin, entered = time.perf_counter(), 0
    for start in range(first, first + count, AT_ONCE):
        batch = [entrant(number, person(number), code) for number in range(start, min(start + AT_ONCE, first + count))]
        entered += (await country.call(enter_residents, country.office(code), "clerk-1", batch)).entered
    return {"entered": entered, "seconds": time.perf_counter() - begin}


async def obey(country: Country, code: str, order: str, *numbers: str) -> dict[str, Any]:
    """One order, one answer."""
    write = country.office(code).write
    if order == "enter":
        return await enter(country, code, *map(int, numbers))
    if order == "held":
        return {"held": await country.call(write, lambda transaction: transaction.value("SELECT count(*) FROM person"))}
    return {"waiting": sum((await country.call(write, outbox.unacknowledged)).values())}


async def serve(folder: Path, code: str) -> None:
    """Opens the one office and takes orders until the end of standard input."""
    declared = declaration.read(folder / "country.toml")
    directory = read_trust(folder / "trust")
    country = Country(folder, declared, directory, lambda: datetime.date(2013, 12, 2), _tell)
    await country.start([code])
    print(json.dumps({"open": code}), flush=True)
    loop = asyncio.get_running_loop()
    process.settle()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await obey(country, code, *line.split())), flush=True)
    await country.stop()


def _tell(office: str, tag: str, what: str) -> None:
    print(office, tag, what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    process.run(serve(Path(sys.argv[1]), sys.argv[2]))
