"""Three whole prefectures start in one process, as the nation does, and all of it is up (全国の起動を小さくしたもの)."""

import asyncio
import itertools
import time

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes import process
from openjuki.register.addresses import municipalities
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, nation_campaign
from openjuki.simulation.inspection import inspect, sampled
from openjuki.simulation.running import Calendar, run_country
from openjuki.simulation.stages import Stages

TOWNS = tuple(town.code for town in municipalities() if town.code[:2] in ("16", "18", "37"))
"""Toyama, Fukui, Kagawa."""


async def start(folder, residents):
    began_s, stages = time.monotonic(), Stages()
    declared = declaration.declare(TOWNS, residents=residents)
    async with run_country(folder, declared, Calendar(), stages=stages) as country:
        return await inspect(country, began_s, stages, sample_max=40), len(country.of_kind(OfficeKind.MUNICIPALITY))


@pytest.mark.slow
def test_three_prefectures_with_all_their_municipalities_are_up_in_one_process(tmp_path, capsys):
    found, towns = process.run(start(tmp_path / "country", 200))
    with capsys.disabled():
        print(f" [{found.offices} offices: {found.seconds} s, {found.peak_mb} MB]", end="")
    assert towns == len(TOWNS) == found.municipalities and found.prefectures == 3 and found.offices == towns + 3 + 1 + 2
    assert found.ok and found.pairs_up == 40 and found.links_up == towns + 3 + 2 + 40
    assert found.events_at_centre == towns


@pytest.mark.slow
def test_a_country_that_stops_and_starts_again_enters_nobody_twice(tmp_path):
    async def persons(folder):
        async with run_country(folder, declaration.declare(TOWNS[:3], residents=30), Calendar()) as country:
            counts = [await country.call(node.office.write, count_persons) for node in country.of_kind(OfficeKind.MUNICIPALITY)]
            hub = await country.call(country.office(countries.CENTRE).write, count_persons)
            return sum(counts), hub

    assert asyncio.run(persons(tmp_path / "country")) == asyncio.run(persons(tmp_path / "country")) == (30, 30)


def count_persons(transaction):
    return transaction.value("SELECT count(*) FROM person")


def test_the_sample_is_the_seeds_and_holds_no_pair_twice():
    drawn = sampled(TOWNS, 300, "1")
    assert len(set(map(frozenset, drawn))) == 300 and all(a != b for a, b in drawn)
    assert drawn == sampled(TOWNS, 300, "1") != sampled(TOWNS, 300, "2")
    assert sampled(TOWNS[:4], 300, "1") == list(itertools.combinations(TOWNS[:4], 2))


def test_the_promise_is_for_the_whole_nation_in_time_and_small():
    found = {"ok": True, "offices": 1_796, "seconds": 89.0, "peak_mb": 999.0}
    assert nation_campaign.kept(found)
    for wrong in ({"ok": False}, {"seconds": 90.5}, {"peak_mb": 1000.5}):
        assert not nation_campaign.kept(found | wrong)
