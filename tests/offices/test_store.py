"""The store: group commits, undone works, disks that fail, tables that only grow (保存; architecture section 4)."""

import contextlib
from collections.abc import Iterator
from itertools import count
from typing import Any

import apsw
import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.store import BUG, CLOSED, DISK_BROKEN, DISK_FULL, HELD, Store, Transaction
from openjuki.register.errors import Broken
from openjuki.simulation.power_cut.disk import Disk, Kind, Operation
from tests.offices.store_works import NO, entry, failing

SCRIPT = """CREATE TABLE entry (id INTEGER PRIMARY KEY, what TEXT NOT NULL UNIQUE);
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END"""
numbers = count()


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    made = Store(str(tmp_path / "office.db"), [SCRIPT])
    yield made
    made.close()


def whats(path: str) -> list[str]:
    connection = apsw.Connection(path)
    try:
        return [what for (what,) in connection.execute("SELECT what FROM entry ORDER BY id")]
    finally:
        connection.close()


# -- group commits ------------------------------------------------------------------------------------------------------


def test_works_of_one_turn_are_one_commit_in_their_order(store: Store):
    transaction, outcomes = store.run([entry("a"), entry("b"), entry("c")])
    assert outcomes == ["a", "b", "c"]
    assert whats(store.path) == ["a", "b", "c"]
    assert transaction.leaves == ["a", "b", "c"]


def test_a_statement_is_planned_once_whatever_its_values():
    store, planned = Store(":memory:", TABLES[OfficeKind.CENTRE].scripts), list[int]()

    def noted(action: int, *_: str | None) -> int:
        planned.append(action)
        return apsw.SQLITE_OK

    store.connection.authorizer = noted
    sql = "SELECT change FROM state WHERE person = ? ORDER BY n, office, version"
    for person in range(3):
        store.run([lambda transaction, person=person: transaction.all(sql, person)])
    assert planned.count(apsw.SQLITE_SELECT) == 1


def test_a_work_that_says_no_is_undone_alone(store: Store):
    transaction, outcomes = store.run([entry("a"), failing("b", NO), entry("c")])
    assert outcomes == ["a", NO, "c"]
    assert whats(store.path) == ["a", "c"]
    assert transaction.leaves == ["a", "c"]
    assert transaction.events == [("entry", "a"), ("entry", "c")]


def test_a_work_with_a_fault_is_undone_alone_and_told_without_its_words(store: Store):
    transaction, outcomes = store.run([entry("a"), failing("b", KeyError("住基　太郎")), entry("c")])
    assert outcomes == ["a", BUG, "c"]
    assert whats(store.path) == ["a", "c"]
    assert transaction.events == [("entry", "a"), ("store:work:failed", "KeyError"), ("entry", "c")]


def test_a_work_that_breaks_a_rule_of_the_tables_is_undone_alone(store: Store):
    _, outcomes = store.run([entry("a"), entry("a"), entry("b")])
    assert outcomes == ["a", BUG, "b"]
    assert whats(store.path) == ["a", "b"]


def test_nothing_is_told_before_it_is_on_disk(store: Store):
    seen: list[tuple[str, list[str]]] = []
    store.after_commit = lambda transaction: seen.append(("after commit", whats(store.path)))
    store.run([entry("a"), lambda transaction: seen.append(("work", whats(store.path)))])
    assert seen == [("work", []), ("after commit", ["a"])]


def test_if_what_follows_the_commit_fails_nobody_is_told_success_and_nothing_more_is_written(store: Store):
    def no_key(transaction: Transaction) -> None:
        raise OSError("the key's card is gone")

    store.after_commit = no_key
    transaction, outcomes = store.run([entry("a"), entry("b")])
    assert outcomes == [BUG, BUG]
    assert transaction.events == [("store:commit:failed", "OSError")]
    store.after_commit = None
    assert store.run([entry("c")])[1] == [DISK_BROKEN]
    assert whats(store.path) == ["a", "b"]


def test_a_file_that_another_program_holds_is_waited_for_then_told_and_tried_again(store: Store):
    store.connection.set_busy_timeout(1)
    other = apsw.Connection(store.path)
    other.execute("BEGIN IMMEDIATE")
    transaction, outcomes = store.run([entry("a"), entry("b")])
    assert outcomes == [HELD, HELD]
    assert transaction.events == [("store:disk:failed", "BusyError")]
    other.execute("COMMIT")
    other.close()
    assert store.run([entry("a")])[1] == ["a"]


def test_a_work_that_comes_after_the_office_closed_is_told_so(store: Store):
    store.close()
    assert store.run([entry("a"), entry("b")])[1] == [CLOSED, CLOSED]


