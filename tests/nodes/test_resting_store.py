"""A register that rests loses nothing, syncs nothing, and wakes for the next work (休止できる台帳)."""

import contextlib
from pathlib import Path

import apsw
import pytest

from openjuki.nodes.marks import FileMark
from openjuki.nodes.resting_store import ASLEEP, RestingStore
from openjuki.offices import outbox
from openjuki.offices.store import CLOSED


@pytest.fixture
def mark(tmp_path):
    return FileMark(tmp_path / "marks" / "462250")


@pytest.fixture
def store(tmp_path, mark):
    with contextlib.closing(RestingStore(str(tmp_path / "register.db"), (outbox.SCRIPT,), mark)) as made:
        yield made


def put(store, body):
    (outcome,) = store.run([lambda work: outbox.put(work, "peer", "t", body)])[1]
    return outcome


def bodies(store):
    (rows,) = store.run([lambda work: [row.body for row in outbox.waiting(work, "peer", 0, 99)]])[1]
    return rows


def test_what_was_committed_is_there_after_a_rest_and_the_order_goes_on(store, mark):
    assert put(store, b"a") == 1
    store.rest()
    assert store.resting
    with pytest.raises(apsw.ConnectionClosedError):
        store.connection.cursor()
    assert put(store, b"b") == 2
    assert bodies(store) == [b"a", b"b"] and mark.read() == 2


def test_a_rest_leaves_the_journal_and_the_end_writes_it_into_the_file(store):
    put(store, b"a")
    store.rest()
    journal = Path(store.path + "-wal")
    assert journal.stat().st_size > 0
    store.close()
    assert not journal.exists()
    store.rest()
    assert not store.resting
    assert store.run([lambda work: None])[1] == [CLOSED]


def test_to_look_into_a_register_that_woke_writes_nothing(store, mark):
    put(store, b"a")
    store.rest()
    before = Path(store.path + "-wal").stat().st_size
    assert bodies(store) == [b"a"]
    assert Path(store.path + "-wal").stat().st_size == before and mark.read() == 1


def test_a_commit_that_was_not_counted_yet_is_counted_after_the_rest(tmp_path, mark):
    put(first := RestingStore(str(tmp_path / "register.db"), (outbox.SCRIPT,), mark), b"a")
    first.close()
    mark.keep(0)  # a power cut took the mark's last write
    with contextlib.closing(RestingStore(first.path, (outbox.SCRIPT,), mark)) as behind:
        behind.rest()
        bodies(behind)
        assert mark.read() == 2


def test_an_old_copy_and_a_broken_store_do_not_rest(store):
    for fault in ("old", "broken"):
        setattr(store, fault, True)
        store.rest()
        assert not store.resting
        setattr(store, fault, False)


def test_a_file_that_cannot_be_opened_is_told_and_tried_again_with_the_next_work(store, tmp_path):
    put(store, b"a")
    store.rest()
    away, path = tmp_path / "away", Path(store.path)
    path.rename(away)
    path.mkdir()
    transaction, outcomes = store.run([lambda work: None])
    assert outcomes == [ASLEEP] and transaction.events == [("store:disk:failed", "CantOpenError")]
    path.rmdir()
    away.rename(path)
    assert bodies(store) == [b"a"]
