"""Birth (出生): a newborn is entered into a household, and nothing that cannot be recorded is."""

import msgspec
import pytest

from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.procedures.move_in import MoveInNotification, move_in
from openjuki.register.errors import Conflict, InvalidInput
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.items import BY_KEY, read_item
from tests.procedures.municipal_office import TownHall, arrival, arrive, family


def filing(mother: str) -> BirthNotification:
    return BirthNotification(mother, "住基　光", "ジュウキ　ヒカリ", "2013-12-01", Sex.FEMALE, "子", "2013-12-02")


def test_a_newborn_lives_where_the_mother_lives_and_is_told_with_a_code_of_its_own():
    hall = TownHall()
    taro, yoshiko, _ = family(hall)
    child = hall.run(enter_birth, filing(yoshiko.code))
    assert (child.address, child.household, child.registered_domicile) == (yoshiko.address, yoshiko.household, yoshiko.registered_domicile)
    assert (child.became_resident_on, child.address_since, child.status) == ("2013-12-01", "2013-12-01", Status.RESIDENT)
    assert child.code not in (taro.code, yoshiko.code)
    told = hall.changes()[-1]
    assert (told.reason, told.date, told.identity.code, told.version) == (Reason.BIRTH, "2013-12-01", child.code, 1)
    assert (hall.slips()[-1], hall.head(child.code), hall.differing()) == ("code-new", taro.person, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"notified_on": "2013-12-11"}, {"notified_on": "2013-11-30"}, {"notified_on": "2013-12-00"}, {"notified_on": ""},
        {"notified_on": "yesterday"}, {"birth": "2013-12-03"}, {"birth": "12/1"}, {"relationship": "孫"}, {"relationship": ""},
        {"relationship": "世帯主"}, {"name": "hikari"}, {"kana": "光"},
    ],
    ids=str,
)  # fmt: skip
def test_a_birth_with_a_wrong_day_relationship_or_name_is_refused_whole(wrong):
    hall = TownHall()
    _, yoshiko, _ = family(hall)
    with pytest.raises(InvalidInput):
        hall.run(enter_birth, msgspec.structs.replace(filing(yoshiko.code), **wrong))
    assert len(hall.members(yoshiko.code)) == 3
    assert len(hall.changes()) == 3


@pytest.mark.parametrize(
    ("words", "recorded"), [("子（子の夫）", "子（子の夫）"), ("子(子の夫)", "子（子の夫）"), ("子の子", "子の子")], ids=str
)
def test_the_relationship_of_a_newborn_is_recorded_in_the_words_of_the_list(words, recorded):
    hall = TownHall()
    _, yoshiko, _ = family(hall)
    assert hall.run(enter_birth, msgspec.structs.replace(filing(yoshiko.code), relationship=words)).relationship == recorded


@pytest.mark.parametrize("birth", ["2013-12-00", "2013-00-00", "0000-00-00", "2013-11-31", "2013-12-E1", "2013-12-01~"])
def test_a_birth_on_a_partial_unknown_or_impossible_day_is_entered_as_it_is_known(birth):
    hall = TownHall()
    _, yoshiko, _ = family(hall)
    child = hall.run(enter_birth, msgspec.structs.replace(filing(yoshiko.code), birth=birth))
    assert (child.birth, child.became_resident_on) == (birth, birth)
    assert hall.differing() == []


def test_nobody_is_born_to_a_mother_who_is_unknown_or_gone():
    hall = TownHall()
    with pytest.raises(Conflict):
        hall.run(enter_birth, filing("24727059608"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"former_name": "kyusei"}, {"alias": "tsusho 2"}, {"individual_number": "123456789012"}, {"registered_domicile": "\x00"},
        {"registered_domicile": "あ" * 201}, {"registered_domicile_head": "taro"}, {"kana": "太郎"},
    ],
    ids=str,
)  # fmt: skip
def test_somebody_who_moves_in_brings_nothing_that_cannot_be_recorded(wrong):
    hall = TownHall()
    with pytest.raises(InvalidInput):
        arrive(hall, arrival("住基　太郎", "世帯主", **wrong))
    assert hall.changes() == []


@pytest.mark.parametrize("wrong", ["あ" * 301, "東京都\x00"], ids=["too long", "control character"])
def test_the_address_before_can_be_recorded_or_is_refused(wrong):
    hall = TownHall()
    notification = MoveInNotification((arrival("住基　太郎", "世帯主"),), hall.home, "2013-12-01", "2013-12-01", wrong)
    with pytest.raises(InvalidInput, match="previous_address"):
        hall.run(move_in, notification)


def test_one_item_is_read_as_a_row_of_an_import_is():
    assert read_item("birth", "昭和12年5月3日") == "1937-05-03"
    assert read_item("resident_code", "２４７２７０５９６０８") == "24727059608"
    with pytest.raises(InvalidInput, match="residence_class"):
        read_item("residence_class", "旅行者")
    with pytest.raises(InvalidInput, match="no such item"):
        read_item("blood_group", "A")
    assert all(key == item.key for key, item in BY_KEY.items())
