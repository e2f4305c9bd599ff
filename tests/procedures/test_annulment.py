"""Annulment (異動の取消し): every event but a change of code can be undone by an event of its own, and the life before it holds again."""

import pytest

from openjuki.offices.municipality_households import Relation, Staying
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.move_in import MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.errors import InvalidInput
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.identity import Reason, Status
from tests.procedures.municipal_office import AIRA, CHIYODA, ELSEWHERE, TownHall, arrival, arrive, family


def undo(hall: TownHall, *events: tuple[str, int], **more):
    return hall.run(annul, AnnulmentOrder(tuple(Annulled(*event) for event in events), "2013-12-09", **more))


def last(hall: TownHall, code: str) -> int:
    return hall.events(code)[-1].sequence


def move(hall: TownHall, code: str, on: str = "2013-12-01") -> None:
    hall.run(change_address, ChangeOfAddressNotification((Relation(code, "世帯主"),), ELSEWHERE, on, on))


def leave(hall: TownHall, *codes: str, on: str = "2013-12-05"):
    return hall.run(move_out, MoveOutNotification(codes, "東京都世田谷区", on, "2013-12-05"))


def test_an_annulled_change_of_address_brings_the_old_address_and_household_back():
    hall = TownHall()
    taro, _, hikari = family(hall)
    move(hall, hikari.code)
    (record,) = undo(hall, (hikari.code, last(hall, hikari.code)))
    assert (record.address, record.household, record.relationship) == (hall.home, taro.household, "子")
    told = hall.changes()[-1]
    assert (told.identity.address, told.reason, told.version) == (hall.home, Reason.CORRECTION_EX_OFFICIO, 3)
    assert [event.kind for event in hall.events(hikari.code)] == [EventKind.ENTRY, EventKind.CHANGE, EventKind.ANNULMENT]
    assert hall.events(hikari.code)[-1].cause is Cause.ANNULLED_CHANGE
    assert hall.differing() == []


def test_an_earlier_change_is_undone_and_what_came_after_it_stays():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    move(hall, taro.code)
    moved = last(hall, taro.code)
    hall.run(correct, CorrectionOrder(taro.code, Items(name="住基　太朗"), "2013-12-09"))
    (record,) = undo(hall, (taro.code, moved))
    assert (record.address, record.name) == (hall.home, "住基　太朗")


def test_whose_moving_out_is_annulled_is_a_resident_again_with_the_household():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    leave(hall, taro.code, yoshiko.code, hikari.code)
    records = undo(hall, *((code, last(hall, code)) for code in (taro.code, yoshiko.code, hikari.code)))
    assert {record.status for record in records} == {Status.RESIDENT}
    assert hall.members(taro.code) == ["住基　太郎", "住基　美子", "住基　光"]
    assert hall.head(taro.code) == taro.person
    told = hall.changes()[-1]
    assert (told.status, told.reason, told.version, told.residence.n) == (Status.RESIDENT, Reason.ENTRY_EX_OFFICIO, 3, 1)


def test_an_entry_that_was_a_mistake_leaves_an_annulled_person_and_a_spent_code():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    (record,) = undo(hall, (taro.code, 1))
    assert (record.status, record.name) == (Status.ANNULLED, "住基　太郎")
    told = hall.changes()[-1]
    assert (told.status, told.reason, told.version, told.residence.n) == (Status.ANNULLED, Reason.REMOVAL_EX_OFFICIO, 2, 1)
    assert hall.do(lambda t: t.value("SELECT count(*) FROM code_stock WHERE code = ?", taro.code)) == 0
    assert hall.members(taro.code) == []
    assert hall.differing() == []


def test_an_annulled_return_goes_back_to_the_residence_before_and_tells_both():
    aira, chiyoda = TownHall(AIRA), TownHall(CHIYODA)
    (taro,) = arrive(aira, arrival("住基　太郎", "世帯主"))
    for old, new, on in ((aira, chiyoda, "2013-12-06"), (chiyoda, aira, "2013-12-08")):
        certificate = old.run(move_out, MoveOutNotification((taro.code,), "先", on, "2013-12-05"))
        new.run(move_in, MoveInNotification(arrivals_of(certificate, {taro.code: "世帯主"}), new.home, on, on, "元"))
    (record,) = undo(aira, (taro.code, last(aira, taro.code)))
    assert (record.residence, record.status) == (1, Status.REMOVED)
    ended, before = aira.changes()[-2:]
    assert (ended.residence.n, ended.version, ended.status) == (3, 4, Status.ANNULLED)
    assert (before.residence.n, before.version, before.status) == (1, 5, Status.REMOVED)
    assert aira.differing() == []


