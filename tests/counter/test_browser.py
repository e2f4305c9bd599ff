"""The window in Debian's Chromium: keyboard alone, both languages, without scripts (窓口の画面の試験)."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.card.cards import PINS
from tests.counter.browser import TAGS, Desk, desk_of, open_browser
from tests.counter.card_at_the_desk import program_at
from tests.counter.entry.test_entry_in_browser import go_to
from tests.counter.running_country import AIRA, CHIYODA, Running
from tests.counter.test_moving import announced
from tests.counter.test_moving_out_papers import settled

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.fixture
def desk(browser, country) -> Iterator[Desk]:
    with desk_of(browser, country, AIRA) as opened:
        yield opened


def test_log_in_search_and_resident_by_keyboard_alone(desk):
    desk.log_in()
    desk.type("住基 太郎")
    desk.press("Enter")
    desk.wait("#found")
    desk.press("Enter")  # the first person found has the focus
    desk.wait("#record")
    assert "住基　太郎" in desk.page.inner_text("h1")
    desk.press("F2")
    desk.wait("#typed")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_wide_area_copy_takes_at_most_six_keys_after_the_person_is_identified(browser, country: Running, language):
    with desk_of(browser, country, CHIYODA) as desk:
        desk.log_in(language=language)
        desk.open("/wide-area")
        for text in ("姶良市", "Tab", "住基太郎", "Tab", country.code_of(AIRA, "住基　太郎"), "Tab", "Tab", "Tab"):
            desk.press(text) if text == "Tab" else desk.type(text)
        desk.press("Space")
        desk.press("Enter")
        desk.wait("#of-self")
        keys = ["ArrowDown", "Tab", "Tab", "Space", "Enter"]  # the whole household, with relationships
        for key in keys:
            desk.press(key)
        desk.wait(".people")
        assert all(name in desk.page.inner_text("table") for name in ("住基　太郎", "住基　美子", "住基　明"))
        desk.press("Enter")
        assert len([*keys, "Enter"]) <= 6  # and the paper is there
        desk.wait("iframe.preview")
        assert not desk.axe(), desk.axe()


MOVING = {
    "ja": ("転入・転出（付記転出届）", "最初の転入届を受け付ける"),
    "en": ("Moving with one visit", "Take a first moving-in notification"),
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_move_with_one_visit_by_keyboard_alone_with_the_card_in_the_programs_reader(browser, country: Running, tmp_path, language):
    name = {"ja": "一度　来子", "en": "一度　行子"}[language]
    code = settled(country, name, "宮島町").code
    assert announced(country.clerk(AIRA, "madoguchi-2"), name, code).status == 303
    with desk_of(browser, country, CHIYODA) as desk:
        desk.log_in("madoguchi-2", language)
        menu, notification = MOVING[language]
        go_to(desk, menu, 'a[href="/moves/in"]')
        go_to(desk, notification, "#old_office:focus", inside="main")
        for text in ("姶良市", "平成25年12月2日", "H25.12.2"):
            desk.type(text)
            desk.press("Tab")
        desk.press("F9")  # read the card: no agent is paired yet
        desk.wait(".notice.warning")
        desk.press("F9")
        desk.wait("#pairing")
        with program_at(desk.page.content(), code, CHIYODA, tmp_path) as address:
            desk.wait(".notice.success")
            desk.press("F9")
            desk.wait("#waiting")
            holder_types(desk, address, PINS.juki)
            desk.wait(".columns .notice.success")  # the holder is confirmed, and what was typed stands there
            desk.press("F9")
            desk.wait("#town:focus")
            assert not desk.axe(), desk.axe()
            desk.type("九段南")
            desk.press("Tab")
            desk.type("1-2-1")
            desk.press("Enter")
            desk.wait(".notice.success")
            desk.press("Enter")  # the first person entered has the focus
            desk.wait("#record")
            assert "東京都千代田区九段南1-2-1" in desk.page.inner_text("#main")
            desk.open("/card-desk")
            desk.page.click('form[action="/card-desk/part"] button')


def holder_types(desk: Desk, address: str, pin: str) -> None:
    """The holder at the agent's own page, in the browser of the desk."""
    own = desk.page.context.new_page()
    own.goto(address)
    own.wait_for_selector("#typed:focus")
    assert "残り3回" in own.inner_text("#tries") and not Axe().run(own, options={"runOnly": TAGS}).response["violations"]
    own.keyboard.insert_text(pin)
    own.keyboard.press("Enter")
    own.wait_for_selector("#last")
    own.close()
    desk.page.bring_to_front()


def test_everything_works_without_scripts(browser, country):
    with desk_of(browser, country, AIRA, scripts=False) as desk:
        desk.log_in()
        desk.page.fill("#typed", "住基 美子")
        desk.press("Enter")
        desk.wait("#found")
        desk.page.click("table a >> nth=0")
        desk.wait("#record")
        assert "美子" in desk.page.inner_text("h1")
