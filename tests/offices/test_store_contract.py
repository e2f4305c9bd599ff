"""What every store keeps to, on SQLite and on PostgreSQL (保存の共通試験; architecture section 4)."""

import contextlib
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.marked_store import LEAP, MarkedStore
from openjuki.offices.store import BATCH_MAX, BUG, CLOSED, DISK_BROKEN, HELD, Transaction
from openjuki.register.errors import Broken
from tests.offices.store_places import SCRIPT, File, Place, Schema
from tests.offices.store_works import NO, entry, failing

HUBS = [OfficeKind.PREFECTURE, OfficeKind.CENTRE]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def make(request, tmp_path) -> Callable[[], Place]:
    """Makes one place after the other."""
    numbers = count()
    return (lambda: File(str(tmp_path / f"{next(numbers)}.db"))) if request.param == "sqlite" else Schema


@pytest.fixture
def place(make) -> Place:
    return make()


@pytest.fixture
def store(place: Place) -> Iterator[MarkedStore]:
    made = place.open()
    yield made
    made.close()


def whats(place: Place) -> list[str]:
    return [what for (what,) in place.look("SELECT what FROM entry ORDER BY id")]


# -- group commits ------------------------------------------------------------------------------------------------------


def test_works_of_one_turn_are_one_commit_in_their_order(place: Place, store: MarkedStore):
    transaction, outcomes = store.run([entry("a"), entry("b"), entry("c")])
    assert outcomes == ["a", "b", "c"] == whats(place) == transaction.leaves
    assert place.mark.number == 1


def test_a_store_that_rested_has_all_that_was_committed_and_goes_on(place: Place, store: MarkedStore):
    store.run([entry("a")])
    store.rest()
    assert store.run([entry("b"), lambda work: work.value("SELECT count(*) FROM entry")])[1] == ["b", 2]
    assert whats(place) == ["a", "b"]
    assert place.mark.number == 2


def test_a_work_that_says_no_is_undone_alone(place: Place, store: MarkedStore):
    transaction, outcomes = store.run([entry("a"), failing("b", NO), entry("c")])
    assert outcomes == ["a", NO, "c"]
    assert whats(place) == ["a", "c"] == transaction.leaves
    assert transaction.events == [("entry", "a"), ("entry", "c")]


def test_a_work_with_a_fault_is_undone_alone_and_told_without_its_words(place: Place, store: MarkedStore):
    transaction, outcomes = store.run([entry("a"), failing("b", KeyError("住基　太郎")), entry("c")])
    assert outcomes == ["a", BUG, "c"]
    assert whats(place) == ["a", "c"]
    assert transaction.events == [("entry", "a"), ("store:work:failed", "KeyError"), ("entry", "c")]


def test_a_work_that_breaks_a_rule_of_the_tables_is_undone_alone(place: Place, store: MarkedStore):
    _, outcomes = store.run([entry("a"), entry("a"), entry("b")])
    assert outcomes == ["a", BUG, "b"]
    assert whats(place) == ["a", "b"]


@pytest.mark.parametrize("last", [True, False])
def test_a_work_that_goes_on_after_a_failed_statement_is_told_what_became_of_it(place: Place, store: MarkedStore, last: bool):
    def careless(transaction: Transaction) -> str:
        entry("b")(transaction)
        with contextlib.suppress(Exception):
            entry("a")(transaction)
        return "b"

    store.run([entry("a")])
    works = [entry("c"), careless] if last else [careless, entry("c")]
    _, outcomes = store.run(works)
    assert outcomes[1 - works.index(careless)] == "c"
    assert (outcomes[works.index(careless)] == "b") == ("b" in whats(place))
    assert "c" in whats(place)


