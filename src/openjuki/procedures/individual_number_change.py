"""Individual Number: entered, changed on request, or corrected (個人番号の記載・変更・修正, Number Act art. 7; 令12(3); standard 4.4).

municipality
  1 record_individual_number    one event, outbox row: one transaction
  (procedures/change_notice.py carries the identity with it to prefecture and centre)

The number itself is made by the centre; this is what the municipality records of it.
"""

from enum import StrEnum

import msgspec

from openjuki.offices.filing import Filing, day_until, require_known, resident
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.codes import individual_number
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class NumberBasis(StrEnum):
    """Why a number is recorded: designated or changed ex officio, changed on request, a wrong one corrected (standard 4.4)."""

    ENTERED = "entered"
    REQUESTED = "requested"
    CORRECTED = "corrected"


_REASONS = {
    NumberBasis.ENTERED: Reason.NUMBER_ENTERED,
    NumberBasis.REQUESTED: Reason.NUMBER_CHANGE,
    NumberBasis.CORRECTED: Reason.NUMBER_CORRECTED,
}


class IndividualNumberOrder(msgspec.Struct, frozen=True):
    """Whose Individual Number is which from now on, and why."""

    code: str
    individual_number: str
    basis: NumberBasis
    found_on: str
    """The day on which it was requested or noticed."""


def record_individual_number(office: Office, operator: str, order: IndividualNumberOrder, then: Then) -> None:
    """Step 1, municipality: record the number; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _record(transaction, office, operator, order), then)


def _record(transaction: Transaction, office: Office, operator: str, order: IndividualNumberOrder) -> ResidentRecord:
    require_known(office, "individual_number")
    day_until(order.found_on, "found_on", office.today())
    number = individual_number(order.individual_number)
    record = resident(transaction, order.code)
    on_request = order.basis is NumberBasis.REQUESTED
    if record.individual_number == number or (on_request and not record.individual_number):
        reason = Say("is recorded already, or there is none to change.", "既に記載されているか、変更する個人番号がありません。")
        raise InvalidInput("individual_number", reason, Say("Look at the record as it is.", "現在の記載を確かめてください。"))
    filing = Filing(office, operator, _REASONS[order.basis], office.today().isoformat(), order.found_on, not on_request)
    return filing.enter(transaction, record.person, EventKind.CHANGE, Items(individual_number=number))
