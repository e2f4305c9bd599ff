"""The promises a world is held to when the storm is over (不変条件; reference reliability section 6, invariants I1-I4)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.offices import municipality
from openjuki.offices.identity import decode_identity
from openjuki.offices.municipality import decode_record
from openjuki.procedures.change_notice import change_message
from openjuki.register.change import decode_change
from openjuki.register.identity import Identity, Status
from openjuki.register.record import identity
from openjuki.simulation.worlds import cast
from openjuki.simulation.worlds.violation import Violation
from openjuki.wire.speech import encode

if TYPE_CHECKING:
    from openjuki.simulation.worlds.world import World

HUBS = {office.code: office.prefecture for office in cast.OFFICES if office.kind in (OfficeKind.CENTRE, OfficeKind.PREFECTURE)}
NOTIFYING = tuple(office.code for office in cast.OFFICES if office.kind is OfficeKind.MUNICIPALITY or office.code in HUBS)


def late(world: World) -> str:
    """Who has not caught up yet, or ""."""
    for code in cast.CODES:
        if not world.lives[code].ready:
            return f"{code} is not open"
        if world.lives[code].office.recovering:
            return f"{code} is recovering"
        if world.lives[code].open_steps:
            return f"{code} has not told of a step"
    for sender, receiver, epoch, last in _links(world):
        cursor = _value(world, receiver, "SELECT cursor FROM inbox WHERE sender = ? AND epoch = ?", sender, epoch) or 0
        if cursor < last:
            return f"{receiver} has {cursor} of {last} from {sender}"
        told = _value(world, sender, "SELECT sequence FROM acknowledged WHERE receiver = ?", receiver) or 0
        if told < last:
            return f"{sender} knows of {told} of {last} at {receiver}"
    return next((f"{hub} has parked changes" for hub in HUBS if _value(world, hub, "SELECT count(*) FROM parked")), "")


def check(world: World) -> None:
    """Raise Violation for the first promise that does not hold."""
    world.register.check()
    _applied_once_in_order(world)
    _registers_are_their_events(world)
    _hubs_agree(world)
    _answers_stand_in_the_log(world)
    _codes_belong_to_one(world)


def _value(world: World, office: str, sql: str, *values: Any) -> Any:
    rows = world.disks[office].rows(sql, *values)
    return rows[0][0] if rows else None


def _links(world: World) -> Iterator[tuple[str, str, bytes, int]]:
    """(sender, receiver, epoch, last sequence written) of every pair of which one sends notices to the other."""
    for sender in NOTIFYING:
        epoch = _value(world, sender, "SELECT value FROM setting WHERE key = 'epoch'")
        for receiver, following in world.disks[sender].rows("SELECT receiver, sequence FROM next_sequence ORDER BY receiver"):
            yield sender, receiver, epoch, following - 1


def _applied_once_in_order(world: World) -> None:
    """I3: what a peer applied is exactly the sender's outbox, each row once, in its order, but for the rows set aside."""
    for sender, receiver, epoch, _ in _links(world):
        sql = "SELECT sequence FROM quarantine WHERE sender = ? AND epoch = ? ORDER BY id"
        aside = [sequence for (sequence,) in world.disks[receiver].rows(sql, sender, epoch)]
        sent = [
            (name, sha256(_payload(name, body, seal)).hexdigest()[:12])
            for sequence, name, body, seal in world.disks[sender].rows(
                "SELECT sequence, type, body, seal FROM outbox WHERE receiver = ? ORDER BY sequence", receiver
            )
            if sequence not in aside
        ]
        rows = world.disks[receiver].rows("SELECT type, payload FROM world_applied WHERE sender = ? ORDER BY id", sender)
        applied = [(name, sha256(payload).hexdigest()[:12]) for name, payload in rows]
        if applied != sent or len(set(aside)) != len(aside):
            at = next((i for i, (a, s) in enumerate(zip(applied, sent, strict=False)) if a != s), min(len(applied), len(sent)))
            raise Violation(f"I3 {receiver} applied {len(applied)} of {len(sent)} rows of {sender}, differing at {at}")


def _payload(name: str, body: bytes, seal: bytes | None) -> bytes:
    """An outbox row as it travels: an event's own change becomes its message on the way out."""
    return encode(change_message(body)) if name == municipality.CHANGE and seal is None else body


