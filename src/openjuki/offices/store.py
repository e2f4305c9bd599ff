"""The store of one office: one SQLite file, one connection, works run in group commits (保存; architecture section 4).

What survives a crash: everything whose `then` was called. The executor calls it only after COMMIT has returned with
synchronous=FULL, so whoever was told "done" finds it done after a power cut.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

import apsw

from openjuki.register.errors import Broken, NotReady, OpenJukiError, Say

T = TypeVar("T")

BATCH_MAX = 1_000
"""Works in one group commit (architecture section 4, measured)."""

CACHE_KIB_MAX = 512_000
"""Of a register's pages in memory: look-ups all over ten million persons go round in half of that (benchmarks/growth.py)."""

STATEMENTS = 200
"""Of those run last, so many are kept ready: up to 2 KiB of memory each."""

DISK_FULL = NotReady("store", Say("the disk is full.", "記憶装置に空きがありません。"), Say("Free space on it.", "空きを作ってください。"))
DISK_BROKEN = Broken("store", Say("the disk failed.", "記憶装置の障害です。"), Say("Restore the office.", "復旧手順に従ってください。"))
HELD = NotReady(
    "store",
    Say("another program holds the file.", "他のプログラムが使用中です。"),
    Say("End it, then try again.", "それを終了してから、やり直してください。"),
)
CLOSED = NotReady(
    "store", Say("the office is closed.", "機関は停止しています。"), Say("Try again when it is open.", "開始後にやり直してください。")
)
NEWER = Broken(
    "store",
    Say("a newer version of this software wrote the file.", "より新しい版の本ソフトウェアで書かれています。"),
    Say("Install that version.", "その版を導入してください。"),
)
BUG = Broken(
    "store", Say("a work failed.", "処理に失敗しました。"), Say("Report the fault with the log.", "記録を添えて報告してください。")
)

AWAY = NotReady(
    "store",
    Say("the database server does not answer.", "データベースサーバが応答しません。"),
    Say("Start it; the office goes on by itself.", "サーバを起動してください。機関は自動的に再開します。"),
)


class ServerFault(Exception):
    """A fault of a database server (offices/postgres_store.py)."""


class ServerAway(ServerFault):
    """It does not answer; what was under way is undone, but for a commit that had been sent: of that one nothing is known."""


class ServerBusy(ServerFault):
    """Somebody else holds the register, or a lock in it."""


class ServerFull(ServerFault):
    """Its disk or its memory is full."""


class ServerBroken(ServerFault):
    """It says that what it holds is damaged."""


OF_THE_DISK = (
    apsw.FullError, apsw.BusyError, apsw.IOError, apsw.CorruptError, apsw.NotADBError, apsw.CantOpenError, apsw.ReadOnlyError,
    ServerFault,
)  # fmt: skip
"""Errors that are nobody's work's fault."""
MENDED: dict[type[Exception], NotReady] = {
    apsw.FullError: DISK_FULL, apsw.BusyError: HELD, ServerAway: AWAY, ServerBusy: HELD, ServerFull: DISK_FULL,
}  # fmt: skip
"""Those after which the file can still be believed."""

_SCHEMA = frozenset({
    apsw.SQLITE_CREATE_TRIGGER, apsw.SQLITE_CREATE_TEMP_TRIGGER, apsw.SQLITE_DROP_TABLE, apsw.SQLITE_DROP_TRIGGER, apsw.SQLITE_DROP_INDEX,
    apsw.SQLITE_ALTER_TABLE,
})  # fmt: skip
_GUARDS = frozenset({"recursive_triggers", "writable_schema", "synchronous", "journal_mode", "user_version"})
"""Settings with which a work could undo what keeps a table append-only, or a commit durable."""


_TABLES = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"


