"""The making of a card at the window: applications that wait, the blank at the agent, progress, void (カードの作成; 令30の14, 30の15).

list ── application with its face ── read the blank ── make ── hand over (counter/card_person.py)
                                                        └── stopped: go on with the same card, or make it void
"""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from starlette.responses import Response

from openjuki.card.area_by_area import Looked
from openjuki.card.face_font import FaceFont
from openjuki.card.personalisation import Stage
from openjuki.card.printed_face import print_back, print_front, warnings
from openjuki.counter import card_desk, card_maker
from openjuki.counter.audit import Done
from openjuki.counter.card_acts import GROUNDS, KINDS
from openjuki.counter.card_maker import Job
from openjuki.counter.language import mark
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.documents.fonts import IPAMJ_MINCHO
from openjuki.offices import card_issue_list
from openjuki.offices.card_applications import State
from openjuki.offices.card_issue_list import Face, Line, Waiting
from openjuki.offices.store import Transaction
from openjuki.procedures import card_issue
from openjuki.register.errors import Conflict, NotReady, OpenJukiError, Say
from openjuki.terminal.agent_making import BlankSeen, LookAtBlank

STAGES = {
    None: mark("作成待ち"), Stage.BEGUN: mark("作成途中"), Stage.SECURING: mark("作成途中（仕上げ）"),
    Stage.ISSUED: mark("作成済・交付待ち"), Stage.VOID: mark("無効"),
}  # fmt: skip
SIDES = ("front", "back")
FORMS = {"svg": "image/svg+xml", "pdf": "application/pdf"}
_JOB = "card making"


class Seen(NamedTuple):
    """One application as its page shows it: how far its card is, every line of the journal, what does not fit onto its face."""

    waiting: Waiting
    lines: list[Line]
    warnings: tuple[Say, ...]


async def listed(visit: Visit) -> Response:
    """Applications that wait for their card, and cards that wait for their person."""
    waiting: list[Waiting] = await visit.read(Done.WORK_SHOWN, "card applications", card_issue_list.waiting)
    handles = {one.filed.number: visit.handle(("card application", one.filed.number)) for one in waiting}
    return visit.page("card_making_list.html", waiting=waiting, handles=handles, stages=STAGES, kinds=KINDS, grounds=GROUNDS)


async def shown(visit: Visit) -> Response:
    """One application: its face, its journal, what comes next."""
    return await _shown(visit, None)


async def _shown(visit: Visit, fault: OpenJukiError | None) -> Response:
    number = _number(visit)
    card_desk.take_up(visit, _errand(number))
    seen, job = await _look(visit, number), _job(visit, number)
    blank = card_desk.told(visit, _errand(number), BlankSeen)
    context: dict[str, Any] = {"seen": seen, "job": job, "blank": blank, "person": visit.handle(("person", seen.waiting.filed.person))}
    page = visit.page(
        "card_making.html", 422 if fault else 200, fault=fault, stages=STAGES, kinds=KINDS, grounds=GROUNDS,
        over=seen.waiting.filed.state is not State.OPEN, handle=visit.request.path_params["handle"], **context,
    )  # fmt: skip
    if job and job.running:
        page.headers["refresh"] = card_desk.AGAIN_S
    return page


async def _look(visit: Visit, number: int) -> Seen:
    office = visit.window.office

    def look(transaction: Transaction) -> tuple[Waiting, list[Line], Face]:
        waiting = card_issue_list.waiting_of(transaction, number)
        return waiting, card_issue_list.journal(transaction, number), card_issue_list.face(transaction, office, number)

    waiting, lines, face = await visit.read(Done.RESIDENT_SHOWN, f"card application {number}", look)
    return Seen(waiting, lines, warnings(face.order, _font()))


async def read_blank(visit: Visit) -> Response:
    """The desk's agent looks at the card that was put in; then this page again."""
    number = _number(visit)
    try:
        _check_free(visit)
    except Conflict as error:
        return await _shown(visit, error)
    return visit.go(card_desk.begin(visit, _errand(number), LookAtBlank(), _path(visit)))


async def make(visit: Visit) -> Response:
    """The card that was looked at becomes that of this application, or goes on with it; pressed twice, it is made once."""
    number = _number(visit)
    seen = card_desk.told(visit, _errand(number), BlankSeen)
    if seen is None or (_busy(visit) and _job(visit, number)):
        return visit.go(_path(visit))
    try:
        _check_free(visit)
        desk = card_desk.agents(visit).desk(visit.here.id)
        put_in = (number, Looked(seen.card_id, seen.condition))
        making = await visit.window.call(card_issue.begin_with, visit.window.office, visit.operator, put_in)
    except OpenJukiError as error:
        return await _shown(visit, error)
    card_desk.forget(visit)
    if not _busy(visit):  # sent twice, the second may come here while the first has begun
        job, enter = Job(making), _enter(visit)
        visit.here.memory[_JOB] = job
        job.task = card_desk.agents(visit).work(card_maker.make(job, desk, enter))
    return visit.go(_path(visit))


