"""戸籍の附票の写し: on which ground whom, what it shows and what it never shows; how long a closed supplement is kept."""

import datetime

import apsw
import msgspec
import pytest

from openjuki.law.calendar import Profile
from openjuki.law.restraint import begin, give_release
from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.offices import supplement
from openjuki.offices.supplement_copies import AS_OF_RIGHT, CopyLine, CopyRequest, Ground, copy
from openjuki.offices.supplement_retention import kept_until, sweep_supplements
from openjuki.procedures.supplement_entries import (
    KnownAddress,
    RegisteredPerson,
    SupplementCorrection,
    SupplementMade,
    correct,
    make,
)
from openjuki.procedures.supplement_transfer import Leaver, SupplementLeft, leave
from openjuki.register.errors import InvalidInput
from openjuki.register.supplement import LeftBecause
from tests.procedures.municipal_office import HOME, KIRISHIMA, TownHall

DOMICILE, HEAD = "鹿児島県霧島市国分中央三丁目45番地1", "住基　明"
LIVED = (KnownAddress("1974-05-03", HOME[KIRISHIMA]), KnownAddress("2001-00-00", destination="アメリカ合衆国"))
OWN = CopyRequest(1, Ground.OWN, Asker.FAMILY, "受付1", identity_checked=True)
DAY = datetime.date(2013, 12, 10)


@pytest.fixture
def hall():
    town = TownHall(KIRISHIMA)
    persons = (RegisteredPerson("住基　明", "1939-03-03", LIVED), RegisteredPerson("住基　花", "1944-01-01", LIVED[:1]))
    town.run(make, SupplementMade(DOMICILE, HEAD, "1974-05-10", persons))
    return town


def given(hall: TownHall, request: CopyRequest = OWN, restraints=None, release=None, **more):
    asked = msgspec.structs.replace(request, **more)
    return hall.do(lambda t: copy(t, hall.office, "clerk-1", asked, restraints or {}, release))


def test_a_copy_shows_the_four_items_of_the_act_in_the_words_that_are_printed(hall):
    made = given(hall)
    assert (made.registered_domicile, made.registered_domicile_head) == (DOMICILE, HEAD)
    assert (made.closed, made.made_on) == (False, "平成25年12月10日")
    akira, hana = made.persons
    assert akira.name == "住基　明"
    assert akira.lines == (
        CopyLine(HOME[KIRISHIMA].text(), "昭和49年5月3日"),
        CopyLine("国外転出（アメリカ合衆国）", "平成13年月日不詳"),
    )
    assert hana.lines == akira.lines[:1]


def test_a_copy_shows_neither_birth_date_nor_who_told_the_address(hall):
    text = str(given(hall))
    assert not any(word in text for word in ("1939", "昭和14", KIRISHIMA))


def test_a_copy_of_one_person_shows_that_one_alone(hall):
    assert [person.name for person in given(hall, members=(2,)).persons] == ["住基　花"]
    with pytest.raises(InvalidInput):
        given(hall, members=(2, 3))


def test_who_has_left_is_shown_as_removed(hall):
    hall.run(leave, SupplementLeft(1, LeftBecause.OTHER, "2013-12-01", (Leaver(2),)))
    assert [person.removed for person in given(hall).persons] == ["", "平成25年12月1日"]


def test_the_roll_of_voters_abroad_is_shown(hall):
    hall.run(correct, SupplementCorrection(1, "2013-12-02", member=1, overseas_roll="東京都千代田区"))
    assert given(hall).persons[0].overseas_roll == "東京都千代田区"


@pytest.mark.parametrize("ground", list(Ground))
def test_each_ground_of_the_act_has_what_it_needs(hall, ground):
    asked = CopyRequest(1, ground, Asker.THIRD_PARTY, "受付2", purpose="相続", identity_checked=True, found_proper=True)
    assert given(hall, asked).persons
    assert hall.do(lambda t: t.value("SELECT count(*) FROM audit WHERE tag = 'supplement:copy:given'")) == 1
    needed = {"identity_checked": False, "case": ""}
    needed |= {} if ground is Ground.OWN else {"purpose": ""}
    needed |= {} if ground in AS_OF_RIGHT else {"found_proper": False}
    for item, missing in needed.items():
        with pytest.raises(InvalidInput, match=item):
            given(hall, asked, **{item: missing})
    assert hall.do(lambda t: t.value("SELECT count(*) FROM audit WHERE tag = 'supplement:copy:given'")) == 1


def test_a_restraint_stops_the_copy_until_it_is_released_and_for_the_abuser_always(hall):
    restraints = {2: [begin(frozenset({Output.SUPPLEMENT}), DAY)]}
    assert given(hall, members=(1,), restraints=restraints).persons, "the restraint is the other one's"
    with pytest.raises(InvalidInput, match="examined"):
        given(hall, restraints=restraints)
    now_ms = hall.office.clock.wall_ms()
    release = give_release(WayOut.ADDRESS_SUPPLEMENT, Asker.FAMILY, frozenset({"a", "b"}), now_ms, 600_000)
    assert given(hall, restraints=restraints, release=release).persons
    with pytest.raises(InvalidInput, match="cannot be given here"):
        given(hall, asker=Asker.ABUSER, restraints=restraints, release=release)


def closed(hall: TownHall, because: LeftBecause):
    hall.run(leave, SupplementLeft(1, because, "2013-12-01"))
    return hall.do(lambda t: supplement.supplement_of(t, 1))


@pytest.mark.parametrize(
    ("because", "on", "last"),
    [
        (LeftBecause.DEATH, DAY, "2018-12-03"),
        (LeftBecause.OTHER, DAY, "2093-12-03"),
        (LeftBecause.DEATH, datetime.date(2019, 6, 20), "2018-12-03"),
        (LeftBecause.OTHER, datetime.date(2019, 6, 20), "2163-12-03"),
    ],
    ids=["five-years", "somebody-abroad", "gone-before-the-rule", "150-years"],
)
def test_a_closed_supplement_is_kept_as_the_order_of_the_day_says(hall, because, on, last):
    hall.today = DAY
    kept = closed(hall, because)
    assert kept_until(kept, on, Profile.JAPAN) == datetime.date.fromisoformat(last)


def swept(hall: TownHall, on: datetime.date) -> int:
    """How many closed supplements went."""
    return sum(one.rows for one in hall.do(lambda t: sweep_supplements(t, hall.office, on, 0, True)).removed)


def test_an_open_supplement_is_kept_without_end_and_a_closed_one_goes_the_day_after_its_last(hall):
    assert swept(hall, datetime.date(2500, 1, 1)) == 0
    hall.office.profile = Profile.JAPAN
    last = kept_until(closed(hall, LeftBecause.DEATH), DAY, Profile.JAPAN)
    assert swept(hall, last) == 0
    assert given(hall).closed
    assert swept(hall, last + datetime.timedelta(1)) == 1
    assert hall.do(lambda t: supplement.find(t, DOMICILE, HEAD)) == []
    assert hall.do(lambda t: t.value("SELECT count(*) FROM supplement_entry")) == 0


def test_entries_of_an_open_supplement_can_be_neither_changed_nor_deleted(hall):
    for statement in ("UPDATE supplement_entry SET body = x''", "DELETE FROM supplement_entry"):
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            hall.office.store.connection.execute(statement)
