"""A card's whole life through the window's pages: application, hand-over, loss, found, PIN, return (住基カードの事務; promise C8)."""

import os
import re
from collections import Counter

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
from tests.counter.running_country import CHIYODA, SETAGAYA
from tests.counter.test_moving import IN, OUT
from tests.counter.test_papers import searched

pytestmark = pytest.mark.slow
SHOWN = {"receiver": "holder", "proof": "photo-document"}


def somebody(country, place):
    """Someone who lives alone, whom no other test knows."""
    records = country.read(SETAGAYA, lambda t: [decode_record(body) for (body,) in t.all("SELECT record FROM person ORDER BY id")])
    homes = Counter(one.household for one in records)
    alone = [one for one in records if homes[one.household] == 1 and one.status.value == 1 and one.name.isascii() is False]
    return alone[place]


def cards_page(clerk, record):
    return re.search(r'href="(/cards/[^"]+)"', clerk.get(searched(clerk, record.code).headers["location"]).text)[1]


def decided(clerk, path, **items):
    """Form, check page, decision; where the decision led."""
    form = clerk.get(path)
    checked = clerk.post(path, once=form.hidden("once"), **items)
    assert "内容を確かめてください" in checked.words, checked.words
    return clerk.post(path, once=checked.hidden("once"), checked="yes", **items, follow=True)


def by_agent(clerk, path, card, said, *pins, **items):
    """The same for an act in which the desk's agent does its part first, with the PINs that the holder types there; `said` when it has."""
    with agent_at(clerk, card, *pins):
        went = read_card(clerk, path, **items)
    return after_agent(clerk, went, path, said, **items)


def after_agent(clerk, went, path, said, **items):
    """Back from the agent to the form, where `said` stands; check page, decision."""
    assert went.status == 303, went.words
    form = clerk.get(went.headers["location"])
    assert said in form.words
    items["reading"] = form.hidden("reading")
    checked = clerk.post(path, once=form.hidden("once"), **items)
    return clerk.post(path, once=checked.hidden("once"), checked="yes", **items, follow=True)


def with_pins(clerk, path, card, *pins, **items):
    """By the agent, where the holder sets PINs."""
    return by_agent(clerk, path, card, "カードと暗証番号で本人を確認しました", *pins, **items)


def made(country, record, number):
    """The card of that person's open application, made at the desk by the real steps."""
    office, files = country.country.office(SETAGAYA), blank(number)
    filed = country.read(SETAGAYA, lambda t: t.value("SELECT id FROM card_application WHERE person = ? AND state = 'open'", record.person))
    making = country.do(country.country.call(card_issue.begin, office, "madoguchi-1", filed, number))
    card = CardSystem(files, os.urandom)
    journal = StoreJournal(office, "madoguchi-1", commit_in(office))
    IssueDesk(InProcessDoor(card), terminal(office=SETAGAYA), authority(), journal, os.urandom).make(making)
    return card


def test_a_card_is_applied_for_handed_over_lost_found_unlocked_and_returned_through_the_pages(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-2"), somebody(country, 0)
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
    unlocked = with_pins(clerk, f"{path}/pin", card, "4817", "4817", **unlock).words
    assert unlocked.count("暗証番号の再設定") == 2, "the button, and the line of the history"
    with agent_at(clerk, card, "4713", "4817"):
        assert "残り2回" in read_card(clerk, "/moves/in/card").words
        assert read_card(clerk, "/moves/in/card").status == 303
    returned = decided(clerk, f"{path}/return", why="不要になったため")
    assert "返納済" in returned.words and "有効</span>" not in returned.text
    assert "廃棄済" in decided(clerk, f"{path}/destroy").words


def copy_by_card(clerk, card, name):
    """What the home office tells for a wide-area copy when the card is shown with its PIN, and no other document."""
    with agent_at(clerk, card, "4713"):
        form = clerk.get(read_card(clerk, "/wide-area/card", home="世田谷区", name=name).headers["location"])
    went = clerk.post("/wide-area", once=form.hidden("once"), reading=form.hidden("reading"), home="世田谷区", name=name)
    assert went.status == 303, went.words
    clerk.get(went.headers["location"])
    return clerk.post(went.headers["location"], of="self", follow=True)


def test_a_card_gets_a_wide_area_copy_moves_along_is_used_on_and_ends_with_its_code(country):
    old, new, record = country.clerk(SETAGAYA, "madoguchi-2"), country.clerk(CHIYODA, "madoguchi-2"), somebody(country, 2)
    path = cards_page(old, record)
    decided(old, f"{path}/apply", kind="name-only", ground="first", signed="1", **SHOWN)
    card = made(country, record, "A900000002")
    with_pins(old, f"{path}/hand-over", card, "4713", "4713", "4715", "4715", paid_yen="500", **SHOWN)
    told = copy_by_card(new, card, record.name)
    assert "住所地の市区町村から受信しました" in told.words and record.name in told.text
    decided(old, f"{path}/lost", name=record.name, birth=record.birth, by_phone="1")
    refused = copy_by_card(new, card, record.name)
    assert refused.status == 200 and "受信しました" not in refused.words, refused.words
    decided(old, f"{path}/found", proof="photo-document")
    leave = path.replace("/cards/", "/moves/out/")
    with agent_at(old, card):
        form = old.get(read_card(old, f"{leave}/card", **OUT).headers["location"])
    assert old.post(leave, once=form.hidden("once"), reading=form.hidden("reading"), **OUT).status == 303
    assert "転出届出済" in old.get(path).words
    with agent_at(new, card, "4713"):
        form = new.get(read_card(new, "/moves/in/card", **(IN | {"old_office": "世田谷区"})).headers["location"])
    went = new.post("/moves/in", once=form.hidden("once"), reading=form.hidden("reading"), **(IN | {"old_office": "世田谷区"}))
    shown = new.get(went.headers["location"])
    entry = {"person": "0", "relationship-0": "世帯主", "town": "九段南", "block": "1-2-1"}
    done = new.post(went.headers["location"], once=shown.hidden("once"), **entry, follow=True)
    assert "転入を記載しました" in done.words
    here = re.search(r'href="(/resident/[^"]+)"', done.text)[1].replace("/resident/", "/cards/")
    used_on = with_pins(new, f"{here}/continue", card, "4713", kind="name-only")
    assert "A900000002" in used_on.words and "有効" in used_on.words
    moved = country.read(CHIYODA, lambda t: [decode_record(body) for (body,) in t.all("SELECT record FROM person")])
    code = next(one.code for one in moved if one.name == record.name)
    assert "一時停止中" in decided(new, f"{here}/lost", name=record.name, birth=record.birth, by_phone="1").words
    assert "一時停止中" not in decided(new, f"{here}/found", proof="photo-document").words
    country.enter(CHIYODA, {"kind": "code-change", "code": code, "requested_on": "2013-12-02"})
    assert "失効" in new.get(here).words


def test_an_application_that_lacks_something_says_what_and_keeps_the_form(country):
    clerk, record = country.clerk(SETAGAYA, "madoguchi-2"), somebody(country, 1)
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
    with open_browser() as browser, desk_of(browser, country, SETAGAYA) as desk:
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
