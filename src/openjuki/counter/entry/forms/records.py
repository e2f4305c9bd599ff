"""Forms of corrections, annulments, entries ex officio, remaking (修正・取消し・職権記載・改製, Act art. 8, 14; standard 4.2)."""

from openjuki.counter.entry.fields import Choice, Field, Form, Kind, Section
from openjuki.counter.entry.forms.items import (
    ADDRESS,
    ALIAS,
    ARRIVALS,
    BIRTH,
    DATES,
    DAYS,
    DOMICILE,
    FOREIGN,
    FORMER_NAME,
    FOUND_ON,
    HEAD,
    HOUSEHOLD_OF,
    INDIVIDUAL_NUMBER,
    KANA,
    NAME,
    PREVIOUS_ADDRESS,
    RECORDS,
    RELATIONSHIP,
    SEX,
    having,
)
from openjuki.register.errors import Say

_PERSON = Field("code", Say("Person", "対象者"), Kind.PERSON, True)
_ASKED_FOR = Field("asked_for", Say("On the resident's own request", "本人の申出による"), Kind.FLAG, False, None, "標準4.2.0.5")
_YES_NO = (Choice("1", Say("yes", "該当する")), Choice("0", Say("no", "該当しない")))


def _insurance(name: str, english: str, japanese: str, basis: str) -> Field:
    return Field(name, Say(english, japanese), Kind.CHOICE, choices=_YES_NO, basis=basis)


RECORD_FIELDS = (
    NAME,
    KANA,
    BIRTH,
    SEX,
    RELATIONSHIP,
    DOMICILE,
    HEAD,
    Field("became_resident_on", Say("Resident since", "住民となった年月日"), Kind.DATE, basis="法第7条第6号"),
    ADDRESS,
    Field("address_since", Say("At the address since", "住所を定めた年月日"), Kind.DATE, basis="法第7条第7号"),
    Field("notified_on", Say("Notified on", "届出の年月日"), Kind.DAY, basis="法第7条第8号"),
    having(PREVIOUS_ADDRESS, required=False),
    INDIVIDUAL_NUMBER,
    FORMER_NAME,
    ALIAS,
    _insurance("on_electoral_roll", "On the electoral roll", "選挙人名簿への登録", "法第7条第9号"),
    _insurance("national_health_insurance", "National health insurance", "国民健康保険の被保険者", "法第7条第10号"),
    _insurance("elderly_medical_insurance", "Elderly medical insurance", "後期高齢者医療の被保険者", "法第7条第10号の2"),
    _insurance("care_insurance", "Care insurance", "介護保険の被保険者", "法第7条第10号の3"),
    Field(
        "pension_kind",
        Say("Kind of pension", "国民年金の種別"),
        Kind.CHOICE,
        basis="法第7条第11号",
        choices=tuple(Choice(kind, Say(f"class {kind}", f"第{kind}号")) for kind in "123"),
    ),
    Field("pension_number", Say("Pension number", "基礎年金番号"), basis="法第7条第11号"),
    _insurance("child_allowance", "Child allowance", "児童手当の受給", "法第7条第11号の2"),
    *FOREIGN.fields,
    Field("remarks", Say("Remarks", "備考"), Kind.LONG, basis="標準1.1.14", length_max=400),
)
"""What a correction may set; each is shown as it stands."""

CORRECTION = Form(
    "correction",
    Say("Correction", "職権修正・軽微な修正・誤記修正"),
    Say(
        "Items that are wrong now, or were wrong when they were written. Overwrite what is wrong; the rest stays.",
        "誤っている事項を書き換えます。書き換えない事項はそのまま残ります。",
    ),
    Say("Act art. 8, 14; Order art. 12; Rules art. 11(3)2", "住民基本台帳法第8条・第14条、令第12条、規則第11条第3項第2号"),
    (
        Section(
            Say("Why", "事由"),
            (
                _PERSON,
                having(FOUND_ON, hint=DAYS),
                Field(
                    "since_ever",
                    Say("Wrong when it was written: correct the past (slip of the pen)", "記載した時から誤っていた（誤記修正）"),
                    Kind.FLAG,
                    False,
                    Say(
                        "The past is corrected; what was known then stays to be seen.",
                        "過去に遡って修正します。修正前の記載も履歴に残ります。",
                    ),
                    "標準4.2.3.3",
                ),
                Field(
                    "minor",
                    Say("Minor correction of name or address; certificates stay valid", "氏名・住所の軽微な修正（電子証明書は失効しない）"),
                    Kind.FLAG,
                    False,
                    None,
                    "規則第11条第3項第2号",
                ),
                _ASKED_FOR,
            ),
        ),
        Section(
            Say("The record", "記載事項"),
            (
                Field(
                    "items",
                    Say("Items", "記載事項"),
                    Kind.RECORD,
                    True,
                    means=tuple(field.name for field in RECORD_FIELDS),
                    fields=RECORD_FIELDS,
                ),
            ),
        ),
    ),
    group=RECORDS,
)

