"""Forms of nationality and foreign residents (帰化・国籍取得・国籍喪失・法30条の46, 47・法務大臣の通知; 令8の2; standard 4.5)."""

from openjuki.counter.entry.fields import Field, Form, Kind, Section, Term
from openjuki.counter.entry.forms.items import (
    ADDRESS,
    ARRIVALS,
    DAYS,
    DOMICILE,
    FOREIGN,
    FOREIGNERS,
    HEAD,
    HOUSEHOLD_OF,
    KANA,
    NAME,
    NOTIFIED_ON,
    having,
)
from openjuki.register.errors import Say

_PERSON = Field("code", Say("Person", "対象者"), Kind.PERSON, True)
_MONTH_DAYS = 31

ACQUIRED = Form(
    "nationality-acquired",
    Say("Naturalisation or nationality acquired", "帰化・国籍取得"),
    Say(
        "The foreign resident's record ends, a Japanese resident's begins.", "外国人住民の住民票を消除し、日本人住民の住民票を記載します。"
    ),
    Say("Order art. 8-2(1)", "令第8条の2第1項"),
    (
        Section(
            Say("As a Japanese resident", "日本人としての記載"),
            (
                _PERSON,
                NAME,
                KANA,
                having(DOMICILE, required=True),
                having(HEAD, required=True),
                Field(
                    "acquired_on", Say("Japanese since", "国籍を取得した年月日"), Kind.DAY, True, DAYS, "標準4.5.3", means=("changed_on",)
                ),
                NOTIFIED_ON,
            ),
        ),
    ),
    group=FOREIGNERS,
    term=Term(
        _MONTH_DAYS,
        "acquired_on",
        "notified_on",
        Say("Family Register Act art. 102, 102-2: one month", "戸籍法第102条・第102条の2（1か月以内）"),
    ),
    papers=Say("The accepted family-register filing, or its notice.", "受理した帰化届・国籍取得届又はその通知"),
)

LOST = Form(
    "nationality-lost",
    Say("Nationality lost", "国籍喪失"),
    Say(
        "The Japanese resident's record ends, a foreign resident's begins: for 60 days without a status of residence.",
        "日本人住民の住民票を消除し、外国人住民の住民票を記載します（60日間は経過滞在者）。",
    ),
    Say("Order art. 8-2(2); Act art. 30-45", "令第8条の2第2項、法第30条の45"),
    (
        Section(
            Say("As a foreign resident", "外国人住民としての記載"),
            (
                _PERSON,
                NAME,
                KANA,
                Field("nationality", Say("Nationality or region", "国籍・地域"), Kind.TEXT, True, None, "法第30条の45"),
                Field(
                    "lost_on",
                    Say("Nationality of Japan lost on", "国籍を喪失した年月日"),
                    Kind.DAY,
                    True,
                    DAYS,
                    "標準4.5.5",
                    means=("changed_on",),
                ),
                NOTIFIED_ON,
                having(
                    FOREIGN,
                    label=Say("Class of residence, if there is one already", "在留資格等（既にある場合）"),
                    hint=Say("Blank: passing resident.", "空欄の場合は国籍喪失による経過滞在者とします。"),
                    fields=FOREIGN.fields[1:],
                    means=FOREIGN.means[1:],
                ),
            ),
        ),
    ),
    group=FOREIGNERS,
    term=Term(_MONTH_DAYS, "lost_on", "notified_on", Say("Family Register Act art. 103: one month", "戸籍法第103条（1か月以内）")),
)

FOREIGN_ENTRY = Form(
    "foreign-entry",
    Say("Became a foreign resident here", "法第30条の47届出"),
    Say(
        "Somebody who lives here became a mid- to long-term resident or the like.",
        "市区町村内に住所を有する者が中長期在留者等となった場合に記載します。",
    ),
    Say("Act art. 30-47", "住民基本台帳法第30条の47"),
    (
        Section(
            Say("Where and when", "住所と異動日"),
            (
                ADDRESS,
                HOUSEHOLD_OF,
                Field("address_since", Say("At the address since", "住所を定めた年月日"), Kind.DAY, True, DAYS, "法第30条の45"),
                Field(
                    "became_on",
                    Say("Became it on", "中長期在留者等となった年月日"),
                    Kind.DAY,
                    True,
                    DAYS,
                    "法第30条の47",
                    means=("changed_on",),
                ),
                NOTIFIED_ON,
            ),
        ),
        Section(Say("Who", "記載する者"), (ARRIVALS,)),
    ),
    person=False,
    group=FOREIGNERS,
    term=Term(14, "became_on", "notified_on", Say("Act art. 30-47", "法第30条の47"), penalised=True),
    papers=Say("Residence card, or special permanent resident certificate.", "在留カード、特別永住者証明書等"),
)

MINISTER = Form(
    "minister-notices",
    Say("Notices of the Minister of Justice", "法務大臣の通知"),
    Say(
        "A file of what changed for foreign residents. A notice that fits nobody goes to the work list.",
        "外国人住民の変更の通知ファイルを取り込みます。該当者のない通知は要確認一覧に載ります。",
    ),
    Say("Act art. 30-50", "住民基本台帳法第30条の50"),
    (
        Section(
            Say("The file", "通知"),
            (
                Field(
                    "notices",
                    Say("File of notices", "通知ファイル"),
                    Kind.FILE,
                    True,
                    Say("Choose the file, or paste what it holds.", "ファイルを選ぶか、内容を貼り付けます。"),
                    key="notices",
                ),
                Field("received_on", Say("Received on", "受領の年月日"), Kind.DAY, True, DAYS, today=True),
            ),
        ),
    ),
    person=False,
    group=FOREIGNERS,
)
FORMS = (ACQUIRED, LOST, FOREIGN_ENTRY, MINISTER)
