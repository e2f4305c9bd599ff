"""Sweeps and ledger do the same on SQLite and PostgreSQL, each by a role that can nothing else (保存先の比較; 消去担当の権限)."""

import contextlib
import datetime
import random
import threading
from functools import partial
from itertools import count

import psycopg
import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.law.retention_terms import SweepRule
from openjuki.nodes.postgres_session import PostgresSession
from openjuki.nodes.tables import TABLES
from openjuki.offices import identity, ledger, outbox, provision, retention_trace
from openjuki.offices.outbox import Outgoing
from openjuki.offices.provision import Provision
from openjuki.offices.retention_batch import one_removal, start_of
from openjuki.offices.retention_role import HUB, OWN_ROLE, SweepWork, sweeping
from openjuki.offices.retention_traffic import HUB_SWEEPS as SWEEPS
from openjuki.offices.retention_traffic import sweep_provisions
from openjuki.offices.store import AWAY, BUG, CLOSED
from openjuki.procedures.change_notice import IdentityChange
from openjuki.register.change import encode_change
from openjuki.register.errors import Broken, NotReady
from openjuki.wire.speech import decoder, encode
from tests.offices.hub_office import AIRA, Hub, life, told
from tests.offices.postgres_server import cluster, own_cluster
from tests.offices.store_places import Kept
from tests.offices.test_hub_on_both import Both

pytestmark = pytest.mark.slow
FIRST = datetime.date(2003, 4, 1)
DAYS = [datetime.date(year, 6, 21) for year in (2008, 2012, 2019, 2100, 2200)]
SWEEPER = "openjuki_retention"


@pytest.fixture
def both(tmp_path):
    with contextlib.closing(Both(str(tmp_path / "centre.db"), OfficeKind.CENTRE)) as made:
        yield made


@pytest.fixture
def hub():
    return Hub()


def answer(both, hub, number, persons):
    """An answer is written into both logs, under one salt."""
    hub.at(FIRST + datetime.timedelta(number))
    one = Provision("pension", "appendix:1:77", "1", "officer-1", b"q", b"d" * 32, persons, number, b"a")
    drawn = hub.office.entropy(32)
    hub.office.entropy = lambda size: drawn
    both(lambda t: len(provision.record(t, hub.office, hub.office.log, [one])))
    hub.office.log.size += 1


def fill(both, hub):
    """Lives, answers, a notice set aside, one sent and acknowledged, all of years ago."""
    lots = random.Random("both")
    for number in range(10):
        for change in life(lots):
            moved = told(change.version, change.status, n=change.residence.n, office=change.residence.office, code=f"{number:011d}")
            moment = start_of(FIRST + datetime.timedelta(lots.randrange(3_000)))
            both(identity.receive, moved, moment)
    for number in range(6):
        answer(both, hub, number, " ".join("12345"[:number]))
    both(outbox.quarantine, AIRA, b"e", Outgoing(1, "IdentityChange", b"x", None), "invalid", start_of(FIRST))
    both(outbox.put, "460001", "RecordError", b"x")
    both(outbox.acknowledge, "460001", 1)


def taken_away(both, hub, sweep, on):
    """One batch with its trace at both; the same rows go."""

    def batch(transaction):
        swept = sweep(transaction, hub.office, on, 0, True)
        return [retention_trace.write(transaction, hub.office, "retention-1", str(on), removed) for removed in swept.removed]

    outcomes = [store.run([SweepWork(batch)])[1][0] for store in both.stores]
    assert outcomes[0] == outcomes[1]
    return sum(entry.rows for entry in outcomes[0])


def test_ledger_and_sweeps_are_the_same_on_both(both, hub):
    fill(both, hub)
    before = both(ledger.entries, FIRST, FIRST + datetime.timedelta(9))
    gone = 0
    for on in DAYS:
        for sweep in SWEEPS:
            counted = sum(one.rows for one in both(partial(sweep, office=hub.office, on=on, after=0, really=False)).removed)
            removed = taken_away(both, hub, sweep, on)
            assert removed == counted
            gone += removed
        both.same_tables()
    assert gone > 20
    assert len(before) == 6 and both(ledger.entries, FIRST, FIRST + datetime.timedelta(9)) == before
    assert len(both(retention_trace.verified, lambda key: hub.public)) > 8
    assert both(lambda t: t.all("SELECT question, persons FROM provision ORDER BY id DESC LIMIT 1")) == [(b"", "0 0 0 0 0")]
    assert [store.mark.number for store in both.stores] == [store.number for store in both.stores]