def test_a_savepoint_in_a_work_undoes_what_came_after_it(place: Place, store: MarkedStore):
    def work(transaction: Transaction) -> str:
        entry("a")(transaction)
        transaction.execute("SAVEPOINT notice")
        with contextlib.suppress(Exception):
            transaction.executed = entry("b")(transaction)
            entry("a")(transaction)
        transaction.execute("ROLLBACK TO notice")
        transaction.execute("RELEASE notice")
        return entry("c")(transaction)

    assert store.run([work, entry("d")])[1] == ["c", "d"]
    assert whats(place) == ["a", "c", "d"]


def test_nothing_is_told_before_it_is_on_disk(place: Place, store: MarkedStore):
    seen: list[tuple[str, list[str]]] = []
    store.after_commit = lambda transaction: seen.append(("after commit", whats(place)))
    store.run([entry("a"), lambda transaction: seen.append(("work", whats(place)))])
    assert seen == [("work", []), ("after commit", ["a"])]


def test_if_what_follows_the_commit_fails_nobody_is_told_success_and_nothing_more_is_written(place: Place, store: MarkedStore):
    def no_key(transaction: Transaction) -> None:
        raise OSError("the key's card is gone")

    store.after_commit = no_key
    transaction, outcomes = store.run([entry("a"), entry("b")])
    assert outcomes == [BUG, BUG]
    assert transaction.events == [("store:commit:failed", "OSError")]
    store.after_commit = None
    assert store.run([entry("c")])[1] == [DISK_BROKEN]
    assert whats(place) == ["a", "b"]


def test_tables_that_another_program_holds_are_waited_for_then_told_and_tried_again(place: Place, store: MarkedStore):
    with place.held(store):
        _, outcomes = store.run([entry("a"), entry("b")])
        assert outcomes == [HELD, HELD]
    assert whats(place) == []
    assert store.run([entry("a")])[1] == ["a"]


def test_a_work_that_comes_after_the_office_closed_is_told_so(store: MarkedStore):
    store.close()
    assert store.run([entry("a"), entry("b")])[1] == [CLOSED, CLOSED]


@pytest.mark.slow
def test_a_full_batch_and_rows_by_the_thousand_are_one_commit(place: Place, store: MarkedStore):
    def many(transaction: Transaction) -> int:
        transaction.connection.executemany("INSERT INTO thing VALUES (?, ?, NULL)", ((f"{n}", n) for n in range(5_000)))
        return int(transaction.value("SELECT count(*) FROM thing"))

    _, outcomes = store.run([many, *(entry(f"{number:04}") for number in range(BATCH_MAX - 1))])
    assert outcomes[0] == 5_000
    assert whats(place) == [f"{number:04}" for number in range(BATCH_MAX - 1)]
    assert place.mark.number == 1


def test_rows_written_together_that_break_a_rule_are_undone_together(place: Place, store: MarkedStore):
    def twice(transaction: Transaction) -> None:
        transaction.connection.executemany("INSERT INTO thing VALUES (?, 1, NULL)", [("a",), ("b",), ("a",)])

    assert store.run([entry("a"), twice, entry("b")])[1] == ["a", BUG, "b"]
    assert place.look("SELECT name FROM thing") == []
    assert whats(place) == ["a", "b"]


# -- what goes in comes out ---------------------------------------------------------------------------------------------

NAMES = (
    "住基　太郎", "葛\U000e0100城", "葛城", "𠮷野家", "\U0002f81a", "が", "か\u3099", "Å", "A\u030a", "", " ", "'", '"', "?", "$1", "%s",
    "\\x00", "ﾊﾝｶｸ", "\u200d", "\ufffd", "\uffff", "\U0010ffff", "a\r\nb",
)  # fmt: skip


