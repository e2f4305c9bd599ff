"""A card's whole life in the browser, with a real reader: from issue to return (住基カードの一生; promises C4, C8, C9, N8, N9)."""

import pytest

from tests.counter.browser import desk_of, open_browser
from tests.counter.reader_at_the_desk import CardWindow, CountrysReader
from tests.counter.running_country import CHIYODA, SETAGAYA
from tests.counter.test_card_person import somebody
from tests.terminal.reader_room import ReaderRoom, missing

pytestmark = pytest.mark.slow
PIN, SUPPORT_PIN, DAY = "4713", "4715", "平成25年12月2日"


@pytest.fixture
def reader(country, tmp_path):
    """pcscd and vpcd of our own; fails where they are not installed."""
    assert not missing(), f"missing: {missing()}; run tools/setup.py core reader"
    room = ReaderRoom(tmp_path)
    made = CountrysReader(room, country)
    yield made
    made.close()
    room.close()


def issued(window, reader, record):
    """Application, making, hand-over: the holder sets the PINs at the agent's own page. Path of the person's cards, and its number."""
    path = window.cards_of(record.code)
    window.fill(f"{path}/apply", "kind-name-only", "signed", "proof-photo-document")
    assert "申請中" in asked_for(window)
    number = reader.issued(window.operator, record.person)
    reader.put_in(number)
    window.fill(f"{path}/hand-over", "proof-photo-document", paid_yen="500")
    window.at_the_agent(PIN, PIN, SUPPORT_PIN, SUPPORT_PIN)
    shown = window.decide()
    assert number in shown and "有効" in shown
    return path, number


def asked_for(window):
    """The decision about an application, of which there is no card yet."""
    window.desk.press("F9")
    window.desk.wait("button[value=yes]:focus")
    window.desk.press("Enter")
    window.desk.wait("main .notice")
    return window.page.inner_text("main")


def copy_at(window, name):
    """A wide-area copy of the holder, who shows the card and types the PIN."""
    window.fill("/wide-area", home="世田谷区", name=name)
    window.page.click('button[formaction="/wide-area/card"]')
    window.desk.wait("#waiting")
    window.holder_types(PIN)
    window.desk.wait(".columns .notice.success")
    window.desk.press("F9")
    window.desk.wait("#of-self")
    window.page.check("#of-self")
    window.desk.press("F9")


def moves_out(window, path):
    """The moving-out notification with the card in the reader; no PIN is asked for."""
    out = path.replace("/cards/", "/moves/out/")
    window.fill(out, destination="東京都千代田区九段南1-2-1", leaves_on=DAY, notified_on=DAY)
    window.desk.press("F9")
    window.desk.wait(".columns .notice.success")
    with window.page.expect_navigation():
        window.desk.press("F9")
    window.desk.open(path)
    assert "転出届出済" in window.page.inner_text("main")


def moves_in(window):
    """The first moving-in notification with card and PIN, and the entry."""
    window.fill("/moves/in", old_office="世田谷区", moved_on=DAY, notified_on=DAY)
    window.desk.press("F9")
    window.desk.wait("#waiting")
    window.holder_types(PIN)
    window.desk.wait(".columns .notice.success")
    window.desk.press("F9")
    window.desk.wait("#town:focus")
    window.page.fill("#relationship-0", "世帯主")
    window.page.fill("#town", "九段南")
    window.page.fill("#block", "1-2-1")
    window.desk.press("F9")
    window.desk.wait("main .notice.success")
    assert "転入を記載しました" in window.page.inner_text("main")


def suspended_and_recovered(window, path, record):
    """Lost, told by phone: suspended at once; found: it serves again."""
    window.fill(f"{path}/lost", "by_phone", name=record.name, birth=record.birth)
    assert "一時停止中" in window.decide()
    window.fill(f"{path}/found", "proof-photo-document")
    assert "一時停止中" not in window.decide()


def test_a_card_lives_from_issue_to_return_in_the_browser_with_a_real_reader(country, reader):
    record = somebody(country, 4)
    with (
        open_browser() as browser,
        desk_of(browser, country, SETAGAYA) as old_desk,
        desk_of(browser, country, CHIYODA) as new_desk,
    ):
        old, new = CardWindow(old_desk, reader), CardWindow(new_desk, reader)
        path, number = issued(old, reader, record)
        copy_at(new, record.name)
        new.desk.wait("table.people")
        assert record.name in new.page.inner_text("main") and "受信しました" in new.page.inner_text("main")
        new.desk.press("Enter")
        new.desk.wait("iframe.preview")
        moves_out(old, path)
        moves_in(new)
        here = new.cards_of(record.code)
        new.fill(f"{here}/continue", "kind-name-only")
        new.at_the_agent(PIN)
        used_on = new.decide()
        assert number in used_on and "有効" in used_on
        suspended_and_recovered(new, here, record)
        country.enter(CHIYODA, {"kind": "code-change", "code": record.code, "requested_on": "2013-12-02"})
        new.desk.open(here)
        assert "失効" in new.page.inner_text("main")
        new.fill(f"{here}/return", why="コードの変更による失効")
        assert "返納済" in new.decide()
        new.desk.open(f"{here}/destroy")
        assert "廃棄済" in new.decide()
