"""カード管理簿の消去: a card goes ten years after its last day, never while it may serve; its number is never another's (令30の20, 34)."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.card.life import CardEvent, CardEventKind, CardStanding, EndCause
from openjuki.law.retention_terms import TERMS, SweepRule
from openjuki.offices import card_holders, card_issue, card_issue_services, card_keys, card_states, outbox, retention_trace, retention_years
from openjuki.offices.card_holders import NOBODY
from openjuki.offices.card_states import TOLD
from openjuki.offices.retention_cards import PAGES
from openjuki.offices.retention_years import YearsSet
from openjuki.offices.store import BUG
from openjuki.procedures import card_life
from openjuki.procedures.card_issue import begin
from openjuki.procedures.card_life import ContinuedCard, HandedIn, LossReport
from openjuki.register.errors import Conflict, InvalidInput
from tests.offices.sweeping_hall import at, rows, swept
from tests.procedures.card_hall import CardHall
from tests.procedures.municipal_office import arrival, arrive
from tests.procedures.test_card_life import BIRTH, FIRST, NAME, SECOND, issued

RULE, APPLIED = SweepRule.CARD_OVER, SweepRule.APPLICATION
THIRD, NEIGHBOUR = "A000000003", "隣人　三郎"
ISSUED, LAST_DAY = "2013-12-10", "2023-12-09"
KEPT_UNTIL, GOES = "2033-12-09", "2033-12-10"
"""Ten whole years after the last day, counted by hand."""


@pytest.fixture
def hall():
    return at(CardHall(), ISSUED)


@pytest.fixture
def taro(hall):
    return arrive(hall, arrival(NAME, "世帯主"))[0].code


def another(hall):
    """Somebody else's card: the newest line of each journal, which stays."""
    (record,) = arrive(hall, arrival(NEIGHBOUR, "世帯主", "1980-01-01"), on=hall.today.isoformat())
    return issued(hall, record.code, THIRD)


def cards(counts):
    return counts.get(RULE, 0)


def handed_in(hall, card_id, day):
    at(hall, day)
    hall.run(card_life.hand_in, HandedIn(card_id, "返納"))


def test_a_card_is_kept_until_ten_years_after_its_last_day_however_early_it_was_over(hall, taro):
    issued(hall, taro)
    handed_in(hall, FIRST, "2014-06-01")
    another(hall)
    assert cards(swept(hall, KEPT_UNTIL, really=False)) == 0 == cards(swept(hall, KEPT_UNTIL))
    assert cards(swept(hall, GOES, really=False)) == 1
    assert card_holders_of(hall, taro) == [FIRST], "a trial takes nothing"
    assert cards(swept(hall, GOES)) == 1
    assert card_holders_of(hall, taro) == [] and cards(swept(hall, GOES)) == 0


def card_holders_of(hall, code):
    person = hall.now(code).person
    return [card.card_id for card in hall.do(lambda t: card_holders.cards_of(t, person))]


def test_what_is_written_of_it_late_makes_it_stay_longer(hall, taro):
    issued(hall, taro)
    another(hall)
    at(hall, "2030-05-01")
    hall.do(lambda t: card_holders.hand_back(t, hall.office, "clerk-1", FIRST, "found in a drawer"))
    hall.do(lambda t: card_holders.note(t, hall.office, "clerk-1", THIRD, "seen"))
    assert cards(swept(hall, "2040-05-01")) == 0
    assert cards(swept(hall, "2040-05-02")) == 1


@pytest.mark.parametrize("standing", [CardStanding.VALID, CardStanding.SUSPENDED, CardStanding.MAKING])
def test_a_card_that_may_serve_or_is_being_made_never_goes(hall, taro, standing):
    if standing is CardStanding.MAKING:
        hall.run(begin, hall.apply(taro).number, FIRST)
    else:
        issued(hall, taro)
    if standing is CardStanding.SUSPENDED:
        hall.run(card_life.report_loss, LossReport(taro, NAME, BIRTH))
    another(hall)
    day = "2200-01-01" if standing is CardStanding.MAKING else LAST_DAY
    hall.do(lambda t: retention_years.set_years(t, hall.office, "kessai-1", YearsSet(RULE, 1, "条例")))
    assert hall.standing(FIRST, datetime.date.fromisoformat(day)) is standing
    gone = rows(hall, "SELECT count(*) FROM card_held WHERE person = ?", NOBODY)
    swept(hall, day)
    assert rows(hall, "SELECT count(*) FROM card_held WHERE person = ? AND card_id = ?", NOBODY, FIRST) == gone == [(0,)]


