"""The disks of a world: what is committed outlives every crash, nothing else does (模擬記憶装置; architecture section 4).

A disk is an SQLite database in memory that stays while the office's process comes and goes. The power cut, with torn and unsynced
writes, is another test; here a commit that returned is on disk.
"""

from collections import deque
from collections.abc import Callable
from enum import Enum
from itertools import count
from random import Random
from typing import Any, NoReturn

import apsw

from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.store import Store, Transaction, Work
from openjuki.simulation.worlds.scheduler import OfficeClock
from openjuki.simulation.worlds.violation import Violation
from openjuki.simulation.worlds.weather import Weather

_numbers = count(1)  # names databases apart inside this process; no trace depends on it


class WorldMark:
    """The mark beside a disk (offices.marked_store.Mark): it stays when a backup is put back, unless somebody sees to it."""

    def __init__(self, committed: Callable[[], int]) -> None:
        self.number: int | None = None
        self.stuck = False
        """The process ends before it gets to the mark."""
        self._committed = committed

    def read(self) -> int | None:
        """The number; None if there is no mark."""
        return self.number

    def keep(self, number: int) -> None:
        """Move the mark; never beyond what is committed."""
        if number > self._committed():
            raise Violation("a mark is ahead of its disk")
        if not self.stuck:
            self.number = number

    def close(self) -> None:
        """What is kept outlives every crash here."""


class Disk:
    """One office's disk, with its mark."""

    def __init__(self) -> None:
        self._path = f"/world-disk-{next(_numbers)}"
        self._keeper = apsw.Connection(self._path, vfs="memdb")
        self.mark = WorldMark(self.generation)

    def open(self, scripts: tuple[str, ...]) -> Store:
        """The store, as a process that starts finds it."""
        self.mark.stuck = False
        return MarkedStore(self._path, scripts, self.mark, vfs="memdb", synchronous="OFF")

    def generation(self) -> int:
        """The number of the last commit."""
        rows = self.rows("SELECT value FROM setting WHERE key = 'generation'")
        return rows[0][0] if rows else 0

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """What a query finds in what is committed."""
        try:
            return self._keeper.execute(sql, values).fetchall()
        except apsw.BusyError as error:
            raise Violation("an office acts, or somebody is told, while a commit is under way") from error

    def committed(self) -> Transaction:
        """A view of what is committed, for the offices' own functions that read."""
        return Transaction(self._keeper)

    def image(self) -> bytes:
        """A backup."""
        return self._keeper.serialize("main")

    def restore(self, image: bytes) -> None:
        """Put a backup in place of what is here; no process may have the store open."""
        source = apsw.Connection(":memory:")
        source.deserialize("main", image)
        with self._keeper.backup("main", source, "main") as backup:
            backup.step(-1)
        source.close()

    def close(self) -> None:
        """Throw the disk away."""
        self._keeper.close()


class Crash(BaseException):
    """The process ends here; nothing of the office's code may catch this."""


class CrashPoint(Enum):
    """Where in a commit a process ends."""

    BEFORE = "before the commit begins"
    MIDDLE = "in the middle of the works"
    UNCOMMITTED = "after the works, before COMMIT"
    COMMITTED = "after COMMIT, before anybody is told"
    HALF_TOLD = "when some are told"


Queued = tuple[Work[Any], Callable[[Any], None]]


class DelayedExecutor:
    """An offices.store.Executor for one office: works wait, are committed in groups, and are told of later; a crash may come anywhere."""

    def __init__(self, clock: OfficeClock, chance: Random, weather: Callable[[], Weather], crash: Callable[[CrashPoint], None]) -> None:
        self.clock, self.chance, self.weather, self._crash = clock, chance, weather, crash
        self.armed: CrashPoint | None = None
        self.waiting: deque[Queued] = deque()
        self._planned = False
        self._told_s = 0.0

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        """Queue a work for the next group commit (offices.store.Executor)."""
        self.waiting.append((work, then))
        if not self._planned:
            self._planned = True
            self.clock.call_later(self._wait_s(), lambda: self._turn(store))

    def _wait_s(self) -> float:
        return self.weather().commit_s * self.chance.uniform(0.1, 2.0)

    def _turn(self, store: Store) -> None:
        self._planned = False
        size = min(len(self.waiting), self.chance.choice((1, 2, 10, 1_000)))
        batch = [self.waiting.popleft() for _ in range(size)]
        if self.waiting:
            self._planned = True
            self.clock.call_later(self._wait_s(), lambda: self._turn(store))
        point, self.armed = self.armed, None
        try:
            self.commit(store, batch, point)
        except Crash:
            assert point is not None  # noqa: S101 - only an armed point raises
            self._crash(point)

    def commit(self, store: Store, batch: list[Queued], point: CrashPoint | None) -> None:
        """Run a batch in one commit, and tell of it later."""
        works: list[Work[Any]] = [work for work, _ in batch]
        if point is CrashPoint.BEFORE:
            raise Crash
        if point is CrashPoint.MIDDLE:
            works.insert(self.chance.randrange(len(works)), _crash_here)
        elif point is CrashPoint.UNCOMMITTED:
            works.append(_crash_here)
        elif self.chance.random() < self.weather().disk_full:
            works.append(_disk_is_full)
        if point is CrashPoint.COMMITTED and isinstance(store, MarkedStore) and isinstance(store.mark, WorldMark):
            store.mark.stuck = self.chance.random() < 0.5
        transaction, outcomes = store.run(works)
        if point is CrashPoint.COMMITTED:
            raise Crash
        self.tell_later(lambda: self._tell(store, transaction, batch, outcomes, point))

    def tell_later(self, tell: Callable[[], None]) -> None:
        """Call on the office's own thread, in the order of the commits."""
        now_s = self.clock.monotonic_s()
        self._told_s = max(self._told_s, now_s + self._wait_s() / 4)
        self.clock.call_later(self._told_s - now_s, tell)

    def _tell(self, store: Store, transaction: Transaction, batch: list[Queued], outcomes: list[Any], point: CrashPoint | None) -> None:
        if store.published is not None:
            store.published(transaction)
        stop = self.chance.randrange(len(batch)) if point is CrashPoint.HALF_TOLD else -1
        for number, (_, then) in enumerate(batch):
            if number == stop:
                self._crash(CrashPoint.HALF_TOLD)
                return
            then(outcomes[number])


def _crash_here(transaction: Transaction) -> NoReturn:
    raise Crash


def _disk_is_full(transaction: Transaction) -> NoReturn:
    raise apsw.FullError("database or disk is full")