def test_copies_of_identity_in_a_prefectures_outbox_go_with_their_states_on_both(tmp_path):
    hub, lots = Hub(OfficeKind.PREFECTURE), random.Random("copies")
    with contextlib.closing(Both(str(tmp_path / "prefecture.db"), OfficeKind.PREFECTURE)) as both:
        for number in range(12):
            for change in life(lots):
                one = told(change.version, change.status, n=change.residence.n, office=change.residence.office, code=f"{number:011d}")
                both(identity.receive, one, start_of(FIRST + datetime.timedelta(lots.randrange(2_000))), "46")
                both(outbox.put, "centre", "IdentityChange", encode(IdentityChange(one)), b"seal")
        both(lambda t: outbox.acknowledge(t, "centre", outbox.last_sequence(t, "centre")))
        gone = [taken_away(both, hub, sweep, on) for on in (datetime.date(2008, 1, 1), *DAYS) for sweep in SWEEPS]
        both.same_tables()
        rows = both(lambda t: t.all("SELECT type, body, seal FROM outbox ORDER BY sequence"))
        states = {body for (body,) in both(lambda t: t.all("SELECT change FROM state"))}
    assert sum(gone) > 40 and {(kind, seal) for kind, _, seal in rows} == {("IdentityChange", b"seal")}
    assert {encode_change(decoder(IdentityChange).decode(body).change) for _, body, _ in rows} == states


FORBIDDEN = [
    "DELETE FROM provision", "UPDATE provision SET leaf = ''", "UPDATE provision SET asker = ''", "DELETE FROM audit", "DELETE FROM sweep",
    "UPDATE audit SET what = ''", "UPDATE person SET status = 1", "INSERT INTO person SELECT * FROM person", "DELETE FROM setting",
    "INSERT INTO state SELECT * FROM state", "INSERT INTO outbox SELECT * FROM outbox", "DELETE FROM code_given", "TRUNCATE provision",
    "INSERT INTO provision SELECT * FROM provision", "UPDATE office_entry SET body = ''", "UPDATE store SET scripts = 0", "TRUNCATE state",
    "DROP TRIGGER audit_no_delete ON audit", "DROP TABLE person", "ALTER TABLE provision DISABLE TRIGGER ALL", "CREATE TABLE mine (x int)",
    "SET ROLE openjuki_owner", "SET ROLE openjuki_office", "DROP FUNCTION refuse_change CASCADE", "SET session_replication_role = replica",
]  # fmt: skip


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_role_of_the_sweep_can_nothing_else_on_a_server(both, sql):
    def as_its_own(transaction):
        try:
            transaction.connection.define(sql)  # past the check of words: only the role's rights stand in the way
        except psycopg.errors.InsufficientPrivilege:
            raise OWN_ROLE from None

    assert both.stores[1].run([SweepWork(as_its_own)])[1] == [OWN_ROLE]


def test_the_rights_of_the_role_are_those_of_the_table_and_no_more(both):
    name = both.stores[1]._server.schema
    with cluster().admin() as admin:
        admin.execute(f"SET search_path = {name}".encode())
        tables = {table for (table,) in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()}
        rights = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_schema = %s"
        held = set(admin.execute(rights, (SWEEPER, name)).fetchall())
        columns = rights.replace("privilege_type", "column_name").replace("role_table", "role_column") + " AND privilege_type = 'UPDATE'"
        changed = set(admin.execute(columns, (SWEEPER, name)).fetchall())
    wanted = {(table, "SELECT") for table in tables} | {(table, "DELETE") for table in HUB.deleted_from & tables}
    assert held == wanted | {(table, "INSERT") for table in HUB.inserted_into & tables}
    assert changed == HUB.updated | {("store", "generation")}
    only_at_a_prefecture = {"transfer_confirmed", "guidance", "guidance_word"}
    assert tables >= (HUB.deleted_from - only_at_a_prefecture) | HUB.inserted_into


