"""Forms of areas: renumbered addresses, territories that go or come (住居表示・境界変更, 令12(2)7; Rules 21-2; standard 9.7)."""

from openjuki.counter.entry.fields import Field, Form, Kind, Section
from openjuki.counter.entry.forms.items import AREAS, DAYS, FOUND_ON, having
from openjuki.register.errors import Say

_HOLDS_FROM = Field("holds_from", Say("Holds from", "実施の年月日"), Kind.DAY, True, DAYS, means=("changed_on",))
_BEFORE = Field(
    "before",
    Say("Address before", "旧住所"),
    Kind.PLACE,
    True,
    Say("Without a block the whole town is meant.", "番地・号を空欄にすると町全体を指します。"),
)
_AFTER = Field("after", Say("Address after", "新住所"), Kind.PLACE, True)
_TABLE = Field(
    "table", Say("Table of addresses", "新旧住所の対照"), Kind.ROWS, True, fields=(_BEFORE, _AFTER), means=("address", "municipality")
)

RENUMBERING = Form(
    "renumbering",
    Say("Renumbering of addresses", "住居表示の実施・地番の変更"),
    Say(
        "Addresses get new words, nobody moves. Every resident at an address of the table is corrected.",
        "住所の表示だけが変わります。対照表の住所の住民全員を軽微な修正とします。",
    ),
    Say("Order art. 12(2)7; Rules art. 21-2", "令第12条第2項第7号、規則第21条の2"),
    (Section(Say("The table", "対照表"), (_HOLDS_FROM, having(FOUND_ON, hint=DAYS), _TABLE)),),
    person=False,
    group=AREAS,
)

BOUNDARY_CHANGE = Form(
    "boundary-change",
    Say("Territory that goes to another municipality", "境界変更等（引渡し）"),
    Say(
        "The records of all who live there end; the file for the other municipality is made.",
        "区域内の住民の住民票を消除し、相手方市区町村に渡すファイルを作成します。",
    ),
    Say("Order art. 12(2)7", "令第12条第2項第7号"),
    (
        Section(
            Say("The territory", "区域"),
            (
                Field("to", Say("Municipality that takes it over", "相手方の市区町村"), Kind.TEXT, True, suggest="municipalities"),
                _HOLDS_FROM,
                having(FOUND_ON, hint=DAYS),
                _TABLE,
            ),
        ),
    ),
    person=False,
    group=AREAS,
)

TAKE_OVER = Form(
    "boundary-take-over",
    Say("Territory that comes from another municipality", "境界変更等（引受け）"),
    Say(
        "The residents of the file are entered, with code, household and all items.",
        "ファイルの住民を、コード・世帯・全事項とともに記載します。",
    ),
    Say("Order art. 12(2)7", "令第12条第2項第7号"),
    (
        Section(
            Say("The file", "引継ぎファイル"),
            (
                Field(
                    "*",
                    Say("File of the territory", "引継ぎファイル"),
                    Kind.FILE,
                    True,
                    Say("Choose the file, or paste what it holds.", "ファイルを選ぶか、内容を貼り付けます。"),
                    key="*",
                    means=("persons", "holds_from", "handed_on", "address", "municipality"),
                ),
            ),
        ),
    ),
    person=False,
    group=AREAS,
)
FORMS = (RENUMBERING, BOUNDARY_CHANGE, TAKE_OVER)
