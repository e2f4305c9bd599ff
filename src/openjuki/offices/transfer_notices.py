"""What an office knows of those who left it: that they have arrived, and where (転入通知・転出確定; Act art. 9(1), 令13(2), (3)).

A municipality keeps what the office of the new address told it; its prefecture keeps that it was told, and when.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from openjuki.offices import card_holders_following, municipality, outbox
from openjuki.offices.filing import Filing
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.dates import is_calendar_date
from openjuki.register.events import EventKind, Items
from openjuki.register.identity import Reason, Status
from openjuki.register.moved_in import MovedIn
from openjuki.register.record import ResidentRecord

SCRIPT = """
CREATE TABLE moved_in (person INTEGER NOT NULL, ended INTEGER NOT NULL, office TEXT NOT NULL, body BLOB NOT NULL,
  received_on TEXT NOT NULL, confirmed INTEGER NOT NULL, PRIMARY KEY (person, ended, office)) WITHOUT ROWID"""
"""At a municipality; `confirmed` is 1 once the prefecture has been told."""
HUB_SCRIPT = """
CREATE TABLE transfer_confirmed (code TEXT NOT NULL, n INTEGER NOT NULL, office TEXT NOT NULL, received_on TEXT NOT NULL,
  PRIMARY KEY (code, n, office)) WITHOUT ROWID"""
"""At a prefecture."""
CONFIRMED = "TransferConfirmed"
"""Type of the outbox rows; procedures/move_in_notice.py has the message."""
MISSING_AFTER_DAYS = 30
"""Nobody needs longer to notify moving in (令24の2); after that a clerk asks."""
LISTED_DAYS = 365

_decode = msgspec.msgpack.Decoder(MovedIn).decode
_encode = msgspec.msgpack.Encoder().encode


class Arrived(NamedTuple):
    """Which office told that somebody has moved in there, when the notice came, and what it says."""

    office: str
    received_on: str
    moved: MovedIn
    confirmed: bool


class Missing(NamedTuple):
    """Somebody who left and of whom no office has told that they arrived (転入通知未着, standard j710)."""

    code: str
    name: str
    left_on: str
    destination: str


def arrived(transaction: Transaction, person: int, ended: int) -> list[Arrived]:
    """What was told of the end of one residence; more than one office only if somebody errs."""
    sql = "SELECT office, received_on, body, confirmed FROM moved_in WHERE person = ? AND ended = ? ORDER BY office"
    rows = transaction.all(sql, person, ended)
    return [Arrived(office, received_on, _decode(body), bool(confirmed)) for office, received_on, body, confirmed in rows]


def keep(transaction: Transaction, person: int, office: str, moved: MovedIn, received_on: str, *, confirmed: bool) -> None:
    """Keep a notice; the day on which it first came stays."""
    sql = """INSERT INTO moved_in VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (person, ended, office) DO UPDATE SET body = excluded.body, confirmed = max(confirmed, excluded.confirmed)"""
    transaction.execute(sql, (person, moved.ended, office, _encode(moved), received_on, int(confirmed)))


def confirm_departure(transaction: Transaction, office: Office, record: ResidentRecord, moved: MovedIn) -> None:
    """The removed record says where they went; the prefecture hears that the notice came (令13(2), (3))."""
    if record.residence == moved.ended:
        correct_destination(transaction, office, record, moved)
        card_holders_following.arrived_elsewhere(transaction, office, record, moved.since)
    body = _encode((record.code, moved.ended, office.today().isoformat()))
    outbox.put(transaction, office.prefecture_office, CONFIRMED, body)


def confirm_late(transaction: Transaction, office: Office, removed: Iterable[ResidentRecord]) -> None:
    """Whoever was told of before they were removed is confirmed now.

    Not where something was annulled here: the notice may be of a move that never was, and is left to the clerk with its work item.
    """
    for record in removed:
        for one in arrived(transaction, record.person, record.residence):
            if not (one.confirmed or _something_annulled(transaction, record.person)):
                keep(transaction, record.person, one.office, one.moved, one.received_on, confirmed=True)
                confirm_departure(transaction, office, record, one.moved)


def _something_annulled(transaction: Transaction, person: int) -> bool:
    return any(event.kind is EventKind.ANNULMENT for event in municipality.events_of(transaction, person))


def correct_destination(transaction: Transaction, office: Office, record: ResidentRecord, moved: MovedIn) -> None:
    """Let the removed record say where the person lives, if it says otherwise (令13(2))."""
    address = moved.address.text()
    if record.moved_to == address or transaction.value("SELECT 1 FROM provisional_person WHERE person = ?", record.person):
        return
    last = max(record.removed_on, moved.since) if is_calendar_date(record.removed_on) else moved.since
    filing = Filing(office, "", Reason.CORRECTION_EX_OFFICIO, last, office.today().isoformat(), ex_officio=True)
    municipality.enter(transaction, office, filing.event(record.person, EventKind.CORRECTION, Items(moved_to=address)))


def missing(transaction: Transaction, today: datetime.date) -> list[Missing]:
    """Who left for another municipality more than 30 days ago, and less than a year, without a word from there; the oldest first."""
    since, until = (today - datetime.timedelta(days=days) for days in (LISTED_DAYS, MISSING_AFTER_DAYS))
    rows = transaction.all("SELECT record FROM person WHERE status = ? ORDER BY id", int(Status.REMOVED))
    records = (municipality.decode_record(body) for (body,) in rows)
    silent = [
        record
        for record in records
        if record.moved_to
        and since.isoformat() <= record.removed_on < until.isoformat()
        and not arrived(transaction, record.person, record.residence)
        and _left_for_here(transaction, record.person)
    ]
    return [Missing(one.code, one.name, one.removed_on, one.moved_to) for one in sorted(silent, key=lambda one: one.removed_on)]


def _left_for_here(transaction: Transaction, person: int) -> bool:
    """Whether the last removal is a move within the country (転出, not 国外転出)."""
    removals = [event for event in municipality.events_of(transaction, person) if event.kind is EventKind.REMOVAL]
    return bool(removals) and removals[-1].reason is Reason.MOVE_OUT and removals[-1].cause is None


def confirm(transaction: Transaction, code: str, n: int, office: str, received_on: str) -> None:
    """Prefecture: keep that the office was told where somebody of its former residents lives; the first day told of stays."""
    sql = "INSERT INTO transfer_confirmed VALUES (?, ?, ?, ?) ON CONFLICT (code, n, office) DO NOTHING"
    transaction.execute(sql, (code, n, office, received_on))


def confirmed_on(transaction: Transaction, codes: Sequence[str], n: int, office: str) -> str:
    """Prefecture: when an office was told that the residence number `n` of somebody is over for good; "" if it was not."""
    sql = "SELECT received_on FROM transfer_confirmed WHERE code = ? AND n = ? AND office = ?"
    days = (transaction.value(sql, code, n, office) for code in codes)
    return next((str(day) for day in days if day), "")