@pytest.mark.parametrize("sql", ["UPDATE provision SET persons = ''", "DELETE FROM provision", "DELETE FROM sweep", "DELETE FROM audit"])
def test_the_offices_own_role_can_still_nothing_of_it(both, hub, sql):
    fill(both, hub)
    assert taken_away(both, hub, sweep_provisions, DAYS[2]) == 6
    answer(both, hub, 9, "7")
    assert [store.run([lambda t: t.execute(sql).fetchall()])[1] for store in both.stores] == [[BUG], [BUG]]
    session = both.stores[1].connection
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.define(f"SET ROLE {SWEEPER}")


def test_on_a_server_an_ordinary_work_has_no_rights_of_the_sweep(both):
    def take(transaction):
        with sweeping(transaction, HUB):
            raise AssertionError("not reached")

    assert both.stores[1].run([take])[1] == [OWN_ROLE]


def test_a_sweep_among_other_works_is_a_commit_of_its_own_after_them(both):
    store = both.stores[1]
    before = store.number
    count = lambda t: t.value("SELECT count(*) FROM audit")  # noqa: E731
    line = lambda what: lambda t: outbox.record(t, 1, "a:b:c", "clerk-1", what) or count(t)  # noqa: E731
    failing = SweepWork(lambda t: t.execute("DELETE FROM audit"))
    assert store.run([SweepWork(line("s")), line("a"), failing, line("b"), SweepWork(line("t"))])[1] == [3, 1, BUG, 2, 4]
    assert store.number == store.mark.number == before + 3
    assert [what for (what,) in store.run([lambda t: t.all("SELECT what FROM audit ORDER BY id")])[1][0]] == ["a", "b", "s", "t"]


def opened(both, server, role):
    """The hub's schema opened anew with a role of sweeps of that name; "" for none."""
    place = both.stores[1]._server.schema
    file = server.folder / f"{place}-{role or 'none'}.toml"
    file.write_text(server.settings(place).read_text().replace(f'retention = "{SWEEPER}"', f'retention = "{role}"' if role else ""))
    return contextlib.closing(server.store(place, both.stores[1]._scripts, both.stores[1].mark, file))


def test_without_a_role_for_it_a_server_refuses_a_sweep_and_works_on_until_the_role_is_named(both, hub):
    fill(both, hub)
    both.close()
    server = cluster()
    with opened(both, server, "") as store:
        assert store.run([SweepWork(lambda t: 1), lambda t: 2])[1] == [OWN_ROLE, 2]
    assert store.run([SweepWork(lambda t: 1)])[1] == [CLOSED]
    empty = SweepWork(lambda t: t.execute("UPDATE provision SET persons = ''") and t.value("SELECT count(*) FROM provision"))
    with opened(both, server, SWEEPER) as store:
        assert store.run([empty])[1] == [6]
    with opened(both, server, "") as store, server.admin() as admin:
        admin.execute(f"SET search_path = {store._server.schema}".encode())
        admin.execute(f"SET ROLE {SWEEPER}".encode())
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            admin.execute(b"UPDATE provision SET persons = ''")


def test_a_role_of_sweeps_that_may_not_log_in_is_told_in_the_servers_own_words(both):
    server, store = cluster(), both.stores[1]
    with server.admin() as admin:
        admin.execute(f"ALTER ROLE {SWEEPER} NOLOGIN".encode())
        try:
            outcomes = store.run([SweepWork(lambda t: 1), lambda t: 2])[1]
        finally:
            admin.execute(f"ALTER ROLE {SWEEPER} LOGIN".encode())
    assert isinstance(outcomes[0], NotReady) and SWEEPER in str(outcomes[0]) and outcomes[1] == 2
    assert store.run([SweepWork(lambda t: 1), lambda t: 2])[1] == [1, 2]


