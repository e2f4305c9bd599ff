"""Order of arrival: which state of a person holds, whatever order the changes came in (到着順; architecture section 3).

The rule: inside a residence the highest version; of the residences the highest number that is not annulled; if two offices claim
one number, the later date of change, then the larger office code, and both are told.
"""

from collections.abc import Iterable

from openjuki.register.change import Change
from openjuki.register.identity import Status


def supersedes(new: Change, held: Change | None) -> bool:
    """Whether `new` replaces what is held for the same residence (n, office)."""
    return held is None or new.version > held.version


def rank(change: Change) -> tuple[bool, int, str, str]:
    """Sorts the residences of one person: the greatest is the current one."""
    return (change.status is not Status.ANNULLED, change.residence.n, change.date, change.residence.office)


def current(latest: Iterable[Change]) -> Change:
    """The state that holds, of the latest states of all residences of one person (at least one)."""
    return max(latest, key=rank)


def contested(latest: Iterable[Change], new: Change) -> list[str]:
    """Offices that claim the same residence number as `new` and are not annulled; empty when `new` is alone."""
    same = [c for c in latest if c.residence.n == new.residence.n and c.status is not Status.ANNULLED]
    others = [c.residence.office for c in same if c.residence.office != new.residence.office]
    return [*others, new.residence.office] if others and new.status is not Status.ANNULLED else []
