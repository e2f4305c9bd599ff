"""Papers at the window: made once for each form, looked at, handed over or thrown away (証明書の発行・プレビュー; standard 1.3.8, 5).

A finished paper stays in this session until it is handed over; only its numbers are written down (offices/issued_documents.py).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.shell import Page, Visit
from openjuki.documents.kinds import FORMS, Kind
from openjuki.documents.release import Released
from openjuki.nodes import document_orders
from openjuki.nodes.document_desk import Order
from openjuki.nodes.document_orders import Slip
from openjuki.offices import issued_documents, municipality
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say
from openjuki.register.record import ResidentRecord

KIND = "paper"
SLIPS_MAX = 50
"""So many notices are made at once."""
KINDS = {
    Kind.RESIDENT_COPY: Say("Copy of the record (one person)", "住民票の写し（個人）"),
    Kind.HOUSEHOLD_COPY: Say("Copy of the record (household)", "住民票の写し（世帯）"),
    Kind.REMOVED_COPY: Say("Copy of the removed record", "住民票の除票の写し"),
    Kind.ITEMS_CERTIFICATE: Say("Certificate of recorded items", "住民票記載事項証明書"),
    Kind.SUPPLEMENT_COPY: Say("Copy of the address supplement", "戸籍の附票の写し"),
    Kind.CODE_NOTICE: Say("Notice of the resident record code, again", "住民票コード通知票（再交付）"),
    Kind.WIDE_AREA_COPY: Say("Wide-area copy", "住民票の写し（広域交付）"),
    Kind.MOVING_OUT_CERTIFICATE: Say("Moving-out certificate", "転出証明書"),
}


class Held(NamedTuple):
    """A paper in this session, and the page to which its clerk goes back."""

    released: Released
    back: str


async def make(visit: Visit, order: Callable[[], Awaitable[Order]], back: str) -> str:
    """Make a paper, once for this form however often it is sent; returns the path of its page. Raises what order and desk raise."""
    memory, name = visit.here.memory, f"making {visit.key}"
    task = memory.get(name)
    if not isinstance(task, asyncio.Task) or (task.done() and task.exception() is not None):
        task = memory[name] = asyncio.create_task(_issued(visit, order))
    released: Released = await asyncio.shield(task)
    memory[_key(released.issue.document)] = Held(released, back)
    return f"/paper/{visit.handle((KIND, released.issue.document))}"


async def _issued(visit: Visit, order: Callable[[], Awaitable[Order]]) -> Released:
    return await visit.window.press.issue(visit.window.office, visit.operator, await order())


def _key(document: str) -> str:
    return f"{KIND} {document}"


def _held(visit: Visit) -> Held:
    kind, document = visit.meant(visit.request.path_params["handle"])
    held = visit.here.memory.get(_key(document)) if kind == KIND else None
    if not isinstance(held, Held):
        reason = Say("this paper has been handed over, or thrown away.", "この書類は交付済みか、廃棄されています。")
        raise Conflict("page", reason, Say("Make it again, if it is needed again.", "必要なときは作り直してください。"))
    return held


async def slips(visit: Visit) -> Response:
    """The code notices that wait to be printed, one paper for each person (standard 4.3.3); POST makes them.

    One that a restraint keeps back waits for two persons (counter/restrained.py)."""
    office, memory = visit.window.office, visit.here.memory
    if visit.request.method == "POST":
        name = f"slips {visit.key}"
        if name not in memory:
            memory[name] = asyncio.create_task(_slips(visit))
        await asyncio.shield(memory[name])
        return visit.go("/slips")
    waiting, kept_back = await visit.read(Done.WORK_SHOWN, "slips", lambda t: _waiting(t, office))
    held = [one for one in memory.values() if isinstance(one, Held) and one.back == "/slips"]
    listed = [(one.released.issue, visit.handle((KIND, one.released.issue.document))) for one in held]
    return visit.page("slips.html", waiting=waiting, kept_back=kept_back, listed=listed, most=SLIPS_MAX)


def _waiting(transaction: Transaction, office: Office) -> tuple[int, list[tuple[Slip, ResidentRecord]]]:
    """How many may be made now, and those that a restraint keeps back, with whose they are."""
    kept_back = document_orders.slips_kept_back(transaction, office)
    going = len(document_orders.slip_orders(transaction, office, SLIPS_MAX))
    return going, [(slip, municipality.record_of(transaction, slip.person)) for slip in kept_back]


async def _slips(visit: Visit) -> None:
    office = visit.window.office
    orders = await visit.window.write(document_orders.slip_orders, office, SLIPS_MAX)
    for released in await visit.window.press.issue_all(office, visit.operator, orders):
        visit.here.memory[_key(released.issue.document)] = Held(released, "/slips")


async def paper(visit: Visit) -> Response:
    """The preview, with what identifies the paper."""
    held = _held(visit)
    issue, kind = held.released.issue, held.released.issue.asked.kind
    title = KINDS.get(kind, Say(kind.value, FORMS[kind].title))
    return visit.page("paper.html", held=held, issue=issue, title=title, file=f"{visit.path}/file")


async def file(visit: Visit) -> Response:
    """The paper itself."""
    held = _held(visit)
    await visit.note(Done.DOCUMENT_SHOWN, held.released.issue.document)
    return visit.file(held.released.pdf, "application/pdf", f"{held.released.issue.document}.pdf")


async def handed_over(visit: Visit) -> Response:
    """It was handed over: this session forgets it."""
    held = _held(visit)
    await visit.note(Done.DOCUMENT_HANDED_OVER, held.released.issue.document)
    visit.here.memory.pop(_key(held.released.issue.document), None)
    return visit.go(held.back)


async def spoiled(visit: Visit) -> Response:
    """The print was thrown away, with the reason on record (処分情報)."""
    held, office, why = _held(visit), visit.window.office, visit.item("reason")
    document = held.released.issue.document
    await visit.write_once(f"spoiled {document}", lambda t: issued_documents.spoil(t, office, visit.operator, document, why))
    visit.here.memory.pop(_key(document), None)
    return visit.go(held.back)


PAGES = (
    Page("/slips", slips),
    Page("/paper/{handle}", paper, methods=("GET",)),
    Page("/paper/{handle}/file", file, methods=("GET",)),
    Page("/paper/{handle}/given", handed_over, methods=("POST",)),
    Page("/paper/{handle}/spoiled", spoiled, methods=("POST",)),
)
