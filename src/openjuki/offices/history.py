"""Bitemporal questions to a register: who somebody was, who lived at an address, on a day as known on a day (時点照会, promise X3).

As-of goes by the day on which an event happened (異動日), as-known by the time at which it was entered (記載日時, Act art. 8). A correction
of the past changes as-of, but not as-known before it; an annulled event never was, as known after its annulment.
"""

import datetime
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from openjuki.offices.municipality import events_of
from openjuki.offices.store import Transaction
from openjuki.register.dates import UNKNOWN_DATE, DateText, earliest
from openjuki.register.events import Event, EventKind, decode_event
from openjuki.register.fold import annulled, apply, effective_on, first, in_order, standing
from openjuki.register.identity import Status
from openjuki.register.readings import Answer, Certainty, Readings, Step, readings
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import address_key, key64

SCRIPT = """
CREATE TABLE address_written (address INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (address, person)) WITHOUT ROWID;
CREATE TABLE address_read (sequence INTEGER NOT NULL);
INSERT INTO address_read VALUES (0)"""
"""Who ever had an address written for them: read out of the events, up to a sequence, when somebody asks."""

EVENTS_PER_TURN = 5_000
"""Events read in one turn of the store, so that the office goes on working meanwhile."""
JAPAN = datetime.timezone(datetime.timedelta(hours=9))


class Dweller(NamedTuple):
    """Somebody who lived at an address, or may have: how sure that is, and the record in which they do."""

    certainty: Certainty
    record: ResidentRecord


class Entered(NamedTuple):
    """One event of a person's history, and whether it stands as known at the time asked about."""

    event: Event
    stands: bool


def known_until(day: datetime.date) -> int:
    """The last millisecond (wall clock) of a day in Japan: what was known on a day is all that was entered until its end."""
    midnight = datetime.datetime.combine(day, datetime.time(), JAPAN).timestamp()
    return round(midnight * 1_000) + 86_400_000 - 1


def record_on(transaction: Transaction, person: int, as_of: DateText, known_ms: int | None = None) -> Readings[ResidentRecord]:
    """What the register says of a person on a day, as known at a time (wall clock, ms; None for now). InvalidInput for no date."""
    return readings(_steps(events_of(transaction, person), known_ms), as_of)


def history(transaction: Transaction, person: int, known_ms: int | None = None) -> list[Entered]:
    """The events of a person as known at a time, in the order of entering, annulled ones too."""
    known = [event for event in events_of(transaction, person) if known_ms is None or event.entered_ms <= known_ms]
    undone = annulled(known)
    return [Entered(event, event.sequence not in undone) for event in known]


def lived_at(transaction: Transaction, key: str, as_of: DateText, known_ms: int | None = None) -> list[Dweller]:
    """Residents at an address on a day, as known at a time, in order of person; `key` as `register.search_keys.fold_text` gives it.

    `read_addresses` must have read everything before; buildings count for nothing, as in every search for an address.
    """
    found = []
    for (person,) in transaction.all("SELECT person FROM address_written WHERE address = ? ORDER BY person", key64(key)):
        read = record_on(transaction, person, as_of, known_ms)
        answer: Answer[bool] = read.answer(partial(_lives_at, key))
        if True in answer.possible:
            record = next(record for record in read.states if record is not None and _lives_at(key, record))
            found.append(Dweller(answer.certainty, record))
    return found


def _lives_at(key: str, record: ResidentRecord | None) -> bool:
    return record is not None and record.status is Status.RESIDENT and address_key(record.address) == key


def read_addresses(transaction: Transaction, count_max: int = EVENTS_PER_TURN) -> bool:
    """Read the addresses of up to `count_max` more events; True if that were all. Events are never changed, so none is read twice."""
    after = transaction.value("SELECT sequence FROM address_read")
    rows = transaction.all("SELECT sequence, person, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?", after, count_max)
    written = [(address, person) for _, person, body in rows if (address := decode_event(body).items.address) is not None]
    pairs = [(key64(address_key(address)), person) for address, person in written]
    transaction.connection.executemany("INSERT OR IGNORE INTO address_written VALUES (?, ?)", pairs)
    if rows:
        transaction.execute("UPDATE address_read SET sequence = ?", (rows[-1][0],))
    return len(rows) < count_max


def _steps(events: list[Event], known_ms: int | None) -> list[Step[ResidentRecord]]:
    """The events that stand, in the order in which the register applies them."""
    return [_step(event) for _, event in in_order(standing(events, known_ms))]


def _step(event: Event) -> Step[ResidentRecord]:
    """From which days on an event may hold: a partial day no later than its notification."""
    last = effective_on(event)
    begun = min(earliest(DateText(event.changed_on)), last) if event.changed_on else datetime.date.min
    begins = event.kind is EventKind.ENTRY
    make: Callable[[ResidentRecord | None], ResidentRecord | None] = (lambda _: first(event)) if begins else partial(_changed, event)
    return Step(begun, last, make, begins, event.changed_on in ("", UNKNOWN_DATE))


def _changed(event: Event, record: ResidentRecord | None) -> ResidentRecord | None:
    return None if record is None else apply(record, event.items)
