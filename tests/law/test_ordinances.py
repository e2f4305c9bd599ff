"""Ordinance files: read strictly, and refused with item, reason and remedy (条例で定める事務)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.law.ordinances import OrdinanceArticle, read_ordinances
from openjuki.law.policy import Field, Key
from openjuki.law.purposes import OrdinanceId
from openjuki.register.codes import with_check_digit
from openjuki.register.errors import InvalidInput

KAGOSHIMA, TAX, KIRISHIMA, AIRA = with_check_digit("46000"), with_check_digit("46010"), "462187", "462250"

CAR_TAX = {
    "id": "car-tax",
    "office": KAGOSHIMA,
    "article": "30-8(1)2",
    "askers": [TAX],
    "bodies": ["鹿児島県税務課"],
    "affair": {"en": "car tax", "ja": "自動車税の賦課"},
    "fields": ["name", "address"],
    "key_sets": [["name", "birth"], ["code"]],
    "in_force_from": "2013-04-01",
}
TOML = f"""
[[ordinance]]
id = "car-tax"
office = "{KAGOSHIMA}"
article = "30-8(1)2"
askers = ["{TAX}"]
bodies = ["鹿児島県税務課"]
affair = {{ en = "car tax", ja = "自動車税の賦課" }}
fields = ["name", "address"]
key_sets = [["name", "birth"], ["code"]]
in_force_from = "2013-04-01"
"""


def read_one(**changes):
    return next(iter(read_ordinances(in_json({**CAR_TAX, **changes})).values()))


def in_json(*tables):
    return json.dumps({"ordinance": tables}, ensure_ascii=False)


def refused(data):
    with pytest.raises(InvalidInput) as caught:
        read_ordinances(data)
    return caught.value


def test_toml_and_json_of_the_same_items_are_the_same_ordinance():
    assert read_ordinances(TOML) == read_ordinances(TOML.encode()) == read_ordinances(in_json(CAR_TAX))


def test_an_ordinance_says_who_may_ask_what_for_what():
    ordinance = read_ordinances(TOML)[OrdinanceId(KAGOSHIMA, "car-tax")]
    assert ordinance.article is OrdinanceArticle.OWN_USE
    assert ordinance.askers == {TAX}
    assert ordinance.affair.ja == "自動車税の賦課"
    assert ordinance.policy.fields == {Field.NAME, Field.ADDRESS}
    assert ordinance.policy.key_sets == {frozenset({Key.NAME, Key.BIRTH}), frozenset({Key.CODE})}
    assert ordinance.policy.hits_max == 10


def test_an_ordinance_holds_from_its_first_to_its_last_day():
    open_end, closed = read_one(), read_one(in_force_until="2014-03-31")
    assert not open_end.in_force("2013-03-31")
    assert open_end.in_force("2013-04-01")
    assert open_end.in_force("2099-01-01")
    assert closed.in_force("2014-03-31")
    assert not closed.in_force("2014-04-01")


def test_limits_may_be_given():
    assert read_one(hits_max=5, per_day_max=200).policy.hits_max == 5


def test_between_municipalities_the_ordinance_is_the_giving_municipalitys():
    ordinance = read_one(article="30-6", office=KIRISHIMA, askers=[AIRA], bodies=["姶良市長"])
    assert ordinance.id == OrdinanceId(KIRISHIMA, "car-tax")


@pytest.mark.parametrize("item", CAR_TAX)
def test_a_missing_item_is_named(item):
    error = refused(in_json({name: value for name, value in CAR_TAX.items() if name != item}))
    assert error.item == f"ordinance 1: {item}"
    assert "missing" in error.reason.en
    assert error.remedy.ja


FAULTS = [
    ("id", "Car Tax"),
    ("id", "x" * 41),
    ("id", 7),
    ("office", "46"),
    ("office", "460002"),
    ("office", KIRISHIMA),
    ("office", with_check_digit("99000")),
    ("article", "30-10"),
    ("article", "30-7(3)"),
    ("askers", []),
    ("askers", TAX),
    ("askers", ["460100"]),
    ("askers", [TAX, TAX]),
    ("bodies", [""]),
    ("bodies", None),
    ("affair", "car tax"),
    ("affair", {"en": "car tax"}),
    ("affair", {"en": "", "ja": ""}),
    ("affair", {"en": "a", "ja": "b", "fr": "c"}),
    ("fields", []),
    ("fields", ["name", "household"]),
    ("fields", ["name", "name"]),
    ("key_sets", []),
    ("key_sets", [["name"]]),
    ("key_sets", [["address", "birth"]]),
    ("key_sets", [["code"], ["name"]]),
    ("key_sets", [[]]),
    ("key_sets", [None]),
    ("key_sets", ["code"]),
    ("key_sets", [["name", "sex"]]),
    ("in_force_from", "2013-02-29"),
    ("in_force_from", "平成25年4月1日"),
    ("in_force_from", "20130401"),
    ("in_force_from", "２０１３-04-01"),
    ("in_force_until", "2013-03-31"),
    ("in_force_until", None),
    ("hits_max", 0),
    ("hits_max", 51),
    ("hits_max", True),
    ("hits_max", "5"),
    ("per_day_max", 1_000_001),
    ("forward_match", True),
]


@pytest.mark.parametrize(("item", "value"), FAULTS)
def test_a_faulty_item_is_named_with_a_remedy_in_both_languages(item, value):
    error = refused(in_json(CAR_TAX, {**CAR_TAX, "id": "second", item: value}))
    assert error.item == f"ordinance 2: {item}"
    assert error.reason.en
    assert error.reason.ja
    assert error.remedy.en
    assert error.remedy.ja


def test_a_prefecture_cannot_make_an_ordinance_between_municipalities():
    assert refused(in_json({**CAR_TAX, "article": "30-6"})).item == "ordinance 1: office"


def test_an_id_given_twice_is_refused():
    assert refused(in_json(CAR_TAX, CAR_TAX)).item == "ordinance 2: id"


@pytest.mark.parametrize(
    "data", ["", "[[ordinance", "{", "{}", '{"ordinance": {}}', '{"ordinance": []}', '{"ordinance": [], "x": 1}', b"\xff\xfe"]
)
def test_a_file_that_holds_no_ordinances_is_refused(data):
    assert refused(data).item == "file"


def test_a_list_of_something_else_is_refused():
    assert refused('{"ordinance": [1]}').item == "ordinance 1"


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.lists(st.lists(SCALARS, max_size=2), max_size=2)


@settings(max_examples=60)
@given(st.sampled_from([*CAR_TAX, "in_force_until", "hits_max"]), VALUES)
def test_whatever_stands_in_an_item_the_answer_is_an_ordinance_or_a_fault_with_its_name(item, value):
    try:
        read_ordinances(in_json({**CAR_TAX, item: value}))
    except InvalidInput as error:
        assert error.item == f"ordinance 1: {item}"