def _check_free(visit: Visit) -> None:
    """Conflict while this desk makes somebody else's card."""
    if _busy(visit):
        reason = Say("this desk is making another card now.", "この端末では別のカードを作成中です。")
        raise Conflict("card agent", reason, Say("Wait until it is made.", "終わるまでお待ちください。"))


def _enter(visit: Visit) -> card_maker.Enter:
    """The office's steps as this operator, also when the session has ended meanwhile."""
    window, operator = visit.window, visit.operator
    return lambda step, asked: window.call(step, window.office, operator, asked)


async def void(visit: Visit) -> Response:
    """The card is void for ever, with a reason; the application waits for another."""
    number, why = _number(visit), visit.item("why")
    seen = await _look(visit, number)
    if visit.request.method == "GET":
        return visit.page("card_making_void.html", seen=seen, fault=None, back=_path(visit))
    fault = _not_void(visit, seen, why)
    if fault is None:
        try:
            await visit.enter_once(f"card {seen.waiting.card_id} void", card_issue.void_begun, (seen.waiting.card_id, why))
            visit.here.memory.pop(_JOB, None)
            return visit.go(_path(visit))
        except OpenJukiError as error:
            fault = error
    return visit.page("card_making_void.html", 422, seen=seen, fault=fault, back=_path(visit))


def _not_void(visit: Visit, seen: Seen, why: str) -> OpenJukiError | None:
    """Why the card cannot be made void now."""
    if not why:
        return NotReady("why", Say("the reason is missing.", "理由がありません。"), Say("Write it down.", "記入してください。"))
    if seen.waiting.card_id != visit.item("card"):
        return Conflict("card", Say("this card is void already.", "このカードは既に無効です。"), Say("Look again.", "確かめてください。"))
    if _busy(visit):
        return Conflict("card", Say("it is being made now.", "作成中です。"), Say("Wait for its end.", "終わるまでお待ちください。"))
    return None


async def face(visit: Visit) -> Response:
    """One side of the face as it is printed, 85.6 x 54 mm: /front.svg, /back.pdf and so on."""
    number, (side, _, form) = _number(visit), visit.request.path_params["file"].partition(".")
    if side not in SIDES or form not in FORMS:
        raise Conflict("page", Say("there is no such page.", "このページはありません。"), Say("Go back.", "戻ってください。"))
    office = visit.window.office
    given: Face = await visit.read(
        Done.DOCUMENT_SHOWN, f"face of card application {number}", lambda transaction: card_issue_list.face(transaction, office, number)
    )
    printed = await asyncio.to_thread(_printed, given, side, form)
    return visit.file(printed, FORMS[form], f"card-{side}.{form}")


def _printed(given: Face, side: str, form: Any) -> bytes:
    if side == "back":
        return print_back(given.order, (), _font(), form=form)
    return print_front(given.order, _font(), given.photo, form=form)


def _font() -> FaceFont:
    return FaceFont(Path(IPAMJ_MINCHO))


def _number(visit: Visit) -> int:
    """Number of the application meant; NotReady if the handle is not of this session, or of something else."""
    meant = visit.meant(visit.request.path_params["handle"])
    if not isinstance(meant, tuple) or meant[0] != "card application":
        raise Conflict("page", Say("there is no such page.", "このページはありません。"), Say("Go back.", "戻ってください。"))
    return int(meant[1])


def _errand(number: int) -> str:
    return f"making for card application {number}"


def _path(visit: Visit) -> str:
    return f"/card-making/{visit.request.path_params['handle']}"


def _job(visit: Visit, number: int) -> Job | None:
    found = visit.here.memory.get(_JOB)
    return found if isinstance(found, Job) and found.making.application == number else None


def _busy(visit: Visit) -> bool:
    """Whether this desk makes a card now, whosever it is."""
    found = visit.here.memory.get(_JOB)
    return isinstance(found, Job) and found.running


PAGES = (
    Page("/card-making", listed, CLERKS, ("GET",)),
    Page("/card-making/{handle}", shown, CLERKS, ("GET",)),
    Page("/card-making/{handle}/blank", read_blank, CLERKS, ("POST",)),
    Page("/card-making/{handle}/make", make, CLERKS, ("POST",)),
    Page("/card-making/{handle}/void", void, CLERKS),
    Page("/card-making/{handle}/{file}", face, CLERKS, ("GET",)),
)
