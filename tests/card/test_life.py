"""The life of a card: every term on its last day and the day after, every order of arrival (カードの運用状況; promise C8)."""

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.card.life import CardEvent, CardEventKind, CardStanding, EndCause, fold, last_day_of

DAY, ONE = datetime.date(2013, 11, 22), datetime.timedelta(1)
K = CardEventKind
ISSUED = CardEvent(2, K.ISSUED, DAY, last_day=last_day_of(DAY))
MADE = [CardEvent(1, K.MAKING, DAY), ISSUED]


def life_of(*events):
    made = [CardEvent(number, event[0], DAY + ONE * event[1], cause=(event[2:] or (None,))[0]) for number, event in enumerate(events, 3)]
    return fold([*MADE, *made])


def standing(found, days):
    return found.standing(DAY + ONE * days)


def test_a_card_being_made_serves_nobody():
    assert not fold(MADE[:1]).serves(DAY) and fold(MADE).serves(DAY)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (datetime.date(2013, 11, 22), datetime.date(2023, 11, 21)), (datetime.date(2012, 2, 29), datetime.date(2022, 2, 28)),
        (datetime.date(2014, 1, 1), datetime.date(2023, 12, 31)),
    ],
)  # fmt: skip
def test_a_card_is_valid_for_ten_years_and_not_a_day_longer(issued, last):
    assert last_day_of(issued) == last
    found = fold([CardEvent(1, K.ISSUED, issued, last_day=last)])
    assert found.serves(last) and not found.serves(last + ONE) and found.cause(last + ONE) is EndCause.EXPIRED


def test_a_foreign_residents_card_ends_with_the_stay():
    assert last_day_of(DAY, datetime.date(2016, 3, 31)) == datetime.date(2016, 3, 31)
    assert last_day_of(DAY, datetime.date(2099, 1, 1)) == last_day_of(DAY)


def test_renewal_is_open_in_the_last_three_months():
    found = fold(MADE)
    assert not found.may_be_renewed(datetime.date(2023, 8, 21)) and found.may_be_renewed(datetime.date(2023, 8, 22))
    assert not found.may_be_renewed(datetime.date(2023, 11, 22))


def test_a_lost_card_is_suspended_at_once_and_found_again():
    assert standing(life_of((K.LOST, 5)), 5) is CardStanding.SUSPENDED
    assert standing(life_of((K.LOST, 5), (K.FOUND, 9)), 9) is CardStanding.VALID


def test_a_card_that_was_replaced_is_not_revived_when_it_is_found():
    found = life_of((K.LOST, 5), (K.ENDED, 6, EndCause.REISSUED), (K.FOUND, 9))
    assert standing(found, 9) is CardStanding.ENDED and found.cause(DAY) is EndCause.REISSUED


def test_without_moving_in_it_ends_thirty_days_after_the_planned_day():
    found = life_of((K.MOVED_OUT, 10))
    assert standing(found, 40) is CardStanding.MOVING and standing(found, 41) is CardStanding.ENDED
    assert found.cause(DAY + 41 * ONE) is EndCause.NOT_MOVED_IN


def test_without_being_handed_in_it_ends_ninety_days_after_the_notification():
    found = life_of((K.MOVED_OUT, 10), (K.MOVED_IN, 12))
    assert standing(found, 102) is CardStanding.WAITING and standing(found, 103) is CardStanding.ENDED
    assert found.cause(DAY + 103 * ONE) is EndCause.NOT_CONTINUED


@pytest.mark.parametrize(("days", "cause"), [(14, None), (15, EndCause.NOT_MOVED_IN)])
def test_who_notifies_more_than_fourteen_days_after_moving_loses_it(days, cause):
    moved = DAY + ONE * 5
    out = CardEvent(3, K.MOVED_OUT, moved)
    found = fold([*MADE, out, CardEvent(4, K.MOVED_IN, moved + ONE * days, moved=moved)])
    assert found.cause(moved + ONE * days) is cause


def test_continued_use_makes_it_an_ordinary_card_again():
    found = life_of((K.MOVED_OUT, 10), (K.MOVED_IN, 12), (K.CONTINUED, 100))
    assert standing(found, 1_000) is CardStanding.VALID


