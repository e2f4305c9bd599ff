"""Restraints that ended long ago: they go with every decision about them and whom they met (支援措置の記録の消去; standard j160, j440).

Only a decision ends a restraint, so one that nobody has ended stays for ever, whatever its term. An ended one stays besides while another
protects somebody of it: who was named as abuser then counts as long. So does one of which an item of work is open, and the newest, which
holds the numbering: a number that other offices were told is never another's.
"""

import datetime

from openjuki.law.retention import kept_years_until, may_go
from openjuki.law.retention_terms import SweepRule
from openjuki.offices import restraints
from openjuki.offices.office import Office
from openjuki.offices.restraints import Held
from openjuki.offices.retention_batch import ROWS_MAX, Swept, day_of, one_removal
from openjuki.offices.retention_years import years_of
from openjuki.offices.store import Transaction

_PARTS = (("restraint_decision", "restraint"), ("restraint_record", "restraint"), ("restraint_name", "restraint"), ("restraint", "id"))
TABLES = frozenset(table for table, _ in _PARTS)
_BESIDE = """SELECT b.restraint FROM restraint_name a JOIN restraint_name b ON b.name_birth = a.name_birth WHERE a.restraint = ?1
  UNION SELECT b.restraint FROM restraint_record a JOIN restraint_record b ON b.person = a.person WHERE a.restraint = ?1"""


def sweep_restraints(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Ended restraints whose time is over; `after` is the last number looked at."""
    numbers = [number for (number,) in transaction.all("SELECT id FROM restraint WHERE id > ? ORDER BY id LIMIT ?", after, ROWS_MAX)]
    years, newest = years_of(transaction, SweepRule.RESTRAINT), transaction.value("SELECT max(id) FROM restraint")
    gone = [number for number in numbers if number != newest and _may_go(transaction, number, on, years)]
    for table, column in _PARTS if really else ():
        sql = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - words of this file alone
        transaction.connection.executemany(sql, [(number,) for number in gone])
    return Swept(numbers[-1] if len(numbers) == ROWS_MAX else None, one_removal(SweepRule.RESTRAINT, "restraint", gone))


def _may_go(transaction: Transaction, number: int, on: datetime.date, years: int) -> bool:
    held = restraints.held(transaction, number)
    return may_go(kept_until(transaction, held, years), on) and not _is_needed(transaction, number)


def kept_until(transaction: Transaction, held: Held, years: int) -> datetime.date | None:
    """Last day on which an ended restraint is kept; None for one that nobody has ended."""
    ended = held.restraint.ended_on
    if ended is None:
        return None
    decided = transaction.value("SELECT max(decided_ms) FROM restraint_decision WHERE restraint = ?", held.number)
    return kept_years_until(max(ended, day_of(decided)), years)


def _is_needed(transaction: Transaction, number: int) -> bool:
    """Whether somebody of it is protected by another restraint that has not ended, or something about it is still to be done."""
    beside = [restraints.held(transaction, other) for (other,) in transaction.all(_BESIDE, number) if other != number]
    open_item = "SELECT 1 FROM work_item WHERE kind = ? AND done_ms = 0 AND what LIKE ? || ' %'"
    waits = transaction.value(open_item, restraints.WORK, str(number)) is not None
    return waits or any(other.restraint.ended_on is None for other in beside)
