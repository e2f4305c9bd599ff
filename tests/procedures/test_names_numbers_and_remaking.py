"""Former surnames, Individual Numbers, records made anew, entries ex officio (旧氏・個人番号・改製・職権記載)."""

import datetime

import msgspec
import pytest

from openjuki.law.calendar import Profile
from openjuki.offices import municipality
from openjuki.procedures.annulment import Annulled, AnnulmentOrder, annul
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import RemovalExOfficio, remove_ex_officio
from openjuki.procedures.entry_ex_officio import EntryExOfficio, enter_ex_officio
from openjuki.procedures.former_name import FormerNameRequest, record_former_name
from openjuki.procedures.individual_number_change import IndividualNumberOrder, NumberBasis, record_individual_number
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.remake import RemakeOrder, remake
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.events import Items
from openjuki.register.identity import Reason, Status
from tests.procedures.event_scenarios import DAY, NUMBERS, Played
from tests.procedures.municipal_office import ELSEWHERE, TownHall, arrival, arrive, family

ENTERED = NumberBasis.ENTERED


@pytest.mark.parametrize(("today", "known"), [("2019-11-04", False), ("2019-11-05", True)])
def test_the_law_knows_former_surnames_from_a_day_on(today, known):
    hall = TownHall(profile=Profile.JAPAN)
    (miko,) = arrive(hall, arrival("住基　美子", "世帯主"))
    hall.today = datetime.date.fromisoformat(today)
    if known:
        assert hall.run(record_former_name, FormerNameRequest(miko.code, "旧氏", today)).former_name == "旧氏"
        return
    with pytest.raises(InvalidInput, match="former_name"):
        hall.run(record_former_name, FormerNameRequest(miko.code, "旧氏", today))


@pytest.mark.parametrize(("today", "known"), [("2015-10-04", False), ("2015-10-05", True)])
def test_the_law_knows_individual_numbers_from_a_day_on(today, known):
    hall = TownHall(profile=Profile.JAPAN)
    (miko,) = arrive(hall, arrival("住基　美子", "世帯主"))
    hall.today = datetime.date.fromisoformat(today)
    order = IndividualNumberOrder(miko.code, NUMBERS[0], ENTERED, today)
    if known:
        assert hall.run(record_individual_number, order).individual_number == NUMBERS[0]
        return
    with pytest.raises(InvalidInput, match="individual_number"):
        hall.run(record_individual_number, order)


