"""What goes wrong at the window is told in the clerk's language, with what to do next, and nothing is lost (窓口の障害時の表示)."""

import re
import threading
import time

import pytest

from openjuki.offices.municipality import decode_record
from tests.counter.card_at_the_desk import agent_at, card_of, read_card
from tests.counter.running_country import AIRA, CHIYODA, SETAGAYA
from tests.counter.test_moving import IN
from tests.counter.test_moving_out_papers import settled
from tests.counter.test_papers import page_of
from tests.counter.test_wide_area_page import asked, identified

pytestmark = pytest.mark.slow
both = pytest.mark.parametrize("language", ["ja", "en"])


def sat_down(country, office, language):
    """A clerk whose pages speak that language."""
    clerk = country.clerk(office)
    clerk.get("/search")
    clerk.post("/language", language=language)
    return clerk


def told(said, language, japanese, english):
    """The page says it in its language, and in no other."""
    words = {"ja": japanese, "en": english}
    assert f'lang="{language}"' in said.text
    for one in words[language]:
        assert one in said.words, said.words
    assert not any(one in said.words for other, texts in words.items() if other != language for one in texts)


def stands(said, **typed):
    """What was typed stands in the page."""
    for text in typed.values():
        assert f'value="{text}"' in said.text


@both
def test_no_id(country, language):
    clerk = sat_down(country, CHIYODA, language)
    said = identified(clerk, name="住基 太郎", code="24727059608", document="")
    assert said.status == 422
    told(
        said, language, ("本人確認書類が選ばれていません", "写真付きの書類の提示を求めてください"),
        ("nothing proves who asks", "Ask for a document with a photo"),
    )  # fmt: skip
    stands(said, home="姶良市", name="住基 太郎", code="24727059608")


@both
def test_somebody_elses_code(country, language):
    clerk = sat_down(country, CHIYODA, language)
    said = asked(clerk, identified(clerk, name="住基 美子", code=country.code_of(AIRA, "住基　太郎")))
    told(
        said, language, ("請求者の住民票コードではありません", "書類と照らしてください", "新しい請求として受け付ける"),
        ("The code is not that of the requester", "Compare name and code with the document"),
    )  # fmt: skip
    assert "住基 美子" in said.words


@both
def test_wrong_household(country, language):
    clerk = sat_down(country, CHIYODA, language)
    went = identified(clerk, name="住基 太郎", code=country.code_of(AIRA, "住基　太郎"))
    said = asked(clerk, went, of="members", members="不在 花子")
    told(
        said, language, ("請求者の世帯にない者", "写しに載せる者を確かめてください"),
        ("Somebody named is not of the requester's household", "Check whom the copy is to show"),
    )  # fmt: skip
    assert "不在 花子</textarea>" in said.text


@pytest.fixture(scope="module")
def at_setagaya(country):
    """Somebody who lives in Setagaya."""
    return settled(country, "世田谷　待子", "玉川一丁目", office=SETAGAYA, birth="1980-02-03")


def errand(country, clerk, code, **items):
    """Page 2 of an application to Setagaya: its path."""
    went = identified(clerk, **({"home": "世田谷区", "name": "世田谷 待子", "code": code} | items))
    assert went.status == 303, went.words
    path = went.headers["location"]
    clerk.get(path)
    return path


def eventually(clerk, path):
    """The same sent again until the line is up: the page with what was received."""
    for _ in range(60):
        if (again := clerk.post(path, of="household")).status == 303:
            return clerk.get(again.headers["location"])
        time.sleep(0.25)
    raise AssertionError(again.words)


@both
def test_partner_down(country, at_setagaya, language):
    clerk = sat_down(country, CHIYODA, language)
    country.do(country.country.close(SETAGAYA))
    try:
        path = errand(country, clerk, at_setagaya.code)
        said = clerk.post(path, of="household")
        told(
            said, language, ("接続できません", "しばらく待って再送してください"),
            ("The office of the residence cannot be reached", "hand in the same again"),
        )  # fmt: skip
        assert re.search(r'id="of-household"[^>]*checked', said.text)
    finally:
        country.do(country.country.open(SETAGAYA))
    assert "世田谷　待子" in eventually(clerk, path).text