ANNULMENT = Form(
    "annulment",
    Say("Annulment of events", "異動の取消し"),
    Say(
        "Events that never should have been entered are undone by events of their own. Nothing is deleted.",
        "誤って記載した異動を、新しい異動として取り消します。履歴は消えません。",
    ),
    Say("Act art. 8; standard 4.6", "住民基本台帳法第8条、標準4.6"),
    (
        Section(
            Say("What is undone", "取り消す異動"),
            (
                Field(
                    "events",
                    Say("Events", "異動"),
                    Kind.EVENTS,
                    True,
                    Say("Those who moved together are undone together.", "一緒に異動した者の異動は併せて取り消します。"),
                    "標準4.6.0.1",
                    means=("code", "person", "householder"),
                ),
                having(FOUND_ON, hint=DAYS),
                _ASKED_FOR,
            ),
        ),
    ),
    group=RECORDS,
)

ENTRY_EX_OFFICIO = Form(
    "entry-ex-officio",
    Say("Entry ex officio", "職権記載（住所設定・未届転入）"),
    Say("Somebody is found to live here whom nobody notified.", "届出がないまま住所を有する者を職権で記載します。"),
    Say("Act art. 8, 14; Order art. 12", "住民基本台帳法第8条・第14条、令第12条"),
    (
        Section(
            Say("Where and when", "住所と異動日"),
            (
                ADDRESS,
                HOUSEHOLD_OF,
                Field(
                    "lives_since",
                    Say("Lives there since", "住所を定めた年月日"),
                    Kind.DATE,
                    True,
                    DATES,
                    "標準1.1.8",
                    means=("changed_on",),
                ),
                having(FOUND_ON, hint=DAYS, means=("notified_on",)),
                having(
                    PREVIOUS_ADDRESS,
                    required=False,
                    hint=Say("不明 if it cannot be found out; blank if there was none.", "不明の場合は「不明」、ない場合は空欄にします。"),
                ),
                Field(
                    "unfiled",
                    Say("The address before was never notified (未届)", "前住所は未届である（未届転入）"),
                    Kind.FLAG,
                    False,
                    None,
                    "標準4.2.1.1",
                ),
                _ASKED_FOR,
            ),
        ),
        Section(Say("Who", "記載する者"), (ARRIVALS,)),
    ),
    person=False,
    group=RECORDS,
)

REMAKE = Form(
    "remake",
    Say("Remaking records", "改製・再製"),
    Say("The original is closed; a new one says what holds now.", "原票を閉じ、現在の記載事項で新しい住民票を作成します。"),
    Say("Order art. 16, 17", "令第16条・第17条"),
    (
        Section(
            Say("Whose records", "対象者"),
            (
                Field("codes", Say("Persons", "対象者"), Kind.MEMBERS, True, means=("code", "person")),
                having(FOUND_ON, label=Say("Day", "処理の年月日"), hint=DAYS),
                Field("lost", Say("The records were lost (再製)", "滅失等による再製"), Kind.FLAG),
            ),
        ),
    ),
    group=RECORDS,
)

CONFIRMATION = Form(
    "confirmation",
    Say("Confirmation of an entry", "記載の確認（職権）"),
    Say(
        "The entry was compared with the papers, though the office before knows nothing of the person.",
        "前住所地に記録がない者の記載を、書類と照合して確認します。",
    ),
    Say("Act art. 8, 30-5", "住民基本台帳法第8条・第30条の5"),
    (Section(Say("The confirmation", "確認"), (_PERSON, having(FOUND_ON, hint=DAYS))),),
    group=RECORDS,
)
FORMS = (CORRECTION, ANNULMENT, ENTRY_EX_OFFICIO, REMAKE, CONFIRMATION)
