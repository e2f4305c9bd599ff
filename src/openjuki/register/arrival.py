"""Order of arrival: which state of a person holds, whatever order the changes came in (到着順; architecture section 3).

The rule: inside a residence the highest version; of the residences the highest number that is not annulled; if two offices claim
one number, the later date of change, then the larger office code, and both are told. Everything here is a maximum over a set, so that
neither order nor repetition can matter.
"""

import datetime
from collections.abc import Iterable

from openjuki.register.change import Change, encode_change
from openjuki.register.dates import DateText, is_calendar_date, latest
from openjuki.register.identity import Status


def codes(change: Change) -> list[str]:
    """Every code that a change says is this person's, the present one first."""
    own = change.identity.code
    return [own, change.previous.code] if change.previous and change.previous.code != own else [own]


def supersedes(new: Change, held: Change | None) -> bool:
    """Whether `new` replaces what is held for the same residence (n, office).

    An office that has sent two states under one version has broken its numbering; then the greater bytes hold, everywhere alike.
    """
    return held is None or (new.version, encode_change(new)) > (held.version, encode_change(held))


def rank(change: Change) -> tuple[bool, int, datetime.date, str]:
    """Sorts the residences of one person: the greatest is the current one. A partial date counts as its last possible day."""
    return (change.status is not Status.ANNULLED, change.residence.n, _day(change.date), change.residence.office)


def _day(date: str) -> datetime.date:
    if is_calendar_date(date):
        return datetime.date.fromisoformat(date)
    return latest(DateText(date)) if date else datetime.date.min


def current(newest: Iterable[Change]) -> Change:
    """The state that holds, of the newest states of all residences of one person (at least one)."""
    return max(newest, key=rank)


def contested(newest: Iterable[Change], new: Change) -> list[str]:
    """Offices that claim the same residence number as `new` and are not annulled, in order of code; empty when `new` is alone."""
    if new.status is Status.ANNULLED:
        return []
    same = {c.residence.office for c in newest if c.residence.n == new.residence.n and c.status is not Status.ANNULLED}
    claims = sorted(same | {new.residence.office})
    return claims if len(claims) > 1 else []
