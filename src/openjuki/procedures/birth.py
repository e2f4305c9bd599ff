"""Birth: a newborn is entered into the record of its household and gets its first code (出生, Act art. 8, 30-2; 令30の2; text of 2013-12).

municipality
  1 enter_birth    record, code from the stock, notice slip, outbox row: one transaction
  (procedures/change_notice.py carries it to prefecture and centre)
"""

from typing import Any

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, day_until, event_day, resident
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.dates import calendar_date, is_calendar_date
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.foreign_residents import PASSING, foreign_items, passing_until
from openjuki.register.household import HOUSEHOLDER, Relationship, relationship
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.items import read_item
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
    registered_domicile: str = ""
    """With its head, where they are not the mother's."""
    registered_domicile_head: str = ""
    nationality: str = ""
    """Of a child without the nationality of Japan: it is a foreign resident from birth (出生による経過滞在者, Act art. 30-45)."""


def enter_birth(office: Office, operator: str, notification: BirthNotification, then: Then) -> None:
    """Step 1, municipality: enter the child; `then` gets its ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _enter(transaction, office, operator, notification), then)


def _enter(transaction: Transaction, office: Office, operator: str, notification: BirthNotification) -> ResidentRecord:
    check_name(notification.name)
    check_kana(notification.kana)
    notified = day_until(notification.notified_on, "notified_on", office.today())
    birth = event_day(notification.birth, "birth", notified)
    mother = resident(transaction, notification.mother_code, "mother_code")
    items = Items(
        name=notification.name, kana=notification.kana, birth=birth, sex=notification.sex, household=mother.household,
        relationship=_in_the_household(notification.relationship), address=mother.address, address_since=birth,
        notified_on=notification.notified_on, code=municipality.take_code(transaction, office), residence=1, status=Status.RESIDENT,
        **_by_nationality(notification, birth, mother),
    )  # fmt: skip
    filing = Filing(office, operator, Reason.BIRTH, birth, notification.notified_on)
    record = filing.enter(transaction, municipality.new_person(transaction), EventKind.ENTRY, items)
    municipality.print_slip(transaction, office, record.person, "code-new")
    return record


def _by_nationality(notification: BirthNotification, birth: str, mother: ResidentRecord) -> dict[str, Any]:
    """Registered domicile and day of becoming a resident, or what a foreign resident's record has in their place."""
    if notification.nationality:
        since = {"became_foreign_resident_on": birth, "residence_class": PASSING, "nationality": notification.nationality}
        until = {"stay_until": passing_until(calendar_date(birth)).isoformat()} if is_calendar_date(birth) else {}
        return {"other": foreign_items(since | until)}
    own = {key: getattr(notification, key) or getattr(mother, key) for key in ("registered_domicile", "registered_domicile_head")}
    return {"became_resident_on": birth} | {key: read_item(key, text) if text else "" for key, text in own.items()}


def _in_the_household(words: str) -> Relationship:
    """What the newborn is to the householder; InvalidInput if that is the householder, since there is one already."""
    if relationship(words) == HOUSEHOLDER:
        reason = Say("a newborn enters a household that has its householder.", "出生した子は既存の世帯に入ります。")
        raise InvalidInput("relationship", reason, Say("Give the relationship to the householder.", "世帯主との続柄を入力してください。"))
    return relationship(words)
