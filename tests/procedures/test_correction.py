"""Correction (訂正): of now, of the past, minor; both what was and what was known stay to be seen (promise X3)."""

import datetime

import pytest

from openjuki.offices import municipality
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput
from openjuki.register.events import Cause, Event, EventKind, Items
from openjuki.register.identity import Reason, Sex, Status
from tests.procedures.municipal_office import AIRA, ELSEWHERE, KIRISHIMA, TownHall, arrival, arrive, family

NOVEMBER = datetime.date(2013, 11, 15)


def test_a_correction_of_now_holds_from_today_and_is_told():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    corrected = hall.run(correct, CorrectionOrder(taro.code, Items(name="住基　太朗"), "2013-12-09"))
    assert corrected.name == "住基　太朗"
    told = hall.changes()[-1]
    assert (told.identity.name, told.reason, told.version) == ("住基　太朗", Reason.CORRECTION_EX_OFFICIO, 2)
    before = (
        hall.do(lambda t: municipality.record_of(t, taro.person)),
        hall.do(lambda t: municipality.record_as_of(t, taro.person, NOVEMBER)),
    )
    assert [record.name for record in before] == ["住基　太朗", "住基　太郎"]
    assert hall.differing() == []


def test_what_was_wrong_since_ever_is_corrected_for_the_past_and_as_known_on_shows_both():
    hall = TownHall()
    (akira,) = arrive(hall, arrival("住基　明", "世帯主", "1939-06-05"))
    known_before = hall.clock.wall_ms()
    hall.run(correct, CorrectionOrder(akira.code, Items(birth="1939-05-06"), "2013-12-09", since_ever=True))
    known_after = hall.clock.wall_ms()

    def birth(as_of, known_ms):
        return hall.do(lambda t: municipality.record_as_of(t, akira.person, as_of, known_ms)).birth

    assert birth(NOVEMBER, known_before) == "1939-06-05", "as known before the correction"
    assert birth(NOVEMBER, known_after) == "1939-05-06", "the same day as known now"
    assert birth(None, known_before) == "1939-06-05"
    assert hall.now(akira.code).birth == "1939-05-06"
    assert hall.do(lambda t: municipality.record_as_of(t, akira.person, datetime.date(2013, 10, 31))) is None
    told = hall.changes()[-1]
    assert (told.identity.birth, told.date) == ("1939-05-06", "2013-12-10")
    assert [event.kind for event in hall.events(akira.code)] == [EventKind.ENTRY, EventKind.PAST_CORRECTION]
    assert hall.differing() == []


def test_the_past_is_corrected_only_as_far_as_the_wrong_value_reaches():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(change_address, ChangeOfAddressNotification((Relation(taro.code, "世帯主"),), ELSEWHERE, "2013-12-01", "2013-12-01"))
    right = Address(AIRA, ELSEWHERE.town, "255番地")
    hall.run(correct, CorrectionOrder(taro.code, Items(address=right), "2013-12-09", since_ever=True))
    assert hall.now(taro.code).address == right
    in_november = hall.do(lambda t: municipality.record_as_of(t, taro.person, NOVEMBER))
    assert in_november.address == hall.home


def test_the_same_value_before_another_one_is_left_alone():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    for address, on in ((ELSEWHERE, "2013-11-20"), (hall.home, "2013-12-01")):
        hall.run(change_address, ChangeOfAddressNotification((Relation(taro.code, "世帯主"),), address, on, on))
    right = Address(AIRA, hall.home.town, "26番地")
    hall.run(correct, CorrectionOrder(taro.code, Items(address=right), "2013-12-09", since_ever=True))
    assert [event.target for event in hall.events(taro.code)] == [0, 0, 0, 3]
    assert hall.now(taro.code).address == right
    assert hall.do(lambda t: municipality.record_as_of(t, taro.person, NOVEMBER)).address == hall.home


def test_what_an_entry_left_out_is_corrected_at_the_entry():
    hall = TownHall()
    items = Items(
        name="住基　太郎", birth="1974-05-03", address=hall.home, code="24727059608", residence=1, status=Status.RESIDENT, household=1
    )
    imported = Event(0, 1, EventKind.ENTRY, Reason.ENTRY_EX_OFFICIO, "2013-11-01", "2013-11-01", 0, "import", items)
    hall.do(lambda t: municipality.enter(t, hall.office, imported))
    hall.run(correct, CorrectionOrder("24727059608", Items(kana="ジュウキ　タロウ"), "2013-12-09", since_ever=True))
    assert hall.do(lambda t: municipality.record_as_of(t, 1, NOVEMBER)).kana == "ジュウキ　タロウ"


