"""Change of address inside one municipality: a household or some of its members (転居, Act art. 23; standard 4.1.2; text of 2013-12).

municipality
  1 change_address    movers, those who stay, outbox rows: one transaction
  (procedures/change_notice.py carries each mover's new address to prefecture and centre)
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_address_here, check_days, note_if_late, residents
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Relation, Staying, part, place, settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.household import relationship
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class ChangeOfAddressNotification(msgspec.Struct, frozen=True):
    """Who moves where (Act art. 23): each mover with the relationship in the household that they are of from then on."""

    movers: tuple[Relation, ...]
    address: Address
    moved_on: str
    notified_on: str
    household_of: str = ""
    """Code of a member of the household that the movers join; "" if they stay or become one of their own."""
    staying: Staying = NOBODY_NOTIFIED
    ex_officio: bool = False
    """Nobody notified it: `notified_on` is the day on which it was found (令12(1); standard 4.2.0.2)."""


def change_address(office: Office, operator: str, notification: ChangeOfAddressNotification, then: Then) -> None:
    """Step 1, municipality: enter the new address of all movers; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _change(transaction, office, operator, notification), then)


def _change(transaction: Transaction, office: Office, operator: str, notification: ChangeOfAddressNotification) -> list[ResidentRecord]:
    check_address_here(office, notification.address)
    days = check_days(office, notification.moved_on, notification.notified_on, "moved_on")
    reason = Reason.CORRECTION_EX_OFFICIO if notification.ex_officio else Reason.CHANGE_OF_ADDRESS
    filing = Filing(office, operator, reason, notification.moved_on, notification.notified_on, notification.ex_officio)
    movers = residents(transaction, [mover.code for mover in notification.movers], "movers")
    _refuse_other_ward(movers, notification.address)
    new = _household(transaction, movers, notification)
    old = part(transaction, filing, movers, new, notification.staying)
    records = []
    for mover, record in zip(notification.movers, movers, strict=True):
        items = Items(
            address=notification.address, address_since=notification.moved_on, household=new, relationship=relationship(mover.relationship)
        )
        records.append(filing.enter(transaction, record.person, EventKind.CHANGE, items))
        if not notification.ex_officio:
            note_if_late(transaction, office, mover.code, days)
    settle(transaction, {*old, new})
    return records


def _household(transaction: Transaction, movers: list[ResidentRecord], notification: ChangeOfAddressNotification) -> int:
    """The household after the move: the same one if all of it moves together, the one joined, or a new one."""
    relationships = [mover.relationship for mover in notification.movers]
    whole = {record.person for record in municipality.members(transaction, movers[0].household)} == {record.person for record in movers}
    _refuse_own_household(transaction, movers, notification.household_of)
    kept = movers[0].household if whole else 0
    return place(transaction, relationships, notification.household_of, notification.address, kept)


def _refuse_other_ward(movers: list[ResidentRecord], address: Address) -> None:
    if any(record.address.municipality != address.municipality for record in movers):
        reason = Say("lies in another ward of the city.", "別の区の住所です。")
        raise InvalidInput("address", reason, Say("Enter a move between wards.", "区間異動として処理してください。"))


def _refuse_own_household(transaction: Transaction, movers: list[ResidentRecord], household_of: str) -> None:
    if household_of and municipality.person_of_code(transaction, household_of) in {record.person for record in movers}:
        reason = Say("names somebody who moves too.", "転居する者が指定されています。")
        raise InvalidInput("household_of", reason, Say("Name a member of the household joined.", "入る世帯の世帯員を指定してください。"))
