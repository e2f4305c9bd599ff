"""Lost replies, crashes, double clicks, duplicates in a move with one visit: nothing is lost, nothing is done twice."""

import datetime

import pytest

from openjuki.nodes.tables import TABLES
from openjuki.offices import relay_envelope
from openjuki.offices.municipality_households import Relation, Staying
from openjuki.offices.store import Store
from openjuki.offices.transfers import MoveState
from openjuki.procedures import one_visit_move
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.one_visit_move import OneVisitArrival
from openjuki.register.errors import Conflict, NotReady
from openjuki.register.identity import Status
from tests.procedures.municipal_office import arrival
from tests.procedures.one_visit_country import THERE, MovingCountry
from tests.procedures.wide_area_country import AIRA, CHIYODA

ANSWER = bytes([0xA0 + len("TransferRecord")]) + b"TransferRecord"


class CutCountry(MovingCountry):
    """Its line between the two towns breaks when told to."""

    def _wire(self, sender, receiver, data):
        self.frames.setdefault((sender, receiver), bytearray()).extend(data)
        if self._losing and sender == AIRA and ANSWER in data:
            self._losing = False
            self.nodes[receiver].links[sender].close("cut")


@pytest.fixture
def country():
    return CutCountry()


def persons(country, office):
    return country.look(office, "SELECT count(*) FROM person")[0][0]


def test_a_lost_answer_keeps_the_visit_on_the_list_and_the_clerk_asks_again(country):
    country.announce()
    country.lose_next_answer()
    with pytest.raises(NotReady) as error:
        country.visit()
    assert error.value.item == "old_office"
    assert "nothing is lost" in error.value.remedy.en
    assert country.look(CHIYODA, "SELECT state, outcome FROM transfer_in") == [("asked", "old_office")]
    arrival = country.visit()
    assert (arrival.number, arrival.state, arrival.outcome) == (1, "told", "")
    assert country.questions() == ["told", "told"]
    assert len(country.enter(1)) == 3


def test_the_same_visit_twice_is_one_arrival_and_one_entry(country):
    country.announce()
    assert country.visit().number == country.visit().number == 1
    first, again = country.enter(1), country.enter(1)
    assert [record.person for record in first] == [record.person for record in again]
    assert persons(country, CHIYODA) == 3
    country.settle()
    assert country.look(CHIYODA, "SELECT count(*) FROM outbox WHERE type = 'MoveInNotice'") == [(3,)]
    with pytest.raises(Conflict, match="already"):
        country.visit()


def test_two_clicks_at_the_same_moment_enter_once(country):
    country.announce()
    number, outcomes = country.visit().number, []
    words = dict(zip(country.codes, ("世帯主", "妻", "子"), strict=True))
    for _ in range(2):
        arrival = OneVisitArrival(number, words, THERE)
        one_visit_move.enter_arrival(country.office(CHIYODA), "clerk-7", arrival, outcomes.append)
    country.settle()
    assert [[record.code for record in records] for records in outcomes] == [list(country.codes)] * 2
    assert persons(country, CHIYODA) == 3


def test_a_line_that_is_down_says_so_and_what_to_do(country):
    country.announce()
    country.close(AIRA)
    with pytest.raises(NotReady) as error:
        country.visit()
    assert "certificate" in error.value.remedy.en
    assert country.look(CHIYODA, "SELECT state FROM transfer_in") == [("asked",)]


def test_the_old_office_restarts_and_its_key_of_the_hour_is_gone(country):
    country.announce()
    country.call(relay_envelope.key_of, country.office(CHIYODA), AIRA)
    country.office(AIRA).relay.own.clear()
    assert country.visit().answer is not None
    assert country.questions() == ["told"]


def test_both_offices_restart_between_the_steps_and_go_on(tmp_path):
    country = MovingCountry(tmp_path)
    country.announce()
    country.visit()
    for code in (AIRA, CHIYODA):
        country.close(code)
        country.open(code, reopened(country, tmp_path, code))
    records = country.enter(1)
    country.close(CHIYODA)  # before the notices leave
    country.open(CHIYODA, reopened(country, tmp_path, CHIYODA))
    country.settle()
    assert [record.residence for record in records] == [2, 2, 2]
    assert [country.arrived(code)[0].confirmed for code in country.codes] == [True] * 3


def reopened(country, folder, code):
    return Store(str(folder / f"{code}.db"), TABLES[country.offices[code].kind].scripts)


def test_the_old_office_is_down_when_they_arrive_and_hears_of_it_when_it_is_back(tmp_path):
    country = MovingCountry(tmp_path)
    country.announce()
    country.visit()
    country.close(AIRA)
    country.enter(1)
    country.settle()
    country.open(AIRA, reopened(country, tmp_path, AIRA))
    country.settle(40.0)
    assert [country.at(AIRA, code).status for code in country.codes] == [Status.REMOVED] * 3
    assert country.look("460001", "SELECT count(*) FROM transfer_confirmed") == [(3,)]


def test_the_new_residence_reaches_the_hubs_before_the_removal_or_after_it_with_one_result(country):
    country.announce()
    number = country.visit().number
    country.close("460001")  # the removal waits
    country.enter(number)
    country.settle()
    assert country.look("centre", "SELECT n, office FROM person ORDER BY id") == [(2, CHIYODA)] * 3
    country.open("460001", Store(":memory:", TABLES[country.offices["460001"].kind].scripts))
    country.settle(60.0)
    assert country.look("centre", "SELECT n, office, status FROM person ORDER BY id") == [(2, CHIYODA, 1)] * 3


def test_an_announcement_that_can_no_longer_be_entered_is_work_for_a_clerk_and_stops_nobody(country):
    others = country.arrive(
        arrival("港　一", "世帯主", "1950-01-01"), arrival("港　二", "妻", "1951-01-01"), arrival("港　三", "子", "1980-01-01"),
        arrival("港　四", "子", "1982-01-01"),
    )  # fmt: skip
    head, wife, son, daughter = (record.code for record in others)
    staying = Staying(wife, (Relation(son, "子"), Relation(daughter, "子")))
    first = country.announce(leavers=(head,), holder=head, staying=staying)
    second = country.announce()
    country.call(enter_death, country.office(AIRA), "clerk-1", DeathNotification(wife, "2013-12-10", "2013-12-10"))
    country.next_day(datetime.date(2013, 12, 12))
    assert (country.state(first.number), country.state(second.number)) == (MoveState.WAITING, MoveState.LEFT)
    assert "announced-move" in country.work(AIRA)
    assert country.at(AIRA, head).status is Status.RESIDENT
    departure = one_visit_move.Departure(first.number, Staying(son, (Relation(daughter, "妹"),)))
    country.call(one_visit_move.enter_departure, country.office(AIRA), "clerk-2", departure)
    country.call(one_visit_move.enter_departure, country.office(AIRA), "clerk-2", departure)
    assert (country.state(first.number), country.at(AIRA, head).status) == (MoveState.LEFT, Status.REMOVED)
    assert country.at(AIRA, son).relationship == "世帯主"
