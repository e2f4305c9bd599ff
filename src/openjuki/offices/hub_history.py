"""Bitemporal questions to prefecture and centre: the identity on a day as received by a day (本人確認情報の時点照会, Act art. 30-5; X3).

As-of goes by the date that a change names, as-known by the time of its receipt. A hub knows what it was told: a whole new state with each
change, so what differs from the state before holds from that change's date on. That a correction concerns the past it is not told.
"""

import datetime
from collections.abc import Iterable
from functools import partial
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.arrival import rank
from openjuki.register.change import Change, decode_change
from openjuki.register.dates import UNKNOWN_DATE, DateText, earliest, is_calendar_date, latest
from openjuki.register.identity import Identity, Reason, Status
from openjuki.register.readings import Readings, Step, readings

_BEGINNINGS = frozenset({Reason.MOVE_IN, Reason.BIRTH, Reason.ENTRY_EX_OFFICIO})
_ENDS = frozenset({Status.REMOVED, Status.DEAD})
_JAPAN = datetime.timezone(datetime.timedelta(hours=9))


class Told(NamedTuple):
    """What a hub was told of one person: the identity, the standing, and the residence in which both were told."""

    identity: Identity
    status: Status
    n: int
    office: str


class _Received(NamedTuple):
    """One change and the day on which it was received here."""

    change: Change
    day: datetime.date


def person_of(transaction: Transaction, code: str) -> int | None:
    """The person to whom a code leads, present or old; None if nobody. Who is one human is asked with today's knowledge."""
    person: int | None = transaction.value("SELECT person FROM code WHERE code = ?", code)
    return person


def identity_on(transaction: Transaction, person: int, as_of: DateText, known_ms: int | None = None) -> Readings[Told]:
    """What was told of a person for a day, by changes received until a time (wall clock, ms; None for now). InvalidInput for no date."""
    sql = "SELECT received_ms, change FROM state WHERE person = ? AND received_ms <= ? ORDER BY n, office, version"
    rows = transaction.all(sql, person, known_ms if known_ms is not None else 2**63 - 1)
    received = [_Received(decode_change(body), _day_of(ms)) for ms, body in rows]
    return readings(list(_steps(received)), as_of)


def _day_of(received_ms: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(received_ms / 1_000, _JAPAN).date()


def _steps(received: list[_Received]) -> Iterable[Step[Told]]:
    """The changes in the order in which they apply: by residence as `register.arrival` ranks them, then by version."""
    grouped = groupby(received, key=lambda each: each.change.residence)
    residences = [told for _, each in grouped if (told := list(each))[-1].change.status is not Status.ANNULLED]
    for residence in sorted(residences, key=lambda told: rank(told[-1].change)):
        yield from _of_residence([each for each in residence if each.change.status is not Status.ANNULLED])


def _of_residence(received: list[_Received]) -> Iterable[Step[Told]]:
    """The beginning, then with each further version what it says otherwise than the one before it.

    Who is resident again in the same residence never ended it: a return would be a residence of its own (Act art. 22, 令7).
    """
    yield from _beginning(received[0])
    back = max((place for place, each in enumerate(received) if each.change.status is Status.RESIDENT), default=-1)
    for place, (older, newer) in enumerate(pairwise(received), start=1):
        given = _differences(older.change.identity, newer.change.identity)
        ended = place > back and newer.change.status is not older.change.status and newer.change.status in _ENDS
        if given or ended:
            first, last, undated = _days(newer)
            status = newer.change.status if ended else None
            yield Step(first, last, partial(_changed, given, status), undated=undated)


def _beginning(begun: _Received) -> Iterable[Step[Told]]:
    """The first that was heard of a residence; if that was not its entry, nothing is known of when it began, only when it had."""
    change = begun.change
    first, last, undated = _days(begun)
    told = Told(change.identity, change.status, change.residence.n, change.residence.office)
    if change.reason in _BEGINNINGS and change.status not in _ENDS:
        yield Step(first, last, lambda _: told, True, undated)
        return
    yield Step(datetime.date.min, last, lambda _: told._replace(status=Status.RESIDENT), True, True)
    if change.status in _ENDS:
        yield Step(first, last, partial(_changed, {}, change.status), undated=undated)


def _days(received: _Received) -> tuple[datetime.date, datetime.date, bool]:
    """Between which days a change may have begun to hold: a partial date no later than its receipt."""
    date = received.change.date
    if is_calendar_date(date):
        day = datetime.date.fromisoformat(date)
        return day, day, False
    if date in ("", UNKNOWN_DATE):
        return datetime.date.min, received.day, True
    last = min(latest(DateText(date)), received.day)
    return min(earliest(DateText(date)), last), last, False


def _differences(older: Identity, newer: Identity) -> dict[str, Any]:
    return {name: value for name in Identity.__struct_fields__ if (value := getattr(newer, name)) != getattr(older, name)}


def _changed(given: dict[str, Any], status: Status | None, told: Told | None) -> Told | None:
    if told is None:
        return None
    return told._replace(identity=msgspec.structs.replace(told.identity, **given), status=told.status if status is None else status)
