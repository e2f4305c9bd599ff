"""Forms of codes, numbers, former surname and alias (住民票コード・個人番号・旧氏・通称, Act art. 30-3; 令30の4, 30の14, 30の26)."""

from openjuki.counter.entry.fields import Choice, Field, Form, Kind, Section
from openjuki.counter.entry.forms.items import ALIAS, CERTIFICATE, CODE, DAYS, FORMER_NAME, FOUND_ON, INDIVIDUAL_NUMBER, NUMBERS, having
from openjuki.register.errors import Say

_PERSON = Field("code", Say("Person", "対象者"), Kind.PERSON, True)
_REQUESTED_ON = Field("requested_on", Say("Day of the request", "請求の年月日"), Kind.DAY, True, DAYS, "標準4.2.0.5", today=True)
_EX_OFFICIO = Field("ex_officio", Say("Removed ex officio", "職権による削除"), Kind.FLAG)

CODE_CHANGE = Form(
    "code-change",
    Say("Another code on request", "住民票コードの変更請求"),
    Say(
        "A new code is drawn at random; no reason is asked, and it cannot be chosen. A Juki card becomes invalid.",
        "新しい住民票コードを無作為に付番します。理由は問いません。住民基本台帳カードは失効します。",
    ),
    Say("Act art. 30-3", "住民基本台帳法第30条の3"),
    (Section(Say("The request", "請求"), (_PERSON, _REQUESTED_ON)),),
    group=NUMBERS,
    papers=Say("Written request with address and name; proof of identity.", "住所・氏名を記した変更請求書、本人確認書類"),
)

CODE_CORRECTION = Form(
    "code-correction",
    Say("Code corrected ex officio", "住民票コードの職権記載"),
    Say("The code written is wrong: the right one, or a new one.", "誤って記載された住民票コードを、正しいもの又は新しいものに改めます。"),
    Say("Order art. 30-4", "令第30条の4"),
    (
        Section(
            Say("The correction", "修正"),
            (
                _PERSON,
                having(FOUND_ON, hint=DAYS),
                having(
                    CODE,
                    name="right_code",
                    label=Say("The right code", "正しい住民票コード"),
                    hint=Say("Blank for a new one from the stock.", "空欄にすると新しいコードを付番します。"),
                ),
                Field("another_holds_it", Say("The wrong code is another person's", "誤ったコードは他の者のものである"), Kind.FLAG),
                having(CERTIFICATE, key="right_code"),
            ),
        ),
    ),
    group=NUMBERS,
)

INDIVIDUAL_NUMBER_FORM = Form(
    "individual-number",
    Say("Individual Number", "個人番号の記載・変更・修正"),
    Say("The number is made by the centre; here it is recorded.", "機構が生成した個人番号を記載します。"),
    Say("Number Act art. 7; Order art. 12(3)", "番号法第7条、令第12条第3項"),
    (
        Section(
            Say("The number", "個人番号"),
            (
                _PERSON,
                having(INDIVIDUAL_NUMBER, required=True),
                Field(
                    "basis",
                    Say("Why", "事由"),
                    Kind.CHOICE,
                    True,
                    choices=(
                        Choice("entered", Say("entered or changed ex officio", "職権記載")),
                        Choice("requested", Say("changed on request", "変更請求")),
                        Choice("corrected", Say("a wrong one corrected", "職権修正")),
                    ),
                ),
                having(FOUND_ON, hint=DAYS),
            ),
        ),
    ),
    group=NUMBERS,
)

FORMER_NAME_FORM = Form(
    "former-name",
    Say("Former surname", "旧氏の記載・変更・削除"),
    Say("Entered, changed or removed beside the name.", "氏名に併記する旧氏を記載、変更又は削除します。"),
    Say("Order art. 30-14 of 2019", "令第30条の14（令和元年）"),
    (
        Section(
            Say("The former surname", "旧氏"),
            (
                _PERSON,
                having(FORMER_NAME, blank=True, hint=Say("Blank to remove the one that stands.", "削除する場合は空欄にします。")),
                _REQUESTED_ON,
                _EX_OFFICIO,
            ),
        ),
    ),
    group=NUMBERS,
    papers=Say("Family-register certificate that shows the surname.", "旧氏の記載のある戸籍謄本等"),
)

ALIAS_FORM = Form(
    "alias",
    Say("Alias", "通称の記載・削除"),
    Say(
        "Of a foreign resident. It is not changed: the one is removed, another may be entered.",
        "外国人住民の通称を記載又は削除します。変更はできません。",
    ),
    Say("Order art. 30-26, 30-27", "令第30条の26・第30条の27"),
    (
        Section(
            Say("The alias", "通称"),
            (
                _PERSON,
                having(ALIAS, blank=True, hint=Say("Blank to remove the one that stands.", "削除する場合は空欄にします。")),
                _REQUESTED_ON,
                _EX_OFFICIO,
            ),
        ),
    ),
    group=NUMBERS,
    papers=Say("Two papers or more that show its use.", "国内で使用していることを示す資料"),
)
FORMS = (CODE_CHANGE, CODE_CORRECTION, INDIVIDUAL_NUMBER_FORM, FORMER_NAME_FORM, ALIAS_FORM)
