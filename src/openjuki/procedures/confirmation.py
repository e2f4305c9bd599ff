"""Confirming an entry that follows a record which was lost (職権による確認, Act art. 8, 30-5, 30-11(5), 34; architecture section 4).

A restored office may have lost a person of whom it had told nobody. What other offices entered after that waits at the hubs.

centre, or prefecture                   prefecture                        municipality that holds the person now
  (asks the office named in vain, and tells both
   offices of it: procedures/recovery.py)
      -- RecordError (change_notice) -->
                                            -- RecordError -->
                                                                            (a work item: the clerk compares papers)
                                                                          1 confirm
                                            <-- IdentityChange ---------  the state as it is, after nothing
      <-- IdentityChange --------------
  (what waited for the person is taken up: offices/identity.py)
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, day_until
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord


class ConfirmationOrder(msgspec.Struct, frozen=True):
    """Whose entry was compared with the papers, though the office before knows nothing of the person, and when."""

    code: str
    found_on: str


def confirm(office: Office, operator: str, order: ConfirmationOrder, then: Then) -> None:
    """Step 1, municipality: tell the present state as one that follows nothing; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _confirm(transaction, office, operator, order), then)


def _confirm(transaction: Transaction, office: Office, operator: str, order: ConfirmationOrder) -> ResidentRecord:
    day_until(order.found_on, "found_on", office.today())
    person = municipality.person_of_code(transaction, order.code)
    if municipality.record_of(transaction, person).status is Status.ANNULLED:
        reason = Say("this entry was annulled.", "この記載は取り消されています。")
        raise Conflict("code", reason, Say("Nothing is to be confirmed.", "確認する記載がありません。"))
    today = office.today().isoformat()
    filing = Filing(office, operator, Reason.CORRECTION_EX_OFFICIO, today, order.found_on, ex_officio=True)
    record = filing.enter(transaction, person, EventKind.CORRECTION, Items())
    municipality.tell_anew(transaction, office, person)
    return record
