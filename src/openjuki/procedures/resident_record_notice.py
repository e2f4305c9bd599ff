"""A filing accepted where the person does not live: the residence is told what to enter (住民票記載事項通知, Act art. 9(2); 2013-12).

office that accepted the filing             office of the residence
  1 notify    the notice, kept under a number
          -- ResidentRecordNotice -->
                                            2 notice_arrives    checked and kept for a clerk; nobody's record changes by machine
                                            3 enter             the clerk enters the event (令12(2)), or says why not
  (the events are those of birth, death, correction; their own notices follow from them)

On paper in 2013 (the Act orders the line for 9(1) and 19(1) only); who is not on a line gets it on paper still. It has no route to or
through prefecture and centre: it names families and registered domiciles.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import municipality, outbox, resident_record_notices
from openjuki.offices.filing import check_address_here, day_until, event_day
from openjuki.offices.municipality_provisional import run_inside
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.addresses import office_of
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.items import read_item
from openjuki.register.names import check_kana, check_name
from openjuki.register.record_notice import FamilyFiling, NoticedItems, PersonMeant, RecordNotice
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried
from openjuki.wire.speech import encode

ReadEvent = Callable[[Mapping[str, Any]], tuple[Any, Callable[..., None]]]
"""From an event as JSON to its notification and the step that enters it; given, since procedures do not know one another."""
WORK = "resident-record-notice"
"""Kind of the work items."""
_DEATHS = (FamilyFiling.DEATH, FamilyFiling.DISAPPEARANCE)


class ResidentRecordNotice(Message, frozen=True):
    """What a filing accepted elsewhere makes the office of the residence enter (Act art. 9(2))."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})
    durable = True
    priority = Priority.NOTICE
    size_max = 8_192
    notice: RecordNotice


class AcceptedFiling(msgspec.Struct, frozen=True):
    """A filing that concerns somebody who lives elsewhere: what was filed when, whom it names, what their record is to say."""

    to: str
    """Code of the municipality of the residence."""
    filing: FamilyFiling
    accepted_on: str
    happened_on: str
    person: PersonMeant
    items: NoticedItems = NoticedItems()
    parent: PersonMeant | None = None


class NoticeEntered(msgspec.Struct, frozen=True):
    """What a clerk makes of a notice: an event, made from the notice and `more`; or, with `not_entered`, nothing, and why."""

    number: int
    code: str = ""
    """Of the resident meant (for a birth the parent); "" if the notice fits one resident alone."""
    more: dict[str, Any] = {}
    """Items of the event that a filing does not say, such as a newborn's relationship, or `kind` and all items of another event."""
    not_entered: str = ""


class Told(NamedTuple):
    """The number under which a notice was sent; `on_paper` if that office is not on a line."""

    number: int
    on_paper: bool


def notify(office: Office, operator: str, filing: AcceptedFiling, then: Then) -> None:
    """Step 1, office that accepted the filing: tell the office of the residence; `then` gets `Told` or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _notify(transaction, office, operator, filing), then)


def _notify(transaction: Transaction, office: Office, operator: str, filing: AcceptedFiling) -> Told:
    event_day(filing.happened_on, "happened_on", day_until(filing.accepted_on, "accepted_on", office.today()))
    receiver = office_of(filing.to)
    if receiver == office.code:
        reason = Say("lives here: nobody has to be told.", "当市区町村の住民です。通知は不要です。")
        raise InvalidInput("to", reason, Say("Enter the event itself.", "異動として処理してください。"))
    number = resident_record_notices.next_number(transaction)
    notice = RecordNotice(number, filing.filing, filing.accepted_on, filing.happened_on, filing.person, filing.items, filing.parent)
    check(notice)
    resident_record_notices.keep_sent(transaction, receiver, operator, office.clock.wall_ms(), notice)
    entry = office.directory.entry(receiver)
    if entry is not None and entry.kind is OfficeKind.MUNICIPALITY and entry.open:
        outbox.put(transaction, receiver, ResidentRecordNotice.type_name(), encode(ResidentRecordNotice(notice)))
        return Told(number, on_paper=False)
    what = f"tell {receiver} on paper of the filing sent under number {number}"
    municipality.put_work_item(transaction, office.clock.wall_ms(), "record-notice-by-paper", "", what)
    return Told(number, on_paper=True)


def check(notice: RecordNotice) -> None:
    """InvalidInput for a notice that cannot be: names, days, and that it names a newborn's parent and a newborn only."""
    date_text(notice.accepted_on, "accepted_on")
    date_text(notice.happened_on, "happened_on")
    for person in (notice.person, *([notice.parent] if notice.parent else [])):
        check_name(person.name)
        date_text(person.birth, "birth")
    if notice.items.name:
        check_name(notice.items.name)
    if notice.items.kana:
        check_kana(notice.items.kana)
    if notice.items.birth:
        date_text(notice.items.birth, "birth")
    for key in ("registered_domicile", "registered_domicile_head"):
        if text := getattr(notice.items, key):
            read_item(key, text)
    if (notice.filing is FamilyFiling.BIRTH) != (notice.parent is not None):
        reason = Say("is needed for a birth, and for nothing else.", "出生届の場合にのみ必要です。")
        raise InvalidInput("parent", reason, Say("Name the parent in whose household the child is.", "子の入る世帯の親を示してください。"))


