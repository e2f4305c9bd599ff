"""Moving between wards of a designated city: out of one register, into another (区間異動, Act art. 22, 24, 38; 令31; standard 4.1.0.1).

municipality
  1 move_between_wards    removal in one ward and entry in the other for each mover, outbox rows: one transaction
  (procedures/change_notice.py carries both to prefecture and centre)

The city keeps the registers of its wards in one office, so neither a certificate nor a notice between mayors is needed.
"""

import msgspec

from openjuki.offices.filing import Filing, check_address_here, check_days, note_if_late, residents
from openjuki.offices.municipality_arrivals import begin_anew
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Relation, Staying, part, place, settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Items
from openjuki.register.fold import whole
from openjuki.register.household import relationship
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class WardMoveNotification(msgspec.Struct, frozen=True):
    """Who moves to which address in another ward of the city: each mover with the relationship in the household there."""

    movers: tuple[Relation, ...]
    address: Address
    moved_on: str
    notified_on: str
    household_of: str = ""
    """Code of a member of the household that the movers join; "" if they make one of their own, which gets a new number."""
    staying: Staying = NOBODY_NOTIFIED


def move_between_wards(office: Office, operator: str, notification: WardMoveNotification, then: Then) -> None:
    """Step 1, municipality: move all of them; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _move(transaction, office, operator, notification), then)


def _move(transaction: Transaction, office: Office, operator: str, notification: WardMoveNotification) -> list[ResidentRecord]:
    check_address_here(office, notification.address)
    days = check_days(office, notification.moved_on, notification.notified_on, "moved_on")
    movers = residents(transaction, [mover.code for mover in notification.movers], "movers")
    if any(record.address.municipality == notification.address.municipality for record in movers):
        reason = Say("somebody lives in that ward already.", "既にその区に住所があります。")
        raise InvalidInput("address", reason, Say("Enter a change of address.", "転居として処理してください。"))
    filing = Filing(office, operator, Reason.MOVE_OUT, notification.moved_on, notification.notified_on)
    new = place(transaction, [mover.relationship for mover in notification.movers], notification.household_of, notification.address)
    old = part(transaction, filing, movers, new, notification.staying)
    records = []
    for mover, record in zip(notification.movers, movers, strict=True):
        records.append(_move_one(transaction, filing, record, _items(record, notification, new, mover.relationship), notification.address))
        note_if_late(transaction, office, mover.code, days)
    settle(transaction, {*old, new})
    return records


def _move_one(transaction: Transaction, filing: Filing, record: ResidentRecord, items: Items, to: Address) -> ResidentRecord:
    removed = Items(removed_on=filing.changed_on, moved_to=to.text())
    return begin_anew(transaction, filing, removed, filing._replace(reason=Reason.MOVE_IN), record, items)


def _items(record: ResidentRecord, notification: WardMoveNotification, household: int, words: str) -> Items:
    """What the record in the new ward says; a resident of the city stays one, so the day of becoming one stays (令31)."""
    return msgspec.structs.replace(
        whole(record), address=notification.address, address_since=notification.moved_on, household=household,
        relationship=relationship(words), previous_address=record.address.text(), notified_on=notification.notified_on,
    )  # fmt: skip
