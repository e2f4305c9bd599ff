"""Moving in: residents arrive, with a certificate on paper, from abroad, or for the first time (転入, Act art. 22, 30-2; text of 2013-12).

old office                        municipality
  moving-out certificate, on paper, carried by the person (procedures of moving out)
                                  1 move_in    records, household, codes, notice slips, outbox rows: one transaction
  <-- MoveInNotice --             (procedures/move_in_notice.py)
  (procedures/change_notice.py carries each entry to prefecture and centre)
"""

from collections.abc import Mapping

import msgspec

from openjuki.offices.filing import Filing
from openjuki.offices.municipality_arrivals import Arrival as Arrival
from openjuki.offices.municipality_arrivals import Settling
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_entries import arrive
from openjuki.register.addresses import Address
from openjuki.register.events import Cause
from openjuki.register.identity import Reason
from openjuki.register.moving_out_certificate import CertifiedPerson, MoveOutCertificate
from openjuki.register.record import ResidentRecord


class MoveInNotification(msgspec.Struct, frozen=True):
    """Who moves in where, from where and when (Act art. 22)."""

    arrivals: tuple[Arrival, ...]
    address: Address
    moved_on: str
    notified_on: str
    previous_address: str
    household_of: str = ""
    """Code of a member of the household that they join; "" if they make one of their own."""
    from_abroad: bool = False


def arrivals_of(certificate: MoveOutCertificate, relationships: Mapping[str, str]) -> tuple[Arrival, ...]:
    """The persons of a certificate whose codes are given, each with the relationship in the household here."""
    return tuple(_arrival(person, relationships[person.code]) for person in certificate.persons if person.code in relationships)


def _arrival(person: CertifiedPerson, words: str) -> Arrival:
    return Arrival(
        person.name, person.birth, person.sex, words, person.kana, person.registered_domicile, person.registered_domicile_head,
        person.code, person.individual_number, person.former_name, person.alias, person.ended,
    )  # fmt: skip


def move_in(office: Office, operator: str, notification: MoveInNotification, then: Then) -> None:
    """Step 1, municipality: enter all arrivals; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _move_in(transaction, office, operator, notification), then)


def _move_in(transaction: Transaction, office: Office, operator: str, notification: MoveInNotification) -> list[ResidentRecord]:
    cause = Cause.MOVE_IN_FROM_ABROAD if notification.from_abroad else None
    filing = Filing(office, operator, Reason.MOVE_IN, notification.moved_on, notification.notified_on, cause=cause)
    settling = Settling(0, notification.address, notification.moved_on, notification.notified_on, notification.previous_address)
    return arrive(transaction, filing, settling, notification.arrivals, household_of=notification.household_of)
