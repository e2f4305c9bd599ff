"""Notices of filings made elsewhere: those sent, and those received and not yet entered (住民票記載事項通知, Act art. 9(2); 令34(3))."""

from hashlib import sha256
from typing import NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, may_equal
from openjuki.register.errors import Conflict, Say
from openjuki.register.identity import Sex, Status
from openjuki.register.record import ResidentRecord
from openjuki.register.record_notice import PersonMeant, RecordNotice, decode_notice
from openjuki.register.search_keys import address_key, key64, name_key

SCRIPT = """
CREATE TABLE record_notice_sent (id INTEGER PRIMARY KEY, receiver TEXT NOT NULL, operator TEXT NOT NULL, made_ms INTEGER NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE record_notice (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, sender TEXT NOT NULL, body BLOB NOT NULL,
  received_ms INTEGER NOT NULL, done_ms INTEGER NOT NULL DEFAULT 0, done_by TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '')"""


class Received(NamedTuple):
    """A notice that a clerk has not dealt with yet: its number here, who sent it, when it came (wall clock, ms)."""

    number: int
    sender: str
    notice: RecordNotice
    received_ms: int


def next_number(transaction: Transaction) -> int:
    """The number of the next notice sent from here."""
    return int(transaction.value("SELECT coalesce(max(id), 0) + 1 FROM record_notice_sent"))


def keep_sent(transaction: Transaction, receiver: str, operator: str, made_ms: int, notice: RecordNotice) -> None:
    """Keep what was sent, under its number."""
    sql = "INSERT INTO record_notice_sent VALUES (?, ?, ?, ?, ?)"
    transaction.execute(sql, (notice.number, receiver, operator, made_ms, msgspec.msgpack.encode(notice)))


def keep_received(transaction: Transaction, sender: str, notice: RecordNotice, now_ms: int) -> int:
    """Keep what was received until a clerk enters it; 0 if the very same came before."""
    body = msgspec.msgpack.encode(notice)
    sql = "INSERT OR IGNORE INTO record_notice (digest, sender, body, received_ms) VALUES (?, ?, ?, ?) RETURNING id"
    return int(transaction.value(sql, sha256(sender.encode() + b"\0" + body).digest(), sender, body, now_ms) or 0)


def waiting(transaction: Transaction) -> list[Received]:
    """All that a clerk has not dealt with, the oldest first."""
    rows = transaction.all("SELECT id, sender, body, received_ms FROM record_notice WHERE done_ms = 0 ORDER BY id")
    return [Received(number, sender, decode_notice(body), received_ms) for number, sender, body, received_ms in rows]


def take(transaction: Transaction, number: int, operator: str, now_ms: int, outcome: str) -> Received:
    """Strike a notice off the list, with what became of it; Conflict if none waits under the number."""
    row = transaction.one("SELECT id, sender, body, received_ms FROM record_notice WHERE id = ? AND done_ms = 0", number)
    if row is None:
        reason = Say("no notice waits under this number.", "この番号の処理待ちの通知はありません。")
        raise Conflict("number", reason, Say("See the list of those that wait.", "処理待ち一覧を確かめてください。"))
    sql = "UPDATE record_notice SET done_ms = ?, done_by = ?, outcome = ? WHERE id = ?"
    transaction.execute(sql, (now_ms, operator, outcome, number))
    return Received(row[0], row[1], decode_notice(row[2]), row[3])


def meant(transaction: Transaction, person: PersonMeant) -> list[ResidentRecord]:
    """Records of whom a filing may mean, residents first: the name in any writing, and birth date, or address and a date that may be it."""
    keys = {"name_birth": key64(name_key(person.name), person.birth)}
    if person.address is not None:
        keys["name_address"] = key64(name_key(person.name), address_key(person.address))
    sql = "SELECT record FROM person WHERE name_birth = ?1 OR name_address = ?2 ORDER BY status, id"
    rows = transaction.all(sql, keys["name_birth"], keys.get("name_address"))
    found = [municipality.decode_record(body) for (body,) in rows]
    fitting = [record for record in found if record.status is not Status.ANNULLED and person.sex in (record.sex, Sex.UNKNOWN)]
    return [record for record in fitting if may_equal(DateText(record.birth), DateText(person.birth))]