def test_a_card_whose_making_failed_goes_ten_years_after_that(hall, taro):
    making = hall.run(begin, hall.apply(taro).number, FIRST)
    hall.do(lambda t: card_issue.void(t, hall.office, "clerk-1", making.order.card_id, "broken"))
    another(hall)
    assert cards(swept(hall, "2023-12-10")) == 0
    assert cards(swept(hall, "2023-12-11")) == 1


def swept_card(hall, taro):
    issued(hall, taro)
    hall.do(lambda t: card_issue_services.put(t, hall.office, "clerk-1", "図書館", "条例第1号"))
    person = hall.now(taro).person
    hall.do(lambda t: card_issue_services.choose(t, hall.office, person, [0]))
    hall.do(lambda t: card_issue_services.loaded(t, FIRST, [0]))
    hall.do(lambda t: card_keys.keep(t, FIRST, b"certificate"))
    another(hall)
    for table in PAGES:
        assert rows(hall, f"SELECT count(*) FROM {table} WHERE card_id = ?", FIRST) != [(0,)], table
    assert cards(swept(hall, GOES)) == 1


def test_nothing_but_its_number_stays_of_it_and_the_others_stay_whole(hall, taro):
    swept_card(hall, taro)
    for table in PAGES:
        assert rows(hall, f"SELECT count(*) FROM {table} WHERE card_id = ?", FIRST) == [(0,)], table
    assert rows(hall, "SELECT * FROM card_held WHERE card_id = ?", FIRST) == [(FIRST, NOBODY, "", 0, "9999-12-31")]
    assert rows(hall, "SELECT application, person, body FROM card_issue WHERE card_id = ?", FIRST) == [(0, NOBODY, b"")]
    assert rows(hall, "SELECT count(*) FROM card_service_id") == [(0,)], "the id in a service goes with the last card"
    assert hall.do(lambda t: card_holders.held(t, THIRD)).life.version > 1


@pytest.mark.parametrize("how", ["begin", "continue", "hold"])
def test_its_number_is_never_another_cards(hall, taro, how):
    swept_card(hall, taro)
    record = hall.now(taro)
    with pytest.raises(Conflict):
        if how == "begin":
            hall.run(begin, hall.apply(taro).number, FIRST)
        elif how == "continue":
            hall.run(card_life.continue_use, ContinuedCard(FIRST, taro, False, "2050-01-01"))
        else:
            hall.do(lambda t: card_holders.hold(t, FIRST, record.person, record.code, with_photo=False))


@pytest.mark.slow  # a town hall for each
@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(CardEventKind), max_size=4))
def test_a_swept_card_never_becomes_valid_whatever_is_said_of_it(kinds):
    hall = at(CardHall(), ISSUED)
    swept_card(hall, arrive(hall, arrival(NAME, "世帯主"))[0].code)
    for kind in kinds:
        event = CardEvent(0, kind, hall.today, hall.today + datetime.timedelta(900), EndCause.EXPIRED)
        with pytest.raises(Conflict):
            hall.do(lambda t, event=event: card_holders.happen(t, hall.office, "clerk-1", FIRST, event))
    assert not hall.do(lambda t: card_states.life(t, FIRST)).serves(hall.today)
    with pytest.raises(Conflict):
        hall.do(lambda t: card_holders.held(t, FIRST))


