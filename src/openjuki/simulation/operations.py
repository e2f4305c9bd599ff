"""What a command can have done by a country or an office that runs, or that it starts itself (操作; architecture section 7)."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.law.policy import Field
from openjuki.law.ways_out import Asker
from openjuki.nodes.character_pictures import CharacterPictures
from openjuki.nodes.control import Tell
from openjuki.nodes.entering import read_event
from openjuki.nodes.exporting import export
from openjuki.nodes.importing import Importing, Standing
from openjuki.nodes.node import Node
from openjuki.nodes.recovering import shown
from openjuki.nodes.rejects import Rejects, Respellings
from openjuki.nodes.resident_files import ResidentFile
from openjuki.offices import outbox, savings
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.store import Transaction
from openjuki.procedures import forwarded_query, identity_query
from openjuki.procedures.boundary_change import HandedOver
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.procedures.provisional_entry import Kept
from openjuki.procedures.retention import check_role
from openjuki.register.dates import from_era
from openjuki.register.errors import InvalidInput, Reason, Refused, Say
from openjuki.simulation import document_operations as documents
from openjuki.simulation import enrolment_operations as enrolments
from openjuki.simulation import history_operations as histories
from openjuki.simulation import recovery_operations as recoveries
from openjuki.simulation import register_link_operations as links
from openjuki.simulation import report_operations as reports
from openjuki.simulation import retention_operations as retentions
from openjuki.simulation import supplement_operations as supplements
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]
ASKERS = frozenset({OfficeKind.APPENDIX_BODY, OfficeKind.PREFECTURE_ORGAN, OfficeKind.MUNICIPAL_ORGAN, OfficeKind.MUNICIPALITY})
"""Offices that the Act lets ask."""


async def status(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Every office with what it holds, what still waits, and who it is connected to."""
    return {"offices": [await _office_status(country, node) for node in list(country.nodes.values())]}


async def _office_status(country: Country, node: Node) -> Arguments:
    entry, counts = country.directory.entries[node.place.code], await country.call(node.office.write, _counts)
    who = {"code": entry.code, "name": entry.name, "kind": entry.kind.value, "port": entry.port, "links": sorted(node.links)}
    return {**who, **({"recovering": shown(node.recovery.awaited) or "-"} if node.office.recovering else {}), **counts}


def _counts(transaction: Transaction) -> Arguments:
    tables = transaction.tables()
    wanted = {"persons": "person", "answers": "provision", "quarantined": "quarantine", "parked": "parked"}
    found = {key: transaction.value(f"SELECT count(*) FROM {table}") for key, table in wanted.items() if table in tables}  # noqa: S608
    if "work_item" in tables:
        found["work_items"] = transaction.value("SELECT count(*) FROM work_item WHERE done_ms = 0")
    return {**found, "waiting": sum(outbox.unacknowledged(transaction).values())}


