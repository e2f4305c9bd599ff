"""Forms of the address supplement and of notices to other municipalities (附票・住民票記載事項通知, Act art. 9(2), 16-20)."""

from openjuki.counter.entry.fields import Choice, Field, Form, Kind, Section
from openjuki.counter.entry.forms.items import ADDRESS, BIRTH, DATES, DAYS, DOMICILE, FOUND_ON, HEAD, KANA, NAME, SEX, SUPPLEMENTS, having
from openjuki.procedures.supplement_notices import Mismatch
from openjuki.register.errors import Say
from openjuki.register.record_notice import FamilyFiling
from openjuki.register.supplement import LeftBecause, Standing

_NUMBER = Field("supplement", Say("Number of the supplement", "附票の番号"), Kind.COUNT, True)
_INDICATION = (having(DOMICILE, required=True), having(HEAD, required=True))
_STANDINGS = tuple(
    Choice(one.value, Say(one.value, word))
    for one, word in (
        (Standing.LIVES, "居住"),
        (Standing.ABROAD, "国外転出"),
        (Standing.REMOVED, "職権消除"),
        (Standing.DEAD, "死亡"),
        (Standing.WITHDRAWN, "取消し"),
    )
)
_KNOWN_ADDRESS = (
    having(ADDRESS, kind=Kind.PLACE, required=False),
    Field("since", Say("Since", "住所を定めた年月日"), Kind.DATE, True, DATES),
    Field("destination", Say("Destination abroad", "国外の転出先")),
    Field("standing", Say("Standing, if another", "別の状態"), Kind.CHOICE, choices=_STANDINGS),
)
_PERSONS = Field(
    "persons",
    Say("Persons of the family register", "戸籍に記載されている者"),
    Kind.ROWS,
    True,
    means=("name", "birth", "address"),
    fields=(NAME, BIRTH, Field("addresses", Say("Addresses, oldest first", "住所（古い順）"), Kind.ROWS, fields=_KNOWN_ADDRESS)),
)
_LAW = Say("Act art. 16, 17, 18; Order art. 18-20", "住民基本台帳法第16条〜第18条、令第18条〜第20条")

