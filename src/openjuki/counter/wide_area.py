"""Wide-area copies at the window: check who asks, ask the home office, hand over (住民票の写しの広域交付, Act art. 12-4; 令15-3; Rules 4).

Four short pages, each sent by Enter: identity, what is asked for, what was received, the paper. What was received is kept in this session
until the application ends; the request and its outcome are on record at both offices.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response

from openjuki.card.evidence import evidence
from openjuki.counter import card_desk, municipalities, papers, public
from openjuki.counter.audit import Done
from openjuki.counter.shell import Page, Visit
from openjuki.documents import choosing
from openjuki.documents.content import WideAreaPerson
from openjuki.documents.issue import Asked, Subject
from openjuki.documents.kinds import Kind
from openjuki.nodes import wide_area_desk
from openjuki.nodes.document_desk import Order
from openjuki.offices.services import ServiceKind
from openjuki.offices.wide_area_evidence import check_application
from openjuki.offices.wide_area_outcomes import Copy, NotCopied
from openjuki.offices.wide_area_requests import CopyApplication
from openjuki.register.addresses import municipality
from openjuki.register.codes import digits_of
from openjuki.register.dates import from_era
from openjuki.register.errors import Conflict, InvalidInput, NotReady, OpenJukiError, Say
from openjuki.register.identity import Sex
from openjuki.register.wide_area_copy import CheckedBy, CopiedPerson, CopyExtra, CopyOf, PhotoDocument
from openjuki.terminal.agent import Confirm, Confirmed

KIND = "wide-area"
IDENTITY, REQUEST, RECEIVED = 1, 2, 3
DOCUMENTS = {
    PhotoDocument.DRIVING_LICENCE: Say("driving licence", "運転免許証"),
    PhotoDocument.PASSPORT: Say("passport", "旅券"),
    PhotoDocument.RESIDENCE_CARD: Say("residence card", "在留カード"),
    PhotoDocument.PERMANENT_RESIDENT: Say("special permanent resident certificate", "特別永住者証明書"),
    PhotoDocument.DISABILITY: Say("disability handbook", "身体障害者手帳"),
    PhotoDocument.OTHER: Say("another official document with a photo", "その他官公署の写真付き証明書"),
}
_SENT = Conflict(
    "page",
    Say("this application has been sent already.", "この請求は送信済みです。"),
    Say("Begin a new application.", "新しい請求として受け付けてください。"),
)


@dataclass(slots=True)
class Errand:
    """One application of this session: what was entered, and what came back."""

    application: CopyApplication
    outcome: Copy | NotCopied | None = None


async def begin(visit: Visit) -> Response:
    """Page 1: who asks, where they live, how it was checked."""
    if visit.request.method == "GET":
        if not card_desk.take_up(visit, KIND):
            await visit.take_up(KIND)
        return _first(visit, None)
    try:
        application = _by_card(visit, confirmed) if (confirmed := _confirmed(visit)) else _application(visit)
        check_application(visit.window.office, visit.operator, application)
    except (InvalidInput, NotReady) as error:
        return _first(visit, error)
    errand = Errand(application)
    visit.window.node.reach(application.home, lambda link: None)  # the line is up before the clerk promises anything
    await visit.note(Done.FORM_OPENED, "wide-area copy")
    await visit.drop_draft(KIND)
    card_desk.forget(visit)
    visit.here.memory[_key(application.number)] = errand
    return visit.go(f"/wide-area/{visit.handle((KIND, application.number))}")


def _first(visit: Visit, fault: OpenJukiError | None) -> Response:
    listed, card = municipalities.offered(visit.window), _confirmed(visit)
    status = 200 if fault is None else 422
    issuer = municipality(card.issuer).written if card else ""
    context = {"documents": DOCUMENTS, "listed": listed, "step": IDENTITY, "card": card, "issuer": issuer}
    return visit.page("wide_area_identity.html", status, fault=fault, **context)


def _confirmed(visit: Visit) -> Confirmed | None:
    return card_desk.told(visit, KIND, Confirmed)


async def read_card(visit: Visit) -> Response:
    """Who asks shows the Juki card: the PIN is asked for at the desk's agent; what was typed here is kept."""
    return visit.go(card_desk.begin(visit, KIND, Confirm(0), "/wide-area"))