# -- disks that fail ----------------------------------------------------------------------------------------------------


class Failing:
    """Fails at the n-th write or sync, once or from then on."""

    def __init__(self, kinds: frozenset[Kind], error: type[apsw.Error], at: int, *, for_ever: bool) -> None:
        self.kinds, self.error, self.left, self.for_ever, self.failed = kinds, error, at, for_ever, False

    def __call__(self, operation: Operation) -> Exception | None:
        if operation.kind not in self.kinds or (self.failed and not self.for_ever):
            return None
        self.left -= 1
        self.failed = self.failed or self.left < 0
        return self.error("imagined") if self.failed else None


def work_on(disk: Disk, path: str, fault: Failing, entries: int) -> tuple[list[str], list[Any], Store]:
    """Enter in commits of one to three until the fault has struck; what was told as done, and the other outcomes."""
    store = Store(path, [SCRIPT], vfs=disk.name)
    store.connection.execute("PRAGMA wal_autocheckpoint=16")
    disk.fault, told, refused = fault, list[str](), list[Any]()
    for first in range(0, entries, 3):
        batch = [f"entry {number}" for number in range(first, first + 1 + first % 3)]
        for what, outcome in zip(batch, store.run([entry(what) for what in batch])[1], strict=True):
            told.append(what) if outcome == what else refused.append(outcome)
    return told, refused, store


def look_again(store: Store, told: list[str]) -> None:
    """After the machine is started again on a whole disk: what was told is there, and the file is sound."""
    again = Store(store.path, [SCRIPT], synchronous="OFF")
    assert again.connection.pragma("integrity_check") == "ok"
    assert set(told) <= set(whats(store.path))
    assert again.run([entry("afterwards")])[1] == ["afterwards"]
    again.close()


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk(f"failing-{next(numbers)}", keep=False)
    yield made
    made.fault = lambda operation: None
    made.close()


WRITES = frozenset({Kind.WRITE, Kind.TRUNCATE})
SYNCS = frozenset({Kind.SYNC})


@pytest.mark.slow
@pytest.mark.parametrize("for_ever", [False, True])
def test_a_disk_that_is_full_at_any_of_300_writes_loses_nothing_told_and_works_again_with_space(tmp_path, disk: Disk, for_ever: bool):
    struck = 0
    for at in range(300):
        disk.fault = lambda operation: None
        fault = Failing(WRITES, apsw.FullError, at, for_ever=for_ever)
        told, refused, store = work_on(disk, str(tmp_path / f"{at}.db"), fault, 216)
        struck += fault.failed
        assert not store.broken
        assert all(outcome is DISK_FULL for outcome in refused)
        assert set(told) <= set(whats(store.path))
        disk.fault = lambda operation: None
        assert store.run([entry("with space")])[1] == ["with space"]
        store.close()
        look_again(store, [*told, "with space"])
    assert struck == 300


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [WRITES, SYNCS], ids=["write", "sync"])
def test_a_disk_that_fails_at_any_of_300_operations_closes_the_office_and_loses_nothing_told(tmp_path, disk: Disk, kinds: frozenset[Kind]):
    struck = 0
    for at in range(300 if kinds is WRITES else 60):
        disk.fault = lambda operation: None
        fault = Failing(kinds, apsw.IOError, at, for_ever=False)
        told, refused, store = work_on(disk, str(tmp_path / f"{at}.db"), fault, 216)
        struck += fault.failed and bool(refused)
        if refused:
            assert store.broken
            assert all(outcome is DISK_BROKEN for outcome in refused)
            assert store.run([entry("later")])[1] == [DISK_BROKEN]
        with contextlib.suppress(apsw.IOError):
            store.close()
        look_again(store, told)
    assert struck > 40


def test_a_file_that_is_damaged_closes_the_office(tmp_path):
    path = tmp_path / "office.db"
    store = Store(str(path), [SCRIPT])
    store.run([entry(f"{number:0200}") for number in range(200)])
    store.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = bytes(b ^ 0x5A for b in damaged[4096:])
    path.write_bytes(damaged)
    store = Store(str(path), [SCRIPT])
    transaction, outcomes = store.run([entry("a")])
    assert outcomes == [DISK_BROKEN]
    assert store.broken
    assert transaction.events == [("store:disk:failed", "CorruptError")]
    store.close()


# -- tables that only grow, and what guards them --------------------------------------------------------------------------


