"""How much may be asked: questions of a day, misses, persons in one answer (照会条件の限定, promises P3, P9; Act art. 30-29).

A random valid resident record code hits one time in eighty, so misses are dear: ten in ten minutes or thirty in a day end the asking
until enough of them are old. The numbers are our policy. Time is passed in as milliseconds of one clock; one that is set back only
makes the windows longer.
"""

from collections import deque
from collections.abc import Hashable

from openjuki.register.errors import Reason, Refused

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TEN_MINUTES_MS = 600_000
ARTICLE = "30-29"
NO_LIMIT = 2**63


def check_hits(found: int, hits_max: int) -> None:
    """Raises `Refused` (TOO_MANY) where a search found more than `hits_max` persons: it is refused, not cut."""
    if found > hits_max:
        raise Refused(Reason.TOO_MANY, ARTICLE)


class Count:
    """What one asker did in the last day: questions by the hour, each miss by its time."""

    __slots__ = ("blocked_until_ms", "hour_ends_ms", "hours", "misses", "open", "total")

    def __init__(self, now_ms: int) -> None:
        self.hour_ends_ms = now_ms + HOUR_MS
        self.total = self.open = 0
        """Questions of the last day; those of them that are not settled yet: whoever charged one takes it off `open` when it is done."""
        self.hours: deque[tuple[int, int]] = deque()
        """Earlier hours as (end, questions up to that end since the one before); the present hour is the rest of `total`."""
        self.misses: deque[int] | None = None
        self.blocked_until_ms = 0

    def roll(self, now_ms: int) -> None:
        """Close the present hour and forget what is older than a day; an hour is forgotten when its last moment is."""
        present = self.total - sum(count for _, count in self.hours)
        if present:
            self.hours.append((self.hour_ends_ms, present))
        while self.hours and self.hours[0][0] <= now_ms - DAY_MS:
            self.total -= self.hours.popleft()[1]
        self.hour_ends_ms = now_ms + HOUR_MS

    def idle(self, now_ms: int) -> bool:
        """Whether nothing of the last day is held against the asker."""
        return self.open == 0 and self.hour_ends_ms <= now_ms - DAY_MS and (not self.misses or self.misses[-1] <= now_ms - DAY_MS)


class Budget:
    """Counters in sliding windows, one for each key: an asking office, an (office, affair), an (office, operator).

    Whoever chooses part of a key chooses a fresh budget: an agency names its own operators, so its office is charged as well.
    Never more than `per_day_max` questions in any 24 hours; a question is given back up to an hour later than that. Misses are exact.
    At most `keys_max` keys are held: a new one beyond them is refused until old ones are idle, since forgetting a busy one would be a
    way to a fresh budget. No more than `open_max` questions may be open at once: whether one misses is known only when it is answered, so
    a burst would else outrun the count of misses.
    """

    def __init__(
        self,
        *,
        per_day_max: int = 1_000_000,
        misses_per_10min_max: int = 10,
        misses_per_day_max: int = 30,
        keys_max: int = 100_000,
        open_max: int = NO_LIMIT,
    ) -> None:
        self._per_day_max, self._keys_max, self._open_max = per_day_max, keys_max, open_max
        self._misses_max = ((TEN_MINUTES_MS, misses_per_10min_max), (DAY_MS, misses_per_day_max))
        self._counts: dict[Hashable, Count] = {}
        self._swept_ms = -HOUR_MS

    def charge(self, key: Hashable, now_ms: int, per_day_max: int | None = None, questions: int = 1) -> Count:
        """Count so many questions, or raise `Refused` (OVER_LIMIT, TOO_MANY_MISSES, BUSY) and count none. `per_day_max` may only narrow.

        The count returned is settled for each of them once it is answered, refused or given up.
        """
        count = self._counts.get(key)
        if count is None:
            count = self._open(key, now_ms)
        if not count.blocked_until_ms <= now_ms < count.hour_ends_ms:
            self._look_at_the_clock(count, now_ms)
        total, still_open = count.total + questions, count.open + questions
        if total > self._per_day_max or (per_day_max is not None and total > per_day_max):
            raise Refused(Reason.OVER_LIMIT, ARTICLE)
        if still_open > self._open_max:
            raise Refused(Reason.BUSY, ARTICLE)
        count.total, count.open = total, still_open
        return count

    def _look_at_the_clock(self, count: Count, now_ms: int) -> None:
        if now_ms < count.blocked_until_ms:
            raise Refused(Reason.TOO_MANY_MISSES, ARTICLE)
        if now_ms >= count.hour_ends_ms:
            count.roll(now_ms)

    def miss(self, key: Hashable, now_ms: int) -> None:
        """Count one question that found nobody; the next `charge` refuses once there are too many."""
        count = self._counts.get(key) or self._open(key, now_ms)
        if count.misses is None:
            count.misses = deque(maxlen=max(limit for _, limit in self._misses_max))
        misses = count.misses
        misses.append(max(now_ms, misses[-1]) if misses else now_ms)
        for window_ms, limit in self._misses_max:
            if len(misses) >= limit:
                count.blocked_until_ms = max(count.blocked_until_ms, misses[-limit] + window_ms)

    def _open(self, key: Hashable, now_ms: int) -> Count:
        if len(self._counts) >= self._keys_max:
            self._sweep(now_ms)
        count = self._counts[key] = Count(now_ms)
        return count

    def _sweep(self, now_ms: int) -> None:
        """Forget idle keys, at most once an hour, so that inventing keys costs the office asked nothing."""
        if now_ms >= self._swept_ms + HOUR_MS:
            self._swept_ms = now_ms
            self._counts = {key: count for key, count in self._counts.items() if not count.idle(now_ms)}
        if len(self._counts) >= self._keys_max:
            raise Refused(Reason.OVER_LIMIT, ARTICLE)
