"""Events in the browser that need another office, another city or a notice that waits (区間異動・引受け・未照合通知の画面の試験)."""

import datetime
import json

import msgspec
import pytest

from openjuki.offices import municipality
from openjuki.simulation import declaration
from tests.counter.browser import Desk, desk_of
from tests.counter.entry.test_entry_in_browser import browser, fill, handle_of, new_household
from tests.counter.running_country import AIRA, Running, running

pytestmark = pytest.mark.slow
__all__ = ("browser",)
KIRISHIMA, SAPPORO = "462187", "011002"
TERRITORY, BLOCK = "蒲生町上久徳", "77番地"
DOMICILE = {"registered_domicile_head": "照合　待子"}
DOMICILE_BLOCK = {"ja": 990, "en": 991}
both = pytest.mark.parametrize("language", ["ja", "en"])
DAY = {"moved_on": "2013-11-01", "notified_on": "2013-11-01", "previous_address": "東京都世田谷区"}


def sent(desk: Desk, kind: str, typed: dict[str, str], handle: str = "") -> None:
    """Form, check page, result, by the form's own buttons; nothing for axe on any of them."""
    desk.open(f"/entry/form/{kind}" + (f"/{handle}" if handle else ""))
    fill(desk, typed)
    desk.press("F9")
    desk.wait('input[name="digest"]')
    assert not desk.axe_again()
    desk.press("F9")
    desk.wait(".notice.success")
    assert not desk.axe_again()


@both
def test_a_territory_is_taken_over_from_the_file_of_the_other_office(browser, country: Running, language):
    people = new_household(country, 3)
    moved = [{"code": one.code, "relationship": words} for one, words in zip(people, ("世帯主", "妻", "子"), strict=True)]
    day = {"moved_on": "2013-11-05", "notified_on": "2013-11-05"}
    country.enter(AIRA, {"kind": "change-of-address", "movers": moved, "address": [AIRA, TERRITORY, BLOCK], **day})
    table = [{"before": [AIRA, TERRITORY, BLOCK], "after": [KIRISHIMA, "国分中央", BLOCK]}]
    days = {"holds_from": "2013-12-01", "found_on": "2013-12-02"}
    handed = country.enter(AIRA, {"kind": "boundary-change", "to": "霧島市", "table": table, **days})
    assert len(handed.persons) == 3
    with desk_of(browser, country, KIRISHIMA) as desk:
        desk.log_in(language=language)
        sent(desk, "boundary-take-over", {"*": json.dumps(msgspec.to_builtins(handed), ensure_ascii=False)})
        for one in people:
            assert country.code_of(KIRISHIMA, one.name)
        held = country.read(KIRISHIMA, lambda t: municipality.record_of_code(t, people[0].code))
        assert held.address.town == "国分中央"


@both
def test_a_notice_that_waits_is_given_to_the_member_whom_the_clerk_found(browser, country: Running, language):
    domicile = DOMICILE | {"registered_domicile": f"鹿児島県姶良市宮島町{DOMICILE_BLOCK[language]}番地"}
    persons = [{"name": "照合　侍子", "birth": "1974-05-03"}]  # so the register writes it
    made = country.enter(AIRA, {"kind": "supplement-made", **domicile, "made_on": "2013-10-01", "persons": persons})
    arrival = {"name": "照合　待子", "relationship": "世帯主", "birth": "1974-05-03", "sex": 2, "nobody_known": True, **domicile}
    country.enter(AIRA, {"kind": "move-in", "arrivals": [arrival], "address": [AIRA, "宮島町", "990番地"], **DAY})
    waits = country.read(AIRA, lambda t: t.value("SELECT max(id) FROM supplement_waiting WHERE done_ms = 0"))
    assert waits
    with desk_of(browser, country, AIRA) as desk:
        desk.log_in(language=language)
        sent(desk, "supplement-waiting", {"number": str(waits), "supplement": str(made.number), "member": "1"})
    done_by, entered = country.read(AIRA, lambda t: t.one("SELECT done_by, outcome FROM supplement_waiting WHERE id = ?", waits))
    assert done_by == "madoguchi-1" and entered


@pytest.fixture(scope="module")
def sapporo(tmp_path_factory):
    with running(tmp_path_factory.mktemp("wards") / "country", declaration.declare((SAPPORO,), residents=1)) as started:
        yield started


@both
def test_a_move_from_one_ward_to_another(browser, sapporo: Running, language):
    arrival = {"name": "区間　一郎", "relationship": "世帯主", "birth": "1974-05-03", "sex": 1, "nobody_known": True}
    ((one),) = sapporo.enter(SAPPORO, {"kind": "move-in", "arrivals": [arrival], "address": ["011011", "北一条西", "2丁目"], **DAY})
    with desk_of(browser, sapporo, SAPPORO) as desk:
        desk.log_in(language=language)
        typed = {
            "movers": [str(one.person)], f"movers-{one.person}-relationship": "世帯主", "address-municipality": "011029",
            "address-town": "北七条西", "address-block": "2丁目", "moved_on": "H25.12.1", "notified_on": "H25.12.2",
        }  # fmt: skip
        sent(desk, "ward-move", typed, handle_of(desk, sapporo, one.person, SAPPORO))
        assert desk.page.get_attribute("html", "lang") == language
    record = sapporo.read(SAPPORO, lambda t: municipality.record_of(t, one.person))
    assert record.address.text() == "北海道札幌市北区北七条西2丁目" and record.address_since == datetime.date(2013, 12, 1).isoformat()