def test_texts_come_out_as_they_went_in_and_stand_in_the_order_of_their_bytes(place: Place, store: MarkedStore):
    store.run([lambda work, name=name: work.execute("INSERT INTO thing VALUES (?, NULL, NULL)", (name,)) and None for name in NAMES])
    held = store.run([lambda work: [name for (name,) in work.all("SELECT name FROM thing ORDER BY name")]])[1][0]
    assert held == sorted(NAMES, key=str.encode)
    for name in NAMES:
        assert store.run([lambda work, name=name: work.value("SELECT 1 FROM thing WHERE name = ?", name)])[1] == [1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    number=st.none() | st.integers(-(2**63), 2**63 - 1),
    body=st.none() | st.binary(max_size=40),
)
def test_any_text_number_and_bytes_come_out_as_they_went_in(store: MarkedStore, text: str, number: int | None, body: bytes | None):
    def work(transaction: Transaction) -> Any:
        transaction.execute("DELETE FROM thing")
        transaction.execute("INSERT INTO thing VALUES (?, ?, ?)", (text, number, body))
        return transaction.one("SELECT name, number, body FROM thing")

    assert store.run([work])[1] == [(text, number, body)]


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**200, "\ud800"])
def test_what_no_column_can_hold_undoes_its_work_alone(place: Place, store: MarkedStore, value: Any):
    sql = "INSERT INTO thing (name, number) VALUES (?, ?)"
    values = (value, 1) if isinstance(value, str) else ("x", value)
    assert store.run([entry("a"), lambda work: work.execute(sql, values)])[1] == ["a", BUG]
    assert (whats(place), place.look("SELECT * FROM thing")) == (["a"], [])


def test_a_text_with_the_sign_of_number_zero_is_kept_whole_or_undone(place: Place, store: MarkedStore):
    (outcome,) = store.run([lambda work: work.execute("INSERT INTO thing VALUES (?, 1, NULL)", ("a\0b",)) and None])[1]
    held = store.run([lambda work: work.all("SELECT name FROM thing")])[1][0]
    assert held == ([("a\0b",)] if outcome is None else [])


def test_the_words_of_the_hubs_statements_mean_the_same(store: MarkedStore):
    def words(work: Transaction) -> list[Any]:
        work.connection.executemany("INSERT INTO thing VALUES (?, ?, ?)", [("a", 1, b"\1"), ("b", 2, b"\xff"), ("c", None, b"")])
        upsert = "INSERT INTO thing VALUES (?1, ?2, NULL) ON CONFLICT (name) DO UPDATE SET number = thing.number + ?2 RETURNING number"
        return [
            work.value(upsert, "a", 10),
            work.one("INSERT INTO thing VALUES ('a', 7, NULL) ON CONFLICT DO NOTHING RETURNING 1"),
            work.all("SELECT name FROM thing WHERE number > ?1 - 5 AND number < ?1 ORDER BY number LIMIT ?2", 11, 5),
            work.all("UPDATE thing SET number = 0 WHERE number IS NULL RETURNING name"),
            work.all("SELECT name, coalesce(number, 0) FROM thing WHERE body > ? ORDER BY name", b"\0"),
            work.all("SELECT name FROM thing WHERE name IN (SELECT value FROM json_each(?)) ORDER BY name", '["c","a","no","か"]'),
            work.all("DELETE FROM thing WHERE name = ?1 OR name = ?1 RETURNING name, body", "b"),
            work.value("SELECT count(*) FROM thing"),
            work.one("SELECT (SELECT max(number) FROM thing), (SELECT max(id) FROM entry)"),
            list(work.execute("SELECT 'it''s ?' FROM thing WHERE name = ?", ("a",))),
            work.value("SELECT 1 FROM entry LIMIT 1"),
        ]

    assert store.run([words])[1][0] == [
        11, None, [], [("c",)], [("a", 11), ("b", 2)], [("a",), ("c",)], [("b", b"\xff")], 2, (11, None), [("it's ?",)], None,
    ]  # fmt: skip


# -- tables that only grow ------------------------------------------------------------------------------------------------

