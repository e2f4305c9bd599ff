"""Addresses on the real municipalities and towns (住所)."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.register import addresses
from openjuki.register.addresses import Address, MunicipalityKind, check_address
from openjuki.register.errors import InvalidInput

HOME = Address("462250", "加治木町朝日町", "25番地12", "コーポ姶良201")


def test_the_country_has_47_prefectures_and_1741_municipalities():
    kinds = Counter(place.kind for place in addresses.municipalities())
    assert len(addresses.prefectures()) == 47
    assert kinds == {
        MunicipalityKind.DESIGNATED_CITY: 20,
        MunicipalityKind.CITY: 772,
        MunicipalityKind.SPECIAL_WARD: 23,
        MunicipalityKind.TOWN: 743,
        MunicipalityKind.VILLAGE: 183,
    }


def test_every_code_carries_its_check_digit_and_lies_in_its_prefecture():
    for place in addresses.municipalities():
        total = sum(int(digit) * weight for digit, weight in zip(place.code, (6, 5, 4, 3, 2), strict=False))
        assert (11 - total % 11) % 10 == int(place.code[5]), place
        assert place.prefecture_code[:2] == place.code[:2]


def test_hamamatsu_has_its_three_wards_since_2024():
    assert [ward.code for ward in addresses.wards_of("221309")] == ["221384", "221392", "221406"]
    assert addresses.municipality("221384").name == "浜松市中央区"


def test_a_ward_is_an_address_but_its_city_keeps_the_record():
    assert addresses.office_of("141011") == "141003"
    assert addresses.office_of("131016") == "131016"
    assert addresses.municipality("141011") not in addresses.municipalities()


def test_the_six_northern_villages_are_not_there():
    assert not any(addresses.is_municipality(code) for code in ("016951", "017001"))


def test_an_address_reads_as_it_is_printed():
    assert HOME.text() == "鹿児島県姶良市加治木町朝日町25番地12　コーポ姶良201"
    assert Address("403440", "須恵", "771番地").text() == "福岡県糟屋郡須恵町須恵771番地"


def test_an_address_travels_as_an_array_and_nothing_more():
    packed = msgspec.msgpack.encode(HOME)
    assert msgspec.msgpack.decode(packed) == ["462250", "加治木町朝日町", "25番地12", "コーポ姶良201"]
    assert msgspec.msgpack.decode(packed, type=Address) == HOME
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(["462250", "a", "b", "c", "d"]), type=Address)


def test_prefectures_are_found_by_two_digits():
    assert addresses.prefecture_of("462250") == "46"
    assert addresses.prefecture("46").code == "460001"
    with pytest.raises(InvalidInput):
        addresses.prefecture("48")


def test_towns_of_a_municipality_are_its_own():
    towns = addresses.towns_of("462250")
    assert {town.municipality for town in towns} == {"462250"}
    assert ("加治木町朝日町", "8995213") in {(town.name, town.postal_code) for town in towns}
    assert len(addresses.towns_of("141003")) == sum(len(addresses.towns_of(ward.code)) for ward in addresses.wards_of("141003"))


@pytest.mark.slow
def test_every_municipality_has_towns_or_blocks_without_them():
    listed = [(place, addresses.towns_of(place.code)) for place in addresses.municipalities()]
    assert sum(len(towns) for _, towns in listed) == 118_846
    assert all(towns or addresses.has_blocks_without_town(place.code) for place, towns in listed)
    for _, towns in listed:
        for town in towns:
            assert town.kana
            assert len(town.postal_code) == 7
            check_address(Address(town.municipality, town.name, "1番地"))


def test_a_village_without_towns_takes_a_block_alone():
    check_address(Address("203858", "", "4825番地1"))  # 南箕輪村
    with pytest.raises(InvalidInput, match="town"):
        check_address(Address("462250", "", "1番地"))


@pytest.mark.parametrize(
    ("address", "item"),
    [
        (Address("462251", "宮島町", "25番地"), "municipality"),
        (Address("462250", "　", "25番地"), "town"),
        (Address("462250", "宮島町", ""), "block"),
        (Address("462250", "宮島町", "25番地\n"), "block"),
        (Address("462250", "宮" * 61, "25番地"), "town"),
        (Address("462250", "宮島町", "2" * 61), "block"),
        (Address("462250", "宮島町", "25番地", "号" * 101), "building"),
        (Address("462250", "宮島町", "25番地", "\ue000号室"), "building"),
        (Address("462250", "か\u3099町", "25番地"), "town"),
    ],
)
def test_what_cannot_be_an_address_is_refused_by_its_item(address, item):
    with pytest.raises(InvalidInput) as refused:
        check_address(address)
    assert refused.value.item == item


def test_limits_count_signs_and_not_code_points():
    check_address(Address("462250", "辻\U000e0102" * 60, "1番地"))
    with pytest.raises(InvalidInput):
        check_address(Address("462250", "辻\U000e0102" * 61, "1番地"))


@given(st.text(min_size=1, max_size=80))
def test_a_refusal_never_repeats_the_value(town):
    address = Address("462250", f"桜{town}", "\x00")
    with pytest.raises(InvalidInput) as refused:
        check_address(address)
    assert f"桜{town}" not in refused.value.text("en") + refused.value.text("ja")