GROWING = {"audit", "code_given", "event", "provision"}
ATTEMPTS = (
    "UPDATE {0} SET rowid = 9", "DELETE FROM {0}", "DROP TABLE {0}", "ALTER TABLE {0} RENAME TO other", "DROP TRIGGER {0}_no_update",
    "DROP TRIGGER {0}_no_delete", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}", "REPLACE INTO {0} SELECT * FROM {0}",
    "PRAGMA writable_schema=ON", "PRAGMA recursive_triggers=OFF", "PRAGMA synchronous=OFF", "PRAGMA journal_mode=MEMORY",
)  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_work_can_neither_change_nor_undo_an_entry_nor_what_guards_it(store: Store, attempt: str):
    store.run([entry("a")])
    _, outcomes = store.run([lambda transaction: transaction.all(attempt.format("entry"))])
    assert outcomes == [BUG]
    assert whats(store.path) == ["a"]
    assert store.connection.pragma("synchronous") == 2


def test_every_log_of_every_kind_of_office_only_grows():
    found = set()
    for tables in TABLES.values():
        store = Store(":memory:", tables.scripts)
        guarded = {name for (name,) in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        held = {name for (name,) in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} & GROWING
        assert {f"{table}_no_{what}" for table in held for what in ("update", "delete")} <= guarded
        found |= held
        for table in held:
            columns = [row[1] for row in store.connection.execute(f"PRAGMA table_info({table})")]
            store.connection.execute(f"INSERT INTO {table} VALUES ({', '.join('1' * len(columns))})")
            for attempt in (f"UPDATE {table} SET {columns[0]} = 2", f"DELETE FROM {table}", f"REPLACE INTO {table} SELECT * FROM {table}"):
                with pytest.raises(apsw.ConstraintError):
                    store.connection.execute(attempt).fetchall()
        store.close()
    assert found == GROWING


# -- numbered scripts -----------------------------------------------------------------------------------------------------


def schema(store: Store) -> list[Any]:
    return store.connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()


SECOND = "CREATE TABLE second (id INTEGER PRIMARY KEY);\nCREATE INDEX entry_what ON entry (what)"
THIRD = "ALTER TABLE second ADD COLUMN what TEXT"


@pytest.mark.parametrize("seen", [1, 2, 3])
def test_a_file_of_any_age_is_brought_up_to_date_with_what_it_holds(tmp_path, seen: int):
    scripts = (SCRIPT, SECOND, THIRD)
    old = Store(str(tmp_path / "old.db"), scripts[:seen])
    old.run([entry("a")])
    old.close()
    new, fresh = Store(old.path, scripts), Store(str(tmp_path / "fresh.db"), scripts)
    assert schema(new) == schema(fresh)
    assert whats(new.path) == ["a"]
    new.close()
    fresh.close()


@pytest.mark.parametrize("kind", TABLES)
def test_a_real_offices_file_of_any_age_is_brought_up_to_date(tmp_path, kind):
    scripts = TABLES[kind].scripts
    fresh = Store(str(tmp_path / "fresh.db"), scripts)
    for seen in range(1, len(scripts) + 1):
        path = str(tmp_path / f"{seen}.db")
        Store(path, scripts[:seen]).close()
        new = Store(path, scripts)
        assert schema(new) == schema(fresh)
        new.close()
    fresh.close()


def test_a_script_that_fails_in_the_middle_leaves_the_file_as_it_was(tmp_path):
    path = str(tmp_path / "office.db")
    Store(path, [SCRIPT]).close()
    with pytest.raises(apsw.SQLError):
        Store(path, [SCRIPT, "CREATE TABLE second (id INTEGER PRIMARY KEY);\nCREATE INDEX entry_what ON nothing (what)"])
    with contextlib.closing(Store(path, [SCRIPT])) as again:
        assert again.connection.pragma("user_version") == 1
    with contextlib.closing(Store(path, [SCRIPT, SECOND])) as mended:
        assert mended.connection.pragma("user_version") == 2


def test_an_older_software_does_not_touch_a_newer_file(tmp_path):
    path = str(tmp_path / "office.db")
    Store(path, [SCRIPT, SECOND]).close()
    with pytest.raises(Broken):
        Store(path, [SCRIPT])


def test_an_error_of_a_work_leaves_the_writers_thread_without_the_frames_that_hold_cursors(store):
    def raise_while_reading(transaction: Transaction) -> None:
        rows = transaction.execute("VALUES (1), (2)")
        try:
            transaction.execute("INSERT INTO entry (what) VALUES (?)", (rows.fetchone()[0] and None,))
        except apsw.ConstraintError as error:
            raise NO from error

    _, outcomes = store.run([raise_while_reading])
    assert outcomes == [NO]
    assert (NO.__traceback__, NO.__cause__, NO.__context__) == (None, None, None)
