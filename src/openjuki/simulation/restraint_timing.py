"""Whether the time of an answer tells of a restraint: somebody restrained against nobody, in pairs (支援対象者の存在の秘匿; X7).

    python -m openjuki.simulation.restraint_timing [--pairs 5000]

A municipality runs with its real store and writer. Each pair asks twice the same thing, about 保護 花子, who is restrained (then about
住基 太郎, who lives with somebody restrained), and about somebody who never lived there, in an order drawn by chance; some pairs are under
way at a time. Told apart are the two if |t| of the paired differences reaches 4.5, the bound of side-channel tests (TVLA), for any of the
kinds of question.
"""

import argparse
import asyncio
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import mean, stdev
from typing import NamedTuple

import msgspec

from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.offices import resident_search, restraint_guard
from openjuki.offices.copy_requests import Evidence, Party, Wanted
from openjuki.offices.even_time import evenly
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.office import Office, Then
from openjuki.offices.restraints import Application, Protected
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures.code_reminder import CodeReminder, remind
from openjuki.procedures.copy_request import CopyVerdict, decide, file
from openjuki.procedures.restraint_notice import accept
from openjuki.register.errors import OpenJukiError
from openjuki.simulation import declaration
from openjuki.simulation.country import Country
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_people import HANAKO, TARO, YOSHIKO
from openjuki.simulation.story_steps.stage import AIRA, BIRTHS, CLERK, Stage

T_MAX = 4.5
IN_FLIGHT = 20
"""Pairs under way at a time: the office is as busy as at a window in March, and answers wait for one another alike."""
LENDER = Party("貸主　三郎", "福岡県福岡市中央区天神一丁目8番1号")

Ask = Callable[[Party], Awaitable[float]]
"""Asks about a person; milliseconds until the answer."""


class Compared(NamedTuple):
    """One kind of question: how many pairs, the mean difference in microseconds, and t of the paired differences."""

    pairs: int
    mean_us: float
    t: float


def paired_t(differences: Sequence[float]) -> float:
    """t of paired differences; 0 if they do not differ among themselves."""
    spread = stdev(differences)
    return 0.0 if spread == 0 else mean(differences) / spread * math.sqrt(len(differences))


async def timed(country: Country, step: Callable[..., None], *arguments: object) -> float:
    """Milliseconds until a step has answered, with an error or not."""
    began_s = time.perf_counter()
    with suppress(OpenJukiError):
        await country.call(step, *arguments)
    return (time.perf_counter() - began_s) * 1_000


async def compare(ask: Ask, her: Party, nobody: Party, pairs: int, chance: random.Random) -> Compared:
    """Ask in pairs, so many at a time."""

    async def pair() -> float:
        first, second = (her, nobody) if chance.random() < 0.5 else (nobody, her)
        heard = {who: await ask(who) for who in (first, second)}
        return heard[her] - heard[nobody]

    differences: list[float] = []
    while len(differences) < pairs:
        differences += await asyncio.gather(*(pair() for _ in range(min(IN_FLIGHT, pairs - len(differences)))))
    return Compared(pairs, round(mean(differences) * 1_000, 1), round(paired_t(differences), 2))


def questions(country: Country, today: str) -> Mapping[str, Ask]:
    """What can be asked about somebody by whoever is not of the register's desk."""
    office = country.office(AIRA)

    async def copy(who: Party) -> float:
        wanted = Wanted(WayOut.COPY, Ground.OWN_RIGHTS, LENDER, who, Evidence.CARD, purpose="貸金の返還請求")
        receipt = await country.call(file, office, CLERK, wanted)
        return await timed(country, decide, office, CLERK, CopyVerdict(receipt.number, True, "法12条の3第1項1号"))

    async def code(who: Party) -> float:
        return await timed(country, remind, office, CLERK, CodeReminder(who, today, Evidence.CARD))

    async def screen(who: Party) -> float:
        return await timed(country, look_up, office, who)

    return {"copy": copy, "code": code, "screen": screen}


def look_up(office: Office, who: Party, then: Then) -> None:
    """The screen of another section: who is there of that name and birth date, and how many."""
    office.write(partial(_found, office=office, who=who), evenly(office, then))


def _found(transaction: Transaction, office: Office, who: Party) -> list[int]:
    hits = resident_search.find(transaction, QueryKey(name=who.name, birth=who.birth), 10)
    return restraint_guard.shown(transaction, office, WayOut.OTHER_SECTION_SCREEN, Asker.OTHER_SECTION, [hit.person for hit in hits])


async def measure(folder: Path, pairs: int, seed: str = "1") -> dict[str, Compared]:
    """A country of one municipality, 花子 and 美子 restrained in it, and all questions in pairs, about 花子 and 太郎, 美子's husband."""
    declared = declaration.declare((AIRA,), residents=300)
    async with run_country(folder, declared, Calendar(STORY_DAY)) as country:
        for name in (HANAKO, YOSHIKO):
            application = Application((Protected(name, BIRTHS[name]),), frozenset(Output))
            await country.call(accept, country.office(AIRA), CLERK, application)
        found: dict[str, Compared] = {}
        for whose, name in (("", HANAKO), ("housemate_", TARO)):
            record = await Stage(country).resident(name)
            who = Party(name, record.address.text(), record.birth)
            nobody = msgspec.structs.replace(who, name="無人　零子")
            for kind, ask in questions(country, country.today().isoformat()).items():
                found[whose + kind] = await compare(ask, who, nobody, pairs, random.Random(seed))  # noqa: S311 - no secret
        return found


def told(found: Mapping[str, Compared]) -> dict[str, object]:
    """The report: met if no kind of question tells the two apart."""
    figures = {f"t_{name}": one.t for name, one in found.items()} | {f"mean_us_{name}": one.mean_us for name, one in found.items()}
    pairs = min(one.pairs for one in found.values())
    return {"ok": all(abs(one.t) < T_MAX for one in found.values()), "pairs": pairs, **figures}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and say the report as JSON; 0 if nothing is told apart."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pairs", type=int, default=5_000)
    pairs = parser.parse_args(arguments).pairs
    with tempfile.TemporaryDirectory() as folder:
        report = told(asyncio.run(measure(Path(folder) / "country", pairs)))
    print(json.dumps(report, indent=2))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
