"""The work list of a municipality: what a clerk must look at, until a clerk says it is done (要確認事項の一覧, Act art. 12-5; P8)."""

from typing import NamedTuple

from openjuki.offices import outbox
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

RECORD_ERROR = "record-error"
"""A hub said that a record looks wrong (procedures/change_notice.py)."""
SHOWN_MAX = 1_000


class WorkItem(NamedTuple):
    """Something to look at: since when (wall clock, ms), of what kind, about whose code, and what; `done_ms` 0 while it is open."""

    number: int
    made_ms: int
    kind: str
    code: str
    what: str
    done_ms: int


def items(transaction: Transaction, kind: str = "", *, done_too: bool = False, after: int = 0) -> list[WorkItem]:
    """At most SHOWN_MAX items after that number, oldest first: the open ones, or all; of one kind, or all."""
    sql = """SELECT id, made_ms, kind, code, what, done_ms FROM work_item
      WHERE id > ? AND (kind = ? OR ? = '') AND (done_ms = 0 OR ?) ORDER BY id LIMIT ?"""
    return [WorkItem(*row) for row in transaction.all(sql, after, kind, kind, done_too, SHOWN_MAX)]


def close(transaction: Transaction, number: int, operator: str, now_ms: int) -> WorkItem:
    """A clerk has looked at it and done what was to do. Raises Conflict if there is no such item or it is done already."""
    row = transaction.one("UPDATE work_item SET done_ms = ? WHERE id = ? AND done_ms = 0 RETURNING *", now_ms, number)
    if row is None:
        reason = Say("is not on the list, or is done already.", "一覧にないか、処理済みです。")
        raise Conflict("work_item", reason, Say("List what is open.", "未処理の一覧を確かめてください。"))
    item = WorkItem(*row)
    outbox.record(transaction, now_ms, "register:work:done", operator, f"{item.number} {item.kind}")
    return item
