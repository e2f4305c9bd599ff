"""A country without sockets, threads or sleep: real nodes, files and seals, with lines, time and chance given (静かな国; promise X4).

What was submitted in one turn is one group commit, as the writer does it; timers run when nothing else is left to do.
"""

import datetime
from collections import deque
from collections.abc import Callable, Iterable
from hashlib import sha256, shake_256
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from openjuki.keys.door import SEAL, key_id
from openjuki.keys.software import SoftwareKeys, key_from_seed, public_der
from openjuki.nodes.node import Listen, Node
from openjuki.nodes.tables import TABLES
from openjuki.offices.office import Office
from openjuki.offices.store import BATCH_MAX, Executor, Store, Work
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.declaration import CENTRE, DeclaredOffice
from openjuki.wire.directory import VALID_MS, Anchor, Directory, Entry, Head, SealKey, seal_head, tree_root
from openjuki.wire.link import Link
from openjuki.wire.sides import Transport
from openjuki.wire.speech import Place

T = TypeVar("T")
REALM = "sandbox"
BEGAN_MS = 1_385_942_400_000
"""2 December 2013, 00:00 UTC: the wall clock of a quiet country begins here."""
ON_DAY = datetime.date(2013, 12, 2)

Wire = Callable[[str, str, bytes], None]
"""(sender, receiver, frames): who listens on the lines."""


class Appointment:
    """A call that will be made unless it is cancelled (wire.clock.Timer)."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Never make the call."""
        self.call = None


class Agenda:
    """What is to be done, in order, and the clock that all offices share (wire.clock.Clock)."""

    def __init__(self, began_ms: int = BEGAN_MS) -> None:
        self._began_ms, self._now_s = began_ms, 0.0
        self._now: deque[Callable[[], None]] = deque()
        self._later: list[tuple[float, int, Appointment]] = []
        self._numbers = count()

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return self._began_ms + int(self._now_s * 1000)

    def monotonic_s(self) -> float:
        """Seconds since the country began."""
        return self._now_s

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Appointment:
        """Make `call` when the clock gets there."""
        appointment = Appointment(call)
        heappush(self._later, (self._now_s + max(delay_s, 0.0), next(self._numbers), appointment))
        return appointment

    def soon(self, call: Callable[[], None]) -> None:
        """Make `call` in this moment, after what is to be done already."""
        self._now.append(call)

    def run(self, until: Callable[[], bool], patience_s: float = 120.0) -> bool:
        """Go on until it holds (True), or for so many seconds of this clock."""
        end_s = self._now_s + patience_s
        while not until():
            if self._now:
                self._now.popleft()()
            elif self._later and self._later[0][0] <= end_s:
                self._now_s, _, appointment = heappop(self._later)
                if appointment.call is not None:
                    appointment.call()
            else:
                return False
        return True


class Batches:
    """An executor on the agenda's thread: what waits for one store becomes one group commit (offices.store.Executor)."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._waiting: dict[Store, deque[tuple[Work[Any], Callable[[Any], None]]]] = {}

    def submit(self, store: Store, work: Work[T], then: Callable[[T | OpenJukiError], None]) -> None:
        """Queue a work for the store's next group commit."""
        if store not in self._waiting:
            self._waiting[store] = deque()
            self._agenda.soon(lambda: self._commit(store))
        self._waiting[store].append((work, then))

    def _commit(self, store: Store) -> None:
        queue = self._waiting.pop(store)
        for work, then in list(queue)[BATCH_MAX:]:
            self.submit(store, work, then)
        batch = list(queue)[:BATCH_MAX]
        transaction, outcomes = store.run([work for work, _ in batch])
        if store.published is not None:
            store.published(transaction)
        for (_, then), outcome in zip(batch, outcomes, strict=True):
            then(outcome)


class End:
    """One end of a line (wire.sides.Transport)."""

    def __init__(self, lines: "Lines", own: str, peer: str) -> None:
        self._lines, self.own, self.peer = lines, own, peer
        self.link: Link | None = None
        self.other: End | None = None

    def write(self, data: bytes) -> None:
        """The other end gets it in a moment."""
        self._lines.wire(self.own, self.peer, data)
        self._lines.agenda.soon(lambda: self._deliver(data))

    def _deliver(self, data: bytes) -> None:
        if self.other is not None and self.other.link is not None:
            self.other.link.receive(data)

    def close(self) -> None:
        """Both ends hear of it."""
        self._lines.agenda.soon(self._lost)

    def _lost(self) -> None:
        for end in (self, self.other):
            if end is not None and end.link is not None:
                end.link.lost("connection lost")


