"""What the register says to a wide-area request in every state of a record, and about foreign residents (住民票の状態と広域交付)."""

from typing import Any

import msgspec
import pytest

from openjuki.offices import wide_area
from openjuki.procedures import annulment, code_change, death, move_out
from openjuki.procedures.move_in import Arrival
from openjuki.register.addresses import Address
from openjuki.register.identity import Sex
from openjuki.register.wide_area_copy import CopyExtra, CopyOf
from tests.procedures.wide_area_country import AIRA, EVERYTHING, HIKARI, KIRISHIMA, TARO, YOSHIKO, WideAreaCountry, texts

pytestmark = pytest.mark.slow  # a country for each
DAY = "2013-12-02"
MARIA, ALIAS, MARIO = "SANTOS MARIA", "マリア・サントス", "SANTOS MARIO"
STAY = {
    "nationality": "フィリピン", "became_foreign_resident_on": "2012-07-09", "residence_class": "中長期在留者",
    "status_of_residence": "定住者",
    "period_of_stay": "3年", "stay_until": "2015-06-30", "residence_card_number": "AB12345678CD",
}  # fmt: skip


@pytest.fixture
def country() -> WideAreaCountry:
    return WideAreaCountry()


def hikari(country: WideAreaCountry, **changed: Any) -> Any:
    return country.application(**{"name": HIKARI, "code": country.family[2].code} | changed)


def test_a_code_of_nobody_here_is_not_here(country: WideAreaCountry):
    assert country.why(country.application(code="24727059608")) == "not-here"
    assert country.why(country.application(home=KIRISHIMA)) == "not-here"


def test_somebody_elses_code_is_told_apart_and_says_nothing_of_the_other(country: WideAreaCountry):
    outcome = country.ask(country.application(code=country.family[1].code))
    assert outcome.why.value == "name-differs"
    assert YOSHIKO not in " ".join([*outcome.reason, *outcome.remedy])


def test_the_name_is_compared_in_any_writing(country: WideAreaCountry):
    assert country.content(country.application(name="住基太郎")).persons[0].name == TARO


def test_a_code_that_was_changed_is_said_to_be_and_the_new_one_is_not_told(country: WideAreaCountry):
    old = country.family[2].code
    new = country.call(code_change.change_code, country.office(AIRA), "clerk-1", code_change.CodeChangeRequest(old, DAY)).code
    outcome = country.ask(hikari(country))
    assert outcome.why.value == "code-changed" and new not in str(outcome)
    assert country.content(hikari(country, code=new)).persons[0].name == HIKARI


def test_who_has_moved_out_gets_no_copy_there(country: WideAreaCountry):
    leaving = move_out.MoveOutNotification((country.family[2].code,), "東京都千代田区九段南一丁目", DAY, DAY)
    country.call(move_out.move_out, country.office(AIRA), "clerk-1", leaving)
    assert country.why(hikari(country)) == "moved-out"
    assert [one.name for one in country.content(country.application(of=CopyOf.HOUSEHOLD)).persons] == [TARO, YOSHIKO]
    assert country.why(country.application(of=CopyOf.MEMBERS, members=(HIKARI,))) == "member-not-here"


def test_the_record_of_the_dead_is_not_told(country: WideAreaCountry):
    country.call(death.enter_death, country.office(AIRA), "clerk-1", death.DeathNotification(country.family[2].code, DAY, DAY))
    assert country.why(hikari(country)) == "dead"


def test_an_entry_that_was_annulled_never_was(country: WideAreaCountry):
    (someone,) = country.arrive(Arrival("取消　花子", "1980-01-02", Sex.FEMALE, "世帯主"), home=Address(AIRA, "宮島町", "30番地"))
    last = country.look(AIRA, "SELECT max(sequence) FROM event")[0][0]
    order = annulment.AnnulmentOrder((annulment.Annulled(someone.code, last),), DAY)
    country.call(annulment.annul, country.office(AIRA), "clerk-1", order)
    assert country.why(country.application(name="取消　花子", code=someone.code)) == "not-here"


def test_wrong_sex_or_birth_date_or_town_finds_nobody_and_asks_the_home_office_nothing(country: WideAreaCountry):
    for changed in ({"sex": Sex.FEMALE}, {"birth": "1974-05-04"}, {"home": KIRISHIMA}, {"name": "住基　次郎"}):
        assert country.why(country.by_birth(**changed)) == "not-found"
    assert country.log() == [] and country.log(at=KIRISHIMA) == []
    assert country.outcomes() == ["not-found"] * 4


# -- foreign residents ----------------------------------------------------------------------------------------------------


@pytest.fixture
def foreign(country: WideAreaCountry) -> Any:
    arrivals = (
        Arrival(MARIA, "1985-12-08", Sex.FEMALE, "世帯主", alias=ALIAS, foreign=STAY),
        Arrival(MARIO, "2008-02-03", Sex.MALE, "子", foreign=STAY | {"residence_card_number": "EF12345678GH"}),
    )
    return country, country.arrive(*arrivals, home=Address(AIRA, "宮島町", "31番地2"))[0].code


def test_a_foreign_residents_copy_names_alias_and_the_day_of_becoming_one(foreign: Any):
    country, code = foreign
    (told,) = country.content(country.application(name=MARIA, code=code)).persons
    assert (told.name, told.became_resident_on, told.foreign.alias) == (MARIA, "", ALIAS)
    assert told.foreign.became_foreign_resident_on == "2012-07-09"
    assert set(texts(told)) & set(STAY.values()) == {"2012-07-09"}


@pytest.mark.parametrize("extras", [(CopyExtra.NATIONALITY,), (CopyExtra.STAY,), EVERYTHING])
def test_nationality_and_stay_are_told_only_if_they_were_asked_for(foreign: Any, extras: Any):
    country, code = foreign
    (told, son) = country.content(country.application(name=MARIA, code=code, of=CopyOf.HOUSEHOLD, extras=extras)).persons
    shown = told.foreign
    assert shown.nationality == (STAY["nationality"] if CopyExtra.NATIONALITY in extras else None)
    stay = [shown.residence_class, shown.status_of_residence, shown.period_of_stay, shown.stay_until, shown.residence_card_number]
    assert stay == (list(STAY.values())[2:] if CopyExtra.STAY in extras else [None] * 5)
    assert son.relationship == ("子" if CopyExtra.RELATIONSHIP in extras else None)


def test_item_6_is_not_told_of_a_foreign_resident_even_if_an_old_record_holds_it(country: WideAreaCountry):
    record = msgspec.structs.replace(country.family[0], other=STAY)
    told = wide_area.copied(record, TARO, EVERYTHING)
    assert record.became_resident_on and told.became_resident_on == ""


def test_a_foreign_resident_may_be_named_by_the_alias(foreign: Any):
    country, code = foreign
    assert country.content(country.application(name=ALIAS, code=code)).persons[0].name == MARIA


def test_items_of_foreign_residents_are_not_on_a_japanese_persons_copy(country: WideAreaCountry):
    (told,) = country.content(country.application(extras=EVERYTHING)).persons
    assert told.foreign is None
