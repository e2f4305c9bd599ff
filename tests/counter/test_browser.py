"""The window in Debian's Chromium: keyboard alone, both languages, every page by axe at each width (窓口の画面の試験; WCAG 2.2 AA)."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.card.cards import PINS
from tests.counter.browser import HEIGHT, TAGS, Desk, desk_of, open_browser
from tests.counter.card_at_the_desk import program_at
from tests.counter.running_country import AIRA, CHIYODA, KAGOSHIMA_PREFECTURE, Running
from tests.counter.test_moving import announced

pytestmark = pytest.mark.slow
WIDTHS = (1366, 683, 390)
LOOKS = [(width, False) for width in WIDTHS] + [(1366, True)]


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


def test_a_move_with_one_visit_by_keyboard_alone_with_the_card_in_the_programs_reader(browser, country: Running, tmp_path):
    code = country.code_of(AIRA, "辻󠄂　邉󠄐子")
    assert announced(country.clerk(AIRA, "madoguchi-2"), "辻 邉子", code).status == 303
    with desk_of(browser, country, CHIYODA) as desk:
        desk.log_in("madoguchi-2")
        desk.open("/moves/in")
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


def pages_of(desk: Desk) -> Iterator[str]:
    """Every page, one after the other, each ready to be looked at."""
    desk.log_out()
    yield "log-in"
    desk.log_in()
    yield "search"
    desk.type("住基")
    desk.press("Enter")
    desk.wait("#found")
    yield "found"
    desk.page.click("table a >> nth=0")
    desk.wait("#record")
    yield "resident"
    here = desk.page.url
    for link, ready in (("/copies/", "#evidence-card"), ("/moves/out/", "#destination"), ("/restraints/new/", "#abuser")):
        desk.page.goto(here.replace("/resident/", link))
        desk.wait(ready)
        yield link
    desk.page.goto(here)
    desk.page.fill("#as_of", "平成20年1月1日")
    desk.page.press("#as_of", "Enter")
    desk.wait("section .notice")
    yield "resident on a day"
    for path in (
        "work",
        "partners",
        "wide-area",
        "requests",
        "requests/new",
        "restraints",
        "moves",
        "moves/in",
        "savings",
        "slips",
        "card-desk",
        "nothing",
    ):
        desk.open(f"/{path}")
        yield path
    desk.open("/wide-area")
    desk.page.press("#home", "Enter")
    desk.wait("#fault")
    yield "wide-area with a fault"
    desk.page.click("header button >> text=/離席ロック|Lock/")
    yield "lock"


def looked_at(desk: Desk, name: str) -> None:
    """One page at every width, and with forced colours: axe finds nothing, and nothing runs over the edge."""
    for width, forced in LOOKS:
        desk.page.set_viewport_size({"width": width, "height": HEIGHT})
        desk.page.emulate_media(forced_colors="active" if forced else "none")
        assert not desk.axe(), (name, width, forced, desk.axe())
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_axe_finds_nothing_and_nothing_runs_over_the_edge(browser, country):
    with desk_of(browser, country, AIRA) as desk:
        for name in pages_of(desk):
            looked_at(desk, name)


def test_axe_finds_nothing_on_the_pages_for_everybody_and_the_prefecture(browser, country):
    with desk_of(browser, country, AIRA) as desk:
        for path in ("/services", "/verify"):
            desk.open(path)
            looked_at(desk, path)
    with desk_of(browser, country, KAGOSHIMA_PREFECTURE) as desk:
        desk.log_in("ken-1", ready="main table")
        for path in ("/prefecture", "/prefecture/report", "/prefecture/errors"):
            desk.open(path)
            looked_at(desk, path)


def test_axe_finds_nothing_in_english(browser, country):
    with desk_of(browser, country, AIRA) as desk:
        desk.log_in(language="en")
        for path in ("search", "wide-area", "requests/new", "restraints", "moves", "moves/in", "savings", "services"):
            desk.open(f"/{path}")
            looked_at(desk, path)
            assert desk.page.get_attribute("html", "lang") == "en"


def test_everything_works_without_scripts(browser, country):
    with desk_of(browser, country, AIRA, scripts=False) as desk:
        desk.log_in()
        desk.page.fill("#typed", "住基 美子")
        desk.press("Enter")
        desk.wait("#found")
        desk.page.click("table a >> nth=0")
        desk.wait("#record")
        assert "美子" in desk.page.inner_text("h1")
