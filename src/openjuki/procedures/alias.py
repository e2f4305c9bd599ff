"""Alias of a foreign resident: entered or removed (通称の記載・削除, 令30の26, 30の27; standard 1.1.7; text of 2013-12).

municipality
  1 record_alias    one event, outbox row: one transaction
  (procedures/change_notice.py carries the identity with it to prefecture and centre)

An alias is not changed: the one is removed, and another one may be entered if it is necessary too.
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, day_until, require_known, resident
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.foreign_residents import is_foreign
from openjuki.register.identity import Reason
from openjuki.register.items import read_item
from openjuki.register.record import ResidentRecord


class AliasRequest(msgspec.Struct, frozen=True):
    """Which alias a foreign resident wants recorded, having shown that it is in use (申出); "" removes the one that is."""

    code: str
    alias: str
    requested_on: str
    ex_officio: bool = False
    """Removed by the mayor, since it is not needed any more (令30の26(5)); the resident is notified."""


def record_alias(office: Office, operator: str, request: AliasRequest, then: Then) -> None:
    """Step 1, municipality: enter or remove it; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _record(transaction, office, operator, request), then)


def _record(transaction: Transaction, office: Office, operator: str, request: AliasRequest) -> ResidentRecord:
    require_known(office, "alias")
    day_until(request.requested_on, "requested_on", office.today())
    if request.alias:
        read_item("alias", request.alias)
    record = resident(transaction, request.code)
    _check(record, request)
    cause = Cause.ALIAS_ENTERED if request.alias else Cause.ALIAS_REMOVED
    filing = Filing(
        office, operator, Reason.CORRECTION_EX_OFFICIO, office.today().isoformat(), request.requested_on, request.ex_officio, cause
    )
    if request.ex_officio:
        municipality.print_slip(transaction, office, record.person, "alias-removed")
    return filing.enter(transaction, record.person, EventKind.CHANGE, Items(alias=request.alias))


def _check(record: ResidentRecord, request: AliasRequest) -> None:
    """InvalidInput unless one is entered where none stands, or one that stands is removed, of a foreign resident."""
    if bool(record.alias) == bool(request.alias) or (request.ex_officio and request.alias):
        reason = Say("stands there already, or there is none to remove.", "既に記載されているか、削除する通称がありません。")
        raise InvalidInput("alias", reason, Say("Remove the one that stands there first.", "先に記載済みの通称を削除してください。"))
    if not is_foreign(record.other):
        reason = Say("only foreign residents have one.", "通称は外国人住民のみ記載できます。")
        raise InvalidInput("alias", reason, Say("Look at the record as it is.", "現在の記載を確かめてください。"))
