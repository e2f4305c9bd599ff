"""The rest register: records that ended, each as it stood when it did (除票, Act art. 8; 令34; standard 1.1.5).

They are read from the events like everything else: a removal, a remaking and the annulment of an entry each leave one behind. How long it
is kept counts from the day on which it was closed.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from openjuki.register.dates import is_calendar_date
from openjuki.register.event_reasons import EventReason, reason_of
from openjuki.register.events import Event, EventKind
from openjuki.register.fold import annulled, apply, first, fold, in_order, standing
from openjuki.register.record import ResidentRecord

_JAPAN = datetime.timezone(datetime.timedelta(hours=9))


class RestRecord(NamedTuple):
    """A record that ended (除票): why (消除事由), when that was so (canonical date text), when it was closed, and what it says."""

    reason: EventReason
    happened_on: str
    notified_on: str
    closed_on: datetime.date
    """消除した日: when it was entered; for a planned move the planned day, if that comes later."""
    record: ResidentRecord


def rest_records(events: Sequence[Event]) -> list[RestRecord]:
    """What a person's life (all events, oldest first) has left in the rest register, in the order of closing."""
    found: list[RestRecord] = []
    record: ResidentRecord | None = None
    for _, event in in_order(standing(events)):
        if event.kind is EventKind.ENTRY:
            record = first(event)
        elif record is not None:
            record = apply(record, event.items)
            if event.kind is EventKind.REMOVAL:
                found.append(_closed(event, record))
            elif found and found[-1].record.residence == record.residence and found[-1].record.status is record.status:
                found[-1] = found[-1]._replace(record=record)  # a correction of what is closed already
    return sorted(found + _never_there(events), key=lambda rest: rest.closed_on)


def _never_there(events: Sequence[Event]) -> list[RestRecord]:
    """Records whose entry was annulled: they say what they said until then."""
    entries = {event.sequence: event for event in events if event.kind is EventKind.ENTRY}
    gone = annulled(events)
    undoings = [event for event in events if event.kind is EventKind.ANNULMENT and event.target in entries and event.sequence not in gone]
    found = []
    for undoing in undoings:
        record = fold([event for event in events if event.sequence < undoing.sequence])
        if record is not None:
            found.append(_closed(undoing, record))
    return found


def _closed(event: Event, record: ResidentRecord) -> RestRecord:
    entered = datetime.datetime.fromtimestamp(event.entered_ms / 1_000, _JAPAN).date()
    planned = datetime.date.fromisoformat(event.changed_on) if is_calendar_date(event.changed_on) else entered
    return RestRecord(reason_of(event), event.changed_on, event.notified_on, max(entered, planned), record)
