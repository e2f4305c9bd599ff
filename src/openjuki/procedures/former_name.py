"""Former surname: entered, changed or removed beside the name (旧氏の記載・変更・削除, 令30の14 of 2019; standard 1.1.7).

municipality
  1 record_former_name    one event, outbox row: one transaction
  (procedures/change_notice.py carries the identity with it to prefecture and centre)
"""

import msgspec

from openjuki.offices.filing import Filing, day_until, require_known, resident
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.foreign_residents import is_foreign
from openjuki.register.identity import Reason
from openjuki.register.items import read_item
from openjuki.register.record import ResidentRecord


class FormerNameRequest(msgspec.Struct, frozen=True):
    """Which former surname a resident wants recorded; "" removes the one that is."""

    code: str
    former_name: str
    requested_on: str
    ex_officio: bool = False
    """Removed without a request, since it must not stand there."""


def record_former_name(office: Office, operator: str, request: FormerNameRequest, then: Then) -> None:
    """Step 1, municipality: enter, change or remove it; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _record(transaction, office, operator, request), then)


def _record(transaction: Transaction, office: Office, operator: str, request: FormerNameRequest) -> ResidentRecord:
    require_known(office, "former_name")
    day_until(request.requested_on, "requested_on", office.today())
    if request.former_name:
        read_item("former_name", request.former_name)
    record = resident(transaction, request.code)
    if is_foreign(record.other) or record.former_name == request.former_name or (request.ex_officio and request.former_name):
        reason = Say("is not to be recorded so.", "この旧氏は記載できません。")
        remedy = Say("Foreign residents have none; one that stands there is changed or removed.", "現在の記載を確かめてください。")
        raise InvalidInput("former_name", reason, remedy)
    cause = _cause(record.former_name, request.former_name)
    filing = Filing(
        office, operator, Reason.CORRECTION_EX_OFFICIO, office.today().isoformat(), request.requested_on, request.ex_officio, cause
    )
    return filing.enter(transaction, record.person, EventKind.CHANGE, Items(former_name=request.former_name))


def _cause(before: str, after: str) -> Cause:
    if not after:
        return Cause.FORMER_NAME_REMOVED
    return Cause.FORMER_NAME_CHANGED if before else Cause.FORMER_NAME_ENTERED