class Transaction:
    """What one group commit is doing; shared by its works, which run one after the other."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.execute = connection.cursor().execute
        self.leaves: list[Any] = []
        """Provision leaves written in this commit, in tree order."""
        self.promises: list[Any] = []
        """One per leaf, once the commit is on disk."""
        self.woken: set[str] = set()
        """Offices for which the outbox has got a row."""
        self.parked = False
        """Whether a change was set aside until what it follows is known."""
        self.guarded = False
        """Whether each work has a savepoint of its own, since one of this commit has raised. Before that, all of it is undone with it."""
        self.events: list[tuple[str, str]] = []
        """Audit events (tag, what) to be told after the commit."""

    def one(self, sql: str, *values: Any) -> Any:
        """The first row, or None."""
        return self.execute(sql, values).fetchone()

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def all(self, sql: str, *values: Any) -> list[Any]:
        """Every row."""
        rows: list[Any] = self.execute(sql, values).fetchall()
        return rows

    def tables(self) -> dict[str, set[str]]:
        """The office's tables, each with its columns."""
        found: dict[str, set[str]] = {}
        for table, column in self.all(getattr(self.connection, "TABLES", _TABLES)):
            found.setdefault(table, set()).add(column)
        return found

    def forget(self) -> None:
        """Drop what was collected, since the works are rolled back."""
        self.leaves.clear()
        self.woken.clear()
        self.events.clear()


_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_NOMUTEX

Work = Callable[[Transaction], T]
Outcome = Any
"""What a work returned, or the OpenJukiError it raised."""


