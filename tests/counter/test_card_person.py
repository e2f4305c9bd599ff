"""A card's whole life through the window's pages: application, hand-over, loss, found, PIN, return (住基カードの事務; promise C8)."""

import os
import re

import pytest

from openjuki.card.photo import drawn_person
from openjuki.card.system import CardSystem
from openjuki.offices.card_issue import StoreJournal
from openjuki.offices.municipality import decode_record
from openjuki.procedures import card_issue
from openjuki.terminal.door import InProcessDoor
from openjuki.terminal.issue_desk import IssueDesk, commit_in
from tests.card.cards import authority, blank, terminal
from tests.counter.browser import desk_of, open_browser
from tests.counter.card_at_the_desk import agent_at, read_card
from tests.counter.running_country import AIRA
from tests.counter.test_papers import searched

pytestmark = pytest.mark.slow
SHOWN = {"receiver": "holder", "proof": "photo-document"}


def somebody(country, place):
    """A resident whom no other test knows."""
    records = country.read(AIRA, lambda t: [decode_record(body) for (body,) in t.all("SELECT record FROM person ORDER BY id DESC")])
    return [one for one in records if one.status.value == 1 and not one.birth.endswith("-00") and "住基" not in one.name][place]


def cards_page(clerk, record):
    return re.search(r'href="(/cards/[^"]+)"', clerk.get(searched(clerk, record.code).headers["location"]).text)[1]


def decided(clerk, path, **items):
    """Form, check page, decision; where the decision led."""
    form = clerk.get(path)
    checked = clerk.post(path, once=form.hidden("once"), **items)
    assert "内容を確かめてください" in checked.words, checked.words
    return clerk.post(path, once=checked.hidden("once"), checked="yes", **items, follow=True)


def with_pins(clerk, path, card, *pins, **items):
    """The same for an act in which the holder sets PINs at the agent."""
    with agent_at(clerk, card, *pins):
        went = read_card(clerk, path, **items)
    assert went.status == 303, went.words
    form = clerk.get(went.headers["location"])
    assert "暗証番号が設定され" in form.words
    items["reading"] = form.hidden("reading")
    checked = clerk.post(path, once=form.hidden("once"), **items)
    return clerk.post(path, once=checked.hidden("once"), checked="yes", **items, follow=True)


def made(country, record, number):
    """The card of that person's open application, made at the desk by the real steps."""
    office, files = country.country.office(AIRA), blank(number)
    filed = country.read(AIRA, lambda t: t.value("SELECT id FROM card_application WHERE person = ? AND state = 'open'", record.person))
    making = country.do(country.country.call(card_issue.begin, office, "madoguchi-1", filed, number))
    card = CardSystem(files, os.urandom)
    journal = StoreJournal(office, "madoguchi-1", commit_in(office))
    IssueDesk(InProcessDoor(card), terminal(office=AIRA), authority(), journal, os.urandom).make(making)
    return card


def test_a_card_is_applied_for_handed_over_lost_found_unlocked_and_returned_through_the_pages(country):
    clerk, record = country.clerk(AIRA, "madoguchi-2"), somebody(country, 0)
    path = cards_page(clerk, record)
    asked = decided(clerk, f"{path}/apply", kind="name-only", ground="first", signed="1", **SHOWN)
    assert "申請中" in asked.words
    fee, card = re.search(r"手数料 (\d+)", asked.words)[1], made(country, record, "A900000001")
    handed = with_pins(clerk, f"{path}/hand-over", card, "4713", "4713", "4715", "4715", paid_yen=fee, **SHOWN)
    assert "A900000001" in handed.words and "有効" in handed.words and "申請中" not in handed.words
    form = clerk.get(f"{path}/lost")
    wrong = {"name": record.name, "birth": "1900-01-01", "by_phone": "1"}
    clerk.post(f"{path}/lost", once=form.hidden("once"), **wrong)
    refused = clerk.post(f"{path}/lost", once=form.hidden("once"), checked="yes", **wrong)
    assert refused.status == 422 and "一致しません" in refused.words and record.name in refused.text
    assert "一時停止中" in decided(clerk, f"{path}/lost", name=record.name, birth=record.birth, by_phone="1").words
    assert "一時停止中" not in decided(clerk, f"{path}/found", proof="photo-document").words
    unlock = {"proof": "photo-document"}
    clerk.get(f"{path}/pin")
    assert "本人確認書類2点" in clerk.post(f"{path}/pin", **unlock).words
    unlock["proof"] = ["photo-document", "other-document"]
    assert "pin-unlocked" in with_pins(clerk, f"{path}/pin", card, "4817", "4817", **unlock).words
    with agent_at(clerk, card, "4713", "4817"):
        assert "残り2回" in read_card(clerk, "/moves/in/card").words
        assert read_card(clerk, "/moves/in/card").status == 303
    returned = decided(clerk, f"{path}/return", why="不要になったため")
    assert "返納済" in returned.words and "有効</span>" not in returned.text


def test_an_application_that_lacks_something_says_what_and_keeps_the_form(country):
    clerk, record = country.clerk(AIRA, "madoguchi-2"), somebody(country, 1)
    path = f"{cards_page(clerk, record)}/apply"
    form = clerk.get(path)
    asked = {"kind": "with-photo", "ground": "first", "signed": "1", **SHOWN}
    checked = clerk.post(path, once=form.hidden("once"), **asked)
    without = clerk.post(path, once=checked.hidden("once"), checked="yes", **asked)
    assert without.status == 422 and "写真の有無が様式と合いません" in without.words
    assert re.search(r'id="kind-with-photo"[^>]*checked', without.text)


def test_an_application_with_a_photo_in_the_browser_by_keyboard_and_nothing_for_axe_to_find(country, tmp_path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(drawn_person(4))
    with open_browser() as browser, desk_of(browser, country, AIRA) as desk:
        desk.log_in("madoguchi-2")
        desk.type(somebody(country, 1).code)
        desk.press("Enter")
        desk.wait("#record")
        desk.page.click('a[href^="/cards/"]')
        desk.wait("main a.main:focus")
        assert not desk.axe(), desk.axe()
        desk.press("Enter")
        desk.wait("#kind-with-photo")
        for box in ("#signed", "#proof-photo-document", "#photo_fits"):
            desk.page.check(box)
        desk.page.set_input_files("#photo", photo)
        desk.page.fill("#photo_taken_on", "平成25年11月1日")
        assert not desk.axe(), desk.axe()
        desk.press("F9")
        desk.wait("button[value=yes]:focus")
        assert desk.page.evaluate("document.querySelector('dd img').naturalWidth") > 0 and not desk.axe(), desk.axe()
        desk.press("Enter")
        desk.wait("main .notice")
        assert "申請中" in desk.page.inner_text("main") and "500" in desk.page.inner_text("main .notice")
