"""In the pages: another section's search for somebody restrained and for nobody, in pairs, is alike in text and time (支援措置; X7)."""

import random
import time

import pytest

from openjuki.law.ways_out import Output
from openjuki.offices import restraints
from openjuki.offices.restraints import Application, Protected
from openjuki.simulation.restraint_timing import T_MAX, paired_t
from tests.counter.running_country import AIRA

PAIRS = 60
NAMES = {"restrained": "保護 花子", "nobody": "不在 花子"}


@pytest.fixture
def restrained(country):
    application = Application((Protected("保護　花子", "1983-04-17"),), frozenset(Output))
    office = country.country.office(AIRA)
    if not country.read(AIRA, lambda t: restraints.listed(t, office.today())):
        country.read(AIRA, lambda t: restraints.accept(t, office, "madoguchi-1", application))
    return country


@pytest.mark.slow
def test_a_sections_page_about_her_is_that_about_nobody_and_takes_as_long(restrained):
    section, chance = restrained.clerk(operator="zeimu"), random.Random("1")
    took, pages = {name: [] for name in NAMES}, {name: set() for name in NAMES}
    for _ in range(PAIRS):
        for name in chance.sample(sorted(NAMES), 2):
            section.get("/search")
            began_s = time.perf_counter()
            said = section.post("/search", typed=NAMES[name])
            took[name].append(time.perf_counter() - began_s)
            pages[name].add(said.words.replace(NAMES[name], "NAME"))
    assert pages["restrained"] == pages["nobody"]
    assert len(pages["nobody"]) == 1
    differences = [hers - nobodys for hers, nobodys in zip(took["restrained"], took["nobody"], strict=True)]
    assert abs(paired_t(differences)) < T_MAX, differences
