"""Copies that others ask for: taken, examined, decided on, and only then printed (第三者・代理人・公用の請求; Act art. 12 to 12-3, 20).

What is said to who asked stands on the page of the decision word for word: it is the same for nobody, and for somebody who is not shown.
"""

from typing import Any

from starlette.responses import Response

from openjuki.counter import inspections, papers
from openjuki.counter.audit import Done
from openjuki.counter.copies import EVIDENCE, one_of
from openjuki.counter.papers import KINDS
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.documents.kinds import Kind
from openjuki.law.ways_out import WayOut, Word
from openjuki.nodes import document_orders
from openjuki.nodes.document_desk import Order
from openjuki.offices import copy_requests, municipality, restraint_guard
from openjuki.offices.copy_requests import Authority, Evidence, Filed, Item, Party, Profession, Wanted
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures import copy_request
from openjuki.procedures.copy_request import CopyExamination, CopyVerdict
from openjuki.register.dates import from_era
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError, Say
from openjuki.register.record import ResidentRecord

DRAFT = "copy-request"
PAPERS = {
    WayOut.COPY: KINDS[Kind.RESIDENT_COPY],
    WayOut.CERTIFICATE_OF_ITEMS: KINDS[Kind.ITEMS_CERTIFICATE],
    WayOut.REMOVED_RECORD_COPY: KINDS[Kind.REMOVED_COPY],
    WayOut.ADDRESS_SUPPLEMENT: KINDS[Kind.SUPPLEMENT_COPY],
}
GROUNDS = {
    Ground.OWN: Say("oneself or the household, through an agent (12)", "本人・同一世帯（代理人による）（法12条）"),
    Ground.PUBLIC_BODY: Say("an organ of state or a local body (12-2)", "国・地方公共団体の機関（公用）（法12条の2）"),
    Ground.OWN_RIGHTS: Say("own right or duty (12-3(1)1)", "自己の権利行使・義務履行（法12条の3第1項1号）"),
    Ground.TO_BE_HANDED_IN: Say("to be handed to an organ of state (12-3(1)2)", "国等の機関への提出（同項2号）"),
    Ground.OTHER_GROUND: Say("another proper ground (12-3(1)3)", "その他正当な理由（同項3号）"),
    Ground.PROFESSIONAL: Say("a lawyer or the like, for a client (12-3(2))", "特定事務受任者（職務上の請求）（同条2項）"),
}
EVIDENCES = {
    **EVIDENCE,
    Evidence.STAFF_CARD: Say("an organ's staff card", "機関の職員であることを示す書類"),
    Evidence.PROFESSIONAL_CARD: Say("a professional's card", "特定事務受任者の資格者証"),
}
AUTHORITIES = {
    Authority.NONE: Say("none: who asks stands here", "なし（本人が来庁）"),
    Authority.PROXY: Say("proxy", "委任状"),
    Authority.STATUTE: Say("by statute (parent, guardian)", "法定代理"),
    Authority.ENGAGEMENT: Say("a professional's own statement", "統一請求書"),
}
ITEMS = {
    Item.RELATIONSHIP: Say("householder and relationship", "世帯主・続柄"),
    Item.DOMICILE: Say("registered domicile and its head", "本籍・筆頭者"),
    Item.CODE: Say("resident record code (own request only)", "住民票コード（本人等のみ）"),
}
WORDS = {
    Word.ALLOWED: Say("may be given", "交付できます"),
    Word.EXAMINE: Say("only after a release by two persons", "支援措置責任者との二人による一時解除が必要です"),
    Word.REFUSED: Say("is not given, and cannot be released", "交付できません（解除もできません）"),
}


async def listed(visit: Visit) -> Response:
    """Requests that wait for a decision."""
    waiting: list[Filed] = await visit.read(Done.REQUEST_SHOWN, "", copy_requests.undecided)
    return visit.page("requests.html", waiting=waiting, papers=PAPERS, grounds=GROUNDS)


async def new(visit: Visit) -> Response:
    """A request as it is filed: who asks, who stands here, with what evidence, for whose paper, what for."""
    fault: OpenJukiError | None = None
    await visit.take_up(DRAFT)
    if visit.request.method == "POST":
        try:
            receipt, _ = await visit.enter_once("copy request", copy_request.file, _wanted(visit))
            await visit.drop_draft(DRAFT)
            return visit.go(f"/requests/{receipt[0]}")
        except InvalidInput as error:
            fault = error
    lists: dict[str, Any] = {"papers": PAPERS, "grounds": GROUNDS, "evidence": EVIDENCES, "authorities": AUTHORITIES, "items": ITEMS}
    return visit.page("request_new.html", 422 if fault else 200, fault=fault, professions=tuple(Profession), **lists)


