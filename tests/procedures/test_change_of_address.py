"""Change of address (転居): who moves, who stays, who heads whom, and what the hubs hear."""

import pytest

from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.register.addresses import Address
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Reason, Status
from tests.procedures.municipal_office import AIRA, ELSEWHERE, KIRISHIMA, TownHall, arrival, arrive, family


def moving(*movers: Relation, address: Address = ELSEWHERE, on: str = "2013-12-01", **more) -> ChangeOfAddressNotification:
    return ChangeOfAddressNotification(movers, address, on, more.pop("notified_on", on), **more)


def test_a_whole_household_moves_and_stays_one_household_and_each_member_is_told_of_once():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    before = len(hall.changes())
    moved = hall.run(change_address, moving(Relation(taro.code, "世帯主"), Relation(yoshiko.code, "妻"), Relation(hikari.code, "子")))
    assert {record.address for record in moved} == {ELSEWHERE}
    assert {record.household for record in moved} == {taro.household}
    assert {record.address_since for record in moved} == {"2013-12-01"}
    assert moved[0].became_resident_on == "2013-11-01"
    told = hall.changes()[before:]
    assert [(change.identity.code, change.version, change.reason, change.date) for change in told] == [
        (code, 2, Reason.CHANGE_OF_ADDRESS, "2013-12-01") for code in (taro.code, yoshiko.code, hikari.code)
    ]
    assert hall.differing() == []


def test_who_moves_alone_gets_a_household_and_those_who_stay_keep_their_head():
    hall = TownHall()
    taro, _, hikari = family(hall)
    (moved,) = hall.run(change_address, moving(Relation(hikari.code, "世帯主")))
    assert moved.household != taro.household
    assert hall.head(hikari.code) == moved.person
    assert hall.members(taro.code) == ["住基　太郎", "住基　美子"]
    assert hall.head(taro.code) == taro.person


def test_when_the_head_moves_the_successor_and_the_relationships_must_be_named():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    alone = moving(Relation(taro.code, "世帯主"))
    with pytest.raises(InvalidInput, match="householder"):
        hall.run(change_address, alone)
    unrelated = moving(Relation(taro.code, "世帯主"), staying=Staying(yoshiko.code))
    with pytest.raises(InvalidInput, match="relationship"):
        hall.run(change_address, unrelated)
    assert hall.now(taro.code).address == hall.home, "a refused filing leaves nothing behind"
    before = len(hall.changes())
    named = moving(Relation(taro.code, "世帯主"), staying=Staying(yoshiko.code, (Relation(hikari.code, "子"),)))
    hall.run(change_address, named)
    assert hall.now(yoshiko.code).relationship == "世帯主"
    assert hall.head(hikari.code) == yoshiko.person
    assert [change.identity.code for change in hall.changes()[before:]] == [taro.code], "of those who stay the hubs hear nothing"


def test_who_is_left_alone_becomes_householder_ex_officio_and_gets_a_notice():
    hall = TownHall()
    taro, yoshiko = arrive(hall, arrival("住基　太郎", "世帯主"), arrival("住基　美子", "妻", "1976-08-01"))
    hall.run(change_address, moving(Relation(taro.code, "世帯主")))
    assert hall.now(yoshiko.code).relationship == "世帯主"
    assert hall.events(yoshiko.code)[-1].ex_officio
    assert hall.slips()[-1] == "householder-changed"


def test_a_mover_joins_a_household_only_at_its_own_address_and_not_as_its_head():
    hall = TownHall()
    (host,) = arrive(hall, arrival("辻　花子", "世帯主"), address=ELSEWHERE)
    _, _, hikari = family(hall)
    with pytest.raises(InvalidInput, match="address"):
        hall.run(
            change_address, moving(Relation(hikari.code, "同居人"), address=Address(AIRA, "蒲生町上久徳", "1番地"), household_of=host.code)
        )
    with pytest.raises(InvalidInput, match="relationship"):
        hall.run(change_address, moving(Relation(hikari.code, "世帯主"), household_of=host.code))
    hall.run(change_address, moving(Relation(hikari.code, "同居人"), household_of=host.code))
    assert hall.members(host.code) == ["辻　花子", "住基　光"]


def test_a_mover_cannot_be_named_as_the_host():
    hall = TownHall()
    *_, hikari = family(hall)
    with pytest.raises(InvalidInput, match="household_of"):
        hall.run(change_address, moving(Relation(hikari.code, "子"), household_of=hikari.code))


def test_relationships_are_recorded_in_the_words_of_the_standard():
    hall = TownHall()
    (host,) = arrive(hall, arrival("辻　花子", "世帯主"), address=ELSEWHERE)
    _, _, hikari = family(hall)
    (moved,) = hall.run(change_address, moving(Relation(hikari.code, "妻(未届)"), household_of=host.code))
    assert moved.relationship == "妻（未届）"
    with pytest.raises(InvalidInput):
        hall.run(change_address, moving(Relation(moved.code, "孫"), household_of=host.code))


def test_another_municipality_is_not_a_change_of_address():
    hall = TownHall()
    taro, *_ = family(hall)
    with pytest.raises(InvalidInput, match="address"):
        hall.run(change_address, moving(Relation(taro.code, "世帯主"), address=Address(KIRISHIMA, "国分中央", "3丁目45-1")))


@pytest.mark.parametrize(("on", "notified_on", "late"), [("2013-11-18", "2013-12-02", False), ("2013-11-17", "2013-12-02", True)])
def test_a_notification_after_fourteen_days_is_accepted_and_recorded_as_late(on, notified_on, late):
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(change_address, moving(Relation(taro.code, "世帯主"), on=on, notified_on=notified_on))
    assert hall.work_items() == (["late-notification"] if late else [])
    assert hall.now(taro.code).address == ELSEWHERE


@pytest.mark.parametrize(("on", "notified_on"), [("2013-12-11", "2013-12-11"), ("2013-12-05", "2013-12-04"), ("2013-12-00", "2013-12-05")])
def test_the_day_of_the_move_is_a_day_of_the_calendar_not_after_its_notification_or_today(on, notified_on):
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    with pytest.raises(InvalidInput):
        hall.run(change_address, moving(Relation(taro.code, "世帯主"), on=on, notified_on=notified_on))


def test_a_move_before_a_later_move_is_refused_since_it_would_change_nothing_now():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(change_address, moving(Relation(taro.code, "世帯主"), on="2013-12-05"))
    with pytest.raises(Conflict, match="later event"):
        hall.run(change_address, moving(Relation(taro.code, "世帯主"), address=hall.home, on="2013-12-03", notified_on="2013-12-06"))
    assert len(hall.events(taro.code)) == 2


def test_only_residents_move_and_each_once():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    with pytest.raises(InvalidInput, match="movers"):
        hall.run(change_address, moving(Relation(taro.code, "世帯主"), Relation(taro.code, "子")))
    with pytest.raises(InvalidInput, match="movers"):
        hall.run(change_address, moving())
    with pytest.raises(Conflict, match="not in this register"):
        hall.run(change_address, moving(Relation("24727059608", "世帯主")))
    assert hall.now(taro.code).status is Status.RESIDENT
