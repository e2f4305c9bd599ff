"""The fold (履歴): a record at any date, as known at any time, from events that may be late, partial, corrected or annulled."""

import datetime
import itertools
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.addresses import Address
from openjuki.register.events import Cause, Event, EventKind, Items, decode_event, encode_event
from openjuki.register.fold import annulled, effective_on, first, fold, follow, in_order, last_day, merged, standing
from openjuki.register.identity import Reason, Sex, Status

HOME = Address("462250", "宮島町", "25番地")
ENTRY, CHANGE, REMOVAL = EventKind.ENTRY, EventKind.CHANGE, EventKind.REMOVAL
PAST, ANNULMENT, CODE = EventKind.PAST_CORRECTION, EventKind.ANNULMENT, EventKind.CODE_CHANGE


def event(sequence: int, kind: EventKind, on: str, *, notified: str = "", target: int = 0, known: int | None = None, **items) -> Event:
    """An event of person 1, entered at `known` ms (by default 1,000 times its sequence)."""
    entered = sequence * 1_000 if known is None else known
    return Event(sequence, 1, kind, Reason.CORRECTION_EX_OFFICIO, on, notified or on, entered, "c", Items(**items), target)


def entry(sequence: int = 1, on: str = "2013-04-01", **items) -> Event:
    given_items = {
        "name": "住基　太郎", "birth": "1974-05-03", "sex": Sex.MALE, "address": HOME, "code": "24727059608", "residence": 1,
        "status": Status.RESIDENT,
    }  # fmt: skip
    return event(sequence, ENTRY, on, **{**given_items, **items})


def test_a_record_is_what_its_events_say_on_each_day():
    events = [entry(), event(2, CHANGE, "2013-06-01", name="住基　太朗"), event(3, REMOVAL, "2013-12-20", status=Status.REMOVED)]
    assert fold(events, as_of=date(2013, 3, 31)) is None
    assert fold(events, as_of=date(2013, 4, 1)).name == "住基　太郎"
    assert fold(events, as_of=date(2013, 6, 1)).name == "住基　太朗"
    assert fold(events, as_of=date(2013, 12, 19)).status is Status.RESIDENT
    assert fold(events, as_of=date(2013, 12, 20)).status is Status.REMOVED
    assert fold(events).status is Status.REMOVED
    assert fold([]) is None


def test_an_event_entered_late_takes_its_place_by_its_day():
    events = [
        entry(),
        event(2, CHANGE, "2013-08-01", address_since="2013-08-01"),
        event(3, CHANGE, "2013-06-01", address_since="2013-06-01"),
    ]
    assert fold(events).address_since == "2013-08-01"
    assert fold(events, as_of=date(2013, 7, 1)).address_since == "2013-06-01"
    assert fold(events, as_of=date(2013, 7, 1), known_ms=2_500).address_since == ""


def test_on_one_day_the_later_entered_event_wins():
    events = [entry(), event(2, CHANGE, "2013-06-01", name="甲"), event(3, CHANGE, "2013-06-01", name="乙")]
    assert fold(events).name == "乙"


def test_a_planned_removal_does_not_end_a_later_residence():
    events = [
        entry(), event(2, REMOVAL, "2013-12-20", notified="2013-12-01", status=Status.REMOVED), entry(3, "2013-12-10", residence=3),
    ]  # fmt: skip
    assert fold(events).status is Status.RESIDENT
    assert fold(events, as_of=date(2013, 12, 25)).residence == 3
    assert fold(events, as_of=date(2013, 12, 9)).residence == 1


def test_an_entry_begins_anew_and_inherits_nothing():
    events = [
        entry(),
        event(2, REMOVAL, "2013-06-01", status=Status.REMOVED, moved_to="先", removed_on="2013-06-01"),
        entry(3, "2013-09-01"),
    ]
    assert (fold(events).moved_to, fold(events).removed_on) == ("", "")


def test_nothing_of_a_residence_holds_before_its_entry():
    events = [
        entry(), event(2, REMOVAL, "2013-06-01", status=Status.REMOVED), entry(3, "2013-09-01", residence=3, name="甲"),
        event(4, CHANGE, "2013-08-01", notified="2013-09-02", name="乙"),
    ]  # fmt: skip
    assert fold(events, as_of=date(2013, 8, 15)).name == "住基　太郎"
    assert fold(events, as_of=date(2013, 9, 1)).name == "乙"


