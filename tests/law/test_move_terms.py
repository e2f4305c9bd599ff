"""The terms of a move with one visit, each on its last day and on the day after (転入届の特例の期限; 令24の2, 30の20)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.law.move_terms import card_handed_in_until, first_move_in, may_still_announce

DAYS = st.dates(date(2003, 8, 25), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("planned", "last"),
    [
        (date(2013, 4, 1), date(2013, 5, 1)),
        (date(2013, 12, 10), date(2014, 1, 9)),
        (date(2012, 1, 30), date(2012, 2, 29)),
        (date(2013, 1, 30), date(2013, 3, 1)),
    ],
)
def test_thirty_days_after_the_planned_day_is_the_last_one(planned: date, last: date):
    assert first_move_in(planned) == (last, 30)


@pytest.mark.parametrize(("moved", "last"), [(date(2013, 4, 1), date(2013, 4, 15)), (date(2013, 12, 20), date(2014, 1, 3))])
def test_fourteen_days_after_moving_in_is_the_last_one_if_that_comes_first(moved: date, last: date):
    assert first_move_in(moved, moved) == (last, 14)


def test_whoever_moves_long_after_the_planned_day_has_only_what_is_left_of_the_thirty():
    assert first_move_in(date(2013, 4, 1), date(2013, 4, 16)) == (date(2013, 4, 30), 14)
    assert first_move_in(date(2013, 4, 1), date(2013, 4, 18)) == (date(2013, 5, 1), 30)


def test_a_card_is_handed_in_within_ninety_days_of_the_first_notification():
    assert card_handed_in_until(date(2013, 12, 10)) == date(2014, 3, 10)


def test_moving_out_is_announced_until_fourteen_days_after_the_move():
    assert may_still_announce(date(2013, 12, 1), date(2013, 12, 15))
    assert not may_still_announce(date(2013, 12, 1), date(2013, 12, 16))


@given(DAYS, DAYS)
def test_the_earlier_of_both_terms_counts(planned: date, moved: date):
    last, days = first_move_in(planned, moved)
    assert last == min(planned + timedelta(30), moved + timedelta(14))
    assert last == (planned + timedelta(30) if days == 30 else moved + timedelta(14))