async def put_card_away(visit: Visit) -> Response:
    """The card counts for nothing: another document is shown."""
    return visit.go(card_desk.put_away(visit, KIND, "/wide-area"))


def _by_card(visit: Visit, card: Confirmed) -> CopyApplication:
    """What page 1 says when the card was read: the code is the card's, and no document is needed (Act art. 12-4(1))."""
    proof = evidence(card.certificate, card.shown_ms, card.proof)
    home = municipalities.read(visit.item("home"), "home")
    return CopyApplication(
        number=wide_area_desk.new_number(visit.window.office), home=home, name=visit.item("name"),
        checked_by=CheckedBy.CARD, checked_ms=card.shown_ms, code=card.code, card=proof,
    )  # fmt: skip


def _application(visit: Visit) -> CopyApplication:
    """What page 1 says. InvalidInput by item."""
    office = visit.window.office
    home = municipalities.read(visit.item("home"), "home")
    code = digits_of(visit.item("code"))
    document = visit.item("document")
    if document not in {one.value for one in PhotoDocument}:
        reason = Say("nothing proves who asks.", "本人確認書類が選ばれていません。")
        raise InvalidInput(
            "document", reason, Say("Ask for a document with a photo.", "写真付きの書類の提示を求めてください。ない場合は交付できません。")
        )
    known: dict[str, Any] = {"code": code, "checked_by": CheckedBy.PHOTO_AND_CODE}
    if not code:
        sex = Sex(int(visit.item("sex"))) if visit.item("sex") in ("1", "2") else Sex.UNKNOWN
        known = {"birth": from_era(visit.item("birth"), "birth"), "sex": sex, "checked_by": CheckedBy.PHOTO_AND_BIRTH}
    return CopyApplication(
        number=wide_area_desk.new_number(office), home=home, name=visit.item("name"), checked_ms=office.clock.wall_ms(),
        document=PhotoDocument(document), document_named=visit.item("document_named"), **known,
    )  # fmt: skip


def _key(number: bytes) -> str:
    return f"{KIND} {number.hex()}"


def _errand(visit: Visit) -> Errand:
    kind, number = visit.meant(visit.request.path_params["handle"])
    errand = visit.here.memory.get(_key(number)) if kind == KIND else None
    if not isinstance(errand, Errand):
        raise Conflict("page", Say("this application has ended.", "この請求は終わっています。"), _SENT.remedy)
    return errand


async def ask(visit: Visit) -> Response:
    """Page 2: for whom and with which items; sent, it asks the home office. Sent twice, it asks nobody twice."""
    errand = _errand(visit)
    if visit.request.method == "POST" and not isinstance(errand.outcome, Copy):
        asked = _asked(visit, errand.application)
        try:
            errand.outcome = await wide_area_desk.ask_copy(visit.window.office, visit.operator, asked)
        except InvalidInput as error:
            return _second(visit, errand, error)
        errand.application = asked
        await visit.note(Done.FORM_SENT, f"wide-area copy {asked.number.hex()}")
    if isinstance(errand.outcome, Copy):
        return visit.go(f"{visit.path}/received")
    return _second(visit, errand, None)


def _asked(visit: Visit, application: CopyApplication) -> CopyApplication:
    """The application with what page 2 says. An application that was sent stays as it was: it may only be sent again."""
    chosen = set(visit.form.getlist("extra"))
    of = CopyOf(visit.item("of")) if visit.item("of") in {one.value for one in CopyOf} else CopyOf.SELF
    names = tuple(name for line in visit.item("members").splitlines() if (name := line.strip(" 　\r")))
    extras = tuple(extra for extra in CopyExtra if extra.value in chosen)
    return msgspec.structs.replace(application, of=of, members=names if of is CopyOf.MEMBERS else (), extras=extras)