def _wanted(visit: Visit) -> Wanted:
    """The request that the form describes. InvalidInput by item."""
    presenter = Party(visit.item("presenter")) if visit.item("presenter") else None
    profession = next((one for one in Profession if one.value == visit.item("profession")), None)
    return Wanted(
        paper=one_of(visit.item("paper"), PAPERS, "paper"), ground=one_of(visit.item("ground"), GROUNDS, "ground"),
        requester=Party(visit.item("requester"), visit.item("requester_address"), _day(visit, "requester_birth"), visit.item("body")),
        subject=Party(visit.item("subject"), visit.item("subject_address"), _day(visit, "subject_birth")),
        evidence=one_of(visit.item("evidence"), EVIDENCES, "evidence"), presenter=presenter,
        authority=one_of(visit.item("authority") or Authority.NONE.value, AUTHORITIES, "authority"), purpose=visit.item("purpose"),
        household=bool(visit.item("household")), items=frozenset(item for item in ITEMS if item.value in visit.form.getlist("item")),
        profession=profession, client=visit.item("client"), court_matter=visit.item("court_matter"),
    )  # fmt: skip


def _day(visit: Visit, item: str) -> str:
    return from_era(visit.item(item), item) if visit.item(item) else ""


async def one(visit: Visit) -> Response:
    """One request: whom it means, the word of the restraints, and the decision."""
    number, office = visit.number("number"), visit.window.office

    def look(transaction: Transaction) -> tuple[CopyExamination, list[ResidentRecord]]:
        examined = copy_request.examine(transaction, office, number)
        kept = examined.filed.wanted.paper is not WayOut.ADDRESS_SUPPLEMENT
        return examined, [municipality.record_of(transaction, person) for person in examined.persons] if kept else []

    examined, records = await visit.read(Done.REQUEST_SHOWN, f"request {number}", look)
    decided = await visit.window.write(copy_requests.decisions, number)
    context: dict[str, Any] = {"examined": examined, "records": records, "decided": decided, "words": WORDS, "Word": Word}
    lists: dict[str, Any] = {"papers": PAPERS, "grounds": GROUNDS, "evidence": EVIDENCES, "authorities": AUTHORITIES}
    return visit.page("request.html", filed=examined.filed, finding=copy_request.needs_finding(examined.filed.wanted), **context, **lists)


async def decide(visit: Visit) -> Response:
    """The decision; what may be given is printed, and what is refused is said in the words for everybody."""
    number, office, window = visit.number("number"), visit.window.office, visit.window
    verdict = CopyVerdict(number, visit.item("proper") == "yes", visit.item("ground"))

    async def order() -> Order:
        given = await window.call(copy_request.decide, office, visit.operator, verdict)
        order: Order = await window.write(lambda t: document_orders.given_order(t, office, visit.operator, given, f"copy-{number}"))
        return order

    try:
        return visit.go(await papers.make(visit, order, "/requests"))
    except Conflict as error:
        return visit.page("request_refused.html", reason=visit.say(error.reason), remedy=visit.say(error.remedy))


async def ask_release(visit: Visit) -> Response:
    """One person asks that this request may go in spite of a restraint; the supervisor agrees to it on the page of restraints."""
    number, office, why = visit.number("number"), visit.window.office, visit.item("reason")

    def ask(transaction: Transaction) -> int:
        examined = copy_request.examine(transaction, office, number)
        paper, case = examined.filed.wanted.paper, examined.filed.case
        return restraint_guard.ask_release(transaction, office, visit.operator, paper, examined.asker, examined.about, case, why)

    await visit.write_once(f"release for request {number}", ask)
    return visit.go(f"/requests/{number}")


PAGES = (
    Page("/requests", listed, CLERKS, ("GET",)),
    Page("/requests/new", new, CLERKS),
    Page("/requests/{number}", one, CLERKS, ("GET",)),
    Page("/requests/{number}/decide", decide, CLERKS, ("POST",)),
    Page("/requests/{number}/release", ask_release, CLERKS, ("POST",)),
    *inspections.PAGES,
)
