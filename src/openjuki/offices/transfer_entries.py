"""Moving out of and into a municipality as events of the register, whichever way it was notified (転出・転入の記載, Act art. 8, 22, 24).

The certificate on paper and the move with one visit write the same events; so do both tell the office before that somebody has come.
"""

from collections.abc import Mapping, Sequence

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.offices import municipality, outbox, transfer_notices
from openjuki.offices.filing import Filing, check_address_here, check_days, note_if_late
from openjuki.offices.municipality_arrivals import Arrival, Settling, enter_arrival
from openjuki.offices.municipality_households import Staying, place, settle, succeed
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Status
from openjuki.register.items import read_item
from openjuki.register.moved_in import MovedIn
from openjuki.register.moving_out_certificate import CertifiedPerson
from openjuki.register.record import ResidentRecord

MOVE_IN_NOTICE = "MoveInNotice"
"""Type of the outbox rows; procedures/move_in_notice.py has the message, whose one field is a `MovedIn`."""


def depart(
    transaction: Transaction, filing: Filing, leavers: Sequence[ResidentRecord], destination: str, staying: Staying
) -> list[ResidentRecord]:
    """End the residence of members of one household; who stays gets a householder first. The filing's day is the planned one.

    Of whom another office has told already that they arrived there, the departure is confirmed at once.
    """
    number = leavers[0].household
    succeed(transaction, filing, number, {record.person for record in leavers}, staying)
    items = Items(status=Status.REMOVED, removed_on=filing.changed_on, moved_to=destination)
    removed = [filing.enter(transaction, record.person, EventKind.REMOVAL, items) for record in leavers]
    settle(transaction, {number})
    transfer_notices.confirm_late(transaction, filing.office, removed)
    return removed


def certified(transaction: Transaction, office: Office, record: ResidentRecord) -> CertifiedPerson:
    """A record as the moving-out certificate shows it, with the residence that ends."""
    version, _ = municipality.version_and_record(transaction, record.person)
    return CertifiedPerson(
        record.name, record.kana, record.birth, record.sex, record.relationship, record.registered_domicile,
        record.registered_domicile_head, record.code, record.individual_number, record.former_name, record.alias,
        Previous(record.residence, office.code, version, record.code),
    )  # fmt: skip


def arrive(
    transaction: Transaction,
    filing: Filing,
    settling: Settling,
    arrivals: Sequence[Arrival],
    *,
    household_of: str = "",
    others: Mapping[str, dict[str, str]] | None = None,
) -> list[ResidentRecord]:
    """Enter all who arrive together, and tell the offices before; `settling.household` 0 stands for one that is found or made here.

    `others` are further items by a person's code. Raises what the checks of a moving-in notification raise.
    """
    office, since = filing.office, settling.since
    check_address_here(office, settling.address)
    if settling.previous_address:
        read_item("previous_address", settling.previous_address)
    days = check_days(office, since, settling.notified_on, "moved_on")
    household = place(transaction, [arrival.relationship for arrival in arrivals], household_of, settling.address)
    settling = settling._replace(household=household)
    records = []
    for arrival in arrivals:
        other = others.get(arrival.code) if others else None
        record = enter_arrival(transaction, filing, arrival, settling._replace(other=other) if other else settling)
        note_if_late(transaction, office, record.code, days)
        tell_moved_in(transaction, office, arrival.ended, record)
        records.append(record)
    settle(transaction, {household})
    return records


def tell_moved_in(transaction: Transaction, office: Office, ended: Previous | None, record: ResidentRecord) -> None:
    """Tell the office of the residence that ended where the person lives now (転入通知, Act art. 9(1)); on paper if it has no line."""
    if ended is None or ended.office == office.code:
        return
    entry = office.directory.entry(ended.office)
    if entry is not None and entry.kind is OfficeKind.MUNICIPALITY and entry.open:
        moved = MovedIn(ended.code, ended.n, record.residence, record.address, record.address_since)
        outbox.put(transaction, ended.office, MOVE_IN_NOTICE, msgspec.msgpack.encode((moved,)))
    else:
        what = f"tell {ended.office} on paper that the person has moved in here"
        municipality.put_work_item(transaction, office.clock.wall_ms(), "move-in-notice-by-paper", record.code, what)
