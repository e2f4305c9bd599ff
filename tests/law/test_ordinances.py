"""Ordinance files: read strictly, and refused with item, reason and remedy (条例で定める事務)."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.cli.main import main
from openjuki.law.ordinances import OrdinanceArticle, load_ordinances, read_ordinances
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
    (ordinance,) = read_ordinances(in_json({**CAR_TAX, **changes}))
    return ordinance


def in_json(*tables):
    return json.dumps({"ordinance": tables}, ensure_ascii=False)


def refused(data):
    with pytest.raises(InvalidInput) as caught:
        read_ordinances(data)
    return caught.value


def test_toml_and_json_of_the_same_items_are_the_same_ordinance():
    assert read_ordinances(TOML) == read_ordinances(TOML.encode()) == read_ordinances(in_json(CAR_TAX))


def test_an_ordinance_says_who_may_ask_what_for_what():
    (ordinance,) = read_ordinances(TOML)
    assert ordinance.id == OrdinanceId(KAGOSHIMA, "car-tax")
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


UNTIL_MARCH = {**CAR_TAX, "in_force_until": "2014-03-31", "fields": ["name"]}
FROM_APRIL = {**CAR_TAX, "in_force_from": "2014-04-01"}


def in_force(ordinances, day):
    return [ordinance for ordinance in ordinances if ordinance.in_force(day)]


@pytest.mark.parametrize("tables", [(UNTIL_MARCH, FROM_APRIL), (FROM_APRIL, UNTIL_MARCH)])
def test_a_later_wording_follows_the_earlier_one_from_its_day_on(tables):
    held = read_ordinances(in_json(*tables))
    assert [each.policy.fields for each in in_force(held, "2014-03-31")] == [{Field.NAME}]
    assert [each.policy.fields for each in in_force(held, "2014-04-01")] == [{Field.NAME, Field.ADDRESS}]


@pytest.mark.parametrize("last", ["2014-04-01", "2015-01-01"])
def test_two_wordings_that_hold_on_one_day_are_refused(last):
    error = refused(in_json({**UNTIL_MARCH, "in_force_until": last}, FROM_APRIL))
    assert error.item == "ordinance 2: id"
    assert "in_force_until" in error.remedy.ja


@given(
    st.dates(date(2002, 8, 5), date(2030, 1, 1)), st.integers(0, 900), st.dates(date(2002, 8, 5), date(2030, 1, 1)), st.integers(-1, 900)
)
def test_no_two_wordings_that_were_read_hold_on_one_day(first, length, second, other_length):
    days = [(first, length), (second, other_length)]
    tables = [
        {**CAR_TAX, "in_force_from": str(since)} | ({"in_force_until": str(since + timedelta(last))} if last >= 0 else {})
        for since, last in days
    ]
    ours = {since + timedelta(day) for since, last in days[:1] for day in range(last + 1)}
    theirs = ours & {day for day in ours if day >= second and (other_length < 0 or day <= second + timedelta(other_length))}
    try:
        assert len(read_ordinances(in_json(*tables))) == 2
        assert not theirs
    except InvalidInput:
        assert theirs


def test_files_are_loaded_together_and_a_fault_names_its_file():
    good, other = TOML.encode(), in_json({**CAR_TAX, "id": "harbour"}).encode()
    assert {each.id.id for each in load_ordinances({"a.toml": good, "b.json": other})} == {"car-tax", "harbour"}
    with pytest.raises(InvalidInput) as caught:
        load_ordinances({"b.toml": good, "a.toml": good})
    assert caught.value.item == "b.toml: ordinance 1: id"
    with pytest.raises(InvalidInput) as caught:
        load_ordinances({"a.toml": good, "c.toml": b"[[ordinance"})
    assert caught.value.item == "c.toml: file"


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


def test_the_command_says_which_affairs_are_in_force_on_a_day(tmp_path):
    (tmp_path / "a.json").write_text(in_json(UNTIL_MARCH, FROM_APRIL), encoding="utf-8")
    (tmp_path / "b.toml").write_text(TOML.replace("car-tax", "harbour"), encoding="utf-8")
    arguments = ["law", "ordinances", str(tmp_path / "a.json"), str(tmp_path / "b.toml"), "--date", "2014-03-31"]
    rows = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout)
    assert [(row["affair_id"], row["in_force"]) for row in rows] == [
        (f"ordinance:{KAGOSHIMA}:car-tax", True),
        (f"ordinance:{KAGOSHIMA}:car-tax", False),
        (f"ordinance:{KAGOSHIMA}:harbour", True),
    ]
    assert CliRunner().invoke(main, [*arguments, "--lang", "ja"]).stdout.count("施行中") == 2


def test_the_command_names_the_file_whose_ordinance_is_wrong(tmp_path):
    (tmp_path / "a.json").write_text(in_json({**CAR_TAX, "fields": []}), encoding="utf-8")
    ran = CliRunner().invoke(main, ["law", "ordinances", str(tmp_path / "a.json"), "--json"])
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["error"]["item"].endswith("a.json: ordinance 1: fields")
