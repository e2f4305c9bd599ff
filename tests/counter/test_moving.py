"""Moving with one visit through both offices' pages, and what is told when something fails (付記転出届の画面; N9)."""

import re

import pytest

from tests.counter.card_at_the_desk import agent_at, card_of, read_card
from tests.counter.running_country import AIRA, CHIYODA
from tests.counter.test_papers import page_of

pytestmark = pytest.mark.slow
OUT = {"destination": "東京都千代田区九段南1-2-1", "leaves_on": "平成25年12月2日", "notified_on": "平成25年12月2日", "way": "counter"}
IN = {"old_office": "姶良市", "moved_on": "2013-12-02", "notified_on": "2013-12-02"}


def announced(clerk, typed, code):
    """The moving-out notification of the card's holder, at a desk with an agent."""
    path = re.search(r'href="(/moves/out/[^"]+)"', page_of(clerk, typed).text)[1]
    with agent_at(clerk, card_of(code)):
        went = read_card(clerk, f"{path}/card", **OUT)
    form = clerk.get(went.headers["location"])
    assert 'value="東京都千代田区九段南1-2-1"' in form.text and f"A{code[:9]}" in form.words
    return clerk.post(path, once=form.hidden("once"), reading=form.hidden("reading"), **OUT)


def first_notification(clerk, code, card=None, pins=()):
    """The first moving-in notification, with the card at a desk with an agent."""
    with agent_at(clerk, card or card_of(code), *pins):
        went = read_card(clerk, "/moves/in/card", **IN)
    if went.status != 303:
        return went
    form = clerk.get(went.headers["location"])
    assert 'value="姶良市"' in form.text and code not in form.text
    return clerk.post("/moves/in", once=form.hidden("once"), reading=form.hidden("reading"), **IN)


def test_a_family_moves_with_one_visit_through_both_windows(country):
    code = country.code_of(AIRA, "不詳　一郎")
    old, new = country.clerk(AIRA, "madoguchi-2"), country.clerk(CHIYODA)
    assert announced(old, "不詳 一郎", code).status == 303
    assert "転出先" in old.get("/moves").words and "九段南" in old.get("/moves").words
    went = first_notification(new, code)
    assert went.status == 303, went.words
    path = went.headers["location"]
    shown = new.get(path)
    assert "不詳　一郎" in shown.text and "鹿児島県姶良市" in shown.text
    wrong = new.post(path, once="enter-1", person="0", **{"relationship-0": "世帯主"}, town="九段南", block="")
    assert wrong.status == 422 and 'value="九段南"' in wrong.text
    new.get(path)
    done = new.post(path, once="enter-2", person="0", **{"relationship-0": "世帯主"}, town="九段南", block="1-2-1", follow=True)
    assert "転入を記載しました" in done.words
    new.get(path)
    assert new.post(path, once="enter-2", person="0", **{"relationship-0": "世帯主"}, town="九段南", block="1-2-1").status == 303
    assert country.code_of(CHIYODA, "不詳　一郎") == code


def test_without_the_card_and_for_a_move_that_nobody_announced_it_is_said_what_to_do(country):
    new = country.clerk(CHIYODA)
    form = new.get("/moves/in")
    unread = new.post("/moves/in", once=form.hidden("once"), **IN)
    assert unread.status == 422 and "カードが読み取られていません" in unread.words and 'value="姶良市"' in unread.text
    said = first_notification(new, country.code_of(AIRA, "住基　明"))
    assert said.status == 422 and "転出届がありません" in said.words and "届出は保存されています" in said.words
    assert "転出証明書情報なし" in new.get("/moves").words


def test_the_old_office_can_take_an_announcement_back(country):
    old = country.clerk(AIRA)
    code = country.code_of(AIRA, "SANTOS MARIA")
    assert announced(old, "サントス", code).status == 303
    number = re.findall(r"/moves/announced/(\d+)/withdraw", old.get("/moves").text)[-1]
    assert old.post(f"/moves/announced/{number}/withdraw", once="withdraw").status == 303
    assert f"/moves/announced/{number}/" not in old.get("/moves").text


def test_a_partner_that_is_down_is_named_with_what_to_do_and_nothing_is_lost(country):
    clerk = country.clerk(CHIYODA)
    country.do(country.country.close("131121"))
    try:
        form = clerk.get("/wide-area")
        person = {"home": "世田谷区", "name": "試験 太郎", "code": "24727059608", "document": "旅券"}
        went = clerk.post("/wide-area", once=form.hidden("once"), **person)
        assert went.status == 303, went.words
        clerk.get(went.headers["location"])
        said = clerk.post(went.headers["location"], of="household", extra="relationship")
        assert "接続できません" in said.words and "同じ内容で再送" in said.words
        assert re.search(r'id="of-household"[^>]*checked', said.text) and re.search(r'id="extra-relationship"[^>]*checked', said.text)
        assert clerk.post("/partners/try", office="131121").status == 503
    finally:
        country.do(country.country.open("131121"))
