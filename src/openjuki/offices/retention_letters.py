"""Guidance of a prefecture: a closed thread goes a year after its last letter, at both offices (指導の書面の消去; Act art. 31, 令34(3)).

An open thread stays, and so does the newest, which holds the numbering.
"""

import datetime

from openjuki.law.retention_terms import SweepRule
from openjuki.offices.office import Office
from openjuki.offices.retention_batch import ROWS_MAX, Swept, one_removal, runs_out_before_ms
from openjuki.offices.store import Transaction

_CLOSED = """SELECT id, closed_ms, (SELECT max(at_ms) FROM guidance_word WHERE guidance_word.guidance = guidance.id) FROM guidance
  WHERE id > ? AND closed_ms > 0 AND id < (SELECT max(id) FROM guidance) ORDER BY id LIMIT ?"""


def sweep_guidance(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Threads whose time is over, with all their letters."""
    before_ms = runs_out_before_ms(SweepRule.GUIDANCE, on)
    rows = transaction.all(_CLOSED, after, ROWS_MAX)
    gone = [number for number, closed_ms, last_ms in rows if max(closed_ms, last_ms or 0) < before_ms]
    for table, column in (("guidance_word", "guidance"), ("guidance", "id")) if really else ():
        sql = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - words of this file alone
        transaction.connection.executemany(sql, [(number,) for number in gone])
    return Swept(rows[-1][0] if len(rows) == ROWS_MAX else None, one_removal(SweepRule.GUIDANCE, "guidance", gone))
