"""What happens in a year: as many births, deaths and moves as in Japan, most moves in spring (年間の異動件数)."""

from collections import Counter
from random import Random

import pytest

from openjuki.simulation.rates import MOVES, NOTIFIED_WITHIN_DAYS, LifeEvent, events_of_year, expected


@pytest.fixture(scope="module")
def year():
    return list(events_of_year(Random("1"), 77_000, 2013))


def test_every_kind_happens_as_often_as_in_japan(year):
    seen = Counter(event.kind for event in year)
    for kind in LifeEvent:
        mean = expected(kind, 77_000)
        assert seen[kind] == pytest.approx(mean, abs=4 * mean**0.5 + 1), kind


def test_rates_by_the_thousand_are_those_published():
    assert expected(LifeEvent.BIRTH, 1_000) == pytest.approx(5.70, abs=0.01)
    assert expected(LifeEvent.DEATH, 1_000) == pytest.approx(13.26, abs=0.01)
    out = (LifeEvent.MOVE_WITHIN_PREFECTURE_OUT, LifeEvent.MOVE_ACROSS_PREFECTURES_OUT)
    assert sum(expected(kind, 1_000) for kind in out) == pytest.approx(5_207_746 / 124_330.69, abs=0.01)
    assert sum(expected(kind, 124_330_690) for kind in LifeEvent) == pytest.approx(18_000_000, rel=0.03)


def test_a_city_of_that_size_has_about_ten_thousand_notices_a_year(year):
    assert 10_000 < len(year) < 12_500


def test_days_come_in_order_and_lie_in_the_year(year):
    days = [event.happened_on for event in year]
    assert days == sorted(days)
    assert days[0].year == days[-1].year == 2013


def test_every_notice_is_given_on_a_weekday_within_fourteen_days(year):
    for event in year:
        assert event.notified_on.weekday() < 5
        assert 0 <= (event.notified_on - event.happened_on).days <= NOTIFIED_WITHIN_DAYS


def test_moves_come_in_spring_and_births_all_year(year):
    moves = Counter(event.happened_on.month for event in year if event.kind in MOVES)
    births = Counter(event.happened_on.month for event in year if event.kind is LifeEvent.BIRTH)
    assert moves[3] > 2 * moves[1]
    assert max(births.values()) < 1.6 * min(births.values())


def test_mothers_the_dead_and_movers_are_of_likely_ages(year):
    ages = {kind: [event.age for event in year if event.kind is kind] for kind in LifeEvent}
    assert min(ages[LifeEvent.BIRTH]) >= 18 and max(ages[LifeEvent.BIRTH]) <= 45
    assert sum(age >= 75 for age in ages[LifeEvent.DEATH]) > 0.65 * len(ages[LifeEvent.DEATH])
    movers = ages[LifeEvent.MOVE_ACROSS_PREFECTURES_OUT]
    assert sum(18 <= age < 35 for age in movers) > 0.5 * len(movers)


def test_the_same_state_gives_the_same_year():
    assert list(events_of_year(Random("7"), 3_000, 2014)) == list(events_of_year(Random("7"), 3_000, 2014))


def test_a_village_has_its_events_too():
    counts = [sum(1 for _ in events_of_year(Random(seed), 300, 2013)) for seed in range(20)]
    assert sum(counts) / 20 == pytest.approx(sum(expected(kind, 300) for kind in LifeEvent), rel=0.2)