def test_a_person_whose_entry_was_annulled_may_be_entered_again():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    undo(hall, (taro.code, 1))
    (again,) = arrive(hall, arrival("住基　太郎", "世帯主", code=taro.code, residence=1), on="2013-12-05")
    assert (again.person, again.status, again.residence) == (taro.person, Status.RESIDENT, 1)
    assert [(change.version, change.status) for change in hall.changes()] == [
        (1, Status.RESIDENT), (2, Status.ANNULLED), (3, Status.RESIDENT),
    ]  # fmt: skip


def test_a_code_change_is_never_undone_and_the_refusal_says_why():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    changed = hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-09"))
    with pytest.raises(InvalidInput, match="the old code is spent"):
        undo(hall, (taro.code, last(hall, taro.code)))
    assert hall.now(taro.code).code == changed.code


def test_an_entry_is_undone_after_what_stands_on_it_but_a_code_change_stays_with_the_person():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    move(hall, taro.code)
    changed = hall.run(change_code, CodeChangeRequest(taro.code, "2013-12-09"))
    with pytest.raises(InvalidInput, match="later events"):
        undo(hall, (taro.code, 1))
    (record,) = undo(hall, (taro.code, 1), (taro.code, 2))
    assert (record.status, record.code, record.address) == (Status.ANNULLED, changed.code, hall.home)
    assert hall.changes()[-1].identity.code == changed.code
    assert hall.differing() == []


def test_a_moving_out_is_not_undone_while_a_later_residence_stands():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    leave(hall, taro.code)
    arrive(hall, arrival("住基　太郎", "世帯主", known_as=taro.code), on="2013-12-08")
    with pytest.raises(InvalidInput, match="later events"):
        undo(hall, (taro.code, 2))


def test_an_annulment_that_was_a_mistake_is_undone_too():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    move(hall, taro.code)
    undo(hall, (taro.code, 2))
    assert hall.now(taro.code).address == hall.home
    undo(hall, (taro.code, 3))
    assert hall.now(taro.code).address == ELSEWHERE
    with pytest.raises(InvalidInput, match="no such event"):
        undo(hall, (taro.code, 3))
    undo(hall, (taro.code, 4))
    assert hall.now(taro.code).address == hall.home
    assert hall.differing() == []


def test_a_correction_of_the_past_is_undone():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(correct, CorrectionOrder(taro.code, Items(birth="1974-05-04"), "2013-12-09", since_ever=True))
    (record,) = undo(hall, (taro.code, 2))
    assert record.birth == "1974-05-03"


def test_an_undone_death_with_a_successor_is_undone_with_the_succession():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    staying = Staying(yoshiko.code, (Relation(hikari.code, "妻の子"),))
    hall.run(enter_death, DeathNotification(taro.code, "2013-12-08", "2013-12-09", staying))
    death, succession, relation = (last(hall, code) for code in (taro.code, yoshiko.code, hikari.code))
    with pytest.raises(InvalidInput, match="several members"):
        undo(hall, (taro.code, death))
    assert hall.now(taro.code).status is Status.DEAD, "a refused annulment leaves nothing behind"
    undo(hall, (taro.code, death), (yoshiko.code, succession), (hikari.code, relation), asked_for=True)
    assert [hall.now(code).relationship for code in (taro.code, yoshiko.code, hikari.code)] == ["世帯主", "妻", "子"]
    assert hall.head(hikari.code) == taro.person
    assert not hall.events(taro.code)[-1].ex_officio


def test_a_household_left_without_a_head_or_at_two_addresses_stands_on_the_work_list():
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    leave(hall, taro.code, yoshiko.code, hikari.code)
    undo(hall, (hikari.code, last(hall, hikari.code)))
    assert hall.work_items() == ["householder-wanted"]
    hall = TownHall()
    taro, yoshiko, hikari = family(hall)
    leave(hall, hikari.code)
    movers = (Relation(taro.code, "世帯主"), Relation(yoshiko.code, "妻"))
    hall.run(change_address, ChangeOfAddressNotification(movers, ELSEWHERE, "2013-12-01", "2013-12-01"))
    undo(hall, (hikari.code, last(hall, hikari.code)))
    assert hall.work_items() == ["household-apart"]


def test_only_events_of_the_person_named_are_undone():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    (hanako,) = arrive(hall, arrival("辻　花子", "世帯主"))
    with pytest.raises(InvalidInput, match="no such event"):
        undo(hall, (taro.code, last(hall, hanako.code)))
