"""What prefecture and centre hold: identity confirmation information with its history, no more (本人確認情報, Act art. 30-5).

A person here is an own number; codes, old and new, lead to it. What holds of a person follows from the set of changes received
and not from their order (register/arrival.py).
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.arrival import codes, contested, current, supersedes
from openjuki.register.change import Change, Residence, decode_change, encode_change
from openjuki.register.identity import Identity, Status
from openjuki.register.search_keys import address_key, kana_key, key64, name_key

SCRIPT = """
CREATE TABLE person (id INTEGER PRIMARY KEY, code TEXT NOT NULL, n INTEGER NOT NULL, office TEXT NOT NULL, version INTEGER NOT NULL,
  status INTEGER NOT NULL, date TEXT NOT NULL, identity BLOB NOT NULL, name_birth INTEGER NOT NULL,
  kana_birth INTEGER NOT NULL, name_address INTEGER NOT NULL);
CREATE INDEX person_code ON person (code);
CREATE INDEX person_name_birth ON person (name_birth);
CREATE INDEX person_kana_birth ON person (kana_birth);
CREATE INDEX person_name_address ON person (name_address);
CREATE TABLE code (code TEXT PRIMARY KEY, person INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE merged (other INTEGER PRIMARY KEY, kept INTEGER NOT NULL);
CREATE INDEX merged_kept ON merged (kept);
CREATE TABLE state (person INTEGER NOT NULL, n INTEGER NOT NULL, office TEXT NOT NULL, version INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, change BLOB NOT NULL, PRIMARY KEY (person, n, office, version)) WITHOUT ROWID;
CREATE TABLE parked (id INTEGER PRIMARY KEY, awaited TEXT NOT NULL, own TEXT NOT NULL, office TEXT NOT NULL, since_ms INTEGER NOT NULL,
  asked_ms INTEGER NOT NULL DEFAULT 0, alarmed INTEGER NOT NULL DEFAULT 0, change BLOB NOT NULL);
CREATE INDEX parked_awaited ON parked (awaited);
CREATE INDEX parked_own ON parked (own)"""
ASKED_SCRIPT = "ALTER TABLE state ADD COLUMN asked INTEGER NOT NULL DEFAULT 0"
"""1 for a state that was only heard by asking: its notice, when it comes, is new."""
SCRIPTS = (SCRIPT, ASKED_SCRIPT)


_LOOK = """SELECT (SELECT person FROM code WHERE code = ?1), (SELECT max(id) FROM person), (SELECT max(other) FROM merged),
  (SELECT 1 FROM parked WHERE awaited = ?1 OR own = ?1 LIMIT 1)"""
"""To whom a code leads; the highest numbers ever given here; whether anything waits for the code. Asked together: once for each notice."""
PUT_STATE = """INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person, n, office, version)
  DO UPDATE SET received_ms = excluded.received_ms, change = excluded.change, asked = excluded.asked"""
PUT_CODE = "INSERT INTO code VALUES (?, ?)"
_PUT_CODE_ONCE = f"{PUT_CODE} ON CONFLICT DO NOTHING"
PUT_FIRST_STATE = "INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, 0)"
PUT_NEW_PERSON = "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_PERSON = f"""{PUT_NEW_PERSON} ON CONFLICT (id) DO UPDATE SET code = excluded.code,
  n = excluded.n, office = excluded.office, version = excluded.version, status = excluded.status, date = excluded.date,
  identity = excluded.identity, name_birth = excluded.name_birth, kana_birth = excluded.kana_birth, name_address = excluded.name_address"""

LOST_BEFORE = "LostBefore"
"""Type of a hub's outbox rows that tell of a person lost by the office before; procedures/change_notice.py makes messages of them."""

States = dict[tuple[int, str, int], tuple[bytes, int]]
"""What a person's offices have told: (n, office, version) -> (change, whether it was only heard by asking), in that order."""

