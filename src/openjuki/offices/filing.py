"""Filing: what the events of one notification share, and the checks all of them pass (届出・職権, Act art. 21-25; standard 4.0.3, 4.1.0).

A notification after its term is accepted like any other (the register must be right); that it was late stands on the work list.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from openjuki.law.calendar import require_recordable
from openjuki.offices import card_holders_following, municipality, supplement_telling
from openjuki.offices.municipality_kept import kept_of
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address, check_address, office_of
from openjuki.register.change import Previous
from openjuki.register.dates import DateText, calendar_date, date_text, earliest
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.events import Cause, Event, EventKind, Items
from openjuki.register.fold import apply
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord

NOTIFY_WITHIN_DAYS = 14
"""Moving in, changing address and changing household are notified within 14 days (Act art. 22, 23, 25)."""

_SHOWN_AT_ONCE = frozenset({EventKind.CHANGE, EventKind.REMOVAL, EventKind.CORRECTION, EventKind.CODE_CHANGE})


class Filing(NamedTuple):
    """What the events of one notification have in common; `changed_on` and `notified_on` are canonical date texts."""

    office: Office
    operator: str
    reason: Reason
    changed_on: str
    notified_on: str
    ex_officio: bool = False
    cause: Cause | None = None

    def event(self, person: int, kind: EventKind, items: Items, target: int = 0) -> Event:
        """One event of this filing."""
        return Event(
            0, person, kind, self.reason, self.changed_on, self.notified_on, self.office.clock.wall_ms(), self.operator, items, target,
            self.ex_officio, self.cause,
        )  # fmt: skip

    def enter(
        self, transaction: Transaction, person: int, kind: EventKind, items: Items, *, target: int = 0, previous: Previous | None = None
    ) -> ResidentRecord:
        """Enter one event; Conflict if an event of a later day already says otherwise, since then this one would change nothing."""
        kept = kept_of(transaction, person)
        if kept.undecided:
            raise undecided()
        entered = municipality.entered(transaction, self.office, self.event(person, kind, items, target), previous, kept)
        if not entered.follows and kind in _SHOWN_AT_ONCE and apply(entered.record, items) != entered.record:
            raise Conflict(
                "changed_on",
                Say("a later event already says otherwise.", "より後の異動が記録されています。"),
                Say("Correct the past, or annul the later event first.", "遡って修正するか、後の異動を先に取り消してください。"),
            )
        supplement_telling.tell(transaction, self.office, entered)
        card_holders_following.follow(transaction, self.office, self.operator, entered)
        return entered.record


def refuse_undecided(transaction: Transaction, person: int) -> None:
    """Conflict if an event of the person waits for its decision: no other is entered before that (仮登録, standard 4.0.8)."""
    if kept_of(transaction, person).undecided:
        raise undecided()


def undecided() -> Conflict:
    """An event of the person waits for its decision."""
    reason = Say("an event of this person waits for its decision.", "仮登録中の異動があります。")
    return Conflict("person", reason, Say("Have that one decided or withdrawn first.", "先に決裁するか取り消してください。"))


def resident(transaction: Transaction, code: str, item: str = "code") -> ResidentRecord:
    """The record of somebody who is a resident now; Conflict if the register has no such code, InvalidInput if they are not resident."""
    record = municipality.record_of_code(transaction, code)
    if record.status is not Status.RESIDENT:
        reason = Say("is not a resident now.", "現に住民ではありません。")
        raise InvalidInput(item, reason, Say("Check the person's events.", "異動履歴を確かめてください。"))
    return record


def residents(transaction: Transaction, codes: Sequence[str], item: str = "code") -> list[ResidentRecord]:
    """The records of several residents, each named once; InvalidInput if there is none or one is named twice."""
    found = [resident(transaction, code, item) for code in codes]
    if not found or len({record.person for record in found}) != len(found):
        reason = Say("nobody is named, or somebody twice.", "異動者がないか、重複しています。")
        raise InvalidInput(item, reason, Say("Name each person once.", "異動者を一人ずつ指定してください。"))
    return found


def day_until(text: str, item: str, last: datetime.date) -> datetime.date:
    """The day of the calendar that a text names; InvalidInput if it is none, or after `last` (standard 4.0.3, 4.1.0.2)."""
    day = calendar_date(text, item)
    if day > last:
        reason = Say("lies too late.", "後の日付になっています。")
        raise InvalidInput(
            item, reason, Say("An event comes first, then its notification, then today.", "年月日の前後を確かめてください。")
        )
    return day


def event_day(text: str, item: str, notified: datetime.date) -> DateText:
    """The day of an event that may be partial, unknown or impossible (birth, death); InvalidInput if it surely lies after `notified`."""
    day = date_text(text, item)
    if earliest(day) > notified:
        reason = Say("lies after the day it became known.", "届出日より後の日付です。")
        raise InvalidInput(item, reason, Say("Check both days.", "年月日を確かめてください。"))
    return day


def require_known(office: Office, key: str) -> None:
    """InvalidInput for an item that the law does not know on this day of the register calendar."""
    require_recordable([key], office.today(), office.profile)


def check_days(office: Office, changed_on: str, notified_on: str, item: str) -> int:
    """InvalidInput unless event, notification and today follow one another; returns the days from event to notification."""
    notified = day_until(notified_on, "notified_on", office.today())
    return (notified - day_until(changed_on, item, notified)).days


def note_if_late(transaction: Transaction, office: Office, code: str, days: int) -> None:
    """Put a notification after its term on the work list; whether the court is told is for the mayor to decide (Act art. 53)."""
    if days > NOTIFY_WITHIN_DAYS:
        what = f"notified {days} days after the event; the term is {NOTIFY_WITHIN_DAYS} days"
        municipality.put_work_item(transaction, office.clock.wall_ms(), "late-notification", code, what)


def check_address_here(office: Office, address: Address) -> None:
    """InvalidInput unless the address can be recorded and lies in this municipality (in a ward of it, for a designated city)."""
    check_address(address)
    if office_of(address.municipality) != office.code:
        reason = Say("lies in another municipality.", "他の市区町村の住所です。")
        raise InvalidInput("address", reason, Say("Moving there is moving out.", "他の市区町村への異動は転出として処理してください。"))
