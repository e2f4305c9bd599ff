"""Whether municipality, prefecture and centre agree when all is calm (整合性; reference reliability section 6, invariant I2).

What must hold is worked out anew here and not by the offices' own rules: whatever shares a code is one human, of each residence the
highest version, and of the residences the greatest that is not annulled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from openjuki.offices import municipality
from openjuki.offices.identity import decode_identity
from openjuki.offices.municipality import decode_record
from openjuki.register.change import Change, decode_change
from openjuki.register.identity import Identity, Status
from openjuki.register.record import identity
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.worlds import cast
from openjuki.simulation.worlds.people import WRONG_BIRTH
from openjuki.simulation.worlds.violation import Violation

if TYPE_CHECKING:
    from openjuki.simulation.worlds.world import World


class Held(NamedTuple):
    """A state of one human, in the order of the rule: not annulled, residence number, date of change, office; then version and the rest."""

    stands: bool
    n: int
    date: str
    office: str
    version: int
    status: Status
    identity: Identity


Told = tuple[frozenset[str], Held]
"""Codes of one human, and one state."""
Human = tuple[frozenset[str], list[Held]]


def check(world: World) -> None:
    """Raise Violation unless every hub holds of every human what the municipalities say."""
    records = [told for office in cast.MUNICIPALITIES for told in _records(world, office)]
    everybody = humans(records)
    _agree(world, CENTRE, everybody, [])
    for hub in (cast.KAGOSHIMA, cast.TOKYO):
        _check_prefecture(world, hub, cast.HUBS[hub], everybody)


def _check_prefecture(world: World, hub: str, prefecture: str, everybody: list[Human]) -> None:
    """A prefecture knows what its own municipalities have told. If one of them or it was restored, it may have learned more.

    For a restored municipality has not all that it told: of a residence that was annulled it may have the entry alone, and then what it
    keeps is what was told last. And a restored prefecture asks the centre, which knows codes tied elsewhere.
    """
    own, wider = [office for office in cast.MUNICIPALITIES if office.startswith(prefecture)], list[Human]()
    if restored := world.restores.restored & {hub, *own}:
        lives = [(codes, [state for state in states if state.office in own]) for codes, states in everybody]
        kept = [one for office in own for one in (_records if office in restored else _told)(world, office)]
        wider = [*(human for human in lives if human[1]), *humans(kept)]
    _agree(world, hub, humans(change for office in own for change in _told(world, office)), wider)


def _records(world: World, office: str) -> Iterator[Told]:
    """What a municipality's own records say; each must be what it last told."""
    disk = world.disks[office]
    for person, version, body, notice in disk.rows("SELECT id, version, record, change FROM person ORDER BY id"):
        record, last = decode_record(body), _held(decode_change(notice))
        codes = frozenset(code for (code,) in disk.rows("SELECT code FROM code_used WHERE person = ?", person))
        if last[1] != record.residence or last[4:] != (version, record.status, identity(record)):
            raise Violation(f"I2 {office} has told another state of person {person} than it keeps")
        yield codes, last


def _told(world: World, office: str) -> Iterator[Told]:
    """What a municipality told its prefecture, but for what could not be kept."""
    rows = world.disks[office].rows("SELECT body FROM outbox WHERE type = ?", municipality.CHANGE)
    for change in (decode_change(body) for (body,) in rows):
        if change.identity.birth != WRONG_BIRTH:
            codes = {change.identity.code, change.previous.code} if change.previous else {change.identity.code}
            yield frozenset(codes), _held(change)


def _held(change: Change) -> Held:
    stands, residence = change.status is not Status.ANNULLED, change.residence
    return Held(stands, residence.n, change.date, residence.office, change.version, change.status, change.identity)


def humans(told: Iterable[Told]) -> list[Human]:
    """For every human all codes and all states."""
    found: list[Human] = []
    for codes, state in told:
        same = [human for human in found if human[0] & codes]
        found = [human for human in found if not human[0] & codes]
        found.append((codes.union(*(human[0] for human in same)), [state, *(one for human in same for one in human[1])]))
    return found


def holds(states: list[Held]) -> Held:
    """Which of the states of one human holds."""
    newest: dict[tuple[int, str], Held] = {}
    for state in sorted(states, key=lambda state: state.version):
        newest[state.n, state.office] = state
    return max(newest.values())


def _agree(world: World, hub: str, expected: list[Human], wider: list[Human]) -> None:
    """Compare every code, and how many persons there are; where there are `wider` humans, either state will do."""
    for codes, states in expected:
        more = [holds(human[1]) for human in wider if human[0] & codes]
        for code in sorted(codes):
            _compare(world, hub, code, {holds(states), *more})
    count = world.disks[hub].rows("SELECT count(*) FROM person")[0][0]
    if count != len(expected) and not wider:
        raise Violation(f"I2 {hub} holds {count} persons, and was told of {len(expected)}")


def _compare(world: World, hub: str, code: str, allowed: set[Held]) -> None:
    sql = "SELECT p.status, p.n, p.date, p.office, p.version, p.identity FROM code c JOIN person p ON p.id = c.person WHERE c.code = ?"
    rows = world.disks[hub].rows(sql, code)
    if not rows:
        raise Violation(f"I2 {hub} does not know a person of {sorted(held.office for held in allowed)}")
    status, n, date, office, version, body = rows[0]
    held = Held(status != Status.ANNULLED, n, date, office, version, Status(status), decode_identity(body))
    if held not in allowed:
        expected = " or ".join(sorted(str(state[1:6]) for state in allowed))
        raise Violation(f"I2 {hub} holds {held[1:6]} and not {expected}, or another identity")