encode_identity = msgspec.msgpack.Encoder().encode
decode_identity = msgspec.msgpack.Decoder(Identity).decode


class Outcome(StrEnum):
    """What became of a change that arrived."""

    APPLIED = "applied"
    KNOWN = "known"
    PARKED = "parked"


class Arrival(NamedTuple):
    """The outcome, and the offices to tell when two of them claim one residence."""

    outcome: Outcome
    contested: list[str]


_APPLIED = Arrival(Outcome.APPLIED, [])


def receive(transaction: Transaction, change: Change, received_ms: int, prefecture: str = "") -> Arrival:
    """Take one change. A hub of one prefecture (2-digit code) accepts a previous office of another on trust; the centre ("") parks.

    What waited for one of its codes is taken up with it, so that the same changes end in the same state in any order.
    """
    heard_of, number, merged, waited_for = transaction.one(_LOOK, change.identity.code)
    if heard_of is None and change.previous is None:
        arrival = _first(transaction, max(number or 0, merged or 0) + 1, change, received_ms)
    elif heard_of is not None and len(codes(change)) == 1:
        arrival = _apply(transaction, heard_of, change, received_ms)
    else:
        arrival, waited_for = _take(transaction, change, received_ms, prefecture), True
    if not waited_for or arrival.outcome is not Outcome.APPLIED:
        return arrival
    later = _release(transaction, codes(change), received_ms, prefecture)
    return Arrival(Outcome.APPLIED, sorted({*arrival.contested, *later})) if later else arrival


def _take(transaction: Transaction, change: Change, received_ms: int, prefecture: str) -> Arrival:
    """Take one change of somebody known, or that follows another: park it, or keep it."""
    person = _person_of(transaction, change, prefecture)
    if person is None:
        _park(transaction, change, received_ms)
        return Arrival(Outcome.PARKED, [])
    for code in codes(change):
        transaction.execute(_PUT_CODE_ONCE, (code, person))
    return _apply(transaction, person, change, received_ms)


def _first(transaction: Transaction, person: int, change: Change, received_ms: int) -> Arrival:
    """The first that is ever heard of a person, and nothing it could follow: there is nothing to compare it with."""
    transaction.execute(PUT_CODE, (change.identity.code, person))
    transaction.execute(PUT_FIRST_STATE, first_state(person, change, received_ms))
    transaction.execute(PUT_NEW_PERSON, person_row(person, change))
    return Arrival(Outcome.APPLIED, [])


def first_state(person: int, change: Change, received_ms: int) -> tuple[Any, ...]:
    """The row of a state that is the first of its person."""
    residence = change.residence
    return person, residence.n, residence.office, change.version, received_ms, encode_change(change)


def _park(transaction: Transaction, change: Change, received_ms: int) -> None:
    """Set aside what follows something not heard of yet, until one of its codes is; the same change is set aside once."""
    assert change.previous is not None  # noqa: S101 - without a previous state there is nothing to wait for
    awaited, body = change.previous.code, encode_change(change)
    if transaction.value("SELECT 1 FROM parked WHERE awaited = ? AND change = ?", awaited, body) is None:
        transaction.parked = True
        sql = "INSERT INTO parked (awaited, own, office, since_ms, change) VALUES (?, ?, ?, ?, ?)"
        transaction.execute(sql, (awaited, change.identity.code, change.previous.office, received_ms, body))


def _release(transaction: Transaction, known: Iterable[str], received_ms: int, prefecture: str) -> set[str]:
    """Take up again what waited for codes that are known now, and what waited for the codes that become known by it, and so on.

    Returns the offices that contest one another by it.
    """
    found, contests = deque(known), set[str]()
    while found:
        waiting = transaction.all("DELETE FROM parked WHERE awaited = ?1 OR own = ?1 RETURNING change", found.popleft())
        for (body,) in sorted(waiting):  # not in the order in which they came
            change = decode_change(body)
            contests.update(_take(transaction, change, received_ms, prefecture).contested)
            found.extend(codes(change))
    return contests


