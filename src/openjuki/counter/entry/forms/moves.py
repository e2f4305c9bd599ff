"""Forms of moves: moving in, change of address, moving out, between wards (転入・転居・転出・区間異動, Act art. 22-24)."""

from openjuki.counter.entry.fields import Field, Form, Kind, Section, Term
from openjuki.counter.entry.forms.items import (
    ADDRESS,
    ARRIVALS,
    DAYS,
    HOUSEHOLD_OF,
    MOVES,
    NOTIFIED_ON,
    PREVIOUS_ADDRESS,
    STAYING,
)
from openjuki.register.errors import Say

_WHO = Say("Who", "異動者")
_WHERE = Say("Where and when", "異動先と異動日")
_THOSE_WHO_STAY = Say("Those who stay", "残る世帯員")
_MOVED_ON = Field("moved_on", Say("Day of the move", "異動日"), Kind.DAY, True, DAYS, "標準4.0.3", means=("changed_on",))
_MOVERS = Field(
    "movers",
    Say("Who moves, and what each is to the householder there", "異動する者と異動先での続柄"),
    Kind.RELATIONS,
    True,
    Say(
        "Exactly one is 世帯主, none if they join a household.",
        "新しい世帯では一人だけを世帯主とします。既存の世帯に入る場合は世帯主を置きません。",
    ),
    "法第23条",
    means=("relationship", "code", "person"),
)

MOVE_IN = Form(
    "move-in",
    Say("Moving in", "転入"),
    Say(
        "Persons who come from another municipality or from abroad, or are registered for the first time.",
        "他の市区町村又は国外から転入した者、初めて住民となる者を記載します。",
    ),
    Say("Act art. 22; Order art. 22, 23", "住民基本台帳法第22条、令第22条・第23条"),
    (
        Section(
            _WHERE,
            (
                _MOVED_ON,
                NOTIFIED_ON,
                ADDRESS,
                HOUSEHOLD_OF,
                PREVIOUS_ADDRESS,
                Field("from_abroad", Say("From abroad", "国外からの転入"), Kind.FLAG, False, None, "標準1.2.2"),
            ),
        ),
        Section(_WHO, (ARRIVALS,)),
    ),
    person=False,
    group=MOVES,
    term=Term(14, "moved_on", "notified_on", Say("Act art. 22(1)", "法第22条第1項"), penalised=True),
    papers=Say(
        "Moving-out certificate (Act 22(2)); residence card of foreign residents; proof of identity of whoever comes (Act 27).",
        "転出証明書（法第22条第2項）、外国人住民は在留カード等、来庁者の本人確認書類（法第27条）",
    ),
)

CHANGE_OF_ADDRESS = Form(
    "change-of-address",
    Say("Change of address", "転居"),
    Say("A household or some of it moves inside this municipality.", "市区町村内で住所を移した者を記載します。"),
    Say("Act art. 23", "住民基本台帳法第23条"),
    (
        Section(_WHO, (_MOVERS,)),
        Section(
            _WHERE,
            (
                _MOVED_ON,
                NOTIFIED_ON,
                ADDRESS,
                HOUSEHOLD_OF,
                Field(
                    "ex_officio", Say("Ex officio: nobody notified it", "職権による（届出がない）"), Kind.FLAG, False, None, "標準4.2.0.2"
                ),
            ),
        ),
        Section(_THOSE_WHO_STAY, (STAYING,)),
    ),
    group=MOVES,
    term=Term(14, "moved_on", "notified_on", Say("Act art. 23", "法第23条"), penalised=True),
    papers=Say(
        "Proof of identity of whoever comes (Act 27); cards of all who move, to have the address written on.",
        "来庁者の本人確認書類（法第27条）、異動者の住民基本台帳カード等（追記のため）",
    ),
)

MOVE_OUT = Form(
    "move-out",
    Say("Moving out", "転出"),
    Say(
        "Persons who leave for another municipality or abroad; notified beforehand, with the planned day.",
        "他の市区町村又は国外へ転出する者を、あらかじめの届出により予定日で消除します。",
    ),
    Say("Act art. 24; Order art. 23, 24", "住民基本台帳法第24条、令第23条・第24条"),
    (
        Section(_WHO, (Field("leavers", Say("Who leaves", "転出する者"), Kind.MEMBERS, True, None, "法第24条", means=("code", "person")),)),
        Section(
            Say("Where to and when", "転出先と予定日"),
            (
                Field(
                    "leaves_on",
                    Say("Planned day of the move", "転出予定年月日"),
                    Kind.DAY,
                    True,
                    DAYS,
                    "標準4.1.3.0.1",
                    means=("changed_on",),
                ),
                NOTIFIED_ON,
                Field(
                    "destination",
                    Say("Destination", "転出先"),
                    Kind.TEXT,
                    True,
                    Say("At least the municipality; abroad: the country.", "市区町村まででも入力できます。国外へは国名を入力します。"),
                    "標準4.1.3.0.2",
                    suggest="places",
                ),
                Field("abroad", Say("Abroad", "国外への転出"), Kind.FLAG, False, None, "標準1.2.2"),
            ),
        ),
        Section(_THOSE_WHO_STAY, (STAYING,)),
    ),
    group=MOVES,
    term=Term(
        14,
        "leaves_on",
        "notified_on",
        Say("standard 4.1.3.0.1; later it is entered ex officio", "標準4.1.3.0.1。これを過ぎると職権で消除します"),
    ),
    papers=Say("Proof of identity of whoever comes (Act 27).", "来庁者の本人確認書類（法第27条）"),
)

WARD_MOVE = Form(
    "ward-move",
    Say("Move between wards", "区間異動"),
    Say("A move from one ward of a designated city to another.", "指定都市の区の間で住所を移した者を記載します。"),
    Say("Act art. 22, 24, 38; Order art. 31", "住民基本台帳法第22条・第24条・第38条、令第31条"),
    (
        Section(_WHO, (_MOVERS,)),
        Section(_WHERE, (_MOVED_ON, NOTIFIED_ON, ADDRESS, HOUSEHOLD_OF)),
        Section(_THOSE_WHO_STAY, (STAYING,)),
    ),
    group=MOVES,
    term=Term(14, "moved_on", "notified_on", Say("Act art. 22(1), 38", "法第22条第1項、第38条"), penalised=True),
)
FORMS = (MOVE_IN, CHANGE_OF_ADDRESS, MOVE_OUT, WARD_MOVE)
