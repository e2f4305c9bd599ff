"""Inspection of a running country: every link up, one event from every municipality at the centre (起動の点検; promise X4)."""

import asyncio
import time
from typing import NamedTuple

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
from openjuki.simulation.memory import peak_mb

OPERATOR = "inspection"
PATIENCE_S = 10.0
CHILD = ("点検　ひかる", "テンケン　ヒカル")


class Inspected(NamedTuple):
    """What the inspection found."""

    ok: bool
    offices: int
    links_up: int
    seconds_to_ready: float
    peak_mb: float


async def inspect(country: Country, began_s: float) -> Inspected:
    """Bring up every link that the country's work needs, and send one event from every municipality to the centre."""
    wanted = pairs(country)
    links_up = sum(await asyncio.gather(*(_comes_up(country.nodes[a], b) for a, b in wanted)))
    seconds_to_ready = round(time.monotonic() - began_s, 2)
    arrived = await asyncio.gather(*(_event_arrives(country, node) for node in country.of_kind(OfficeKind.MUNICIPALITY)))
    return Inspected(links_up == len(wanted) and all(arrived), len(country.nodes), links_up, seconds_to_ready, peak_mb())


def pairs(country: Country) -> list[tuple[str, str]]:
    """Who talks to whom: municipality to prefecture and centre, prefecture to centre, each agency to the office it asks."""
    found = []
    for code, node in country.nodes.items():
        if node.place.kind in (OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE_ORGAN, OfficeKind.MUNICIPAL_ORGAN):
            found.append((code, node.office.prefecture_office))
        if node.place.kind in (OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, OfficeKind.APPENDIX_BODY):
            found.append((code, CENTRE))
    return found


async def _comes_up(node: Node, peer: str) -> bool:
    answered = asyncio.get_running_loop().create_future()
    node.reach(peer, lambda link: None if answered.done() else answered.set_result(not isinstance(link, OpenJukiError)))
    return bool(await asyncio.wait_for(answered, PATIENCE_S))


async def _event_arrives(country: Country, node: Node) -> bool:
    """Enter a birth and wait until the centre holds the child."""
    mother = await country.call(node.office.write, _some_mother)
    today = country.today().isoformat()
    filing = BirthNotification(mother.code, *CHILD, today, Sex.UNKNOWN, "子", today)
    child = await country.call(enter_birth, node.office, OPERATOR, filing)
    for _ in range(int(PATIENCE_S / 0.01)):
        if await country.call(country.office(CENTRE).write, lambda transaction: find(transaction, QueryKey(code=child.code), 1)):
            return True
        await asyncio.sleep(0.01)
    return False


def _some_mother(transaction: Transaction) -> ResidentRecord:
    for (body,) in transaction.execute("SELECT record FROM person WHERE status = ? ORDER BY id", (int(Status.RESIDENT),)):
        record = decode_record(body)
        if record.kana:
            return record
    nobody = Say("nobody lives there.", "住民がいません。")
    raise NotReady("residents", nobody, Say("Make the country with residents.", "住民のいる国を作ってください。"))
