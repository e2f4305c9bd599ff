"""Inspection of a running country: every link up, one event from every municipality at the centre (起動の点検; promise X4)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import combinations
from random import Random
from typing import NamedTuple, TypeVar

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.node import Node
from openjuki.offices.hub_search import QueryKey, find
from openjuki.offices.municipality import decode_record
from openjuki.offices.store import Transaction
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.register.errors import NotReady, OpenJukiError, Say
from openjuki.register.identity import Sex, Status
from openjuki.register.record import ResidentRecord
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.memory import helpers_mb, peak_mb
from openjuki.simulation.stages import Stages, Tell

OPERATOR = "inspection"
PATIENCE_S = 30.0
"""For one link and for one event: a machine that does much else beside it is slow, and not wrong."""
LOOK_S = 0.1
"""Between two looks of the inspection into the centre's register, each for all children at once: a search for each of a hundred."""
LINKS_AT_ONCE, EVENTS_AT_ONCE = 50, 70
"""At once: fewer than the handshakes that a listener takes from one address, and with the hubs than the registers that stay awake."""
SAMPLED_PAIRS = 1_000
CHILD = ("点検　ひかる", "テンケン　ヒカル")
LINKING, PAIRING = Say("links to the hubs", "上位機関への接続"), Say("links between municipalities", "市町村間の接続")
TELLING = Say("an event of each municipality", "各市町村の異動の通知")

Pair = tuple[str, str]
T = TypeVar("T")


class Inspected(NamedTuple):
    """What the inspection found."""

    ok: bool
    offices: int
    municipalities: int
    prefectures: int
    links_up: int
    """Links that came up and were up together: to the hubs, and of the sample."""
    pairs_up: int
    """Of them, those between two municipalities."""
    events_at_centre: int
    """Municipalities whose event the centre holds."""
    seconds_to_ready: float
    """From the beginning of the command until every link was up."""
    seconds: float
    """Until every event was at the centre."""
    peak_mb: float
    stages: dict[str, float]
    """Seconds of each stage."""
    stages_cpu: dict[str, float]
    """Processor seconds of each stage."""
    stages_mb: dict[str, float]
    """Resident memory at the end of each stage, in MB."""


async def inspect(country: Country, began_s: float, stages: Stages | None = None, sample_max: int = SAMPLED_PAIRS) -> Inspected:
    """Bring up every link that the country's work needs and a sample of those between municipalities; send one event from each of them."""
    stages, hubs, towns = stages or Stages(), pairs(country), country.of_kind(OfficeKind.MUNICIPALITY)
    sample = sampled(sorted(node.place.code for node in towns), sample_max, country.declared.seed)
    with stages("links", LINKING) as tell:
        await _each(hubs, LINKS_AT_ONCE, lambda pair: _comes_up(country, pair), tell)
    with stages("pairs", PAIRING) as tell:
        await _each(sample, LINKS_AT_ONCE, lambda pair: _comes_up(country, pair), tell)
    links_up, pairs_up = (sum(_is_up(country, pair) for pair in listed) for listed in (hubs, sample))
    seconds_to_ready = round(time.monotonic() - began_s, 2)
    for caller, called in sample:  # else all of them stay in memory, though these towns have nothing to say to each other
        if (link := country.nodes[caller].links.get(called)) is not None:
            link.close("inspected")
    with stages("events", TELLING) as tell:
        arrivals = _Arrivals(country)
        arrived = sum(await _each(towns, EVENTS_AT_ONCE, lambda node: _event_arrives(country, node, arrivals), tell))
    ok = links_up == len(hubs) and pairs_up == len(sample) and arrived == len(towns)
    return Inspected(
        ok, len(country.nodes), len(towns), len(country.of_kind(OfficeKind.PREFECTURE)), links_up + pairs_up, pairs_up, arrived,
        seconds_to_ready, round(time.monotonic() - began_s, 2), _peak_mb(stages), stages.seconds, stages.cpu_seconds, stages.mb,
    )  # fmt: skip


def _peak_mb(stages: Stages) -> float:
    """The most that was needed: by this process, or by it and the one that draws residents, which has ended with the residents' stage."""
    return max(peak_mb(), stages.mb.get("residents", 0.0) + helpers_mb())


