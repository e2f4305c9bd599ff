"""The role of a sweep in the store: it may take away what the orders let go, and can nothing else (消去担当の権限; Act art. 30-29).

Ordinary works may neither change a row of the provision log nor lift what guards it (offices/store.py). Only while a sweep runs are its
statements judged by the table below instead. In a file the guards are lifted for them and stand again before the commit, or nothing
happened at all; in a PostgreSQL server they run over a session of a role that has these rights and no others (postgres_schema.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import apsw

from openjuki.offices import retention_cards, retention_papers, retention_restraints
from openjuki.offices.store import Transaction, Work
from openjuki.register.errors import NotReady, Say

GUARDED = "provision"
EMPTIED = ("case_number", "operator", "question", "persons", "answer", "salt")
"""Columns of the provision log that a sweep empties; number, log, position, time, asker, affair and leaf stay for ever."""


class Rights(NamedTuple):
    """All that a sweep may write; it may read every table."""

    deleted_from: frozenset[str]
    inserted_into: frozenset[str]
    updated: frozenset[tuple[str, str]]
    """(table, column)."""
    lifted: frozenset[str] = frozenset({"provision_no_update"})
    """Triggers that keep everybody else from these rows; in a file they are lifted while a sweep runs."""


_EMPTIED = tuple((GUARDED, column) for column in EMPTIED)
HUB = Rights(
    frozenset(
        {
            "state",
            "person",
            "code",
            "parked",
            "quarantine",
            "outbox",
            "outbox_done",
            "transfer_confirmed",
            "card_told",
            "guidance",
            "guidance_word",
        }
    ),
    frozenset({"merged", "code_given", "outbox_done", "sweep", "audit"}),
    frozenset({*_EMPTIED, ("merged", "kept"), ("outbox", "type"), ("outbox", "body"), ("outbox", "seal")}),
)
_LIFTED = retention_papers.TABLES | retention_cards.TABLES | retention_restraints.TABLES
MUNICIPALITY = Rights(
    frozenset({
        "supplement", "supplement_entry", "supplement_person", "supplement_waiting", "record_notice", "record_notice_sent", "provisional",
        "work_item", "quarantine", "outbox", "outbox_done", "link_message", "link_quarantine", "guidance", "guidance_word", *_LIFTED,
    }),
    frozenset({"outbox_done", "sweep", "audit"}),
    frozenset({*_EMPTIED, ("link_event", "outcome"), *retention_cards.EMPTIED}),
    frozenset({"provision_no_update", *(f"{table}_no_delete" for table in _LIFTED)}),
)  # fmt: skip
"""A municipality's: nothing of events, persons, households and codes."""

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_SCHEMA_TABLES = ("sqlite_master", "sqlite_schema")
_READING = (apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_TRANSACTION, apsw.SQLITE_SAVEPOINT)

OWN_ROLE = NotReady(
    "store",
    Say("a sweep on a database server needs a role of its own.", "データベースサーバでの消去には専用の利用者が必要です。"),
    Say("Make it and name it as docs/postgresql.md says.", "docs/postgresql.md のとおりに作成し、設定してください。"),
)


@dataclass(frozen=True, slots=True)
class SweepWork:
    """A work that takes away: any store runs it with the rights of the sweep and no others."""

    work: Work[Any]
    rights: Rights = HUB

    def __call__(self, transaction: Transaction) -> Any:
        with sweeping(transaction, self.rights):
            return self.work(transaction)


@contextmanager
def sweeping(transaction: Transaction, rights: Rights) -> Iterator[None]:
    """What is executed inside has the rights of the sweep and no others. Raises NotReady over a server's session of another role."""
    connection = transaction.connection
    if isinstance(connection, apsw.Connection):
        with _in_a_file(transaction, connection, rights):
            yield
    elif connection.sweeps:
        yield
    else:
        raise OWN_ROLE


@contextmanager
def _in_a_file(transaction: Transaction, connection: apsw.Connection, rights: Rights) -> Iterator[None]:
    transaction.execute("PRAGMA secure_delete=ON").fetchall()  # what is deleted is overwritten, not only left out
    ordinary, connection.authorizer = connection.authorizer, partial(_authorize, rights)
    try:
        guards = [(name, sql) for name, sql in transaction.all(_TRIGGERS) if name in rights.lifted]
        for name, _ in guards:
            transaction.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in guards:
            transaction.execute(sql)
    finally:
        connection.authorizer = ordinary


def _authorize(rights: Rights, action: int, first: str | None, second: str | None, database: str | None, inside: str | None) -> int:
    """The rights of the sweep; asked for every table and column when a statement is prepared."""
    return apsw.SQLITE_OK if _may(rights, action, first or "", second or "") else apsw.SQLITE_DENY


def _may(rights: Rights, action: int, first: str, second: str) -> bool:
    if action in _READING:
        return True
    if action in (apsw.SQLITE_DROP_TRIGGER, apsw.SQLITE_CREATE_TRIGGER):
        return first in rights.lifted
    if action == apsw.SQLITE_DELETE:
        return first in rights.deleted_from or first in _SCHEMA_TABLES
    if action == apsw.SQLITE_INSERT:
        return first in rights.inserted_into or first in _SCHEMA_TABLES
    return action == apsw.SQLITE_UPDATE and ((first, second) in rights.updated or first in _SCHEMA_TABLES)
