"""A hub on SQLite and one on PostgreSQL are told and asked the same: same answers, same tables, row by row (保存先の比較)."""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import hub_history, identity, outbox, passing, provision, recovery
from openjuki.offices.hub_search import QueryKey, find, find_for
from openjuki.offices.identity_newcomers import receive_all
from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.outbox import Outgoing
from openjuki.register.dates import DateText
from openjuki.register.errors import OpenJukiError
from tests.offices.lives import LIVES, Life, newcomers
from tests.offices.postgres_server import cluster, schemas
from tests.offices.store_places import Kept

OWN_WORDS = frozenset({"store"})
"""What the schema has beside the office's tables."""


class Both:
    """Two hubs of one kind."""

    def __init__(self, path: str, kind: OfficeKind) -> None:
        scripts = TABLES[kind].scripts
        self.stores = (MarkedStore(path, scripts, Kept()), cluster().store(next(schemas), scripts, Kept()))

    def __call__(self, work: Callable[..., Any], *values: Any) -> Any:
        """One work at both; its one outcome."""
        outcomes, events = [], []
        for store in self.stores:
            transaction, (outcome,) = store.run([lambda transaction: work(transaction, *values)])
            outcomes.append(outcome)
            events.append((transaction.events, transaction.woken))
        assert (outcomes[0], events[0]) == (outcomes[1], events[1])
        assert not isinstance(outcomes[0], OpenJukiError), events[0]
        return outcomes[0]

    def same_tables(self) -> None:
        sqlite, postgres = (store.run([_everything])[1][0] for store in self.stores)
        for tables in (sqlite, postgres):  # SQLite gives the numbers of rows that are gone again, PostgreSQL does not
            tables["parked"] = sorted((row[1:] for row in tables["parked"]), key=repr)
        sqlite["setting"] = [row for row in sqlite["setting"] if row[0] != "generation"]
        assert {table: rows for table, rows in postgres.items() if table not in OWN_WORDS} == sqlite

    def close(self) -> None:
        for store in self.stores:
            store.close()


def _everything(transaction: Any) -> dict[str, Any]:
    return {table: sorted(transaction.all(f"SELECT * FROM {table}"), key=repr) for table in transaction.tables()}


@pytest.fixture
def centre(tmp_path) -> Iterator[Both]:
    with contextlib.closing(Both(str(tmp_path / "centre.db"), OfficeKind.CENTRE)) as both:
        yield both


@pytest.fixture
def prefecture(tmp_path) -> Iterator[Both]:
    with contextlib.closing(Both(str(tmp_path / "prefecture.db"), OfficeKind.PREFECTURE)) as both:
        yield both


def look_everywhere(hub: Both, life: Life) -> None:
    """Every question that a hub is asked of its people, by itself or by others."""
    codes = sorted({code for change in life.changes for code in identity.codes(change)})
    people = {change.identity for change in life.changes}
    for code in codes:
        person = hub(hub_history.person_of, code)
        hub(find, QueryKey(code=code), 5)
        if person is not None:
            hub(identity.latest_states, person)
            hub(identity.numbers_of, person)
            for day in ("2013-12-05", "2013-12-00", "2013-00-00"):
                for known_ms in (None, 2_500):
                    hub(hub_history.identity_on, person, DateText(day), known_ms)
    for one in people:
        hub(find, QueryKey(name=one.name, birth=one.birth), 5)
        hub(find, QueryKey(name=one.name, address="鹿児島県姶良市宮島町25番地"), 5)
    many = [QueryKey(code=code) for code in (*codes, *(f"{number:011}" for number in range(9)))]
    hub(lambda work: [find_for(work, many)(work, key, 3) for key in many])
    for office in sorted({change.residence.office for change in life.changes}):
        for after in (0, 1):
            hub(identity.held_records, office, after, 100)
        hub(identity.may_tie, office, codes[0], codes)
        hub(identity.lost_before, office, codes[0])
    hub(identity.somebody_waits)


@pytest.mark.slow
@pytest.mark.parametrize("live", LIVES, ids=lambda live: live.__name__)
def test_a_life_in_any_order_is_the_same_life_on_both(centre: Both, prefecture: Both, live: Callable[[], Life]):
    life, chance = live(), random.Random(live.__name__)
    for hub, place in ((centre, ""), (prefecture, "46")):
        for _ in range(2):
            changes = life.changes + life.changes[:2]
            chance.shuffle(changes)
            for number, change in enumerate(changes):
                hub(identity.receive, change, 1_000 * number, place)
                hub(identity.to_ask, 1_000 * number, 1_500, 500, 10)
                hub(identity.to_ask, 100, 0, 0, 10)
                hub(lambda work, since_ms: [office for _, office in identity.to_alarm(work, since_ms)], 1_000 * number - 3_000)
            look_everywhere(hub, life)
        hub(identity.learn, life.changes[0], identity.codes(life.changes[-1]), 7)
        hub(receive_all, [life.changes[-1], *newcomers(5), *life.changes], 9_000, place)
        hub.same_tables()


@pytest.mark.slow
def test_notices_settings_and_logs_are_the_same_on_both(prefecture: Both):
    hub = prefecture
    hub(outbox.begin_epoch, b"\1" * 16)
    for number in range(3):
        hub(outbox.put, "centre", "IdentityChange", bytes([number]), b"\xff" if number else None)
    hub(outbox.put_all, "130001", "IdentityChange", [b"a", b"", b"c"])
    hub(outbox.waiting, "centre", 1, 10)
    hub(outbox.acknowledge_all, b"\1" * 16, {"centre": 2, "130001": 1})
    hub(outbox.applied, b"\1" * 16, "centre", 99)
    assert hub(outbox.unacknowledged) == {"centre": 1, "130001": 2}
    for epoch, before, cursor in ((b"a", 0, 3), (b"a", 3, 5), (b"b", 0, 1)):
        hub(outbox.advance, "462250", epoch, before, cursor)
    assert [hub(outbox.cursor, "462250", epoch) for epoch in (b"a", b"b", b"c")] == [-1, 1, 0]
    hub(outbox.quarantine, "462250", b"b", Outgoing(2, "IdentityChange", b"\0", None), "malformed", 5)
    hub(outbox.record, 6, "a:b:c", "佐藤", "住基 3")
    hub(outbox.begin_epoch, b"\2" * 16)
    hub(outbox.epoch)
    hub(passing.note, 7, "46-passport", "log", 3)
    hub(recovery.is_recovering)
    hub(recovery.left_out)
    hub.same_tables()


@pytest.mark.slow
def test_the_provision_log_counts_its_leaves_on_both(prefecture: Both):
    row = ("log", 0, 1, "pension", "appendix:1:77", "2013-1", "officer", b"question", "1 2", b"answer", b"salt", b"leaf")
    rows = [(*row[:1], number, *row[2:]) for number in range(5)]
    prefecture(lambda work: work.connection.executemany(provision._INSERT, rows) and None)
    assert prefecture(lambda work: work.value("SELECT count(*) FROM provision WHERE log = ?", "log")) == 5
    prefecture.same_tables()
