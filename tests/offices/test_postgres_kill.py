"""`kill -9` of a PostgreSQL server while an office commits (データベースの強制終了): nothing told is lost, nothing is halved."""

import random
import threading
import time
from collections import Counter
from typing import Any

import pytest

from openjuki.offices.postgres_store import PostgresStore
from openjuki.offices.store import AWAY, DISK_BROKEN, Transaction
from tests.offices.postgres_server import Cluster, own_cluster
from tests.offices.store_places import SCRIPT, Kept

KILLS = 20
ROWS = 5
"""Of one batch: five works, one commit."""


def rows_of(batch: int) -> list[Any]:
    def row(number: int) -> Any:
        def work(transaction: Transaction) -> int:
            transaction.execute("INSERT INTO thing VALUES (?, ?, ?)", (f"{batch} {number}", batch, bytes(900)))
            if number == 0:
                transaction.leaves.append(batch)
                transaction.woken.add(str(batch))
            return batch

        return work

    return [row(number) for number in range(ROWS)]


class Office:
    """Commits batch after batch, and remembers what it was told."""

    def __init__(self, server: Cluster, schema: str) -> None:
        self.store: PostgresStore = server.store(schema, (SCRIPT,), Kept())
        self.server, self.schema, self.batch = server, schema, 0
        self.told: list[int] = []
        self.promised: list[int] = []
        self.woken: set[str] = set()
        self.events: list[tuple[str, str]] = []
        self.store.after_commit = lambda transaction: self.promised.extend(transaction.leaves)

    def commit(self) -> list[Any]:
        self.batch += 1
        transaction, outcomes = self.store.run(rows_of(self.batch))
        self.woken |= transaction.woken
        self.events += transaction.events
        if outcomes == [self.batch] * ROWS:
            self.told.append(self.batch)
        return outcomes

    def held(self) -> dict[int, int]:
        """Rows of each batch, as the server's administrator sees them."""
        with self.server.admin() as admin:
            return Counter(batch for (batch,) in admin.execute(f"SELECT number FROM {self.schema}.thing".encode()).fetchall())


def commit_until_killed(office: Office, after_s: float) -> None:
    """The server is killed in the middle of whatever it does then; the office goes on asking, and hears that it is away."""
    killer = threading.Timer(after_s, office.server.kill)
    killer.start()
    while office.commit() != [AWAY] * ROWS:
        pass
    killer.join()
    assert office.commit() == [AWAY] * ROWS


@pytest.mark.slow
def test_twenty_kills_in_the_middle_of_commits_lose_nothing_told_and_halve_nothing():
    chance = random.Random(1)
    with own_cluster() as server:
        office = Office(server, "killed")
        for _ in range(KILLS):
            commit_until_killed(office, chance.uniform(0.02, 0.2))
            server.start()
            assert office.commit() == [office.batch] * ROWS
        held = office.held()
        assert set(held.values()) == {ROWS}, "a commit was halved"
        assert set(office.told) <= set(held), "what was told is lost"
        assert sorted(office.promised) == sorted(held), "what stands is promised, once"
        assert office.woken == {str(batch) for batch in held}
        assert office.store.number == len(held) == office.store.mark.number
        assert [tag for tag, _ in office.events if tag.endswith(":failed")] == ["store:disk:failed"] * KILLS
        doubts = sum("doubt" in what for _, what in office.events)
        print(f"{KILLS} kills, {len(held)} commits, {doubts} in doubt, {len(held) - len(office.told)} of them stood")
        assert len(office.told) > KILLS


@pytest.mark.slow
def test_control_a_server_that_answers_before_it_syncs_loses_what_was_told_and_the_office_says_so():
    with own_cluster() as server:
        server.stop_kindly()
        server.start("wal_writer_delay=10s")
        office = Office(server, "control")
        office.store.connection.define("SET synchronous_commit = off")
        commit_until_killed(office, 0.5)
        server.start()
        assert set(office.told) - set(office.held())
        assert office.commit() == [DISK_BROKEN] * ROWS
        assert "store:server:other" in dict(office.events)


@pytest.mark.slow
def test_a_commit_that_stands_though_nobody_was_told_is_taken_up_late():
    """The commit is on disk, and waits for a standby that never comes, when the server is killed."""
    with own_cluster() as server:
        server.stop_kindly()
        server.start("wal_level=replica", "max_wal_senders=2")
        office = Office(server, "late")
        office.commit()
        with server.admin() as admin:
            admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            admin.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)
        killer = threading.Timer(0.7, server.kill)
        killer.start()
        assert office.commit() == [AWAY] * ROWS
        killer.join()
        assert (office.told, office.promised) == ([1], [1])
        server.start("wal_level=replica", "max_wal_senders=2", "synchronous_standby_names=")
        assert office.held() == {1: ROWS, 2: ROWS}
        assert office.commit() == [3] * ROWS
        assert office.promised == [1, 2, 3]
        assert office.woken == {"1", "2", "3"}
        assert office.store.number == office.store.mark.number == 3


@pytest.mark.slow
def test_a_server_that_comes_back_older_closes_the_office_and_its_next_start_begins_a_recovery():
    with own_cluster() as server:
        office = Office(server, "older")
        office.commit()
        office.commit()
        server.kill()
        assert office.commit() == [AWAY] * ROWS
        server.start()
        with server.admin() as admin:
            admin.execute("UPDATE older.store SET generation = 1")
        assert office.commit() == [DISK_BROKEN] * ROWS
        office.store.close()
        again = server.store("older", (SCRIPT,), office.store.mark)
        assert again.old
        again.close()