async def read_nothing(country):
    """Setagaya's end of the line to Chiyoda reads no more, as an office does that has too much to do; returns how it reads again."""
    tcp = country.country.nodes[SETAGAYA].links[CHIYODA].transport._transport._tcp
    tcp.pause_reading()
    return tcp


async def resume(tcp):
    tcp.resume_reading()


async def cut(tcp):
    tcp.abort()


def test_partner_slow_in_both_languages(country, at_setagaya):
    clerk = sat_down(country, CHIYODA, "ja")
    path = errand(country, clerk, at_setagaya.code)
    clerk.post("/partners/try", office=SETAGAYA)
    tcp = country.do(read_nothing(country))
    try:
        said = clerk.post(path, of="household")
        words = ("時間内に回答がありません", "二重に処理されることはありません"), ("did not answer in time", "nothing is done twice")
        told(said, "ja", *words)
        clerk.post("/language", language="en")
        told(clerk.get(path), "en", *words)
    finally:
        country.do(resume(tcp))
    assert "世田谷　待子" in eventually(clerk, path).text


@both
def test_lost_reply(country, at_setagaya, language):
    clerk = sat_down(country, CHIYODA, language)
    path = errand(country, clerk, at_setagaya.code)
    clerk.post("/partners/try", office=SETAGAYA)
    tcp = country.do(read_nothing(country))
    said = []
    asking = threading.Thread(target=lambda: said.append(clerk.post(path, of="household")))
    asking.start()
    time.sleep(0.5)
    country.do(cut(tcp))
    asking.join()
    told(said[0], language, ("接続できません", "入力は残っています"), ("cannot be reached", "Nothing is lost"))
    assert "世田谷　待子" in eventually(clerk, path).text


@both
def test_expired_deadline(country, language):
    clerk, days = country.clerk(CHIYODA), IN | {"moved_on": "2013-11-10"}
    with agent_at(clerk, card_of(country.code_of(AIRA, "住基　明"))):
        went = read_card(clerk, "/moves/in/card", **days)
    form = clerk.get(went.headers["location"])
    clerk.post("/language", language=language)
    said = clerk.post("/moves/in", once=form.hidden("once"), reading=form.hidden("reading"), **days)
    told(said, language, ("14日を過ぎています",), ("14 from the move, have passed",))
    stands(said, old_office="姶良市", moved_on="2013-11-10")


@both
def test_double_click(country, language):
    clerk = sat_down(country, AIRA, language)
    name = {"ja": "二重　一子", "en": "二重　二子"}[language]
    mother = name.replace("二重", "二母")
    settled(country, mother)
    path = re.search(r'href="(/entry/of/[^"]+)"', page_of(clerk, mother).text)[1].replace("/entry/of/", "/entry/form/birth/")
    typed = {"name": name, "kana": "ニジュウ　コ", "birth": "H25.12.1", "sex": "2", "relationship": "子", "notified_on": "H25.12.2"}
    form = clerk.get(path)
    check = clerk.post(path, once=form.hidden("once"), action="check", **typed)
    sent = {at: texts[0] for at, texts in check.inputs().items()} | {"action": "enter", "once": check.hidden("once")}
    went = []
    clicks = [threading.Thread(target=lambda: went.append(clerk.post(path, **sent).headers.get("location"))) for _ in range(3)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(set(went)) == 1 and None not in went
    told(clerk.get(went[0]), language, ("台帳に記載しました",), ("Recorded",))
    records = country.read(AIRA, lambda t: [decode_record(body).name for (body,) in t.all("SELECT record FROM person")])
    assert records.count(name) == 1
