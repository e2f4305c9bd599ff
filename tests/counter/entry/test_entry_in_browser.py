"""The event forms in Debian's Chromium: every event in both languages, some by keyboard alone (異動入力の画面の試験; standard 2.3.2)."""

from collections.abc import Iterator
from typing import Any

import pytest

from openjuki.offices.municipality import decode_record
from openjuki.register.spellings import one_spelling
from tests.counter.browser import Desk, desk_of, open_browser
from tests.counter.entry.event_forms import SCENES
from tests.counter.entry.event_scene import Scene, filled
from tests.counter.running_country import AIRA, Running
from tests.procedures.event_scenarios import FOREIGN

pytestmark = pytest.mark.slow
NOT_HERE = {"ward-move", "supplement-waiting"}
"""There are no wards here, and no notice waits: test_events_between_offices_in_browser."""
ELSEWHERE = "蒲生町上久徳"
"""A town in which nobody lives but who is moved there to be renumbered or handed over."""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def at_desk(browser, country) -> Iterator[Desk]:
    with desk_of(browser, country, AIRA) as opened:
        opened.log_in()
        yield opened


def new_household(country: Running, count: int, town: str = "宮島町", **first: Any) -> list[Any]:
    """A household that nobody else uses, moved in by the command's own path."""
    names = [("葛󠄀城　𠮷郎", "世帯主", "1974-05-03", 1), ("葛󠄀城　髙子", "妻", "1976-08-01", 2), ("葛󠄀城　光", "子", "2010-02-03", 2)][:count]
    arrivals = [
        {"name": name, "relationship": words, "birth": birth, "sex": sex, "nobody_known": True, "kana": "" if first else "カツラギ"}
        for name, words, birth, sex in names
    ]
    arrivals[0] |= first
    day = {"moved_on": "2013-11-01", "notified_on": "2013-11-01", "previous_address": "東京都世田谷区"}
    entered = country.enter(AIRA, {"kind": "move-in", "arrivals": arrivals, "address": [AIRA, town, "25番地"], **day})
    return list(entered)


def people_of(country: Running, scene: Scene) -> list[Any]:
    if scene.kind in ("nationality-acquired", "minister-notices"):
        return new_household(country, 1, name="ＳＩＬＶＡ　ＪＯＡＯ", foreign=FOREIGN)
    if scene.kind == "alias":
        return new_household(country, 1, name="ＳＩＬＶＡ　ＪＯＡＯ", foreign=FOREIGN, alias="住基　次郎")
    if scene.kind in ("renumbering", "boundary-change"):
        return new_household(country, 3, ELSEWHERE)
    return [] if scene.about is None else new_household(country, 3)


def typed_of(country: Running, scene: Scene, people: list[Any]) -> dict[str, Any]:
    typed = filled(scene.typed, [str(one.person) for one in people])
    if scene.kind in ("renumbering", "boundary-change"):
        typed["table-0-before-town"] = ELSEWHERE
    if scene.kind == "supplement-made":  # each register has one
        count = country.read(AIRA, lambda t: t.value("SELECT count(*) FROM supplement"))
        typed["registered_domicile"] = f"鹿児島県姶良市宮島町{count + 500}番地"
    if "supplement" in typed:
        persons = [{"name": "葛󠄀城　𠮷郎", "birth": "1974-05-03"}]
        block = country.read(AIRA, lambda t: t.value("SELECT count(*) FROM supplement")) + 100
        indication = {"registered_domicile": f"鹿児島県姶良市宮島町{block}番地", "registered_domicile_head": "葛󠄀城　𠮷郎"}
        made = country.enter(AIRA, {"kind": "supplement-made", **indication, "made_on": "2013-11-01", "persons": persons})
        typed["supplement"] = str(made.number)
        if "sequence" in typed:
            typed["sequence"] = str(country.read(AIRA, lambda t: t.value("SELECT max(sequence) FROM supplement_entry")))
    if scene.kind == "annulment":  # the entry of the third person, whatever its number is here
        sequence = country.read(AIRA, lambda t: t.value("SELECT max(sequence) FROM event WHERE person = ?", people[2].person))
        typed["events"] = [f"{people[2].person}.{sequence}"]
    rows = range(int(typed.get("arrivals-count", "1"))) if "arrivals-0-name" in typed else ()
    return typed | {f"arrivals-{row}-nobody_known": "1" for row in rows}  # others of that name were entered before