@pytest.mark.parametrize(
    ("kind", "changed_on", "notified_on", "day"),
    [
        (CHANGE, "2013-06-01", "2013-06-10", date(2013, 6, 1)),
        (REMOVAL, "2013-06-20", "2013-06-10", date(2013, 6, 20)),
        (CHANGE, "2013-06-00", "2013-07-10", date(2013, 6, 30)),
        (CHANGE, "2013-06-00", "2013-06-10", date(2013, 6, 10)),
        (REMOVAL, "0000-00-00", "2013-06-10", date(2013, 6, 10)),
        (ENTRY, "2013-A1-00", "2013-06-10", date(2013, 5, 31)),
        (ENTRY, "", "2013-06-10", date(2013, 6, 10)),
        (ENTRY, "", "", date.max),
        (REMOVAL, "2013-06-05/2013-06-08~", "2013-06-10", date(2013, 6, 8)),
        (ENTRY, "M45-07-30", "1912-08-10", date(1912, 7, 30)),
    ],
)
def test_an_event_holds_from_its_day_or_if_that_is_partial_no_later_than_its_notification(kind, changed_on, notified_on, day):
    happened = Event(1, 1, kind, Reason.DEATH, changed_on, notified_on, 0, "c", Items())
    assert effective_on(happened) == day


def test_a_death_on_an_unknown_day_ends_the_record_by_its_notification():
    events = [entry(), event(2, REMOVAL, "0000-00-00", notified="2013-12-09", status=Status.DEAD)]
    assert fold(events, as_of=date(2013, 12, 9)).status is Status.DEAD
    assert fold(events, as_of=date(2013, 12, 8)).status is Status.RESIDENT


def test_a_correction_of_the_past_is_worked_into_its_event_and_what_was_known_before_stays():
    events = [
        entry(),
        event(2, PAST, "2013-12-01", target=1, birth="1974-05-04"),
        event(3, PAST, "2013-12-02", target=1, birth="1974-05-05"),
    ]
    assert fold(events, as_of=date(2013, 4, 1)).birth == "1974-05-05"
    assert fold(events, as_of=date(2013, 4, 1), known_ms=2_000).birth == "1974-05-04"
    assert fold(events, as_of=date(2013, 4, 1), known_ms=1_999).birth == "1974-05-03"
    assert fold(events, known_ms=999) is None


def test_an_annulled_event_never_was_but_is_seen_as_it_was_known():
    events = [entry(), event(2, CHANGE, "2013-06-01", name="甲"), event(3, ANNULMENT, "2013-12-01", target=2)]
    assert fold(events).name == "住基　太郎"
    assert fold(events, as_of=date(2013, 7, 1)).name == "住基　太郎"
    assert fold(events, as_of=date(2013, 7, 1), known_ms=2_999).name == "甲"


def test_an_annulment_may_be_annulled_and_that_again():
    events = [entry(), event(2, CHANGE, "2013-06-01", name="甲")]
    names = []
    for sequence in range(3, 8):
        events.append(event(sequence, ANNULMENT, "2013-12-01", target=sequence - 1))
        names.append(fold(events).name)
    assert names == ["住基　太郎", "甲", "住基　太郎", "甲", "住基　太郎"]
    assert annulled(events) == {2, 4, 6}


def test_a_person_whose_entry_was_annulled_was_never_there_but_keeps_the_items_and_the_code():
    events = [entry(), event(2, CODE, "2013-06-01", code="24846016224"), event(3, ANNULMENT, "2013-12-01", target=1)]
    record = fold(events)
    assert (record.status, record.name, record.code) == (Status.ANNULLED, "住基　太郎", "24846016224")
    assert fold(events, as_of=date(2013, 7, 1)) is None
    assert fold(events, as_of=date(2013, 7, 1), known_ms=2_000).status is Status.RESIDENT


def test_an_annulled_return_leads_back_to_the_residence_before_and_a_code_change_in_it_stays():
    events = [
        entry(), event(2, REMOVAL, "2013-06-01", status=Status.REMOVED), entry(3, "2013-09-01", residence=3),
        event(4, CODE, "2013-10-01", code="24846016224"), event(5, ANNULMENT, "2013-12-01", target=3),
    ]  # fmt: skip
    record = fold(events)
    assert (record.residence, record.status, record.code) == (1, Status.REMOVED, "24846016224")


