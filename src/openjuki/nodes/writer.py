"""The writer: one thread that serves the stores of all offices of a process with group commits (書込み; architecture section 4)."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from openjuki.offices.store import BATCH_MAX, Store, Work

Post = Callable[[Callable[[], None]], Any]
"""Runs a call on the offices' own thread (an event loop's call_soon_threadsafe)."""


class Writer:
    """An executor (offices.store.Executor). Works of one store keep their order; stores take turns."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._waiting: dict[Store, deque[tuple[Work[Any], Callable[[Any], None]]]] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        """Queue a work for the store's next group commit."""
        with self._changed:
            queue = self._waiting.get(store)
            if queue is None:
                queue = self._waiting[store] = deque()
                self._changed.notify()
            queue.append((work, then))

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def _next(self) -> tuple[Store, list[tuple[Work[Any], Callable[[Any], None]]]] | None:
        """The store whose turn it is, with up to BATCH_MAX works."""
        with self._changed:
            while not self._waiting:
                if self._stopping:
                    return None
                self._changed.wait()
            store = next(iter(self._waiting))
            queue = self._waiting.pop(store)
            batch = [queue.popleft() for _ in range(min(BATCH_MAX, len(queue)))]
            if queue:
                self._waiting[store] = queue
            return store, batch

    def _serve(self) -> None:
        while (turn := self._next()) is not None:
            store, batch = turn
            transaction, outcomes = store.run([work for work, _ in batch])
            self._post(_Told(self._post, store, transaction, [then for _, then in batch], outcomes))


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