def _registers_are_their_events(world: World) -> None:
    """Every kept record is the fold of its events."""
    for office in cast.MUNICIPALITIES:
        different = municipality.rebuild(world.disks[office].committed())
        if different:
            raise Violation(f"{office} keeps records of persons {different} that are not what their events say")


class Held(NamedTuple):
    """What must hold of one human, in the order of the rule: not annulled, residence number, date of change, office."""

    stands: bool
    n: int
    date: str
    office: str
    version: int
    status: Status
    identity: Identity


def _hubs_agree(world: World) -> None:
    """I2: for every human the centre, and a prefecture for its own municipalities, hold the projection of the municipal record."""
    for hub, prefecture in HUBS.items():
        expected = _expected(world, prefecture)
        for codes, held in expected:
            _compare(world, hub, codes, held)
        count = _value(world, hub, "SELECT count(*) FROM person")
        if count != len(expected):
            raise Violation(f"I2 {hub} holds {count} persons, its municipalities {len(expected)}")


def _expected(world: World, prefecture: str) -> list[tuple[frozenset[str], Held]]:
    """For every human known to the municipalities of a prefecture ("" for all): all codes, and the state that must hold.

    Written anew here and not taken from the offices: whatever shares a code is one human, and of the states the greatest holds.
    """
    humans: list[tuple[frozenset[str], list[Held]]] = []
    for office in cast.MUNICIPALITIES:
        if office.startswith(prefecture):
            for codes, held in _records(world, office):
                same = [human for human in humans if human[0] & codes]
                humans = [human for human in humans if not human[0] & codes]
                humans.append((codes.union(*(human[0] for human in same)), [held, *(one for human in same for one in human[1])]))
    return [(codes, max(states)) for codes, states in humans]


def _records(world: World, office: str) -> Iterator[tuple[frozenset[str], Held]]:
    disk = world.disks[office]
    for person, version, body, notice in disk.rows("SELECT id, version, record, change FROM person ORDER BY id"):
        record, date = decode_record(body), decode_change(notice).date
        codes = frozenset(code for (code,) in disk.rows("SELECT code FROM code_used WHERE person = ?", person))
        yield codes, Held(record.status is not Status.ANNULLED, record.residence, date, office, version, record.status, identity(record))


def _compare(world: World, hub: str, codes: frozenset[str], held: Held) -> None:
    sql = (
        "SELECT p.id, p.n, p.date, p.office, p.version, p.status, p.identity FROM code c JOIN person p ON p.id = c.person WHERE c.code = ?"
    )
    for code in sorted(codes):
        rows = world.disks[hub].rows(sql, code)
        if not rows:
            raise Violation(f"I2 {hub} does not know a person of {held.office} (status {held.status.name})")
        _, n, date, office, version, status, body = rows[0]
        if (n, date, office, version, status) != held[1:6]:
            raise Violation(f"I2 {hub} holds the state {(n, date, office, version, status)} and not {held[1:6]}")
        if decode_identity(body) != held.identity:
            raise Violation(f"I2 {hub} holds another identity than {held.office} in state {held[1:6]}")


def _answers_stand_in_the_log(world: World) -> None:
    """I4: every accepted answer has its one row at the office that gave it; the log has no hole and no leaf twice."""
    for office, answer in world.answers:
        sql = "SELECT answer, salt FROM provision WHERE log = ? AND position = ?"
        rows = world.disks[office].rows(sql, answer.promise.log, answer.promise.index)
        if len(rows) != 1 or rows[0] != (encode(answer.persons), answer.salt):
            raise Violation(f"I4 {office} answered with leaf {answer.promise.index}, its log holds {len(rows)} such rows")
    for hub in HUBS:
        for log, size, last in world.disks[hub].rows("SELECT log, count(*), max(position) FROM provision GROUP BY log"):
            distinct = _value(world, hub, "SELECT count(DISTINCT position) FROM provision WHERE log = ?", log)
            if not size == last + 1 == distinct:
                raise Violation(f"I4 {hub} has {size} rows in its log up to position {last}")


def _codes_belong_to_one(world: World) -> None:
    """N1: no code is written for two humans."""
    whose: dict[str, set[str]] = {}
    for human in world.script.humans:
        for code in human.codes:
            if whose.setdefault(code, human.names) is not human.names:
                raise Violation("N1 one code for two humans")