def _person(transaction: Transaction, code: str) -> int | None:
    """To whom a code leads."""
    person: int | None = transaction.value("SELECT person FROM code WHERE code = ?", code)
    return person


def _person_of(transaction: Transaction, change: Change, prefecture: str) -> int | None:
    """Whose change this is; None if it follows something not heard of yet."""
    persons = {person for code in codes(change) if (person := _person(transaction, code))}
    if len(persons) > 1:
        transaction.events.append(("change:person:merged", change.residence.office))
        return _merge(transaction, sorted(persons))
    if persons:
        return persons.pop()
    on_trust = prefecture and change.previous and change.previous.office[:2] != prefecture
    return new_person(transaction) if on_trust else None


def new_person(transaction: Transaction) -> int:
    """A number that nobody ever had here, merged persons included: provision rows name persons by it."""
    person, other = transaction.one("SELECT (SELECT max(id) FROM person), (SELECT max(other) FROM merged)")
    return max(person or 0, other or 0) + 1


def _merge(transaction: Transaction, persons: list[int]) -> int:
    """Two numbers turn out to be one human: everything goes to the smaller number, and the other one leads there (職権記載等)."""
    kept, *others = persons
    for other in others:
        transaction.execute("UPDATE code SET person = ? WHERE person = ?", (kept, other))
        transaction.execute(
            """INSERT INTO state SELECT ?, n, office, version, received_ms, change, asked FROM state WHERE person = ?
            ON CONFLICT (person, n, office, version) DO UPDATE SET change = excluded.change, asked = excluded.asked
            WHERE excluded.change > state.change""",
            (kept, other),
        )
        transaction.execute("DELETE FROM state WHERE person = ?", (other,))
        transaction.execute("DELETE FROM person WHERE id = ?", (other,))
        transaction.execute("UPDATE merged SET kept = ? WHERE kept = ?", (kept, other))
        transaction.execute("INSERT INTO merged VALUES (?, ?)", (other, kept))
    return kept


def numbers_of(transaction: Transaction, person: int) -> list[int]:
    """All numbers under which a person was ever known here, the present one first."""
    return [person, *(other for (other,) in transaction.all("SELECT other FROM merged WHERE kept = ? ORDER BY other", person))]


def _apply(transaction: Transaction, person: int, change: Change, received_ms: int) -> Arrival:
    """Keep the state and let the rule say which one holds."""
    states = _states(transaction, person)
    if not _keep_state(transaction, person, change, states, received_ms):
        return Arrival(Outcome.KNOWN, [])
    arrival, holds = judged(transaction, states, change)
    _keep(transaction, person, holds)
    return arrival


def judged(transaction: Transaction, states: States, change: Change) -> tuple[Arrival, Change]:
    """What a change that is new beside the states makes of its person: the arrival, and the state that holds now."""
    last = _gone_on_from(states, change)
    if last is not None:
        _note_unreleased(transaction, last, change)
        return _APPLIED, change
    newest = _newest(states)
    before = current(newest.values()) if newest else None
    if supersedes(change, newest.get(change.residence)):
        newest[change.residence] = change
    holds = current(newest.values())
    _note_unreleased(transaction, before, holds)
    return Arrival(Outcome.APPLIED, contested(newest.values(), change)), holds


def _gone_on_from(states: States, change: Change) -> Change | None:
    """The state that held until now, if the change plainly goes on from it, as most do: it alone is decoded, and nothing is ranked.

    Plainly: neither is annulled, nobody else claims the highest residence there is, and the change is a later version of that, or of a
    higher one.
    """
    n, office, version = next(reversed(states), (0, "", 0))
    told, own = change.residence, change.residence.n == n
    higher = told.n > n or (own and told.office == office and change.version > version)
    if not n or not higher or change.status is Status.ANNULLED or any(key[0] == n and key[1] != office for key in states):
        return None
    held = decode_change(states[n, office, version][0])
    return None if held.status is Status.ANNULLED else held


