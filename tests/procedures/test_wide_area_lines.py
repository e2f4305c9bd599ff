"""Partners slow, down, closed or recovering, replies lost, and what lines and hubs may see (回線と広域交付; promises P2, X5)."""

import datetime
from typing import Any

import pytest

from openjuki.nodes.wide_area_desk import find_code
from openjuki.offices import services
from openjuki.offices.services import ServiceKind
from openjuki.offices.wide_area_outcomes import Why, not_copied, refused_by
from openjuki.procedures import wide_area_copy
from openjuki.procedures.wide_area_copy import WideAreaCopyRequest
from openjuki.register.errors import Broken, NotReady, OpenJukiError, Reason, Refused, Say
from openjuki.simulation.declaration import CENTRE
from openjuki.wire.speech import encode
from tests.nodes.byte_search import found
from tests.procedures.wide_area_country import AIRA, BEFORE, CHIYODA, DOMICILE, HOUSEHOLD, TARO, YOSHIKO, WideAreaCountry

HUBS = ("460001", "130001", CENTRE)

pytestmark = pytest.mark.slow  # a country for each


@pytest.fixture
def country() -> WideAreaCountry:
    return WideAreaCountry()


def test_after_a_lost_reply_the_same_application_gets_what_was_told_the_first_time(country: WideAreaCountry):
    wanted = country.application(**HOUSEHOLD)
    country.lose_next_answer()
    assert country.why(wanted) == "unreachable"
    content = country.content(wanted)
    assert [one.name for one in content.persons] == [TARO, YOSHIKO, "住基　光"]
    assert country.log() == [("told",)]
    assert country.outcomes() == ["unreachable", "told"]


def test_what_was_told_stays_the_same_though_the_register_goes_on(country: WideAreaCountry):
    wanted = country.application()
    country.lose_next_answer()
    country.why(wanted)
    country.day += datetime.timedelta(1)
    assert country.content(wanted).told_on == "2013-12-02"


def test_a_partner_that_is_down_is_said_to_be_and_nothing_is_lost(country: WideAreaCountry):
    wanted, office = country.application(), country.offices[AIRA]
    store = country.nodes[AIRA].office.store
    country.nodes.pop(AIRA).stop()
    assert country.ask(wanted) == not_copied(Why.UNREACHABLE)
    country.open(AIRA, store)
    assert office.code == AIRA and country.content(wanted).home == AIRA


def test_a_partner_that_does_not_answer_in_time_is_said_to_be_slow(country: WideAreaCountry):
    wanted = country.application()
    country.content()  # the line is up
    node = country.nodes[AIRA]
    mute = node.tables._replace(answers={**node.tables.answers, WideAreaCopyRequest: lambda *asked: None})
    node.tables, answering = mute, node.tables
    assert country.why(wanted) == "slow"
    node.tables = answering
    assert country.content(wanted).home == AIRA


def test_a_partner_that_is_being_restored_says_so(country: WideAreaCountry):
    wanted = country.application()
    country.content()
    country.office(AIRA).recovering = True
    assert country.why(wanted) == "recovering"
    country.office(AIRA).recovering = False
    assert country.content(wanted).home == AIRA


def test_outside_its_hours_a_home_office_is_closed_and_opens_again_for_the_same_application(country: WideAreaCountry):
    wanted, node = country.application(), country.nodes[AIRA]

    def closed(*asked: Any) -> None:
        wide_area_copy.receive(*asked, serves=lambda transaction, office: False)

    node.tables, serving = node.tables._replace(answers={**node.tables.answers, WideAreaCopyRequest: closed}), node.tables
    assert country.ask(wanted) == not_copied(Why.CLOSED)
    node.tables = serving
    assert country.content(wanted).home == AIRA
    assert country.log() == [("closed",), ("told",)]


TUESDAY, SUNDAY = datetime.date(2013, 12, 3), datetime.date(2013, 12, 8)
MORNING_S, NIGHT_S = 2 * 3_600, 14 * 3_600
"""After 09:00 in Japan, when a quiet country begins."""


@pytest.mark.parametrize(("day", "after_s", "opens"), [(TUESDAY, MORNING_S, True), (TUESDAY, NIGHT_S, False), (SUNDAY, MORNING_S, False)])
def test_hours_that_the_home_office_has_written_down_hold(country: WideAreaCountry, day: datetime.date, after_s: int, opens: bool):
    office = country.office(AIRA)
    usual = next(service for service in services.DEFAULTS if service.kind is ServiceKind.WIDE_AREA_COPY)
    country.day = day
    country.settle(after_s)
    assert country.content().home == AIRA  # nothing is written down yet
    country.call(office.write, lambda t: services.write_down(t, office, "clerk-1", usual))
    if opens:
        assert country.content().home == AIRA
    else:
        assert country.why() == "closed"