def open_form(desk: Desk, country: Running, scene: Scene, people: list[Any]) -> None:
    """From the resident's own page for what begins there, else from the menu."""
    if scene.about is None:
        desk.open("/entry")
    else:
        desk.open(f"/resident/{handle_of(desk, country, people[scene.about].person)}")
        desk.page.click('a.main[href^="/entry/of/"]')
        desk.wait(".kinds")
    desk.page.click(f'main a[href="/entry/form/{scene.kind}"], main a[href^="/entry/form/{scene.kind}/"]')
    desk.wait("form.event")


def fill(desk: Desk, typed: dict[str, Any]) -> None:
    """As a clerk fills it in: texts, lists and boxes; further rows are asked for first."""
    page = desk.page
    for row in range(1, int(typed.get("arrivals-count", "1"))):
        page.click('button[value="add:arrivals"]')
        desk.wait(f'[name="arrivals-{row}-name"]')
    for closed in page.query_selector_all("details:not([open]) > summary"):
        closed.click()
    for name, text in typed.items():
        found = page.query_selector_all(f'[name="{name}"]')
        if not found or found[0].get_attribute("type") == "hidden":
            continue
        kind = found[0].get_attribute("type")
        if kind in ("checkbox", "radio"):
            for box in found:
                box.set_checked(box.get_attribute("value") in text) if kind == "checkbox" else None
                if kind == "radio" and box.get_attribute("value") == text:
                    box.check()
        elif found[0].evaluate("one => one.tagName") == "SELECT":
            page.select_option(f'[name="{name}"]', text)
        else:
            page.fill(f'[name="{name}"]', text)


@pytest.fixture(scope="module")
def desks(browser, country) -> Iterator[dict[str, Desk]]:
    with desk_of(browser, country, AIRA) as japanese, desk_of(browser, country, AIRA) as english:
        japanese.log_in("madoguchi-2")
        english.log_in("madoguchi-2", language="en")
        yield {"ja": japanese, "en": english}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.kind not in NOT_HERE], ids=lambda scene: scene.kind)
def test_every_event_is_entered_in_the_browser(desks, country, scene, language):
    at_desk = desks[language]
    people = people_of(country, scene)
    before = country.read(AIRA, lambda t: t.value("SELECT max(sequence) FROM event"))
    open_form(at_desk, country, scene, people)
    fill(at_desk, typed_of(country, scene, people))
    at_desk.press("F9")
    at_desk.wait('input[name="digest"]')
    assert country.read(AIRA, lambda t: t.value("SELECT max(sequence) FROM event")) == before
    at_desk.press("F9")
    at_desk.wait(f'html[lang="{language}"] .notice.success')
    entered = country.read(AIRA, lambda t: t.value("SELECT max(sequence) FROM event")) > before
    assert entered or scene.kind.startswith("supplement-") or scene.kind == "resident-record-notice"


def test_a_birth_by_keyboard_alone(browser, country):
    mother = new_household(country, 3)[1]
    with desk_of(browser, country, AIRA) as desk:
        desk.log_in()
        desk.type(mother.code)
        desk.press("Enter")
        desk.wait("#record")
        go_to(desk, "異動の入力", ".kinds", inside="main")
        go_to(desk, "出生", "#name:focus", inside="main")
        for text in ("葛󠄀城　望", "カツラギ　ノゾミ", "H25.12.1"):  # the first input has the focus
            desk.type(text)
            tab_to_input(desk)
        desk.press("ArrowRight")  # from 男 to 女
        tab_to_input(desk)
        desk.type("子")
        desk.press("F9")
        desk.wait('input[name="digest"]')
        desk.press("Enter")  # the main button has the focus
        desk.wait(".notice.success")
    assert one_spelling("葛󠄀城　望") in names(country)


