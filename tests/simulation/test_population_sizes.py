"""Sizes of municipalities: shares of a country, in the order of magnitude of the real ones (人口規模)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.register.addresses import municipalities
from openjuki.register.errors import InvalidInput
from openjuki.simulation.declaration import SMALL
from openjuki.simulation.population_sizes import sizes

CODES = tuple(place.code for place in municipalities())


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=30, unique=True), st.integers(30, 10**8), st.text(max_size=5))
def test_nobody_is_lost_and_no_municipality_is_empty(codes: list[str], total: int, seed: str):
    shared = sizes(codes, total, seed)
    assert list(shared) == codes
    assert sum(shared.values()) == total
    assert min(shared.values()) >= 1


def test_the_small_country_has_the_proportions_of_the_real_one():
    shared = sizes(SMALL, 10_000, "1")
    assert shared == {"462012": 2484, "462187": 523, "462250": 325, "131016": 283, "131121": 3956, "132012": 2429}


def test_the_whole_country_has_few_large_and_many_small_places():
    shared = sorted(sizes(CODES, 124_330_690, "1").values(), reverse=True)
    assert 2_500_000 < shared[0] < 4_500_000
    assert sum(size < 10_000 for size in shared) > 400
    assert sum(shared[:100]) > sum(shared) / 3


def test_the_same_seed_gives_the_same_sizes():
    assert sizes(CODES, 10**6, "1") == sizes(CODES, 10**6, "1") != sizes(CODES, 10**6, "2")


def test_a_country_needs_a_resident_for_every_municipality():
    with pytest.raises(InvalidInput):
        sizes(SMALL, 5, "1")
    with pytest.raises(InvalidInput):
        sizes((), 5, "1")