def pairs(country: Country) -> list[Pair]:
    """Who talks to whom all the time: municipality to prefecture, prefecture to centre, each agency to the office it asks.

    (A municipality's link to the centre is made when it asks for codes, as each has done when it was settled.)
    """
    found = []
    for code, node in country.nodes.items():
        if node.place.kind in (OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE_ORGAN, OfficeKind.MUNICIPAL_ORGAN):
            found.append((code, node.office.prefecture_office))
        if node.place.kind in (OfficeKind.PREFECTURE, OfficeKind.APPENDIX_BODY):
            found.append((code, CENTRE))
    return found


def sampled(towns: Sequence[str], count_max: int, seed: str) -> list[Pair]:
    """Pairs of municipalities, all of them or `count_max` drawn by the seed, none twice."""
    if len(towns) * (len(towns) - 1) // 2 <= count_max:
        return list(combinations(towns, 2))
    random, drawn = Random(f"{seed}/pairs"), dict[Pair, None]()  # noqa: S311  repeatable on purpose
    while len(drawn) < count_max:
        first, second = sorted(random.sample(towns, 2))
        drawn[first, second] = None
    return list(drawn)


async def _each(ones: Sequence[T], at_once: int, do: Callable[[T], Awaitable[bool]], tell: Tell) -> list[bool]:
    """Do it for each, a number of them at once."""
    following, done = iter(ones), list[bool]()

    async def work() -> None:
        for one in following:
            done.append(await do(one))
            tell(len(done), len(ones))

    await asyncio.gather(*(work() for _ in range(at_once)))
    return done


async def _comes_up(country: Country, pair: Pair) -> bool:
    answered, (caller, called) = asyncio.get_running_loop().create_future(), pair
    country.nodes[caller].reach(called, lambda link: None if answered.done() else answered.set_result(not isinstance(link, OpenJukiError)))
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            return bool(await answered)
    return False


def _is_up(country: Country, pair: Pair) -> bool:
    """Whether each of the two holds a link to the other that is up."""
    ends = (country.nodes[a].links.get(b) for a, b in (pair, pair[::-1]))
    return all(link is not None and link.up for link in ends)


class _Arrivals:
    """Whom the centre holds by now: one look for all that are waited for, as long as anybody is."""

    def __init__(self, country: Country) -> None:
        self._country, self._waited = country, dict[str, asyncio.Future[bool]]()
        self._looking: asyncio.Task[None] | None = None

    async def of(self, code: str) -> bool:
        """Wait until the centre holds the person of that code; False if it does not in time."""
        arrived: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waited[code] = arrived
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await arrived
        except TimeoutError:
            return False
        finally:
            del self._waited[code]

    async def _look(self) -> None:
        while self._waited:
            for code in await self._held(tuple(self._waited)):
                if (arrived := self._waited.get(code)) is not None and not arrived.done():
                    arrived.set_result(True)
            await asyncio.sleep(LOOK_S)
        self._looking = None

    async def _held(self, codes: Sequence[str]) -> list[str]:
        """Those of the codes under which the centre holds a person."""
        found: list[str] = await self._country.call(self._country.office(CENTRE).write, lambda transaction: _held(transaction, codes))
        return found


def _held(transaction: Transaction, codes: Sequence[str]) -> list[str]:
    """Those of the codes under which the centre holds a person."""
    return [code for code in codes if find(transaction, QueryKey(code=code), 1)]


async def _event_arrives(country: Country, node: Node, arrivals: _Arrivals) -> bool:
    """Enter a birth and wait until the centre holds the child."""
    mother = await country.call(node.office.write, _some_mother)
    today = country.today().isoformat()
    filing = BirthNotification(mother.code, *CHILD, today, Sex.UNKNOWN, "子", today)
    child = await country.call(enter_birth, node.office, OPERATOR, filing)
    return await arrivals.of(child.code)


def _some_mother(transaction: Transaction) -> ResidentRecord:
    for (body,) in transaction.execute("SELECT record FROM person WHERE status = ? ORDER BY id", (int(Status.RESIDENT),)):
        record = decode_record(body)
        if record.kana:
            return record
    nobody = Say("nobody lives there.", "住民がいません。")
    raise NotReady("residents", nobody, Say("Make the country with residents.", "住民のいる国を作ってください。"))
