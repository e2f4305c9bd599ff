"""The rest register (除票): what is left of records that ended, and how long it is kept."""

import datetime

import pytest

from openjuki.law.calendar import Profile
from openjuki.law.retention import may_go, removed_record_kept_until
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.remake import RemakeOrder, remake
from openjuki.register.events import Items
from openjuki.register.identity import Status
from openjuki.register.rest_register import RestRecord, rest_records
from tests.procedures.municipal_office import TownHall, arrival, arrive

ENTERED_ON = datetime.date(2013, 12, 3)
"""The day of the town hall's wall clock in Japan."""


def rest(hall: TownHall, code: str) -> list[RestRecord]:
    return rest_records(hall.events(code))


def one() -> tuple[TownHall, str]:
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    return hall, taro.code


def test_a_resident_has_nothing_in_the_rest_register():
    hall, code = one()
    assert rest(hall, code) == []


def test_a_death_closes_the_record_on_the_day_of_entering_whatever_the_day_of_the_death():
    hall, code = one()
    hall.run(enter_death, DeathNotification(code, "2013-11-00", "2013-12-02"))
    (left,) = rest(hall, code)
    assert (left.reason.japanese, left.happened_on, left.notified_on, left.closed_on) == ("死亡", "2013-11-00", "2013-12-02", ENTERED_ON)
    assert (left.record, left.record.status) == (hall.now(code), Status.DEAD)


@pytest.mark.parametrize(("leaves_on", "closed_on"), [("2013-12-20", "2013-12-20"), ("2013-12-01", "2013-12-03")])
def test_a_move_out_closes_the_record_on_the_planned_day_or_if_that_is_past_when_it_is_entered(leaves_on, closed_on):
    hall, code = one()
    hall.run(move_out, MoveOutNotification((code,), "鹿児島県霧島市", leaves_on, "2013-12-02"))
    (left,) = rest(hall, code)
    assert (left.reason.japanese, left.record.moved_to, left.closed_on.isoformat()) == ("国内転出", "鹿児島県霧島市", closed_on)


def test_what_is_corrected_afterwards_is_corrected_in_the_rest_register():
    hall, code = one()
    hall.run(enter_death, DeathNotification(code, "2013-12-01", "2013-12-02"))
    hall.run(correct, CorrectionOrder(code, Items(birth="1974-05-04"), "2013-12-09", since_ever=True))
    hall.run(correct, CorrectionOrder(code, Items(name="住基　太朗"), "2013-12-09"))
    (left,) = rest(hall, code)
    assert left.record == hall.now(code)
    assert (left.record.birth, left.record.name) == ("1974-05-04", "住基　太朗")


def test_a_removal_undone_leaves_nothing_and_an_entry_undone_leaves_the_record_that_was():
    hall, code = one()
    hall.run(enter_death, DeathNotification(code, "2013-12-01", "2013-12-02"))
    hall.run(annul, AnnulmentOrder((Annulled(code, 2),), "2013-12-09"))
    assert rest(hall, code) == []
    hall.run(annul, AnnulmentOrder((Annulled(code, 3),), "2013-12-09"))
    hall.run(annul, AnnulmentOrder((Annulled(code, 2),), "2013-12-09"))
    hall.run(annul, AnnulmentOrder((Annulled(code, 1),), "2013-12-09"))
    (left,) = rest(hall, code)
    assert (left.reason.japanese, left.record.name) == ("異動の取消し（減）", "住基　太郎")


def test_a_remaking_leaves_the_original_and_coming_back_leaves_the_life_before():
    hall, code = one()
    hall.run(correct, CorrectionOrder(code, Items(name="住基　太朗"), "2013-12-09"))
    hall.run(remake, RemakeOrder((code,), "2013-12-09"))
    hall.run(move_out, MoveOutNotification((code,), "鹿児島県霧島市", "2013-12-20", "2013-12-09"))
    hall.today = datetime.date(2014, 3, 1)
    arrive(hall, arrival("住基　太朗", "世帯主", code=code), on="2014-02-20")
    assert [(left.reason.japanese, left.record.status.name) for left in rest(hall, code)] == [("改製", "RESIDENT"), ("国内転出", "REMOVED")]
    assert hall.now(code).status is Status.RESIDENT


@pytest.mark.parametrize(
    ("closed_on", "last"),
    [
        ("2013-12-03", "2018-12-03"), ("2014-06-18", "2019-06-18"), ("2014-06-19", "2019-06-19"),
        ("2014-06-20", "2164-06-20"), ("2019-06-19", "2169-06-19"), ("2019-06-20", "2169-06-20"),
    ],
)  # fmt: skip
def test_the_day_before_and_the_day_after_of_the_time_that_a_rest_record_is_kept(closed_on, last):
    day, after = datetime.date.fromisoformat(last), datetime.date.fromisoformat(last) + datetime.timedelta(1)
    kept = removed_record_kept_until(datetime.date.fromisoformat(closed_on), after, Profile.JAPAN)
    if closed_on == "2014-06-19":  # its last day is the day before the 150 years came
        assert kept == day
    assert kept.isoformat() == last
    assert (may_go(kept, day), may_go(kept, after)) == (False, True)