def test_a_first_entry_is_its_own_fold():
    assert first(entry()) == fold([entry()])


def test_of_two_sets_of_items_the_newer_wins_and_nothing_else_is_lost():
    assert merged(Items(name="甲", kana="コウ"), Items(name="乙", birth="1974-05-03")) == Items(name="乙", kana="コウ", birth="1974-05-03")


def test_items_without_a_field_are_set_one_by_one():
    events = [
        entry(other={"a": "1", "b": "2"}),
        event(2, CHANGE, "2013-06-01", other={"b": "3"}),
        event(3, PAST, "2013-12-01", target=1, other={"a": "4"}),
    ]
    assert fold(events).other == {"a": "4", "b": "3"}
    assert fold(events, as_of=date(2013, 5, 1)).other == {"a": "4", "b": "2"}
    assert fold(events, known_ms=2_000).other == {"a": "1", "b": "3"}


def test_an_event_without_a_cause_is_read_as_it_was_written_before_there_were_causes():
    whole = entry()
    old = msgspec.msgpack.encode(msgspec.msgpack.decode(encode_event(whole))[:11])
    assert decode_event(old) == whole
    with_cause = msgspec.structs.replace(whole, cause=Cause.HOUSEHOLD_MERGER)
    assert decode_event(encode_event(with_cause)) == with_cause


DAYS = st.dates(datetime.date(2013, 1, 1), datetime.date(2013, 12, 31)).map(str)
KINDS = st.sampled_from([CHANGE, CHANGE, REMOVAL, PAST, ANNULMENT, ENTRY])


@st.composite
def histories(draw) -> list[Event]:
    """An entry and up to seven further events of any kind and day, aimed at any earlier event."""
    events = [entry(1, draw(DAYS))]
    for sequence in range(2, draw(st.integers(2, 9))):
        kind, on, aim = draw(KINDS), draw(DAYS), draw(st.integers(1, sequence - 1))
        target = aim if kind in (PAST, ANNULMENT) else 0
        name = draw(st.sampled_from("甲乙丙"))
        made = entry(sequence, on, residence=sequence, name=name) if kind is ENTRY else event(sequence, kind, on, target=target, name=name)
        events.append(made)
    return events


@given(histories())
@settings(max_examples=200, deadline=None)
def test_what_was_known_at_a_time_is_what_the_events_entered_by_then_say(events):
    for known in range(len(events) + 1):
        assert fold(events, known_ms=known * 1_000) == fold(events[:known])


@given(histories())
@settings(max_examples=200, deadline=None)
def test_the_present_is_the_last_day_unless_everything_was_annulled(events):
    last = fold(events, as_of=date.max)
    assert fold(events) == last or (last is None and fold(events).status is Status.ANNULLED)


@given(histories(), st.dates(datetime.date(2013, 1, 1), datetime.date(2013, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_an_annulled_event_leaves_no_trace_in_what_holds_now(events, day):
    undone = [*events, event(len(events) + 1, ANNULMENT, "2013-12-31", target=events[-1].sequence)]
    if events[-1].kind is not ANNULMENT:
        assert fold(undone, as_of=day) == fold(events[:-1], as_of=day)


@given(histories())
@settings(max_examples=100, deadline=None)
def test_standing_events_are_ordered_by_residence_then_day(events):
    placed = in_order(standing(events))
    starts = [position for position, (_, each) in enumerate(placed) if each.kind is ENTRY]
    bounds = sorted({0, *starts, len(placed)})
    for start, end in itertools.pairwise(bounds):
        days = [day for day, _ in placed[start:end]]
        assert days == sorted(days)


@given(histories())
@settings(max_examples=300, deadline=None)
def test_one_event_more_is_told_from_the_record_alone_or_not_at_all(events):
    for count in range(1, len(events)):
        before, one = events[:count], events[count]
        followed = follow(fold(before), last_day(before), one)
        if followed is not None:
            assert followed == (fold(events[: count + 1]), last_day(events[: count + 1]))


@given(histories())
@settings(max_examples=100, deadline=None)
def test_only_what_changes_the_past_or_comes_before_the_last_event_needs_all_of_them(events):
    *before, one = events
    if before and fold(before).status is not Status.ANNULLED:
        plain = one.kind is ENTRY or (one.kind not in (PAST, ANNULMENT) and effective_on(one).toordinal() >= last_day(before))
        assert (follow(fold(before), last_day(before), one) is not None) == plain
