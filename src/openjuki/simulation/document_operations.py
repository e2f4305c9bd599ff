"""What a clerk has printed: a document for a resident, the notices that wait, the history of issues (証明書の発行操作; standard 5)."""

import os
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

from openjuki.documents.choosing import Choice
from openjuki.documents.issue import Place
from openjuki.documents.kinds import Kind
from openjuki.documents.release import Released
from openjuki.law.kinds import OfficeKind
from openjuki.nodes import document_orders
from openjuki.nodes.control import Tell
from openjuki.nodes.document_desk import DocumentDesk
from openjuki.nodes.document_orders import OF_ONE, OwnRequest
from openjuki.nodes.node import Node
from openjuki.offices import issued_documents
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say
from openjuki.simulation.country import Country
from openjuki.simulation.report_operations import one_of

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


def desk(country: Country, executor: Executor | None = None) -> DocumentDesk:
    """A desk for all offices of a country, with the sandbox's seals. Close it when it is not needed any more, or the executor."""

    def sealer(office: str) -> Any:
        from openjuki.simulation import document_ceremony  # imports pyHanko

        return document_ceremony.sealer(country.folder, country.declared.realm, office, os.urandom, country.clock.wall_ms)

    return DocumentDesk(country.call, sealer, executor=executor)


async def make(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """One document for a resident who asks for it at the counter, into a file that only its owner can read."""
    kind, code, operator = _kind(arguments["kind"]), arguments["resident"], arguments["operator"]
    chosen = frozenset(Choice(word) for word in arguments["chosen"])
    node = await _keeper(country, arguments["office"], code)
    request = OwnRequest(kind, code, arguments["request"], chosen, Place(arguments["terminal"], arguments["printer"]))
    order = await country.call(node.office.write, lambda t: document_orders.own_order(t, node.office, operator, request))
    made = desk(country)
    try:
        released = await made.issue(node.office, operator, order, sealed=arguments["sealed"])
    finally:
        made.close()
    _write(Path(arguments["file"]), released)
    return {"office": node.place.code, "kind": kind.value, "file": arguments["file"], **_told(released)}


async def slips(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The code notices that wait, one file for each person in a folder; those that a restraint keeps back are counted."""
    node, folder = one_of(country, arguments["office"], {OfficeKind.MUNICIPALITY}), Path(arguments["folder"])
    orders = await country.call(node.office.write, lambda t: document_orders.slip_orders(t, node.office, arguments["count_max"]))
    kept_back = await country.call(node.office.write, lambda t: len(document_orders.slips_kept_back(t, node.office)))
    folder.mkdir(parents=True, exist_ok=True)
    made = desk(country)
    try:
        for number, order in enumerate(orders, 1):
            released = await made.issue(node.office, arguments["operator"], order, sealed=False)
            _write(folder / f"{released.issue.document}.pdf", released)
            tell(number, len(orders))
    finally:
        made.close()
    return {"office": node.place.code, "folder": str(folder), "made": len(orders), "kept_back": kept_back}


async def history(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """What was issued about a resident or on a day, newest first (交付履歴照会)."""
    node = one_of(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    work = partial(issued_documents.issued, code=arguments["resident"], day=arguments["day"])
    rows = await country.call(node.office.write, work)
    return {"office": node.place.code, "documents": [{**row._asdict(), "kind": row.kind.value} for row in rows]}


async def spoil(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A print was thrown away."""
    node = one_of(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    document, operator, why = arguments["document"], arguments["operator"], arguments["reason"]
    await country.call(node.office.write, lambda t: issued_documents.spoil(t, node.office, operator, document, why))
    return {"office": node.place.code, "document": document}


def _kind(word: str) -> Kind:
    if word not in {kind.value for kind in OF_ONE}:
        reason = Say("is not made at the counter by itself.", "単独では作成できない種類です。")
        kinds = ", ".join(kind.value for kind in OF_ONE)
        raise InvalidInput("kind", reason, Say(f"Give one of {kinds}.", f"{kinds} のいずれかを指定してください。"))
    return Kind(word)


async def _keeper(country: Country, office: str, code: str) -> Node:
    """The office named, or the one municipality here that has written the code."""
    if office:
        return one_of(country, office, {OfficeKind.MUNICIPALITY})

    def written(transaction: Transaction) -> bool:
        return transaction.value("SELECT 1 FROM code_used WHERE code = ?", code) is not None

    nodes = [node for node in country.nodes.values() if node.place.kind is OfficeKind.MUNICIPALITY]
    found = [node for node in nodes if await country.call(node.office.write, written)]
    if len(found) != 1:
        reason = Say("is in no register here, or in several.", "ここの台帳にないか、複数の台帳にあります。")
        raise InvalidInput("resident", reason, Say("Give --office.", "--office を指定してください。"))
    return found[0]


def _write(file: Path, released: Released) -> None:
    """A new file, or an old one replaced, that only its owner can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as made:
        made.write(released.pdf)


def _told(released: Released) -> Arguments:
    issue = released.issue
    return {"document": issue.document, "number": issue.number, "pages": released.pages, "sealed": released.sealed}


OPERATIONS: Mapping[str, Operation] = {
    "document-make": make, "document-slips": slips, "document-history": history, "document-spoil": spoil
}  # fmt: skip
