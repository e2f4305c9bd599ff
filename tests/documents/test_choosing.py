"""Which items a paper shows, and which it never can (記載事項の選択)."""

import datetime

import msgspec
import pytest

from openjuki.documents import choosing
from openjuki.documents.blocks import blocks_of
from openjuki.documents.choosing import Choice
from openjuki.documents.composing import compose
from openjuki.documents.content import AnyContent, Content, WideAreaPerson
from openjuki.documents.sheet import Grid, words
from openjuki.register.addresses import Address
from openjuki.register.change import Previous
from openjuki.register.errors import InvalidInput
from openjuki.register.identity import Sex, Status
from openjuki.register.moving_out_certificate import CertifiedPerson, MoveOutCertificate
from openjuki.register.record import ResidentRecord
from tests.documents import papers

RECORD = ResidentRecord(
    person=1, name="住基　太郎", kana="ジュウキ　タロウ", birth="1974-05-03", sex=Sex.MALE, household=1, relationship="世帯主",
    registered_domicile="鹿児島県霧島市国分中央１丁目", registered_domicile_head="住基　一", became_resident_on="1999-04-01",
    address=Address("462250", "宮島町", "２５番地"), address_since="1999-04-01", notified_on="1999-04-02", previous_address="",
    code="24727059608", individual_number="", former_name="", alias="", residence=1, status=Status.RESIDENT,
)  # fmt: skip
REMOVED = msgspec.structs.replace(RECORD, status=Status.REMOVED, removed_on="2013-11-30", moved_to="東京都千代田区")
SPECIAL = {
    Choice.RELATIONSHIP: ("世帯主", "続柄"),
    Choice.DOMICILE: ("本籍", "筆頭者"),
    Choice.CODE: ("住民票コード",),
    Choice.NUMBER: ("個人番号",),
}


DAY = datetime.date(2013, 12, 2)


def cells(content: Content, issued_on: datetime.date = DAY) -> dict[str, str]:
    """Values by their labels."""
    return {
        cell.label: cell.value for block in blocks_of(content, issued_on) if isinstance(block, Grid) for row in block.rows for cell in row
    }


@pytest.mark.parametrize("choice", SPECIAL)
def test_an_item_that_needs_a_special_request_is_left_out_without_one(choice):
    numbered = msgspec.structs.replace(RECORD, individual_number="123456789018")
    without, shown = (
        cells(choosing.resident_copy([numbered], "住基　太郎")),
        cells(choosing.resident_copy([numbered], "住基　太郎", {choice})),
    )
    for label in SPECIAL[choice]:
        assert without[label] == "省略" and shown[label] not in ("省略", "（空欄）")
    others = {label for other, labels in SPECIAL.items() if other is not choice for label in labels}
    assert all(shown[label] == "省略" for label in others)


def test_before_there_were_individual_numbers_no_cell_speaks_of_them():
    assert "個人番号" not in cells(choosing.resident_copy([RECORD], "住基　太郎", set(Choice)))


def test_the_reading_follows_the_name_in_brackets_if_it_was_chosen():
    assert cells(choosing.resident_copy([RECORD], "", {Choice.KANA}))["氏名"] == "住基　太郎　（ジュウキ　タロウ）"
    assert cells(choosing.resident_copy([RECORD], ""))["氏名"] == "住基　太郎"


def test_a_wide_area_copy_has_no_place_for_the_family_register():
    assert not {"registered_domicile", "registered_domicile_head", "individual_number"} & set(WideAreaPerson.__struct_fields__)
    whole = choosing.printed(RECORD, "住基　太郎", set(Choice))
    content = choosing.wide_area_copy([whole], "鹿児島県姶良市", "2013-12-02")
    assert type(content.persons[0]) is WideAreaPerson
    said = "".join(words(compose(content, papers.issue_for(content)))) + msgspec.json.encode(content).decode()
    assert not any(word in said for word in (RECORD.registered_domicile, RECORD.registered_domicile_head, "本籍", "筆頭者"))
    assert "住所地市町村長である鹿児島県姶良市長から" in said and "第12条の4第1項" in said


