"""The fold: a record is what its events say, at any date and as known at any time (履歴, standard 1.2.1; promise X3).

An entry begins a residence anew; the events after it belong to it until the next entry. Inside a residence the day from which an event
holds gives the order, then the order of entering. So a planned removal cannot end a later residence of somebody who came back early.
"""

import datetime
from collections.abc import Sequence
from operator import itemgetter

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.dates import DateText, is_calendar_date, latest
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.identity import Sex, Status
from openjuki.register.record import ResidentRecord

_NOBODY = ResidentRecord(
    person=0, name="", kana="", birth="", sex=Sex.UNKNOWN, household=0, relationship="", registered_domicile="",
    registered_domicile_head="", became_resident_on="", address=Address("", "", ""), address_since="", notified_on="",
    previous_address="", code="", individual_number="", former_name="", alias="", residence=0, status=Status.ANNULLED,
)  # fmt: skip
_WORKED_IN = frozenset({EventKind.ANNULMENT, EventKind.PAST_CORRECTION})


def effective_on(event: Event) -> datetime.date:
    """The day from which an event holds: its own, but if that is partial or unknown no later than the day it was notified."""
    if is_calendar_date(event.changed_on):
        return datetime.date.fromisoformat(event.changed_on)
    days = [latest(DateText(day)) for day in (event.changed_on, event.notified_on) if day]
    return min(days, default=datetime.date.max)


def apply(record: ResidentRecord, items: Items) -> ResidentRecord:
    """The record with the items set; of the items in `other` each by itself."""
    given = items.given()
    if items.other is not None:
        given["other"] = record.other | items.other
    return msgspec.structs.replace(record, **given)


def whole(record: ResidentRecord) -> Items:
    """All that a record says, as an entry would set it; what only the removed have is left out."""
    return Items(**{name: getattr(record, name) for name in Items.__struct_fields__ if name not in ("removed_on", "moved_to")})


def merged(older: Items, newer: Items) -> Items:
    """The items of both; `newer` wins."""
    given = {**older.given(), **newer.given()}
    if older.other and newer.other:
        given["other"] = older.other | newer.other
    return Items(**given)


def annulled(events: Sequence[Event]) -> set[int]:
    """Sequences of the events (given oldest first) that do not stand; an annulment may be annulled itself."""
    gone: set[int] = set()
    for event in reversed(events):
        if event.kind is EventKind.ANNULMENT and event.sequence not in gone:
            gone.add(event.target)
    return gone


def standing(events: Sequence[Event], known_ms: int | None = None, *, with_entries: bool = False) -> list[Event]:
    """The events (given oldest first) that stand as known at a time, past corrections worked into their targets.

    `with_entries` counts annulled entries as standing: what a record that never should have been says.
    """
    known = [event for event in events if known_ms is None or event.entered_ms <= known_ms]
    gone = annulled(known)
    if with_entries:
        gone -= {event.sequence for event in known if event.kind is EventKind.ENTRY}
    stood = [event for event in known if event.sequence not in gone]
    corrected: dict[int, Items] = {}
    for event in stood:
        if event.kind is EventKind.PAST_CORRECTION:
            corrected[event.target] = merged(corrected.get(event.target, Items()), event.items)
    return [
        msgspec.structs.replace(event, items=merged(event.items, corrected[event.sequence])) if event.sequence in corrected else event
        for event in stood
        if event.kind not in _WORKED_IN
    ]


def in_order(stood: Sequence[Event]) -> list[tuple[datetime.date, Event]]:
    """Standing events in the order in which they apply, each with its day; nothing of a residence holds before its entry."""
    placed: list[tuple[int, bool, datetime.date, int, Event]] = []
    residence, begun = 0, datetime.date.min
    for event in stood:
        day, entry = effective_on(event), event.kind is EventKind.ENTRY
        if entry:
            residence, begun = residence + 1, day
        placed.append((residence, not entry, max(day, begun), event.sequence, event))
    placed.sort(key=itemgetter(0, 1, 2, 3))
    return [(day, event) for _, _, day, _, event in placed]


def first(entry: Event) -> ResidentRecord:
    """The record of somebody entered for the first time: the fold of that one event."""
    return msgspec.structs.replace(_NOBODY, person=entry.person, **entry.items.given())


def last_day(events: Sequence[Event]) -> int:
    """From when on (ordinal of the day) the last of the standing events holds, in the order in which they apply; 0 if no entry stands."""
    placed = in_order(standing(events))
    return placed[-1][0].toordinal() if any(event.kind is EventKind.ENTRY for _, event in placed) else 0


def follow(record: ResidentRecord | None, last: int, event: Event) -> tuple[ResidentRecord, int] | None:
    """The fold and `last_day` of all events with one more, out of the two without it; None where only all events together say it.

    An entry begins a residence behind all that stands. Any other event applies last if it holds from no earlier day than the last one.
    """
    if event.kind is EventKind.ENTRY:
        return first(event), effective_on(event).toordinal()
    if record is None or not last or event.kind in _WORKED_IN:
        return None
    day = effective_on(event).toordinal()
    return (apply(record, event.items), day) if day >= last else None


def fold(events: Sequence[Event], *, as_of: datetime.date | None = None, known_ms: int | None = None) -> ResidentRecord | None:
    """The record of one person from all its events, oldest first; None if there was none on that day, as known at that time.

    A person whose every entry was annulled keeps the items with the status ANNULLED, but was never there on any day.
    """
    record = _built(standing(events, known_ms), as_of)
    if record is not None or as_of is not None:
        return record
    record = _built(standing(events, known_ms, with_entries=True), None)
    return None if record is None else msgspec.structs.replace(record, status=Status.ANNULLED)


def _built(stood: Sequence[Event], as_of: datetime.date | None) -> ResidentRecord | None:
    record: ResidentRecord | None = None
    for day, event in in_order(stood):
        if as_of is not None and day > as_of:
            continue
        if event.kind is EventKind.ENTRY:
            record = first(event)
        elif record is not None:
            record = apply(record, event.items)
    return record
