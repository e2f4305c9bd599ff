"""Wards of a designated city (区間異動) and addresses that get new words (住居表示・地番変更)."""

import msgspec
import pytest

from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.renumbering import RenumberingOrder, renumber
from openjuki.procedures.ward_move import WardMoveNotification, move_between_wards
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput
from openjuki.register.identity import Reason, Status
from openjuki.register.renumbered_addresses import Renumbered
from tests.procedures.municipal_office import ELSEWHERE, SAPPORO, TownHall, arrival, arrive, family

NORTH = Address("011029", "北七条西", "1丁目1番")
ON = ("2013-12-01", "2013-12-02")


def test_a_move_between_wards_is_moving_out_and_moving_in_with_code_number_and_day_of_becoming_a_resident_kept():
    hall = TownHall(SAPPORO)
    taro, yoshiko, hikari = family(hall)
    movers = (Relation(taro.code, "世帯主"), Relation(hikari.code, "子"))
    moved = hall.run(move_between_wards, WardMoveNotification(movers, NORTH, *ON))
    assert [(record.code, record.residence, record.status) for record in moved] == [(r.code, 2, Status.RESIDENT) for r in (taro, hikari)]
    assert {(record.became_resident_on, record.address_since, record.notified_on) for record in moved} == {("2013-11-01", *ON)}
    assert {record.previous_address for record in moved} == {hall.home.text()}
    assert moved[0].household != taro.household == hall.now(yoshiko.code).household
    assert (hall.head(taro.code), hall.head(yoshiko.code)) == (taro.person, yoshiko.person)
    told = [(change.reason, change.residence.n, change.status) for change in hall.changes()[3:]]
    assert told == [(Reason.MOVE_OUT, 1, Status.REMOVED), (Reason.MOVE_IN, 2, Status.RESIDENT)] * 2
    assert hall.differing() == []


def test_a_ward_move_can_be_undone_event_by_event():
    hall = TownHall(SAPPORO)
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(move_between_wards, WardMoveNotification((Relation(taro.code, "世帯主"),), NORTH, *ON))
    undone = tuple(Annulled(taro.code, event.sequence) for event in hall.events(taro.code)[1:])
    hall.run(annul, AnnulmentOrder(undone, ON[1]))
    assert hall.now(taro.code) == taro
    assert hall.changes()[-1].identity.address == hall.home


def test_inside_a_ward_people_change_address_and_between_wards_they_do_not():
    hall = TownHall(SAPPORO)
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    stay = (Relation(taro.code, "世帯主"),)
    with pytest.raises(InvalidInput, match="another ward"):
        hall.run(change_address, ChangeOfAddressNotification(stay, NORTH, *ON))
    with pytest.raises(InvalidInput, match="that ward already"):
        hall.run(move_between_wards, WardMoveNotification(stay, Address("011011", "大通西", "1丁目"), *ON))
    with pytest.raises(InvalidInput, match="another municipality"):
        hall.run(move_between_wards, WardMoveNotification(stay, ELSEWHERE, *ON))
    hall.run(change_address, ChangeOfAddressNotification(stay, Address("011011", "大通西", "1丁目"), *ON))


def test_a_head_who_moves_to_another_ward_names_who_follows():
    hall = TownHall(SAPPORO)
    taro, yoshiko, hikari = family(hall)
    leaving = WardMoveNotification((Relation(taro.code, "世帯主"),), NORTH, *ON)
    with pytest.raises(InvalidInput, match="householder"):
        hall.run(move_between_wards, leaving)
    staying = Staying(yoshiko.code, (Relation(hikari.code, "子"),))
    hall.run(move_between_wards, msgspec.structs.replace(leaving, staying=staying))
    assert hall.head(hikari.code) == yoshiko.person


def test_a_renumbering_gives_all_residents_the_new_words_as_minor_corrections_and_nobody_moves():
    hall = TownHall()
    people = family(hall)
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"), address=Address(hall.office.code, "宮島町", "25番地", "宮島荘2"))
    (other,) = arrive(hall, arrival("不詳　一郎", "世帯主"), address=ELSEWHERE)
    before = len(hall.changes())
    after = Address(hall.office.code, "宮島町", "3番12号")
    assert hall.run(renumber, RenumberingOrder((Renumbered(hall.home, after),), "2013-12-01", "2013-12-02")) == 4
    assert hall.now(people[0].code).address == after
    assert hall.now(hanako.code).address == Address(hall.office.code, "宮島町", "3番12号", "宮島荘2"), "the building stays"
    assert hall.now(people[0].code).address_since == people[0].address_since
    assert hall.now(other.code).address == ELSEWHERE
    told = hall.changes()[before:]
    assert [(change.reason, change.date, change.status) for change in told] == [
        (Reason.MINOR_CORRECTION, "2013-12-01", Status.RESIDENT)
    ] * 4
    assert hall.differing() == []


def test_a_town_that_gets_a_new_name_keeps_its_blocks():
    hall = TownHall()
    taro, *_ = family(hall)
    town = Renumbered(Address(hall.office.code, "宮島町", ""), Address(hall.office.code, "宮島本町", ""))
    assert hall.run(renumber, RenumberingOrder((town,), "2013-12-01", "2013-12-02")) == 3
    assert hall.now(taro.code).address == Address(hall.office.code, "宮島本町", "25番地")
    assert hall.run(renumber, RenumberingOrder((town,), "2013-12-01", "2013-12-02")) == 0, "once is enough"


def test_who_came_after_the_day_and_who_leaves_is_dealt_with_as_the_standard_says():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"), on="2013-12-05")
    hall.run(move_out, MoveOutNotification((taro.code,), "鹿児島県霧島市", "2013-12-20", "2013-12-06"))
    after = Address(hall.office.code, "宮島町", "3番12号")
    assert hall.run(renumber, RenumberingOrder((Renumbered(hall.home, after),), "2013-12-01", "2013-12-09")) == 1
    assert (hall.now(taro.code).address, hall.now(hanako.code).address) == (hall.home, after)
    assert hall.events(hanako.code)[-1].changed_on == "2013-12-05"


@pytest.mark.parametrize("case", ["elsewhere", "twice", "none", "late", "later"])
def test_a_table_that_cannot_hold_is_refused_whole(case):
    hall = TownHall()
    taro, *_ = family(hall)
    after = Address("462187", "国分中央", "1番") if case == "elsewhere" else Address(hall.office.code, "宮島町", "3番12号")
    table = (Renumbered(hall.home, after),) * {"twice": 2, "none": 0}.get(case, 1)
    holds_from, found_on = {"late": ("2013-12-03", "2013-12-02"), "later": ("2013-12-01", "2013-12-11")}.get(case, ON)
    with pytest.raises(InvalidInput):
        hall.run(renumber, RenumberingOrder(table, holds_from, found_on))
    assert hall.now(taro.code).address == hall.home
