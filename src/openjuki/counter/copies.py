"""Copies that residents ask for themselves: chosen, checked against restraints, printed (住民票の写し等の交付請求, Act art. 12, 20)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from starlette.responses import Response

from openjuki.counter import papers
from openjuki.counter.audit import Done
from openjuki.counter.papers import KINDS
from openjuki.counter.residents import person_meant
from openjuki.counter.shell import Page, Visit
from openjuki.documents.choosing import Choice
from openjuki.documents.kinds import Kind
from openjuki.nodes import document_orders
from openjuki.nodes.document_desk import Order
from openjuki.nodes.document_orders import OwnRequest
from openjuki.offices import municipality
from openjuki.offices.copy_requests import Evidence
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord

T = TypeVar("T", bound=StrEnum)
OF_RESIDENTS = (Kind.RESIDENT_COPY, Kind.HOUSEHOLD_COPY, Kind.ITEMS_CERTIFICATE, Kind.SUPPLEMENT_COPY, Kind.CODE_NOTICE)
OF_OTHERS = (Kind.REMOVED_COPY, Kind.ITEMS_CERTIFICATE, Kind.SUPPLEMENT_COPY)
EVIDENCE = {
    Evidence.CARD: Say("a card with a photograph, issued by an office", "官公署発行の写真付き証明書（住基カード、運転免許証、旅券など）"),
    Evidence.TWO_PAPERS: Say("two papers without a photograph", "写真のない書類2点（健康保険証と年金手帳など）"),
}
CHOICES = {
    Choice.RELATIONSHIP: Say("householder and relationship", "世帯主・続柄"),
    Choice.DOMICILE: Say("registered domicile and its head", "本籍・筆頭者"),
    Choice.CODE: Say("resident record code", "住民票コード"),
    Choice.KANA: Say("reading of the name", "氏名のフリガナ"),
    Choice.FOREIGN: Say("nationality, status of residence", "国籍・地域、在留資格など"),
    Choice.REMARKS: Say("remarks", "備考"),
}
"""What one may ask to be shown; the individual number is left out: no copy of December 2013 has it."""


async def copies(visit: Visit) -> Response:
    """The form; sent, the paper is made and its preview shown."""
    person = person_meant(visit, visit.request.path_params["handle"])
    record: ResidentRecord = await visit.read(Done.FORM_OPENED, f"copy person {person}", lambda t: municipality.record_of(t, person))
    if visit.request.method == "GET":
        return _form(visit, record, None)
    try:
        return visit.go(await _made(visit, record))
    except OpenJukiError as error:
        return _form(visit, record, error)


def _form(visit: Visit, record: ResidentRecord, fault: OpenJukiError | None) -> Response:
    kinds = OF_RESIDENTS if record.status is Status.RESIDENT else OF_OTHERS
    context = {"kinds": {kind: KINDS[kind] for kind in kinds}, "choices": CHOICES, "evidence": EVIDENCE}
    return visit.page("copies.html", 200 if fault is None else 422, record=record, fault=fault, **context)


async def _made(visit: Visit, record: ResidentRecord) -> str:
    office, operator = visit.window.office, visit.operator
    chosen = frozenset(choice for choice in CHOICES if choice.value in visit.form.getlist("item"))
    kind, evidence = one_of(visit.item("kind"), KINDS, "kind"), one_of(visit.item("evidence"), EVIDENCE, "evidence")
    request = OwnRequest(kind, record.code, f"window-{visit.key}", chosen)
    what = f"{kind.value} person {record.person} evidence {evidence.value}"

    async def order() -> Order:
        return await visit.read(Done.FORM_SENT, what, lambda t: document_orders.own_order(t, office, operator, request))

    return await papers.make(visit, order, visit.path.replace("/copies/", "/resident/"))


def one_of(word: str, words: Mapping[T, Say], item: str) -> T:
    """The member of that word. InvalidInput if nothing was chosen."""
    for member in words:
        if str(member) == word:
            return member
    raise InvalidInput(item, Say("nothing was chosen.", "選ばれていません。"), Say("Choose one.", "一つ選んでください。"))


PAGES = (Page("/copies/{handle}", copies),)
