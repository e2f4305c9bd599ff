"""Ordinances come from the office's own folder, with their days; a faulty file changes nothing and is told (条例の読込み)."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from openjuki.nodes import ordinance_files
from openjuki.nodes.node import DUTY_S, Node
from openjuki.nodes.tables import TABLES
from openjuki.offices.store import Store
from openjuki.simulation import declaration
from openjuki.simulation.quiet import QuietCountry

KAGOSHIMA, HOUSING, TAX = "460001", "462012-housing", "46-tax"
TEXT = """
[[ordinance]]
id = "housing"
office = "460001"
article = "30-7(4)2"
askers = ["462012"]
bodies = ["鹿児島市 住宅課"]
affair = { en = "housing", ja = "住宅" }
fields = ["name"]
key_sets = [["name", "birth"]]
in_force_from = "2013-04-01"
in_force_until = "2014-03-31"
"""


class Prefecture:
    """Kagoshima's office on a folder of its own."""

    def __init__(self, folder: Path, duty_s: float = DUTY_S) -> None:
        self.told: list[tuple[str, str]] = []
        declared = declaration.declare()
        country = QuietCountry(declared.offices, listen=lambda office, tag, what: self.told.append((tag, what)))
        store = Store(str(folder / "register.db"), TABLES[country.offices[KAGOSHIMA].kind].scripts)
        self.country, self.folder = country, folder / ordinance_files.FOLDER
        self.office = country.open(KAGOSHIMA, store, partial(Node, duty_s=duty_s)).office
        self.folder.mkdir()

    def put(self, text: str, name: str = "a.toml") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")
        self.country.agenda.run(lambda: False, 2)

    def held(self) -> list[Any]:
        return sorted(self.office.ordinances, key=lambda each: each.in_force_from)


@pytest.fixture
def prefecture(tmp_path: Path) -> Prefecture:
    return Prefecture(tmp_path)


def test_a_file_is_read_within_two_seconds_and_forgotten_when_it_is_gone(prefecture: Prefecture) -> None:
    assert prefecture.held() == []
    prefecture.put(TEXT)
    (ordinance,) = prefecture.held()
    days = [day for day in ("2013-03-31", "2013-04-01", "2014-03-31", "2014-04-01") if ordinance.in_force(day)]
    assert days == ["2013-04-01", "2014-03-31"]
    (prefecture.folder / "a.toml").unlink()
    prefecture.country.agenda.run(lambda: False, 2)
    assert prefecture.held() == []


def test_a_department_is_found_by_its_name_among_the_offices_of_its_own_local_government(prefecture: Prefecture) -> None:
    prefecture.put(TEXT)
    assert prefecture.held()[0].askers == {"462012", HOUSING}
    prefecture.put(TEXT.replace('["462012"]', '["462187"]'))
    assert prefecture.held()[0].askers == {"462187"}
    prefecture.put(TEXT.replace('["462012"]', '["460001"]').replace("鹿児島市 住宅課", "鹿児島県 税務課"))
    assert prefecture.held()[0].askers == {KAGOSHIMA, TAX}
    prefecture.put(TEXT.replace('["462012"]', '["130001"]').replace("鹿児島市 住宅課", "鹿児島県 税務課"))
    assert prefecture.held()[0].askers == {"130001"}


def test_a_faulty_file_leaves_what_was_held_and_is_told_once(prefecture: Prefecture) -> None:
    prefecture.put(TEXT)
    prefecture.told.clear()
    prefecture.put(TEXT, "b.toml")
    prefecture.country.agenda.run(lambda: False, 5)
    assert len(prefecture.held()) == 1
    assert prefecture.told == [("provision:ordinances:refused", "b.toml: ordinance 1: id")]
    prefecture.put(TEXT.replace('"2013-04-01"', '"2014-04-01"').replace('in_force_until = "2014-03-31"\n', ""), "b.toml")
    assert [each.in_force_from for each in prefecture.held()] == ["2013-04-01", "2014-04-01"]


def test_other_files_are_not_read(prefecture: Prefecture) -> None:
    prefecture.put("nonsense", "readme.txt")
    assert prefecture.told == []


def test_an_office_with_seldom_duties_reads_a_file_when_its_round_comes(tmp_path: Path) -> None:
    prefecture = Prefecture(tmp_path, duty_s=10.0)
    prefecture.put(TEXT)
    assert prefecture.held() == []
    prefecture.country.agenda.run(lambda: False, 12)
    assert len(prefecture.held()) == 1
