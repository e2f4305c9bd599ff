"""What a clerk asks of the address supplements here: one by its indication, what waits, a copy (附票の照会, Act art. 16-20)."""

import datetime
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.law.ways_out import Asker
from openjuki.nodes.control import Tell
from openjuki.nodes.node import Node
from openjuki.offices import resident_record_notices, supplement
from openjuki.offices.history import JAPAN, known_until
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_copies import CopyRequest, Ground, copy
from openjuki.register.dates import DateText, calendar_date, from_era
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.supplement import AddressRow, Supplement, SupplementMember, annulled_entries
from openjuki.register.supplement_rows import rows_on
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


async def look(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Supplements by `number`, or by `domicile` and `head`; `as_of` shows who lived where on a day, `as_known` what was known on one."""
    node = _municipality(country, arguments["office"])
    as_of = from_era(arguments["as_of"], "as_of") if arguments["as_of"] else ""
    known_ms = None
    if arguments["as_known"]:
        known_ms = known_until(calendar_date(from_era(arguments["as_known"], "as_known"), "as_known"))
    work = partial(_found, arguments=arguments, as_of=as_of, known_ms=known_ms)
    return {"office": node.place.code, "supplements": await country.call(node.office.write, work)}


async def waiting(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """What waits for a clerk: rows that fit nobody, and notices of filings made elsewhere (照合待ち・処理待ち)."""
    node = _municipality(country, arguments["office"])
    return {"office": node.place.code, **await country.call(node.office.write, _waiting)}


async def copy_items(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The items of a copy of the supplement `number`, for whom and on which ground the other arguments say."""
    node = _municipality(country, arguments["office"])
    request = CopyRequest(
        int(arguments["number"]), Ground(arguments["ground"]), Asker(arguments["asker"]), arguments["case"], purpose=arguments["purpose"],
        identity_checked=arguments["identity_checked"], found_proper=arguments["found_proper"],
    )  # fmt: skip
    made = await country.call(node.office.write, lambda t: copy(t, node.office, arguments["operator"], request))
    return {"office": node.place.code, **_named(made)}


def _named(made: Any) -> Arguments:
    return {
        **{name: value for name, value in made._asdict().items() if name != "persons"},
        "persons": [{**person._asdict(), "lines": [line._asdict() for line in person.lines]} for person in made.persons],
    }


def _municipality(country: Country, code: str) -> Node:
    fitting = [node for node in country.nodes.values() if node.place.kind is OfficeKind.MUNICIPALITY]
    chosen = [node for node in fitting if node.place.code == code] if code else fitting
    if len(chosen) != 1:
        codes = ", ".join(node.place.code for node in fitting[:10])
        reason = Say("is not one of the municipalities here.", "ここで動いている市区町村ではありません。")
        raise InvalidInput("office", reason, Say(f"Give --office, such as {codes}.", f"--office に {codes} などを指定してください。"))
    return chosen[0]


def _found(transaction: Transaction, arguments: Arguments, as_of: str, known_ms: int | None) -> list[Arguments]:
    if arguments["number"]:
        found = [supplement.supplement_of(transaction, int(arguments["number"]))]
    else:
        found = supplement.find(transaction, arguments["domicile"], arguments["head"])
    if known_ms is not None:
        known = (supplement.supplement_as_known(transaction, kept.number, known_ms) for kept in found)
        found = [kept for kept in known if kept is not None]
    return [_shown(transaction, kept, as_of) for kept in found]


def _shown(transaction: Transaction, kept: Supplement, as_of: str) -> Arguments:
    entries = supplement.entries_of(transaction, kept.number)
    gone = annulled_entries(entries)
    members = [_member(member, as_of) for member in kept.members]
    said = [
        {"sequence": entry.sequence, "kind": entry.kind.value, "member": entry.member, "happened_on": entry.happened_on,
         "entered": _time(entry.entered_ms), "source": entry.source, "stands": entry.sequence not in gone}
        for entry in entries
    ]  # fmt: skip
    indication = {"registered_domicile": kept.registered_domicile, "registered_domicile_head": kept.registered_domicile_head}
    closed = {"closed": _time(kept.closed_ms) if kept.closed_ms else ""}
    return {"number": kept.number, **indication, "made_on": kept.made_on, **closed, "members": members, "entries": said}


def _member(member: SupplementMember, as_of: str) -> Arguments:
    told: Arguments = {"member": member.number, "name": member.name, "rows": [_row(row) for row in member.history]}
    told |= {"left_on": member.left_on, "left_because": member.left_because.value if member.left_because else ""}
    if as_of:
        answer = rows_on(member.history, DateText(as_of)).answer(lambda row: _row(row) if row is not None else None)
        told |= {"certainty": answer.certainty.value, "possible": list(answer.possible)}
    return told


def _row(row: AddressRow) -> Arguments:
    place = row.address.text() if row.address is not None else row.destination
    return {"standing": row.standing.value, "address": place, "since": row.since, "told_by": row.office, "key": list(row.key)}


def _time(time_ms: int) -> str:
    return datetime.datetime.fromtimestamp(time_ms / 1_000, JAPAN).isoformat(timespec="seconds")


def _waiting(transaction: Transaction) -> Arguments:
    rows = [
        {"number": one.number, "sender": one.sender, "received": _time(one.received_ms), "name": one.told.name,
         "registered_domicile": one.told.registered_domicile, "registered_domicile_head": one.told.registered_domicile_head,
         "rows": [_row(row) for row in one.told.rows]}
        for one in supplement.waiting(transaction)
    ]  # fmt: skip
    notices = [
        {"number": one.number, "sender": one.sender, "received": _time(one.received_ms), "notice": msgspec.to_builtins(one.notice)}
        for one in resident_record_notices.waiting(transaction)
    ]
    return {"rows": rows, "notices": notices}


OPERATIONS: Mapping[str, Operation] = {"supplement": look, "supplement-waiting": waiting, "supplement-copy": copy_items}
