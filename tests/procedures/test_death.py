"""Death and removal ex officio (死亡・職権消除): the record ends, those who stay have a householder, the hubs hear."""

import pytest

from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.death import DeathNotification, RemovalExOfficio, enter_death, remove_ex_officio
from openjuki.register.dates import for_network
from openjuki.register.errors import InvalidInput
from openjuki.register.identity import Reason, Status
from tests.procedures.municipal_office import TownHall, arrival, arrive, family


def test_a_death_ends_the_record_and_the_hubs_hear_of_it():
    hall = TownHall()
    _, yoshiko, _ = family(hall)
    dead = hall.run(enter_death, DeathNotification(yoshiko.code, "2013-12-08", "2013-12-09"))
    assert (dead.status, dead.removed_on) == (Status.DEAD, "2013-12-08")
    told = hall.changes()[-1]
    assert (told.status, told.reason, told.date) == (Status.DEAD, Reason.DEATH, "2013-12-08")
    assert hall.members(yoshiko.code) == ["住基　太郎", "住基　光"]
    assert hall.differing() == []


def test_when_the_householder_dies_the_successor_is_named_or_the_filing_is_refused():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    with pytest.raises(InvalidInput, match="householder"):
        hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09"))
    with pytest.raises(InvalidInput, match="not of this household"):
        hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09", Staying("24727059608")))
    staying = Staying(yoshiko.code, (Relation(hikari.code, "子"),))
    hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09", staying))
    assert hall.head(hikari.code) == yoshiko.person
    assert hall.now(yoshiko.code).relationship == "世帯主"


def test_the_last_but_one_leaves_the_last_as_householder_and_the_last_leaves_nobody():
    hall = TownHall()
    taro, yoshiko = arrive(hall, arrival("住基　太郎", "世帯主"), arrival("住基　美子", "妻", "1976-08-01"))
    hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09"))
    assert hall.head(yoshiko.code) == yoshiko.person
    hall.run(enter_death, DeathNotification(yoshiko.code, "2013-12-09", "2013-12-10"))
    assert hall.head(yoshiko.code) is None


@pytest.mark.parametrize("died_on", ["2013-12-E1", "2013-12-00", "0000-00-00", "2013-12-03/2013-12-08~"])
def test_the_day_of_a_death_may_be_partial_or_unknown_and_ends_the_record_by_the_notification(died_on):
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    dead = hall.run(enter_death, DeathNotification(taro.code, died_on, "2013-12-09"))
    assert (dead.status, dead.removed_on) == (Status.DEAD, died_on)
    assert hall.changes()[-1].date == for_network(died_on), "converted for the network (standard 1.1.8)"


@pytest.mark.parametrize(
    ("died_on", "notified_on"), [("2013-12-10", "2013-12-09"), ("2013-12-08", "2013-12-11"), ("2014-00-00", "2013-12-09")]
)
def test_nobody_dies_after_the_notification_and_nothing_is_notified_tomorrow(died_on, notified_on):
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    with pytest.raises(InvalidInput):
        hall.run(enter_death, DeathNotification(taro.code, died_on, notified_on))
    assert hall.now(taro.code).status is Status.RESIDENT


def test_nobody_dies_twice():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09"))
    with pytest.raises(InvalidInput, match="resident"):
        hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09"))


def test_who_is_found_to_live_nowhere_is_removed_ex_officio():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    removed = hall.run(remove_ex_officio, RemovalExOfficio(taro.code, "2013-12-01", "2013-12-09"))
    assert (removed.status, removed.removed_on, removed.moved_to) == (Status.REMOVED, "2013-12-01", "")
    assert hall.changes()[-1].reason is Reason.REMOVAL_EX_OFFICIO
    assert hall.events(taro.code)[-1].ex_officio
