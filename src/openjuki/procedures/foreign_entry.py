"""Becoming a foreign resident where one lives already (中長期在留者等となった場合の届出, Act art. 30-47; standard 4.5.2; text of 2013-12).

municipality
  1 enter_foreign_residents    records, household, codes, notice slips, outbox rows: one transaction
  (procedures/change_notice.py carries each entry to prefecture and centre)

Those who come from abroad as foreign residents (art. 30-46) are entered by procedures/move_in.py.
"""

import msgspec

from openjuki.offices.filing import Filing, check_address_here, check_days, day_until, note_if_late
from openjuki.offices.municipality_arrivals import Arrival, Settling, enter_arrival
from openjuki.offices.municipality_households import place, settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class ForeignEntryNotification(msgspec.Struct, frozen=True):
    """Who became a mid- to long-term resident or the like, where they live since when, and when they became it (Act art. 30-47)."""

    arrivals: tuple[Arrival, ...]
    """Each with their `foreign` items."""
    address: Address
    address_since: str
    became_on: str
    notified_on: str
    household_of: str = ""
    """Code of a member of the household that they are of; "" if they make one of their own."""


def enter_foreign_residents(office: Office, operator: str, notification: ForeignEntryNotification, then: Then) -> None:
    """Step 1, municipality: enter all of them; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _enter(transaction, office, operator, notification), then)


def _enter(transaction: Transaction, office: Office, operator: str, notification: ForeignEntryNotification) -> list[ResidentRecord]:
    check_address_here(office, notification.address)
    days = check_days(office, notification.became_on, notification.notified_on, "became_on")
    day_until(notification.address_since, "address_since", office.today())
    if any(not arrival.foreign for arrival in notification.arrivals):
        reason = Say("is missing: only foreign residents are entered so.", "外国人住民の項目がありません。")
        raise InvalidInput("foreign", reason, Say("Give nationality and class.", "国籍・地域と区分を入力してください。"))
    household = place(
        transaction, [arrival.relationship for arrival in notification.arrivals], notification.household_of, notification.address
    )
    filing = Filing(office, operator, Reason.MOVE_IN, notification.became_on, notification.notified_on, cause=Cause.MOVE_IN_FROM_ABROAD)
    settling = Settling(household, notification.address, notification.address_since, notification.notified_on, "")
    records = [enter_arrival(transaction, filing, arrival, settling) for arrival in notification.arrivals]
    for record in records:
        note_if_late(transaction, office, record.code, days)
    settle(transaction, {household})
    return records
