"""The writer: works in order, stores in turn, told on the offices' own thread after the commit (書込み; architecture section 4)."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import apsw
import pytest

from openjuki.nodes.writer import Writer
from openjuki.offices.store import BATCH_MAX, BUG, CLOSED, Store, Transaction

SCRIPT = "CREATE TABLE entry (id INTEGER PRIMARY KEY, what TEXT NOT NULL)"


class Desk:
    """The offices' own thread: calls are made when the test says so."""

    def __init__(self) -> None:
        self.calls: deque[Callable[[], None]] = deque()
        self._arrived = threading.Condition()

    def post(self, call: Callable[[], None]) -> None:
        with self._arrived:
            self.calls.append(call)
            self._arrived.notify_all()

    def next(self) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.calls, 10)
            call = self.calls.popleft()
        call()

    def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self.next()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def writer(desk: Desk) -> Iterator[Writer]:
    made = Writer(desk.post)
    yield made
    made.stop()


@pytest.fixture
def stores(tmp_path) -> Iterator[list[Store]]:
    made = [Store(str(tmp_path / f"{number}.db"), [SCRIPT], synchronous="OFF") for number in range(3)]
    yield made
    for store in made:
        store.close()


def entry(what: str) -> Callable[[Transaction], str]:
    def work(transaction: Transaction) -> str:
        transaction.execute("INSERT INTO entry (what) VALUES (?)", (what,))
        return what

    return work


def whats(store: Store) -> list[str]:
    connection = apsw.Connection(store.path)
    try:
        return [what for (what,) in connection.execute("SELECT what FROM entry ORDER BY id")]
    finally:
        connection.close()


