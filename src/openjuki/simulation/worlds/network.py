"""The network of a world: connections that lose, double, overtake, cut, delay and break what is written (模擬回線網).

A `nodes.network.Network`. In one kind of world a connection is a byte stream in order, cut anywhere; in the other each write
arrives whole, but perhaps never, twice, or after a later one. Partitions block one direction or both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from openjuki.nodes.node import Node
from openjuki.simulation.worlds.scheduler import Scheduler
from openjuki.simulation.worlds.weather import CALM, Weather
from openjuki.wire.link import Link

if TYPE_CHECKING:
    from openjuki.simulation.worlds.life import Life

Tap = Callable[[str, str, bytes], None]
"""(sender, receiver, bytes): hears of every write at the moment it leaves the office."""
Note = Callable[[str, str, str], None]
"""(office, tag, what): hears of every dial."""

RETRY_S = 3.0
DIAL_TIMEOUT_S = 10.0


class End:
    """One office's end of a connection; a wire.sides.Transport."""

    def __init__(self, network: SeededNetwork, life: Life) -> None:
        self.network, self.life = network, life
        self.other: End = self
        self.link: Link | None = None
        self.open, self.retrying = True, False
        self.queue: deque[tuple[float, bytes | None]] = deque()
        """Pieces on their way to the other end with the moment of arrival; None is the end of the stream."""
        self.last_s = 0.0

    @property
    def office(self) -> str:
        """Whose end it is."""
        return self.life.code

    def write(self, data: bytes) -> None:
        """Send."""
        if self.open and self.life.clock.running:
            self.network.carry(self, data)

    def close(self) -> None:
        """End the connection."""
        if self.open:
            self.open = False
            self.network.ended(self)


