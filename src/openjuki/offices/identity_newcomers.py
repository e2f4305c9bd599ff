"""Many changes that arrive together: what touches no neighbour is read and written at once (本人確認情報の一括受信, Act art. 30-5).

When a register is imported or a country begins, nearly every change is the first of its person; later nearly every one is the next of
somebody known. Such a one, if nothing else of the same arrival leads to that person and nothing parked names its code, may be written
before its neighbours, and with its likes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from openjuki.offices import identity
from openjuki.offices.identity import Arrival, Outcome, States
from openjuki.offices.store import Transaction
from openjuki.register.arrival import codes
from openjuki.register.change import Change

_NAMED = """SELECT code, person FROM code WHERE code IN (SELECT value FROM json_each(?1))
  UNION ALL SELECT awaited, NULL FROM parked WHERE awaited IN (SELECT value FROM json_each(?1))
  UNION ALL SELECT own, NULL FROM parked WHERE own IN (SELECT value FROM json_each(?1))"""
"""Of the codes listed, those that lead to somebody, and to whom, and those that something parked names."""
_STATES = """SELECT person, n, office, version, change, asked FROM state
  WHERE person IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY person, n, office, version"""
_HELD = "SELECT id, identity FROM person WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
_SAME_IDENTITY = "UPDATE person SET n = ?, office = ?, version = ?, status = ?, date = ? WHERE id = ?"
_OTHER_ADDRESS = "UPDATE person SET n = ?, office = ?, version = ?, status = ?, date = ?, identity = ?, name_address = ? WHERE id = ?"


class _Looked(NamedTuple):
    """What the hub knows of the codes that an arrival names."""

    persons: Mapping[str, int]
    parked: frozenset[str]
    """Codes for which something waits."""

    def free(self, code: str) -> bool:
        """Whether nothing waits for the code."""
        return code not in self.parked


def receive_all(transaction: Transaction, changes: Sequence[Change], received_ms: int, prefecture: str = "") -> list[Arrival]:
    """As `identity.receive` for one after the other, in the order given; numbers of new persons may come out in another order."""
    if len(changes) == 1:
        return [identity.receive(transaction, changes[0], received_ms, prefecture)]
    looked = _look(transaction, changes)
    newcomers = _newcomers(changes, looked)
    if newcomers:
        _write(transaction, list(newcomers.values()), received_ms)
    arrivals = dict.fromkeys(newcomers, Arrival(Outcome.APPLIED, [])) | _go_on(transaction, _known(changes, looked), received_ms)
    return [
        arrivals[place] if place in arrivals else identity.receive(transaction, change, received_ms, prefecture)
        for place, change in enumerate(changes)
    ]


def _look(transaction: Transaction, changes: Sequence[Change]) -> _Looked:
    rows = transaction.all(_NAMED, _listed({code for change in changes for code in codes(change)}))
    persons = {code: person for code, person in rows if person is not None}
    return _Looked(persons, frozenset(code for code, person in rows if person is None))


def _listed(values: Iterable[Any]) -> str:
    return msgspec.json.encode(list(values)).decode()


def _newcomers(changes: Sequence[Change], looked: _Looked) -> dict[int, Change]:
    """The changes, by their places, whose persons nobody has heard of, here or in another of these changes."""
    named = Counter(code for change in changes for code in codes(change))
    return {
        place: one
        for place, one in enumerate(changes)
        if one.previous is None and named[code := one.identity.code] == 1 and code not in looked.persons and looked.free(code)
    }


def _write(transaction: Transaction, changes: Sequence[Change], received_ms: int) -> None:
    numbered = list(enumerate(changes, identity.new_person(transaction)))
    many = transaction.connection.executemany
    many(identity.PUT_CODE, [(change.identity.code, person) for person, change in numbered])
    many(identity.PUT_FIRST_STATE, [identity.first_state(person, change, received_ms) for person, change in numbered])
    many(identity.PUT_NEW_PERSON, [identity.person_row(person, change) for person, change in numbered])


def _known(changes: Sequence[Change], looked: _Looked) -> dict[int, tuple[int, Change]]:
    """(person, change) by their places, of those of persons known to whom no other of these changes leads, by whatever code."""
    touched = Counter(person for change in changes for person in {looked.persons.get(code) for code in codes(change)} if person)
    named = Counter(code for change in changes for code in codes(change))
    return {
        place: (looked.persons[own], one)
        for place, one in enumerate(changes)
        if (own := one.identity.code) in looked.persons
        and len(codes(one)) == 1 == named[own] == touched[looked.persons[own]]
        and looked.free(own)
    }


def _go_on(transaction: Transaction, known: Mapping[int, tuple[int, Change]], received_ms: int) -> dict[int, Arrival]:
    """Keep those of the changes that were never heard before; the arrivals by their places."""
    if not known:
        return {}
    states = _states(transaction.all(_STATES, _listed(person for person, _ in known.values())))
    new = {place: (person, one) for place, (person, one) in known.items() if identity.key_of(one) not in states.get(person, {})}
    rows = [(*identity.first_state(person, one, received_ms), 0) for person, one in new.values()]
    transaction.connection.executemany(identity.PUT_STATE, rows)
    arrivals, holding = {}, {}
    for place, (person, one) in new.items():
        arrivals[place], holding[person] = identity.judged(transaction, states.get(person, {}), one)
    _keep(transaction, holding)
    return arrivals


def _states(rows: Iterable[Any]) -> dict[int, States]:
    return {
        person: {(n, office, version): (body, asked) for _, n, office, version, body, asked in group}
        for person, group in groupby(rows, itemgetter(0))
    }


def _keep(transaction: Transaction, holding: Mapping[int, Change]) -> None:
    """Write who is where now; what a person is searched by only where it is another one, as it seldom is."""
    held = dict(transaction.all(_HELD, _listed(holding))) if holding else {}
    same, moved, whole = list[Any](), list[Any](), list[Any]()
    for person, change in holding.items():
        residence, told = change.residence, identity.encode_identity(change.identity)
        placed = (residence.n, residence.office, change.version, int(change.status), change.date)
        before = held.get(person)
        if told == before:
            same.append((*placed, person))
        elif before is not None and identity.same_but_address(identity.decode_identity(before), change.identity):
            moved.append((*placed, told, identity.name_address(change.identity), person))
        else:
            whole.append(identity.person_row(person, change))
    for sql, rows in ((_SAME_IDENTITY, same), (_OTHER_ADDRESS, moved), (identity.PUT_PERSON, whole)):
        if rows:
            transaction.connection.executemany(sql, rows)
