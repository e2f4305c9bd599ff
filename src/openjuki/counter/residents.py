"""Resident and household as they stand, and as they stood on a day as known on a day (住民票・世帯票・履歴の照会; Act art. 7; X3)."""

from typing import NamedTuple

import msgspec
from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.searching import SEEKERS, asker_of
from openjuki.counter.sessions import session_over
from openjuki.counter.shell import Page, Visit
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import history, municipality, restraint_guard, restraint_housemates, restraints
from openjuki.offices.history import Entered
from openjuki.offices.municipality_households import member
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register import household
from openjuki.register.dates import DateText, calendar_date, from_era, text_of
from openjuki.register.errors import InvalidInput
from openjuki.register.items import ITEMS
from openjuki.register.readings import Answer
from openjuki.register.record import ResidentRecord

REMARKS = "remarks"


class Shown(NamedTuple):
    """All that one resident's page shows."""

    record: ResidentRecord
    members: list[ResidentRecord]
    restrained: bool
    housemate: bool
    """Whether papers about the resident stop because of somebody protected at the same address."""
    events: list[Entered]


class Then(NamedTuple):
    """A resident on a day, as known on a day."""

    as_of: str
    as_known: str
    answer: Answer[ResidentRecord | None]


async def resident(visit: Visit) -> Response:
    """One resident, by a handle of this session; POST asks about another day."""
    person = person_meant(visit, visit.request.path_params["handle"])
    fault: InvalidInput | None = None
    then: Then | None = None
    shown = await _shown(visit, person)
    if visit.request.method == "POST" and shown.events:
        try:
            then = await _then(visit, person)
        except InvalidInput as error:
            fault = error
    return visit.page("resident.html", 422 if fault else 200, shown=shown, then=then, fault=fault, others=_others(shown.record))


def person_meant(visit: Visit, handle: str) -> int:
    """The person's number; NotReady if the handle is not of this session, or not of a person."""
    kind, number = visit.meant(handle)
    if kind != "person":
        raise restraint_guard.absent()
    return int(number)


async def _shown(visit: Visit, person: int) -> Shown:
    """All that this operator may see; a page that was open when a restraint came ends like one of a session that is over."""
    office, asker = visit.window.office, asker_of(visit)

    def look(transaction: Transaction) -> Shown:
        if restraint_guard.passes(transaction, office, WayOut.REGISTER_SCREEN, asker, person) is not Word.ALLOWED:
            raise session_over()
        if asker is Asker.OTHER_SECTION:
            return _for_a_section(transaction, office, person)
        record = municipality.record_of(transaction, person)
        members = municipality.members(transaction, record.household)
        restrained = bool(restraints.restraints_of(transaction, person, office.today()))
        housemate = any(held.restraint.bears(office.today()) for held in restraint_housemates.of_record(transaction, person))
        return Shown(record, in_order(members), restrained, housemate, history.history(transaction, person))

    return await visit.read(Done.RESIDENT_SHOWN, f"person {person}", look)


def _for_a_section(transaction: Transaction, office: Office, person: int) -> Shown:
    """Another section sees neither relationships nor remarks, and no household with somebody whom it may not see: a child without a
    householder, or a word about who left, would tell of the one who is missing."""
    record = municipality.record_of(transaction, person)
    members = in_order(municipality.members(transaction, record.household))
    numbers = [one.person for one in members]
    if restraint_guard.shown(transaction, office, WayOut.REGISTER_SCREEN, Asker.OTHER_SECTION, numbers) != numbers:
        members = [one for one in members if one.person == person]
    return Shown(_without(record), [_without(one) for one in members], False, False, [])


def _without(record: ResidentRecord) -> ResidentRecord:
    return msgspec.structs.replace(record, relationship="", other={key: text for key, text in record.other.items() if key != REMARKS})


def in_order(members: list[ResidentRecord]) -> list[ResidentRecord]:
    """The members in the order of a copy (standard 5.2)."""
    by_key = {str(one.person): one for one in members}
    return [by_key[one.key] for one in household.in_order([member(one) for one in members])]


async def _then(visit: Visit, person: int) -> Then:
    """The resident on the day that the form names. InvalidInput if it names none."""
    office = visit.window.office
    as_of = from_era(visit.item("as_of"), "as_of") if visit.item("as_of") else text_of(office.today())
    as_known = from_era(visit.item("as_known"), "as_known") if visit.item("as_known") else DateText("")
    known_ms = history.known_until(calendar_date(as_known, "as_known")) if as_known else None

    def look(transaction: Transaction) -> Answer[ResidentRecord | None]:
        return history.record_on(transaction, person, as_of, known_ms).answer(lambda record: record)

    return Then(as_of, as_known, await visit.read(Done.HISTORY_SHOWN, f"person {person}", look))


def _others(record: ResidentRecord) -> list[tuple[str, str]]:
    """The record's further items by their names, as recorded."""
    names = {item.key: item.japanese for item in ITEMS}
    return [(names.get(key, key), value) for key, value in record.other.items() if value]


PAGES = (Page("/resident/{handle}", resident, SEEKERS),)
