"""One batch of a sweep: what it looks at, what went, where the next begins (保存期間経過後の消去の一回分)."""

import datetime
from collections.abc import Callable, Sequence
from typing import NamedTuple

from openjuki.law.retention_terms import TERMS, SweepRule, first_day_kept
from openjuki.offices.office import Office
from openjuki.offices.retention_trace import Removed
from openjuki.offices.store import Transaction

ROWS_MAX = 1_000
"""Looked at in one batch."""
EVERYTHING = 2**62
"""Above every number of a row: nothing that is guarded by a mark stays."""
_JAPAN = datetime.timezone(datetime.timedelta(hours=9))


class Swept(NamedTuple):
    """One batch: where the next one begins (None after the last), and what went, or would go."""

    after: int | None
    removed: tuple[Removed, ...]


Sweep = Callable[[Transaction, Office, datetime.date, int, bool], Swept]
"""(transaction, office, day, after which number, really) -> what went in this batch."""


class Dealt(NamedTuple):
    """A table of numbered rows that go when they were dealt with: which column says so, and which the day that counts (both ms)."""

    table: str
    rule: SweepRule
    counts: str
    dealt: str


def day_of(time_ms: int) -> datetime.date:
    """The day in Japan of a moment of the wall clock."""
    return datetime.datetime.fromtimestamp(time_ms / 1_000, _JAPAN).date()


def start_of(day: datetime.date) -> int:
    """The first millisecond of a day in Japan."""
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=_JAPAN).timestamp()) * 1_000


def runs_out_before_ms(rule: SweepRule, on: datetime.date) -> int:
    """What counts from a moment before this one has run out on that day (wall clock, ms)."""
    return start_of(first_day_kept(rule, on))


def one_removal(rule: SweepRule, table: str, gone: Sequence[int]) -> tuple[Removed, ...]:
    """What is told of rows of these numbers, if there are any; the article is the rule's own."""
    return (Removed(rule, TERMS[rule].source, table, min(gone), max(gone), len(gone)),) if gone else ()


def sweep_dealt(
    transaction: Transaction, on: datetime.date, after: int, really: bool, what: Dealt, up_to: int = EVERYTHING
) -> Swept:  # fmt: skip
    """Rows that were dealt with and have run out, none above the number `up_to`, and never the newest: it holds the numbering."""
    table, counts, dealt = what.table, what.counts, what.dealt
    sql = f"""SELECT id FROM {table} WHERE id > ? AND id <= ? AND {dealt} > 0 AND {counts} < ?
      AND id < (SELECT max(id) FROM {table}) ORDER BY id LIMIT ?"""  # noqa: S608 - words of the sweeps' own modules
    gone = [number for (number,) in transaction.all(sql, after, up_to, runs_out_before_ms(what.rule, on), ROWS_MAX)]
    if really:
        for number in gone:
            transaction.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608
    return Swept(gone[-1] if len(gone) == ROWS_MAX else None, one_removal(what.rule, table, gone))