def test_a_removed_record_and_a_present_one_are_not_taken_for_each_other():
    assert cells(choosing.removed_copy(REMOVED, ""))["転出先"] == "東京都千代田区"
    for record, make in ((RECORD, choosing.removed_copy), (REMOVED, lambda one, head: choosing.resident_copy([one], head))):
        with pytest.raises(InvalidInput):
            make(record, "")


def test_a_certificate_of_items_shows_the_chosen_ones_only():
    shown = cells(choosing.items_certificate(RECORD, "住基　太郎", {Choice.DOMICILE}))
    assert set(shown) == {"氏名", "生年月日", "性別", "住所", "本籍", "筆頭者"}
    assert choosing.items_certificate(REMOVED, "").removed


def test_a_household_stands_in_the_order_of_the_standard():
    child = msgspec.structs.replace(RECORD, person=2, name="住基　光", relationship="子", birth="2005-01-01")
    wife = msgspec.structs.replace(RECORD, person=3, name="住基　花", relationship="妻", birth="1976-01-01")
    made = choosing.household_copy([child, wife, RECORD], "住基　太郎")
    assert [one.name for one in made.persons] == ["住基　太郎", "住基　花", "住基　光"]


@pytest.mark.parametrize("name", sorted(papers.contents()))
def test_what_is_attached_reads_back_to_the_same_content(name):
    content = papers.contents()[name]
    assert msgspec.json.decode(msgspec.json.encode(content), type=AnyContent) == content


def test_a_moving_out_certificate_carries_the_residence_that_ends_and_says_what_it_stands_for():
    one = CertifiedPerson(
        name=RECORD.name, kana=RECORD.kana, birth=RECORD.birth, sex=RECORD.sex, relationship="世帯主",
        registered_domicile=RECORD.registered_domicile, registered_domicile_head=RECORD.registered_domicile_head, code=RECORD.code,
        individual_number="", former_name="", alias="", ended=Previous(3, "462250", 5, RECORD.code),
    )  # fmt: skip
    made = MoveOutCertificate("462250", "住基　太郎", RECORD.address, "東京都千代田区", "2013-12-10", "2013-12-02", (one,))
    content = choosing.moving_out(made)
    said = list(words(compose(content, papers.issue_for(content))))
    assert "住所の順番 3　本人確認情報の版 5" in said and "転出証明書" in said and "平成25年12月10日" in said
    assert (content.persons[0].residence, content.persons[0].version) == (3, 5)
    late = choosing.moving_out(msgspec.structs.replace(made, equivalent=True, reissued=True))
    said = list(words(compose(late, papers.issue_for(late))))
    assert {"転出証明書に準ずる証明書", "様式 0010008", "再交付", "転出年月日"} <= set(said)


def test_code_slips_say_whose_code_and_why():
    for word, kind in choosing.SLIP_KINDS.items():
        slip = choosing.code_slip(kind, RECORD, "899-5432", "2013-12-02")
        said = "".join(words(compose(slip, papers.issue_for(slip))))
        assert slip.kind is kind and "2472-7059-608" in said and ("変更" in said) == (word == "code-changed")


@pytest.mark.parametrize(
    ("issued_on", "stays_until", "leaves_on"),
    [
        ("2013-12-02", "平成32年3月31日", "平成31年5月7日"),
        ("2019-03-31", "平成32年3月31日", "平成31年5月7日"),
        ("2019-04-01", "令和2年3月31日", "令和元年5月7日"),
    ],
)
def test_days_to_come_stand_in_an_era_that_was_known_when_the_paper_was_issued(issued_on, stays_until, leaves_on):
    day, kinds = datetime.date.fromisoformat(issued_on), papers.contents()
    visitor = msgspec.structs.replace(papers.foreigner(), foreign={"nationality": "ベトナム", "stay_until": "2020-03-31"})
    for name in ("resident-copy", "household-copy", "wide-area-copy"):
        shown = cells(msgspec.structs.replace(kinds[name], persons=(visitor,)), day)
        assert (shown["在留期間の満了の日"], shown["生年月日"]) == (stays_until, "昭和12年5月3日"), name
    moving = msgspec.structs.replace(kinds["moving-out-certificate"], leaves_on="2019-05-07")
    assert cells(moving, day)["転出予定年月日"] == leaves_on
    issue = msgspec.structs.replace(papers.issue_for(moving), day=day)
    assert leaves_on in "".join(words(compose(moving, issue)))
