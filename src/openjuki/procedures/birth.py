"""Birth: a newborn is entered into the record of its household and gets its first code (出生, Act art. 8, 30-2; 令30の2; text of 2013-12).

municipality
  1 enter_birth    record, code from the stock, notice slip, outbox row: one transaction
  (procedures/change_notice.py carries it to prefecture and centre)
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Event, EventKind, Items
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.names import check_kana, check_name
from openjuki.register.record import ResidentRecord


class BirthNotification(msgspec.Struct, frozen=True):
    """What the family-register filing says of a child born to a resident (Act art. 8; family register law art. 49)."""

    mother_code: str
    """Code of the resident into whose household the child is entered."""
    name: str
    kana: str
    birth: str
    sex: Sex
    relationship: str
    notified_on: str


def enter_birth(office: Office, operator: str, notification: BirthNotification, then: Then) -> None:
    """Step 1, municipality: enter the child; `then` gets its ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _enter(transaction, office, operator, notification), then)


def _enter(transaction: Transaction, office: Office, operator: str, notification: BirthNotification) -> ResidentRecord:
    check_name(notification.name)
    check_kana(notification.kana)
    birth = date_text(notification.birth)
    mother = municipality.record_of(transaction, municipality.person_of_code(transaction, notification.mother_code))
    if mother.status is not Status.RESIDENT:
        raise InvalidInput(
            "mother_code",
            Say("is not a resident now.", "現に住民ではありません。"),
            Say("Check the household.", "世帯を確かめてください。"),
        )
    items = Items(
        name=notification.name, kana=notification.kana, birth=birth, sex=notification.sex, household=mother.household,
        relationship=notification.relationship, registered_domicile=mother.registered_domicile,
        registered_domicile_head=mother.registered_domicile_head, became_resident_on=birth, address=mother.address, address_since=birth,
        notified_on=notification.notified_on, code=municipality.take_code(transaction, office), residence=1, status=Status.RESIDENT,
    )  # fmt: skip
    event = Event(
        0, municipality.new_person(transaction), EventKind.ENTRY, Reason.BIRTH, birth, notification.notified_on,
        office.clock.wall_ms(), operator, items,
    )  # fmt: skip
    record = municipality.enter(transaction, office, event)
    municipality.print_slip(transaction, office, record.person, "code-new")
    return record
