"""Which identity a retention sweep takes away at prefecture and centre, a batch at a time (保存期間経過後の消去, 令30の6, 30の11; P1).

Days are those on which something arrived here, by the office's clock in Japan. A state is never taken away while it is the one that
holds, unless the person's death or removal itself has run out; then everything of the person goes, and only the number stays, so that it
never becomes another's. What survives a crash: each batch and its trace are one transaction.
"""

import datetime
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from openjuki.law.calendar import Profile
from openjuki.law.kinds import OfficeKind
from openjuki.law.retention import HeldIdentity, Told, first_kept, identity_kept_at_least_until, identity_kept_until, may_go
from openjuki.law.retention_terms import SweepRule
from openjuki.offices.office import Office
from openjuki.offices.retention_batch import ROWS_MAX, Swept, day_of, start_of
from openjuki.offices.retention_trace import Removed
from openjuki.offices.store import Transaction
from openjuki.register.arrival import codes, current
from openjuki.register.change import Change, decode_change, encode_change
from openjuki.register.identity import Status

PERSONS_MAX = 500
"""Looked at in one batch."""
NOBODY = 0
"""No person's number: stands in `merged` beside a number that is nobody's any more."""
_TOLD = {Status.RESIDENT: Told.ENTERED, Status.REMOVED: Told.REMOVED, Status.DEAD: Told.DIED, Status.ANNULLED: Told.REMOVED}
_OF_TOLD = {Told.ENTERED: SweepRule.SUPERSEDED, Told.REMOVED: SweepRule.REMOVED, Told.DIED: SweepRule.DIED}
_ITEM = {SweepRule.SUPERSEDED: 1, SweepRule.REMOVED: 2, SweepRule.DIED: 3}


class HeldState(NamedTuple):
    """One state of a person with the time of its arrival (wall clock, ms)."""

    received_ms: int
    change: Change
    confirmed_on: datetime.date | None = None
    """Prefecture: when the office was told where somebody removed lives now (転出確定通知, 令13(3))."""

    @property
    def day(self) -> datetime.date:
        """The day of its arrival in Japan."""
        return day_of(self.received_ms)


def states_of(transaction: Transaction, person: int, hub: OfficeKind = OfficeKind.CENTRE) -> list[HeldState]:
    """Every state that is held of a person; at a prefecture with what confirms a removal."""
    rows = transaction.all("SELECT received_ms, change FROM state WHERE person = ?", person)
    states = [HeldState(received_ms, decode_change(body)) for received_ms, body in rows]
    if hub is not OfficeKind.PREFECTURE:
        return states
    return [state._replace(confirmed_on=_confirmed_on(transaction, state.change)) for state in states]


def _confirmed_on(transaction: Transaction, change: Change) -> datetime.date | None:
    """When the office of a removal was told that the person has arrived elsewhere."""
    sql = "SELECT received_on FROM transfer_confirmed WHERE code = ? AND n = ? AND office = ?"
    told = (transaction.value(sql, code, change.residence.n, change.residence.office) for code in codes(change))
    days = [datetime.date.fromisoformat(day) for day in told if day] if change.status is Status.REMOVED else []
    return min(days, default=None)


def still_held(transaction: Transaction, office: Office, on: datetime.date, change: Change) -> bool:
    """Whether a state is held here, or waits to be, and has not run out on that day."""
    person, body = transaction.value("SELECT person FROM code WHERE code = ?", change.identity.code), encode_change(change)
    states = [] if person is None else states_of(transaction, person, office.kind)
    if any(state.change == change for state in states):
        return all(state.change != change for state in expired(states, office.kind, on, office.profile))
    waits = transaction.all("SELECT since_ms FROM parked WHERE own = ? AND change = ?", change.identity.code, body)
    return any(not _parked_may_go(office, on, since_ms, change) for (since_ms,) in waits)


def expired(states: Sequence[HeldState], hub: OfficeKind, on: datetime.date, profile: Profile) -> list[HeldState]:
    """Those states of one person that may go on that day; the one that holds only together with all others."""
    holding = current(_newest(states))
    gone = [state for state in states if may_go(identity_kept_until(_held(state, states, holding), hub, on, profile), on)]
    if len(gone) < len(states):
        gone = [state for state in gone if state.change != holding]
    return gone


def _newest(states: Iterable[HeldState]) -> list[Change]:
    newest: dict[tuple[int, str], Change] = {}
    for state in states:
        place = (state.change.residence.n, state.change.residence.office)
        if place not in newest or newest[place].version < state.change.version:
            newest[place] = state.change
    return list(newest.values())


def _held(state: HeldState, states: Sequence[HeldState], holding: Change) -> HeldIdentity:
    """A state as the law sees it. What holds has nothing newer, in whatever order the changes came."""
    newer = [] if state.change == holding else [other.day for other in states if _is_newer(other, state)]
    return HeldIdentity(_TOLD[state.change.status], state.day, max(state.day, min(newer)) if newer else None, state.confirmed_on)