def _note_unreleased(transaction: Transaction, before: Change | None, holds: Change) -> None:
    """Tell the operator of a residence that begins while another office has the person: the removal is on its way, or somebody lies."""
    if before and before.residence.office != holds.residence.office and before.status is holds.status is Status.RESIDENT:
        transaction.events.append(("change:residence:unreleased", f"{before.residence.office} {holds.residence.office}"))


def _states(transaction: Transaction, person: int) -> States:
    sql = "SELECT n, office, version, change, asked FROM state WHERE person = ? ORDER BY n, office, version"
    return {(n, office, version): (body, asked) for n, office, version, body, asked in transaction.all(sql, person)}


def _newest(states: States) -> dict[Residence, Change]:
    """The newest state of each residence."""
    bodies = {Residence(n, office): body for (n, office, _), (body, _) in states.items()}
    return {residence: decode_change(body) for residence, body in bodies.items()}


def _keep_state(transaction: Transaction, person: int, change: Change, states: States, received_ms: int, *, asked: bool = False) -> bool:
    """Write a state down; False if it stands there already. Of two under one version the rule keeps one (register.arrival).

    What an office said when it was `asked` is not known yet when its notice comes: only then is it passed on.
    """
    key, body = key_of(change), encode_change(change)
    row = states.get(key)
    if row is None or supersedes(change, decode_change(row[0])):
        transaction.execute(PUT_STATE, (person, *key, received_ms, body, int(asked)))
    elif row == (body, 1) and not asked:
        transaction.execute("UPDATE state SET asked = 0 WHERE person = ? AND n = ? AND office = ? AND version = ?", (person, *key))
        return True
    return row is None or row[0] != body


def key_of(change: Change) -> tuple[int, str, int]:
    """Where a state stands in its person's life: residence, office, version."""
    return change.residence.n, change.residence.office, change.version


def latest_states(transaction: Transaction, person: int) -> list[Change]:
    """The newest state of each residence of a person."""
    return list(_newest(_states(transaction, person)).values())


def _keep(transaction: Transaction, person: int, change: Change) -> None:
    """Keep the state that holds, with the keys it is searched by."""
    transaction.execute(PUT_PERSON, person_row(person, change))


def person_row(person: int, change: Change) -> tuple[Any, ...]:
    """The row of a person of whom this state holds."""
    held, name = change.identity, name_key(change.identity.name)
    return (
        person, held.code, change.residence.n, change.residence.office, change.version, int(change.status), change.date,
        encode_identity(held),
        key64(name, held.birth), key64(kana_key(held.kana), held.birth), key64(name, address_key(held.address)),
    )  # fmt: skip


def same_but_address(held: Identity, told: Identity) -> bool:
    """Whether a row with this identity is found by the same code, name and reading as one with that."""
    return (held.code, held.name, held.kana, held.birth) == (told.code, told.name, told.kana, told.birth)


def name_address(told: Identity) -> int:
    """The key of name and address together."""
    return key64(name_key(told.name), address_key(told.address))


def lost_before(transaction: Transaction, named: str, awaited: str) -> list[tuple[str, str]]:
    """(code, office that holds the person now) of changes parked for a code that the office named does not hold either; told once.

    Only those of which the operator was told: they have waited for a minute.
    """
    sql = "UPDATE parked SET alarmed = 2 WHERE office = ? AND awaited = ? AND alarmed = 1 RETURNING change"
    changes = [decode_change(body) for (body,) in transaction.all(sql, named, awaited)]
    return sorted({(change.identity.code, change.residence.office) for change in changes})


def somebody_waits(transaction: Transaction) -> bool:
    """Whether any change is parked."""
    return transaction.value("SELECT 1 FROM parked LIMIT 1") is not None