def test_who_moves_on_before_handing_it_in_loses_it():
    assert life_of((K.MOVED_OUT, 10), (K.MOVED_IN, 12), (K.MOVED_OUT, 20)).cause(DAY) is EndCause.NOT_CONTINUED


def test_a_lost_card_stays_suspended_while_its_holder_moves():
    found = life_of((K.MOVED_OUT, 1), (K.LOST, 2), (K.MOVED_IN, 3))
    assert standing(found, 4) is CardStanding.SUSPENDED
    assert standing(life_of((K.MOVED_OUT, 1), (K.LOST, 2), (K.MOVED_IN, 3), (K.FOUND, 4)), 5) is CardStanding.WAITING


def test_a_term_that_ran_out_is_not_healed_by_what_comes_later():
    found = life_of((K.MOVED_OUT, 10), (K.MOVED_IN, 50), (K.CONTINUED, 60))
    assert standing(found, 60) is CardStanding.ENDED and found.cause(DAY + 60 * ONE) is EndCause.NOT_MOVED_IN


@pytest.mark.parametrize("cause", EndCause)
def test_each_cause_ends_it_and_it_is_then_returned_and_destroyed(cause):
    found = life_of((K.ENDED, 3, cause), (K.RETURNED, 4))
    assert (standing(found, 4), found.cause(DAY)) == (CardStanding.RETURNED, cause)
    assert standing(life_of((K.ENDED, 3, cause), (K.RETURNED, 4), (K.DESTROYED, 5)), 5) is CardStanding.DESTROYED


def test_every_order_of_arrival_gives_one_life():
    """Lost, found, moved out, moved in, continued, code changed: whichever arrives first, and whatever arrives twice."""
    kinds = [(K.LOST, 1), (K.FOUND, 2), (K.MOVED_OUT, 3), (K.MOVED_IN, 5), (K.CONTINUED, 6), (K.ENDED, 8, EndCause.CODE_CHANGED)]
    events = [CardEvent(number, each[0], DAY + ONE * each[1], cause=(each[2:] or (None,))[0]) for number, each in enumerate(kinds, 3)]
    lives = {fold([*order, *MADE, order[0]]) for order in itertools.permutations(events)}
    assert len(lives) == 1 and lives.pop().cause(DAY) is EndCause.CODE_CHANGED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CardEvent(3, K.LOST, DAY), CardEvent(3, K.FOUND, DAY)),
        (CardEvent(3, K.FOUND, DAY), CardEvent(3, K.LOST, DAY)),
        (CardEvent(3, K.LOST, DAY), CardEvent(3, K.MOVED_OUT, DAY)),
        (CardEvent(3, K.ENDED, DAY, cause=EndCause.DEATH), CardEvent(3, K.MOVED_OUT, DAY)),
        (CardEvent(3, K.MOVED_OUT, DAY), CardEvent(3, K.RETURNED, DAY)),
    ],
)
def test_two_different_events_of_one_version_both_count_in_either_order_and_what_stops_the_card_holds(before, after):
    lives = {fold(order) for order in itertools.permutations([*MADE, before, after])}
    assert len(lives) == 1 and not lives.pop().serves(DAY)


EVENTS = st.lists(st.tuples(st.sampled_from(list(K)[2:]), st.integers(0, 200)), max_size=8)


@given(EVENTS, st.randoms(use_true_random=False), st.integers(0, 4_000))
def test_any_events_in_any_order_give_one_standing_and_what_ended_never_serves_again(events, random, days):
    made = [CardEvent(number, kind, DAY + ONE * day) for number, (kind, day) in enumerate(sorted(events, key=lambda each: each[1]), 3)]
    shuffled = [*MADE, *made]
    random.shuffle(shuffled)
    assert fold(shuffled) == fold([*MADE, *made])
    for count in range(len(made)):
        ended = fold([*MADE, *made[: count + 1]])
        if ended.ended_by is not None:
            assert not fold([*MADE, *made]).serves(DAY + ONE * days)
