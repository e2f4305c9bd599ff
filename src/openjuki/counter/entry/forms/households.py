"""Forms of households: separation, merger, change, another householder (世帯分離・合併・変更・世帯主変更, Act art. 25; standard 4.1.4)."""

from openjuki.counter.entry.fields import Field, Form, Kind, Section, Term
from openjuki.counter.entry.forms.items import DAYS, HOUSEHOLD_OF, HOUSEHOLDS, NOTIFIED_ON, STAYING, having
from openjuki.register.errors import Say

_CHANGED_ON = Field("changed_on", Say("Day of the change", "異動日"), Kind.DAY, True, DAYS, "標準4.0.3")
_EX_OFFICIO = Field("ex_officio", Say("Ex officio: nobody notified it", "職権による（届出がない）"), Kind.FLAG, False, None, "標準4.2.0.2")
_TERM = Term(14, "changed_on", "notified_on", Say("Act art. 25", "法第25条"), penalised=True)
_WHEN = Section(Say("When", "異動日と届出日"), (_CHANGED_ON, NOTIFIED_ON, _EX_OFFICIO))

HOUSEHOLD_CHANGE = Form(
    "household-change",
    Say("Change of household", "世帯分離・世帯合併・世帯変更"),
    Say(
        "Members make a household of their own, or join another one, at the same address.",
        "同じ住所で、世帯を分け、又は他の世帯に入る者を記載します。",
    ),
    Say("Act art. 25", "住民基本台帳法第25条"),
    (
        Section(
            Say("Who", "異動者"),
            (
                Field(
                    "members",
                    Say("Who changes, and what each is to the householder then", "異動する者と異動後の続柄"),
                    Kind.RELATIONS,
                    True,
                    Say(
                        "Exactly one is 世帯主, none if they join a household.",
                        "新しい世帯では一人だけを世帯主とします。既存の世帯に入る場合は世帯主を置きません。",
                    ),
                    "法第25条",
                    means=("relationship", "code", "person"),
                ),
                having(
                    HOUSEHOLD_OF,
                    hint=Say(
                        "Name of a member of the household joined, who lives at the same address, or the member's code; "
                        "blank for a separation (世帯分離).",
                        "同じ住所の、入る世帯の世帯員の氏名か住民票コード。世帯分離の場合は空欄にします。",
                    ),
                ),
            ),
        ),
        _WHEN,
        Section(Say("Those who stay", "残る世帯員"), (STAYING,)),
    ),
    group=HOUSEHOLDS,
    term=_TERM,
)

HOUSEHOLDER_CHANGE = Form(
    "householder-change",
    Say("Change of householder", "世帯主変更"),
    Say("Another member heads the household from then on.", "別の世帯員を世帯主とし、続柄を改めます。"),
    Say("Act art. 25", "住民基本台帳法第25条"),
    (
        Section(
            Say("The new householder", "新しい世帯主"),
            (
                Field("householder", Say("Householder from then on", "新しい世帯主"), Kind.MEMBER, True, None, "法第7条第4号"),
                Field(
                    "relations",
                    Say("What the others are to the new householder", "新しい世帯主との続柄"),
                    Kind.OTHERS,
                    False,
                    Say("For every other member.", "他の世帯員全員について入力します。"),
                    "標準4.1.4.2",
                    means=("relationship",),
                ),
            ),
        ),
        _WHEN,
    ),
    group=HOUSEHOLDS,
    term=_TERM,
)
FORMS = (HOUSEHOLD_CHANGE, HOUSEHOLDER_CHANGE)
