"""What only a database server can do to a store: refuse it, hold it, fill up, be unsafe (データベースの障害と設定不備)."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.postgres_session import SpoiledTransaction
from openjuki.nodes.tables import TABLES
from openjuki.offices.postgres_store import PostgresStore
from openjuki.offices.store import BUG, DISK_BROKEN, DISK_FULL, HELD
from openjuki.register.errors import Broken, InvalidInput, NotReady, OpenJukiError
from tests.offices.postgres_server import Cluster, cluster, own_cluster, schemas
from tests.offices.store_places import SCRIPT, Kept
from tests.offices.store_works import entry

GUARDED = re.compile(r"CREATE TRIGGER (\w+)_no_delete ")


@pytest.fixture
def schema() -> str:
    return next(schemas)


@pytest.fixture
def store(schema: str) -> Iterator[PostgresStore]:
    made = cluster().store(schema, (SCRIPT,), Kept())
    yield made
    made.close()


@contextlib.contextmanager
def told_by_the_server(schema: str, state: str) -> Iterator[None]:
    """Each new entry meets that SQLSTATE."""
    with cluster().admin() as admin:
        admin.execute(
            f"""CREATE FUNCTION {schema}.trouble() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'imagined' USING ERRCODE = '{state}'; END $$""".encode()
        )
        admin.execute(f"CREATE TRIGGER trouble BEFORE INSERT ON {schema}.entry EXECUTE FUNCTION {schema}.trouble()".encode())
        yield
        admin.execute(f"DROP FUNCTION {schema}.trouble CASCADE".encode())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "told"),
    [("53100", DISK_FULL), ("53200", DISK_FULL), ("55P03", HELD), ("57014", HELD), ("40001", HELD), ("40P01", HELD)],
)
def test_a_trouble_of_the_server_is_nobodys_fault_undoes_all_and_passes(store: PostgresStore, schema: str, state: str, told: OpenJukiError):
    with told_by_the_server(schema, state):
        transaction, outcomes = store.run([lambda work: work.execute("INSERT INTO thing VALUES ('x', 1, NULL)") and None, entry("a")])
        assert outcomes == [told, told]
        assert [tag for tag, _ in transaction.events] == ["store:disk:failed"]
    assert store.run([entry("b"), lambda work: work.all("SELECT * FROM thing")])[1] == ["b", []]
    assert not store.broken


@pytest.mark.slow
@pytest.mark.parametrize("state", ["58030", "XX001", "XX002"])
def test_a_server_that_says_its_data_are_damaged_closes_the_office(store: PostgresStore, schema: str, state: str):
    with told_by_the_server(schema, state):
        assert store.run([entry("a")])[1] == [DISK_BROKEN]
    assert store.run([entry("b")])[1] == [DISK_BROKEN]


@pytest.mark.slow
@pytest.mark.parametrize("state", ["22000", "23514", "42P01", "P0001"])
def test_a_statements_own_fault_is_its_works(store: PostgresStore, schema: str, state: str):
    with told_by_the_server(schema, state):
        assert store.run([entry("a"), lambda work: "x"])[1] == [BUG, "x"]


@pytest.mark.slow
def test_a_commit_after_a_failed_statement_does_not_pass_for_one(store: PostgresStore, schema: str):
    """PostgreSQL answers it with ROLLBACK, and with no error."""
    session = store.connection
    session.execute("BEGIN")
    session.execute("INSERT INTO entry (what) VALUES ('a')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        session.execute("INSERT INTO entry (what) VALUES ('a')")
    with pytest.raises(SpoiledTransaction):
        session.execute("COMMIT")
    session.execute("ROLLBACK")
    assert not session.lost and not session.in_transaction


@pytest.mark.slow
def test_a_session_that_is_ended_is_begun_again_with_the_next_work(store: PostgresStore, schema: str):
    store.run([entry("a")])
    with cluster().admin() as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'openjuki_office'")
    (first,) = store.run([entry("b")])[1]
    assert isinstance(first, NotReady)
    transaction, outcomes = store.run([entry("c")])
    assert outcomes == ["c"]
    assert ("store:server:back", "") in transaction.events
    assert store.number == store.mark.number == 2


@pytest.mark.slow
def test_a_second_office_does_not_open_on_a_register_in_use(store: PostgresStore, schema: str):
    with pytest.raises(NotReady, match="another program"):
        cluster().store(schema, (SCRIPT,), Kept())
    store.close()
    cluster().store(schema, (SCRIPT,), store.mark).close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [OfficeKind.PREFECTURE, OfficeKind.CENTRE])
def test_the_offices_role_may_not_touch_a_log(schema: str, kind: OfficeKind):
    server = cluster()
    server.store(schema, TABLES[kind].scripts, Kept()).close()
    with server.admin() as admin:
        admin.execute(f"SET search_path = {schema}".encode())
        names = {name for (name,) in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()}
        logs = set(GUARDED.findall("".join(TABLES[kind].scripts)))
        assert {"audit", "provision"} <= logs <= names
        for table in logs:
            assert not may(admin, "has_any_column_privilege", table, "UPDATE")
            guards = admin.execute(f"SELECT count(*) FROM pg_trigger WHERE tgrelid = '{table}'::regclass".encode()).fetchone()
            assert guards == (3,), "against changing, deleting and emptying"
            for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
                assert not may(admin, "has_table_privilege", table, right)
        for table in names:
            assert not may(admin, "has_table_privilege", table, "TRUNCATE, TRIGGER")


def may(admin: psycopg.Connection[Any], function: str, table: str, right: str) -> bool:
    return bool(admin.execute(f"SELECT {function}('openjuki_office', '{table}', '{right}')".encode()).fetchone()[0])  # type: ignore[index]


@pytest.mark.slow
@pytest.mark.parametrize("attempt", ["UPDATE {0}.entry SET what = 'x'", "DELETE FROM {0}.entry", "TRUNCATE {0}.entry"])
def test_even_the_owner_cannot_change_an_entry_by_a_slip(store: PostgresStore, schema: str, attempt: str):
    store.run([entry("a")])
    with cluster().admin() as admin:
        admin.execute("SET ROLE openjuki_owner")
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            admin.execute(attempt.format(schema).encode())


# -- servers that are not safe ------------------------------------------------------------------------------------------


def refused(server: Cluster, schema: str) -> str:
    """Why the office does not open there."""
    with pytest.raises((Broken, NotReady, InvalidInput)) as caught:
        server.store(schema, (SCRIPT,), Kept())
    return str(caught.value)


@pytest.mark.slow
def test_an_unsafe_server_is_refused_at_the_start():
    with own_cluster() as server:
        store = server.store("safe", (SCRIPT,), Kept())
        store.run([entry("a")])
        server.kill()
        server.start("fsync=off")
        store.close()
        assert "fsync=off" in refused(server, "safe")
        server.kill()
        server.start("full_page_writes=off")
        assert "full_page_writes=off" in refused(server, "other")


@pytest.mark.slow
def test_a_session_after_a_restart_without_syncs_is_refused_and_nothing_is_written():
    with own_cluster() as server, contextlib.closing(server.store("later", (SCRIPT,), Kept())) as store:
        store.run([entry("a")])
        server.kill()
        server.start("fsync=off")
        outcomes = [store.run([entry(what)])[1][0] for what in "bcd"]
        assert isinstance(outcomes[0], NotReady)
        assert all(isinstance(outcome, Broken) and "fsync=off" in str(outcome) for outcome in outcomes[1:])
        server.kill()
        server.start()
        assert [store.run([entry(what)])[1][0] for what in "ef"][-1] == "f"


@pytest.mark.slow
def test_a_role_that_could_lift_the_guards_is_refused(schema: str):
    server = cluster()
    text = server.settings(schema).read_text()
    file = server.folder / f"{schema}-admin.toml"
    file.write_text(text.replace('"openjuki_office"', '"admin"'))
    with pytest.raises(Broken, match="change its logs"):
        server.store(schema, (SCRIPT,), Kept(), file)
    with server.admin() as admin:
        admin.execute("GRANT openjuki_owner TO openjuki_office")
        try:
            assert "change its logs" in refused(server, schema)
        finally:
            admin.execute("REVOKE openjuki_owner FROM openjuki_office")
    server.store(schema, (SCRIPT,), Kept()).close()


@pytest.mark.slow
def test_a_server_that_is_not_there_is_said_with_its_own_words(schema: str):
    server = cluster()
    file = server.folder / f"{schema}-none.toml"
    file.write_text(server.settings(schema).read_text() + "\nport = 5999\n")
    with pytest.raises(NotReady, match="5999"):
        server.store(schema, (SCRIPT,), Kept(), file)
    file.write_text(server.settings(schema).read_text().replace('database = "openjuki"', 'database = "nothing"'))
    with pytest.raises(NotReady, match="nothing"):
        server.store(schema, (SCRIPT,), Kept(), file)