def to_ask(transaction: Transaction, now_ms: int, waited_ms: int, again_ms: int, count_max: int) -> list[tuple[str, str]]:
    """(office named, code awaited) of changes parked for `waited_ms` and not asked about for `again_ms`, those never asked about first.

    Moments that lie before us were written while the clock was wrong; they count from now.
    """
    sql = """UPDATE parked SET since_ms = CASE WHEN since_ms > ?1 THEN ?1 ELSE since_ms END, asked_ms = 0
        WHERE since_ms > ?1 OR asked_ms > ?1"""
    transaction.execute(sql, (now_ms,))
    sql = """UPDATE parked SET asked_ms = ?1 WHERE id IN
        (SELECT id FROM parked WHERE since_ms <= ?1 - ?2 AND asked_ms <= ?1 - ?3 ORDER BY asked_ms, id LIMIT ?4)
        RETURNING office, awaited"""
    return sorted(set(transaction.all(sql, now_ms, waited_ms, again_ms, count_max)))


def to_alarm(transaction: Transaction, since_ms: int) -> list[tuple[int, str]]:
    """(row, office named) of changes parked before `since_ms` of which the operator was not told; told once."""
    return sorted(transaction.all("UPDATE parked SET alarmed = 1 WHERE since_ms <= ? AND alarmed = 0 RETURNING id, office", since_ms))


def held_records(transaction: Transaction, office: str, after: int, count_max: int) -> list[tuple[int, Change, tuple[str, ...]]]:
    """(person, newest change, codes) of at most `count_max` persons `office` has told of, by their numbers here; nothing that others told.

    The newest change of each residence: an annulled one says nothing of those before it. What of it is parked comes with the first
    persons, under the number 0: the office has told it, and may have lost it.
    """
    sql = "SELECT DISTINCT person FROM state WHERE office = ? AND person > ? ORDER BY person LIMIT ?"
    rows = [] if after else _parked_of(transaction, office)
    for (person,) in transaction.all(sql, office, after, count_max):
        bodies = transaction.all("SELECT change FROM state WHERE person = ? AND office = ? ORDER BY version", person, office)
        changes = [decode_change(body) for (body,) in bodies]
        told = sorted({change.residence.n: change for change in changes}.values(), key=lambda change: change.version)
        known = tuple(sorted({code for change in changes for code in codes(change)}))
        rows += [(person, change, known) for change in told]
    return rows


def _parked_of(transaction: Transaction, office: str) -> list[tuple[int, Change, tuple[str, ...]]]:
    """What waits of an office's own changes, as held_records gives it."""
    changes = [decode_change(body) for (body,) in transaction.all("SELECT change FROM parked")]
    own = sorted((change for change in changes if change.residence.office == office), key=lambda change: change.version)
    return [(0, change, tuple(sorted(codes(change)))) for change in own]


def may_tie(transaction: Transaction, office: str, awaited: str, known: Iterable[str]) -> bool:
    """Whether `office` may say that these codes are one human's: whoever they lead to it has told of, but for who has the awaited code."""
    persons = {person for code in known if (person := _person(transaction, code))} - {_person(transaction, awaited)}
    sql = "SELECT 1 FROM state WHERE person = ? AND office = ? LIMIT 1"
    return all(transaction.value(sql, person, office) for person in persons)


def learn(transaction: Transaction, change: Change, known: tuple[str, ...], received_ms: int) -> None:
    """Take what an office that was asked says of a person: all these codes are one human's."""
    tied = [*dict.fromkeys((*known, *codes(change)))]
    persons = sorted({person for code in tied if (person := _person(transaction, code))})
    person = _merge(transaction, persons) if persons else new_person(transaction)
    transaction.connection.executemany(_PUT_CODE_ONCE, [(code, person) for code in tied])
    _keep_state(transaction, person, change, _states(transaction, person), received_ms, asked=True)
    _keep(transaction, person, current(latest_states(transaction, person)))
    _release(transaction, tied, received_ms, "")
