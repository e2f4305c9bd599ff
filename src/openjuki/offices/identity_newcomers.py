"""Many changes that arrive together: of persons never heard of, the rows are written at once (本人確認情報の一括受信, Act art. 30-5).

When a register is imported or a country begins, nearly every change is the first of its person. Such a one, if nothing else of the same
arrival and nothing parked names its code, touches no other person: so it may be written before its neighbours, and with its likes.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from openjuki.offices import identity
from openjuki.offices.identity import Arrival, Outcome
from openjuki.offices.store import Transaction
from openjuki.register.arrival import codes
from openjuki.register.change import Change

_NAMED = """SELECT code FROM code WHERE code IN (SELECT value FROM json_each(?1))
  UNION SELECT awaited FROM parked WHERE awaited IN (SELECT value FROM json_each(?1))
  UNION SELECT own FROM parked WHERE own IN (SELECT value FROM json_each(?1))"""
"""Of the codes listed, those that lead to somebody, or that something parked names."""


def receive_all(transaction: Transaction, changes: Sequence[Change], received_ms: int, prefecture: str = "") -> list[Arrival]:
    """As `identity.receive` for one after the other, in the order given; numbers of new persons may come out in another order."""
    newcomers = _newcomers(transaction, changes) if len(changes) > 1 else {}
    if newcomers:
        _write(transaction, list(newcomers.values()), received_ms)
    return [
        Arrival(Outcome.APPLIED, []) if place in newcomers else identity.receive(transaction, change, received_ms, prefecture)
        for place, change in enumerate(changes)
    ]


def _newcomers(transaction: Transaction, changes: Sequence[Change]) -> dict[int, Change]:
    """The changes, by their places, whose persons nobody has heard of, here or in another of these changes."""
    named = Counter(code for change in changes for code in codes(change))
    first = {place: one for place, one in enumerate(changes) if one.previous is None and named[one.identity.code] == 1}
    listed = msgspec.json.encode([one.identity.code for one in first.values()]).decode()
    known = {code for (code,) in transaction.all(_NAMED, listed)} if first else set()
    return {place: one for place, one in first.items() if one.identity.code not in known}


def _write(transaction: Transaction, changes: Sequence[Change], received_ms: int) -> None:
    numbered = list(enumerate(changes, identity.new_person(transaction)))
    many = transaction.connection.executemany
    many(identity.PUT_CODE, [(change.identity.code, person) for person, change in numbered])
    many(identity.PUT_FIRST_STATE, [identity.first_state(person, change, received_ms) for person, change in numbered])
    many(identity.PUT_NEW_PERSON, [identity.person_row(person, change) for person, change in numbered])
