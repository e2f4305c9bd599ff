"""The writer: threads that serve the stores of all offices of a process with group commits (書込み; architecture section 4)."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from openjuki.offices.store import BATCH_MAX, Store, Work

Post = Callable[[Callable[[], None]], Any]
"""Runs a call on the offices' own thread (an event loop's call_soon_threadsafe)."""


Turn = tuple[Store, list[tuple[Work[Any], Callable[[Any], None]]]]


class Writer:
    """An executor (offices.store.Executor). Works of one store keep their order; stores take turns.

    One thread is best where the processor is what is short. Where many offices wait for one disk, more of them wait together.
    With `awake_max`, stores beyond that number rest, the one that was asked least lately first.
    """

    def __init__(self, post: Post, threads: int = 1, awake_max: int | None = None) -> None:
        self._post, self._awake_max = post, awake_max
        self._awake: dict[Store, None] = {}
        """Stores that were served and do not rest, the least lately asked first."""
        self._waiting: dict[Store, deque[tuple[Work[Any], Callable[[Any], None]]]] = {}
        self._served: set[Store] = set()
        """Stores in the hands of a thread: no other may touch them."""
        self._changed = threading.Condition()
        self._stopping, self._releasing = False, 0
        self._threads = [threading.Thread(target=self._serve, name=f"writer-{number}", daemon=True) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        """Queue a work for the store's next group commit."""
        with self._changed:
            queue = self._waiting.get(store)
            if queue is None:
                queue = self._waiting[store] = deque()
                if store not in self._served:
                    self._changed.notify()
            queue.append((work, then))

    def release(self, store: Store) -> None:
        """Finish what is queued for a store, then leave it alone: its owner will close it."""
        with self._changed:
            self._releasing += 1
            self._changed.wait_for(lambda: store not in self._served and store not in self._waiting)
            self._releasing -= 1
            self._awake.pop(store, None)

    def rest(self) -> None:
        """Let every store rest that is not asked just now: a long work with all of them is over."""
        while (idle := self._take_idle(0)) is not None:
            self._rest(idle)

    def stop(self) -> None:
        """Finish what is queued, then end the threads."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _next(self) -> Turn | None:
        """The store whose turn it is, with up to BATCH_MAX works; None when the writer stops and nothing is queued."""
        with self._changed:
            while (store := next((store for store in self._waiting if store not in self._served), None)) is None:
                if self._stopping and not self._waiting:
                    return None
                self._changed.wait()
            self._served.add(store)
            queue = self._waiting.pop(store)
            batch = [queue.popleft() for _ in range(min(BATCH_MAX, len(queue)))]
            if queue:
                self._waiting[store] = queue
            return store, batch

    def _leave(self, store: Store) -> Store | None:
        """The store's turn is over: what was queued for it meanwhile may be taken. Returns one that may rest, in this thread's hands."""
        with self._changed:
            self._served.discard(store)
            self._awake.pop(store, None)
            self._awake[store] = None
            if self._stopping or self._releasing:
                self._changed.notify_all()
            elif store in self._waiting:
                self._changed.notify()
        return None if self._awake_max is None else self._take_idle(self._awake_max)

    def _take_idle(self, awake_max: int) -> Store | None:
        """The store that was asked least lately, in this thread's hands, if more are awake than that."""
        with self._changed:
            if len(self._awake) <= awake_max:
                return None
            idle = next((store for store in self._awake if store not in self._served and store not in self._waiting), None)
            if idle is not None:
                del self._awake[idle]
                self._served.add(idle)
            return idle

    def _rest(self, store: Store) -> None:
        store.rest()
        with self._changed:
            self._served.discard(store)
            self._changed.notify_all()

    def _serve(self) -> None:
        while (turn := self._next()) is not None:
            store, batch = turn
            transaction, outcomes = store.run([work for work, _ in batch])
            self._post(_Told(self._post, store, transaction, [then for _, then in batch], outcomes))
            idle = self._leave(store)
            if idle is not None:
                self._rest(idle)


class _Told:
    """Tells everyone of one commit, in order, in one call on the offices' own thread."""

    def __init__(self, post: Post, store: Store, transaction: Any, thens: list[Callable[[Any], None]], outcomes: list[Any]) -> None:
        self._post, self._store, self._transaction = post, store, transaction
        self._calls = iter(list(zip(thens, outcomes, strict=True)))
        self._published = store.published is None

    def __call__(self) -> None:
        """If one of them fails, the others are told all the same, in the next turn."""
        try:
            if not self._published and self._store.published is not None:
                self._published = True
                self._store.published(self._transaction)
            for then, outcome in self._calls:
                then(outcome)
        except BaseException:
            self._post(self)
            raise
