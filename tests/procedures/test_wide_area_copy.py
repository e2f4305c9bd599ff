"""A wide-area copy from the question to the content, with every refusal (住民票の写しの広域交付, Act art. 12-4)."""

import datetime
from typing import Any

import msgspec
import pytest

from openjuki.law.calendar import Profile
from openjuki.procedures import wide_area_copy
from openjuki.register.errors import Conflict, InvalidInput, NotReady, Reason, Refused
from openjuki.register.identity import Sex
from openjuki.register.wide_area_copy import CheckedBy, CopyExtra, CopyOf, PhotoDocument
from tests.procedures.wide_area_country import (
    AIRA,
    BIRTH,
    CHIYODA,
    DOMICILE,
    HEAD,
    HIKARI,
    HOUSEHOLD,
    KIRISHIMA,
    TARO,
    YOSHIKO,
    WideAreaCountry,
    crafted,
    refusal,
    texts,
)

pytestmark = pytest.mark.slow  # a country for each


@pytest.fixture
def country() -> WideAreaCountry:
    return WideAreaCountry()


def test_the_requester_gets_items_1_to_3_and_6_to_8_and_nothing_else(country: WideAreaCountry):
    content = country.content()
    (told,), record = content.persons, country.family[0]
    assert (told.name, told.birth, told.sex) == (TARO, BIRTH, Sex.MALE)
    assert (told.became_resident_on, told.address, told.address_since) == (record.became_resident_on, record.address, record.address_since)
    assert (told.notified_on, told.previous_address) == (record.notified_on, record.previous_address)
    assert (told.householder, told.relationship, told.code, told.foreign) == (None, None, None, None)
    assert (content.home, content.told_on) == (AIRA, "2013-12-02")


EXTRAS = [(), (CopyExtra.RELATIONSHIP,), (CopyExtra.CODE,), (CopyExtra.RELATIONSHIP, CopyExtra.CODE)]


@pytest.mark.parametrize("extras", EXTRAS)
def test_items_4_and_13_are_told_only_if_they_were_asked_for(country: WideAreaCountry, extras: Any):
    persons = country.content(country.application(of=CopyOf.HOUSEHOLD, extras=extras)).persons
    relationships = ["世帯主", "妻", "子"] if CopyExtra.RELATIONSHIP in extras else [None] * 3
    heads = [TARO] * 3 if CopyExtra.RELATIONSHIP in extras else [None] * 3
    codes = [record.code for record in country.family] if CopyExtra.CODE in extras else [None] * 3
    assert [one.name for one in persons] == [TARO, YOSHIKO, HIKARI]
    assert [one.relationship for one in persons] == relationships
    assert [one.householder for one in persons] == heads
    assert [one.code for one in persons] == codes


def test_members_are_chosen_by_name_in_any_writing(country: WideAreaCountry):
    chosen = country.application(of=CopyOf.MEMBERS, members=("住基光", YOSHIKO))
    assert [one.name for one in country.content(chosen).persons] == [YOSHIKO, HIKARI]


def test_whoever_does_not_know_the_code_is_found_by_birth_date_and_sex_through_the_own_governor(country: WideAreaCountry):
    country.frames.clear()
    assert [one.name for one in country.content(country.by_birth()).persons] == [TARO]
    ((operator, affair),) = country.look("centre", "SELECT operator, affair FROM provision ORDER BY id DESC LIMIT 1")
    assert (operator, affair) == ("clerk-7", "act:30-7(6)3")
    assert b"ForwardedQuery" in country.frames[CHIYODA, "130001"]
    near = country.content(country.by_birth(), at=KIRISHIMA)
    assert [one.name for one in near.persons] == [TARO]
    assert country.look("460001", "SELECT affair FROM provision ORDER BY id DESC LIMIT 1") == [("act:30-7(4)3",)]


def test_no_copy_ever_holds_the_indication_of_the_family_register(country: WideAreaCountry):
    content = country.content(country.application(**HOUSEHOLD))
    assert not {DOMICILE, HEAD} & set(texts(content))
    assert {"世帯主", "妻", "子"} <= set(texts(content))


# -- the same request, and others under its number ------------------------------------------------------------------------


def test_the_same_request_does_nothing_twice_and_asks_nobody_again(country: WideAreaCountry):
    wanted = country.application(**HOUSEHOLD)
    first = country.ask(wanted)
    country.frames.clear()
    assert country.ask(wanted) == first
    assert not country.frames.get((CHIYODA, AIRA))
    assert (country.log(), country.outcomes()) == ([("told",)], ["told"])


