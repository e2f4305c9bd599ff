"""Leaving a family register, and transfer of what its supplement says (附票の消除・本籍転属通知, Act art. 19(3); 令19; text of 2013-12).

old registered domicile                     new registered domicile
  1 leave    who is in the register no more, and where they went
          -- SupplementTransfer -->
                                            2 transfer_arrives    the supplement there, with the rows that were recorded

The last one who leaves closes the supplement (附票の除票). Who goes to another register of the same municipality is entered there at once.
No message of this file has a route to or through prefecture and centre; the Act lets the notice go on paper, and does not forbid the line.
"""

import msgspec

from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import municipality, outbox, supplement
from openjuki.offices.filing import event_day
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.offices.supplement import Clerk
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.items import read_item
from openjuki.register.names import check_name
from openjuki.register.supplement import (
    AddressRow,
    EntryKind,
    LeftBecause,
    Supplement,
    SupplementEntry,
    SupplementItems,
    SupplementMember,
    domicile_office,
)
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried
from openjuki.wire.speech import encode


class TransferredPerson(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person who comes from another register: the indication there and here, the name here, and what the supplement said."""

    old_domicile: str
    old_head: str
    registered_domicile: str
    registered_domicile_head: str
    name: str
    birth: str
    moved_on: str
    rows: tuple[AddressRow, ...]
    overseas_roll: str = ""


class SupplementTransfer(Message, frozen=True):
    """What an address supplement says of somebody whose registered domicile goes to the receiver (Act art. 19(3))."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})
    durable = True
    priority = Priority.NOTICE
    size_max = 65_536
    person: TransferredPerson


class Leaver(msgspec.Struct, frozen=True):
    """One member of a supplement who leaves, with the name in the new register if it is another."""

    member: int
    name: str = ""


class SupplementLeft(msgspec.Struct, frozen=True):
    """Who is removed from a family register why and when (令19), and the indication of the new register if there is one."""

    supplement: int
    because: LeftBecause
    left_on: str
    members: tuple[Leaver, ...] = ()
    """All who are present, if left out."""
    to_domicile: str = ""
    to_head: str = ""


def leave(office: Office, operator: str, left: SupplementLeft, then: Then) -> None:
    """Step 1, old registered domicile: remove them, and tell the new one; `then` gets the Supplement or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _leave(transaction, office, operator, left), then)


def _leave(transaction: Transaction, office: Office, operator: str, left: SupplementLeft) -> Supplement:
    event_day(left.left_on, "left_on", office.today())
    _check_destination(left)
    kept = supplement.supplement_of(transaction, left.supplement)
    leavers = left.members or tuple(Leaver(member.number) for member in kept.members if member.present)
    clerk, going = Clerk(office, operator), [_present(kept, leaver.member) for leaver in leavers]
    items = SupplementItems(left_because=left.because, gone_to=left.to_domicile)
    entries = [clerk.entry(EntryKind.LEFT, member.number, left.left_on, items) for member in going]
    closed = supplement.enter(transaction, kept.number, entries) if entries else kept
    if left.to_domicile:
        for leaver, member in zip(leavers, going, strict=True):
            _send(transaction, clerk, _transferred(kept, left, member, leaver.name))
    return closed


def _check_destination(left: SupplementLeft) -> None:
    goes = left.because in (LeftBecause.TRANSFER, LeftBecause.OTHER_REGISTER)
    if goes != bool(left.to_domicile) or bool(left.to_domicile) != bool(left.to_head):
        reason = Say("the new register is missing, or there can be none.", "新しい戸籍の表示がないか、この事由では不要です。")
        remedy = Say("Give its domicile and head for a transfer or another register only.", "転属の場合に本籍と筆頭者を入力してください。")
        raise InvalidInput("to_domicile", reason, remedy)
    if left.to_domicile:
        read_item("registered_domicile", left.to_domicile)
        read_item("registered_domicile_head", left.to_head)


def _present(kept: Supplement, number: int) -> SupplementMember:
    member = kept.member(number)
    if member is None or not member.present:
        reason = Say("is not in this register.", "この戸籍にある者ではありません。")
        raise InvalidInput("members", reason, Say("See the supplement.", "附票を確かめてください。"))
    return member


def _transferred(kept: Supplement, left: SupplementLeft, member: SupplementMember, name: str) -> TransferredPerson:
    return TransferredPerson(
        kept.registered_domicile, kept.registered_domicile_head, left.to_domicile, left.to_head, name or member.name, member.birth,
        left.left_on, member.rows, member.overseas_roll,
    )  # fmt: skip


def _send(transaction: Transaction, clerk: Clerk, person: TransferredPerson) -> None:
    """To the new register's office: this one, another of the directory, or on paper."""
    office, keeper = clerk.office, domicile_office(person.registered_domicile)
    entry = office.directory.entry(keeper) if keeper else None
    if keeper == office.code:
        _take_in(transaction, clerk, person)
    elif entry is not None and entry.kind is OfficeKind.MUNICIPALITY and entry.open:
        outbox.put(transaction, keeper, SupplementTransfer.type_name(), encode(SupplementTransfer(person)))
    else:
        what = f"tell the new registered domicile's office ({keeper or 'unread'}) on paper what the supplement says"
        municipality.put_work_item(transaction, office.clock.wall_ms(), "supplement-by-paper", "", what)


def transfer_arrives(transaction: Transaction, office: Office, origin: Entry, message: SupplementTransfer, carried: Carried) -> None:
    """Step 2, new registered domicile: enter the person with what was recorded; done again it changes nothing."""
    person = message.person
    supplement.require_here(office, person.registered_domicile)
    check_name(person.name)
    for text in (person.birth, person.moved_on):
        date_text(text)
    if person.rows:
        supplement.check_rows(person.rows)
    _take_in(transaction, Clerk(office, "", origin.code), person)


def _take_in(transaction: Transaction, clerk: Clerk, person: TransferredPerson) -> None:
    """Enter somebody in the supplement of the new register, which is made if nobody came before (令18)."""
    domicile, head = person.registered_domicile, person.registered_domicile_head
    found = supplement.find(transaction, domicile, head)
    if any(_came_so(transaction, clerk, kept.number, person) for kept in found):
        return
    kept = next((one for one in found if not one.closed_ms), None)
    number = kept.number if kept else supplement.new_number(transaction)
    items = SupplementItems(registered_domicile=domicile, registered_domicile_head=head)
    made = [] if kept else [clerk.entry(EntryKind.MADE, 0, person.moved_on, items)]
    entry = _entry(transaction, clerk, kept, person)
    supplement.enter(transaction, number, [*made, entry])
    supplement.settle_waiting(transaction, clerk.office, clerk.operator, number)
    if clerk.source and entry.kind is EntryKind.JOINED:
        what = f"supplement {number}: somebody came by notice of {clerk.source}; compare with the family register"
        municipality.put_work_item(transaction, clerk.office.clock.wall_ms(), "supplement-transferred", "", what)


def _entry(transaction: Transaction, clerk: Clerk, kept: Supplement | None, person: TransferredPerson) -> SupplementEntry:
    """That the person joined, or, if a clerk has entered them already, the rows."""
    here = kept.members if kept else ()
    member = next((one for one in here if one.present and supplement.same_person(one, person.name, person.birth)), None)
    if member is not None:
        items = SupplementItems(rows=person.rows, overseas_roll=person.overseas_roll or None)
        return clerk.entry(EntryKind.ADDRESS, member.number, person.moved_on, items)
    items = SupplementItems(name=person.name, birth=person.birth, rows=person.rows, overseas_roll=person.overseas_roll or None)
    place = supplement.next_member(transaction, kept.number) if kept else 1
    return clerk.entry(EntryKind.JOINED, place, person.moved_on, items)


def _came_so(transaction: Transaction, clerk: Clerk, number: int, person: TransferredPerson) -> bool:
    """Whether that very notice was entered before: its sender may have been restored, and sends all again."""
    kept = supplement.supplement_of(transaction, number)
    same = {member.number for member in kept.members if supplement.same_person(member, person.name, person.birth)}
    return any(
        (entry.source, entry.happened_on, entry.items.rows or ()) == (clerk.source, person.moved_on, person.rows) and entry.member in same
        for entry in supplement.entries_of(transaction, number)
        if clerk.source
    )
