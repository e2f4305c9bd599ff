"""The two places where an office's register can be, as the tests of both see them (試験の保存先)."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import apsw

from openjuki.offices import outbox
from openjuki.offices.marked_store import MarkedStore
from tests.offices.postgres_server import cluster, schemas

SCRIPT = (
    outbox.SCRIPT
    + """;
CREATE TABLE entry (id INTEGER PRIMARY KEY, what TEXT NOT NULL UNIQUE);
CREATE TABLE thing (name TEXT PRIMARY KEY, number INTEGER, body BLOB) WITHOUT ROWID;
CREATE INDEX thing_number ON thing (number);
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END"""
)


class Kept:
    """A mark in memory (offices.marked_store.Mark)."""

    def __init__(self) -> None:
        self.number: int | None = None

    def read(self) -> int | None:
        return self.number

    def keep(self, number: int) -> None:
        self.number = number

    def close(self) -> None:
        pass


class Place(Protocol):
    """Where one office's register is, and somebody else who looks at it."""

    mark: Kept

    def open(self, scripts: Sequence[str] = (SCRIPT,)) -> MarkedStore: ...
    def look(self, sql: str) -> list[tuple[Any, ...]]: ...
    def held(self, store: MarkedStore) -> contextlib.AbstractContextManager[None]:
        """Somebody else holds the tables; whoever waits gives up soon."""

    def schema(self) -> list[tuple[Any, ...]]: ...
    def set_back(self) -> None:
        """An older copy by one commit."""


class File:
    """SQLite."""

    def __init__(self, path: str) -> None:
        self.path, self.mark = path, Kept()

    def open(self, scripts: Sequence[str] = (SCRIPT,)) -> MarkedStore:
        return MarkedStore(self.path, scripts, self.mark)

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(apsw.Connection(self.path)) as connection:
            return connection.execute(sql).fetchall()

    @contextlib.contextmanager
    def held(self, store: MarkedStore) -> Iterator[None]:
        store.connection.set_busy_timeout(1)
        with contextlib.closing(apsw.Connection(self.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("COMMIT")

    def schema(self) -> list[tuple[Any, ...]]:
        return self.look("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")

    def set_back(self) -> None:
        with contextlib.closing(apsw.Connection(self.path)) as other:
            other.execute("UPDATE setting SET value = value - 1 WHERE key = 'generation'")


class Schema:
    """PostgreSQL."""

    def __init__(self) -> None:
        self.server, self.name, self.mark = cluster(), next(schemas), Kept()

    def open(self, scripts: Sequence[str] = (SCRIPT,)) -> MarkedStore:
        return self.server.store(self.name, scripts, self.mark)

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        with self.server.admin() as admin:
            admin.execute(f"SET search_path = {self.name}".encode())
            return admin.execute(sql.encode(), binary=True).fetchall()

    @contextlib.contextmanager
    def held(self, store: MarkedStore) -> Iterator[None]:
        store.connection.define("SET lock_timeout = '10ms'")
        with self.server.admin() as admin, admin.transaction():
            admin.execute(f"LOCK TABLE {self.name}.entry".encode())
            yield

    def schema(self) -> list[tuple[Any, ...]]:
        return self.look(
            f"""SELECT table_name, column_name, data_type, column_default, is_nullable FROM information_schema.columns
            WHERE table_schema = '{self.name}' UNION ALL SELECT indexname, indexdef, '', '', '' FROM
            (SELECT indexname, replace(indexdef, schemaname, '') AS indexdef FROM pg_indexes WHERE schemaname = '{self.name}') AS i
            UNION ALL SELECT trigger_name, event_manipulation, '', '', '' FROM information_schema.triggers
            WHERE trigger_schema = '{self.name}' ORDER BY 1, 2, 3, 4, 5"""
        )

    def set_back(self) -> None:
        with self.server.admin() as admin:
            admin.execute(f"UPDATE {self.name}.store SET generation = generation - 1".encode())