def test_every_copy_is_counted_once_among_what_the_network_saves(country: WideAreaCountry):
    wanted = country.application()
    heard: list[Any] = []
    for _ in range(2):  # two clicks on their way together
        wide_area_copy.ask_copy(country.office(CHIYODA), "clerk-7", wanted, find_code, heard.append)
    assert country.agenda.run(lambda: len(heard) == 2)
    assert heard[0] == heard[1] and country.ask(wanted) == heard[0]
    country.why(country.application(code="24727059608"))
    assert country.look(CHIYODA, "SELECT happened, count FROM saving WHERE happened LIKE 'wide%'") == [("wide-area-copy", 1)]
    assert country.log("outcome") == [("told",), ("not-here",)]


def test_every_outcome_has_words_for_the_clerk():
    for why in Why:
        outcome = not_copied(why)
        assert outcome.why is why
        assert outcome.reason.en and outcome.reason.ja and outcome.remedy.en and outcome.remedy.ja


# -- who can read it, and where it passes ---------------------------------------------------------------------------------


def everything(country: WideAreaCountry, office: str) -> bytes:
    """All rows of an office."""
    tables = country.call(country.office(office).write, lambda t: t.tables())
    rows = [row for table in sorted(tables) for row in country.look(office, f"SELECT * FROM {table}")]
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


def test_what_travels_is_readable_to_nobody_but_the_receiver(country: WideAreaCountry):
    country.frames.clear()
    wanted = country.application(**HOUSEHOLD)
    country.content(wanted)
    for way in ((CHIYODA, AIRA), (AIRA, CHIYODA)):
        frames = bytes(country.frames[way])
        assert b"WideAreaCopy" in frames
        words = [TARO, YOSHIKO, BEFORE, wanted.code, wanted.number.hex()]  # no single sign: two bytes stand in any sealed text by chance
        assert found(frames, words) == set()
        assert wanted.number not in frames
    assert {word for word, _ in found(everything(country, CHIYODA), [TARO, YOSHIKO, BEFORE])} == {TARO, YOSHIKO, BEFORE}


def test_no_frame_to_a_hub_and_no_row_of_a_hub_holds_anything_of_it(country: WideAreaCountry):
    country.frames.clear()
    wanted = country.application(**HOUSEHOLD)
    content = country.content(wanted)
    pairs = [encode(one.householder) + encode(one.relationship) for one in content.persons]
    to_hubs = b"".join(bytes(data) for (_, receiver), data in country.frames.items() if receiver in HUBS)
    assert b"WideArea" not in to_hubs and wanted.number not in to_hubs
    for office in (AIRA, CHIYODA):
        assert all(pair in everything(country, office) for pair in pairs)
        assert wanted.number in everything(country, office)
    for hub in HUBS:
        held = everything(country, hub)
        assert TARO.encode() in held or hub == "130001"
        assert not any(pair in held for pair in pairs) and wanted.number not in held
        assert found(held, [BEFORE, DOMICILE]) == set()


def test_the_search_for_a_code_tells_the_hubs_nothing_but_who_is_meant(country: WideAreaCountry):
    country.frames.clear()
    country.content(country.by_birth(**HOUSEHOLD))
    to_hubs = b"".join(bytes(data) for (_, receiver), data in country.frames.items() if receiver in HUBS)
    assert TARO.encode() in to_hubs
    assert found(to_hubs, [YOSHIKO, BEFORE, DOMICILE, "世帯主"]) == set()


REFUSALS = {
    NotReady("office", Say("down", "不通"), Say("again", "再送")): Why.UNREACHABLE,
    Refused(Reason.LATE, "architecture 3"): Why.SLOW,
    Refused(Reason.LATE, "12-4(1)"): Why.EVIDENCE,
    Refused(Reason.DIRECTORY_EXPIRED, "architecture 2"): Why.TRUST,
    Refused(Reason.BAD_SEAL, "architecture 3"): Why.TRUST,
    Refused(Reason.OVER_LIMIT, "30-29"): Why.BUDGET,
    Refused(Reason.UNKNOWN_TYPE, "architecture 3"): Why.FAILED,
    Broken("seal", Say("none", "なし"), Say("call", "連絡")): Why.UNPROVED,
}


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: f"{type(error).__name__} {error.item}")
def test_every_error_of_the_line_has_its_outcome(error: OpenJukiError):
    assert refused_by(error).why is REFUSALS[error]


def test_only_what_is_safe_is_offered_to_be_handed_in_again():
    again = {why for why in Why if not_copied(why).again}
    assert again == {Why.CLOSED, Why.UNREACHABLE, Why.SLOW, Why.BUSY, Why.RECOVERING, Why.TRUST, Why.UNPROVED, Why.FAILED}
