"""A replay of events by brute force: every doubtful day is put at its first and at its last possible day, and each world is played (検算).

Shares no code with register.fold, register.readings, register.dates or offices.history: only the events' own fields are read.
"""

import calendar
import functools
import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

DAY_ONE, DAY_LAST = date(1, 1, 1), date(9999, 12, 31)
SEASONS = {"A1": (3, 4, 5), "A2": (6, 7, 8), "A3": (9, 10, 11), "A4": (12, 1, 2)}
THIRDS = {"E1": range(1, 11), "E2": range(11, 21), "E3": range(21, 32)}

World = dict[int, date]
"""The day on which each event really happened."""


class Verdict(NamedTuple):
    """The word for the certainty, and all possible answers."""

    certainty: str
    possible: frozenset[Any]


@functools.cache
def days_of(text: str) -> list[date]:
    """Every day that the text may mean, looked for day by day; none if it says nothing."""
    if text in ("", "0000-00-00"):
        return []
    if "/" in text:
        start, end = (days_of(point) for point in text.split("/"))
        return [start[0] + timedelta(step) for step in range((end[-1] - start[0]).days + 1)]
    year, month, day = text.rstrip("~?").split("-")
    if day.isdigit() and month.isdigit() and month != "00" and int(day) > calendar.monthrange(int(year), int(month))[1]:
        end = date(int(year), int(month), calendar.monthrange(int(year), int(month))[1])
        return [end, end + timedelta(1)]
    whole_year = (date(int(year), 1, 1) + timedelta(step) for step in range(366))
    return [each for each in whole_year if each.year == int(year) and _fits(each, month, day)]


def _fits(each: date, month: str, day: str) -> bool:
    in_month = month == "00" or each.month in SEASONS.get(month, (int(month) if month.isdigit() else 0,))
    return in_month and (day == "00" or each.day in THIRDS.get(day, (int(day) if day.isdigit() else 0,)))


def bounds(event: Any) -> tuple[date, date]:
    """First and last day on which an event may have happened; what is partial had happened when it was notified."""
    return _bounds(event.changed_on, event.notified_on)


@functools.cache
def _bounds(changed_on: str, notified_on: str) -> tuple[date, date]:
    days, notified = days_of(changed_on), days_of(notified_on)
    if len(changed_on) == 10 and changed_on == str(days[0] if days else ""):
        return days[0], days[0]
    last = min([day for day in (days[-1] if days else None, notified[-1] if notified else None) if day] or [DAY_LAST])
    return min(days[0] if days else DAY_ONE, last), last


def stands(event: Any, known: list[Any]) -> bool:
    """Whether no annulment that stands aims at the event."""
    return not any(other.kind == "annulment" and other.target == event.sequence and stands(other, known) for other in known)


def contents(event: Any, known: list[Any]) -> dict[str, Any]:
    """What an event says, with every correction of it that stands, in the order in which they were entered."""
    says: dict[str, Any] = {}
    for each in [event, *(c for c in known if c.kind == "past-correction" and c.target == event.sequence and stands(c, known))]:
        for name in ("name", "birth", "address", "code", "relationship", "residence", "status", "moved_to", "other"):
            value = getattr(each.items, name)
            if value is not None:
                says[name] = says.get(name, {}) | value if name == "other" else value
    return says


def play(residences: list[list[Any]], said: dict[int, dict[str, Any]], world: World, day: date) -> dict[str, Any] | None:
    """The record at the end of a day in one world."""
    record: dict[str, Any] | None = None
    for entry, *later in residences:
        if world[entry.sequence] > day:
            continue
        record = {"moved_to": "", "other": {}} | said[entry.sequence]
        begun = bounds(entry)[1]
        for event in sorted(later, key=lambda each: (max(bounds(each)[1], begun), each.sequence)):
            if world[event.sequence] <= day:
                other = record["other"] | said[event.sequence].get("other", {})
                record = record | said[event.sequence] | {"other": other}
    return record


def worlds(events: list[Any], undated_late: bool) -> Iterator[World]:
    """Every world; with `undated_late` events of which no day is known happened as late as they can have."""
    choices = []
    for event in events:
        first, last = bounds(event)
        late = undated_late and not days_of(event.changed_on)
        choices.append([last] if late else sorted({first, last}))
    for days in itertools.product(*choices):
        yield dict(zip([event.sequence for event in events], days, strict=True))


def ask(events: list[Any], as_of: str, known_ms: int | None, of: Callable[[dict[str, Any] | None], Any]) -> Verdict:
    """The verdict on a question about one person's record, from all events of the person in the order of entering."""
    known = [event for event in events if known_ms is None or event.entered_ms <= known_ms]
    standing = [event for event in known if event.kind not in ("annulment", "past-correction") and stands(event, known)]
    said = {event.sequence: contents(event, known) for event in standing}
    residences: list[list[Any]] = []
    for event in standing:
        if event.kind == "entry":
            residences.append([event])
        elif residences:
            residences[-1].append(event)
    days = days_of(as_of)

    def possible(undated_late: bool) -> frozenset[Any]:
        return frozenset(of(play(residences, said, world, day)) for world in worlds(standing, undated_late) for day in days)

    found = possible(undated_late=False)
    certain = len(found) == 1
    return Verdict("certain" if certain else "possible" if possible(undated_late=True) == found else "unknown", found)
