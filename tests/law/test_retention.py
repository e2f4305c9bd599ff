"""Each rule of retention, with the day before and the day after (保存期間; 令30の6, 30の11, 34), typed from the orders."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.law.retention import (
    HeldIdentity,
    Told,
    first_kept,
    identity_kept_at_least_until,
    identity_kept_until,
    kept_years_until,
    last_day,
    may_go,
    paper_kept_until,
    provision_kept_until,
    removed_record_kept_until,
    supplement_of_abroad_kept_until,
)
from openjuki.law.retention_terms import TERMS, SweepRule, first_day_kept

JAPAN = Profile.JAPAN
PREFECTURE, CENTRE = OfficeKind.PREFECTURE, OfficeKind.CENTRE
HUBS = (PREFECTURE, CENTRE)
BEFORE, AFTER = date(2019, 6, 19), date(2019, 6, 20)
"""The last day of the five years and the first of the 150."""
ONE_DAY = timedelta(1)
MOVED = HeldIdentity(Told.REMOVED, date(2003, 4, 1))


def day(text):
    return date.fromisoformat(text)


TIMES = {
    ("2013-12-01", 5): "2018-11-30", ("2013-01-01", 1): "2013-12-31", ("2016-02-29", 5): "2021-02-28", ("2016-02-29", 4): "2020-02-28",
    ("2015-03-01", 1): "2016-02-29", ("2013-12-01", 150): "2163-11-30", ("2013-12-01", 80): "2093-11-30",
}  # fmt: skip


@pytest.mark.parametrize(("given_as", "last"), TIMES.items())
def test_a_time_of_years_ends_on_the_day_before_its_first_day_comes_again(given_as, last):
    assert last_day(day(given_as[0]), given_as[1]) == day(last)


@given(st.dates(date(2002, 8, 5), date(2100, 1, 1)), st.integers(1, 150))
def test_the_day_after_the_last_is_the_same_day_of_a_later_year_or_the_first_of_march(first, years):
    after = last_day(first, years) + ONE_DAY
    assert after.year == first.year + years
    same = {(first.month, first.day)} | ({(3, 1)} if (first.month, first.day) == (2, 29) else set())
    assert (after.month, after.day) in same


@pytest.mark.parametrize("hub", HUBS)
def test_the_current_state_of_a_living_person_never_runs_out(hub):
    current = HeldIdentity(Told.ENTERED, date(2002, 8, 5))
    assert identity_kept_until(current, hub, AFTER, JAPAN) is None
    assert not may_go(identity_kept_until(current, hub, AFTER), date(2500, 1, 1))


@pytest.mark.parametrize("hub", HUBS)
def test_a_former_state_is_kept_five_years_from_the_next_notice(hub):
    former = HeldIdentity(Told.ENTERED, date(2002, 8, 5), next_told_on=date(2008, 6, 10))
    until = identity_kept_until(former, hub, BEFORE, JAPAN)
    assert until == date(2013, 6, 9)
    assert not may_go(until, date(2013, 6, 9))
    assert may_go(until, date(2013, 6, 10))


@pytest.mark.parametrize("hub", HUBS)
def test_a_dead_persons_state_is_kept_five_years_from_its_notice_whatever_comes(hub):
    dead = HeldIdentity(Told.DIED, date(2003, 4, 1), next_told_on=date(2020, 1, 1))
    assert identity_kept_until(dead, hub, BEFORE, JAPAN) == date(2008, 3, 31)


@pytest.mark.parametrize("hub", HUBS)
def test_who_moved_away_and_never_came_is_kept_eighty_years(hub):
    assert identity_kept_until(MOVED, hub, BEFORE, JAPAN) == date(2083, 3, 31)


@pytest.mark.parametrize("hub", HUBS)
def test_a_next_notice_after_more_than_five_years_ends_it_and_an_earlier_one_leaves_five(hub):
    assert identity_kept_until(MOVED._replace(next_told_on=date(2010, 7, 1)), hub, BEFORE, JAPAN) == date(2010, 7, 1)
    assert identity_kept_until(MOVED._replace(next_told_on=date(2003, 4, 2)), hub, BEFORE, JAPAN) == date(2008, 3, 31)


@pytest.mark.parametrize("trace", ["transfer_confirmed_on", "first_recorded_known_on"])
def test_two_traces_count_at_the_prefecture_only(trace):
    traced = MOVED._replace(**{trace: date(2010, 7, 1)})
    assert identity_kept_until(traced, PREFECTURE, BEFORE, JAPAN) == date(2010, 7, 1)
    assert identity_kept_until(traced, CENTRE, BEFORE, JAPAN) == date(2083, 3, 31)


def test_the_earliest_trace_counts():
    traced = MOVED._replace(next_told_on=date(2012, 1, 1), transfer_confirmed_on=date(2011, 1, 1), first_recorded_known_on=date(2013, 1, 1))
    assert identity_kept_until(traced, PREFECTURE, BEFORE, JAPAN) == date(2011, 1, 1)
    assert identity_kept_until(traced, CENTRE, BEFORE, JAPAN) == date(2012, 1, 1)


def test_what_ran_out_the_day_before_the_150_years_came_is_not_revived():
    dead = HeldIdentity(Told.DIED, date(2014, 6, 20))
    later = dead._replace(told_on=date(2014, 6, 21))
    assert identity_kept_until(dead, CENTRE, AFTER, JAPAN) == date(2019, 6, 19)
    assert identity_kept_until(later, CENTRE, BEFORE, JAPAN) == date(2019, 6, 20)
    assert identity_kept_until(later, CENTRE, AFTER, JAPAN) == date(2164, 6, 20)
    assert identity_kept_until(dead, CENTRE, BEFORE) == date(2164, 6, 19), "profile open has the 150 years from the beginning"


def test_who_was_still_looked_for_when_the_150_years_came_is_kept_so_long():
    assert identity_kept_until(MOVED, CENTRE, BEFORE, JAPAN) == date(2083, 3, 31)
    assert identity_kept_until(MOVED, CENTRE, AFTER, JAPAN) == date(2153, 3, 31)


def test_a_removed_record_is_kept_five_years_not_counting_its_own_day_and_then_150():
    assert removed_record_kept_until(date(2013, 12, 1), BEFORE, JAPAN) == date(2018, 12, 1)
    assert removed_record_kept_until(date(2014, 6, 19), AFTER, JAPAN) == date(2019, 6, 19)
    assert removed_record_kept_until(date(2014, 6, 20), BEFORE, JAPAN) == date(2019, 6, 20)
    assert removed_record_kept_until(date(2014, 6, 20), AFTER, JAPAN) == date(2164, 6, 20)
    assert removed_record_kept_until(date(2013, 12, 1), BEFORE) == date(2163, 12, 1)


def test_the_supplement_of_somebody_abroad_is_kept_eighty_years_and_then_150():
    assert supplement_of_abroad_kept_until(date(2005, 3, 1), BEFORE, JAPAN) == date(2085, 3, 1)
    assert supplement_of_abroad_kept_until(date(2005, 3, 1), AFTER, JAPAN) == date(2155, 3, 1)


@pytest.mark.parametrize(("received", "last"), [("2013-12-02", "2014-12-02"), ("2015-02-28", "2016-02-29"), ("2016-02-28", "2017-02-28")])
def test_papers_are_kept_a_year(received, last):
    assert paper_kept_until(day(received)) == day(last)
    assert not may_go(paper_kept_until(day(received)), day(last))
    assert may_go(paper_kept_until(day(received)), day(last) + ONE_DAY)


@given(st.dates(date(2002, 8, 5), date(2040, 1, 1)), st.sampled_from(Told), st.sampled_from(HUBS), st.integers(0, 9000))
def test_nothing_is_kept_shorter_than_five_years_and_the_long_time_never_shortens(told_on, told, hub, later):
    held = HeldIdentity(told, told_on, next_told_on=told_on + later * ONE_DAY)
    before, after = (identity_kept_until(held, hub, on, JAPAN) for on in (BEFORE, AFTER))
    assert last_day(told_on, 5) <= before <= after <= identity_kept_until(held, hub, AFTER)
    assert after == before or before >= AFTER


@given(
    st.dates(date(2011, 1, 1), date(2300, 1, 1)), st.sampled_from([paper_kept_until, provision_kept_until, identity_kept_at_least_until])
)
def test_the_first_day_kept_is_kept_and_the_one_before_it_may_go(on, kept_until):
    first = first_kept(kept_until, on)
    assert not may_go(kept_until(first), on) and may_go(kept_until(first - ONE_DAY), on)


@pytest.mark.parametrize(("rule", "years"), [
    (SweepRule.PROVISION, 7), (SweepRule.SET_ASIDE, 1), (SweepRule.PAPER, 1), (SweepRule.SENT, 1), (SweepRule.FILING_SENT, 1),
    (SweepRule.DECIDED, 1), (SweepRule.WORK, 1), (SweepRule.LINK_OUTCOME, 1), (SweepRule.LINK_MESSAGE, 1), (SweepRule.LINK_SET_ASIDE, 1),
    (SweepRule.APPLICATION, 1), (SweepRule.TOLD, 7), (SweepRule.CARD_OVER, 10), (SweepRule.RESTRAINT, 7), (SweepRule.GUIDANCE, 1),
])  # fmt: skip
def test_each_rule_of_one_day_keeps_whole_years_after_that_day(rule, years):
    last = TERMS[rule].kept_until(day("2013-12-02"))
    assert last == date(2013 + years, 12, 2)
    assert not may_go(last, last) and may_go(last, last + ONE_DAY)
    if TERMS[rule].by_ordinance is None:
        assert (first_day_kept(rule, last), first_day_kept(rule, last + ONE_DAY)) == (day("2013-12-02"), day("2013-12-03"))


BY_ORDINANCE = {
    (2013, 12, 2, 1): "2014-12-02", (2013, 12, 2, 30): "2043-12-02", (2015, 2, 28, 1): "2016-02-29", (2016, 2, 28, 7): "2023-02-28",
    (2016, 2, 29, 4): "2020-02-29", (2016, 2, 29, 3): "2019-02-28",
}  # fmt: skip


@pytest.mark.parametrize(("given_as", "last"), BY_ORDINANCE.items())
def test_years_of_an_ordinance_begin_with_the_day_after(given_as, last):
    year, month, number, years = given_as
    assert kept_years_until(date(year, month, number), years) == day(last)


def test_what_an_ordinance_may_set_names_no_order_has_a_reason_and_bounds_around_the_usual_years():
    settable = {rule: term for rule, term in TERMS.items() if term.by_ordinance}
    assert set(settable) == {SweepRule.CARD_OVER, SweepRule.RESTRAINT}
    for term in settable.values():
        years = term.by_ordinance
        assert 1 <= years.least < years.usual < years.most and term.why and "ordinance" in term.source


def test_every_rule_has_a_source_and_what_is_ours_a_reason():
    assert set(TERMS) == set(SweepRule)
    for term in TERMS.values():
        assert term.source and term.counted_from
        assert bool(term.why) == (not term.source.startswith("令")) or term.kept_until is None


def test_the_operators_page_has_a_line_for_every_rule():
    page = (Path(__file__).parents[2] / "docs" / "retention.md").read_text(encoding="utf-8")
    assert [rule for rule in SweepRule if f"| `{rule}` |" not in page] == []
