"""The items of a resident for import and export, and rows that are right or wrong in many places (住民データの項目)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.errors import InvalidInput
from openjuki.register.identity import Identity, Sex
from openjuki.register.item_kinds import RESIDENCE_CLASSES, ItemKind
from openjuki.register.items import (
    BY_KEY,
    ITEMS,
    KEY_OF_COLUMN,
    Secrecy,
    check_row,
    read_row,
    row_from,
    unknown_columns,
)

ROW = {
    "household_number": "00000019",
    "address_number": "00000027",
    "name": "葛\U000e0102城太郎",
    "kana": "カツラギタロウ",
    "birth": "昭和12年5月3日",
    "sex": "男",
    "relationship": "妻(未届)の父",
    "householder_name": "葛城一郎",
    "registered_domicile": "不明",
    "registered_domicile_head": "不明",
    "became_resident_on": "昭和40年月日不詳",
    "municipality": "４６２１８７",
    "town": "霧島大窪",
    "block": "45番1号",
    "building": "　",
    "address_since": "2001-04-01",
    "notified_on": "H13.4.3",
    "resident_code": "24727-059608",
    "individual_number": "",
    "national_health_insurance": "1",
    "pension_kind": "1",
}
FOREIGN = {
    **{key: value for key, value in ROW.items() if not key.startswith("registered") and key != "became_resident_on"},
    "nationality": "米国",
    "became_foreign_resident_on": "2012-07-09",
    "residence_class": "特別永住者",
}


def wrong_keys(row):
    return [error.item.split(" ")[0] for error in check_row(row)]


def test_a_row_as_offices_write_it_comes_out_canonical():
    values = row_from(ROW)
    assert values["name"] == ROW["name"]
    assert values["birth"] == "1937-05-03"
    assert values["became_resident_on"] == "1965-00-00"
    assert values["notified_on"] == "2001-04-03"
    assert values["sex"] is Sex.MALE
    assert values["relationship"] == "妻（未届）の父"
    assert values["municipality"] == "462187"
    assert values["resident_code"] == "24727059608"
    assert values["national_health_insurance"] is True
    assert values["pension_kind"] == "1"
    assert "building" not in values
    assert "individual_number" not in values


def test_a_foreign_resident_has_other_items():
    assert check_row(FOREIGN) == []
    assert wrong_keys({**FOREIGN, "registered_domicile": "東京都"}) == ["registered_domicile"]
    assert wrong_keys({**FOREIGN, "became_foreign_resident_on": " ", "residence_class": "旅行者"}) == [
        "residence_class",
        "became_foreign_resident_on",
    ]


def test_every_error_of_a_row_is_told_at_once_with_key_and_japanese_name():
    row = {
        **ROW,
        "name": "",
        "birth": "昭和12年13月",
        "sex": "x",
        "resident_code": "24727059609",
        "municipality": "462188",
        "town": "",
        "shoe": "1",
    }
    assert wrong_keys(row) == ["shoe", "name", "birth", "sex", "municipality", "resident_code"]
    assert "氏名" in check_row(row)[1].item
    with pytest.raises(InvalidInput):
        row_from(row)


BAD_VALUES = [
    ("household_number", "世帯一"),
    ("household_number", "1" * 16),
    ("address_number", ""),
    ("name", "太\u0000郎"),
    ("name", "郎" * 101),
    ("name", "葛城 taro"),
    ("kana", "katsuragi"),
    ("birth", ""),
    ("birth", "昭和64年又は平成2年"),
    ("sex", ""),
    ("relationship", "孫"),
    ("became_resident_on", ""),
    ("became_resident_on", "1936-12-31"),
    ("registered_domicile", ""),
    ("municipality", "460001"),
    ("municipality", "010006"),
    ("town", ""),
    ("block", ""),
    ("address_since", "1937-04-00"),
    ("notified_on", "平成13年月日不詳"),
    ("notified_on", "2001-02-29"),
    ("resident_code", "2472705960"),
    ("individual_number", "123456789010"),
    ("national_health_insurance", "有"),
    ("pension_kind", "4"),
]


@pytest.mark.parametrize(("key", "value"), BAD_VALUES)
def test_a_bad_value_is_one_error_of_its_item_that_does_not_repeat_it(key, value):
    errors = check_row({**ROW, key: value})
    assert [error.item.split(" ")[0] for error in errors] == [key]
    assert errors[0].item == f"{key} {BY_KEY[key].japanese}"
    for language in ("ja", "en"):
        assert len(value) < 4 or value not in errors[0].text(language)


def test_good_values_beside_the_bad_ones_are_still_read():
    values, errors = read_row({**ROW, "sex": "x"})
    assert len(errors) == 1
    assert values["birth"] == "1937-05-03"


def test_the_householder_cannot_have_two_names():
    assert wrong_keys({**ROW, "relationship": "世帯主"}) == ["householder_name"]
    assert wrong_keys({**ROW, "relationship": "世帯主", "householder_name": ROW["name"]}) == []


def test_an_unknown_birth_contradicts_no_date():
    assert wrong_keys({**ROW, "birth": "年月日不詳"}) == []
    assert wrong_keys({**ROW, "birth": "昭和40年月日不詳", "became_resident_on": "昭和40年5月"}) == []


def test_columns_are_known_by_key_and_by_japanese_name():
    assert unknown_columns(["name", "氏名", "住民票コード", "shoe size"]) == ["shoe size"]
    assert KEY_OF_COLUMN["世帯主との続柄"] == "relationship"
    assert len({item.key for item in ITEMS} | {item.japanese for item in ITEMS}) == 2 * len(ITEMS)
    assert [item.number for item in ITEMS] == list(range(1, len(ITEMS) + 1))


def test_only_what_identity_holds_may_go_to_prefecture_and_centre():
    goes = {item.key for item in ITEMS if item.secrecy is Secrecy.IDENTITY}
    assert goes - {"municipality", "town", "block", "building", "resident_code"} == set(Identity.__struct_fields__) - {"address", "code"}


def test_every_kind_and_class_is_used_and_read():
    assert {item.kind for item in ITEMS} == set(ItemKind)
    assert all(check_row({**FOREIGN, "residence_class": name}) == [] for name in RESIDENCE_CLASSES)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from([item.key for item in ITEMS]), st.text(max_size=30)))
def test_no_row_breaks_the_check(row):
    values, errors = read_row(row)
    assert errors
    assert set(values) <= set(row)
