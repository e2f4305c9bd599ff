"""What entering an event does, on a trial or after the fact: records, notices, slips, work (異動の結果, standard 4.0.9, 4.0.5)."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.municipality_provisional import run_inside
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.events import Event
from openjuki.register.fold import fold
from openjuki.register.record import ResidentRecord


class Marks(NamedTuple):
    """How far the register's lists were before."""

    event: int
    slip: int
    work: int
    supplement: int
    outbox: dict[str, int]


class PersonChange(NamedTuple):
    """One person's events, and the record before and after them; no record before for somebody new."""

    person: int
    events: tuple[Event, ...]
    before: ResidentRecord | None
    after: ResidentRecord


class Told(NamedTuple):
    """How many messages of a type go to an office."""

    receiver: str
    type: str
    messages: int


class Listed(NamedTuple):
    """A slip to be printed, or something for the work list: its kind, whom it concerns (0 or "" if nobody here), and what it says."""

    kind: str
    person: int
    what: str = ""


class Happened(NamedTuple):
    """All of it."""

    persons: tuple[PersonChange, ...]
    told: tuple[Told, ...]
    slips: tuple[Listed, ...]
    work: tuple[Listed, ...]
    supplements: tuple[int, ...]
    """Numbers of the address supplements that got an entry."""


class Outcome(msgspec.Struct, frozen=True):
    """What is kept of an entered form beside its key: numbers and codes of offices, no names."""

    kind: str
    events: list[tuple[int, int]] = []
    """(person, sequence) of each."""
    told: list[tuple[str, str, int]] = []
    slips: list[tuple[str, int]] = []
    work: list[tuple[str, int, str]] = []
    supplements: list[int] = []
    waits: int = 0
    """Number under which the event waits for its decision; 0 if it was entered."""
    file: dict[str, Any] = {}
    """What is to be handed to another municipality."""
    certificate: list[Any] = []
    """The moving-out certificate that the persons take along, as plain data; none for other events."""


def marks(transaction: Transaction) -> Marks:
    """Where the lists stand now."""
    last = (
        transaction.value(f"SELECT coalesce(max({column}), 0) FROM {table}")  # noqa: S608 - words of this file alone
        for table, column in (("event", "sequence"), ("notice_slip", "id"), ("work_item", "id"), ("supplement_entry", "sequence"))
    )
    event, slip, work, supplement = last
    return Marks(event, slip, work, supplement, dict(transaction.all("SELECT receiver, sequence FROM next_sequence")))


def happened(transaction: Transaction, since: Marks) -> Happened:
    """What has come to the lists since."""
    persons = transaction.all("SELECT person FROM event WHERE sequence > ? GROUP BY person ORDER BY min(sequence)", since.event)
    slips = transaction.all("SELECT kind, person FROM notice_slip WHERE id > ? ORDER BY id", since.slip)
    work = transaction.all("SELECT kind, code, what FROM work_item WHERE id > ? ORDER BY id", since.work)
    kept = transaction.all("SELECT DISTINCT supplement FROM supplement_entry WHERE sequence > ? ORDER BY 1", since.supplement)
    return Happened(
        tuple(_changed(transaction, person, since.event) for (person,) in persons), _told(transaction, since),
        tuple(Listed(kind, person) for kind, person in slips),
        tuple(Listed(kind, _person(transaction, code), what) for kind, code, what in work),
        tuple(number for (number,) in kept),
    )  # fmt: skip


def _changed(transaction: Transaction, person: int, last: int) -> PersonChange:
    events = municipality.events_of(transaction, person)
    new = tuple(event for event in events if event.sequence > last)
    return PersonChange(person, new, fold(events[: len(events) - len(new)]), municipality.record_of(transaction, person))


def _told(transaction: Transaction, since: Marks) -> tuple[Told, ...]:
    rows = []
    for (receiver,) in transaction.all("SELECT receiver FROM next_sequence ORDER BY receiver"):
        sql = "SELECT type, count(*) FROM outbox WHERE receiver = ? AND sequence >= ? GROUP BY type ORDER BY type"
        rows += [Told(receiver, kind, count) for kind, count in transaction.all(sql, receiver, since.outbox.get(receiver, 1))]
    return tuple(rows)


def _person(transaction: Transaction, code: str) -> int:
    return int(transaction.value("SELECT person FROM code_used WHERE code = ?", code) or 0) if code else 0


def outcome_of(kind: str, seen: Happened) -> Outcome:
    """What is kept of it beside the form's key."""
    events = [(change.person, event.sequence) for change in seen.persons for event in change.events]
    told = [(one.receiver, one.type, one.messages) for one in seen.told]
    slips, work = [(slip.kind, slip.person) for slip in seen.slips], [(item.kind, item.person, item.what) for item in seen.work]
    return Outcome(kind, sorted(events, key=lambda one: one[1]), told, slips, work, list(seen.supplements))


def trial(
    transaction: Transaction, office: Office, step: Callable[..., None], operator: str, notification: Any, replaces: str = ""
) -> Happened:
    """What a step would do, found by doing it and undoing it; raises the OpenJukiError with which it would be refused.

    `replaces` is the number of an event that waits, in whose place this one would come: it holds up nobody then.
    """
    told, since = len(transaction.events), marks(transaction)
    transaction.execute("SAVEPOINT shown")
    try:
        transaction.execute("DELETE FROM provisional_person WHERE provisional = ?", (replaces,))
        run_inside(transaction, office, step, operator, notification)
        return happened(transaction, since)
    finally:
        transaction.execute("ROLLBACK TO shown")
        transaction.execute("RELEASE shown")
        del transaction.events[told:]
