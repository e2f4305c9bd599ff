"""Events that wait for a decision: kept beside the register, in which nothing of them stands yet (仮登録・決裁, standard 4.0.8, 4.0.9)."""

import dataclasses
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from openjuki.offices.office import Office, Then
from openjuki.offices.store import Store, Transaction, Work
from openjuki.register.errors import Conflict, Say

SCRIPT = """
CREATE TABLE provisional (id INTEGER PRIMARY KEY, made_ms INTEGER NOT NULL, operator TEXT NOT NULL, event TEXT NOT NULL,
  decided_ms INTEGER NOT NULL DEFAULT 0, decider TEXT NOT NULL DEFAULT '', approved INTEGER NOT NULL DEFAULT 0);
CREATE TABLE provisional_person (person INTEGER PRIMARY KEY, provisional INTEGER NOT NULL)"""


class Provisional(NamedTuple):
    """One event that waits: its number, who entered it when (wall clock, ms), and the event as JSON."""

    number: int
    made_ms: int
    operator: str
    event: str


class Inside(NamedTuple):
    """An executor for steps that run within the transaction of another work: it commits, or is undone, with that one."""

    transaction: Transaction

    def submit(self, store: Store, work: Work[Any], then: Then) -> None:
        """Run the work here and now; its error is the caller's."""
        then(work(self.transaction))


def run_inside(transaction: Transaction, office: Office, step: Callable[..., None], operator: str, notification: Any) -> Any:
    """What a step's `then` would get, with all that it writes in this transaction; raises the OpenJukiError it would have got."""
    heard: list[Any] = []
    step(dataclasses.replace(office, executor=Inside(transaction)), operator, notification, heard.append)
    return heard[0]


def persons_touched(transaction: Transaction, office: Office, step: Callable[..., None], operator: str, notification: Any) -> list[int]:
    """Persons in the register for whom a step would enter events, found by a trial that leaves nothing; raises what the step would."""
    last = transaction.value("SELECT coalesce(max(sequence), 0) FROM event")
    touched = "SELECT DISTINCT person FROM event WHERE sequence > ? INTERSECT SELECT person FROM event WHERE sequence <= ?"
    told = len(transaction.events)
    transaction.execute("SAVEPOINT trial")
    try:
        run_inside(transaction, office, step, operator, notification)
        return [person for (person,) in transaction.all(touched, last, last)]
    finally:
        transaction.execute("ROLLBACK TO trial")
        transaction.execute("RELEASE trial")
        del transaction.events[told:]


def put(transaction: Transaction, made_ms: int, operator: str, event: str, persons: Collection[int]) -> int:
    """Keep an event until it is decided; returns its number. Until then no other event of these persons is entered."""
    sql = "INSERT INTO provisional (made_ms, operator, event) VALUES (?, ?, ?) RETURNING id"
    number = int(transaction.value(sql, made_ms, operator, event))
    transaction.connection.executemany("INSERT INTO provisional_person VALUES (?, ?)", [(person, number) for person in persons])
    return number


def take(transaction: Transaction, number: int, decided_ms: int, decider: str, *, approved: bool) -> Provisional:
    """The event of that number, which is decided now and holds up nobody any more; Conflict if none waits under it."""
    row = transaction.one("SELECT id, made_ms, operator, event FROM provisional WHERE id = ? AND decided_ms = 0", number)
    if row is None:
        reason = Say("no event waits under this number.", "この番号の仮登録はありません。")
        raise Conflict("number", reason, Say("See the list of those that wait.", "仮登録一覧を確かめてください。"))
    sql = "UPDATE provisional SET decided_ms = ?, decider = ?, approved = ? WHERE id = ?"
    transaction.execute(sql, (decided_ms, decider, int(approved), number))
    transaction.execute("DELETE FROM provisional_person WHERE provisional = ?", (number,))
    return Provisional(*row)


def waiting(transaction: Transaction) -> list[Provisional]:
    """All events that wait for a decision, the oldest first (仮登録一覧)."""
    rows = transaction.all("SELECT id, made_ms, operator, event FROM provisional WHERE decided_ms = 0 ORDER BY id")
    return [Provisional(*row) for row in rows]
