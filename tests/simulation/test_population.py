"""Synthetic residents: every row can be imported, one seed gives one population, and the figures are those of Japan (模擬住民)."""

import datetime
import hashlib
import json
from collections import Counter
from itertools import islice
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.addresses import Address, municipalities, municipality, towns_of
from openjuki.register.characters import in_cp932
from openjuki.register.dates import is_calendar_date
from openjuki.register.errors import InvalidInput
from openjuki.register.items import BY_KEY, check_row
from openjuki.simulation import population_rates as rates
from openjuki.simulation.declaration import SMALL
from openjuki.simulation.population import DAY, entrants, residents

AIRA, SETAGAYA = "462250", "131121"
ALL = tuple(place.code for place in municipalities())


def age(row: dict[str, str]) -> int:
    return (DAY - datetime.date.fromisoformat(row["birth"])).days * 4 // 1461


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    """30,000 residents of the six municipalities of the small country."""
    return [row for code in SMALL for row in residents(code, 5_000, "1")]


@pytest.fixture(scope="module")
def households(people: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in people:
        found.setdefault((row["municipality"], row["household_number"]), []).append(row)
    return list(found.values())


@given(st.sampled_from(ALL), st.integers(0, 40), st.text(max_size=8), st.dates(datetime.date(2012, 7, 10), datetime.date(2026, 12, 31)))
@settings(max_examples=25, deadline=None)
def test_every_row_of_any_municipality_seed_and_day_can_be_imported(code: str, count: int, seed: str, on: datetime.date):
    rows = list(residents(code, count, seed, on))
    assert len(rows) == count
    assert [error for row in rows for error in check_row(row)] == []


@pytest.mark.slow
def test_thousands_of_rows_can_be_imported_those_with_rare_names_and_odd_dates_too(people: list[dict[str, str]]):
    assert [error for row in people for error in check_row(row)] == []


@pytest.mark.slow
def test_every_municipality_has_residents():
    assert [error for code in ALL for row in residents(code, 2, "1") for error in check_row(row)] == []


def test_one_seed_gives_the_same_rows_on_every_machine():
    rows = json.dumps([list(residents(code, 300, "1")) for code in (AIRA, SETAGAYA)], sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(rows.encode()).hexdigest() == "ced292b0d38633a0b03a6c59e7d4a08f1276b757ff3bcb8a1be31690b550b3e6"


def test_another_seed_or_municipality_gives_others():
    firsts = {next(residents(code, 1, seed))["pension_number"] for code in (AIRA, SETAGAYA) for seed in ("1", "2")}
    assert len(firsts) == 4


def test_fewer_residents_are_the_beginning_of_more():
    assert list(residents(AIRA, 57, "1")) == list(islice(residents(AIRA, 2_000, "1"), 57))


def test_residents_are_drawn_only_as_they_are_asked_for():
    assert next(residents(SETAGAYA, 10**9, "1"))["relationship"] == "世帯主"


def test_an_unknown_municipality_is_refused():
    with pytest.raises(InvalidInput):
        next(residents("999999", 1, "1"))


@pytest.mark.slow
def test_ages_are_those_of_japan(people: list[dict[str, str]]):
    ages = [age(row) for row in people if is_calendar_date(row["birth"])]
    assert sum(each < 15 for each in ages) / len(ages) == pytest.approx(rates.CHILD_SHARE, abs=0.006)
    assert sum(15 <= each < 65 for each in ages) / len(ages) == pytest.approx(rates.WORKING_SHARE, abs=0.008)
    assert sum(each >= 65 for each in ages) / len(ages) == pytest.approx(rates.ELDERLY_SHARE, abs=0.008)
    assert 95 < max(ages) < 112


@pytest.mark.slow
def test_households_are_of_the_sizes_of_japan(households: list[list[dict[str, str]]]):
    sizes = Counter(map(len, households))
    assert sizes[1] / len(households) == pytest.approx(rates.SINGLE_SHARE, abs=0.015)
    assert sum(size * count for size, count in sizes.items()) / len(households) == pytest.approx(rates.HOUSEHOLD_SIZE_MEAN, abs=0.05)
    assert max(sizes) >= 6


@pytest.mark.slow
def test_sexes_and_nationalities_are_those_of_japan(people: list[dict[str, str]]):
    assert sum(row["sex"] == "2" for row in people) / len(people) == pytest.approx(0.515, abs=0.015)
    foreign = [row for row in people if "nationality" in row]
    assert len(foreign) / len(people) == pytest.approx(rates.FOREIGN_SHARE, abs=0.007)
    assert Counter(row["nationality"] for row in foreign).most_common(1)[0][0] == "中国"
    assert 0 < sum("alias" in row for row in foreign) < len(foreign) / 4
    assert all(row["name"].isascii() and row["name"].isupper() for row in foreign)


@pytest.mark.slow
def test_every_household_has_one_householder_who_comes_first_and_one_address(households: list[list[dict[str, str]]]):
    for household in households:
        assert [row["relationship"] == "世帯主" for row in household] == [True] + [False] * (len(household) - 1)
        assert {row["householder_name"] for row in household} == {household[0]["name"]}
        assert len({(row.get("town"), row["block"], row.get("building")) for row in household}) == 1
        assert len({row["name"] for row in household}) == len(household)


@pytest.mark.slow
def test_relationships_go_with_ages_and_sexes(households: list[list[dict[str, str]]]):
    seen: Counter[str] = Counter()
    for household in households:
        heads = [row for row in household if row["relationship"] in ("世帯主", "妻", "夫")]
        for row in household:
            word = row["relationship"]
            seen[word] += 1
            assert row["sex"] == {"妻": "2", "夫": "1", "母": "2", "父": "1", "子の妻": "2", "子の夫": "1"}.get(word, row["sex"])
            if word == "子" and len(household) < 7:
                assert all(19 <= apart(head, row) <= 46 for head in heads), household
            if word in ("父", "母"):
                assert 19 <= apart(row, heads[0]) <= 46, household
    assert {"世帯主", "妻", "夫", "子", "母", "父", "子の子", "子の妻", "妻の母", "弟", "同居人", "妻（未届）"} <= seen.keys()


def apart(elder: dict[str, str], younger: dict[str, str]) -> int:
    if not (is_calendar_date(elder["birth"]) and is_calendar_date(younger["birth"])):
        return 30
    return age(elder) - age(younger)


@pytest.mark.slow
def test_one_name_in_three_hundred_has_characters_that_common_encodings_cannot_hold():
    names = [row["name"] for row in residents(AIRA, 30_000, "rare")]
    rare = [name for name in names if not in_cp932(name)]
    assert len(rare) / len(names) == pytest.approx(1 / 300, rel=0.5)
    assert any("\U000e0100" <= sign <= "\U000e01ef" for name in rare for sign in name)
    assert any(set("髙﨑邊濵齋澤").intersection(name) for name in names)


@pytest.mark.slow
def test_some_birth_dates_are_partial_and_fewer_impossible():
    births = [row["birth"] for row in residents(SETAGAYA, 40_000, "dates")]
    odd = [birth for birth in births if not is_calendar_date(birth)]
    partial = [birth for birth in odd if "-00" in birth[4:]]
    assert 4 <= len(partial) <= 30
    assert len(odd) - len(partial) <= 8


@pytest.mark.slow
def test_the_commonest_surname_is_far_commoner_than_the_hundredth(people: list[dict[str, str]]):
    surnames = Counter(row["name"].split("　")[0] for row in people if "nationality" not in row).most_common()
    assert surnames[0][1] > 5 * surnames[100][1]
    assert len(surnames) > 400
    assert surnames[0][1] / len(people) < 0.04


def test_towns_are_those_of_the_municipality():
    towns = {town.name for town in towns_of(AIRA)}
    for row in residents(AIRA, 200, "1"):
        assert row["town"] in towns or row["town"][:-3] in towns


def test_rows_hold_only_items_of_the_list_that_are_not_empty():
    assert all(row.keys() <= BY_KEY.keys() and all(row.values()) for row in residents(SETAGAYA, 200, "1"))


def test_numbers_of_households_and_persons_are_each_given_once():
    rows = list(residents(AIRA, 300, "1"))
    assert len({row["address_number"] for row in rows}) == 300
    assert sum(row["relationship"] == "世帯主" for row in rows) == len({row["household_number"] for row in rows})


def test_the_import_procedure_takes_the_rows():
    rows = list(residents(AIRA, 100, "1"))
    taken = list(entrants(rows))
    assert [entrant.items.name for entrant in taken] == [row["name"] for row in rows]
    assert [entrant.line for entrant in taken] == list(range(1, 101))
    assert all(isinstance(entrant.items.address, Address) and entrant.items.address_since for entrant in taken)


def test_a_faulty_row_is_not_taken():
    with pytest.raises(InvalidInput):
        next(entrants([{"name": "住基　太郎"}]))


def test_a_designated_city_gives_the_wards_of_its_residents():
    assert all(municipality(row["municipality"]).city == "141003" for row in residents("141003", 20, "1"))


@pytest.mark.slow
def test_ten_thousand_residents_are_drawn_in_seconds():
    started = process_time()
    assert sum(1 for _ in residents(SETAGAYA, 10_000, "1")) == 10_000
    assert process_time() - started < 3.0
