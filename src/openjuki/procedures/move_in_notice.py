"""Moving-in notice: the old office hears that somebody was entered elsewhere (転入通知・転出確定通知, Act art. 9(1), 9(3), 令13; 2013-12).

new office                   old office                               prefecture of the old office
  outbox row (a MovedIn, in the transaction of the entry)
    -- MoveInNotice -->
                             1 notice_arrives    the departure is confirmed, the destination corrected
                                               -- TransferConfirmed -->
                                                                      2 prefecture_hears    kept with its day

It replaces the post for everybody who moves, with a certificate on paper or with one visit; where there is no line it goes on paper still
(the Rules 2(2)). The notice has no route to or through prefecture and centre; what the prefecture hears is a code and a day.
"""

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices import municipality, transfer_notices, transfers
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import office_of
from openjuki.register.codes import resident_code
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Reason, Refused
from openjuki.register.identity import Status
from openjuki.register.moved_in import MovedIn, check_moved_in
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried

WORK = "move-in-notice"
"""Kind of the work items."""


class MoveInNotice(Message, frozen=True):
    """Somebody of the receiver's was entered at the sender's (Act art. 9(1)): code, new address, since when."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})
    durable = True
    priority = Priority.NOTICE
    size_max = 4_096
    moved: MovedIn


class TransferConfirmed(Message, frozen=True):
    """The moving-in notice about residence number `n` of a person came on that day (令13(3))."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN)})
    durable = True
    priority = Priority.NOTICE
    size_max = 2_048
    code: str
    n: int
    received_on: str


def notice_arrives(transaction: Transaction, office: Office, origin: Entry, message: MoveInNotice, carried: Carried) -> None:
    """Step 1, old office: keep it, confirm the departure, tell the prefecture; done again it changes nothing.

    Whoever is still a resident here, or came back since, is left as they are: a clerk looks at it.
    """
    moved = message.moved
    check_moved_in(moved)
    if office_of(moved.address.municipality) != origin.code:
        raise Refused(Reason.WRONG_OFFICE, "Act art. 9(1)")
    person = municipality.person_of_code(transaction, moved.code)
    told = transfer_notices.arrived(transaction, person, moved.ended)
    if any(one.office == origin.code and one.confirmed for one in told):
        return
    transfers.leave_on_notice(transaction, office, person, moved.ended)
    record = municipality.record_of(transaction, person)
    confirmed = record.residence > moved.ended or (record.residence == moved.ended and record.status is Status.REMOVED)
    transfer_notices.keep(transaction, person, origin.code, moved, office.today().isoformat(), confirmed=confirmed)
    if confirmed:
        transfer_notices.confirm_departure(transaction, office, record, moved)
    if not confirmed or told:
        what = f"{origin.code} says that the person lives there; the record here says otherwise"
        municipality.put_work_item_once(transaction, office.clock.wall_ms(), WORK, record.code, what)


def prefecture_hears(transaction: Transaction, office: Office, origin: Entry, message: TransferConfirmed, carried: Carried) -> None:
    """Step 2, prefecture: keep that day for the term of the record (令30の6); done again it changes nothing."""
    resident_code(message.code)
    calendar_date(message.received_on, "received_on")
    transfer_notices.confirm(transaction, message.code, message.n, origin.code, message.received_on)
