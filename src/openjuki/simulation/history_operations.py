"""What a clerk asks of the past: a resident, or an address, on a day and as known on a day (時点照会の操作; Act art. 7; promise X3)."""

import datetime
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from openjuki.law.kinds import OfficeKind
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.nodes.control import Tell
from openjuki.nodes.node import Node
from openjuki.offices import history, municipality, restraint_guard
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, calendar_date, from_era, text_of
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import fold_text
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]
_WAYS = {Asker.REGISTER_CLERK: WayOut.REGISTER_SCREEN, Asker.OTHER_SECTION: WayOut.OTHER_SECTION_SCREEN}
SHOWN = ("name", "birth", "code", "address_since", "relationship", "removed_on", "moved_to")
"""Items that an answer shows beside address and standing."""


async def past(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A resident by `resident` (a code, present or old), or whoever lived at `address`; `as_of` today if "", `as_known` now if ""."""
    node = _municipality(country, arguments["office"])
    as_of = from_era(arguments["as_of"], "as_of") if arguments["as_of"] else text_of(node.office.today())
    known_on = calendar_date(from_era(arguments["as_known"], "as_known"), "as_known") if arguments["as_known"] else None
    known_ms = history.known_until(known_on) if known_on else None
    asker = Asker(arguments.get("asker", Asker.REGISTER_CLERK))
    asked = {"office": node.place.code, "as_of": as_of, "as_known": str(known_on or "")}
    if bool(arguments["resident"]) == bool(arguments["address"]):
        reason = Say("name either a resident or an address.", "住民か住所のどちらか一方を指定してください。")
        raise InvalidInput("resident", reason, Say("Give one of the two.", "どちらか一つを指定してください。"))
    if arguments["resident"]:
        read = await country.call(node.office.write, lambda t: _resident(t, node.office, asker, arguments["resident"], as_of, known_ms))
        return {**asked, **read}
    while not await country.call(node.office.write, history.read_addresses):
        pass
    key = fold_text(arguments["address"])
    return {**asked, "persons": await country.call(node.office.write, lambda t: _dwellers(t, node.office, asker, key, as_of, known_ms))}


def _municipality(country: Country, code: str) -> Node:
    fitting = [node for node in country.nodes.values() if node.place.kind is OfficeKind.MUNICIPALITY]
    chosen = [node for node in fitting if node.place.code == code] if code else fitting
    if len(chosen) != 1:
        codes = ", ".join(node.place.code for node in fitting[:10])
        reason = Say("is not one of the municipalities here.", "ここで動いている市区町村ではありません。")
        raise InvalidInput("office", reason, Say(f"Give --office, such as {codes}.", f"--office に {codes} などを指定してください。"))
    return chosen[0]


def _resident(transaction: Transaction, office: Office, asker: Asker, code: str, as_of: DateText, known_ms: int | None) -> Arguments:
    person = municipality.person_of_code(transaction, code)
    if restraint_guard.passes(transaction, office, _WAYS[asker], asker, person) is not Word.ALLOWED:
        raise municipality.no_such_person()
    answer = history.record_on(transaction, person, as_of, known_ms).answer(_shown)
    events = [_event(entered) for entered in history.history(transaction, person, known_ms)]
    return {"certainty": answer.certainty.value, "possible": list(answer.possible), "events": events}


def _dwellers(transaction: Transaction, office: Office, asker: Asker, key: str, as_of: DateText, known_ms: int | None) -> list[Arguments]:
    found = history.lived_at(transaction, key, as_of, known_ms)
    may = set(restraint_guard.shown(transaction, office, _WAYS[asker], asker, [dweller.record.person for dweller in found]))
    here = [dweller for dweller in found if dweller.record.person in may]
    return [{"certainty": dweller.certainty.value, **(_shown(dweller.record) or {})} for dweller in here]


def _shown(record: ResidentRecord | None) -> Arguments | None:
    """The items shown of a record; None if there was none."""
    if record is None:
        return None
    items = {name: value for name in SHOWN if (value := getattr(record, name))}
    return {**items, "address": record.address.text(), "status": record.status.name.lower()}


def _event(entered: history.Entered) -> Arguments:
    event = entered.event
    when = datetime.datetime.fromtimestamp(event.entered_ms / 1_000, history.JAPAN).isoformat(timespec="seconds")
    told = {"sequence": event.sequence, "kind": event.kind.value, "reason": (event.cause or event.reason).value}
    dates = {"changed_on": event.changed_on, "notified_on": event.notified_on, "entered": when}
    return {**told, **dates, "target": event.target, "stands": entered.stands}


OPERATIONS: Mapping[str, Operation] = {"history": past}
