"""One session with a PostgreSQL server, through psycopg, in the few words that a store uses (データベースとの接続; architecture section 4).

psycopg is an optional part of the installation (`openjuki[postgres]`); nothing else of OpenJuki knows the driver.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from openjuki.offices.postgres_words import statement
from openjuki.offices.store import ServerAway, ServerBroken, ServerBusy, ServerFault, ServerFull

WAIT_S = 10.0
"""For a lock that another session holds, as with SQLite's file."""
_FAULTS: dict[str, type[ServerFault]] = {
    "08": ServerAway, "57P": ServerAway, "25006": ServerAway, "55": ServerBusy, "57014": ServerBusy, "40": ServerBusy,
    "53": ServerFull, "58": ServerBroken, "XX": ServerBroken,
}  # fmt: skip
"""By the first signs of SQLSTATE; the longest that fits. All others are the fault of the statement, and so of its work."""
_CHANGES = (b"INSERT", b"UPDATE", b"DELETE")
_IN_TRANSACTION = (TransactionStatus.INTRANS, TransactionStatus.INERROR, TransactionStatus.ACTIVE)


class SpoiledTransaction(Exception):
    """A work went on after a statement of it had failed; PostgreSQL lets nothing of such a transaction stand."""


class PostgresSession:
    """A session, alone in its schema until it is closed (offices.postgres_store.Session). For one thread at a time.

    One that `sweeps` stands beside the office's own, which waits meanwhile.
    """

    TABLES = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    """What offices.store.Transaction.tables asks."""

    def __init__(self, parameters: dict[str, Any], schema: str, wait_s: float = WAIT_S, *, sweeps: bool = False) -> None:
        with _Faults():
            self._session = psycopg.connect(**parameters, autocommit=True, prepare_threshold=0, cursor_factory=psycopg.RawCursor)
        self._session.prepared_max = 500
        self._cursor = self._session.cursor(binary=True)
        self._changed, self.committing, self.sweeps = 0, False, sweeps
        try:
            self._begin(schema, wait_s)
        except BaseException:
            self._session.close()
            raise

    def _begin(self, schema: str, wait_s: float) -> None:
        """Durable commits, a wait that ends, and nobody else in the schema. Raises ServerBusy if somebody stays in it."""
        for name, value in (
            ("search_path", f'"{schema}", pg_temp'),
            ("synchronous_commit", "on"),
            ("lock_timeout", f"{wait_s * 1000:.0f}ms"),
        ):
            self.define(f"SELECT set_config('{name}', '{value}', false)")
        if not self.sweeps:
            self.define(f"SELECT pg_advisory_lock(hashtextextended('openjuki {schema}', 0))")

    @property
    def lost(self) -> bool:
        """Whether the session has ended, by either side."""
        return self._session.closed

    @property
    def in_transaction(self) -> bool:
        return self._session.info.transaction_status in _IN_TRANSACTION

    def total_changes(self) -> int:
        """Rows inserted, changed and deleted over this session."""
        return self._changed

    def cursor(self) -> "PostgresSession":
        return self

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "Rows":
        """Run a work's statement. Raises ServerFault; psycopg.Error or SpoiledTransaction for what is the work's own fault."""
        if sql == "COMMIT":
            self._commit()
            return Rows([])
        with _Faults(self._session):
            cursor = self._cursor.execute(statement(sql), values)
            return Rows(self._took(cursor))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for many rows, sent together."""
        with _Faults(self._session):
            self._cursor.executemany(statement(sql), rows)
            self._changed += max(self._cursor.rowcount, 0)

    def define(self, sql: str) -> list[Any]:
        """Run a statement that is no work's, as it is."""
        with _Faults(self._session):
            cursor = self._cursor.execute(sql, prepare=False)
            return cursor.fetchall() if cursor.description else []

    def _took(self, cursor: Any) -> list[Any]:
        result = cursor.pgresult
        if (result.command_status or b"").startswith(_CHANGES):
            self._changed += cursor.rowcount
        return cursor.fetchall() if result.nfields else []

    def _commit(self) -> None:
        """PostgreSQL answers a COMMIT after a failed statement with a ROLLBACK and no error: that must not pass for a commit."""
        if self._session.info.transaction_status is TransactionStatus.INERROR:
            raise SpoiledTransaction
        self.committing = True
        with _Faults(self._session):
            self._cursor.execute("COMMIT", prepare=False)
        self.committing = False

    def close(self) -> None:
        """Leave the schema to others and end."""
        with suppress(psycopg.Error):
            if not self._session.closed:
                self._session.execute("SELECT pg_advisory_unlock_all()")
        self._session.close()


class Rows:
    """What a statement gave, in apsw's words."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = iter(rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)


class _Faults:
    """Tells a server's faults from a statement's."""

    def __init__(self, session: psycopg.Connection[Any] | None = None) -> None:
        self._session = session

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if not isinstance(error, psycopg.Error):
            return
        state = error.sqlstate or ""
        found = max((start for start in _FAULTS if state.startswith(start)), key=len, default="")
        gone = self._session is None or self._session.closed
        if found:
            raise _FAULTS[found](state) from error
        if gone and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            raise ServerAway(" ".join(str(error).split())) from error
