"""The role of a sweep in the store: it may take away what the orders let go, and can nothing else (消去担当の権限; Act art. 30-29).

Ordinary works may neither change a row of the provision log nor lift what guards it (offices/store.py). Only while a sweep runs are its
statements judged by the table below instead; the guard is lifted for them and stands again before the commit, or nothing happened at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from openjuki.offices.provision import SCRIPT
from openjuki.offices.store import Transaction
from openjuki.register.errors import NotReady, Say

GUARD = "provision_no_update"
EMPTIED = ("case_number", "operator", "question", "persons", "answer", "salt")
"""Columns of the provision log that a sweep empties; number, log, position, time, asker, affair and leaf stay for ever."""

_DELETED_FROM = frozenset({"state", "person", "code", "parked", "quarantine", "outbox", "outbox_done"})
_INSERTED_INTO = frozenset({"merged", "code_given", "outbox_done", "sweep", "audit"})
_UPDATED = frozenset({*(("provision", column) for column in EMPTIED), ("merged", "kept")})
_SCHEMA_TABLES = ("sqlite_master", "sqlite_schema")
_READING = (apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_TRANSACTION, apsw.SQLITE_SAVEPOINT)

OWN_ROLE = NotReady(
    "store",
    Say("a database server's tables need a role of its own for this.", "データベースサーバでは消去専用の利用者が必要です。"),
    Say("Have the owner of the tables run the sweep.", "表の所有者が実行してください。"),
)


@contextmanager
def sweeping(transaction: Transaction) -> Iterator[None]:
    """What is executed inside has the rights of the sweep and no others. Raises NotReady for a store that is not SQLite's."""
    connection = transaction.connection
    if not isinstance(connection, apsw.Connection):
        raise OWN_ROLE
    transaction.execute("PRAGMA secure_delete=ON").fetchall()  # what is deleted is overwritten, not only left out
    ordinary, connection.authorizer = connection.authorizer, authorize
    try:
        transaction.execute(f"DROP TRIGGER {GUARD}")
        yield
        transaction.execute(_guard())
    finally:
        connection.authorizer = ordinary


def _guard() -> str:
    """The guard as the log's own script makes it."""
    return next(statement for statement in SCRIPT.split(";\n") if f"CREATE TRIGGER {GUARD} " in statement)


def authorize(action: int, first: str | None, second: str | None, database: str | None, inside: str | None) -> int:
    """The rights of the sweep; asked for every table and column when a statement is prepared."""
    return apsw.SQLITE_OK if _may(action, first or "", second or "") else apsw.SQLITE_DENY


def _may(action: int, first: str, second: str) -> bool:
    if action in _READING:
        return True
    if action in (apsw.SQLITE_DROP_TRIGGER, apsw.SQLITE_CREATE_TRIGGER):
        return (first, second) == (GUARD, "provision")
    if action == apsw.SQLITE_DELETE:
        return first in _DELETED_FROM or first in _SCHEMA_TABLES
    if action == apsw.SQLITE_INSERT:
        return first in _INSERTED_INTO or first in _SCHEMA_TABLES
    return action == apsw.SQLITE_UPDATE and ((first, second) in _UPDATED or first in _SCHEMA_TABLES)
