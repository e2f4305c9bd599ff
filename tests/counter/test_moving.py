"""Moving with one visit through both offices' pages, and what is told when something fails (付記転出届の画面; N9)."""

import json
import re
import time
from base64 import b64encode

import pytest

from openjuki.keys.door import SEAL
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.offices.transfer_asking import card_statement
from tests.counter.running_country import AIRA, CHIYODA
from tests.counter.test_papers import page_of

pytestmark = pytest.mark.slow
KEY = key_from_seed(b"card at the window")
CARD = SoftwareKeys({SEAL: KEY})


def card_read():
    data = {"number": "46225001", "issued_on": "2010-04-01", "valid_until": "2020-04-01", "with_photo": True}
    return json.dumps({**data, "public": b64encode(public_der(KEY)).decode()})


def card_shown(code, at):
    now_ms = round(time.time() * 1_000)
    proof = CARD.sign(SEAL, card_statement("sandbox", at, code, now_ms))
    return json.dumps({"number": "46225001", "shown_ms": now_ms, "proof": b64encode(proof).decode()})


def announced(clerk, typed):
    path = re.search(r'href="(/moves/out/[^"]+)"', page_of(clerk, typed).text)[1]
    form = clerk.get(path)
    asked = {"destination": "東京都千代田区九段南1-2-1", "leaves_on": "平成25年12月2日", "notified_on": "平成25年12月2日", "way": "post"}
    return clerk.post(path, once=form.hidden("once"), card=card_read(), **asked)


def first_notification(clerk, code, **other):
    form = clerk.get("/moves/in")
    asked = {"old_office": "姶良市", "code": code, "card": card_shown(code, CHIYODA), "moved_on": "2013-12-02", "notified_on": "2013-12-02"}
    return clerk.post("/moves/in", once=form.hidden("once"), **(asked | other))


def test_a_family_moves_with_one_visit_through_both_windows(country):
    code = country.code_of(AIRA, "不詳　一郎")
    old, new = country.clerk(AIRA, "madoguchi-2"), country.clerk(CHIYODA)
    assert announced(old, "不詳 一郎").status == 303
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


def test_a_card_that_is_none_and_a_move_that_nobody_announced_say_what_to_do(country):
    new = country.clerk(CHIYODA)
    assert first_notification(new, country.code_of(AIRA, "住基　明"), card="???").status == 422
    said = first_notification(new, country.code_of(AIRA, "住基　明"))
    assert said.status == 422 and "転出届がありません" in said.words and "届出は保存されています" in said.words
    assert "転出証明書情報なし" in new.get("/moves").words


def test_the_old_office_can_take_an_announcement_back(country):
    old = country.clerk(AIRA)
    assert announced(old, "サントス").status == 303
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
