"""The kept record of a person: the fold of the events, what was last told of it, and by what it is searched (住民票の現況, Act art. 7)."""

from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import address_key, kana_key, key64, name_key

LAST_DAY_SCRIPT = "ALTER TABLE person ADD COLUMN last_day INTEGER NOT NULL DEFAULT 0"
"""From when on the last event of the life holds (register.fold.last_day); 0 where that was not written down yet."""

PUT_NEW = "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PUT = PUT_NEW.replace("INSERT", "INSERT OR REPLACE")
_PUT_UNSEARCHED = "UPDATE person SET status = ?, version = ?, record = ?, change = ?, last_day = ? WHERE id = ?"
_PUT_MOVED = """UPDATE person SET household = ?, status = ?, version = ?, record = ?, change = ?, name_address = ?, last_day = ?
  WHERE id = ?"""
_READ = """SELECT version, record, change, last_day, (SELECT 1 FROM provisional_person WHERE person = ?1) FROM (SELECT 1)
  LEFT JOIN person ON id = ?1"""

_decode = msgspec.msgpack.Decoder(ResidentRecord).decode
_encode = msgspec.msgpack.Encoder().encode
_named_by, _lives_at = attrgetter("code", "name", "kana", "birth"), attrgetter("household", "address")

RECORDS_AT_HAND = 2_048
"""Records that were read lately: one event looks at its household three times."""


@lru_cache(maxsize=RECORDS_AT_HAND)
def decode_record(body: bytes) -> ResidentRecord:
    """The record of a row's bytes."""
    return _decode(body)


class Kept(NamedTuple):
    """What is kept of one person before an event; without a record nothing was entered yet."""

    version: int
    """The last one notified, 0 for none."""
    record: ResidentRecord | None
    change: bytes
    last_day: int
    undecided: bool
    """Whether an event of the person waits for its decision (仮登録, standard 4.0.8)."""


def kept_of(transaction: Transaction, person: int) -> Kept:
    """What is kept of a person, if anything."""
    version, body, change, last_day, undecided = transaction.one(_READ, person)
    return Kept(version or 0, None if body is None else decode_record(body), change or b"", last_day or 0, bool(undecided))


def keep(transaction: Transaction, old: ResidentRecord | None, record: ResidentRecord, version: int, notice: bytes, last_day: int) -> None:
    """Keep the folded record beside its events; what it is searched by is written only where it may have changed, as it seldom does."""
    if old is None or _named_by(old) != _named_by(record):
        transaction.execute(_PUT, kept_row(record, version, notice, last_day))
        return
    written = (int(record.status), version, _encode(record), notice)
    if _lives_at(old) == _lives_at(record):
        transaction.execute(_PUT_UNSEARCHED, (*written, last_day, record.person))
    else:
        transaction.execute(_PUT_MOVED, (record.household, *written, _name_address(record), last_day, record.person))


def _name_address(record: ResidentRecord) -> int:
    return key64(name_key(record.name), address_key(record.address))


def kept_row(record: ResidentRecord, version: int, notice: bytes, last_day: int) -> tuple[Any, ...]:
    """A record as the table `person` keeps it, with the last change notified and the keys it is searched by."""
    name, birth = name_key(record.name), record.birth
    return (
        record.person, record.household, record.code, int(record.status), version, _encode(record), notice,
        key64(name, birth), key64(kana_key(record.kana), birth), _name_address(record), last_day,
    )  # fmt: skip