def test_another_application_under_the_same_number_is_a_conflict(country: WideAreaCountry):
    wanted = country.application()
    country.ask(wanted)
    with pytest.raises(Conflict):
        country.ask(msgspec.structs.replace(wanted, of=CopyOf.HOUSEHOLD))


# -- the issuing mayor refuses --------------------------------------------------------------------------------------------


def decline(country: WideAreaCountry, application: Any, why: str = "偽りの疑い") -> Any:
    return country.call(wide_area_copy.decline, country.office(CHIYODA), "clerk-7", application, why)


def test_the_issuing_mayor_may_refuse_and_the_ground_is_on_record_and_nobody_is_asked(country: WideAreaCountry):
    wanted = country.application()
    country.frames.clear()
    assert decline(country, wanted).why.value == "declined"
    assert country.outcomes() == ["declined: 偽りの疑い"]
    assert not country.frames.get((CHIYODA, AIRA)) and country.log() == []
    with pytest.raises(Conflict):
        country.ask(wanted)


@pytest.mark.parametrize("why", ["", " ", "理" * 401])
def test_a_refusal_needs_its_ground(country: WideAreaCountry, why: str):
    with pytest.raises(InvalidInput):
        decline(country, country.application(), why)


def test_what_was_told_may_still_be_declined_and_is_not_told_again(country: WideAreaCountry):
    wanted = country.application()
    country.content(wanted)
    decline(country, wanted, "本人が辞退")
    with pytest.raises(Conflict):
        country.ask(wanted)
    assert country.outcomes() == ["told", "declined: 本人が辞退"]


# -- what cannot be asked -------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no document": ({"document": None}, InvalidInput, "document"),
    "an unnamed document": ({"document": PhotoDocument.OTHER}, InvalidInput, "document"),
    "a named one beside the list": ({"document_named": "社員証"}, InvalidInput, "document"),
    "a document and a card": ({"card": b"card"}, InvalidInput, "document"),
    "a card without its proof": ({"checked_by": CheckedBy.CARD, "document": None}, InvalidInput, "document"),
    "a check of yesterday": ({"checked_ms": 0}, InvalidInput, "checked_ms"),
    "no code": ({"code": ""}, InvalidInput, "resident-code"),
    "a wrong check digit": ({"code": "24727059609"}, InvalidInput, "resident-code"),
    "birth date without sex": ({"checked_by": CheckedBy.PHOTO_AND_BIRTH, "code": "", "birth": BIRTH}, InvalidInput, "sex"),
    "members that are not wanted": ({"members": (YOSHIKO,)}, InvalidInput, "members"),
    "nobody chosen": ({"of": CopyOf.MEMBERS}, InvalidInput, "members"),
    "the own municipality": ({"home": CHIYODA}, InvalidInput, "home"),
    "a prefecture": ({"home": "460001"}, NotReady, "home"),
    "nobody on the network": ({"home": "011002"}, NotReady, "home"),
    "a short number": ({"number": b"1"}, InvalidInput, "number"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_was_entered_and_cannot_be_is_told_before_anything_leaves(country: WideAreaCountry, what: str):
    changed, error, item = WRONG[what]
    country.frames.clear()
    with pytest.raises(error) as raised:
        country.ask(country.application(**changed))
    assert raised.value.item == item and raised.value.remedy.ja
    assert not country.frames.get((CHIYODA, AIRA))
    assert country.look(CHIYODA, "SELECT count(*) FROM wide_area_request") == [(0,)]


def test_before_the_second_services_began_there_is_no_wide_area_copy(country: WideAreaCountry):
    wanted = country.application()
    for code in (CHIYODA, AIRA):
        country.office(code).profile = Profile.JAPAN
    country.day = datetime.date(2003, 8, 24)
    with pytest.raises(InvalidInput) as error:
        country.ask(wanted)
    assert error.value.item == "wide-area-copy"
    assert refusal(country, crafted(country)) is Reason.ROUTE_NOT_LAWFUL
    country.day += datetime.timedelta(1)
    assert country.content(wanted).told_on == "2003-08-25"


def test_nobody_asks_without_an_operator(country: WideAreaCountry):
    with pytest.raises(Refused) as refused:
        country.ask(operator="")
    assert refused.value.code is Reason.NO_OPERATOR
