"""The role of a sweep can nothing else, and what it did cannot be hidden (消去担当の権限と消去の記録)."""

import datetime

import pytest

from openjuki.law.retention_terms import SweepRule
from openjuki.offices import retention_trace
from openjuki.offices.retention_role import EMPTIED, HUB, sweeping
from openjuki.offices.retention_traffic import HUB_SWEEPS
from openjuki.offices.store import BUG
from openjuki.procedures.retention import SweepOrder, check_role, sweep
from openjuki.register.errors import Broken, InvalidInput, Refused
from tests.offices.hub_office import CODES, Hub, answered, dead, swept
from tests.procedures.municipal_office import TownHall

ONE_DAY = datetime.timedelta(1)

FORBIDDEN = [
    "DELETE FROM provision", "UPDATE provision SET leaf = X''", "UPDATE provision SET asker = ''", "DELETE FROM audit",
    "UPDATE audit SET what = ''", "DELETE FROM sweep", "UPDATE person SET status = 1", "INSERT INTO person SELECT * FROM person",
    "INSERT INTO state SELECT * FROM state", "INSERT INTO outbox SELECT * FROM outbox", "DELETE FROM setting", "DELETE FROM code_given",
    "DROP TRIGGER audit_no_delete", "DROP TABLE person", "CREATE TABLE mine (x)", "UPDATE office_entry SET body = X''",
    "INSERT INTO provision SELECT * FROM provision", "ATTACH ':memory:' AS other", "PRAGMA user_version=1",
]  # fmt: skip


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_role_of_the_sweep_can_nothing_else(sql):
    hub = Hub()
    dead(hub)
    hub.answer("1")

    def try_it(transaction):
        with sweeping(transaction, HUB):
            transaction.execute(sql).fetchall()

    (outcome,) = hub.office.store.run([try_it])[1]
    assert outcome is BUG
    assert hub.all("SELECT count(*) FROM provision") == [(1,)]
    assert hub.all("SELECT count(*) FROM sqlite_master WHERE name = 'provision_no_update'") == [(1,)], "the guard stands again"


@pytest.mark.parametrize(
    "sql", ["DELETE FROM provision", "UPDATE provision SET persons = ''", "DROP TRIGGER provision_no_update", "DELETE FROM sweep"]
)
def test_ordinary_works_can_still_nothing_of_it_after_a_sweep(sql):
    hub = Hub()
    answered(hub)
    assert swept(hub, "2010-04-02") == {SweepRule.PROVISION: 1}
    hub.answer("1")
    (outcome,) = hub.office.store.run([lambda t: t.execute(sql).fetchall()])[1]
    assert outcome is BUG


def test_the_columns_that_a_sweep_empties_are_those_of_the_role():
    hub = Hub()
    columns = {name for _, name, *_ in hub.do(lambda t: t.all("SELECT * FROM pragma_table_info('provision')"))}
    assert set(EMPTIED) == columns - {"id", "log", "position", "time_ms", "asker", "affair", "leaf"}


def test_only_an_operator_of_the_role_sweeps_and_does_nothing_else():
    hub = Hub()
    with pytest.raises(Refused):
        swept(hub, "2010-01-01", by="clerk-1")
    with pytest.raises(Refused):
        check_role("retention-1", sweeps=False)
    check_role("clerk-1", sweeps=False)
    with pytest.raises(Refused):
        hall = TownHall()
        sweep(hall.office, SweepOrder(hall.today, "retention-1"), (), lambda done, total: None, print)


def test_by_the_rule_of_a_day_to_come_it_is_only_counted():
    hub = Hub()
    dead(hub)
    assert swept(hub, "2030-01-01", really=False)
    with pytest.raises(InvalidInput):
        hub.outcome(
            lambda then: sweep(hub.office, SweepOrder(hub.today + ONE_DAY, "retention-1", True), HUB_SWEEPS, lambda *at: None, then)
        )


def trace(hub):
    return hub.do(lambda t: retention_trace.verified(t, lambda key: hub.public))


def test_each_removal_leaves_its_range_rule_and_who_ordered_it():
    hub = Hub()
    dead(hub)
    hub.answer("1")
    swept(hub, "2009-04-01")
    swept(hub, "2011-04-02", by="retention-2")
    shown = [(e.number, e.rule, e.table, e.first, e.last, e.rows, e.on, e.ordered_by) for e in trace(hub)]
    assert shown == [
        (1, "identity-of-the-dead", "state", 1, 1, 1, "2009-04-01", "retention-1"),
        (2, "superseded-identity", "state", 1, 1, 1, "2009-04-01", "retention-1"),
        (3, "provision-log", "provision", 1, 1, 1, "2011-04-02", "retention-2"),
    ]
    assert not any(word in repr(trace(hub)) for word in (CODES[0], "住基", "officer"))


TAMPERINGS = {
    "an entry changed": "DROP TRIGGER sweep_no_update;\nUPDATE sweep SET body = (SELECT body FROM sweep WHERE id > 1) WHERE id = 1",
    "its seal changed": "DROP TRIGGER sweep_no_update;\nUPDATE sweep SET signature = X'00' WHERE id = 1",
    "one taken out": "DROP TRIGGER sweep_no_delete;\nDELETE FROM sweep WHERE id = 1",
    "the end cut off": "DROP TRIGGER sweep_no_delete;\nDELETE FROM sweep WHERE id = 2",
    "all of it gone": "DROP TRIGGER sweep_no_delete;\nDELETE FROM sweep",
    "an operation forgotten": "DROP TRIGGER audit_no_delete;\nDELETE FROM audit",
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_a_trace_that_is_not_as_it_was_written_is_found_out(how):
    hub = Hub()
    dead(hub)
    swept(hub, "2009-04-01")
    assert len(trace(hub)) == 2
    hub.break_in(TAMPERINGS[how])
    with pytest.raises(Broken):
        trace(hub)


def test_a_trace_under_a_key_of_nobody_is_no_trace():
    hub = Hub()
    dead(hub)
    swept(hub, "2009-04-01")
    with pytest.raises(Broken):
        hub.do(lambda t: retention_trace.verified(t, lambda key: None))


def test_a_failing_batch_takes_nothing_away_and_leaves_no_trace():
    hub = Hub()
    dead(hub)
    hub.break_in("CREATE TRIGGER full BEFORE INSERT ON sweep BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Broken):
        swept(hub, "2009-04-01")
    assert hub.all("SELECT count(*) FROM state") == [(2,)]