class Lines:
    """The lines between the offices of one country (nodes.network.Network); a certificate is the hash of an office's code."""

    def __init__(self, agenda: Agenda, wire: Wire = lambda sender, receiver, data: None) -> None:
        self.agenda, self.wire = agenda, wire
        self.nodes: dict[str, Node] = {}

    def dial(self, node: Node, office: str, host: str, port: int) -> None:
        """Connect, if the office is open."""
        self.agenda.soon(lambda: self._connect(node, office))

    def _connect(self, node: Node, office: str) -> None:
        peer = self.nodes.get(office)
        if peer is None or not peer.running or not node.running:
            node.dial_failed(office, "closed")
            return
        near, far = End(self, node.place.code, office), End(self, office, node.place.code)
        near.other, far.other = far, near
        ends: list[tuple[End, Node, str, str]] = [(far, peer, node.place.code, ""), (near, node, office, office)]
        for end, owner, shown, expected in ends:
            transport: Transport = end
            end.link = owner.connected(sha256(shown.encode()).digest(), transport, expected)


def seal_key(code: str) -> SoftwareKeys:
    """An office's seal key: from its code, since nothing here is secret."""
    return SoftwareKeys({SEAL: key_from_seed(code.encode())}, deterministic=True)


def directory_of(offices: Iterable[DeclaredOffice], now_ms: int = BEGAN_MS) -> Directory:
    """The sealed directory of these offices."""
    entries = {office.code: _entry(office) for office in offices}
    centre = seal_key(CENTRE)
    public = entries[CENTRE].seal_keys[0].public
    head = Head(REALM, 1, now_ms, now_ms + 365 * VALID_MS, len(entries), tree_root(entries))
    directory = Directory(Anchor(REALM, CENTRE, public, b"", "", 0))
    directory.take(seal_head(head, key_id(public), lambda message: centre.sign(SEAL, message)), entries.values())
    return directory


def _entry(office: DeclaredOffice) -> Entry:
    public = public_der(key_from_seed(office.code.encode()))
    return Entry(
        office.code, office.kind, office.name, office.prefecture, "", 0, (sha256(office.code.encode()).digest(),),
        (SealKey(key_id(public), public, 0, 2**52),), office.bodies, office.affairs,
    )  # fmt: skip


class QuietCountry:
    """The offices of a declaration whose stores are given; every step is taken on the caller's thread."""

    def __init__(
        self,
        offices: Iterable[DeclaredOffice],
        *,
        seed: str = "1",
        wire: Wire = lambda sender, receiver, data: None,
        listen: Listen = lambda office, tag, what: None,
        day: datetime.date = ON_DAY,
    ) -> None:
        self.offices = {office.code: office for office in offices}
        self.directory = directory_of(self.offices.values())
        self.agenda = Agenda()
        self.lines = Lines(self.agenda, wire)
        self.executor: Executor = Batches(self.agenda)
        self.day, self._seed, self._listen, self._drawn = day, seed, listen, count()

    @property
    def nodes(self) -> dict[str, Node]:
        """The open offices by code."""
        return self.lines.nodes

    def entropy(self, size: int) -> bytes:
        """Bytes that follow from the seed."""
        return shake_256(f"{self._seed} {next(self._drawn)}".encode()).digest(size)

    def open(self, code: str, store: Store, make: Callable[..., Node] = Node) -> Node:
        """Open one office on its store; `make` may bring a node that watches."""
        declared = self.offices[code]
        keys = seal_key(code)
        office = Office(
            place=Place(code, declared.kind, declared.prefecture), realm=REALM, store=store, executor=self.executor, clock=self.agenda,
            today=lambda: self.day, entropy=self.entropy, directory=self.directory,
            seal_key=self.directory.entries[code].seal_keys[0].key_id, sign=lambda message: keys.sign(SEAL, message), ask=_no_node,
        )  # fmt: skip
        node = self.nodes[code] = make(office, self.lines, TABLES[declared.kind], self._listen)
        node.start()
        self.agenda.run(lambda: node.running)
        return node

    def close(self, code: str) -> None:
        """Close one office and its file."""
        node = self.nodes.pop(code)
        node.stop()
        self.call(node.office.write, lambda transaction: None)
        node.office.store.close()

    def call(self, step: Callable[..., None], *arguments: Any) -> Any:
        """Take a procedure's step and return its outcome; errors are raised."""
        outcomes: list[Any] = []
        step(*arguments, outcomes.append)
        if not self.agenda.run(lambda: bool(outcomes)):
            raise TimeoutError("no outcome")
        if isinstance(outcomes[0], OpenJukiError):
            raise outcomes[0]
        return outcomes[0]

    def look(self, code: str, sql: str, *values: Any) -> list[Any]:
        """Rows of an office's own store."""
        rows: list[Any] = self.call(self.nodes[code].office.write, lambda transaction: transaction.all(sql, *values))
        return rows


def _no_node(*arguments: Any) -> None:
    raise RuntimeError("an office asks only once it has a node")
