"""The store of a prefecture or the centre on PostgreSQL: the same works, the same commits (保存; architecture section 4).

What survives a crash: as with offices/store.py everything whose `then` was called, whether this office ends, or the server. If the server
goes while a commit is on its way, callers hear that it is away, and nobody knows whether that commit stands. Each commit counts itself, so
the next session sees it: one that stands is taken up late (its leaves are promised, its notices sent), one that does not never was.
A sweep is a commit of its own, over a session of the role of sweeps that lasts as long as the sweep's one batch.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import apsw

from openjuki.offices import postgres_schema
from openjuki.offices.marked_store import Mark, MarkedStore
from openjuki.offices.retention_role import OWN_ROLE, SweepWork
from openjuki.offices.store import AWAY, CLOSED, DISK_BROKEN, MENDED, Outcome, ServerAway, ServerFault, Transaction, Work
from openjuki.register.errors import NotReady, OpenJukiError, Say


class Session(Protocol):
    """A session with the server, in the few words of an apsw.Connection that stores and works use; raises ServerFault."""

    committing: bool
    """Whether a COMMIT was sent and has not been answered."""
    sweeps: bool
    """Whether it is of the role of sweeps."""

    def cursor(self) -> Any: ...
    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any: ...
    def executemany(self, sql: str, rows: Any) -> Any: ...
    def define(self, sql: str) -> list[Any]: ...
    def total_changes(self) -> int: ...
    def close(self) -> None: ...
    @property
    def in_transaction(self) -> bool: ...
    @property
    def lost(self) -> bool: ...


class Server(NamedTuple):
    """How a hub reaches its tables."""

    path: str
    """The file that says where they are, in the office's folder."""
    schema: str
    role: str
    """The office's role, which owns nothing."""
    session: Callable[[], Session]
    """A session of that role, alone in its schema. Raises ServerFault, or InvalidInput."""
    owner: Callable[[], Session]
    """A session of the tables' owner, likewise alone."""
    retention: str = ""
    """The role of sweeps; "" where nothing is swept."""
    sweeper: Callable[[], Session] | None = None
    """A session of that role, beside the office's."""


class _Doubt(NamedTuple):
    """A commit that was sent and not answered: how it would count itself, and what would follow it."""

    number: int | None
    taken_up: bool
    leaves: tuple[Any, ...]
    woken: frozenset[str]
    events: tuple[tuple[str, str], ...]


