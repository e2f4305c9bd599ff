"""How long closed address supplements are kept, and their sweep (附票の除票の保存, 令34; 150 years since 2019-06-20).

The terms stand in law/retention.py; here is which of them a supplement falls under. An open supplement stays: the mark is `closed_ms`, and
the table of entries itself refuses to lose one of a supplement without it.
"""

import datetime

from openjuki.law.calendar import Profile
from openjuki.law.retention import may_go, removed_record_kept_until, supplement_of_abroad_kept_until
from openjuki.law.retention_terms import SweepRule
from openjuki.offices.office import Office
from openjuki.offices.retention_batch import ROWS_MAX, Swept, day_of, one_removal
from openjuki.offices.store import Transaction
from openjuki.register.supplement import LeftBecause, Supplement, decode_supplement

_TABLES = (("supplement_entry", "supplement"), ("supplement_person", "supplement"), ("supplement", "id"))
"""In this order: entries go only while their supplement says that it is closed."""


def kept_until(kept: Supplement, on: datetime.date, profile: Profile = Profile.OPEN) -> datetime.date | None:
    """Last day of a closed supplement by the rule of the day `on`; None as long as somebody is in it.

    At least 80 years if it says of somebody who did not leave it by death that they have no address in the country (令34(2)).
    """
    if not kept.closed_ms:
        return None
    abroad = any(member.without_home_here and member.left_because is not LeftBecause.DEATH for member in kept.members)
    rule = supplement_of_abroad_kept_until if abroad else removed_record_kept_until
    return rule(day_of(kept.closed_ms), on, profile)


def sweep_supplements(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Closed supplements whose time is over, with all their entries."""
    sql = "SELECT id, body FROM supplement WHERE id > ? AND closed_ms > 0 ORDER BY id LIMIT ?"
    rows = [(number, decode_supplement(body)) for number, body in transaction.all(sql, after, ROWS_MAX)]
    gone = [number for number, kept in rows if may_go(kept_until(kept, on, office.profile), on)]
    for table, column in _TABLES if really else ():
        sql = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - words of this file alone
        transaction.connection.executemany(sql, [(number,) for number in gone])
    return Swept(rows[-1][0] if len(rows) == ROWS_MAX else None, one_removal(SweepRule.SUPPLEMENT, "supplement", gone))
