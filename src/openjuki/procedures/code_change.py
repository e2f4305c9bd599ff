"""Another resident record code: on request at any time, or because the one written was wrong (Act art. 30-3; 令30の4; text of 2013-12).

住民票コードの記載の変更請求・職権記載:

municipality
  1 change_code     a new code at random from the stock, slip, outbox row: one transaction; no reason is asked
  1 correct_code    ex officio: the code is another human's, or the person has an older one that holds
  (procedures/change_notice.py carries old and new code to prefecture and centre)
"""

import msgspec

from openjuki.offices import card_holders_following, municipality
from openjuki.offices.filing import Filing, day_until, refuse_undecided, resident
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous
from openjuki.register.codes import resident_code
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class CodeChangeRequest(msgspec.Struct, frozen=True):
    """A resident wants another code (Act art. 30-3(1)); the new one can be neither chosen nor derived from the old."""

    code: str
    requested_on: str


class CodeCorrection(msgspec.Struct, frozen=True):
    """The code written is wrong (令30の4): the right one, or "" for a new one from the stock."""

    code: str
    found_on: str
    right_code: str = ""
    another_holds_it: bool = False
    """The wrong code is another human's: then nothing may tie the two, and this register must be able to write it for that one."""
    ended: Previous | None = None
    """If so: the residence before this one, from the certificate, so that the hubs find it under the right code."""


def change_code(office: Office, operator: str, request: CodeChangeRequest, then: Then) -> None:
    """Step 1, municipality: write a new code; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _change(transaction, office, operator, request), then)


def _change(transaction: Transaction, office: Office, operator: str, request: CodeChangeRequest) -> ResidentRecord:
    day_until(request.requested_on, "requested_on", office.today())
    record = resident(transaction, request.code)
    filing = Filing(office, operator, Reason.CODE_CHANGE, office.today().isoformat(), request.requested_on)
    items = Items(code=municipality.take_code(transaction, office))
    changed = filing.enter(transaction, record.person, EventKind.CODE_CHANGE, items)
    municipality.print_slip(transaction, office, record.person, "code-changed")
    return changed


def correct_code(office: Office, operator: str, correction: CodeCorrection, then: Then) -> None:
    """Step 1, municipality: write the right code ex officio; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _correct(transaction, office, operator, correction), then)


def _correct(transaction: Transaction, office: Office, operator: str, correction: CodeCorrection) -> ResidentRecord:
    day_until(correction.found_on, "found_on", office.today())
    record = resident(transaction, correction.code)
    if record.code == correction.right_code:
        reason = Say("is the code written already.", "既に記載されている住民票コードです。")
        raise InvalidInput("right_code", reason, Say("Check the right code.", "正しい住民票コードを確かめてください。"))
    right = resident_code(correction.right_code) if correction.right_code else municipality.take_code(transaction, office)
    today = office.today().isoformat()
    filing = Filing(office, operator, Reason.CODE_EX_OFFICIO, today, correction.found_on, ex_officio=True)
    refuse_undecided(transaction, record.person)
    event = filing.event(record.person, EventKind.CODE_CHANGE, Items(code=right))
    if correction.another_holds_it:
        corrected = municipality.enter(transaction, office, event, correction.ended, severed=True)
        card_holders_following.code_corrected(transaction, office, operator, corrected)
        municipality.free_code(transaction, record.code)
    else:
        corrected = municipality.enter(transaction, office, event)
        card_holders_following.code_corrected(transaction, office, operator, corrected)
    municipality.print_slip(transaction, office, record.person, "code-corrected")
    return corrected