class PostgresStore(MarkedStore):
    """One hub's schema in a PostgreSQL database."""

    READ = "SELECT generation FROM store"
    COUNT = "UPDATE store SET generation = generation + 1 RETURNING generation"
    RAISE = "UPDATE store SET generation = CASE WHEN generation > ?1 THEN generation ELSE ?1 END + ?2"

    def __init__(self, server: Server, scripts: Sequence[str], mark: Mark) -> None:
        self._server, self._scripts = server, scripts
        self._doubt: _Doubt | None = None
        self._counted: int | None = None
        self._away = self._closed = False
        try:
            super().__init__(server.path, scripts, mark)
        except ServerAway as error:
            raise _away_because(error) from error
        except ServerFault as error:
            raise _told(error) from error

    def _connect(self, vfs: str | None) -> Session:
        owner = self._server.owner()
        try:
            postgres_schema.install(owner, self._server.schema, self._scripts, self._server.role, self._server.retention)
        finally:
            owner.close()
        return self._session()

    def _session(self) -> Session:
        return _checked(self._server.session(), self._server.retention)

    def _set_up(self, scripts: Sequence[str], synchronous: str) -> None:
        """Nothing: it was done by the owner."""

    def rest(self) -> None:
        """Nothing: the pages are the server's."""

    def run(self, works: Sequence[Work[Any]]) -> tuple[Transaction, list[Outcome]]:
        """As MarkedStore.run; begins a new session first if the last one was lost. Sweeps come after the others, each a commit."""
        transaction, outcomes = self._ordinary([work for work in works if not isinstance(work, SweepWork)])
        told = iter(outcomes)
        return transaction, [self._sweep(transaction, work) if isinstance(work, SweepWork) else next(told) for work in works]

    def _sweep(self, told: Transaction, work: SweepWork) -> Outcome:
        """Run a sweep over a session of its role; what follows its commit is told with the ordinary works' transaction."""
        if self._closed or self.connection.lost:
            return CLOSED if self._closed else AWAY
        if self._server.sweeper is None:
            return OWN_ROLE
        try:
            session = _checked(self._server.sweeper())
        except (ServerFault, OpenJukiError) as error:
            return _away_because(error) if isinstance(error, ServerAway) else _told(error)
        ordinary, changes = self.connection, self._changes
        self.connection, self._changes = session, 0
        try:
            transaction, (outcome,) = super().run([work])
        finally:
            session.close()
            self.connection, self._changes = ordinary, changes
        if self._away:  # whether the sweep stands is seen by the next session
            ordinary.close()
        told.woken |= transaction.woken
        told.events += transaction.events
        return outcome

    def _ordinary(self, works: Sequence[Work[Any]]) -> tuple[Transaction, list[Outcome]]:
        if self._closed:
            return Transaction(apsw.Connection("")), [CLOSED] * len(works)
        late: Transaction | None = None
        if self.connection.lost and not self.broken:
            try:
                late = self._resume()
            except (ServerFault, OpenJukiError) as error:
                return self._still_away(error, len(works))
        transaction, outcomes = super().run(works)
        if late is not None:
            transaction.woken |= late.woken
            transaction.events[:0] = late.events
        return transaction, outcomes

    def _count(self, transaction: Transaction) -> int | None:
        self._counted = None
        self._counted = super()._count(transaction)
        return self._counted

    def _disk(self, transaction: Transaction, error: Exception) -> OpenJukiError:
        if isinstance(error, ServerAway):
            self._away = True
            if self.connection.committing:
                kept = tuple(transaction.leaves), frozenset(transaction.woken), tuple(transaction.events)
                self._doubt = _Doubt(self._counted, self._taken_up, *kept)
        return super()._disk(transaction, error)

    def _still_away(self, error: Exception, count: int) -> tuple[Transaction, list[Outcome]]:
        """The operator hears of it once."""
        transaction = Transaction(apsw.Connection(""))
        if not self._away:
            self._away = True
            transaction.events.append(("store:disk:failed", type(error).__name__))
        return transaction, [_told(error)] * count

    def _resume(self) -> Transaction:
        """A new session; returns what followed a commit that was in doubt and stands. Raises ServerFault, OpenJukiError."""
        session = self._session()
        self.connection.close()
        self.connection, doubt, self._doubt = session, self._doubt, None
        late, number = Transaction(session), int(session.execute(self.READ).fetchone()[0])
        late.events.append(("store:server:back", "its last commit was in doubt" if doubt else ""))
        if doubt is not None and number == doubt.number:
            self._take_up_late(late, doubt)
        elif number != self.number:
            self.broken = True  # put back from a backup, or written by another: the next start finds out by the mark
            late.events.append(("store:server:other", f"{number} commits where {self.number} were"))
        self.number, self._away = number, False
        self._changes = -1 if doubt is not None else 0
        return late

    def _take_up_late(self, late: Transaction, doubt: _Doubt) -> None:
        late.leaves.extend(doubt.leaves)
        late.woken.update(doubt.woken)
        late.events.extend(doubt.events)
        self.old = self.old and not doubt.taken_up
        self._committed(late, [])

    def close(self) -> None:
        """End the session; the last committed state stays."""
        self._closed = True
        super().close()


def _checked(session: Session, sweeper: str = "") -> Session:
    """The session, if the server is safe and its role is not too mighty; else it is closed."""
    try:
        postgres_schema.check(session, sweeper)
    except BaseException:
        session.close()
        raise
    return session


def _away_because(error: ServerAway) -> NotReady:
    """At the beginning of a session its own words help: a wrong name is not mended by waiting."""
    return NotReady("store", Say(f"{AWAY.reason.en} ({error})", f"{AWAY.reason.ja}（{error}）"), AWAY.remedy)


def _told(error: Exception) -> OpenJukiError:
    return error if isinstance(error, OpenJukiError) else MENDED.get(type(error), DISK_BROKEN)
