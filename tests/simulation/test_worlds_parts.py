"""The parts that a world is made of: its time, its network, its disks (模擬世界の部品)."""

from random import Random

import pytest

from openjuki.register.errors import NotReady
from openjuki.simulation.worlds.disk import CrashPoint, DelayedExecutor, Disk
from openjuki.simulation.worlds.scheduler import START_MS, OfficeClock, Scheduler
from openjuki.simulation.worlds.weather import CALM

SCRIPT = ("CREATE TABLE kept (value INTEGER);\nCREATE TABLE setting (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",)


def put(value):
    return lambda transaction: transaction.execute("INSERT INTO kept VALUES (?)", (value,)) and value


class Process:
    """An executor with its disk, and whom it told what."""

    def __init__(self, disk, weather=CALM, point=None):
        self.scheduler = Scheduler()
        self.clock = OfficeClock(self.scheduler)
        self.told, self.crashes = [], []
        self.executor = DelayedExecutor(self.clock, Random(1), lambda: weather, self.crashed)
        self.executor.armed = point
        self.store = disk.open(SCRIPT)

    def crashed(self, point):
        self.crashes.append(point)
        self.clock.running = False
        self.store.close()

    def run(self, count):
        for value in range(count):
            self.executor.submit(self.store, put(value), self.told.append)
        self.scheduler.run_until(self.scheduler.now_s + 10.0)


def test_calls_are_made_in_the_order_of_their_moments_and_not_once_cancelled():
    scheduler, made = Scheduler(), []
    scheduler.later(2.0, lambda: made.append("second"))
    scheduler.later(1.0, lambda: made.append("first"))
    scheduler.later(1.5, lambda: made.append("never")).cancel()
    scheduler.later(3.0, lambda: made.append("too late"))
    scheduler.run_until(2.5)
    assert made == ["first", "second"]
    assert scheduler.now_s == 2.5


def test_an_office_clock_may_be_wrong_and_ends_with_its_process():
    scheduler, made = Scheduler(), []
    clock = OfficeClock(scheduler)
    clock.skew_ms = -500
    clock.call_later(1.0, lambda: made.append(clock.wall_ms()))
    clock.call_later(2.0, lambda: made.append("called after the end"))
    scheduler.run_until(1.5)
    clock.running = False
    scheduler.run_until(3.0)
    assert made == [START_MS + 1000 - 500]


def test_what_was_told_is_on_disk_and_in_order():
    disk = Disk()
    process = Process(disk)
    process.run(25)
    assert process.told == list(range(25))
    assert [value for (value,) in disk.rows("SELECT value FROM kept ORDER BY rowid")] == list(range(25))


@pytest.mark.parametrize("point", CrashPoint)
def test_after_a_crash_at_any_point_the_disk_holds_whole_commits_and_at_least_what_was_told(point):
    disk = Disk()
    process = Process(disk, point=point)
    process.run(25)
    assert process.crashes == [point]
    held = [value for (value,) in disk.rows("SELECT value FROM kept ORDER BY rowid")]
    assert held == list(range(len(held)))
    assert process.told == held[: len(process.told)]
    if point in (CrashPoint.COMMITTED, CrashPoint.HALF_TOLD):
        assert len(held) > len(process.told)
    else:
        assert held == process.told


def test_a_full_disk_refuses_the_commit_and_keeps_nothing_of_it():
    disk = Disk()
    process = Process(disk, weather=CALM._replace(disk_full=1.0))
    process.run(3)
    assert [type(outcome) for outcome in process.told] == [NotReady] * 3
    assert disk.rows("SELECT value FROM kept") == []


def test_a_backup_brings_back_what_was_there():
    disk = Disk()
    first = Process(disk)
    first.run(3)
    image = disk.image()
    first.run(2)
    assert len(disk.rows("SELECT value FROM kept")) == 5
    first.store.close()
    disk.restore(image)
    assert len(disk.rows("SELECT value FROM kept")) == 3
