"""How much one municipality may ask of another: budgets, misses, and the alarm (照会の上限と警報; Act art. 30-29; domain 6, Nagano 2003).

A captured server holds good keys and asks good questions; what betrays it is how many, and how many miss. The counts are those of the
log that every question is written to, so neither a restart nor a crash gives anybody a new budget. The numbers are our policy: towns send
one another a handful of such questions a day.
"""

from collections.abc import Sequence
from typing import NamedTuple

from openjuki.law.limits import DAY_MS, HOUR_MS, TEN_MINUTES_MS
from openjuki.offices import municipality, outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Reason, Refused

ARTICLE = "30-29"
WORK = "relay-alarm"
"""Kind of the work items for the supervisor."""


class RelayLimits(NamedTuple):
    """Questions and misses within sliding windows, at the office asked."""

    per_hour: int
    per_day: int
    misses_per_10min: int
    misses_per_day: int


OF_OFFICE = RelayLimits(per_hour=60, per_day=200, misses_per_10min=8, misses_per_day=24)
OF_OPERATOR = RelayLimits(per_hour=20, per_day=60, misses_per_10min=4, misses_per_day=10)


class RelayQuestion(NamedTuple):
    """A question of the last day, as the log has it (wall clock, ms)."""

    at_ms: int
    operator: str
    missed: bool


class Spent(NamedTuple):
    """A budget is spent: whose (operator or "" for the whole office), why, and until when (wall clock, ms)."""

    operator: str
    reason: Reason
    until_ms: int


def spent(asked: Sequence[RelayQuestion], operator: str, now_ms: int) -> Spent | None:
    """What stands against one more question of an operator ("": of one not known), from all questions of the office, oldest first."""
    own = [question for question in asked if question.operator == operator] if operator else []
    return _over("", asked, OF_OFFICE, now_ms) or _over(operator, own, OF_OPERATOR, now_ms)


def _over(whose: str, asked: Sequence[RelayQuestion], limits: RelayLimits, now_ms: int) -> Spent | None:
    times, missed = [question.at_ms for question in asked], [question.at_ms for question in asked if question.missed]
    windows = (
        (missed, limits.misses_per_day, DAY_MS, Reason.TOO_MANY_MISSES),
        (missed, limits.misses_per_10min, TEN_MINUTES_MS, Reason.TOO_MANY_MISSES),
        (times, limits.per_day, DAY_MS, Reason.OVER_LIMIT),
        (times, limits.per_hour, HOUR_MS, Reason.OVER_LIMIT),
    )
    for moments, count_max, window_ms, reason in windows:
        if len(moments) >= count_max and (until_ms := moments[-count_max] + window_ms) > now_ms:
            return Spent(whose, reason, until_ms)
    return None


def check_stopped(office: Office, asker: str, operator: str = "") -> None:
    """Raise Refused (OVER_LIMIT) while an office, or an operator of it, is stopped: nothing more of its questions is looked at."""
    if office.clock.wall_ms() < office.relay.stopped.get((asker, operator), 0):
        raise Refused(Reason.OVER_LIMIT, ARTICLE)


def alarm(transaction: Transaction, office: Office, asker: str, budget: Spent, what: str) -> None:
    """Raise the alarm: in the operations log, on the supervisor's list, and to whoever listens."""
    now_ms, words = office.clock.wall_ms(), f"{asker} {budget.operator or 'office'} {budget.reason.value} {what}"
    outbox.record(transaction, now_ms, "relay:budget:alarm", budget.operator, words)
    transaction.events.append(("relay:budget:alarm", words))
    municipality.put_work_item_once(transaction, now_ms, WORK, "", words)


def spent_now(
    transaction: Transaction, office: Office, asker: str, operator: str, asked: Sequence[RelayQuestion], what: str
) -> Spent | None:
    """The budget that the last of these questions was the last of; the alarm is raised with it."""
    found = spent(asked, operator, office.clock.wall_ms())
    if found is not None:
        alarm(transaction, office, asker, found, what)
    return found


def stop(office: Office, asker: str, budget: Spent) -> Refused:
    """Once the alarm is on disk: stop the asker for as long as the budget is spent; returns the refusal of the question."""
    office.relay.stopped[asker, budget.operator] = budget.until_ms
    return Refused(budget.reason, ARTICLE)
