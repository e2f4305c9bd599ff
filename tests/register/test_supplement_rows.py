"""What an event tells the address supplement is what the life says with it and did not say without it (附票記載事項通知)."""

import datetime
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.register.addresses import Address
from openjuki.register.events import Cause, Event, EventKind, Items
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.supplement import Standing
from openjuki.register.supplement_rows import rows_to_tell, said

AIRA = "462250"
DAYS = st.integers(1, 40).map(lambda day: (datetime.date(2013, 11, 1) + datetime.timedelta(day)).isoformat())
HOMES = st.integers(1, 3).map(lambda block: Address(AIRA, "宮島町", f"{block}番地"))


@dataclass
class Kind:
    """One kind of event that an office enters: what it is and why."""

    kind: EventKind
    reason: Reason
    cause: Cause | None = None
    status: Status | None = None


MOVE_OUT = Kind(EventKind.REMOVAL, Reason.MOVE_OUT, status=Status.REMOVED)
KINDS = [
    Kind(EventKind.CHANGE, Reason.CHANGE_OF_ADDRESS), MOVE_OUT, MOVE_OUT,
    Kind(EventKind.REMOVAL, Reason.MOVE_OUT, Cause.MOVE_OUT_ABROAD, Status.REMOVED),
    Kind(EventKind.REMOVAL, Reason.DEATH, status=Status.DEAD), Kind(EventKind.REMOVAL, Reason.REMOVAL_EX_OFFICIO, status=Status.REMOVED),
    Kind(EventKind.ENTRY, Reason.MOVE_IN, status=Status.RESIDENT), Kind(EventKind.ANNULMENT, Reason.CORRECTION_EX_OFFICIO),
    Kind(EventKind.PAST_CORRECTION, Reason.CORRECTION_EX_OFFICIO),
]  # fmt: skip


def items(kind: Kind, home: Address, day: str, residence: int) -> Items:
    if kind.kind is EventKind.REMOVAL:
        return Items(status=kind.status, removed_on=day)
    if kind.kind is EventKind.ANNULMENT:
        return Items()
    moved = Items(address=home, address_since=day)
    return Items(address=home, address_since=day, status=Status.RESIDENT, residence=residence) if kind.kind is EventKind.ENTRY else moved


@st.composite
def lives(draw) -> list[Event]:
    """Everything that one office entered of somebody: an entry, then whatever comes, on days in no order."""
    residence, first = 1, draw(DAYS)
    known = Items(
        name="住基　太郎", birth="1974-05-03", sex=Sex.MALE, address=draw(HOMES), address_since=first, residence=1, status=Status.RESIDENT
    )  # fmt: skip
    events = [Event(1, 7, EventKind.ENTRY, Reason.MOVE_IN, first, first, 1, "clerk", known)]
    for sequence in range(2, draw(st.integers(2, 7)) + 1):
        kind, home, day = draw(st.sampled_from(KINDS)), draw(HOMES), draw(DAYS)
        residence += kind.kind is EventKind.ENTRY
        target = draw(st.integers(1, sequence - 1)) if kind.kind in (EventKind.ANNULMENT, EventKind.PAST_CORRECTION) else 0
        given_ = items(kind, home, day, residence)
        events.append(Event(sequence, 7, kind.kind, kind.reason, day, day, sequence, "clerk", given_, target, cause=kind.cause))
    return events


@settings(max_examples=400, deadline=None)
@given(lives())
def test_an_event_tells_what_the_life_says_with_it_and_did_not_say_without_it(events):
    before, after = said(events[:-1]), said(events)
    expected = {key: row.standing for key, row in after.items() if before.get(key) != row}
    expected |= {key: Standing.WITHDRAWN for key in before if key not in after}
    assert {(row.residence, row.place): row.standing for row in rows_to_tell(events, AIRA)} == expected


@pytest.mark.parametrize(("day", "withdrawn"), [("2013-12-20", 0), ("2013-11-10", 1)])
def test_moving_out_tells_nothing_unless_it_comes_before_what_was_told(day, withdrawn):
    home = Address(AIRA, "宮島町", "25番地")
    entry = Items(
        name="住基　太郎", birth="1974-05-03", sex=Sex.MALE, address=home, address_since="2013-11-01", residence=1, status=Status.RESIDENT
    )
    moved = Items(address=Address(AIRA, "宮島町", "26番地"), address_since="2013-12-01")
    life = [
        Event(1, 7, EventKind.ENTRY, Reason.MOVE_IN, "2013-11-01", "2013-11-01", 1, "clerk", entry),
        Event(2, 7, EventKind.CHANGE, Reason.CHANGE_OF_ADDRESS, "2013-12-01", "2013-12-01", 2, "clerk", moved),
        Event(3, 7, EventKind.REMOVAL, Reason.MOVE_OUT, day, day, 3, "clerk", Items(status=Status.REMOVED, removed_on=day)),
    ]
    assert [row.standing for row in rows_to_tell(life, AIRA)] == [Standing.WITHDRAWN] * withdrawn