def notice_arrives(transaction: Transaction, office: Office, origin: Entry, message: ResidentRecordNotice, carried: Carried) -> None:
    """Step 2, office of the residence: keep it for a clerk; InvalidInput if it cannot be, or names an address elsewhere."""
    notice = message.notice
    check(notice)
    lives = (notice.parent or notice.person).address
    if lives is not None:
        check_address_here(office, lives)
    now_ms = office.clock.wall_ms()
    number = resident_record_notices.keep_received(transaction, origin.code, notice, now_ms)
    if number:
        found = resident_record_notices.meant(transaction, notice.parent or notice.person)
        code = found[0].code if len(found) == 1 else ""
        municipality.put_work_item(transaction, now_ms, WORK, code, _what(number, origin.code, notice))


def _what(number: int, sender: str, notice: RecordNotice) -> str:
    return f"notice {number} of {sender}: {notice.filing.value}"


def enter(read: ReadEvent, office: Office, operator: str, entered: NoticeEntered, then: Then) -> None:
    """Step 3, office of the residence: enter the event, in one transaction with striking the notice off the list.

    `then` gets what the event's procedure gives, the `Received` if nothing was entered, or an OpenJukiError; then the notice still waits.
    """
    office.require_ready()
    office.write(lambda transaction: _enter(transaction, read, office, operator, entered), then)


def _enter(transaction: Transaction, read: ReadEvent, office: Office, operator: str, entered: NoticeEntered) -> Any:
    outcome = f"not entered: {entered.not_entered}" if entered.not_entered else "entered"
    received = resident_record_notices.take(transaction, entered.number, operator, office.clock.wall_ms(), outcome)
    now_ms, what = office.clock.wall_ms(), _what(received.number, received.sender, received.notice)
    transaction.execute("UPDATE work_item SET done_ms = ? WHERE kind = ? AND what = ? AND done_ms = 0", (now_ms, WORK, what))
    if entered.not_entered:
        return received
    code = entered.code or _only_one(transaction, received.notice)
    notification, step = read(event_of(received.notice, code) | entered.more)
    return run_inside(transaction, office, step, operator, notification)


def _only_one(transaction: Transaction, notice: RecordNotice) -> str:
    found = resident_record_notices.meant(transaction, notice.parent or notice.person)
    if len(found) != 1:
        reason = Say("fits nobody, or several residents.", "該当する住民がいないか、複数います。")
        raise InvalidInput("code", reason, Say("Search, and give the code.", "検索して住民票コードを指定してください。"))
    return found[0].code


def event_of(notice: RecordNotice, code: str) -> dict[str, Any]:
    """The event that a notice asks for, as `openjuki register event` takes it; what a filing does not say is missing."""
    items = {name: text for name in NoticedItems.__struct_fields__ if (text := getattr(notice.items, name))}
    if notice.filing in _DEATHS:
        return {"kind": "death", "code": code, "died_on": notice.happened_on, "notified_on": notice.accepted_on}
    if notice.filing is FamilyFiling.BIRTH:
        child = {"name": notice.person.name, "birth": notice.person.birth, "sex": int(notice.person.sex)}
        return {"kind": "birth", "mother_code": code, **child, **items, "notified_on": notice.accepted_on}
    return {"kind": "correction", "code": code, "items": items, "found_on": notice.accepted_on}
