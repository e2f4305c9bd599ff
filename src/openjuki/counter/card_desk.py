"""The card at the counter: the agent is paired, the holder types the PIN there, the page shows what came (窓口での本人確認, Rules art. 43).

    a page            visit.go(card_desk.begin(visit, ERRAND, Confirm(0), path))       progress, then back to path?reading=...
    that page again   card_desk.take_up(visit, ERRAND), then card_desk.told(visit, ERRAND, Confirmed)     what was typed, what came

No PIN comes here. What came counts for the form that asked for it and for no other: its key stands in that form, so the next person's form
is empty. Without script the progress page asks for itself again.
"""

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec
from starlette.datastructures import FormData
from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.card_agents import CardAgents
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.register.errors import NotReady, Say
from openjuki.terminal.agent import Answer, Confirm, Declined, Request, SetPins, SetServicePin, TellCard
from openjuki.terminal.agent_hall import Desk
from openjuki.terminal.agent_making import LoadService

T = TypeVar("T")
_READING, KEY = "card reading", "reading"
AGAIN_S = "2"
"""How soon a page that waits asks again."""


@dataclass(slots=True)
class Reading:
    """One question to the card at the desk: for which page, what was typed there, whereto afterwards, what came."""

    errand: str
    asked: Request
    path: str
    items: dict[str, list[str]]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    answer: Answer | NotReady | None = None
    asking: asyncio.Task[None] | None = None

    @property
    def back(self) -> str:
        """The page that wanted it, with what was typed."""
        return f"{self.path}?{KEY}={self.key}"


def begin(visit: Visit, errand: str, asked: Request, path: str) -> str:
    """Asks the card at this session's desk; the page to go on with. Without an agent that is the page that pairs one."""
    reading = _keep(visit, errand, asked, path)
    if not agents(visit).paired(visit.here.id):
        return "/card-desk"
    return _ask(visit, reading)


def put_away(visit: Visit, errand: str, path: str) -> str:
    """What the card told counts no longer; the page with what was typed in it."""
    return _keep(visit, errand, TellCard(), path).back


def _keep(visit: Visit, errand: str, asked: Request, path: str) -> Reading:
    made = Reading(errand, asked, path, {name: values for name, values in visit.items().items() if name != KEY})
    visit.here.memory[_READING] = made
    return made


def take_up(visit: Visit, errand: str) -> bool:
    """On the way back to a form: what was typed in it stands in it again. Whether that is so."""
    found, key = _waiting(visit), visit.request.query_params.get(KEY, "")
    if visit.request.method != "GET" or found is None or (found.errand, found.key) != (errand, key):
        return False
    visit.form = FormData([(KEY, key), *((name, value) for name, values in found.items.items() for value in values)])
    return True


def told(visit: Visit, errand: str, kind: type[T]) -> T | None:
    """What the card told for this form, if it was read."""
    found = _waiting(visit)
    fits = found is not None and (found.errand, found.key) == (errand, visit.item(KEY))
    return found.answer if found and fits and isinstance(found.answer, kind) else None


def forget(visit: Visit) -> None:
    """The card was read for something that is done."""
    visit.here.memory.pop(_READING, None)


def agents(visit: Visit) -> CardAgents:
    """The card agents of this window. Raises NotReady where no card can be read."""
    if visit.window.cards is None:
        reason = Say("no card can be read at this desk.", "この窓口ではカードを読めません。")
        raise NotReady("card agent", reason, Say("Go to a desk with a reader.", "読取り装置のある窓口で行ってください。"))
    return visit.window.cards


def _ask(visit: Visit, reading: Reading) -> str:
    desk = agents(visit).desk(visit.here.id)
    if isinstance(reading.asked, Confirm | SetPins):
        reading.asked = msgspec.structs.replace(reading.asked, shown_ms=visit.window.office.clock.wall_ms())
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
    there, session, reading = agents(visit), visit.here.id, _waiting(visit)
    code, unread = there.code(session), bool(reading and (reading.answer is None or isinstance(reading.answer, NotReady)))
    shown = visit.page("card_desk.html", code=code, agents=there, paired=there.paired(session), reading=reading if unread else None)
    if code:
        shown.headers["refresh"] = AGAIN_S
    return shown


async def pair(visit: Visit) -> Response:
    """A new code."""
    agents(visit).begin(visit.here.id)
    return visit.go("/card-desk")


async def part(visit: Visit) -> Response:
    """The agent is sent away."""
    agents(visit).part(visit.here.id)
    return visit.go("/card-desk")


async def reading(visit: Visit) -> Response:
    """How far the reading is; when it is done, back to the page that wanted it."""
    found = _waiting(visit)
    if found is None or found.asking is None:
        return visit.go("/card-desk")
    if found.answer is not None and not isinstance(found.answer, Declined | NotReady):
        return visit.go(found.back)
    fault = _fault(found.answer)
    paired = agents(visit).paired(visit.here.id)
    shown = visit.page("card_reading.html", 200, reading=found, fault=fault, pin=_asks_for_pin(found.asked), paired=paired)
    if found.answer is None:
        shown.headers["refresh"] = AGAIN_S
    return shown


def _asks_for_pin(asked: Request) -> bool:
    """Whether the holder types a PIN at the agent."""
    return isinstance(asked, Confirm | SetPins | SetServicePin) or (isinstance(asked, LoadService) and asked.service.with_pin)


def _fault(answer: object) -> Say | None:
    if isinstance(answer, Declined):
        return Say(f"{answer.reason_en} {answer.remedy_en}", f"{answer.reason_ja}{answer.remedy_ja}")
    return Say(answer.reason.en, answer.reason.ja) if isinstance(answer, NotReady) else None


async def again(visit: Visit) -> Response:
    """The same once more: after a wrong PIN, another card, or when the agent is paired."""
    found = _waiting(visit)
    if found is None:
        return visit.go("/card-desk")
    if not agents(visit).paired(visit.here.id):
        return visit.go("/card-desk")
    busy = found.asking is not None and found.answer is None
    return visit.go("/card-desk/reading" if busy else _ask(visit, found))


async def stop(visit: Visit) -> Response:
    """The page waits no longer; whatever the agent still says is for nobody."""
    found = _waiting(visit)
    if found is None:
        return visit.go("/card-desk")
    visit.here.memory[_READING] = replace(found, asking=None)
    return visit.go(found.back)


PAGES = (
    Page("/card-desk", desk, CLERKS, ("GET",)),
    Page("/card-desk/pair", pair, CLERKS, ("POST",)),
    Page("/card-desk/part", part, CLERKS, ("POST",)),
    Page("/card-desk/reading", reading, CLERKS, ("GET",)),
    Page("/card-desk/again", again, CLERKS, ("POST",)),
    Page("/card-desk/stop", stop, CLERKS, ("POST",)),
)
