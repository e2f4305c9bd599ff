"""Forms of the window: what was half filled in, and what was sent once (入力途中の保存, 二重送信の防止; experience section 6).

A form carries a key. What it causes is written in the transaction that keeps its key, so the same form sent twice does nothing twice,
and its sender hears what it did the first time.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

SCRIPT = """
CREATE TABLE submission (key TEXT PRIMARY KEY, operator TEXT NOT NULL, outcome BLOB NOT NULL, made_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE draft (operator TEXT NOT NULL, form TEXT NOT NULL, items BLOB NOT NULL, kept_ms INTEGER NOT NULL,
  PRIMARY KEY (operator, form)) WITHOUT ROWID"""

KEPT_MS = 24 * 3_600_000
"""How long a draft and a key are kept: a form that is older is filled in anew."""
_encode, _decode = msgspec.json.encode, msgspec.json.decode


def once(transaction: Transaction, key: str, operator: str, now_ms: int, work: Callable[[Transaction], Any]) -> tuple[Any, bool]:
    """What `work` made of a form, as plain data, and whether that was done now (True) or before. Conflict for another operator's key."""
    row = transaction.one("SELECT operator, outcome FROM submission WHERE key = ?", key)
    if row is not None:
        if row[0] != operator:
            reason = Say("was sent by another operator.", "他の操作者が送信済みです。")
            raise Conflict("form", reason, Say("Open the form again.", "入力画面を開き直してください。"))
        return _decode(row[1]), False
    done = msgspec.to_builtins(work(transaction))
    transaction.execute("INSERT INTO submission VALUES (?, ?, ?, ?)", (key, operator, _encode(done), now_ms))
    transaction.execute("DELETE FROM submission WHERE made_ms < ?", (now_ms - KEPT_MS,))
    return done, True


def keep_draft(transaction: Transaction, operator: str, form: str, items: dict[str, list[str]], now_ms: int) -> None:
    """Keep what an operator has filled in of a form so far; older drafts of anybody go."""
    transaction.execute("DELETE FROM draft WHERE kept_ms < ?", (now_ms - KEPT_MS,))
    sql = """INSERT INTO draft VALUES (?, ?, ?, ?)
      ON CONFLICT (operator, form) DO UPDATE SET items = excluded.items, kept_ms = excluded.kept_ms"""
    transaction.execute(sql, (operator, form, _encode(items), now_ms))


def draft(transaction: Transaction, operator: str, form: str) -> dict[str, list[str]]:
    """What was kept of a form; nothing if nothing was."""
    body = transaction.value("SELECT items FROM draft WHERE operator = ? AND form = ?", operator, form)
    return {} if body is None else _decode(body, type=dict[str, list[str]])


def drop_draft(transaction: Transaction, operator: str, form: str) -> None:
    """The form was sent, or given up."""
    transaction.execute("DELETE FROM draft WHERE operator = ? AND form = ?", (operator, form))
