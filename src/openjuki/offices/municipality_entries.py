"""Many first entries in one transaction: the same rows as `municipality.enter` writes, for whole batches (一括記載, Act art. 8)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.municipality import CHANGE, change_of_entry, take_code
from openjuki.offices.municipality_kept import PUT_NEW, kept_row
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous, encode_change
from openjuki.register.events import Event, encode_event
from openjuki.register.fold import first, last_day
from openjuki.register.household import HOUSEHOLDER

_listed = msgspec.json.Encoder().encode
CODES_END = 10**11


class Entry(NamedTuple):
    """Somebody who is entered for the first time, and the residence before that, if one is known."""

    event: Event
    previous: Previous | None = None


def written_codes(transaction: Transaction, codes: Iterable[str]) -> set[str]:
    """Those of the codes that were ever written for somebody here."""
    sql = "SELECT code FROM code_used WHERE code IN (SELECT value FROM json_each(?))"
    return {code for (code,) in transaction.all(sql, _listed(list(codes)).decode())}


def take_codes(transaction: Transaction, office: Office, count: int) -> list[str]:
    """Free codes, each chosen at random from the stock (令30の2); raises NotReady when the stock runs out."""
    probes = _listed([f"{office.draw(CODES_END):011d}" for _ in range(count)]).decode()
    sql = "SELECT (SELECT code FROM code_stock WHERE code >= value ORDER BY code LIMIT 1) FROM json_each(?)"
    taken = list(dict.fromkeys(code for (code,) in transaction.all(sql, probes) if code))
    transaction.execute("DELETE FROM code_stock WHERE code IN (SELECT value FROM json_each(?))", (_listed(taken).decode(),))
    return taken + [take_code(transaction, office) for _ in range(count - len(taken))]  # for probes that met one code, or none


def households(transaction: Transaction, numbers: Iterable[str]) -> dict[str, int]:
    """Households by the number of an earlier system; those not there are made."""
    wanted = _listed(sorted(set(numbers))).decode()
    transaction.execute("INSERT OR IGNORE INTO household (number) SELECT value FROM json_each(?)", (wanted,))
    return dict(transaction.all("SELECT number, id FROM household WHERE number IN (SELECT value FROM json_each(?))", wanted))


def enter_first(transaction: Transaction, office: Office, entries: Sequence[Entry]) -> None:
    """Enter persons who are new here; their codes are taken, or known to be written for nobody."""
    records = [first(entry.event) for entry in entries]
    changes = [change_of_entry(record, entry.event, entry.previous, office) for record, entry in zip(records, entries, strict=True)]
    notices = [encode_change(change) for change in changes]
    write = transaction.connection.executemany
    write("INSERT INTO event (person, body) VALUES (?, ?)", ((entry.event.person, encode_event(entry.event)) for entry in entries))
    kept = (
        kept_row(record, change.version, notice, last_day([entry.event]))
        for entry, record, change, notice in zip(entries, records, changes, notices, strict=True)
    )
    write(PUT_NEW, kept)
    write("INSERT INTO code_used VALUES (?, ?)", ((record.code, record.person) for record in records))
    heads = [(record.person, record.household) for record in records if record.relationship == HOUSEHOLDER]
    write("UPDATE household SET householder = ? WHERE id = ?", heads)
    told = [notice for change, notice in zip(changes, notices, strict=True) if change.version]
    outbox.put_all(transaction, office.prefecture_office, CHANGE, told)
