"""転入届の特例 (Act art. 24-2): from the announcement by post to the confirmed departure, with one visit and one card."""

import datetime

import pytest

from openjuki.offices import transfers
from openjuki.offices.transfers import MoveState
from openjuki.procedures.code_allotment import request
from openjuki.register.errors import Broken
from openjuki.register.identity import Status
from tests.procedures.municipal_office import arrival
from tests.procedures.one_visit_country import DESTINATION, THERE, MovingCountry
from tests.procedures.wide_area_country import AIRA, CHIYODA, DOMICILE, HEAD


@pytest.fixture
def country():
    return MovingCountry()


def test_an_announcement_prints_no_certificate_and_ends_no_residence(country):
    waiting = country.announce()
    assert waiting.state is MoveState.WAITING
    assert [country.at(AIRA, code).status for code in country.codes] == [Status.RESIDENT] * 3
    assert country.look(AIRA, "SELECT kind FROM notice_slip WHERE kind LIKE 'move%'") == [("move-out-accepted",)]
    assert country.look("460001", "SELECT count(*) FROM person WHERE status <> 1") == [(0,)]


def test_the_family_moves_with_one_visit(country):
    records = country.moved()
    assert [(record.name, record.residence, record.code, record.relationship) for record in records] == [
        (one.name, 2, one.code, words) for one, words in zip(country.family, ("世帯主", "妻", "子"), strict=True)
    ]
    taro = records[0]
    assert (taro.address, taro.registered_domicile, taro.registered_domicile_head) == (THERE, DOMICILE, HEAD)
    assert taro.previous_address == "鹿児島県姶良市宮島町25番地"
    for code in country.codes:
        removed = country.at(AIRA, code)
        assert (removed.status, removed.removed_on, removed.moved_to) == (Status.REMOVED, "2013-12-12", DESTINATION)
    assert [one.office for code in country.codes for one in country.arrived(code)] == [CHIYODA] * 3


def test_prefectures_and_centre_hold_the_new_residence_and_the_old_prefecture_that_it_was_confirmed(country):
    country.moved()
    codes = sorted(country.codes)
    assert country.look("130001", "SELECT n, office, status FROM person ORDER BY id") == [(2, CHIYODA, 1)] * 3
    assert country.look("centre", "SELECT n, office, status FROM person ORDER BY id") == [(2, CHIYODA, 1)] * 3
    assert country.look("460001", "SELECT n, office, status FROM person ORDER BY id") == [(1, AIRA, 2)] * 3
    rows = country.look("460001", "SELECT code, n, office, received_on FROM transfer_confirmed ORDER BY code")
    assert rows == [(code, 1, AIRA, "2013-12-10") for code in codes]
    assert country.look("centre", "SELECT count(*) FROM parked") == [(0,)]


def test_who_does_not_arrive_is_removed_on_the_planned_day_and_waited_for(country):
    waiting = country.announce()
    country.next_day(datetime.date(2013, 12, 11))
    assert country.state(waiting.number) is MoveState.WAITING
    country.next_day()
    assert country.state(waiting.number) is MoveState.LEFT
    record = country.at(AIRA, country.codes[0])
    assert (record.status, record.removed_on, record.moved_to) == (Status.REMOVED, "2013-12-12", DESTINATION)
    records = country.enter(country.visit().number)
    country.settle()
    assert records[0].residence == 2
    assert country.arrived(country.codes[0])[0].confirmed


def test_a_move_announced_after_it_happened_is_removed_at_once(country):
    waiting = country.announce(leaves_on="2013-12-08")
    assert waiting.state is MoveState.LEFT
    assert country.at(AIRA, country.codes[0]).removed_on == "2013-12-08"


def test_the_householder_and_a_child_move_and_who_stays_gets_a_householder(country):
    country.announce(leavers=(country.codes[0], country.codes[2]))
    records = country.enter(country.visit().number, country.codes[0], country.codes[2])
    country.settle()
    assert len(records) == 2
    assert (country.at(AIRA, country.codes[1]).status, country.at(AIRA, country.codes[1]).relationship) == (Status.RESIDENT, "世帯主")


def test_they_join_a_household_that_lives_there(country):
    country.call(request, country.office(CHIYODA), 20)
    (host,) = country.arrive(arrival("港　元子", "世帯主", "1950-01-01"), home=THERE)
    country.announce()
    number = country.visit().number
    words = dict(zip(country.codes, ("同居人", "同居人", "同居人"), strict=True))
    records = country.enter(number, relationships=words, household_of=host.code)
    assert {record.household for record in records} == {host.household}


def test_the_log_of_the_old_office_has_the_question_before_its_answer_leaves(country):
    country.announce()
    country.visit()
    rows = country.look(AIRA, "SELECT asker, operator, transfer, outcome, counted FROM transfer_question")
    assert rows == [(CHIYODA, "clerk-7", 1, transfers.TOLD, 1)]
    with pytest.raises(Broken):
        country.call(lambda then: country.office(AIRA).write(lambda t: t.execute("DELETE FROM transfer_question"), then))


def test_a_slip_tells_the_old_address_that_moving_in_was_accepted(country):
    country.moved()
    assert country.look(CHIYODA, "SELECT kind FROM notice_slip WHERE kind LIKE 'move%'") == [("move-in-accepted",)]


def test_the_visit_saved_is_counted_once_for_the_household(country):
    country.moved()
    country.enter(1)
    assert country.look(CHIYODA, "SELECT count FROM saving WHERE happened = 'one-visit-move'") == [(1,)]
