"""The one search box and what it finds (検索; standard 2.1.1, 2.1.2): by POST, so that no condition stands in an address or a log."""

import asyncio
from typing import NamedTuple

from starlette.responses import Response

from openjuki.counter import asking
from openjuki.counter.asking import Asked
from openjuki.counter.audit import Done
from openjuki.counter.entry.completing import completions
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.law.ways_out import Asker, WayOut
from openjuki.offices import even_time, municipality, resident_index, restraint_guard, restraints
from openjuki.offices.office import Office
from openjuki.offices.operators import Role
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord

SHOWN_MAX, NEAR_MAX = 50, 8
LOOKED_AT_MAX = 400
"""Persons looked at for one search: more are not counted, they are too many."""
SEEKERS = CLERKS | {Role.SECTION}


class Hit(NamedTuple):
    """One person found: the record, and whether it is under restraint (said to those only who see restrained persons at all)."""

    record: ResidentRecord
    restrained: bool


async def search(visit: Visit) -> Response:
    """GET: the box; POST: what it finds. A search that finds one person by code goes on to the person."""
    typed = visit.item("typed")
    if visit.request.method == "GET":
        return visit.page("search.html", typed="", hits=None, more=False, fault=None, near=())
    try:
        asked = asking.read(typed, visit.window.code)
    except InvalidInput as error:
        return visit.page("search.html", 422, typed=typed, hits=None, more=False, fault=error, near=())
    hits, more = await found(visit, asked)
    if asked.code and len(hits) == 1:
        return visit.go(f"/resident/{visit.handle(('person', hits[0].record.person))}")
    near = () if hits or asked.code else completions("town", typed, visit.window.code)[:NEAR_MAX]
    return visit.page("search.html", typed=typed, hits=hits, more=more, fault=None, near=near)


async def found(visit: Visit, asked: Asked) -> tuple[list[Hit], bool]:
    """What may be shown to this operator, and whether there is more than is shown."""
    while not await visit.window.write(resident_index.read):
        pass
    office, asker = visit.window.office, asker_of(visit)

    def look(transaction: Transaction) -> tuple[list[Hit], bool]:
        records = _by_code(transaction, asked.code) if asked.code else resident_index.find(transaction, asked.sought, LOOKED_AT_MAX)
        may = set(restraint_guard.shown(transaction, office, WayOut.REGISTER_SCREEN, asker, [record.person for record in records]))
        hits = [hit(transaction, office, record) for record in records if record.person in may]
        return hits[:SHOWN_MAX], len(hits) > SHOWN_MAX

    began_s = office.clock.monotonic_s()
    hits = await visit.read(Done.SEARCHED, asked.kinds, look)
    if asker is Asker.OTHER_SECTION:  # how long it took does not tell whether somebody is there whom this section may not see
        await asyncio.sleep(even_time.wait_s(office.clock.monotonic_s() - began_s))
    return hits


def asker_of(visit: Visit) -> Asker:
    """Whom the table of ways out knows this operator as."""
    role = visit.here.operator.role
    return {Role.SUPERVISOR: Asker.SUPERVISOR, Role.SECTION: Asker.OTHER_SECTION}.get(role, Asker.REGISTER_CLERK)


def hit(transaction: Transaction, office: Office, record: ResidentRecord) -> Hit:
    """A record with its mark."""
    return Hit(record, bool(restraints.restraints_of(transaction, record.person, office.today())))


def _by_code(transaction: Transaction, code: str) -> list[ResidentRecord]:
    try:
        record = municipality.record_of(transaction, municipality.person_of_code(transaction, code))
    except Conflict:
        return []
    return [] if record.status is Status.ANNULLED else [record]


PAGES = (Page("/search", search, SEEKERS),)
