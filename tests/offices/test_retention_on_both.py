"""Sweeps and ledger count the same on SQLite and PostgreSQL; removing is refused where the role has no store of its own (保存先の比較)."""

import contextlib
import datetime
import random
from functools import partial

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.offices import identity, ledger, outbox, provision, retention
from openjuki.offices.outbox import Outgoing
from openjuki.offices.provision import Provision
from openjuki.offices.retention import SWEEPS, start_of, sweep_provisions
from openjuki.offices.retention_role import OWN_ROLE, sweeping
from tests.offices.hub_office import AIRA, Hub, life, told
from tests.offices.test_hub_on_both import Both

pytestmark = pytest.mark.slow
FIRST = datetime.date(2003, 4, 1)
DAYS = [datetime.date(year, 6, 21) for year in (2008, 2012, 2019, 2100, 2200)]


@pytest.fixture
def both(tmp_path):
    with contextlib.closing(Both(str(tmp_path / "centre.db"), OfficeKind.CENTRE)) as made:
        yield made


def fill(both, hub):
    """Lives, answers, a notice set aside, one sent and acknowledged, all of years ago."""
    lots = random.Random("both")
    for number in range(10):
        for change in life(lots):
            moved = told(change.version, change.status, n=change.residence.n, office=change.residence.office, code=f"{number:011d}")
            moment = start_of(FIRST + datetime.timedelta(lots.randrange(3_000)))
            both(identity.receive, moved, moment)
    for number in range(6):
        hub.at(FIRST + datetime.timedelta(number))
        one = Provision("pension", "appendix:1:77", "1", "officer-1", b"q", b"d" * 32, " ".join("12345"[:number]), number, b"a")
        drawn = hub.office.entropy(32)
        hub.office.entropy = lambda size, drawn=drawn: drawn
        both(lambda t, one=one: len(provision.record(t, hub.office, hub.office.log, [one])))
        hub.office.log.size += 1
    both(outbox.quarantine, AIRA, b"e", Outgoing(1, "IdentityChange", b"x", None), "invalid", start_of(FIRST))
    both(outbox.put, "460001", "RecordError", b"x")
    both(outbox.acknowledge, "460001", 1)


def test_ledger_and_sweeps_are_the_same_on_both(both):
    hub = Hub()
    fill(both, hub)
    assert len(both(ledger.entries, FIRST, FIRST + datetime.timedelta(9))) == 6
    gone = 0
    for on in DAYS:
        for really in (False, True):
            for sweep in SWEEPS:
                work = partial(sweep, office=hub.office, on=on, after=0, really=really and sweep is not sweep_provisions)
                gone += sum(one.rows for one in both(work).removed)
        both.same_tables()
    assert gone > 40 and retention.SWEEPS


def test_on_a_database_server_nothing_is_removed_without_a_role_for_it(both):
    def take(transaction):
        with sweeping(transaction):
            raise AssertionError("not reached")

    assert both.stores[1].run([take])[1] == [OWN_ROLE]