def _second(visit: Visit, errand: Errand, fault: OpenJukiError | None) -> Response:
    home = visit.window.office.directory.entries[errand.application.home]
    outcome = errand.outcome if isinstance(errand.outcome, NotCopied) else None
    status = 422 if fault else 200
    up = home.code in visit.window.node.links
    hours = {"usual": public.usual_hours(visit, ServiceKind.WIDE_AREA_COPY), "public_page": public.public_page(visit, home.code)}
    context = {"errand": errand, "home": home, "outcome": outcome, "up": up, "step": REQUEST}
    return visit.page("wide_area_request.html", status, fault=fault, **context, **hours)


async def received(visit: Visit) -> Response:
    """Page 3: what the home office told, before anything is printed."""
    errand = _errand(visit)
    if not isinstance(errand.outcome, Copy):
        return visit.go(visit.path.removesuffix("/received"))
    home = visit.window.office.directory.entries[errand.application.home]
    await visit.note(Done.RESIDENT_SHOWN, f"wide-area copy {errand.application.number.hex()}")
    return visit.page("wide_area_received.html", errand=errand, home=home, content=errand.outcome.content, step=RECEIVED)


async def issue(visit: Visit) -> Response:
    """The paper, made from the home office's notice and nothing else (令15-4), and its preview."""
    errand = _errand(visit)
    if not isinstance(errand.outcome, Copy):
        return visit.go("/wide-area")
    paper = _order(errand.outcome)

    async def order() -> Order:
        return paper

    path = await papers.make(visit, order, "/wide-area")
    _end(visit, errand)
    return visit.go(path)


def _order(copy: Copy) -> Order:
    """What is printed of the home office's notice, with those of whom it tells as subjects."""
    people = tuple(map(_printed, copy.content.persons))
    subjects = tuple(Subject(one.name, one.birth, one.code or "") for one in people)
    made = choosing.wide_area_copy(people, municipality(copy.home).written, copy.content.told_on)
    return Order(Asked(f"wide-area {copy.number.hex()}", Kind.WIDE_AREA_COPY, subjects), made)


def _printed(one: CopiedPerson) -> WideAreaPerson:
    """Somebody as told, as printed."""
    foreign = msgspec.to_builtins(one.foreign) if one.foreign else {}
    alias = foreign.pop("alias", "") or None
    return WideAreaPerson(
        name=one.name, birth=one.birth, sex=one.sex, became_resident_on=one.became_resident_on, address=one.address.text(),
        address_since=one.address_since, notified_on=one.notified_on, previous_address=one.previous_address,
        householder=one.householder, relationship=one.relationship, code=one.code, alias=alias, foreign=foreign,
    )  # fmt: skip


async def decline(visit: Visit) -> Response:
    """The mayor does not issue; the ground goes on record."""
    errand, why = _errand(visit), visit.item("why")
    if not why:
        raise InvalidInput("why", Say("the ground is missing.", "理由が入力されていません。"), Say("Give it.", "理由を入力してください。"))
    await wide_area_desk.decline(visit.window.office, visit.operator, errand.application, why)
    _end(visit, errand)
    return visit.go("/wide-area")


async def end(visit: Visit) -> Response:
    """Handed over: what was received is forgotten here."""
    _end(visit, _errand(visit))
    return visit.go("/search")


def _end(visit: Visit, errand: Errand) -> None:
    visit.here.memory.pop(_key(errand.application.number), None)


PAGES = (
    Page("/wide-area", begin),
    Page("/wide-area/card", read_card, methods=("POST",)),
    Page("/wide-area/no-card", put_card_away, methods=("POST",)),
    Page("/wide-area/{handle}", ask),
    Page("/wide-area/{handle}/received", received, methods=("GET",)),
    Page("/wide-area/{handle}/issue", issue, methods=("POST",)),
    Page("/wide-area/{handle}/decline", decline, methods=("POST",)),
    Page("/wide-area/{handle}/end", end, methods=("POST",)),
)
