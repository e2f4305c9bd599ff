"""The one search box, the resident's page, other days (検索・照会; standard 2.1.1, 2.1.2; X3)."""

import re

import pytest

from openjuki.counter import asking
from openjuki.counter.asking import Asked
from openjuki.offices.resident_index import Kind
from openjuki.register.errors import InvalidInput
from tests.counter.running_country import AIRA

FOUND = [
    "住基 太郎",
    "住基太郎",
    "太郎",
    "じゅうき たろう",
    "ｼﾞｭｳｷﾀﾛｳ",
    "住基 S49.5.3",
    "昭和49年5月3日",
    "1974-05-03 じゅうき",
    "昭和49年5月 住基",
    "宮島町25番地 太郎",
    "鹿児島県姶良市宮島町25 太郎",
]


@pytest.mark.slow
@pytest.mark.parametrize("typed", FOUND)
def test_one_box_finds_taro_by_whatever_is_known(country, typed):
    said = searched(country.clerk(), typed)
    assert "住基　太郎" in said.text, typed


def searched(clerk, typed):
    clerk.get("/search")
    return clerk.post("/search", typed=typed)


@pytest.mark.slow
def test_variants_of_characters_find_each_other(country):
    clerk = country.clerk()
    for typed in ("辻邉子", "辻辺子", "辻󠄂　邉󠄐子"):
        assert "ツジ　ナベコ" in searched(clerk, typed).text


@pytest.mark.slow
def test_a_code_leads_straight_to_the_person_and_stands_in_no_address(country):
    clerk = country.clerk()
    code = country.read(AIRA, lambda t: t.value("SELECT code FROM person LIMIT 1"))
    went = searched(clerk, f"{code[:4]} {code[4:8]} {code[8:]}")
    assert went.status == 303 and code not in went.headers["location"]
    page = clerk.get(went.headers["location"])
    assert code[:4] in page.words and page.headers["cache-control"] == "no-store"


@pytest.mark.slow
def test_what_is_typed_wrong_or_fits_nobody_says_what_to_do(country):
    clerk = country.clerk()
    assert searched(clerk, "  ").status == 422
    assert "該当する人はいません" in searched(clerk, "存在しない氏名").words
    many = searched(clerk, "姶良市")
    assert "人以上います" in many.words or "人見つかりました" in many.words


@pytest.mark.slow
def test_every_search_and_every_look_is_recorded_without_names(country):
    clerk = country.clerk(AIRA, "madoguchi-2")
    said = searched(clerk, "住基 太郎")
    path = re.search(r'href="(/resident/[^"]+)"', said.text)[1]
    clerk.get(path)
    rows = country.read(AIRA, lambda t: t.all("SELECT tag, what FROM audit WHERE operator = 'madoguchi-2' ORDER BY id"))
    tags = [tag for tag, _ in rows]
    assert "counter:resident:searched" in tags and "counter:resident:shown" in tags
    assert not any("住基" in what for _, what in rows)


@pytest.mark.slow
def test_a_handle_of_another_session_opens_nothing(country):
    path = re.search(r'href="(/resident/[^"]+)"', searched(country.clerk(), "住基 太郎").text)[1]
    other = country.clerk(AIRA, "madoguchi-2")
    said = other.get(path)
    assert said.status == 503 and "もう一度検索" in said.words and "太郎" not in said.text


@pytest.mark.slow
def test_the_resident_page_shows_household_history_and_another_day(country):
    clerk = country.clerk()
    page = clerk.get(re.search(r'href="(/resident/[^"]+)"', searched(clerk, "住基 太郎").text)[1])
    assert all(name in page.text for name in ("住基　太郎", "住基　美子", "住基　明", "住基　美智子", "職権記載"))
    path = re.search(r'action="(/resident/[^"]+)"', page.text)[1]
    assert "この台帳に記載がありません" in clerk.post(path, as_of="平成元年1月8日").words
    assert "25番地" in clerk.post(path, as_of="平成20年").words
    assert clerk.post(path, as_of="きのう").status == 422


@pytest.mark.slow
def test_a_person_of_an_unknown_birthday_is_found_by_its_known_year(country):
    clerk = country.clerk()
    assert "不詳　一郎" in searched(clerk, "昭和12年").text
    assert "不詳　一郎" in searched(clerk, "不詳 一郎").text  # a name that is a word of dates as well


@pytest.mark.slow
def test_who_came_after_the_first_search_is_found_too(country):
    clerk = country.clerk()
    searched(clerk, "太郎")
    mother = country.code_of(AIRA, "住基　美子")
    born = {
        "name": "住基　窓",
        "kana": "ジュウキ　マド",
        "sex": 2,
        "birth": "2013-12-01",
        "relationship": "子",
        "notified_on": "2013-12-02",
    }
    country.enter(AIRA, {"kind": "birth", "mother_code": mother, **born})
    assert "住基　窓" in searched(clerk, "ジュウキ マド").text


def test_what_was_typed_is_read_as_what_it_is():
    assert asking.read("１２３４ 5678-901", AIRA) == Asked("12345678901", (), "code")
    assert asking.read("S49.5.3", AIRA).sought[0].keys == ((Kind.BIRTH, "1974-05-03"),)
    assert asking.read("昭和49年5月", AIRA).sought[0].keys == ((Kind.BIRTH, "1974-05-"),)
    assert asking.read("昭和12年月日不詳", AIRA).sought[0].keys == ((Kind.BIRTH, "1937-00-00"),)
    assert asking.read("宮島町25番地", AIRA).sought[0].keys == ((Kind.ADDRESS, "462250 宮島町25"),)
    assert asking.read("住基 太郎 1974", AIRA).kinds == "birth+name"
    with pytest.raises(InvalidInput):
        asking.read(" 　", AIRA)
