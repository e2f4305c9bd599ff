"""What is recorded and told on each side of the calendar's days, and what a day itself tells of everybody (施行日の前日と当日)."""

import datetime
from functools import partial

import pytest

from openjuki.law.calendar import Profile, not_told
from openjuki.offices.dated_rules import telling
from openjuki.procedures import dated_telling
from openjuki.procedures.alias import AliasRequest, record_alias
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.procedures.foreign_entry import ForeignEntryNotification, enter_foreign_residents
from openjuki.procedures.former_name import FormerNameRequest, record_former_name
from openjuki.procedures.individual_number_change import IndividualNumberOrder, NumberBasis, record_individual_number
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.procedures.resident_import import Entrant, enter_all
from openjuki.register.errors import InvalidInput
from openjuki.register.events import Items
from openjuki.register.identity import Reason, Sex, Status
from tests.procedures.municipal_office import TownHall, arrival, arrive

JAPAN = Profile.JAPAN
ONE_DAY = datetime.timedelta(1)
FOREIGN = {
    "nationality": "ブラジル", "became_foreign_resident_on": "2012-07-09", "residence_class": "中長期在留者",
    "status_of_residence": "定住者", "period_of_stay": "3年", "stay_until": "2015-06-01", "residence_card_number": "AB12345678CD",
}  # fmt: skip
FIRST = {"alias": "2012-07-09", "foreign": "2012-07-09", "individual_number": "2015-10-05", "former_name": "2019-11-05"}
TOLD = {"foreign": "2013-07-08", "individual_number": "2015-10-05", "former_name": "2019-11-05", "kana": "2025-05-26"}


def town(day, profile=JAPAN):
    hall = TownHall(profile=profile)
    hall.today = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    return hall


def foreigner(hall, birth="1974-05-03"):
    day = hall.today.isoformat()
    came = arrival("ＳＩＬＶＡ　ＪＯＡＯ", "世帯主", birth, foreign=FOREIGN)
    return hall.run(enter_foreign_residents, ForeignEntryNotification((came,), hall.home, day, day, day))[0]


def records(hall, item):
    """Have the item recorded today by the procedure that does it."""
    day = hall.today.isoformat()
    if item == "foreign":
        return foreigner(hall)
    if item == "alias":
        return hall.run(record_alias, AliasRequest(foreigner(hall).code, "シルバ　ジョアン", day))
    (miko,) = arrive(hall, arrival("住基　美子", "世帯主"), on=day)
    if item == "former_name":
        return hall.run(record_former_name, FormerNameRequest(miko.code, "旧氏", day))
    return hall.run(record_individual_number, IndividualNumberOrder(miko.code, "123456789018", NumberBasis.ENTERED, day))


@pytest.mark.parametrize(("item", "first"), FIRST.items())
def test_an_item_is_refused_the_day_before_the_law_knows_it_and_recorded_on_the_day(item, first):
    before = datetime.date.fromisoformat(first) - ONE_DAY
    with pytest.raises(InvalidInput) as caught:
        records(town(before), item)
    assert first in caught.value.reason.en and caught.value.remedy.ja
    assert records(town(first), item)
    assert records(town(before, Profile.OPEN), item), "profile open has every rule on"


@pytest.mark.parametrize(("first", "entered"), [("2015-10-04", 0), ("2015-10-05", 1)])
def test_a_row_of_an_import_with_an_item_of_later_is_refused_alone(first, entered):
    hall, day = town(first), "2013-01-01"
    plain = Items(name="住基　太郎", kana="", birth="1974-05-03", sex=Sex.MALE, address=hall.home, address_since=day, relationship="世帯主")
    numbered = Items(**plain.given() | {"individual_number": "123456789018"})
    rows = [Entrant(1, "1", plain), Entrant(2, "2", numbered)]
    done = hall.do(lambda t: enter_all(t, hall.office, "clerk-1", rows))
    assert (done.entered, [line for line, _ in done.refused]) == (1 + entered, [2][entered:])


