"""From what a paper says to its sheet: form, addressee, middle, closing words, numbers (帳票の編集; standard 5.1, 5.5, 5.6, 5.7)."""

from openjuki.documents.blocks import blocks_of
from openjuki.documents.content import (
    AcceptanceNotice,
    CodeSlip,
    Content,
    HouseholdCopy,
    ItemsCertificate,
    MovingOut,
    Receipt,
    SupplementCopy,
    WideAreaCopy,
)
from openjuki.documents.issue import Issue
from openjuki.documents.kinds import EQUIVALENT, FORMS, HOUSEHOLD_WHOLE, REMOVED_ITEMS, REST_SUPPLEMENT, Form
from openjuki.documents.qr import modules
from openjuki.documents.sheet import Addressee, Sheet
from openjuki.register.dates import DateText, text_of, to_era

SPECIMEN = "見本 SPECIMEN"
CODE_PURPOSE = "文書番号と検証コードは、発行者の検証ページでこの文書を確かめるためのものです。"
"""Beside the QR."""
WIDE_AREA_CLOSING = (
    "この住民票の写しは、住民基本台帳法第12条の4第1項に規定する住所地市町村長である{home}長から、同項の請求に係る住民票に"
    "記載されている事項が同条第3項の規定により{day}に通知され、当該通知に基づき作成したものである。"
)
"""令15-4(2)."""


def compose(content: Content, issue: Issue, *, public_use: bool = False) -> Sheet:
    """The sheet of a content under an issue; `public_use` prints 公用 (standard 5.7)."""
    form, issuer = form_of(content), issue.issuer
    return Sheet(
        template=form.template, form=f"様式 {form.number}" if form.number else "", title=form.title,
        mark="公用" if public_use else "再交付" if isinstance(content, MovingOut) and content.reissued else "",
        addressee=_addressee(content), blocks=tuple(blocks_of(content, issue.day)), closing=_closing(content, form),
        day=to_era(text_of(issue.day)), issuer_title=issuer.title + ("職務代理者" if issuer.acting else ""), issuer_name=issuer.name,
        seal="見本印見本印見本印" if issuer.specimen else f"{issuer.title}之印",
        code_words=(f"文書番号 {issue.document}", f"検証コード {issue.shown_code}", CODE_PURPOSE, f"照合値 {issue.binding}"),
        qr=modules(issue.payload), footer=issue.number, specimen=SPECIMEN if issuer.specimen else "",
    )  # fmt: skip


def form_of(content: Content) -> Form:
    """The form a content is printed on."""
    if isinstance(content, MovingOut) and content.equivalent:
        return EQUIVALENT
    if isinstance(content, ItemsCertificate) and content.removed:
        return REMOVED_ITEMS
    if isinstance(content, SupplementCopy) and content.closed:
        return REST_SUPPLEMENT
    return FORMS[content.kind]


def _closing(content: Content, form: Form) -> tuple[str, ...]:
    if isinstance(content, HouseholdCopy) and content.whole:
        return (HOUSEHOLD_WHOLE,)
    if isinstance(content, WideAreaCopy):
        return (WIDE_AREA_CLOSING.format(home=content.home, day=to_era(DateText(content.told_on))),)
    return (form.closing,) if form.closing else ()


def _addressee(content: Content) -> Addressee | None:
    if isinstance(content, CodeSlip | AcceptanceNotice):
        return Addressee(f"〒{content.postal_code}" if content.postal_code else "", content.address, f"{content.name}　様")
    return (
        Addressee("", "", content.payer if content.payer.endswith("様") else f"{content.payer}　様")
        if isinstance(content, Receipt)
        else None
    )
