"""The mark beside a store: never ahead of the file, behind it only where nobody was told, and an old copy is known by it (世代印)."""

import contextlib
import shutil
import time

import apsw
import pytest

from openjuki.offices import outbox
from openjuki.offices.marked_store import LEAP, MarkedStore, said_restored
from openjuki.offices.store import Store
from openjuki.register.errors import Broken, NotReady, Say

SCRIPTS = (outbox.SCRIPT,)


class Kept:
    """A mark in memory that outlives its store, and looks at the file whenever it is moved."""

    def __init__(self, path, number=None):
        self.path, self.number, self.moves, self.fails = path, number, 0, False

    def read(self):
        return self.number

    def keep(self, number):
        if self.fails:
            raise OSError("no space")
        if number:
            assert generation(self.path) >= number, "the mark is ahead of what is committed"
        self.number, self.moves = number, self.moves + 1

    def close(self):
        pass


def generation(path):
    """What another connection sees."""
    with contextlib.closing(apsw.Connection(path)) as other:
        row = other.execute("SELECT value FROM setting WHERE key = 'generation'").fetchone()
    return row[0] if row else 0


def put(store, count=1):
    """Commits, each with a row of the outbox."""
    return [store.run([lambda work: outbox.put(work, "peer", "t", b"b")])[1] for _ in range(count)]


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "register.db")


def opened(path, mark):
    return contextlib.closing(MarkedStore(path, SCRIPTS, mark, synchronous="OFF"))


def test_a_new_file_and_one_that_was_stopped_are_not_old(path):
    mark = Kept(path)
    for _ in range(3):
        with opened(path, mark) as store:
            assert not store.old
            put(store, 2)
    assert mark.number == generation(path) == 6


def test_the_mark_moves_once_for_each_commit_that_changes_something_and_for_no_other(path):
    mark = Kept(path)
    with opened(path, mark) as store:
        put(store, 3)
        before = mark.moves
        assert store.run([lambda work: work.value("SELECT count(*) FROM outbox")] * 5)[1] == [3] * 5
        assert mark.moves == before
        store.run([lambda work: outbox.put(work, "peer", "t", b"b")] * 5)
        assert mark.moves == before + 1


def test_a_work_that_is_undone_takes_no_other_and_no_mark_with_it(path):
    mark = Kept(path)

    def wrong(work):
        outbox.put(work, "peer", "t", b"b")
        raise NotReady("x", Say("no.", "否。"), Say("no.", "否。"))

    with opened(path, mark) as store:
        outcomes = store.run([lambda work: outbox.put(work, "peer", "t", b"b"), wrong])[1]
        assert outcomes[0] == 1
        assert isinstance(outcomes[1], NotReady)
    assert mark.number == generation(path) == 1


def test_a_commit_that_does_not_reach_the_disk_does_not_move_the_mark(path):
    mark = Kept(path)

    def full(work):
        outbox.put(work, "peer", "t", b"b")
        raise apsw.FullError("database or disk is full")

    with opened(path, mark) as store:
        put(store)
        assert isinstance(store.run([full])[1][0], NotReady)
        assert (mark.number, store.old) == (1, False)
        put(store)
        assert mark.number == generation(path) == 2


@pytest.mark.parametrize("later", [1, 5])
def test_a_file_put_back_is_old_however_little_it_lacks(path, tmp_path, later):
    mark = Kept(path)
    with opened(path, mark) as store:
        put(store, 3)
    shutil.copy(path, tmp_path / "backup.db")
    with opened(path, mark) as store:
        put(store, later)
    shutil.copy(tmp_path / "backup.db", path)
    with opened(path, mark) as store:
        assert store.old
        put(store, 20)
        assert store.old, "work alone does not make a copy young"
        assert mark.number == 3 + later


