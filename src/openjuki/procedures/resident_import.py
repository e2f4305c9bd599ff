"""Import: an existing register's residents are entered through the ordinary path (住民基本台帳の移行, Act art. 5, 8; Rules art. 11).

municipality
  1 enter_residents   a batch of rows: each validated, evented, its code kept or taken from the stock, one outbox row each
  (procedures/change_notice.py carries them to prefecture and centre)
"""

from collections.abc import Sequence
from typing import NamedTuple

from openjuki.offices import municipality
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous
from openjuki.register.errors import OpenJukiError
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.identity import Reason, Status


class Entrant(NamedTuple):
    """One row of an import file that has passed its checks."""

    line: int
    household_number: str
    items: Items
    previous: Previous | None = None


class Entered(NamedTuple):
    """What became of a batch: how many are in the register, and which lines were refused and why."""

    entered: int
    refused: list[tuple[int, OpenJukiError]]


def enter_residents(office: Office, operator: str, entrants: Sequence[Entrant], then: Then) -> None:
    """Step 1, municipality: enter a batch in one transaction; a row the register refuses does not hold up the others.

    `then` gets `Entered` once everything in it is on disk.
    """
    office.require_ready()
    office.write(lambda transaction: _enter_all(transaction, office, operator, entrants), then)


def _enter_all(transaction: Transaction, office: Office, operator: str, entrants: Sequence[Entrant]) -> Entered:
    entered, refused = 0, []
    today, now_ms, person = office.today().isoformat(), office.clock.wall_ms(), municipality.new_person(transaction)
    for entrant in entrants:
        transaction.execute("SAVEPOINT entrant")
        try:
            _enter(transaction, office, _event(transaction, office, operator, entrant, person, today, now_ms), entrant)
            entered, person = entered + 1, person + 1
        except OpenJukiError as error:
            transaction.execute("ROLLBACK TO entrant")
            refused.append((entrant.line, error))
        transaction.execute("RELEASE entrant")
    return Entered(entered, refused)


def _event(transaction: Transaction, office: Office, operator: str, entrant: Entrant, person: int, today: str, now_ms: int) -> Event:
    """The entry event of a row: its household found or made, its code kept or taken from the stock."""
    given = entrant.items.given()
    given["household"] = municipality.household_numbered(transaction, entrant.household_number)
    given["code"] = given.get("code") or municipality.take_code(transaction, office)
    given["residence"], given["status"] = given.get("residence") or 1, Status.RESIDENT
    changed_on = given.get("address_since") or given.get("became_resident_on") or today
    return Event(
        0, person, EventKind.ENTRY, Reason.ENTRY_EX_OFFICIO, changed_on, given.get("notified_on") or today, now_ms, operator, Items(**given)
    )


def _enter(transaction: Transaction, office: Office, event: Event, entrant: Entrant) -> None:
    record = municipality.enter(transaction, office, event, entrant.previous)
    if record.relationship == HOUSEHOLDER:
        municipality.set_householder(transaction, record.household, record.person)