class SeededNetwork:
    """Who is connected with whom, and what the weather does to it."""

    def __init__(self, scheduler: Scheduler, chance: Random, lives: dict[str, Life], tap: Tap, note: Note) -> None:
        self._scheduler, self._chance, self._lives, self._tap, self._note = scheduler, chance, lives, tap, note
        self.weather: Weather = CALM
        self.blocked: dict[tuple[str, str], int] = {}
        """(from, to) -> by how many partitions."""
        self.ends: list[End] = []
        self.certificates: dict[str, bytes] = {}

    # -- connecting -----------------------------------------------------------------------------------------------

    def dial(self, node: Node, office: str, host: str, port: int) -> None:
        """Try to connect (nodes.network.Network)."""
        caller = self._lives[node.place.code]
        called = self._lives.get(office)
        there, takes_s = called is not None and called.clock.running, 3 * self._delay_s()
        if takes_s > DIAL_TIMEOUT_S or self._is_blocked(caller.code, office) or self._is_blocked(office, caller.code):
            self._note(caller.code, "world:dial:timed-out", office)
            caller.clock.call_later(DIAL_TIMEOUT_S, lambda: node.dial_failed(office, "timeout"))
        elif not there or self._chance.random() < self.weather.dial_fails:
            self._note(caller.code, "world:dial:refused", office)
            caller.clock.call_later(takes_s, lambda: node.dial_failed(office, "refused"))
        else:
            self._note(caller.code, "world:dial:begun", office)
            caller.clock.call_later(takes_s, partial(self._connect, caller, office))

    def _connect(self, caller: Life, office: str) -> None:
        called = self._lives[office]
        if not called.clock.running:
            caller.node.dial_failed(office, "refused")
            return
        near, far = End(self, caller), End(self, called)
        near.other, far.other = far, near
        self.ends += [near, far]
        far.link = called.node.connected(self.certificates[near.office], far)
        near.link = caller.node.connected(self.certificates[office], near, office)

    # -- bytes ----------------------------------------------------------------------------------------------------

    def carry(self, end: End, data: bytes) -> None:
        """Take what an office writes."""
        self._tap(end.office, end.other.office, data)
        if not end.other.open:
            self._write_into_nothing(end)
        elif self.weather.lossy:
            self._carry_whole(end, data)
        else:
            for piece in self._pieces(data):
                self._queue(end, piece)

    def _write_into_nothing(self, end: End) -> None:
        """The other side is gone: its machine says so, if it runs."""
        if self._lives[end.other.office].clock.running and not self._is_blocked(end.other.office, end.office):
            self._scheduler.later(self._delay_s(), lambda: self.lose(end))

    def _carry_whole(self, end: End, data: bytes) -> None:
        chance, weather = self._chance, self.weather
        if chance.random() < weather.loss:
            return
        for _ in range(2 if chance.random() < weather.double else 1):
            delay_s = self._delay_s()
            if chance.random() < weather.overtake:
                delay_s += chance.uniform(0.0, 20 * weather.delay_s)
            self._scheduler.later(delay_s, lambda: self._arrive_whole(end, data))

    def _arrive_whole(self, end: End, data: bytes) -> None:
        if end.other.open and not self._is_blocked(end.office, end.other.office):
            self._hand_over(end.other, data)

    def _pieces(self, data: bytes) -> list[bytes]:
        if self._chance.random() >= self.weather.cut or len(data) < 2:
            return [data]
        at = self._chance.randrange(1, len(data))
        return [data[:at], data[at:]]

    def _queue(self, end: End, piece: bytes | None) -> None:
        end.last_s = max(end.last_s, self._scheduler.now_s + self._delay_s())
        end.queue.append((end.last_s, piece))
        self._scheduler.later(end.last_s - self._scheduler.now_s, lambda: self._advance(end))

    def _advance(self, end: End) -> None:
        """Let arrive what is due, in order; a partition holds it back until it heals."""
        while end.queue and end.queue[0][0] <= self._scheduler.now_s:
            if self._is_blocked(end.office, end.other.office):
                if not end.retrying:
                    end.retrying = True
                    self._scheduler.later(RETRY_S, lambda: self._retry(end))
                return
            _, piece = end.queue.popleft()
            if piece is None:
                self.lose(end.other)
            else:
                self._hand_over(end.other, piece)

    def _retry(self, end: End) -> None:
        end.retrying = False
        self._advance(end)

    def _hand_over(self, end: End, data: bytes) -> None:
        if end.open and end.link is not None and end.life.clock.running:
            end.link.receive(data)

    def _delay_s(self) -> float:
        weather, chance = self.weather, self._chance
        delay_s = weather.delay_s * (0.5 + chance.random())
        return delay_s + chance.uniform(0.0, weather.slow_max_s) if chance.random() < weather.slow else delay_s

    # -- ends -----------------------------------------------------------------------------------------------------

    def ended(self, end: End) -> None:
        """An office closed its end: the other one hears of it after what was written before."""
        if self.weather.lossy:
            self._scheduler.later(self._delay_s(), lambda: self._end_arrives(end))
        else:
            self._queue(end, None)
        self._forget(end)

    def _end_arrives(self, end: End) -> None:
        if not self._is_blocked(end.office, end.other.office):
            self.lose(end.other)

    def lose(self, end: End) -> None:
        """An office hears that its connection is gone."""
        if end.open:
            end.open = False
            self._forget(end)
            if end.link is not None and end.life.clock.running:
                end.link.lost("connection lost")

    def _forget(self, end: End) -> None:
        if end in self.ends:
            self.ends.remove(end)

    def break_one(self) -> None:
        """A connection breaks: what is on its way is lost; one side may learn of it much later than the other."""
        if self.ends:
            end = self._chance.choice(self.ends)
            end.queue.clear()
            end.other.queue.clear()
            self.lose(end)
            if self._chance.random() < 0.7:
                self._scheduler.later(self._delay_s(), lambda: self.lose(end.other))

    def crashed(self, life: Life) -> None:
        """A process is gone: its peers hear of it at once, or only by its silence."""
        for end in [end for end in self.ends if end.life is life]:
            end.open = False
            end.queue.clear()
            self._forget(end)
            if self._chance.random() < 0.7:
                self._scheduler.later(self._delay_s(), partial(self.lose, end.other))

    # -- partitions -----------------------------------------------------------------------------------------------

    def _is_blocked(self, sender: str, receiver: str) -> bool:
        return self.blocked.get((sender, receiver), 0) > 0

    def part(self, ways: list[tuple[str, str]], seconds: float) -> None:
        """Block some directions for a while."""
        for way in ways:
            self.blocked[way] = self.blocked.get(way, 0) + 1
        self._scheduler.later(seconds, lambda: self._join(ways))

    def _join(self, ways: list[tuple[str, str]]) -> None:
        for way in ways:
            self.blocked[way] = max(0, self.blocked.get(way, 0) - 1)

    def heal(self) -> None:
        """Calm weather and no partition any more. Connections that have lost writes end: a stream that lost something would have."""
        lossy, self.weather = self.weather.lossy, CALM
        self.blocked.clear()
        for end in list(self.ends) if lossy else []:
            self.lose(end)
