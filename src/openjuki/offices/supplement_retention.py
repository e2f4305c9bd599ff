"""How long closed address supplements and the papers about them are kept (附票の除票の保存, 令34; 150 years since 2019-06-20).

The terms stand in law/retention.py; here is which of them a supplement falls under, and the sweep.
"""

import datetime

from openjuki.law.calendar import Profile
from openjuki.law.retention import may_go, paper_kept_until, removed_record_kept_until, supplement_of_abroad_kept_until
from openjuki.offices.history import JAPAN
from openjuki.offices.store import Transaction
from openjuki.register.supplement import LeftBecause, Supplement, decode_supplement

_PAPERS = (("supplement_waiting", "received_ms"), ("record_notice", "received_ms"))
"""Notices received that a clerk has dealt with."""


def day_of(time_ms: int) -> datetime.date:
    """The day in Japan of a wall clock time."""
    return datetime.datetime.fromtimestamp(time_ms / 1_000, JAPAN).date()


def kept_until(kept: Supplement, on: datetime.date, profile: Profile = Profile.OPEN) -> datetime.date | None:
    """Last day of a closed supplement by the rule of the day `on`; None as long as somebody is in it.

    At least 80 years if it says of somebody who did not leave it by death that they have no address in the country (令34(2)).
    """
    if not kept.closed_ms:
        return None
    abroad = any(member.without_home_here and member.left_because is not LeftBecause.DEATH for member in kept.members)
    rule = supplement_of_abroad_kept_until if abroad else removed_record_kept_until
    return rule(day_of(kept.closed_ms), on, profile)


def sweep(transaction: Transaction, on: datetime.date, profile: Profile = Profile.OPEN) -> list[int]:
    """Delete what is kept no longer on that day: closed supplements (their numbers are returned), and papers done with."""
    closed = [decode_supplement(body) for (body,) in transaction.all("SELECT body FROM supplement WHERE closed_ms > 0 ORDER BY id")]
    gone = [kept.number for kept in closed if may_go(kept_until(kept, on, profile), on)]
    for number in gone:
        transaction.execute("DELETE FROM supplement_entry WHERE supplement = ?", (number,))
        transaction.execute("DELETE FROM supplement_person WHERE supplement = ?", (number,))
        transaction.execute("DELETE FROM supplement WHERE id = ?", (number,))
    _sweep_papers(transaction, on)
    return gone


def _sweep_papers(transaction: Transaction, on: datetime.date) -> None:
    for table, column in _PAPERS:
        rows = transaction.all(f"SELECT id, {column} FROM {table} WHERE done_ms > 0")  # noqa: S608 - words of this file alone
        for number, received_ms in rows:
            if may_go(paper_kept_until(day_of(received_ms)), on):
                transaction.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608
