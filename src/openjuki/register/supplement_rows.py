"""Rows of the address supplement out of a resident's events: what is to be told of an event (附票記載事項, Act art. 19(1)).

Every state of (address, day) of a residence is one row; moving abroad, removal ex officio and death end it with a row that says so. Moving
to another municipality of the country ends it without one: the new office tells the next row, as the office of the address.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from openjuki.register.addresses import Address
from openjuki.register.dates import DateText, earliest, latest
from openjuki.register.events import Cause, Event, EventKind, Items
from openjuki.register.fold import apply, first, fold, in_order, standing
from openjuki.register.identity import Reason, Status
from openjuki.register.readings import Readings, Step, readings
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import fold_text, name_key
from openjuki.register.supplement import AddressRow, Standing

_MAY_CONCERN = frozenset({"address", "address_since", "status", "registered_domicile", "registered_domicile_head"})
_MAY_UNDO = frozenset({EventKind.ANNULMENT, EventKind.ENTRY})
_MAY_CHANGE_PAST = _MAY_UNDO | {EventKind.PAST_CORRECTION}


class Said(NamedTuple):
    """One row without its key and version."""

    standing: Standing
    address: Address | None
    since: str
    holds_from: str
    destination: str = ""


def may_concern(kind: EventKind, items: Items) -> bool:
    """Whether an event can touch a supplement at all: most do not."""
    return kind in _MAY_UNDO or not _MAY_CONCERN.isdisjoint(items.given())


def said(events: Sequence[Event]) -> dict[tuple[int, int], Said]:
    """What the standing events (all of a person, oldest first) say, by residence and place in it, in the order of the life."""
    rows: dict[tuple[int, int], Said] = {}
    _say(rows, None, in_order(standing(events)))
    return rows


def _before_and_after(events: Sequence[Event]) -> tuple[dict[tuple[int, int], Said], dict[tuple[int, int], Said]]:
    """What was said without the last event, and with it: gone through once if it only adds to the end of the life, as most do."""
    *earlier, event = events
    placed = in_order(standing(events))
    if event.kind in _MAY_CHANGE_PAST or not placed or placed[-1][1] is not event:
        return said(earlier), said(events)
    before: dict[tuple[int, int], Said] = {}
    record = _say(before, None, placed[:-1])
    after = dict(before)
    _say(after, record, placed[-1:])
    return before, after


def _say(
    rows: dict[tuple[int, int], Said], record: ResidentRecord | None, placed: Sequence[tuple[datetime.date, Event]]
) -> ResidentRecord | None:
    """Add to the rows what the events say that follow the record; returns the record after them."""
    for day, event in placed:
        if event.kind is EventKind.ENTRY:
            record = first(event)
        elif record is not None:
            record = apply(record, event.items)
        row = _row(record, event, day) if record is not None else None
        if record is not None and row is not None:
            _append(rows, record.residence, row)
    return record


def _append(rows: dict[tuple[int, int], Said], residence: int, row: Said) -> None:
    """As the next one of its residence, unless it says what the last one said."""
    places = [place for number, place in rows if number == residence]
    last = rows[residence, places[-1]] if places else None
    if last is None or row._replace(holds_from=last.holds_from) != last:
        rows[residence, len(places) + 1] = row


def _row(record: ResidentRecord, event: Event, day: datetime.date) -> Said | None:
    """What the record says after an event; None if it says nothing of its own."""
    if event.kind is EventKind.REMOVAL and record.status is not Status.RESIDENT:
        return _ending(record, event)
    if record.status is not Status.RESIDENT:
        return None
    moved = event.kind is EventKind.ENTRY or event.items.address_since is not None
    return Said(Standing.LIVES, record.address, record.address_since, record.address_since if moved else day.isoformat())


def _ending(record: ResidentRecord, event: Event) -> Said | None:
    if event.reason is Reason.DEATH:
        return Said(Standing.DEAD, None, record.removed_on, record.removed_on)
    if event.cause is Cause.MOVE_OUT_ABROAD:
        return Said(Standing.ABROAD, None, record.removed_on, record.removed_on, record.moved_to)
    if event.reason is Reason.REMOVAL_EX_OFFICIO and event.cause is None and not record.moved_to:
        return Said(Standing.REMOVED, None, record.removed_on, record.removed_on)
    return None


def rows_to_tell(events: Sequence[Event], office: str) -> tuple[AddressRow, ...]:
    """The rows that the last of a person's events adds, changes or withdraws, in the order of the life; none for most events.

    When the registered domicile itself has changed, its new office gets the last row whatever the event did.
    """
    *earlier, event = events
    if not earlier:
        return tuple(_told(key, row, None, event, office) for key, row in said(events).items())
    before, after = _before_and_after(events)
    changed = [key for key, row in after.items() if before.get(key) != row]
    if after and _may_write_domicile(event) and _domicile_changed(earlier, events):
        changed = sorted({*changed, next(reversed(after))})
    told = [_told(key, after[key], before.get(key), event, office) for key in changed]
    gone = [Said(Standing.WITHDRAWN, None, row.since, row.holds_from) for key, row in before.items() if key not in after]
    keys = [key for key in before if key not in after]
    return (*told, *(_told(key, row, before[key], event, office) for key, row in zip(keys, gone, strict=True)))


def only_leaves(event: Event) -> bool:
    """Whether an event that applies after all else in a life is a moving out to another municipality: no row is said or taken away."""
    plain = (EventKind.REMOVAL, Reason.MOVE_OUT, None, Status.REMOVED)
    return (event.kind, event.reason, event.cause, event.items.status) == plain and not _may_write_domicile(event)


def _told(key: tuple[int, int], row: Said, before: Said | None, event: Event, office: str) -> AddressRow:
    was = (before.address, before.since) if before and before.address and before != row else None
    return AddressRow(
        key[0], office, key[1], row.standing, row.address, row.since, row.holds_from, row.destination, event.entered_ms, event.sequence, was
    )


def _may_write_domicile(event: Event) -> bool:
    """Whether the registered domicile can be another one after an event: most write nothing of it."""
    items = event.items
    return event.kind in _MAY_CHANGE_PAST or items.registered_domicile is not None or items.registered_domicile_head is not None


def _domicile_changed(earlier: Sequence[Event], events: Sequence[Event]) -> bool:
    before, after = fold(earlier), fold(events)
    return before is not None and after is not None and _domicile(before) != _domicile(after)


def _domicile(record: ResidentRecord) -> tuple[str, str]:
    return fold_text(record.registered_domicile), name_key(record.registered_domicile_head)


def rows_on(rows: Sequence[AddressRow], as_of: DateText) -> Readings[AddressRow]:
    """Which row of somebody's history held on a day, which may be partial; partial and unknown days of the rows are never guessed."""
    return readings([_step(row) for row in rows], as_of)


def _step(row: AddressRow) -> Step[AddressRow]:
    day = DateText(row.holds_from) if row.holds_from else None
    first_day, last_day = (earliest(day), latest(day)) if day else (datetime.date.min, datetime.date.min)
    return Step(first_day, last_day, lambda _: row, begins=True, undated=day is None or last_day == datetime.date.max)
