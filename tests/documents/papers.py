"""Papers of every kind with rare names, for the tests of this room (試験用の帳票)."""

import datetime
from functools import lru_cache
from typing import Any

from openjuki.documents.content import (
    AcceptanceNotice,
    CodeChangeNotice,
    CodeCorrectionNotice,
    CodeNotice,
    Content,
    Ended,
    Fee,
    HouseholdCopy,
    ItemsCertificate,
    MovingOut,
    MovingOutPerson,
    PrintedPerson,
    Receipt,
    RemovedCopy,
    ResidentCopy,
    SupplementCopy,
    SupplementLine,
    SupplementPerson,
    WideAreaCopy,
    WideAreaPerson,
)
from openjuki.documents.fonts import IPAMJ_MINCHO
from openjuki.documents.issue import Asked, Issue, Issuer, Place, Subject, new_issue
from openjuki.documents.pressroom import make
from openjuki.documents.release import Released
from openjuki.register.identity import Sex

DAY = datetime.date(2013, 12, 2)
KUZU, TSUJI, BE, BE_OTHER = "葛\U000e0102", "辻\U000e0102", "邉\U000e010f", "邉\U000e0110"
YOSHIDA = f"𠮷田　髙﨑{KUZU}"
WATANABE = f"渡{BE}　{TSUJI}"
ADDRESS = f"鹿児島県姶良市宮島町２５番地　{TSUJI}・{BE_OTHER}荘１０１号"
CODE = "24727059608"
ISSUER = Issuer(realm="sandbox", office="462250", place="姶良市", title="鹿児島県姶良市長", name="見本　一郎")


def person(**other: Any) -> PrintedPerson:
    """𠮷田 with every item; what is given replaces it."""
    items: dict[str, Any] = {
        "name": YOSHIDA, "kana": "ヨシダ　タカコ", "birth": "1937-05-03", "sex": Sex.FEMALE, "householder": WATANABE, "relationship": "妻",
        "became_resident_on": "1990-04-01", "address": ADDRESS, "address_since": "2001-05-06", "notified_on": "2001-05-07",
        "previous_address": "東京都千代田区霞が関二丁目１番", "registered_domicile": "鹿児島県姶良市宮島町２５番地",
        "registered_domicile_head": WATANABE, "code": CODE, "individual_number": "",
    }  # fmt: skip
    return PrintedPerson(**{**items, **other})


def householder() -> PrintedPerson:
    """渡邉 whose birth date is known to the season, and who left most out."""
    left_out = dict.fromkeys(("kana", "registered_domicile", "registered_domicile_head", "code"))
    return person(name=WATANABE, birth="1935-A1-00", sex=Sex.MALE, relationship="世帯主", former_name=f"{KUZU}城", **left_out)


def foreigner() -> PrintedPerson:
    """A foreign resident with an alias; class and status left out."""
    foreign = {"nationality": "ベトナム", "became_foreign_resident_on": "2012-07-09", "residence_class": None, "status_of_residence": None}
    return person(
        name="NGUYEN THI HOA", kana="", alias=f"{KUZU}木　花", registered_domicile=None, registered_domicile_head=None, foreign=foreign
    )


def contents() -> dict[str, Content]:
    """One of every kind, by its name."""
    wide = {name: getattr(person(), name) for name in ("name", "birth", "sex", "became_resident_on", "address", "address_since")}
    leaving = {name: getattr(person(), name) for name in ("name", "kana", "birth", "sex", "relationship", "registered_domicile", "code")}
    slip: dict[str, Any] = {
        "name": YOSHIDA, "birth": "1937-05-03", "sex": Sex.FEMALE, "address": ADDRESS, "postal_code": "899-5432", "code": CODE,
        "entered_on": "2013-12-02",
    }  # fmt: skip
    lines = (SupplementLine(ADDRESS, "平成13年5月6日"), SupplementLine("国外転出（ブラジル）", "平成20年1月1日"))
    return {
        "resident-copy": ResidentCopy((person(), foreigner())),
        "household-copy": HouseholdCopy((householder(), person())),
        "removed-copy": RemovedCopy((person(ended=Ended("転出", "2013-11-30", f"東京都千代田区{TSUJI}町１番")),)),
        "items-certificate": ItemsCertificate((PrintedPerson(name=YOSHIDA, birth="1937-05-03", sex=Sex.FEMALE, address=ADDRESS),)),
        "wide-area-copy": WideAreaCopy(
            home="鹿児島県姶良市", told_on="2013-12-02", persons=(WideAreaPerson(**wide, notified_on="2001-05-07", previous_address=""),)
        ),
        "moving-out-certificate": MovingOut(
            office="462250", old_address=ADDRESS, householder=WATANABE, destination="東京都千代田区", leaves_on="2013-12-10",
            persons=(MovingOutPerson(**leaving, residence=2, version=3),), reissued=True,
        ),
        "supplement-copy": SupplementCopy(
            registered_domicile="鹿児島県姶良市宮島町２５番地", registered_domicile_head=WATANABE, made_on="平成2年4月1日",
            persons=(SupplementPerson(name=f"髙﨑{KUZU}", lines=lines),),
        ),
        "code-notice": CodeNotice(**slip),
        "code-change-notice": CodeChangeNotice(**slip),
        "code-correction-notice": CodeCorrectionNotice(**slip),
        "acceptance-notice": AcceptanceNotice(
            name=YOSHIDA, address=ADDRESS, postal_code="899-5432", event="転出届", accepted_on="2013-12-02", contact="姶良市市民課"
        ),
        "receipt": Receipt(payer=WATANABE, fees=(Fee("住民票の写し", 2, 300), Fee("戸籍の附票の写し", 1, 300))),
    }  # fmt: skip


def subjects(content: Content) -> tuple[Subject, ...]:
    """The persons a request names, with the codes that a paper may leave out."""
    return tuple(Subject(one.name, one.birth, one.code or CODE) for one in content.subjects())


def issue_for(content: Content, request: str = "R-1", **other: Any) -> Issue:
    """An issue for a paper; its id, code and salt follow from the request's number, so that the paper is always the same bytes."""
    asked = other.pop("asked", Asked(request, content.kind, subjects(content)))
    drawn = iter(f"{request}/{number}".encode().ljust(32, b"~") for number in range(3))
    return new_issue(
        asked, other.pop("issuer", ISSUER), day=DAY, made_ms=1_385_942_400_000, serial=11, where=Place("窓口1", "001"),
        entropy=lambda count: next(drawn)[:count],
    )  # fmt: skip


@lru_cache(maxsize=32)
def paper(name: str) -> Released:
    """The finished paper of a kind."""
    content = contents()[name]
    return make(IPAMJ_MINCHO, content, issue_for(content))
