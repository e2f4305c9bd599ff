"""Moving out: residents leave for another municipality or abroad (転出, Act art. 24; 令23, 24; standard 4.1.3; text of 2013-12).

municipality
  1 move_out    removals with the planned date, moving-out certificate, outbox rows: one transaction
  (procedures/change_notice.py carries the removals to prefecture and centre; the certificate travels with the person on paper)
"""

import datetime

import msgspec

from openjuki.offices.filing import NOTIFY_WITHIN_DAYS, Filing, day_until, note_if_late, residents
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Staying, head_of
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_entries import certified, depart
from openjuki.register.dates import calendar_date
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause
from openjuki.register.identity import Reason
from openjuki.register.moving_out_certificate import MoveOutCertificate


class MoveOutNotification(msgspec.Struct, frozen=True):
    """Who leaves, for where, when (Act art. 24): members of one household, named by code; the date is the planned one."""

    leavers: tuple[str, ...]
    destination: str
    """As notified; at least the municipality or the country."""
    leaves_on: str
    notified_on: str
    abroad: bool = False
    staying: Staying = NOBODY_NOTIFIED


def move_out(office: Office, operator: str, notification: MoveOutNotification, then: Then) -> None:
    """Step 1, municipality: remove the leavers as of the planned date; `then` gets the MoveOutCertificate or an OpenJukiError.

    For those who go abroad it gets None: they need none (令24(1)).
    """
    office.require_ready()
    office.write(lambda transaction: _move_out(transaction, office, operator, notification), then)


def _move_out(transaction: Transaction, office: Office, operator: str, notification: MoveOutNotification) -> MoveOutCertificate | None:
    filing, late = _filing(office, operator, notification)
    leavers = residents(transaction, notification.leavers, "leavers")
    number = leavers[0].household
    if any(record.household != number for record in leavers) or not notification.destination:
        reason = Say("one household and its destination are needed.", "一世帯ごとに、転出先とともに届け出てください。")
        raise InvalidInput("leavers", reason, Say("Enter each household by itself.", "世帯ごとに処理してください。"))
    householder = head_of(transaction, number)
    persons = []
    for removed in depart(transaction, filing, leavers, notification.destination, notification.staying):
        persons.append(certified(transaction, office, removed))
        note_if_late(transaction, office, removed.code, late)
    if notification.abroad:
        return None
    return MoveOutCertificate(
        office.code, householder.name if householder else "", leavers[0].address, notification.destination, notification.leaves_on,
        office.today().isoformat(), tuple(persons), filing.ex_officio,
    )  # fmt: skip


def _filing(office: Office, operator: str, notification: MoveOutNotification) -> tuple[Filing, int]:
    """The filing and the days by which it follows the move; more than 14 make it ex officio (standard 4.1.3.0.1)."""
    notified = day_until(notification.notified_on, "notified_on", office.today())
    leaves = calendar_date(notification.leaves_on, "leaves_on")
    late = (notified - leaves) > datetime.timedelta(days=NOTIFY_WITHIN_DAYS)
    cause = Cause.MOVE_OUT_ABROAD if notification.abroad else None
    filing = Filing(office, operator, Reason.MOVE_OUT, notification.leaves_on, notification.notified_on, late, cause)
    return filing, (notified - leaves).days