def held(writer: Writer, store: Store) -> threading.Event:
    """Keep the writer busy with one store until the event is set, so that what follows queues."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(transaction: Transaction) -> None:
        begun.set()
        go_on.wait(10)

    writer.submit(store, wait, lambda outcome: None)
    assert begun.wait(10)
    return go_on


def test_works_of_a_store_keep_their_order_and_each_is_told_its_own_outcome(writer: Writer, desk: Desk, stores: list[Store]):
    told: list[tuple[str, Any]] = []
    for number in range(500):
        writer.submit(stores[0], entry(str(number)), lambda outcome, number=number: told.append((str(number), outcome)))
    desk.until(lambda: len(told) == 500)
    assert told == [(str(number), str(number)) for number in range(500)]
    assert whats(stores[0]) == [str(number) for number in range(500)]


def test_nobody_is_told_before_it_is_on_disk_and_never_on_the_writers_thread(writer: Writer, desk: Desk, stores: list[Store]):
    told: list[Any] = []
    writer.submit(stores[0], entry("a"), lambda outcome: told.append((whats(stores[0]), threading.current_thread())))
    assert not told
    desk.until(lambda: bool(told))
    assert told == [(["a"], threading.current_thread())]


def test_the_offices_own_hearing_comes_before_that_of_its_callers(writer: Writer, desk: Desk, stores: list[Store]):
    heard: list[str] = []
    stores[0].after_commit = lambda transaction: heard.append(f"committed {whats(stores[0])}")
    stores[0].published = lambda transaction: heard.append("published")
    writer.submit(stores[0], entry("a"), lambda outcome: heard.append("told"))
    desk.until(lambda: "told" in heard)
    assert heard == ["committed ['a']", "published", "told"]


def test_stores_take_turns_however_much_one_of_them_has_to_do(writer: Writer, desk: Desk, stores: list[Store]):
    order: list[str] = []
    go_on = held(writer, stores[2])
    for number in range(3 * BATCH_MAX):
        writer.submit(stores[0], entry(str(number)), lambda outcome: order.append("busy"))
    writer.submit(stores[1], entry("a"), lambda outcome: order.append("other"))
    go_on.set()
    desk.until(lambda: len(order) == 3 * BATCH_MAX + 1)
    assert order.index("other") == BATCH_MAX


def test_what_waits_for_a_store_is_one_commit(writer: Writer, desk: Desk, stores: list[Store]):
    commits: list[int] = []
    stores[0].after_commit = lambda transaction: commits.append(len(whats(stores[0])))
    go_on = held(writer, stores[1])
    told: list[Any] = []
    for number in range(40):
        writer.submit(stores[0], entry(str(number)), told.append)
    go_on.set()
    desk.until(lambda: len(told) == 40)
    assert commits == [40]


def test_one_caller_that_fails_does_not_keep_the_others_from_hearing(writer: Writer, desk: Desk, stores: list[Store]):
    told: list[Any] = []

    def failing(outcome: Any) -> None:
        raise LookupError("a fault of the caller's own")

    go_on = held(writer, stores[1])
    for then in (told.append, failing, told.append):
        writer.submit(stores[0], entry("a"), then)
    go_on.set()
    desk.next()
    with pytest.raises(LookupError):
        desk.next()
    desk.until(lambda: len(told) == 2)
    assert told == ["a", "a"]


def test_a_hearing_that_fails_is_not_repeated_and_callers_still_hear(writer: Writer, desk: Desk, stores: list[Store]):
    heard: list[str] = []

    def published(transaction: Transaction) -> None:
        heard.append("published")
        raise LookupError("a fault of the office's own")

    stores[0].published = published
    writer.submit(stores[0], entry("a"), heard.append)
    with pytest.raises(LookupError):
        desk.next()
    desk.until(lambda: len(heard) == 2)
    assert heard == ["published", "a"]


def test_a_closed_or_failing_store_does_not_end_the_writer_for_the_others(writer: Writer, desk: Desk, stores: list[Store]):
    told: list[Any] = []

    def no_key(transaction: Transaction) -> None:
        raise OSError("the key's card is gone")

    stores[0].after_commit = no_key
    stores[1].close()
    for store in stores:
        writer.submit(store, entry("a"), told.append)
    desk.until(lambda: len(told) == 3)
    assert told == [BUG, CLOSED, "a"]


def test_stopping_finishes_what_is_queued(desk: Desk, stores: list[Store]):
    writer = Writer(desk.post)
    for number in range(300):
        writer.submit(stores[number % 3], entry(str(number)), lambda outcome: None)
    writer.stop()
    assert sum(len(whats(store)) for store in stores) == 300


class Busy(Store):
    """Notices when two threads are in it at once."""

    inside = 0
    most = 0

    def run(self, works):
        self.inside += 1
        self.most = max(self.most, self.inside)
        outcome = super().run(works)
        self.inside -= 1
        return outcome


def test_of_several_threads_only_one_serves_a_store_and_its_works_keep_their_order(desk: Desk, tmp_path):
    made = [Busy(str(tmp_path / f"{number}.db"), [SCRIPT], synchronous="OFF") for number in range(4)]
    writer, told = Writer(desk.post, threads=3), []
    for number in range(400):
        writer.submit(made[number % 4], entry(str(number)), told.append)
    desk.until(lambda: len(told) == 400)
    writer.stop()
    assert [store.most for store in made] == [1] * 4
    assert [whats(store) for store in made] == [[str(number) for number in range(first, 400, 4)] for first in range(4)]
    for store in made:
        store.close()


def test_with_several_threads_a_store_that_waits_for_its_disk_does_not_hold_up_another(desk: Desk, stores: list[Store]):
    writer, told = Writer(desk.post, threads=2), []
    go_on = held(writer, stores[0])
    writer.submit(stores[1], entry("b"), told.append)
    desk.until(lambda: told == ["b"])
    go_on.set()
    writer.stop()


def pages_of(store: Store) -> int:
    """Bytes of pages that the store keeps in memory."""
    return store.connection.status(apsw.SQLITE_DBSTATUS_CACHE_USED)[0]


def test_stores_beyond_the_number_rest_the_one_least_lately_asked_first(desk: Desk, tmp_path):
    writer, told = Writer(desk.post, awake_max=2), []
    made = [Store(str(tmp_path / f"{number}.db"), [SCRIPT], synchronous="OFF") for number in range(4)]
    for asked in (0, 1, 0, 2, 0, 3, 1):
        writer.submit(made[asked], entry("x" * 20_000), told.append)
        count = len(told) + 1
        desk.until(lambda count=count: len(told) == count)
    writer.stop()
    assert [pages_of(store) > 20_000 for store in made] == [False, True, False, True]
    assert [len(whats(store)) for store in made] == [3, 2, 1, 1]
    for store in made:
        store.close()


def test_after_a_long_work_every_store_rests_but_the_one_that_is_served(desk: Desk, stores: list[Store]):
    writer, told = Writer(desk.post, threads=2), []
    for store in stores:
        writer.submit(store, entry("x" * 20_000), told.append)
    desk.until(lambda: len(told) == len(stores))
    go_on = held(writer, stores[0])
    writer.rest()
    assert [pages_of(store) > 20_000 for store in stores[1:]] == [False, False]
    go_on.set()
    writer.stop()
    assert pages_of(stores[0]) > 20_000


def test_a_store_that_is_released_is_in_no_threads_hands_and_everything_queued_for_it_is_done(desk: Desk, stores: list[Store]):
    writer, released = Writer(desk.post, threads=2, awake_max=1), []
    go_on = held(writer, stores[0])
    writer.submit(stores[0], entry("last"), lambda outcome: None)
    owner = threading.Thread(target=lambda: (writer.release(stores[0]), released.append(whats(stores[0]))))
    owner.start()
    owner.join(0.05)
    assert not released
    go_on.set()
    owner.join(10)
    assert released == [["last"]]
    writer.stop()
