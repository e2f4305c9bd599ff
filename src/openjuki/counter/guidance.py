"""The guidance desk of a prefecture and of its municipalities (都道府県の指導の画面, Act art. 31): write, answer, write again, close."""

from typing import Any

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.language import mark
from openjuki.counter.shell import CLERKS, Entry, Page, Visit
from openjuki.law.kinds import OfficeKind
from openjuki.offices import guidance
from openjuki.offices.guidance import GuidanceKind, Subject, Thread
from openjuki.offices.operators import Role
from openjuki.procedures.guidance import GuidanceOrder, GuidanceWord, answer, give, go_on
from openjuki.register.dates import calendar_date, from_era
from openjuki.register.errors import InvalidInput, OpenJukiError, Say

BOTH = CLERKS | {Role.PREFECTURE}
KINDS = {
    GuidanceKind.GUIDANCE: mark("指導"),
    GuidanceKind.REPORT: mark("報告の徴取"),
    GuidanceKind.ADVICE: mark("助言"),
    GuidanceKind.RECOMMENDATION: mark("勧告"),
}


def _here(visit: Visit) -> dict[str, Any]:
    """What both pages know: which desk this is, names of offices, today."""
    office = visit.window.office
    ours = visit.window.node.place.kind is OfficeKind.PREFECTURE
    names = {code: entry.name for code, entry in office.directory.entries.items()}
    return {"prefecture": ours, "names": names, "kinds": KINDS, "today": office.today().isoformat()}


async def listed(visit: Visit) -> Response:
    """All letters, those that wait first; a prefecture begins a new one here."""
    here, fault = _here(visit), None
    if visit.request.method == "POST":
        try:
            return visit.go(f"/guidance/{await _given(visit)}")
        except OpenJukiError as error:
            fault = error
    threads = await visit.read(Done.WORK_SHOWN, "guidance", guidance.threads)
    entries = visit.window.office.directory.entries.values()
    own = [one for one in entries if one.kind is OfficeKind.MUNICIPALITY and one.prefecture == visit.window.node.place.prefecture]
    return visit.page("guidance.html", 422 if fault else 200, threads=threads, towns=own, fault=fault, **here)


async def _given(visit: Visit) -> int:
    """The thread that this form began; the form's key is the letter's number, so sent twice it begins one."""
    kind, answer_by = visit.item("kind"), visit.item("answer_by")
    if kind not in set(GuidanceKind):
        reason = Say("is no kind of guidance.", "指導の種類ではありません。")
        raise InvalidInput("kind", reason, Say("Choose one of the list.", "一覧から選んでください。"))
    day = calendar_date(from_era(answer_by, "answer_by"), "answer_by").isoformat() if answer_by else ""
    about = Subject(GuidanceKind(kind), visit.item("subject"), day)
    order = GuidanceOrder(visit.item("municipality"), about, _words(visit), visit.key)
    return int(await visit.window.call(give, visit.window.office, visit.operator, order))


def _words(visit: Visit) -> str:
    """What was written, with lines as everywhere but in a browser's form."""
    return visit.item("words").replace("\r\n", "\n")


async def one(visit: Visit) -> Response:
    """One thread; the prefecture writes again or closes it, the municipality's chief answers."""
    here, fault, number = _here(visit), None, visit.number("number")
    if visit.request.method == "POST":
        try:
            await _written(visit, here["prefecture"], number)
            return visit.go(f"/guidance/{number}")
        except InvalidInput as error:
            fault = error
    thread: Thread = await visit.read(Done.WORK_SHOWN, f"guidance {number}", lambda transaction: guidance.thread(transaction, number))
    may = here["prefecture"] or visit.here.operator.role is Role.CHIEF
    return visit.page("guidance_thread.html", 422 if fault else 200, thread=thread, may=may, fault=fault, **here)


async def _written(visit: Visit, prefecture: bool, number: int) -> None:
    word = GuidanceWord(number, _words(visit), prefecture and visit.item("action") == "close", visit.key)
    if prefecture:
        await visit.window.call(go_on, visit.window.office, visit.operator, word)
    elif visit.here.operator.role is Role.CHIEF:
        await visit.enter_once(f"guidance {number}", answer, word)
    else:
        reason = Say("only a chief answers for the mayor.", "市区町村長としての回答は決裁者が行います。")
        raise InvalidInput("words", reason, Say("Ask the chief.", "決裁者に依頼してください。"))


PAGES = (Page("/guidance", listed, BOTH), Page("/guidance/{number}", one, BOTH))
MENU = (Entry("/guidance", mark("都道府県の指導"), BOTH),)
