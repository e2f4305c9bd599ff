"""Many residents in a centre's store at once, as if each had come in by the centre's own door (一括登録).

A test compares what is written here with what `identity.receive` writes, row for row.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.people import Person, people
from openjuki.offices.identity import encode_identity
from openjuki.offices.store import Store, Transaction
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Residence, encode_change
from openjuki.register.identity import Identity, Reason, Sex, Status
from openjuki.register.search_keys import address_key, kana_key, key64, name_key

MUNICIPALITY = "462250"
KANA = "ジュウキ　タロウ"
SINCE = "2010-04-01"
AT_ONCE = 10_000
PERSON = "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
CODE = "INSERT INTO code VALUES (?, ?)"
STATE = "INSERT INTO state (person, n, office, version, received_ms, change) VALUES (?, ?, ?, ?, ?, ?)"


def held_identity(one: Person) -> Identity:
    """What the centre holds of a made-up resident; all have one reading."""
    town = one.address.removeprefix("鹿児島県姶良市")
    return Identity(one.name, KANA, one.birth, Sex(int(one.sex)), Address(MUNICIPALITY, town, ""), one.code)


def entry_change(one: Person) -> Change:
    """The first change of a resident: an entry in one municipality."""
    return Change(held_identity(one), Residence(1, MUNICIPALITY), 1, None, Reason.ENTRY_EX_OFFICIO, Status.RESIDENT, SINCE)


def rows(one: Person, number: int) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    """The rows of person, code and state."""
    held, name, place = held_identity(one), name_key(one.name), Residence(1, MUNICIPALITY)
    keys = (key64(name, held.birth), key64(kana_key(held.kana), held.birth), key64(name, address_key(held.address)))
    kept = (number, one.code, place.n, place.office, 1, int(Status.RESIDENT), SINCE, encode_identity(held), *keys)
    return kept, (one.code, number), (number, place.n, place.office, 1, 0, encode_change(entry_change(one)))


def _batches(count: int) -> Iterator[list[tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]]]:
    batch = []
    for number, one in enumerate(people(count), start=1):
        batch.append(rows(one, number))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def fill(store: Store, count: int) -> None:
    """Residents 0 to count - 1 into an empty store."""
    for batch in _batches(count):

        def work(transaction: Transaction, batch: list[Any] = batch) -> None:
            for sql, part in zip((PERSON, CODE, STATE), zip(*batch, strict=True), strict=False):
                transaction.connection.executemany(sql, part)

        _, outcomes = store.run([work])
        if outcomes != [None]:
            raise RuntimeError(f"the store does not take residents: {outcomes}")
