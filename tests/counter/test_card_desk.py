"""The card at a clerk's desk: what is told when it cannot be read, and that nothing is lost (窓口でのカードの読取り; promise C4)."""

import os
import re

import pytest

from openjuki.card.system import CardSystem
from tests.card.cards import PINS
from tests.counter.card_at_the_desk import NoCard, agent_at, card_of, new_card, pairing, program_at, read_card, until
from tests.counter.running_country import AIRA, CHIYODA

pytestmark = pytest.mark.slow
WHO = {"home": "姶良市", "name": "住基 太郎"}


def again(clerk):
    """Presses "read again", and what comes of it."""
    clerk.get("/card-desk/reading")
    clerk.post("/card-desk/again")
    return until(lambda: clerk.get("/card-desk/reading"), lambda said: said.status == 303 or 'id="fault"' in said.text)


def test_without_an_agent_the_page_says_so_pairs_one_and_what_was_typed_is_there_again(country):
    clerk = country.clerk(CHIYODA, "madoguchi-2")
    went = read_card(clerk, "/wide-area/card", **WHO)
    assert went.headers["location"] == "/card-desk"
    told = clerk.get("/card-desk")
    assert "カード端末とつながっていません" in told.words and "入力した内容は保存されています" in told.words
    with agent_at(clerk, card_of(country.code_of(AIRA, "住基　太郎"))):
        assert "カードの読取りに進む" in clerk.get("/card-desk").words
        clerk.post("/card-desk/again")
        done = until(lambda: clerk.get("/card-desk/reading"), lambda said: said.status == 303)
        form = clerk.get(done.headers["location"])
        assert 'value="住基 太郎"' in form.text and "カードと暗証番号で本人を確認しました" in form.words
        assert "運転免許証" not in form.words
        without = clerk.post("/wide-area/no-card", reading=form.hidden("reading"), **WHO, follow=True)
        assert 'value="住基 太郎"' in without.text and "運転免許証" in without.words
    assert "カード端末とつながっていません" in clerk.get("/card-desk").words


def test_wrong_pins_are_told_with_the_tries_left_until_the_card_blocks(country):
    clerk, card = country.clerk(CHIYODA, "madoguchi-2"), CardSystem(new_card(country.code_of(AIRA, "住基　明")), os.urandom)
    with agent_at(clerk, card, "9999", PINS.juki, "9999", "9999", "9999") as holder:
        wrong = read_card(clerk, "/wide-area/card", **WHO)
        assert "残り2回" in wrong.words and "入力した内容は失われていません" in wrong.words
        assert again(clerk).status == 303
        told = [read_card(clerk, "/wide-area/card", **WHO).words, again(clerk).words, again(clerk).words, again(clerk).words]
        assert ["残り2回" in told[0], "残り1回" in told[1], "ロック" in told[3]] == [True] * 3
        assert holder.tries == [3, 2, 3, 2, 1]  # and none for a PIN that is blocked
    back = re.search(r'href="(/wide-area[?]reading=[^"]+)"', clerk.get("/card-desk/reading").text)[1]
    assert 'value="住基 太郎"' in clerk.get(back).text


def test_a_card_that_was_read_counts_for_the_form_that_asked_for_it_and_for_no_other(country):
    clerk = country.clerk(CHIYODA, "madoguchi-2")
    with agent_at(clerk, card_of(country.code_of(AIRA, "住基　太郎"))):
        assert read_card(clerk, "/wide-area/card", **WHO).status == 303
    next_person = clerk.get("/wide-area")
    assert "住基 太郎" not in next_person.text and "本人を確認しました" not in next_person.words
    sent = clerk.post("/wide-area", once=next_person.hidden("once"), **WHO)
    assert sent.status == 422 and "本人確認書類が選ばれていません" in sent.words


def test_a_reader_without_a_card_and_an_agent_that_hangs_up_are_said(country):
    clerk = country.clerk(CHIYODA, "madoguchi-2")
    with agent_at(clerk, None, door=NoCard()):
        assert "カードがありません" in read_card(clerk, "/moves/in/card").words
        clerk.post("/card-desk/part")
        until(lambda: clerk.get("/card-desk"), lambda said: "つながっていません" in said.words)


def test_no_pin_and_no_code_reach_the_record_of_operations_and_the_pages(country):
    clerk, code = country.clerk(CHIYODA, "madoguchi-2"), country.code_of(AIRA, "住基　太郎")
    with agent_at(clerk, card_of(code)):
        done = read_card(clerk, "/wide-area/card", **WHO)
    shown = clerk.get(done.headers["location"])
    assert "本人を確認しました" in shown.words and code not in shown.text and PINS.juki not in shown.words
    lines = country.read(CHIYODA, lambda t: t.all("SELECT what FROM audit WHERE tag = 'counter:card:read'"))
    assert ("Confirm Confirmed",) in lines and not any(code in what or PINS.juki in what for (what,) in lines)


def test_a_code_pairs_for_its_own_page_only(country):
    clerk, other = country.clerk(CHIYODA, "madoguchi-2"), country.clerk(CHIYODA, "madoguchi-1")
    with agent_at(clerk, card_of(country.code_of(AIRA, "住基　太郎"))):
        assert "カード端末とつながっていません" in other.get("/card-desk").words
        other.post("/card-desk/pair")
        assert len(pairing(other.get("/card-desk").text)[0]) == 8


def test_a_program_that_has_ended_is_paired_no_more(country, tmp_path):
    clerk, code = country.clerk(CHIYODA, "madoguchi-2"), country.code_of(AIRA, "住基　太郎")
    clerk.get("/card-desk")
    shown = clerk.post("/card-desk/pair", follow=True).text
    with program_at(shown, code, CHIYODA, tmp_path, killed=True):
        until(lambda: clerk.get("/card-desk"), lambda said: "つながっています" in said.words)
    gone = until(lambda: clerk.get("/card-desk"), lambda said: "つながっています" not in said.words)
    assert "カード端末とつながっていません" in gone.words
    assert read_card(clerk, "/wide-area/card", **WHO).headers["location"] == "/card-desk"
