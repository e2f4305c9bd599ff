"""The guidance desk through the pages of a running country (都道府県の指導, Act art. 31): written, answered, closed; no resident."""

import re
import time

import pytest

from tests.counter.running_country import AIRA, CHIYODA, KAGOSHIMA_PREFECTURE

pytestmark = pytest.mark.slow
PATIENCE_S, LOOK_S = 15.0, 0.05
LETTER = {"municipality": AIRA, "kind": "report", "subject": "本人確認の実施状況", "answer_by": "平成25年12月20日"}
WORDS = "窓口での本人確認について、今年度の件数と\n改善した点を報告してください。"


@pytest.fixture
def officer(country):
    return country.clerk(KAGOSHIMA_PREFECTURE, "ken-1")


@pytest.fixture
def chief(country):
    return country.clerk(AIRA, "kessai")


def written(clerk, path="/guidance", **items):
    """A form of that page, sent."""
    form = clerk.get(path)
    return clerk.post(path, once=form.hidden("once"), **items)


def arrived(clerk, words):
    """The thread of the first line of the list, once its page has these words."""
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        listed = clerk.get("/guidance")
        for path in dict.fromkeys(re.findall(r'href="(/guidance/\d+)"', listed.text)):
            if words in clerk.get(path).text:
                return path
        time.sleep(LOOK_S)
    raise AssertionError(listed.words)


def test_a_letter_is_answered_goes_on_and_is_closed_at_both_desks(country, officer, chief):
    sent = written(officer, **LETTER, words=WORDS)
    assert sent.status == 303, sent.words
    here, there = sent.headers["location"], arrived(chief, "改善した点")
    assert "回答を待つ都道府県の指導 1" in chief.get("/work").words and "回答してください" in chief.get("/guidance").words
    assert written(officer, here, words="", action="close").status == 409  # a report that was asked for has not come
    clerk = country.clerk(AIRA)
    assert "決裁者がログイン" in clerk.get(there).words and "続けて書く" not in clerk.get(there).words
    assert clerk.post(there, once="of a clerk", words="回答").status == 422
    assert written(chief, there, words="年間12件です。", action="send").status == 303
    assert arrived(officer, "年間12件") == here
    assert "市区町村の回答（未確認） 1" in officer.get("/prefecture").words and "回答を待つ都道府県の指導 0" in chief.get("/work").words
    assert written(officer, here, words="改善した点も報告してください。", action="send").status == 303
    arrived(chief, "改善した点も")
    written(chief, there, words="端末を増やしました。", action="send")
    arrived(officer, "端末を増やし")
    assert written(officer, here, words="了解しました。", action="close").status == 303
    arrived(chief, "了解しました")
    for desk, path in ((officer, here), (chief, there)):
        said = desk.get(path)
        assert "完結" in said.words and "<textarea" not in said.text
        order = [said.text.index(words) for words in ("改善した点を", "年間12件", "改善した点も", "端末を増やし", "了解しました")]
        assert order == sorted(order)
    assert written(chief, there, words="追記").status == 409


def test_the_same_letter_and_the_same_answer_sent_twice_are_one(country, officer, chief):
    form = officer.get("/guidance")
    asked = {**LETTER, "kind": "advice", "answer_by": "", "words": "二度送られた助言。", "once": form.hidden("once")}
    assert officer.post("/guidance", **asked).headers["location"] == officer.post("/guidance", **asked).headers["location"]
    there = arrived(chief, "二度送られた")
    answer = {"words": "承知しました。", "action": "send", "once": chief.get(there).hidden("once")}
    assert [chief.post(there, **answer).status for _ in range(2)] == [303, 303]
    assert chief.get(there).text.count("承知しました") == 1 and officer.get("/guidance").text.count("本人確認の実施状況") == 2


def test_a_form_sent_again_in_another_session_after_a_restart_is_the_same_letter(country, officer):
    """What a session knew is gone with the server: the letter's own number decides."""
    form = officer.get("/guidance")
    asked = {**LETTER, "kind": "advice", "answer_by": "", "words": "再起動をまたいだ助言。", "once": form.hidden("once")}
    here = officer.post("/guidance", **asked).headers["location"]
    again = country.clerk(KAGOSHIMA_PREFECTURE, "ken-1")
    again.get("/guidance")
    assert again.post("/guidance", **asked).headers["location"] == here
    further = {"words": "追加の助言。", "action": "send", "once": "further of a session"}
    for desk in (officer, again):
        desk.get(here)
        assert desk.post(here, **further).status == 303
    assert again.get(here).text.count("追加の助言") == 1


def test_no_letter_names_a_resident_and_none_leaves_the_prefecture(country, officer):
    code = country.code_of(AIRA, "住基　太郎")
    spaced = f"{code[:4]} {code[4:8]} {code[8:]}"
    for words in (f"コード{code}の件", f"コード {spaced} の件", code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))):
        refused = written(officer, **LETTER, words=words)
        assert refused.status == 422 and "住民の番号が含まれています" in refused.words and code not in refused.words.replace(words, "")
    assert written(officer, **LETTER, words="電話は099-224-1111、件数は12345678901件。").status == 303
    assert written(officer, **(LETTER | {"municipality": CHIYODA}), words=WORDS).status == 422
    assert written(officer, **(LETTER | {"answer_by": "平成25年12月1日"}), words=WORDS).status == 422
    assert "鹿児島県" not in country.clerk(CHIYODA).get("/guidance").words


def test_a_section_of_the_town_hall_sees_no_guidance(country):
    assert country.clerk(AIRA, "zeimu").get("/guidance").status == 403
