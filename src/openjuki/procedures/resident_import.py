"""Import: an existing register's residents are entered through the ordinary path (住民基本台帳の移行, Act art. 5, 8; Rules art. 11).

municipality
  1 enter_residents   a batch of rows: each validated, evented, its code kept or taken from the stock, one outbox row each
  (procedures/change_notice.py carries them to prefecture and centre)
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.dated_rules import check_recordable
from openjuki.offices.filing import check_address_here
from openjuki.offices.municipality_entries import Entry, enter_first, households, take_codes, written_codes
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.identity import Reason, Status
from openjuki.register.items import BY_KEY

_COLUMNS = {"code": "resident_code", "address": "municipality"}
"""Items that are called otherwise in a file."""


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
    office.write(lambda transaction: enter_all(transaction, office, operator, entrants), then)


def enter_all(transaction: Transaction, office: Office, operator: str, entrants: Sequence[Entrant]) -> Entered:
    """The same inside a transaction of the caller's, who keeps there how far the import is."""
    accepted, refused = _sorted_out(transaction, office, entrants)
    codes = iter(take_codes(transaction, office, sum(entrant.items.code is None for entrant in accepted)))
    numbered = households(transaction, (entrant.household_number for entrant in accepted))
    today, now_ms = office.today().isoformat(), office.clock.wall_ms()
    entries = []
    for person, entrant in enumerate(accepted, municipality.new_person(transaction)):
        items = msgspec.structs.replace(
            entrant.items, household=numbered[entrant.household_number], code=entrant.items.code or next(codes),
            residence=entrant.items.residence or 1, status=Status.RESIDENT,
        )  # fmt: skip
        changed_on, notified_on = items.address_since or items.became_resident_on or today, items.notified_on or today
        event = Event(0, person, EventKind.ENTRY, Reason.ENTRY_EX_OFFICIO, changed_on, notified_on, now_ms, operator, items)
        entries.append(Entry(event, entrant.previous))
    enter_first(transaction, office, entries)
    return Entered(len(entries), refused)


def _sorted_out(
    transaction: Transaction, office: Office, entrants: Sequence[Entrant]
) -> tuple[list[Entrant], list[tuple[int, OpenJukiError]]]:
    """Those who can be entered, and the lines that cannot: a code of another resident's (Act art. 30-2), an address elsewhere."""
    written = written_codes(transaction, (entrant.items.code for entrant in entrants if entrant.items.code))
    accepted: list[Entrant] = []
    refused: list[tuple[int, OpenJukiError]] = []
    for entrant in entrants:
        fault = _fault(office, entrant, written)
        if fault is not None:
            refused.append((entrant.line, fault))
            continue
        accepted.append(entrant)
        if entrant.items.code:
            written.add(entrant.items.code)
    return accepted, refused


def _fault(office: Office, entrant: Entrant, written: set[str]) -> OpenJukiError | None:
    """Why the register cannot take a row that has passed its own checks; the item is named as in the list of columns."""
    if entrant.items.code in written:
        return _of_column(municipality.code_of_another())
    try:
        check_recordable(office, entrant.items)
        if entrant.items.address is not None:
            check_address_here(office, entrant.items.address)
    except InvalidInput as error:
        return _of_column(error)
    return None


def _of_column(error: InvalidInput | Conflict) -> OpenJukiError:
    key = _COLUMNS.get(error.item, error.item)
    return type(error)(f"{key} {BY_KEY[key].japanese}", error.reason, error.remedy) if key in BY_KEY else error
