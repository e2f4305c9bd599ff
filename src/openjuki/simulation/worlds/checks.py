"""The promises a world is held to when the storm is over (不変条件; reference reliability section 6, invariants I1-I4)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from openjuki.law.kinds import OfficeKind
from openjuki.offices import identity, municipality
from openjuki.procedures.change_notice import RecordError, change_message, loss_message
from openjuki.procedures.identity_query import IdentityAnswer
from openjuki.simulation.worlds import agreement, cast
from openjuki.simulation.worlds.cast import HUBS
from openjuki.simulation.worlds.violation import Violation
from openjuki.wire.speech import encode

if TYPE_CHECKING:
    from openjuki.simulation.worlds.world import World

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
    agreement.check(world)
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
            _short(*_sent(name, body, seal))
            for sequence, name, body, seal in world.disks[sender].rows(
                "SELECT sequence, type, body, seal FROM outbox WHERE receiver = ? ORDER BY sequence", receiver
            )
            if sequence not in aside
        ]
        rows = world.disks[receiver].rows("SELECT type, payload FROM world_applied WHERE sender = ? ORDER BY id", sender)
        applied = [_short(name, payload) for name, payload in rows]
        if sender in world.restores.restored:
            applied = applied[len(applied) - len(sent) :] if len(sent) < len(applied) else applied
        if applied != sent or len(set(aside)) != len(aside):
            at = next((i for i, (a, s) in enumerate(zip(applied, sent, strict=False)) if a != s), min(len(applied), len(sent)))
            raise Violation(f"I3 {receiver} applied {len(applied)} of {len(sent)} rows of {sender}, differing at {at}")


def _sent(name: str, body: bytes, seal: bytes | None) -> tuple[str, bytes]:
    """An outbox row as it travels: an office's own change, or word of a loss, becomes its message on the way out."""
    if name == municipality.CHANGE and seal is None:
        return name, encode(change_message(body))
    if name == identity.LOST_BEFORE:
        return RecordError.type_name(), encode(loss_message(body))
    return name, body


def _short(name: str, payload: bytes) -> tuple[str, str]:
    return name, sha256(payload).hexdigest()[:12]


def _registers_are_their_events(world: World) -> None:
    """Every kept record is the fold of its events."""
    for office in cast.MUNICIPALITIES:
        different = municipality.rebuild(world.disks[office].committed())
        if different:
            raise Violation(f"{office} keeps records of persons {different} that are not what their events say")


def is_logged(world: World, office: str, answer: IdentityAnswer) -> bool:
    """Whether an answer has its one row at the office that gave it."""
    rows = world.disks[office].rows(
        "SELECT answer, salt FROM provision WHERE log = ? AND position = ?", answer.promise.log, answer.promise.index
    )
    return rows == [(encode(answer.persons), answer.salt)]


def _answers_stand_in_the_log(world: World) -> None:
    """I4: every accepted answer has its one row at the office that gave it; the log has no hole and no leaf twice."""
    for office, answer in world.answers:
        if not is_logged(world, office, answer):
            raise Violation(f"I4 {office} answered with leaf {answer.promise.index}, and its log does not hold it")
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
