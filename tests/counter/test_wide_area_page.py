"""What a clerk is told when a wide-area copy cannot be: each failure in words with what to do next, and nothing lost (広域交付の画面)."""

import threading

import pytest

from tests.counter.running_country import AIRA, CHIYODA
from tests.counter.test_papers import copies_of

pytestmark = pytest.mark.slow


def identified(clerk, **items):
    form = clerk.get("/wide-area")
    person = {"home": "姶良市", "document": "運転免許証"}
    return clerk.post("/wide-area", once=form.hidden("once"), **(person | items))


def asked(clerk, identity, **items):
    clerk.get(identity.headers["location"])
    return clerk.post(identity.headers["location"], **({"of": "self"} | items))


def test_no_proof_no_municipality_and_ones_own_town_are_said_at_their_place(country):
    clerk = country.clerk(CHIYODA)
    code = country.code_of(AIRA, "住基　太郎")
    for wrong, words in (
        ({"document": ""}, "写真付きの書類"),
        ({"home": "なにぬ"}, "市区町村ではありません"),
        ({"home": "千代田区"}, "通常の住民票の写し"),
        ({"code": "12345678901"}, "住民票コード"),
    ):
        said = identified(clerk, **({"name": "住基 太郎", "code": code} | wrong))
        assert said.status == 422 and words in said.words, (wrong, said.words)
        assert 'value="住基 太郎"' in said.text


def test_somebody_elses_code_and_a_wrong_household_are_told_from_a_lost_line(country):
    clerk = country.clerk(CHIYODA)
    code = country.code_of(AIRA, "住基　太郎")
    other = asked(clerk, identified(clerk, name="住基 美子", code=code))
    assert "請求者の住民票コードではありません" in other.words and "新しい請求として受け付ける" in other.words
    household = asked(clerk, identified(clerk, name="住基 太郎", code=code), of="members", members="不在 花子")
    assert "請求者の世帯にない者" in household.words


def test_without_a_code_the_network_finds_it_by_birth_date_and_sex(country):
    clerk = country.clerk(CHIYODA)
    went = asked(clerk, identified(clerk, name="住基 太郎", birth="昭和49年5月3日", sex="1"), extra="relationship")
    assert went.status == 303
    shown = clerk.get(went.headers["location"])
    assert "住基　太郎" in shown.text and "本籍" not in shown.text.replace("本籍・筆頭者は広域交付では記載されません", "")


def test_the_clerk_puts_on_record_that_it_is_not_issued(country):
    clerk = country.clerk(CHIYODA)
    code = country.code_of(AIRA, "住基　太郎")
    went = asked(clerk, identified(clerk, name="住基 太郎", code=code))
    shown = clerk.get(went.headers["location"])
    path = went.headers["location"].replace("/received", "/decline")
    assert clerk.post(path, once=shown.hidden("once"), why="別人の疑い").status == 303
    declined = "SELECT count(*) FROM wide_area_outcome WHERE outcome LIKE 'declined%'"
    assert country.read(CHIYODA, lambda t: t.value(declined)) >= 1


def test_two_clicks_at_once_make_one_paper(country):
    clerk = country.clerk()
    path = copies_of(clerk, "住基 明")
    once = clerk.get(path).hidden("once")
    said = []

    def click():
        said.append(clerk.post(path, once=once, kind="resident-copy", evidence="card").headers.get("location"))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(set(said)) == 1 and None not in said
    issued = "SELECT count(*) FROM issued_document WHERE request = ?"
    assert country.read(AIRA, lambda t: t.value(issued, f"window-{once}")) == 1


def test_what_was_half_filled_in_stands_in_the_form_again_after_a_lost_line(country):
    clerk = country.clerk()
    clerk.get("/wide-area")
    assert clerk.post("/draft", draft="wide-area", name="半ばの 入力").status == 204
    again = country.clerk()  # another session of the same operator: the line was lost, or the browser
    assert 'value="半ばの 入力"' in again.get("/wide-area").text
    assert clerk.post("/draft", draft="../x").status == 422


@pytest.mark.parametrize(("language", "words"), [("ja", "通常の取扱時間 月～金 09:00～17:00"), ("en", "Usual hours Mon-Fri 09:00-17:00")])
def test_before_the_clerk_promises_the_hours_and_the_home_offices_own_page_are_there(country, language, words):
    clerk = country.clerk(CHIYODA)
    clerk.get("/search")
    clerk.post("/language", language=language)
    went = identified(clerk, name="住基 太郎", code=country.code_of(AIRA, "住基　太郎"))
    shown = clerk.get(went.headers["location"])
    assert words in shown.words and f"//{AIRA}.localhost:{country.pages.port}/services" in shown.text
