"""Household changes (世帯変更): households and heads change, the hubs hear nothing."""

import pytest

from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.household_change import (
    HouseholdChangeNotification,
    HouseholderChangeNotification,
    change_household,
    change_householder,
)
from openjuki.register.errors import InvalidInput
from openjuki.register.events import Cause
from tests.procedures.municipal_office import ELSEWHERE, TownHall, arrival, arrive, family

ON = ("2013-12-01", "2013-12-02")


def three_generations(hall: TownHall):
    return arrive(
        hall,
        arrival("住基　明", "世帯主", "1939-06-05"),
        arrival("住基　太郎", "子"),
        arrival("住基　美子", "子の妻", "1976-08-01"),
    )


def test_part_of_a_household_separates_at_the_same_address_and_the_hubs_hear_nothing():
    hall = TownHall()
    akira, taro, yoshiko = three_generations(hall)
    before = len(hall.changes())
    separating = HouseholdChangeNotification((Relation(taro.code, "世帯主"), Relation(yoshiko.code, "妻")), *ON)
    records = hall.run(change_household, separating)
    assert {record.address for record in records} == {hall.home}
    assert hall.members(akira.code) == ["住基　明"]
    assert hall.members(taro.code) == ["住基　太郎", "住基　美子"]
    assert (hall.head(akira.code), hall.head(taro.code)) == (akira.person, taro.person)
    assert hall.events(taro.code)[-1].cause is Cause.HOUSEHOLD_SEPARATION
    assert len(hall.changes()) == before
    assert hall.differing() == []


def test_separated_households_merge_again_and_nobody_is_left_behind():
    hall = TownHall()
    akira, taro, yoshiko = three_generations(hall)
    hall.run(change_household, HouseholdChangeNotification((Relation(taro.code, "世帯主"), Relation(yoshiko.code, "妻")), *ON))
    before = len(hall.changes())
    merging = HouseholdChangeNotification(
        (Relation(taro.code, "子"), Relation(yoshiko.code, "子の妻")), "2013-12-05", "2013-12-05", akira.code
    )
    hall.run(change_household, merging)
    assert hall.members(akira.code) == ["住基　明", "住基　太郎", "住基　美子"]
    assert hall.head(akira.code) == akira.person
    assert hall.events(taro.code)[-1].cause is Cause.HOUSEHOLD_MERGER
    assert len(hall.changes()) == before


def test_one_member_changes_to_another_household_at_the_same_address():
    hall = TownHall()
    akira, taro, yoshiko = three_generations(hall)
    hall.run(change_household, HouseholdChangeNotification((Relation(taro.code, "世帯主"),), *ON))
    hall.run(change_household, HouseholdChangeNotification((Relation(yoshiko.code, "妻"),), *ON, taro.code))
    assert hall.members(taro.code) == ["住基　太郎", "住基　美子"]
    assert hall.events(yoshiko.code)[-1].cause is Cause.HOUSEHOLD_CHANGE
    assert hall.members(akira.code) == ["住基　明"]


def test_a_head_who_separates_names_who_follows():
    hall = TownHall()
    akira, taro, yoshiko = three_generations(hall)
    with pytest.raises(InvalidInput, match="householder"):
        hall.run(change_household, HouseholdChangeNotification((Relation(akira.code, "世帯主"),), *ON))
    staying = Staying(taro.code, (Relation(yoshiko.code, "妻"),))
    hall.run(change_household, HouseholdChangeNotification((Relation(akira.code, "世帯主"),), *ON, staying=staying))
    assert (hall.head(yoshiko.code), hall.now(yoshiko.code).relationship) == (taro.person, "妻")


def test_another_member_heads_the_household_and_every_relationship_is_given():
    hall = TownHall()
    akira, taro, yoshiko = three_generations(hall)
    before = len(hall.changes())
    with pytest.raises(InvalidInput, match="relationship"):
        hall.run(change_householder, HouseholderChangeNotification(taro.code, (Relation(akira.code, "父"),), *ON))
    named = HouseholderChangeNotification(taro.code, (Relation(akira.code, "父"), Relation(yoshiko.code, "妻")), *ON)
    hall.run(change_householder, named)
    assert [hall.now(code).relationship for code in (akira.code, taro.code, yoshiko.code)] == ["父", "世帯主", "妻"]
    assert hall.head(akira.code) == taro.person
    assert hall.events(taro.code)[-1].cause is Cause.HOUSEHOLDER_CHANGE
    assert not hall.events(taro.code)[-1].ex_officio
    assert len(hall.changes()) == before
    with pytest.raises(InvalidInput, match="heads the household already"):
        hall.run(change_householder, named)
    back = HouseholderChangeNotification(akira.code, (Relation(taro.code, "子"), Relation(yoshiko.code, "妻")), *ON)
    hall.run(change_householder, back)
    assert [len(hall.events(code)) for code in (akira.code, taro.code, yoshiko.code)] == [3, 3, 2], "whose words stay gets no event"


def test_households_change_only_where_people_live_together_and_something_changes():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"), address=ELSEWHERE)
    wrong = [
        HouseholdChangeNotification((Relation(hikari.code, "同居人"),), *ON, hanako.code),
        HouseholdChangeNotification((Relation(hikari.code, "世帯主"), Relation(hanako.code, "同居人")), *ON),
        HouseholdChangeNotification((Relation(hikari.code, "子"),), *ON, yoshiko.code),
        HouseholdChangeNotification((Relation(hanako.code, "世帯主"),), *ON),
        HouseholdChangeNotification((Relation(hikari.code, "世帯主"),), "2013-12-05", "2013-12-04"),
    ]
    for notification in wrong:
        with pytest.raises(InvalidInput):
            hall.run(change_household, notification)
    assert hall.members(taro.code) == ["住基　太郎", "住基　美子", "住基　光"]


def test_a_late_household_change_is_recorded_as_late():
    hall = TownHall()
    *_, hikari = family(hall)
    hall.run(change_household, HouseholdChangeNotification((Relation(hikari.code, "世帯主"),), "2013-11-10", "2013-12-02"))
    assert hall.work_items() == ["late-notification"]
