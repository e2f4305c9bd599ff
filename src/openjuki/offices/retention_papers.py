"""What a municipality's sweep takes of the counter's papers and of the logs of what was told (窓口の書類・提供記録の消去; 令34(3)).

An application that is over goes a year after it was taken, with all that hangs on it. What says who was told something about whom stays
as long as the log of provisions. A move that is not over stays, and so does a transfer record with notes of aliases (令30の27(2)): the next
office is told of them from it. The newest row of each table holds the numbering, and stays.
"""

import datetime
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from openjuki.card.personalisation import Stage
from openjuki.law.retention_terms import SweepRule
from openjuki.offices import card_issue
from openjuki.offices.office import Office
from openjuki.offices.retention_batch import ROWS_MAX, Sweep, Swept, one_removal, runs_out_before_ms
from openjuki.offices.store import Transaction
from openjuki.offices.transfer_arrivals import tells_of_aliases


class Paper(NamedTuple):
    """A table of numbered papers, and what hangs on each."""

    table: str
    rule: SweepRule
    counts: str
    """Column of the moment that counts, ms."""
    over: str = ""
    """Condition without which it stays; "" for none."""
    pages: tuple[tuple[str, str, str], ...] = ()
    """(table, column, column of the paper that it names)."""
    needed: Callable[[Transaction, int], bool] = lambda transaction, number: False
    """Whether somebody still reads the paper of that number."""


def _is_being_made(transaction: Transaction, application: int) -> bool:
    """Whether the card of an application is neither handed over nor void: its making reads the application."""
    begun = transaction.all("SELECT card_id FROM card_issue WHERE application = ? AND handed_ms = 0", application)
    return any(card_issue.stage(transaction, card_id) is not Stage.VOID for (card_id,) in begun)


APPLIED = SweepRule.APPLICATION
TOLD = SweepRule.TOLD
PAPERS = (
    Paper("wide_area_request", APPLIED, "asked_ms", pages=(("wide_area_outcome", "request", "id"),)),
    Paper("transfer_out", APPLIED, "made_ms", "state <> 'waiting'", (("transfer_out_person", "transfer", "id"),)),
    Paper(
        "transfer_in", APPLIED, "made_ms", "state IN ('entered', 'dropped')", (("transfer_in_person", "transfer", "id"),), tells_of_aliases
    ),
    Paper("card_application", APPLIED, "filed_ms", "state <> 'open'", needed=_is_being_made),
    Paper("copy_request", TOLD, "received_ms", pages=(("copy_decision", "request", "id"),)),
    Paper("inspection", TOLD, "received_ms", pages=(("inspection_step", "inspection", "id"),)),
    Paper("wide_area_told", TOLD, "at_ms", pages=(("wide_area_told_again", "told", "id"),)),
    Paper("transfer_question", TOLD, "at_ms"),
    Paper("restraint_release", TOLD, "max(asked_ms, until_ms)"),
    Paper(
        "issued_document", TOLD, "made_ms",
        pages=tuple((table, "document", "document") for table in ("issued_person", "released_document", "spoiled_print")),
    ),
)  # fmt: skip
TABLES = frozenset({*(paper.table for paper in PAPERS), *(table for paper in PAPERS for table, _, _ in paper.pages)})


def _sweep(paper: Paper, transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """One batch of one table; `after` is the last number looked at."""
    sql = f"""SELECT id FROM {paper.table} WHERE id > ? AND {paper.counts} < ? AND id < (SELECT max(id) FROM {paper.table})
      {"AND " + paper.over if paper.over else ""} ORDER BY id LIMIT ?"""  # noqa: S608 - words of this file alone
    seen = [number for (number,) in transaction.all(sql, after, runs_out_before_ms(paper.rule, on), ROWS_MAX)]
    gone = [number for number in seen if not paper.needed(transaction, number)]
    if really:
        for table, column, named in paper.pages:
            sql = f"DELETE FROM {table} WHERE {column} = (SELECT {named} FROM {paper.table} WHERE id = ?)"  # noqa: S608
            transaction.connection.executemany(sql, [(number,) for number in gone])
        transaction.connection.executemany(f"DELETE FROM {paper.table} WHERE id = ?", [(number,) for number in gone])  # noqa: S608
    return Swept(seen[-1] if len(seen) == ROWS_MAX else None, one_removal(paper.rule, paper.table, gone))


SWEEPS: tuple[Sweep, ...] = tuple(partial(_sweep, paper) for paper in PAPERS)