def test_a_move_in_by_keyboard_alone(browser, country):
    with desk_of(browser, country, AIRA) as desk:
        desk.log_in()
        go_to(desk, "異動の入力", ".kinds")
        go_to(desk, "転入", "#moved_on:focus", inside="main")
        typed = ("H25.12.1", None, "宮島町", "25番地", "", "", "東京都千代田区九段南1-2-1", None, "辻󠄀　一郎", "ツジ　イチロウ", "S60.1.1")
        for text in typed:
            if text:
                desk.type(text)
            tab_to_input(desk)
        desk.press("Space")
        tab_to_input(desk)
        desk.type("世帯主")
        desk.press("Enter")  # sends the form: to the check
        desk.wait('input[name="digest"]')
        desk.press("F9")
        desk.wait(".notice.success")
    assert one_spelling("辻󠄀　一郎") in names(country)


def test_who_moves_out_takes_the_certificate_along(at_desk, country):
    people = new_household(country, 3)
    at_desk.open(f"/entry/form/move-out/{handle_of(at_desk, country, people[0].person)}")
    everybody = [str(one.person) for one in people]
    fill(at_desk, {"leavers": everybody, "leaves_on": "H25.12.20", "destination": "鹿児島県霧島市国分中央"})
    at_desk.press("F9")
    at_desk.wait('input[name="digest"]')
    assert "残る世帯員がいないため、世帯がなくなります" in at_desk.page.inner_text("main")
    at_desk.press("F9")
    at_desk.wait(".notice.success")
    at_desk.press("F9")
    at_desk.wait(".preview, object, iframe, img.paper")
    assert "転出証明書" in at_desk.page.inner_text("main")


def names(country: Running) -> list[str]:
    return [decode_record(body).name for (body,) in country.read(AIRA, lambda t: t.all("SELECT record FROM person"))]


FOCUSED = """([text, inside]) => {
  const one = document.activeElement;
  return one.textContent.trim() === text && !!one.closest(inside);
}"""


def go_to(desk: Desk, text: str, then: str, inside: str = "body") -> None:
    """Tab until the link of that text has the focus, then Enter, until what it leads to is there."""
    for _ in range(80):
        desk.press("Tab")
        if desk.page.evaluate(FOCUSED, [text, inside]):
            break
    desk.press("Enter")
    desk.wait(then)


def tab_to_input(desk: Desk) -> None:
    """Tab on to the next input of the form."""
    for _ in range(20):
        desk.press("Tab")
        if desk.page.evaluate("['INPUT', 'SELECT', 'TEXTAREA'].includes(document.activeElement.tagName)"):
            return


def handle_of(desk: Desk, country: Running, person: int, office: str = AIRA) -> str:
    sessions = country.window(office).sessions
    session = next(found for one in desk.page.context.cookies() if (found := sessions.find(one["value"])))
    return session.handle(("person", person))


def test_a_form_works_without_scripts_and_a_double_click_enters_once(browser, country):
    mother = new_household(country, 3)[1]
    with desk_of(browser, country, AIRA, scripts=False) as desk:
        desk.log_in()
        desk.open(f"/entry/form/birth/{handle_of(desk, country, mother.person)}")
        fill(desk, {"name": "葛󠄀城　双葉", "kana": "カツラギ　フタバ", "birth": "H25.12.1", "sex": "2", "relationship": "子"})
        desk.page.press("#name", "Enter")
        desk.wait('input[name="digest"]')
        desk.page.dblclick("button.main")
        desk.wait(".notice.success")
    assert names(country).count(one_spelling("葛󠄀城　双葉")) == 1


def test_a_form_typed_while_the_session_locks_goes_on_after_the_password(browser, country):
    mother = new_household(country, 3)[1]
    with desk_of(browser, country, AIRA) as desk:
        desk.log_in()
        handle = handle_of(desk, country, mother.person)
        desk.open(f"/entry/form/birth/{handle}")
        fill(desk, {"name": "葛󠄀城　守", "kana": "カツラギ　マモル", "birth": "H25.12.1", "sex": "1", "relationship": "子"})
        sessions = country.window(AIRA).sessions
        next(found for one in desk.page.context.cookies() if (found := sessions.find(one["value"]))).locked = True
        desk.press("F9")
        desk.wait("#password")
        desk.type(country.password(AIRA, "madoguchi-1"))
        desk.press("Enter")
        desk.wait("button.main[autofocus]")
        desk.press("Enter")  # go on
        desk.wait('input[name="digest"]')
        assert one_spelling("葛󠄀城　守") in desk.page.inner_text("main")
