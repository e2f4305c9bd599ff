"""Death, and removal ex officio: a record ends without moving out (死亡・職権消除, Act art. 8, 14; 令8, 12; standard 4.2.2).

municipality
  1 enter_death          removal, householder of those who stay, outbox rows: one transaction
  1 remove_ex_officio    the same for somebody who is found not to live here, or never to have been entitled
  (procedures/change_notice.py carries the removal to prefecture and centre)
"""

import msgspec

from openjuki.offices.filing import Filing, day_until, event_day, resident
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Staying, settle, succeed
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord


class DeathNotification(msgspec.Struct, frozen=True):
    """What the family-register filing says of a resident's death; the day may be partial or unknown (standard 1.1.8)."""

    code: str
    died_on: str
    notified_on: str
    staying: Staying = NOBODY_NOTIFIED


class RemovalExOfficio(msgspec.Struct, frozen=True):
    """Why and since when somebody is not a resident although nobody notified it (令12(1), 12(3))."""

    code: str
    removed_on: str
    found_on: str
    staying: Staying = NOBODY_NOTIFIED


def enter_death(office: Office, operator: str, notification: DeathNotification, then: Then) -> None:
    """Step 1, municipality: end the record of the dead; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    died_on, notified_on = notification.died_on, notification.notified_on
    filing = Filing(office, operator, Reason.DEATH, died_on, notified_on)
    items = Items(status=Status.DEAD, removed_on=died_on)
    office.write(lambda transaction: _remove(transaction, filing, notification.code, items, notification.staying), then)


def remove_ex_officio(office: Office, operator: str, removal: RemovalExOfficio, then: Then) -> None:
    """Step 1, municipality: end a record ex officio; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    filing = Filing(office, operator, Reason.REMOVAL_EX_OFFICIO, removal.removed_on, removal.found_on, ex_officio=True)
    items = Items(status=Status.REMOVED, removed_on=removal.removed_on)
    office.write(lambda transaction: _remove(transaction, filing, removal.code, items, removal.staying), then)


def _remove(transaction: Transaction, filing: Filing, code: str, items: Items, staying: Staying) -> ResidentRecord:
    known = day_until(filing.notified_on, "notified_on", filing.office.today())
    event_day(filing.changed_on, "removed_on", known)
    record = resident(transaction, code)
    succeed(transaction, filing, record.household, {record.person}, staying)
    removed = filing.enter(transaction, record.person, EventKind.REMOVAL, items)
    settle(transaction, {record.household})
    return removed