def _is_newer(other: HeldState, state: HeldState) -> bool:
    """Whether one follows in the person's life, or arrived later."""
    there, here = other.change.residence, state.change.residence
    if there == here:
        return other.change.version > state.change.version
    return there.n > here.n or other.received_ms > state.received_ms


def sweep_identity(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """States of persons whose time is over, with the codes that only they hold; whole persons where nothing stays."""
    sql = "SELECT DISTINCT person FROM state WHERE person > ? AND received_ms < ? ORDER BY person LIMIT ?"
    persons = [person for (person,) in transaction.all(sql, after, _old_enough_ms(on), PERSONS_MAX)]
    found: dict[SweepRule, list[int]] = {}
    for person in persons:
        states = states_of(transaction, person, office.kind)
        gone = expired(states, office.kind, on, office.profile)
        for state in gone:
            found.setdefault(_OF_TOLD[_TOLD[state.change.status]], []).append(person)
        if gone and really:
            _take_away(transaction, office, person, gone, states)
    removed = tuple(
        Removed(rule, f"令{_article(office)}({_ITEM[rule]})", "state", min(ids), max(ids), len(ids)) for rule, ids in sorted(found.items())
    )
    return Swept(persons[-1] if len(persons) == PERSONS_MAX else None, removed)


@lru_cache(16)
def _old_enough_ms(on: datetime.date) -> int:
    """States that arrived from this moment on cannot have run out."""
    return start_of(first_kept(identity_kept_at_least_until, on))


def _article(office: Office) -> str:
    return "30-6" if office.kind is OfficeKind.PREFECTURE else "30-11"


def _take_away(transaction: Transaction, office: Office, person: int, gone: Sequence[HeldState], states: Sequence[HeldState]) -> None:
    for state in gone:
        residence = state.change.residence
        key = (person, residence.n, residence.office, state.change.version)
        transaction.execute("DELETE FROM state WHERE person = ? AND n = ? AND office = ? AND version = ?", key)
        for code in codes(state.change) if state.confirmed_on else ():
            ended = (code, residence.n, residence.office)
            transaction.execute("DELETE FROM transfer_confirmed WHERE code = ? AND n = ? AND office = ?", ended)
    kept = {code for state in states if state not in gone for code in codes(state.change)}
    _forget_codes(transaction, office, {code for state in gone for code in codes(state.change)} - kept)
    if len(gone) == len(states):
        _forget(transaction, person)


def _forget(transaction: Transaction, person: int) -> None:
    """Nothing stays of a person but the numbers, which provision rows name: nobody else gets them."""
    transaction.execute("DELETE FROM person WHERE id = ?", (person,))
    transaction.execute("UPDATE merged SET kept = ? WHERE kept = ?", (NOBODY, person))
    transaction.execute("INSERT INTO merged VALUES (?, ?)", (person, NOBODY))


def _forget_codes(transaction: Transaction, office: Office, gone: Iterable[str]) -> None:
    """A code leads nowhere any more; the centre goes on knowing that it was given, so that it is never given again (Act art. 30-2)."""
    for code in gone:
        transaction.execute("DELETE FROM code WHERE code = ?", (code,))
        if office.kind is OfficeKind.CENTRE:
            transaction.execute("INSERT INTO code_given VALUES (?, '') ON CONFLICT DO NOTHING", (code,))


def sweep_codes(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Codes that no state named, of persons of whom nothing is left: an office that was asked had said that they were theirs."""
    sql = """SELECT code FROM code WHERE code > ? AND NOT EXISTS (SELECT 1 FROM person WHERE person.id = code.person)
      ORDER BY code LIMIT ?"""
    gone = [code for (code,) in transaction.all(sql, f"{after:011d}" if after else "", ROWS_MAX)]
    if really:
        _forget_codes(transaction, office, gone)
    removed = (Removed(SweepRule.CODE, f"令{_article(office)}", "code", 0, 0, len(gone)),) if gone else ()
    return Swept(int(gone[-1]) if len(gone) == ROWS_MAX else None, removed)


def sweep_parked(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Changes that waited in vain for the one before them, as if they had been kept."""
    rows = transaction.all("SELECT id, since_ms, change FROM parked WHERE id > ? ORDER BY id LIMIT ?", after, ROWS_MAX)
    gone = [number for number, since_ms, body in rows if _parked_may_go(office, on, since_ms, decode_change(body))]
    if really:
        transaction.connection.executemany("DELETE FROM parked WHERE id = ?", [(number,) for number in gone])
    removed = (Removed(SweepRule.PARKED, f"令{_article(office)}", "parked", min(gone), max(gone), len(gone)),) if gone else ()
    return Swept(rows[-1][0] if len(rows) == ROWS_MAX else None, removed)


def _parked_may_go(office: Office, on: datetime.date, since_ms: int, change: Change) -> bool:
    """As if it were held since it came."""
    return may_go(identity_kept_until(HeldIdentity(_TOLD[change.status], day_of(since_ms)), office.kind, on, office.profile), on)