async def query(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """One question of a listed body about one person."""
    asker = _pick(country, arguments["office"], ASKERS)
    key = {name: value for name, value in arguments["key"].items() if value}
    if "birth" in key:
        key["birth"] = from_era(key["birth"])
    try:
        fields = tuple(Field(name) for name in arguments["fields"])
    except ValueError:
        raise Refused(Reason.FIELD_NOT_ALLOWED, "30-5(1)") from None
    affair = arguments["affair"]
    asked = IdentityQuery(affair, arguments["case"], arguments["operator"], QueryKey(**key), fields)
    way = forwarded_query.way(asker.office, affair)
    step = forwarded_query.ask if way.by_own_governor else identity_query.ask
    answer: IdentityAnswer = await country.call(step, asker.office, arguments.get("to") or way.to, asked)
    await country.call(savings.write_noted, asker.office)  # a country that was started for this command stops at once
    return {
        "persons": [_named(person) for person in answer.persons],
        "log": answer.promise.log,
        "index": answer.promise.index,
        "time_ms": answer.time_ms,
    }


def _named(person: Any) -> Arguments:
    """A person's items by name; the address as text."""
    items = {name: value for name in person.__struct_fields__ if (value := getattr(person, name)) is not None}
    shown: Arguments = msgspec.to_builtins(items | ({"address": person.address.text()} if person.address is not None else {}))
    return shown


async def enter(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """One event of one resident."""
    node = _pick(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    notification, step = read_event(arguments["event"])
    outcome = await country.call(step, node.office, arguments["operator"], notification)
    if isinstance(outcome, Kept):
        return {"office": node.place.code, "codes": [], "waits": outcome.number}
    if isinstance(outcome, HandedOver):  # for the other municipality, which enters it as an event of its own
        file = {"kind": "boundary-take-over", **msgspec.to_builtins(outcome)}
        return {"office": node.place.code, "codes": [person.ended.code for person in outcome.persons], "file": file}
    records = outcome if isinstance(outcome, list | tuple) else [outcome]
    return {"office": node.place.code, "codes": [code for record in records if (code := getattr(record, "code", ""))]}


async def bring_in(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A file of residents into one municipality."""
    node = _pick(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    file = ResidentFile(Path(arguments["file"]), arguments["encoding"])
    rejects = Rejects(Path(arguments["rejects"]), file.columns, arguments["language"])
    beside = CharacterPictures(rejects.path.with_suffix(".characters")), Respellings(file.path.with_suffix(".respelled.csv"))
    done = await import_file(country, node, file, rejects, arguments, tell, *beside)
    kept = str(rejects.path) if done.refused else None
    drawn = str(beside[0].folder) if done.refused and beside[0].folder.exists() else None
    told = {"characters": drawn, "respelled": done.respelled, "respellings": str(beside[1].path) if done.respelled else None}
    return {"office": node.place.code, "entered": done.entered, "refused": done.refused, "rejects": kept, **told}


async def import_file(
    country: Country, node: Node, file: ResidentFile, rejects: Rejects, arguments: Arguments, tell: Tell, pictures: CharacterPictures,
    respellings: Respellings,
) -> Standing:  # fmt: skip
    """Import a file whose columns are known."""
    size = file.size
    importing = Importing(
        node.office, country.call, arguments["operator"], lambda now: tell(now.offset, size), rejects, pictures, respellings
    )
    place = await importing.begin(file, resume=arguments["resume"], again=arguments["again"])
    return await importing.run(file.rows(place))


async def send_out(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The residents of one municipality into a file."""
    node = _pick(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    asker, encoding = Asker(arguments.get("asker", Asker.REGISTER_CLERK)), arguments.get("encoding", "utf-8")
    done = await export(node.office, country.call, Path(arguments["file"]), tell, encoding, asker)
    report = str(done.report) if done.report else None
    return {"office": node.place.code, "residents": done.residents, "file": arguments["file"], "replaced": done.replaced, "report": report}


def _pick(country: Country, code: str, kinds: frozenset[OfficeKind] | set[OfficeKind]) -> Node:
    """The office of that code, or the only one of these kinds. Raises InvalidInput otherwise."""
    fitting = [node for node in country.nodes.values() if node.place.kind in kinds]
    chosen = [node for node in fitting if node.place.code == code] if code else fitting
    if len(chosen) == 1:
        return chosen[0]
    codes = ", ".join(node.place.code for node in fitting)
    reason = Say("is not one of the offices for this.", "この操作の対象になる機関ではありません。")
    raise InvalidInput("office", reason, Say(f"Give --office with one of {codes}.", f"--office に {codes} のどれかを指定してください。"))


OPERATIONS: Mapping[str, Operation] = {
    "status": status, "query": query, "enter": enter, "import": bring_in, "export": send_out, **enrolments.OPERATIONS,
    **recoveries.OPERATIONS, **histories.OPERATIONS, **links.OPERATIONS, **retentions.OPERATIONS,
    **reports.OPERATIONS,
    **supplements.OPERATIONS,
    **documents.OPERATIONS,
}  # fmt: skip


async def operate(country: Country, operation: str, arguments: Arguments, tell: Tell) -> Any:
    """Do one of them. Raises Refused for any other name, and whatever it raises."""
    if operation not in OPERATIONS:
        raise Refused(Reason.UNKNOWN_TYPE, "architecture 7")
    for operator in (arguments[name] for name in ("operator", "officer") if name in arguments):
        check_role(operator, sweeps=operation == "sweep")
    return await OPERATIONS[operation](country, arguments, tell)
