"""Forms of births and deaths, from the family-register filing (出生・死亡・職権消除, Act art. 8; 令8, 12(2); standard 4.2.1.2, 4.2.2)."""

from openjuki.counter.entry.fields import Field, Form, Kind, Section, Term
from openjuki.counter.entry.forms.items import (
    BIRTH,
    DATES,
    DAYS,
    DOMICILE,
    FAMILY,
    FOUND_ON,
    HEAD,
    KANA,
    NAME,
    NOTIFIED_ON,
    RECORDS,
    RELATIONSHIP,
    SEX,
    STAYING,
    having,
)
from openjuki.register.errors import Say

_THOSE_WHO_STAY = Section(Say("Those who stay", "残る世帯員"), (STAYING,))
_FILED_ON = having(NOTIFIED_ON, label=Say("Day of the family-register filing", "戸籍届出の年月日"), basis="標準4.2.0.4")

BIRTH_FORM = Form(
    "birth",
    Say("Birth", "出生"),
    Say("A newborn is entered into this household and gets its first code.", "出生した子をこの世帯に記載し、住民票コードを付番します。"),
    Say("Act art. 8, 30-2; Order art. 12(2)1, 30-2", "住民基本台帳法第8条・第30条の2、令第12条第2項第1号・第30条の2"),
    (
        Section(
            Say("The child", "出生した子"),
            (
                Field("mother_code", Say("Parent", "親"), Kind.PERSON, True),
                NAME,
                having(KANA, required=True),
                BIRTH,
                SEX,
                having(RELATIONSHIP, means=("householder",)),
            ),
        ),
        Section(Say("The filing", "届出"), (_FILED_ON,)),
        Section(
            Say("Only where it differs", "異なる場合のみ"),
            (
                having(DOMICILE, hint=Say("Only if it is not the parent's.", "親と異なる場合だけ入力します。")),
                HEAD,
                Field(
                    "nationality",
                    Say("Nationality, if not Japanese", "国籍・地域（日本国籍を有しない場合）"),
                    Kind.TEXT,
                    False,
                    Say(
                        "The child is a foreign resident from birth, for 60 days without a status of residence.",
                        "出生による経過滞在者として60日間記載します。",
                    ),
                    "法第30条の45",
                ),
            ),
        ),
    ),
    group=FAMILY,
    term=Term(14, "birth", "notified_on", Say("Family Register Act art. 49", "戸籍法第49条")),
    papers=Say("The accepted family-register filing, or its notice.", "受理した出生届又はその通知"),
)

DEATH = Form(
    "death",
    Say("Death", "死亡"),
    Say("The record of this person is ended.", "この者の住民票を消除します。"),
    Say("Act art. 8; Order art. 8, 12(2)1", "住民基本台帳法第8条、令第8条・第12条第2項第1号"),
    (
        Section(
            Say("The death", "死亡"),
            (
                Field("code", Say("Person", "死亡した者"), Kind.PERSON, True),
                Field(
                    "died_on",
                    Say("Day of the death", "死亡年月日"),
                    Kind.DATE,
                    True,
                    DATES,
                    "標準1.1.8",
                    means=("removed_on", "changed_on"),
                ),
                _FILED_ON,
            ),
        ),
        _THOSE_WHO_STAY,
    ),
    group=FAMILY,
    term=Term(
        7,
        "died_on",
        "notified_on",
        Say("Family Register Act art. 86 (from the day it was known)", "戸籍法第86条（死亡の事実を知った日から）"),
    ),
    papers=Say("The accepted family-register filing, or its notice.", "受理した死亡届又はその通知"),
)

REMOVAL = Form(
    "removal-ex-officio",
    Say("Removal ex officio", "職権消除"),
    Say("The person is no resident here although nobody notified it.", "届出がないまま住民でなくなった者の住民票を消除します。"),
    Say("Act art. 8; Order art. 8, 12", "住民基本台帳法第8条、令第8条・第12条"),
    (
        Section(
            Say("The removal", "消除"),
            (
                Field("code", Say("Person", "消除する者"), Kind.PERSON, True),
                Field(
                    "removed_on", Say("Not a resident since", "消除の異動日"), Kind.DATE, True, DATES, "標準1.1.8", means=("changed_on",)
                ),
                having(FOUND_ON, means=("notified_on",), hint=DAYS),
            ),
        ),
        _THOSE_WHO_STAY,
    ),
    group=RECORDS,
)
FORMS = (BIRTH_FORM, DEATH, REMOVAL)
