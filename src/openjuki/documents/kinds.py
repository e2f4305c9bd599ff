"""What is printed: the kinds of paper with their forms, titles, articles and closing words (帳票の種類・様式; Act art. 12, 20, 22).

Form numbers are those that a peer following the standard specification prints; "" where none is known (a layout of our own).
"""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A kind of paper, by the word of the command `openjuki document make`."""

    RESIDENT_COPY = "resident-copy"
    HOUSEHOLD_COPY = "household-copy"
    REMOVED_COPY = "removed-copy"
    ITEMS_CERTIFICATE = "items-certificate"
    WIDE_AREA_COPY = "wide-area-copy"
    MOVING_OUT_CERTIFICATE = "moving-out-certificate"
    SUPPLEMENT_COPY = "supplement-copy"
    CODE_NOTICE = "code-notice"
    CODE_CHANGE_NOTICE = "code-change-notice"
    CODE_CORRECTION_NOTICE = "code-correction-notice"
    ACCEPTANCE_NOTICE = "acceptance-notice"
    RECEIPT = "receipt"


class Form(NamedTuple):
    """How a kind looks: its template, number, title, the article it stands on, and the words that close it."""

    template: str
    number: str
    title: str
    article: str
    closing: str


FORMS: dict[Kind, Form] = {
    Kind.RESIDENT_COPY: Form("certificate", "0010001", "住民票", "12(1)", "この写しは、住民票の原本と相違ないことを証明する。"),
    Kind.HOUSEHOLD_COPY: Form("certificate", "0010003", "住民票", "12(1)", "この写しは、住民票の原本と相違ないことを証明する。"),
    Kind.REMOVED_COPY: Form("certificate", "0010004", "住民票の除票", "12", "この写しは、住民票の除票の原本と相違ないことを証明する。"),
    Kind.ITEMS_CERTIFICATE: Form(
        "certificate", "0010002", "住民票記載事項証明書", "12(1)", "上記の事項は、住民票に記載されている事項と相違ないことを証明する。"
    ),
    Kind.WIDE_AREA_COPY: Form("certificate", "", "住民票（広域交付）", "12-4", ""),
    Kind.MOVING_OUT_CERTIFICATE: Form("certificate", "0010007", "転出証明書", "22(2), 令23", "上記のとおり転出することを証明する。"),
    Kind.SUPPLEMENT_COPY: Form("certificate", "", "戸籍の附票", "20", "この写しは、戸籍の附票の原本と相違ないことを証明する。"),
    Kind.CODE_NOTICE: Form("notice", "0010009", "住民票コード通知票", "30-2(3)", ""),
    Kind.CODE_CHANGE_NOTICE: Form("notice", "0010011", "住民票コード変更通知票", "30-3(4)", ""),
    Kind.CODE_CORRECTION_NOTICE: Form("notice", "0010011", "住民票コード修正通知票", "standard 4.3.3", ""),
    Kind.ACCEPTANCE_NOTICE: Form("letter", "", "住民異動届受理通知", "standard 4.1.0.3", ""),
    Kind.RECEIPT: Form("letter", "", "領収書", "Local Autonomy Act 227", ""),
}
EQUIVALENT = Form(
    "certificate", "0010008", "転出証明書に準ずる証明書", "standard 4.1.3.0.3",
    "この証明書は、転入届に添付すべき書類として発行したことを証明する。",
)  # fmt: skip
"""In place of the moving-out certificate when the notification came too late."""
REMOVED_ITEMS = FORMS[Kind.ITEMS_CERTIFICATE]._replace(
    title="住民票除票記載事項証明書", closing="上記の事項は、住民票の除票に記載されている事項と相違ないことを証明する。"
)
REST_SUPPLEMENT = FORMS[Kind.SUPPLEMENT_COPY]._replace(
    title="戸籍の附票の除票", closing="この写しは、戸籍の附票の除票の原本と相違ないことを証明する。"
)
HOUSEHOLD_WHOLE = "この写しは、世帯全員の住民票の原本と相違ないことを証明する。"
