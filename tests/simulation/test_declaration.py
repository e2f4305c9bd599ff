"""Which offices a declared country has (国の宣言)."""

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.register.errors import InvalidInput
from openjuki.simulation import declaration


def of_kind(declared, kind):
    return [office for office in declared.offices if office.kind is kind]


def test_all_means_every_municipality_with_a_mayor_its_prefecture_and_the_centre():
    declared = declaration.declare(declaration.municipalities_named("all"))
    towns = of_kind(declared, OfficeKind.MUNICIPALITY)
    assert (len(towns), len(of_kind(declared, OfficeKind.PREFECTURE)), len(of_kind(declared, OfficeKind.CENTRE))) == (1_741, 47, 1)
    assert {town.prefecture for town in towns} == {hub.prefecture for hub in of_kind(declared, OfficeKind.PREFECTURE)}
    assert len({office.code for office in declared.offices}) == len(declared.offices) == 1_796


def test_a_country_is_read_as_it_was_written(tmp_path):
    declared = declaration.declare(declaration.municipalities_named(" 462250, 131016 "), residents=7, profile="japan")
    declaration.write(declared, tmp_path / "country.toml")
    assert declaration.read(tmp_path / "country.toml") == declared


def test_a_municipality_named_twice_is_one_office():
    assert declaration.declare(("462250", "462250")) == declaration.declare(("462250",))


def test_a_ward_has_no_mayor_and_no_office():
    with pytest.raises(InvalidInput, match="141003"):
        declaration.declare(("141011",))