@pytest.mark.slow  # thousands of cards
def test_many_cards_are_swept_in_batches_and_none_is_passed_over(hall, taro):
    person = hall.now(taro).person
    ended = CardEvent(2_001, CardEventKind.ENDED, hall.today, cause=EndCause.NOT_MADE)

    def write(transaction):
        for number in range(2_500):
            card_holders.hold(transaction, f"B{number:09d}", person, taro, with_photo=False)
            card_states.tell(transaction, hall.office, f"B{number:09d}", taro, ended, with_photo=False)
            if number % 5 < 2:
                card_holders.note(transaction, hall.office, "clerk-1", f"B{number:09d}", "seen")

    hall.do(write)
    at(hall, "2020-01-01")
    hall.do(lambda t: [card_holders.note(t, hall.office, "clerk-1", f"B{number:09d}", "late") for number in range(0, 2_500, 5)])
    goes = "2023-12-11"
    assert cards(swept(hall, goes, really=False)) == 2_000 == cards(swept(hall, goes))
    assert cards(swept(hall, goes)) == 0
    assert rows(hall, "SELECT count(*) FROM card_held WHERE person <> ?", NOBODY) == [(500,)]
    assert rows(hall, "SELECT count(*) FROM card_held") == [(2_500,)]


def test_what_was_told_of_it_stays_in_the_outbox_so_that_a_prefecture_built_anew_has_the_same_cards(hall, taro):
    issued(hall, taro)
    another(hall)
    hub = hall.office.prefecture_office
    last = hall.do(lambda t: outbox.last_sequence(t, hub))
    hall.do(lambda t: outbox.acknowledge(t, hub, last))
    told = rows(hall, "SELECT * FROM outbox WHERE type = ? ORDER BY sequence", TOLD)
    for day in ("2014-02-01", GOES, GOES):
        swept(hall, day)
    assert card_holders_of(hall, taro) == [] and len(told) == 4
    assert rows(hall, "SELECT * FROM outbox WHERE type = ? ORDER BY sequence", TOLD) == told


def test_by_ordinance_it_is_shorter_or_longer_within_bounds_and_the_role_of_sweeps_does_not_set_it(hall, taro):
    issued(hall, taro)
    another(hall)
    set_by = lambda years, why="姶良市条例第12号": hall.do(  # noqa: E731
        lambda t: retention_years.set_years(t, hall.office, "kessai-1", YearsSet(RULE, years, why))
    )
    for years, why in ((0, "条例"), (31, "条例"), (5, " "), (5, "条" * 201)):
        with pytest.raises(InvalidInput):
            set_by(years, why)
    with pytest.raises(InvalidInput):
        hall.do(lambda t: retention_years.set_years(t, hall.office, "kessai-1", YearsSet(SweepRule.PAPER, 5, "条例")))
    set_by(12)
    assert cards(swept(hall, GOES, really=False)) == 0 and cards(swept(hall, "2035-12-10", really=False)) == 1
    set_by(1)
    assert cards(swept(hall, "2024-12-09")) == 0 and cards(swept(hall, "2024-12-10")) == 1
    for sql in ("DELETE FROM retention_years", "UPDATE retention_years SET years = 30"):
        assert hall.office.store.run([lambda t, sql=sql: t.execute(sql).fetchall()])[1] == [BUG]


@pytest.mark.parametrize("table", sorted({*PAGES, "card_held", "card_issue", "card_application"} - {"card_key", "card_service_on"}))
def test_nobody_else_can_take_a_row_before_or_after_a_sweep(hall, taro, table):
    swept_card(hall, taro)
    (outcome,) = hall.office.store.run([lambda t: t.execute(f"DELETE FROM {table}").fetchall()])[1]
    assert outcome is BUG


def test_the_trace_names_the_rule_and_its_source_and_no_card(hall, taro):
    swept_card(hall, taro)
    bodies = [retention_trace._decode(body) for (body,) in rows(hall, "SELECT body FROM sweep ORDER BY id")]
    (entry,) = [one for one in bodies if one.rule == RULE]
    assert (entry.article, entry.table, entry.rows) == (TERMS[RULE].source, "card_held", 1)
    assert not any(FIRST in repr(one) or taro in repr(one) for one in bodies)


def test_an_application_that_is_over_goes_after_a_year_and_none_that_is_open_or_being_made(hall, taro):
    issued(hall, taro)
    (record,) = arrive(hall, arrival(NEIGHBOUR, "世帯主", "1980-01-01"))
    hall.run(begin, hall.apply(record.code).number, SECOND)
    assert swept(hall, "2014-12-10").get(APPLIED, 0) == 0
    assert swept(hall, "2014-12-11")[APPLIED] == 1
    assert rows(hall, "SELECT person, state FROM card_application") == [(record.person, "open")]
    assert hall.standing(FIRST) is CardStanding.VALID, "its card goes on"
