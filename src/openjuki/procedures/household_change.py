"""Household changes without a move: separation, merger, change of household or householder (世帯変更, Act art. 25; standard 4.1.4).

municipality
  1 change_household      members go to a household of their own, or to another one at the same address
  1 change_householder    another member heads the household
  (nothing goes to prefecture and centre: household and relationship stay in the municipality)
"""

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_days, note_if_late, resident, residents
from openjuki.offices.municipality_households import NOBODY_NOTIFIED, Relation, Staying, place, settle, succeed
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.household import relationship
from openjuki.register.identity import Reason
from openjuki.register.record import ResidentRecord


class HouseholdChangeNotification(msgspec.Struct, frozen=True):
    """Who is of another household from then on, with the relationship there (Act art. 25); they live where they lived."""

    members: tuple[Relation, ...]
    changed_on: str
    notified_on: str
    household_of: str = ""
    """Code of a member of the household that they join (世帯合併・世帯変更); "" if they make one of their own (世帯分離)."""
    staying: Staying = NOBODY_NOTIFIED
    ex_officio: bool = False
    """Nobody notified it: `notified_on` is the day on which it was found (令12(1); standard 4.2.0.2)."""


class HouseholderChangeNotification(msgspec.Struct, frozen=True):
    """Who heads the household from then on, and what each other member is to them (世帯主変更, Act art. 25)."""

    householder: str
    relations: tuple[Relation, ...]
    changed_on: str
    notified_on: str
    ex_officio: bool = False


def change_household(office: Office, operator: str, notification: HouseholdChangeNotification, then: Then) -> None:
    """Step 1, municipality: enter the new household of the members; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _change(transaction, office, operator, notification), then)


def _change(transaction: Transaction, office: Office, operator: str, notification: HouseholdChangeNotification) -> list[ResidentRecord]:
    days = check_days(office, notification.changed_on, notification.notified_on, "changed_on")
    leaving = residents(transaction, [member.code for member in notification.members], "members")
    old, address = leaving[0].household, leaving[0].address
    if any(record.household != old or record.address != address for record in leaving):
        reason = Say("are not of one household at one address.", "同一住所の同一世帯の世帯員ではありません。")
        raise InvalidInput("members", reason, Say("Enter each household by itself.", "世帯ごとに処理してください。"))
    whole = len(municipality.members(transaction, old)) == len(leaving)
    new = place(transaction, [member.relationship for member in notification.members], notification.household_of, address)
    if new == old or (whole and not notification.household_of):
        reason = Say("would change no household.", "世帯に変更がありません。")
        raise InvalidInput("household_of", reason, Say("Enter a change of householder instead.", "世帯主変更として処理してください。"))
    filing = _filing(office, operator, notification)
    succeed(transaction, filing, old, {record.person for record in leaving}, notification.staying)
    filing = filing._replace(cause=_cause(joins=bool(notification.household_of), whole=whole))
    records = []
    for member, record in zip(notification.members, leaving, strict=True):
        items = Items(household=new, relationship=relationship(member.relationship))
        records.append(filing.enter(transaction, record.person, EventKind.CHANGE, items))
        if not notification.ex_officio:
            note_if_late(transaction, office, record.code, days)
    settle(transaction, {old, new})
    return records


def _filing(office: Office, operator: str, notification: HouseholdChangeNotification | HouseholderChangeNotification) -> Filing:
    changed_on, notified_on = notification.changed_on, notification.notified_on
    return Filing(office, operator, Reason.CORRECTION_EX_OFFICIO, changed_on, notified_on, notification.ex_officio)


def _cause(*, joins: bool, whole: bool) -> Cause:
    if not joins:
        return Cause.HOUSEHOLD_SEPARATION
    return Cause.HOUSEHOLD_MERGER if whole else Cause.HOUSEHOLD_CHANGE


def change_householder(office: Office, operator: str, notification: HouseholderChangeNotification, then: Then) -> None:
    """Step 1, municipality: enter the new householder and relationships; `then` gets the ResidentRecords changed or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _change_head(transaction, office, operator, notification), then)


def _change_head(
    transaction: Transaction, office: Office, operator: str, notification: HouseholderChangeNotification
) -> list[ResidentRecord]:
    days = check_days(office, notification.changed_on, notification.notified_on, "changed_on")
    head = resident(transaction, notification.householder, "householder")
    filing = _filing(office, operator, notification)
    changed = succeed(transaction, filing, head.household, (), Staying(head.code, notification.relations))
    if not changed:
        reason = Say("heads the household already.", "既に世帯主です。")
        raise InvalidInput("householder", reason, Say("Correct a relationship instead.", "続柄の修正として処理してください。"))
    if not notification.ex_officio:
        note_if_late(transaction, office, head.code, days)
    settle(transaction, {head.household})
    return changed