def test_after_a_recovery_began_the_file_is_not_old_and_every_other_copy_is(path, tmp_path):
    mark = Kept(path)
    with opened(path, mark) as store:
        put(store, 3)
        shutil.copy(path, tmp_path / "backup.db")
        put(store, 5)
    shutil.copy(path, tmp_path / "lost.db")
    shutil.copy(tmp_path / "backup.db", path)
    with opened(path, mark) as store:
        store.run([store.take_up])
        assert not store.old
        assert mark.number == generation(path) == 8 + LEAP + 1
    for copy in ("lost.db", "backup.db"):
        shutil.copy(tmp_path / copy, path)
        with opened(path, mark) as store:
            assert store.old


def test_after_a_recovery_without_a_mark_a_copy_that_went_farther_is_old_too(path, tmp_path):
    mark = Kept(path)
    with opened(path, mark) as store:
        put(store, 3)
    shutil.copy(path, tmp_path / "backup.db")
    with opened(path, mark) as store:
        put(store, 50)
    shutil.copy(path, tmp_path / "lost.db")
    shutil.copy(tmp_path / "backup.db", path)
    elsewhere = Kept(path)
    with opened(path, elsewhere) as store:
        store.run([store.take_up])
        put(store, 2)
    shutil.copy(tmp_path / "lost.db", path)
    with opened(path, elsewhere) as store:
        assert store.old


@pytest.mark.parametrize("marked", [None, 1, 4], ids=["on another machine", "a mark from before the last recovery", "its own mark"])
def test_what_the_operator_says_is_heard_however_many_recoveries_the_file_has_seen(path, marked):
    mark = Kept(path)
    with opened(path, mark) as store:
        put(store, 3)
        store.run([store.take_up])
        put(store, 2)
    mark.number = said_restored(said_restored(mark.number if marked == 4 else marked))
    with opened(path, mark) as store:
        assert store.old
        put(store)
        assert store.old
        store.run([store.take_up])
        assert not store.old
    assert 2 * LEAP < mark.number == generation(path) < 3 * LEAP


def test_a_recovery_that_is_undone_leaves_the_file_old(path):
    mark = Kept(path, number=7)

    def full(work):
        raise apsw.FullError("database or disk is full")

    with opened(path, mark) as store:
        store.run([store.take_up, full])
        assert store.old
        put(store)
        assert store.old
    assert mark.number == 7


def test_a_file_that_comes_without_its_mark_is_old_but_not_one_from_before_there_were_marks(path):
    with opened(path, Kept(path)) as store:
        assert not store.old
    with opened(path, Kept(path)) as store:
        put(store)
    with opened(path, Kept(path)) as store:
        assert store.old


def test_a_commit_whose_mark_was_lost_is_marked_before_anybody_reads_it(path):
    mark = Kept(path)
    with opened(path, mark) as store:
        put(store, 2)
        mark.fails = True
        put(store)
        mark.fails = False
    assert mark.number == 2
    with opened(path, mark) as store:
        assert not store.old
        assert store.run([lambda work: work.value("SELECT count(*) FROM outbox")])[1] == [3]
        assert mark.number == generation(path) == 4


def test_a_mark_that_cannot_be_written_is_told_once_and_stops_nobody(path):
    mark = Kept(path)
    with opened(path, mark) as store:
        mark.fails = True
        told = [store.run([lambda work: outbox.put(work, "peer", "t", b"b")])[0].events for _ in range(3)]
        assert told == [[("store:mark:failed", "OSError")], [], []]
        mark.fails = False
        put(store)
    assert mark.number == generation(path) == 4


def test_an_office_whose_mark_cannot_be_made_does_not_open(path):
    mark = Kept(path)
    mark.fails = True
    with pytest.raises(Broken):
        MarkedStore(path, SCRIPTS, mark)


def test_the_mark_costs_microseconds(path, tmp_path):
    """Against a commit of milliseconds; the bound is wide, since the machine is shared."""

    def took(store):
        began = time.perf_counter()
        put(store, 300)
        return time.perf_counter() - began

    mark = Kept(path)
    mark.keep = lambda number: None

    with opened(path, mark) as marked, contextlib.closing(Store(str(tmp_path / "plain.db"), SCRIPTS, synchronous="OFF")) as plain:
        more_s = min(took(marked) for _ in range(3)) - min(took(plain) for _ in range(3))
    assert more_s / 300 < 0.0005
