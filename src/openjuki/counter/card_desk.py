"""The card at the counter: the desk's agent is paired, the holder types the PIN at the agent, the page shows what came (C4, the Rules art. 43).

    a page            visit.go(card_desk.begin(visit, ERRAND, Confirm(now_ms), back=path))     progress, then back to that path
    that page again   card_desk.told(visit, ERRAND, Confirmed)                                 what came, or None

What was told stays in the session until `forget`; no PIN comes here. Without script the progress page asks for itself again.
"""

import asyncio
from dataclasses import dataclass
from typing import TypeVar

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.card_agents import CardAgents
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.register.errors import NotReady, Say
from openjuki.terminal.agent import Answer, Confirm, Declined, Request
from openjuki.terminal.agent_hall import Desk

T = TypeVar("T")
_READING = "card reading"
AGAIN_S = "2"
"""How soon a page that waits asks again."""


@dataclass(slots=True)
class Reading:
    """One question to the card at the desk: for which page, whereto afterwards, what came."""

    errand: str
    back: str
    asked: Request
    answer: Answer | NotReady | None = None
    asking: asyncio.Task[None] | None = None


def begin(visit: Visit, errand: str, asked: Request, back: str) -> str:
    """Asks the card at this session's desk; the page to go on with. Without an agent that is the page that pairs one, which goes on here."""
    reading = Reading(errand, back, asked)
    visit.here.memory[_READING] = reading
    if not _agents(visit).paired(visit.here.id):
        return "/card-desk"
    return _ask(visit, reading)


def told(visit: Visit, errand: str, kind: type[T]) -> T | None:
    """What the card told for this page, if it was read."""
    reading = visit.here.memory.get(_READING)
    fits = isinstance(reading, Reading) and reading.errand == errand and isinstance(reading.answer, kind)
    return reading.answer if fits else None


def forget(visit: Visit, errand: str) -> None:
    """The card was read for something that is done, or given up."""
    reading = visit.here.memory.get(_READING)
    if isinstance(reading, Reading) and reading.errand == errand:
        del visit.here.memory[_READING]


def _agents(visit: Visit) -> CardAgents:
    if visit.window.cards is None:
        reason = Say("no card can be read at this desk.", "この窓口ではカードを読めません。")
        raise NotReady("card agent", reason, Say("Go to a desk with a reader.", "読取り装置のある窓口で行ってください。"))
    return visit.window.cards


def _ask(visit: Visit, reading: Reading) -> str:
    desk = _agents(visit).desk(visit.here.id)
    if isinstance(reading.asked, Confirm):
        reading.asked = Confirm(visit.window.office.clock.wall_ms())
    reading.answer, reading.asking = None, asyncio.create_task(_answered(visit, reading, desk))
    return "/card-desk/reading"


async def _answered(visit: Visit, reading: Reading, desk: Desk) -> None:
    try:
        reading.answer = await desk.ask(reading.asked)
    except NotReady as error:
        reading.answer = error
    await visit.note(Done.CARD_READ, f"{type(reading.asked).__name__} {type(reading.answer).__name__}")


def _waiting(visit: Visit) -> Reading | None:
    reading = visit.here.memory.get(_READING)
    return reading if isinstance(reading, Reading) else None


async def desk(visit: Visit) -> Response:
    """Whether an agent is paired; the code for one that dials in."""
    agents, session, reading = _agents(visit), visit.here.id, _waiting(visit)
    code, unread = agents.code(session), bool(reading and reading.answer is None)
    shown = visit.page("card_desk.html", code=code, agents=agents, paired=agents.paired(session), reading=reading if unread else None)
    if code:
        shown.headers["refresh"] = AGAIN_S
    return shown


async def pair(visit: Visit) -> Response:
    """A new code."""
    _agents(visit).begin(visit.here.id)
    return visit.go("/card-desk")


async def part(visit: Visit) -> Response:
    """The agent is sent away."""
    _agents(visit).part(visit.here.id)
    return visit.go("/card-desk")


async def reading(visit: Visit) -> Response:
    """How far the reading is; when it is done, back to the page that wanted it."""
    found = _waiting(visit)
    if found is None or found.asking is None:
        return visit.go("/card-desk")
    if found.answer is not None and not isinstance(found.answer, Declined | NotReady):
        return visit.go(found.back)
    fault = _fault(found.answer)
    paired = _agents(visit).paired(visit.here.id)
    shown = visit.page("card_reading.html", 200, reading=found, fault=fault, pin=isinstance(found.asked, Confirm), paired=paired)
    if found.answer is None:
        shown.headers["refresh"] = AGAIN_S
    return shown


def _fault(answer: object) -> Say | None:
    if isinstance(answer, Declined):
        return Say(answer.reason_en, answer.reason_ja)
    return Say(answer.reason.en, answer.reason.ja) if isinstance(answer, NotReady) else None


async def again(visit: Visit) -> Response:
    """The same once more: after a wrong PIN, another card, or when the agent is paired."""
    found = _waiting(visit)
    if found is None:
        return visit.go("/card-desk")
    busy = found.asking is not None and found.answer is None
    return visit.go("/card-desk/reading" if busy else begin(visit, found.errand, found.asked, found.back))


async def stop(visit: Visit) -> Response:
    """The page waits no longer; whatever the agent still says is for nobody."""
    found = _waiting(visit)
    if found is None:
        return visit.go("/card-desk")
    forget(visit, found.errand)
    return visit.go(found.back)


PAGES = (
    Page("/card-desk", desk, CLERKS, ("GET",)),
    Page("/card-desk/pair", pair, CLERKS, ("POST",)),
    Page("/card-desk/part", part, CLERKS, ("POST",)),
    Page("/card-desk/reading", reading, CLERKS, ("GET",)),
    Page("/card-desk/again", again, CLERKS, ("POST",)),
    Page("/card-desk/stop", stop, CLERKS, ("POST",)),
)