def test_a_former_surname_is_entered_once_and_only_what_changes_something_is_recorded():
    played = Played()
    for wrong in (
        FormerNameRequest(played.taro.code, "", DAY), FormerNameRequest(played.taro.code, "kyusei", DAY),
        FormerNameRequest(played.taro.code, "旧氏", "2020-04-02"), FormerNameRequest(played.taro.code, "旧氏", DAY, ex_officio=True),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            played.hall.run(record_former_name, wrong)
    played.hall.run(record_former_name, FormerNameRequest(played.taro.code, "旧氏", DAY))
    with pytest.raises(InvalidInput):
        played.hall.run(record_former_name, FormerNameRequest(played.taro.code, "旧氏", DAY))
    assert [change.identity.former_name for change in played.told] == ["旧氏"]


def test_an_individual_number_is_changed_only_where_there_is_one_and_into_another():
    played = Played()
    for number, basis in ((NUMBERS[0], NumberBasis.REQUESTED), ("123456789012", ENTERED), ("", ENTERED)):
        with pytest.raises(InvalidInput, match=r"individual.number"):
            played.hall.run(record_individual_number, IndividualNumberOrder(played.taro.code, number, basis, DAY))
    for number, basis in ((NUMBERS[0], ENTERED), (NUMBERS[1], NumberBasis.REQUESTED)):
        order = IndividualNumberOrder(played.taro.code, number, basis, DAY)
        played.hall.run(record_individual_number, order)
        with pytest.raises(InvalidInput):
            played.hall.run(record_individual_number, order)
    assert [change.reason for change in played.told] == [Reason.NUMBER_ENTERED, Reason.NUMBER_CHANGE]


def test_a_record_made_anew_says_the_same_and_shows_nothing_of_before():
    hall = TownHall()
    taro, *_ = family(hall)
    hall.run(correct, CorrectionOrder(taro.code, Items(name="住基　太朗"), "2013-12-09"))
    before, told = hall.now(taro.code), len(hall.changes())
    (record,) = hall.run(remake, RemakeOrder((taro.code,), "2013-12-09"))
    assert record == before == hall.now(taro.code)
    assert (len(hall.changes()), hall.differing()) == (told, [])
    original = [event for event in hall.events(taro.code) if event.sequence > 4][-1]
    assert original.items.name == "住基　太朗"
    november = hall.do(lambda t: municipality.record_as_of(t, taro.person, datetime.date(2013, 11, 15)))
    assert november.name == "住基　太郎", "the original before stays to be asked"


def test_after_a_remaking_life_goes_on_and_corrections_reach_both_originals():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主", "1974-05-04"))
    hall.run(remake, RemakeOrder((taro.code,), "2013-12-09", lost=True))
    hall.run(correct, CorrectionOrder(taro.code, Items(birth="1974-05-03"), "2013-12-09", since_ever=True))
    assert hall.now(taro.code).birth == "1974-05-03"
    assert hall.do(lambda t: municipality.record_as_of(t, taro.person, datetime.date(2013, 11, 15))).birth == "1974-05-03"
    hall.run(move_out, MoveOutNotification((taro.code,), "鹿児島県霧島市", "2013-12-20", "2013-12-09"))
    assert hall.now(taro.code).status is Status.REMOVED
    with pytest.raises(InvalidInput, match="not a resident"):
        hall.run(remake, RemakeOrder((taro.code,), "2013-12-09"))
    assert hall.differing() == []


def test_a_remaking_is_undone_by_annulling_both_its_events():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(remake, RemakeOrder((taro.code,), "2013-12-09"))
    hall.run(annul, AnnulmentOrder(tuple(Annulled(taro.code, sequence) for sequence in (2, 3)), "2013-12-09"))
    assert hall.now(taro.code) == taro
    assert len(hall.changes()) == 1


def test_somebody_found_to_live_here_is_entered_with_a_slip_and_the_unfiled_address_is_marked():
    hall = TownHall()
    taro, *_ = family(hall)
    found = EntryExOfficio((arrival("辻　花子", "世帯主"),), ELSEWHERE, "2013-10-00", "2013-12-09", "東京都世田谷区赤堤2-3-4", unfiled=True)
    (hanako,) = hall.run(enter_ex_officio, found)
    assert (hanako.previous_address, hanako.other) == ("東京都世田谷区赤堤2-3-4（未届）", {"remarks": "未届転入"})
    assert hall.slips()[-2:] == ["code-new", "entered-ex-officio"]
    assert hall.changes()[-1].date == "2013-10-00"
    joined = msgspec.structs.replace(found, arrivals=(arrival("不詳　一郎", "同居人"),), address=hall.home, household_of=taro.code)
    (ichiro,) = hall.run(enter_ex_officio, joined)
    assert ichiro.household == taro.household
    with pytest.raises(InvalidInput):
        hall.run(enter_ex_officio, msgspec.structs.replace(joined, lives_since="2013-12-10"))


def test_who_was_removed_ex_officio_and_is_found_again_keeps_code_and_number():
    hall = TownHall()
    (taro,) = arrive(hall, arrival("住基　太郎", "世帯主"))
    hall.run(remove_ex_officio, RemovalExOfficio(taro.code, "2013-11-20", "2013-12-01"))
    found = EntryExOfficio((arrival("住基　太郎", "世帯主"),), hall.home, "2013-12-05", "2013-12-09", "不明")
    with pytest.raises(Conflict, match="name"):
        hall.run(enter_ex_officio, found)
    (back,) = hall.run(enter_ex_officio, msgspec.structs.replace(found, arrivals=(arrival("住基　太郎", "世帯主", known_as=taro.code),)))
    assert (back.person, back.code, back.residence) == (taro.person, taro.code, 2)
    told = hall.changes()[-1]
    assert (told.reason, told.previous.n, told.status) == (Reason.ENTRY_EX_OFFICIO, 1, Status.RESIDENT)
    assert hall.differing() == []