class Store:
    """One office's file. Owned by the executor's thread once works are submitted; nobody else touches the connection."""

    def __init__(
        self, path: str, scripts: Sequence[str], *, vfs: str | None = None, synchronous: str = "FULL", statements: int = STATEMENTS
    ) -> None:
        self.path, self._statements = path, statements
        self.connection = self._connect(vfs)
        self.after_commit: Callable[[Transaction], None] | None = None
        """Runs on the executor's thread when the commit is on disk, before anyone is told."""
        self.published: Callable[[Transaction], None] | None = None
        """Runs on the office's own thread, once per commit, before the works' own `then`."""
        self.broken = False
        self._set_up(scripts, synchronous)

    def _connect(self, vfs: str | None) -> Any:
        """An apsw.Connection, or what stands in for one (offices/postgres_store.py).

        Without SQLite's own mutexes, a sixth of its cost: only one thread at a time has the store in its hands (nodes/writer.py).
        """
        return apsw.Connection(self.path, _FLAGS, vfs, statementcachesize=self._statements)

    def _set_up(self, scripts: Sequence[str], synchronous: str) -> None:
        """Set the journal and run the numbered scripts that this file has not seen. Raises Broken if it has seen more than there are."""
        self.connection.set_busy_timeout(10_000)
        self.connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # else whatever has WHERE x = ? ORDER BY is planned anew each time
        for pragma in (
            "journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", f"cache_size=-{CACHE_KIB_MAX}", "wal_autocheckpoint=16000",
            "temp_store=MEMORY",  # what may have to be undone must not lie in a file outside of the register
            "recursive_triggers=ON",  # else INSERT OR REPLACE deletes rows past the triggers of append-only tables
        ):  # fmt: skip
            self.connection.execute(f"PRAGMA {pragma}").fetchall()
        seen = int(self.connection.pragma("user_version"))
        if seen > len(scripts):
            self.connection.close()
            raise NEWER
        if seen < len(scripts):
            with self.connection:  # all in one commit: a nation's start opens 1,800 new files
                for statement in ";\n".join(scripts[seen:]).split(";\n"):
                    self.connection.execute(statement, can_cache=False).fetchall()
                self.connection.execute(f"PRAGMA user_version={len(scripts)}").fetchall()
        self.connection.authorizer = _authorize

    def run(self, works: Sequence[Work[Any]]) -> tuple[Transaction, list[Outcome]]:
        """Run up to BATCH_MAX works in one durable commit; a work that raises is undone alone. Called by executors only."""
        try:
            transaction = Transaction(self.connection)
        except apsw.ConnectionClosedError:
            return Transaction(apsw.Connection("")), [CLOSED] * len(works)
        if self.broken:
            return transaction, [DISK_BROKEN] * len(works)
        try:
            outcomes = self._all_at_once(transaction, works) or self._one_by_one(transaction, works)
        except OF_THE_DISK as error:
            return transaction, [self._disk(transaction, error)] * len(works)
        return transaction, self._committed(transaction, outcomes)

    def _committed(self, transaction: Transaction, outcomes: list[Outcome]) -> list[Outcome]:
        """What follows a commit. If it fails (a key that cannot sign), nobody is told, and nothing more is written."""
        try:
            if self.after_commit is not None:
                self.after_commit(transaction)
        except Exception as error:  # whatever it is, the rows are on disk and unpromised: the operator must hear of it
            self.broken = True
            transaction.forget()
            transaction.events.append(("store:commit:failed", type(error).__name__))
            return [BUG] * len(outcomes)
        return outcomes

    def _disk(self, transaction: Transaction, error: Exception) -> OpenJukiError:
        """A full disk can be mended; after a failed sync nothing on this connection can be believed any more."""
        transaction.forget()
        with suppress(apsw.Error, ServerFault):  # it may have been rolled back by the failure itself
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        mended = MENDED.get(type(error))
        self.broken = self.broken or mended is None or self.connection.in_transaction
        transaction.events.append(("store:disk:failed", type(error).__name__))
        return DISK_BROKEN if self.broken or mended is None else mended

    def _all_at_once(self, transaction: Transaction, works: Iterable[Work[Any]]) -> list[Outcome]:
        """The fast path: no savepoints. Empty when a work raised and all was rolled back."""
        transaction.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [work(transaction) for work in works]
            transaction.execute("COMMIT")
        except OF_THE_DISK:
            raise
        except Exception:  # each work is run again alone below, where its own error is kept
            transaction.execute("ROLLBACK")
            transaction.forget()
            return []
        return outcomes

    def _one_by_one(self, transaction: Transaction, works: Iterable[Work[Any]]) -> list[Outcome]:
        """The slow path: each work in its own savepoint."""
        transaction.guarded = True
        transaction.execute("BEGIN IMMEDIATE")
        outcomes = [self._guarded(transaction, work) for work in works]
        transaction.execute("COMMIT")
        return outcomes

    def _guarded(self, transaction: Transaction, work: Work[Any]) -> Outcome:
        """One work's result or error; on an error nothing of it stays."""
        counts, failure = (len(transaction.leaves), len(transaction.events)), ""
        transaction.execute("SAVEPOINT work")
        try:
            outcome = work(transaction)
            transaction.execute("RELEASE work")
            return outcome
        except OpenJukiError as error:
            outcome = error
            error.__traceback__ = error.__cause__ = error.__context__ = None  # their frames hold cursors, which must end in this thread
        except OF_THE_DISK:
            raise
        except Exception as error:  # a bug in one work must not stop the office; it is told to the operator
            failure, outcome = type(error).__name__, BUG
        transaction.execute("ROLLBACK TO work")
        transaction.execute("RELEASE work")
        del transaction.leaves[counts[0] :], transaction.events[counts[1] :]
        if failure:
            transaction.events.append(("store:work:failed", failure))
        return outcome

    def rest(self) -> None:
        """Give back the memory of all pages that were read; the next work reads those that it needs again. Called by executors only."""
        self.connection.release_memory()

    def close(self) -> None:
        """Close the file; the last committed state stays."""
        self.connection.close()


def _authorize(action: int, first: str | None, second: str | None, database: str | None, inside: str | None) -> int:
    """No work changes the schema or the settings that guard it; asked when a statement is prepared, so it costs nothing later."""
    refused = action in _SCHEMA or (action == apsw.SQLITE_PRAGMA and second is not None and first in _GUARDS)
    return apsw.SQLITE_DENY if refused else apsw.SQLITE_OK


class Executor(Protocol):
    """Who runs works: a writer thread in production, the caller itself in the simulator."""

    def submit(self, store: Store, work: Work[T], then: Callable[[T | OpenJukiError], None]) -> None:
        """Run `work` in a group commit of `store`; call `then` on the office's own thread after the commit."""