def test_a_child_of_foreign_parents_is_no_resident_before_the_day():
    hall = town("2012-07-08")
    (mother,) = arrive(hall, arrival("住基　美子", "世帯主", sex=Sex.FEMALE), on="2012-07-01")
    child = partial(BirthNotification, mother.code, "ＳＩＬＶＡ　ＡＮＡ", "シルバ　アナ", "2012-07-08", Sex.FEMALE, "子", "2012-07-08")
    with pytest.raises(InvalidInput, match="2012-07-09"):
        hall.run(enter_birth, child(nationality="ブラジル"))
    hall.today += ONE_DAY
    assert hall.run(enter_birth, child(nationality="ブラジル")).other["nationality"] == "ブラジル"


@pytest.mark.parametrize(("item", "first"), [(item, first) for item, first in TOLD.items() if item != "foreign"])
def test_a_change_tells_an_item_from_its_day_on_and_not_the_day_before(item, first):
    told = []
    for day in (datetime.date.fromisoformat(first) - ONE_DAY, datetime.date.fromisoformat(first)):
        hall = town(day)
        arrive(hall, arrival("住基　太郎", "世帯主", kana="ジュウキ　タロウ"), on=day.isoformat())
        if item != "kana" and item not in not_told(day, JAPAN):
            records(hall, item)
        told.append(bool(getattr(hall.changes()[-1].identity, item)))
    assert told == [False, True]


def duty(hall):
    """The duty of each second, until nothing is left to tell."""
    before = len(hall.changes())
    dated_telling.keep(hall.office)
    return hall.changes()[before:]


def test_foreign_residents_are_recorded_for_a_year_before_the_network_hears_of_them():
    hall = town("2013-07-07")
    silva = records(hall, "alias")
    gone = foreigner(hall, "1980-01-01")
    hall.run(move_out, MoveOutNotification((gone.code,), "ブラジル", "2013-07-07", "2013-07-07"))
    assert hall.changes() == [] and duty(hall) == []
    hall.today += ONE_DAY
    (change,) = duty(hall)
    assert (change.identity.code, change.identity.alias, change.version, change.previous) == (silva.code, "シルバ　ジョアン", 1, None)
    assert (change.reason, change.status, change.date) == (Reason.ENTRY_EX_OFFICIO, Status.RESIDENT, "2013-07-08")
    assert duty(hall) == [], "told once"


def test_a_day_tells_what_it_adds_of_everybody_whom_it_concerns():
    hall = town("2025-05-25")
    arrive(hall, arrival("住基　太郎", "世帯主", kana="ジュウキ　タロウ"), arrival("住基　明", "父", "1939-02-11"), on="2025-05-25")
    assert duty(hall) == []
    hall.today += ONE_DAY
    (change,) = duty(hall)
    assert (change.identity.kana, change.reason, change.version) == ("ジュウキ　タロウ", Reason.CORRECTION_EX_OFFICIO, 2)
    assert change.previous.version == 1 and change.date == "2025-05-26"
    assert hall.differing() == []


def test_under_profile_open_no_day_tells_anything():
    hall = town("2025-05-25", Profile.OPEN)
    arrive(hall, arrival("住基　太郎", "世帯主", kana="ジュウキ　タロウ"), on="2025-05-01")
    hall.today += ONE_DAY
    assert duty(hall) == [] and hall.office.told_by is None


def test_a_restart_on_the_same_day_looks_at_nobody():
    hall = town("2025-05-26")
    arrive(hall, arrival("住基　太郎", "世帯主", kana="ジュウキ　タロウ"), on="2025-05-26")
    assert duty(hall) == []
    hall.do(lambda t: t.execute("UPDATE person SET change = X''"))  # who looked would stumble
    hall.office.told_by = None
    assert duty(hall) == [] and hall.office.told_by == telling(hall.office)


def test_a_calendar_that_is_set_back_untells_nothing():
    hall = town("2025-05-26")
    arrive(hall, arrival("住基　太郎", "世帯主", kana="ジュウキ　タロウ"), on="2025-05-26")
    hall.today -= ONE_DAY
    assert duty(hall) == []
