"""The prefecture's desk (都道府県の画面): counts and offices, no resident; the yearly report; a record error told once."""

import pytest

from tests.counter.running_country import AIRA, KAGOSHIMA_PREFECTURE

pytestmark = pytest.mark.slow


@pytest.fixture
def officer(country):
    return country.clerk(KAGOSHIMA_PREFECTURE, "ken-1")


def test_the_desk_shows_its_municipalities_and_no_resident(officer):
    said = officer.get("/prefecture")
    assert "姶良市" in said.words and "千代田区" not in said.words and "住基　" not in said.text
    for path in ("/search", "/wide-area", "/entry", "/work"):
        assert officer.get(path).status == 403


def test_a_record_error_is_told_once_however_often_the_form_is_sent(country, officer):
    form = officer.get("/prefecture/errors")
    asked = {"once": form.hidden("once"), "code": country.code_of(AIRA, "住基　太郎"), "item": "birth", "why": "旅券と生年月日が違う"}
    assert "市区町村に通報しました" in officer.post("/prefecture/errors", **asked).words
    officer.post("/prefecture/errors", **asked)
    told = "SELECT count(*) FROM audit WHERE tag = 'identity:error:told'"
    assert country.read(KAGOSHIMA_PREFECTURE, lambda t: t.value(told)) == 1
    assert officer.post("/prefecture/errors", **(asked | {"once": "other", "code": "99999999999"})).status == 422


def test_the_yearly_report_and_the_savings_are_there(country, officer):
    assert "この年度の提供はありません" in officer.get("/prefecture/report").words
    assert officer.post("/prefecture/report", year="1990").status == 422
    assert "起きたこと" in country.clerk().get("/savings").words