def test_a_role_of_sweeps_that_is_not_there_or_can_too_much_is_said(both):
    both.close()
    server = cluster()
    with pytest.raises(NotReady, match="no such role"), opened(both, server, "nobody_made_me"):
        pass
    with server.admin() as admin:
        admin.execute(f"GRANT {SWEEPER} TO openjuki_office".encode())
        try:
            with pytest.raises(Broken, match="change its logs"), opened(both, server, SWEEPER):
                pass
        finally:
            admin.execute(f"REVOKE {SWEEPER} FROM openjuki_office".encode())
        admin.execute(f"GRANT openjuki_owner TO {SWEEPER}".encode())
        try:
            with opened(both, server, SWEEPER) as store:
                (outcome,) = store.run([SweepWork(lambda t: 1)])[1]
                assert isinstance(outcome, Broken) and "change its logs" in str(outcome)
        finally:
            admin.execute(f"REVOKE openjuki_owner FROM {SWEEPER}".encode())


def end_session(role):
    with cluster().admin() as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (role,))


def test_a_sweep_whose_session_is_ended_left_nothing_and_the_office_goes_on(both, hub):
    fill(both, hub)
    store = both.stores[1]

    def cut_off(transaction):
        transaction.execute("DELETE FROM state")
        end_session(SWEEPER)
        transaction.execute("DELETE FROM person")

    states = "SELECT count(*) FROM state"
    before = store.run([lambda t: t.value(states)])[1]
    assert store.run([SweepWork(cut_off)])[1] == [AWAY]
    transaction, outcomes = store.run([lambda t: t.value(states)])
    assert outcomes == before and ("store:server:back", "") in transaction.events
    assert taken_away(both, hub, SWEEPS[0], DAYS[1]) > 0
    assert store.number == store.mark.number


class Deaf(PostgresSession):
    """A session that is ended after its commit, before it hears of it."""

    def _commit(self):
        super()._commit()
        self.committing = True
        end_session(SWEEPER)
        self.define("SELECT 1")


def test_the_commit_of_a_sweep_that_was_not_answered_is_looked_up(both, hub):
    """It stands: the session ended after the commit, before its answer was heard."""
    fill(both, hub)
    store = both.stores[1]
    make, _, *rest = (sweeper := store._server.sweeper).func, *sweeper.args
    store._server = store._server._replace(sweeper=partial(make, partial(Deaf, sweeps=True), *rest, **sweeper.keywords))
    number = store.number
    assert store.run([SweepWork(lambda t: t.execute("DELETE FROM quarantine") and None)])[1] == [AWAY]
    assert store.number == number
    transaction, outcomes = store.run([lambda t: t.value("SELECT count(*) FROM quarantine")])
    assert outcomes == [0]
    assert ("store:server:back", "its last commit was in doubt") in transaction.events
    assert store.number == store.mark.number == number + 2, "the first commit after a doubt counts, also one that only reads"


def removal(hub, number):
    """One batch: a notice that was set aside, and its trace."""

    def batch(transaction):
        transaction.execute("DELETE FROM quarantine WHERE id = ?", (number,))
        removed = one_removal(SweepRule.SET_ASIDE, "quarantine", [number])[0]
        return retention_trace.write(transaction, hub.office, "retention-1", "2004-04-02", removed).first

    return SweepWork(batch)


def test_kills_in_the_middle_of_sweeps_leave_each_removal_whole_with_its_trace_or_not_begun(hub):
    chance, told, numbers = random.Random("sweeps"), [], count(1)
    with own_cluster() as server, contextlib.closing(server.store("swept", TABLES[OfficeKind.CENTRE].scripts, Kept())) as store:
        row = (AIRA, b"e", 1, "IdentityChange", "invalid", b"x", 1)
        sql = "INSERT INTO quarantine (sender, epoch, sequence, type, reason, body, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"
        store.run([lambda t: t.connection.executemany(sql, [row] * 5_000)])
        for _ in range(5):
            killer = threading.Timer(chance.uniform(0.2, 0.8), server.kill)
            killer.start()
            while not isinstance(outcome := store.run([removal(hub, number := next(numbers))])[1][0], NotReady):
                assert outcome == number
                told.append(number)
            killer.join()
            server.start()
            assert [store.run([lambda t: 1])[1] for _ in range(2)][-1] == [1]
        stay = {number for (number,) in store.run([lambda t: t.all("SELECT id FROM quarantine")])[1][0]}
        (entries,) = store.run([lambda t: retention_trace.verified(t, lambda key: hub.public)])[1]
    assert set(range(1, 5_001)) - stay == {entry.first for entry in entries} >= set(told)
    assert len(told) > 6