ATTEMPTS = (
    "UPDATE entry SET what = 'x'", "UPDATE entry SET id = 9", "DELETE FROM entry", "DROP TABLE entry", "ALTER TABLE entry RENAME TO other",
    "INSERT INTO entry SELECT * FROM entry WHERE true ON CONFLICT (id) DO UPDATE SET what = 'x'", "TRUNCATE entry",
    "DROP TRIGGER entry_no_update", "DROP TRIGGER entry_no_update ON entry", "ALTER TABLE entry DISABLE TRIGGER ALL",
    "PRAGMA writable_schema=ON", "PRAGMA synchronous=OFF", "SET synchronous_commit = off", "SET session_replication_role = replica",
    "RESET ALL", "SET ROLE openjuki_owner",
)  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_work_can_neither_change_nor_undo_an_entry_nor_what_guards_it(place: Place, store: MarkedStore, attempt: str):
    store.run([entry("a")])
    _, outcomes = store.run([lambda transaction: transaction.all(attempt), entry("b")])
    assert outcomes == [BUG, "b"]
    assert whats(place) == ["a", "b"]


@pytest.mark.parametrize("kind", HUBS)
def test_a_real_hubs_tables_of_any_age_are_brought_up_to_date(make, kind: OfficeKind):
    scripts, fresh = TABLES[kind].scripts, make()
    fresh.open(scripts).close()
    for seen in range(1, len(scripts) + 1):
        old = make()
        old.open(scripts[:seen]).close()
        old.open(scripts).close()
        assert old.schema() == fresh.schema()


# -- scripts, starts, marks -----------------------------------------------------------------------------------------------

SECOND = "CREATE TABLE second (id INTEGER PRIMARY KEY);\nCREATE INDEX thing_body ON thing (body)"
THIRD = "ALTER TABLE second ADD COLUMN what TEXT"


@pytest.mark.parametrize("seen", [1, 2, 3])
def test_tables_of_any_age_are_brought_up_to_date_with_what_they_hold(make, seen: int):
    scripts, old, fresh = (SCRIPT, SECOND, THIRD), make(), make()
    with contextlib.closing(old.open(scripts[:seen])) as store:
        store.run([entry("a")])
    old.open(scripts).close()
    fresh.open(scripts).close()
    assert old.schema() == fresh.schema()
    assert whats(old) == ["a"]


def test_a_script_that_fails_in_the_middle_leaves_the_tables_as_they_were(place: Place):
    place.open().close()
    before = place.schema()
    with pytest.raises(Exception, match="nothing"):
        place.open([SCRIPT, "CREATE TABLE second (id INTEGER PRIMARY KEY);\nCREATE INDEX entry_what ON nothing (what)"])
    assert place.schema() == before
    place.open([SCRIPT, SECOND]).close()
    assert place.schema() != before


def test_an_older_software_does_not_touch_newer_tables(place: Place):
    place.open([SCRIPT, SECOND]).close()
    with pytest.raises(Broken, match="newer"):
        place.open()


def test_a_restart_keeps_all_and_numbers_go_on(place: Place):
    for number in range(3):
        with contextlib.closing(place.open()) as store:
            assert store.run([entry(f"{number}{sign}") for sign in "ab"])[1] == [f"{number}a", f"{number}b"]
            assert not store.old
    assert whats(place) == ["0a", "0b", "1a", "1b", "2a", "2b"]
    assert place.mark.number == 3


def test_a_commit_that_only_reads_does_not_count(place: Place, store: MarkedStore):
    store.run([entry("a")])
    store.run([lambda work: work.all("SELECT * FROM entry")] * 3)
    assert place.mark.number == 1 == store.number


def test_an_older_copy_is_known_and_a_recovery_makes_all_others_old(place: Place):
    with contextlib.closing(place.open()) as store:
        store.run([entry("a")])
        store.run([entry("b")])
    place.set_back()
    with contextlib.closing(place.open()) as store:
        assert store.old
        store.run([entry("c")])
        assert store.old
        assert place.mark.number == 2
        store.run([store.take_up])
        assert not store.old
        assert place.mark.number == store.number == 2 + LEAP + 1


def test_tables_without_their_mark_are_old(place: Place):
    with contextlib.closing(place.open()) as store:
        store.run([entry("a")])
    place.mark.number = None
    with contextlib.closing(place.open()) as store:
        assert store.old
