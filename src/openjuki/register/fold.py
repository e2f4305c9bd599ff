"""The fold: a record is what its events say, at any date and as known at any time (履歴, standard 1.2.1; promise X3)."""

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.dates import DateText, latest
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.identity import Sex, Status
from openjuki.register.record import ResidentRecord

_NOBODY = ResidentRecord(
    person=0, name="", kana="", birth="", sex=Sex.UNKNOWN, household=0, relationship="", registered_domicile="",
    registered_domicile_head="", became_resident_on="", address=Address("", "", ""), address_since="", notified_on="",
    previous_address="", code="", individual_number="", former_name="", alias="", residence=0, status=Status.ANNULLED,
)  # fmt: skip


def effective_on(event: Event) -> datetime.date:
    """The day from which an event holds: its own date, but if that is partial or unknown no later than its notification."""
    happened = latest(DateText(event.changed_on)) if event.changed_on else datetime.date.max
    if event.kind is EventKind.REMOVAL or not event.notified_on:
        return happened
    return min(happened, latest(DateText(event.notified_on)))


def apply(record: ResidentRecord, items: Items) -> ResidentRecord:
    """The record with the items set."""
    return msgspec.structs.replace(record, **items.given())


def merged(older: Items, newer: Items) -> Items:
    """The items of both; `newer` wins."""
    return Items(**{**older.given(), **newer.given()})


def standing(events: Iterable[Event], known_ms: int | None = None) -> list[Event]:
    """The events that stand as known at a time: annulled ones are gone, past corrections are worked into their targets."""
    known = [event for event in events if known_ms is None or event.entered_ms <= known_ms]
    annulled = {event.target for event in known if event.kind is EventKind.ANNULMENT and not _is_annulled(event, known)}
    corrected: dict[int, Items] = {}
    for event in known:
        if event.kind is EventKind.PAST_CORRECTION and event.sequence not in annulled:
            corrected[event.target] = merged(corrected.get(event.target, Items()), event.items)
    return [
        msgspec.structs.replace(event, items=merged(event.items, corrected[event.sequence])) if event.sequence in corrected else event
        for event in known
        if event.sequence not in annulled and event.kind not in (EventKind.ANNULMENT, EventKind.PAST_CORRECTION)
    ]


def _is_annulled(event: Event, known: Sequence[Event]) -> bool:
    """Whether an annulment was itself annulled (once; the standard knows no deeper chain)."""
    return any(other.kind is EventKind.ANNULMENT and other.target == event.sequence for other in known)


def fold(events: Sequence[Event], *, as_of: datetime.date | None = None, known_ms: int | None = None) -> ResidentRecord | None:
    """The record of one person from all its events; None if there was none on that day, as known at that time.

    A person whose every entry was annulled keeps the last entry's items with the status ANNULLED.
    """
    stood = sorted(standing(events, known_ms), key=lambda event: (effective_on(event), event.sequence))
    record, entered = _NOBODY, False
    for event in stood:
        if as_of is None or effective_on(event) <= as_of:
            record, entered = apply(record, event.items), entered or event.kind is EventKind.ENTRY
    if not entered:
        return _annulled(events) if as_of is None and known_ms is None else None
    return msgspec.structs.replace(record, person=events[0].person)


def _annulled(events: Sequence[Event]) -> ResidentRecord | None:
    """What stays of a person whose entries were all mistakes."""
    entries = [event for event in events if event.kind is EventKind.ENTRY]
    if not entries:
        return None
    record = apply(_NOBODY, entries[-1].items)
    return msgspec.structs.replace(record, person=events[0].person, status=Status.ANNULLED)