MADE = Form(
    "supplement-made",
    Say("Supplement made", "附票の作成"),
    Say("A family register was made here.", "戸籍が編製された場合に附票を作成します。"),
    _LAW,
    (
        Section(
            Say("The register", "戸籍"),
            (
                *_INDICATION,
                Field("made_on", Say("Made on", "編製の年月日"), Kind.DATE, True, DATES),
                _PERSONS,
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)

JOINED = Form(
    "supplement-joined",
    Say("Somebody entered the register", "附票への記載（入籍）"),
    Say("Who entered a family register that has its supplement.", "附票のある戸籍に入籍した者を記載します。"),
    _LAW,
    (
        Section(
            Say("Who", "入籍した者"),
            (
                _NUMBER,
                Field("joined_on", Say("Entered on", "入籍の年月日"), Kind.DATE, True, DATES),
                _PERSONS,
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)

CORRECTION = Form(
    "supplement-correction",
    Say("Supplement corrected", "附票の記載の修正"),
    Say("What is to say something else; blank leaves an item.", "修正する事項だけを入力します。"),
    _LAW,
    (
        Section(
            Say("The correction", "修正"),
            (
                _NUMBER,
                Field(
                    "member",
                    Say("Number of the member", "附票中の番号"),
                    Kind.COUNT,
                    hint=Say("Blank: the register's indication alone.", "戸籍の表示だけを直す場合は空欄にします。"),
                ),
                having(FOUND_ON, hint=DAYS),
                DOMICILE,
                HEAD,
                having(NAME, required=False),
                having(BIRTH, required=False),
                Field("overseas_roll", Say("On the roll of voters abroad of", "在外選挙人名簿の登録市区町村")),
                Field("address", Say("Another address", "住所の行"), Kind.GROUP, fields=_KNOWN_ADDRESS),
                Field(
                    "row",
                    Say("Line that it replaces", "置き換える行"),
                    Kind.TUPLE,
                    hint=Say("Blank: a new last line.", "空欄の場合は最後の行として加えます。"),
                    fields=(
                        Field("residence", Say("Residence", "居住番号"), Kind.COUNT, True),
                        Field("office", Say("Office", "市区町村コード"), Kind.TEXT, True, key="municipality"),
                        Field("place", Say("Place", "順番"), Kind.COUNT, True),
                    ),
                ),
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)

ANNULMENT = Form(
    "supplement-annulment",
    Say("Entry of a supplement annulled", "附票の記載の取消し"),
    Say("An entry that never should have been made.", "誤って記載した附票の記載を取り消します。"),
    _LAW,
    (
        Section(
            Say("The entry", "記載"),
            (
                _NUMBER,
                Field("sequence", Say("Number of the entry", "記載の番号"), Kind.COUNT, True),
                having(FOUND_ON, hint=DAYS),
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)

LEFT = Form(
    "supplement-left",
    Say("Somebody left the register", "附票の消除（除籍）"),
    Say(
        "Who left; with a new register elsewhere its office is told. The last one closes the supplement.",
        "除籍された者を消除します。新しい本籍地があれば通知し、全員が除かれると附票の除票とします。",
    ),
    Say("Act art. 19(3); Order art. 19", "住民基本台帳法第19条第3項、令第19条"),
    (
        Section(
            Say("Who left", "除籍"),
            (
                _NUMBER,
                Field(
                    "because",
                    Say("Why", "事由"),
                    Kind.CHOICE,
                    True,
                    choices=tuple(
                        Choice(one.value, Say(one.value, word))
                        for one, word in (
                            (LeftBecause.DEATH, "死亡"),
                            (LeftBecause.TRANSFER, "転籍"),
                            (LeftBecause.OTHER_REGISTER, "他の戸籍へ入籍"),
                            (LeftBecause.NATIONALITY, "国籍喪失"),
                            (LeftBecause.OTHER, "その他"),
                        )
                    ),
                ),
                Field("left_on", Say("Left on", "除籍の年月日"), Kind.DATE, True, DATES),
                Field(
                    "members",
                    Say("Who", "除かれる者"),
                    Kind.ROWS,
                    count=0,
                    hint=Say("Nobody named: all who are present.", "指定しない場合は在籍者全員とします。"),
                    fields=(
                        Field("member", Say("Number of the member", "附票中の番号"), Kind.COUNT, True),
                        having(NAME, required=False, label=Say("Name there, if another", "新戸籍での氏名（異なる場合）")),
                    ),
                ),
                having(DOMICILE, name="to_domicile", key="registered_domicile", label=Say("New registered domicile", "新しい本籍")),
                having(HEAD, name="to_head", key="registered_domicile_head", label=Say("Head of the new register", "新しい筆頭者")),
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)

WAITING = Form(
    "supplement-waiting",
    Say("Notice that waits for a supplement", "未照合の附票記載事項通知"),
    Say("What a clerk found out about rows that wait.", "該当者の分からない附票記載事項通知を処理します。"),
    Say("Act art. 19(1), 19(2)", "住民基本台帳法第19条第1項・第2項"),
    (
        Section(
            Say("The notice", "通知"),
            (
                Field("number", Say("Number of the notice", "通知の番号"), Kind.COUNT, True),
                having(_NUMBER, required=False),
                Field("member", Say("Number of the member", "附票中の番号"), Kind.COUNT),
                Field(
                    "mismatch",
                    Say("What does not agree with the family register", "戸籍と合わない事項"),
                    Kind.CHOICE,
                    choices=tuple(
                        Choice(one.value, Say(one.value, word))
                        for one, word in zip(
                            Mismatch,
                            ("該当する戸籍がない", "戸籍に記載されていない", "既に除籍されている", "氏名", "生年月日"),
                            strict=True,
                        )
                    ),
                ),
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)

_MEANT = Field(
    "person",
    Say("Whom the filing names", "届出の対象者"),
    Kind.TUPLE,
    True,
    fields=(NAME, BIRTH, SEX, having(ADDRESS, kind=Kind.PLACE, required=False), DOMICILE, HEAD),
)
NOTICE = Form(
    "resident-record-notice",
    Say("Notice of a filing to another municipality", "住民票記載事項通知"),
    Say(
        "A filing was accepted here that concerns somebody who lives elsewhere.",
        "他の市区町村の住民に係る戸籍の届出を受理した場合に通知します。",
    ),
    Say("Act art. 9(2)", "住民基本台帳法第9条第2項"),
    (
        Section(
            Say("The filing", "届出"),
            (
                Field(
                    "to", Say("Code of the municipality of the residence", "住所地の市区町村コード"), Kind.TEXT, True, key="municipality"
                ),
                Field(
                    "filing",
                    Say("Filing", "届出の種類"),
                    Kind.CHOICE,
                    True,
                    choices=tuple(Choice(one.value, Say(one.value, one.value)) for one in FamilyFiling),
                ),
                Field("accepted_on", Say("Accepted on", "受理の年月日"), Kind.DAY, True, DAYS, today=True),
                Field("happened_on", Say("Happened on", "異動の年月日"), Kind.DATE, True, DATES),
                _MEANT,
                Field(
                    "items",
                    Say("What the record is to say", "記載すべき事項"),
                    Kind.TUPLE,
                    fields=(having(NAME, required=False), KANA, DOMICILE, HEAD, having(BIRTH, required=False)),
                ),
                having(_MEANT, name="parent", label=Say("Parent of a newborn", "出生した子の親"), required=False),
            ),
        ),
    ),
    person=False,
    group=SUPPLEMENTS,
)
FORMS = (MADE, JOINED, CORRECTION, ANNULMENT, LEFT, WAITING, NOTICE)
