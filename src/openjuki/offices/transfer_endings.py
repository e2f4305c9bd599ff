"""How an announced move ends otherwise: withdrawn, or with a certificate on paper (転出の取消し, 転出証明書の交付; 令24; standard 4.6)."""

from openjuki.law.move_terms import may_still_announce
from openjuki.offices import municipality, outbox, transfer_notices, transfers
from openjuki.offices.filing import Filing, day_until
from openjuki.offices.municipality_households import settle
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_entries import certified
from openjuki.offices.transfers import MoveState, WaitingMove
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Conflict, Say
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.fold import annulled
from openjuki.register.identity import Reason, Status
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.record import ResidentRecord


def withdraw(transaction: Transaction, office: Office, operator: str, number: int, withdrawn_on: str, given_back: bool) -> WaitingMove:
    """Nobody of the announcement moves; done again it changes nothing. Conflict if somebody has been entered elsewhere.

    Or if the transfer record or a certificate is out, unless it was `given_back`; or if later events stand on the removal.
    """
    waiting = transfers.announced(transaction, number)
    if waiting.state is MoveState.WITHDRAWN:
        return waiting
    day_until(withdrawn_on, "withdrawn_on", office.today())
    if any(transfer_notices.arrived(transaction, mover.person, mover.n) for mover in waiting.movers):
        raise _conflict("another office has entered them already.", "転入先で既に記載されています。")
    told = transfers.told_to(transaction, number)
    if (told or waiting.state is MoveState.ON_PAPER) and not given_back:
        raise _conflict(
            f"the transfer record or a certificate is out ({' '.join(told) or 'paper'}).", "転出証明書又はその情報を交付・通知済みです。"
        )
    _undo(transaction, office, operator, number, withdrawn_on)
    transfers.put_state(transaction, number, MoveState.WITHDRAWN)
    outbox.record(transaction, office.clock.wall_ms(), "transfer:announcement:withdrawn", operator, f"announcement {number}")
    return transfers.announced(transaction, number)


def _undo(transaction: Transaction, office: Office, operator: str, number: int, withdrawn_on: str) -> None:
    """Annul what leaving entered, the newest first: removals, and who headed those who stayed."""
    entered, households = transfers.entered_events(transaction, number), set()
    filing = Filing(office, operator, Reason.CORRECTION_EX_OFFICIO, office.today().isoformat(), withdrawn_on)
    for person, sequence in reversed(entered):
        events = municipality.events_of(transaction, person)
        gone = annulled(events)
        if any(event.sequence > sequence and event.sequence not in gone and event.kind is not EventKind.ANNULMENT for event in events):
            raise _conflict("later events stand on it.", "後の異動が残っています。")
        if sequence not in gone:
            removal = next(event for event in events if event.sequence == sequence).kind is EventKind.REMOVAL
            reason = Reason.ENTRY_EX_OFFICIO if removal else Reason.CORRECTION_EX_OFFICIO
            cause = Cause.ANNULLED_REMOVAL if removal else Cause.ANNULLED_CHANGE
            record = filing._replace(reason=reason, cause=cause).enter(transaction, person, EventKind.ANNULMENT, Items(), target=sequence)
            households.add(record.household)
    settle(transaction, households)


def certify(transaction: Transaction, office: Office, operator: str, number: int) -> MoveOutCertificate:
    """A certificate for all who are not recorded elsewhere yet. Conflict if there is nobody, or the announcement was withdrawn."""
    waiting = transfers.announced(transaction, number)
    if waiting.state is MoveState.WAITING:
        transfers.leave(transaction, office, waiting)
    leavers = [] if waiting.state is MoveState.WITHDRAWN else _not_arrived(transaction, waiting)
    if not leavers:
        raise _conflict("nobody of it is on the way.", "証明の対象となる者がいません。")
    transfers.put_state(transaction, number, MoveState.ON_PAPER)
    outbox.record(transaction, office.clock.wall_ms(), "transfer:certificate:issued", operator, f"announcement {number}")
    move, today = waiting.move, office.today()
    return MoveOutCertificate(
        office.code, move.householder, leavers[0].address, move.destination, move.leaves_on, today.isoformat(),
        tuple(certified(transaction, office, record) for record in leavers),
        equivalent=not may_still_announce(calendar_date(move.leaves_on), today), reissued=waiting.state is MoveState.ON_PAPER,
    )  # fmt: skip


def _not_arrived(transaction: Transaction, waiting: WaitingMove) -> list[ResidentRecord]:
    left = [record for record in transfers.present(transaction, waiting) if record.status is Status.REMOVED]
    return [record for record in left if not transfer_notices.arrived(transaction, record.person, record.residence)]


def _conflict(reason: str, reason_ja: str) -> Conflict:
    remedy = Say("Call the new office; annul by hand what is wrong.", "転入先に確認し、必要なら個別に異動の取消しを行ってください。")
    return Conflict("number", Say(reason, reason_ja), remedy)
