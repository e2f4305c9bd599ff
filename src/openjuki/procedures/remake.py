"""Remaking a record: the original is closed, a new one says what holds now (住民票の改製・再製, 令16, 17; standard 1.1.4).

municipality
  1 remake    the original ends and a new one begins, for each person: one transaction
  (nothing goes to prefecture and centre: what the record says stays as it was)
"""

import msgspec

from openjuki.offices.filing import Filing, day_until, residents
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.fold import whole
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class RemakeOrder(msgspec.Struct, frozen=True):
    """Whose records are made anew: since they should not show what was removed and corrected (改製), or were lost (再製)."""

    codes: tuple[str, ...]
    found_on: str
    lost: bool = False


def remake(office: Office, operator: str, order: RemakeOrder, then: Then) -> None:
    """Step 1, municipality: make the records anew; `then` gets the ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _remake(transaction, office, operator, order), then)


def _remake(transaction: Transaction, office: Office, operator: str, order: RemakeOrder) -> list[ResidentRecord]:
    day_until(order.found_on, "found_on", office.today())
    ended, begun = (Cause.ENDED_BY_LOSS, Cause.RESTORED) if order.lost else (Cause.ENDED_BY_REMAKING, Cause.REMADE)
    filing = Filing(office, operator, Reason.REMOVAL_EX_OFFICIO, office.today().isoformat(), order.found_on, ex_officio=True, cause=ended)
    beginning = filing._replace(reason=Reason.ENTRY_EX_OFFICIO, cause=begun)
    records = []
    for record in residents(transaction, order.codes, "codes"):
        filing.enter(transaction, record.person, EventKind.REMOVAL, Items())  # of the original: the person stays a resident
        records.append(beginning.enter(transaction, record.person, EventKind.ENTRY, whole(record)))
    return records