def test_of_the_items_without_a_field_each_is_corrected_by_itself():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(correct, CorrectionOrder(taro.code, Items(other={"pension_kind": "1", "remarks": "甲"}), "2013-12-09"))
    before = hall.clock.wall_ms()
    hall.run(correct, CorrectionOrder(taro.code, Items(other={"remarks": "乙"}), "2013-12-09", since_ever=True))
    assert hall.now(taro.code).other == {"pension_kind": "1", "remarks": "乙"}
    assert [event.target for event in hall.events(taro.code)] == [0, 0, 2]
    assert hall.do(lambda t: municipality.record_as_of(t, taro.person, None, before)).other["remarks"] == "甲"
    assert len(hall.changes()) == 1, "the hubs hear nothing of what is not identity"
    assert hall.differing() == []


def test_several_items_wrong_since_different_events_are_corrected_at_each():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(change_address, ChangeOfAddressNotification((Relation(taro.code, "世帯主"),), ELSEWHERE, "2013-12-01", "2013-12-01"))
    right = Items(address=Address(AIRA, ELSEWHERE.town, "255番地"), sex=Sex.FEMALE)
    corrected = hall.run(correct, CorrectionOrder(taro.code, right, "2013-12-09", since_ever=True))
    assert (corrected.address.block, corrected.sex) == ("255番地", Sex.FEMALE)
    assert [event.target for event in hall.events(taro.code)] == [0, 0, 1, 2]
    assert hall.do(lambda t: municipality.record_as_of(t, taro.person, NOVEMBER)).sex is Sex.FEMALE


def test_a_correction_of_the_past_may_be_corrected_again():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    for birth in ("1974-05-04", "1974-05-05"):
        hall.run(correct, CorrectionOrder(taro.code, Items(birth=birth), "2013-12-09", since_ever=True))
    assert hall.now(taro.code).birth == "1974-05-05"
    assert hall.differing() == []


def test_a_minor_correction_touches_name_and_address_alone_and_says_so():
    hall = TownHall()
    (tsuji,) = arrive(hall, arrival("辻󠄂　花子", "世帯主"))
    hall.run(correct, CorrectionOrder(tsuji.code, Items(name="辻　花子"), "2013-12-09", minor=True))
    assert hall.changes()[-1].reason is Reason.MINOR_CORRECTION
    for order in (
        CorrectionOrder(tsuji.code, Items(birth="1974-05-04"), "2013-12-09", minor=True),
        CorrectionOrder(tsuji.code, Items(name="辻　華子"), "2013-12-09", minor=True, since_ever=True),
    ):
        with pytest.raises(InvalidInput, match="minor"):
            hall.run(correct, order)


def test_a_slip_of_the_pen_is_ex_officio_and_a_request_is_not():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(correct, CorrectionOrder(taro.code, Items(birth="1974-05-04"), "2013-12-09", since_ever=True))
    hall.run(correct, CorrectionOrder(taro.code, Items(kana="ジュウキ　タロウ"), "2013-12-09", asked_for=True))
    first, second = hall.events(taro.code)[1:]
    assert (first.ex_officio, first.cause) == (True, Cause.SLIP_OF_PEN)
    assert (second.ex_officio, second.cause) == (False, None)


def test_what_stays_in_the_municipality_is_corrected_without_a_word_to_the_hubs():
    hall = TownHall()
    _, _, hikari = family(hall)
    before = len(hall.changes())
    hall.run(
        correct, CorrectionOrder(hikari.code, Items(relationship="妻の子", registered_domicile="鹿児島県姶良市宮島町25"), "2013-12-09")
    )
    assert hall.now(hikari.code).relationship == "妻の子"
    assert len(hall.changes()) == before


def test_the_record_of_the_removed_is_corrected_too():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(move_out, MoveOutNotification((taro.code,), "東京都世田谷区", "2013-12-20", "2013-12-05"))
    corrected = hall.run(correct, CorrectionOrder(taro.code, Items(birth="1974-05-04"), "2013-12-09", since_ever=True))
    assert corrected.status is Status.REMOVED
    assert (hall.changes()[-1].status, hall.changes()[-1].version) == (Status.REMOVED, 3)


@pytest.mark.parametrize(
    "items",
    [
        Items(code="24727059608"), Items(status=Status.DEAD), Items(household=7), Items(residence=2), Items(removed_on="2013-12-01"),
        Items(name="taro"), Items(kana="ab"), Items(birth="yesterday"), Items(birth="2099-01-01"),
        Items(address=Address(KIRISHIMA, "国分中央", "1")),
        Items(relationship="孫"), Items(name="住基　太郎"), Items(), Items(individual_number="1"),
    ],
)  # fmt: skip
def test_what_is_not_wrong_cannot_be_recorded_or_belongs_to_another_procedure_is_refused(items):
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    with pytest.raises(InvalidInput):
        hall.run(correct, CorrectionOrder(taro.code, items, "2013-12-09"))
    assert len(hall.events(taro.code)) == 1


def test_a_correction_makes_no_second_householder():
    hall = TownHall()
    _, yoshiko, _ = family(hall)
    with pytest.raises(InvalidInput, match="householder"):
        hall.run(correct, CorrectionOrder(yoshiko.code, Items(relationship="世帯主"), "2013-12-09"))
