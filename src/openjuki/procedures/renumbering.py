"""Renumbering: addresses get new words, nobody moves (住居表示の実施・地番の変更・町名の変更, 令12(2)7; Rules 21-2; standard 9.7).

municipality
  1 renumber    one minor correction for each resident at an address concerned, outbox rows: one transaction
  (procedures/change_notice.py carries each new address to prefecture and centre, as a minor correction: certificates stay valid)
"""

from collections.abc import Iterator

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_address_here, day_until
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.dates import is_calendar_date
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord
from openjuki.register.renumbered_addresses import Renumbered, address_after, table_of


class RenumberingOrder(msgspec.Struct, frozen=True):
    """The table of a renumbering and the day from which it holds; buildings stay as they are."""

    table: tuple[Renumbered, ...]
    holds_from: str
    found_on: str


def renumber(office: Office, operator: str, order: RenumberingOrder, then: Then) -> None:
    """Step 1, municipality: correct every record concerned; `then` gets how many there were (int) or an OpenJukiError.

    Those who have notified that they move out keep the address that they leave (standard 9.7).
    """
    office.require_ready()
    office.write(lambda transaction: _renumber(transaction, office, operator, order), then)


def _renumber(transaction: Transaction, office: Office, operator: str, order: RenumberingOrder) -> int:
    day_until(order.holds_from, "holds_from", day_until(order.found_on, "found_on", office.today()))
    table = table_of(order.table)
    filing = Filing(office, operator, Reason.MINOR_CORRECTION, order.holds_from, order.found_on, ex_officio=True)
    concerned = [(record, after) for record in list(_residents(transaction)) if (after := address_after(record.address, table)) is not None]
    for record, after in concerned:
        check_address_here(office, after)
        since = record.address_since
        held_from = max(order.holds_from, since) if is_calendar_date(since) else order.holds_from
        filing._replace(changed_on=held_from).enter(transaction, record.person, EventKind.CORRECTION, Items(address=after))
    return len(concerned)


def _residents(transaction: Transaction) -> Iterator[ResidentRecord]:
    for (body,) in transaction.all("SELECT record FROM person WHERE status = ? ORDER BY id", int(Status.RESIDENT)):
        yield municipality.decode_record(body)
