"""Two links joined in memory on a virtual clock, and the messages they speak, for the tests of the wire (試験用の回線)."""

import heapq
from collections.abc import Sequence
from itertools import count
from typing import Any

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.register.errors import Reason, Refused
from openjuki.wire.answering import Question
from openjuki.wire.frame import PROTOCOL_VERSION, FrameReader, Header, Kind, frame
from openjuki.wire.link import Link
from openjuki.wire.message import Message, Priority
from openjuki.wire.sides import CREDIT, TIMEOUTS, Hello, Timeouts
from openjuki.wire.speech import Place, Speech, encode

TOWN = Place("462250", OfficeKind.MUNICIPALITY, "46")
OTHER_TOWN = Place("131016", OfficeKind.MUNICIPALITY, "13")
HUB = Place("460001", OfficeKind.PREFECTURE, "46")
_UP = Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN)
_DOWN = Route(OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY, Relation.OWN)


class Probe(Message, frozen=True):
    """A window's question."""

    routes = frozenset({_UP})
    size_max = 1_024
    word: str


class Bulk(Message, frozen=True):
    """A question of bulk work."""

    routes = frozenset({_UP})
    priority = Priority.BULK
    size_max = 65_536
    word: str


class Echo(Message, frozen=True):
    """The answer to both."""

    routes = frozenset({_DOWN})
    size_max = 2_048
    word: str


class Told(Message, frozen=True):
    """A notice."""

    routes = frozenset({_UP})
    priority = Priority.NOTICE
    durable = True
    size_max = 512
    word: str


class DownOnly(Message, frozen=True):
    """What only a prefecture may ask."""

    routes = frozenset({_DOWN})
    word: str


SPEECH = Speech((Probe, Bulk, Echo, Told, DownOnly))


class VirtualTimer:
    """A timer of `VirtualClock`."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class VirtualClock:
    """A wire.clock.Clock that moves only when told."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._calls: list[tuple[float, int, VirtualTimer, Any]] = []
        self._number = count()
        self.made = 0
        """Calls made so far."""

    def wall_ms(self) -> int:
        return 1_000_000 + int(self.now_s * 1000)

    def monotonic_s(self) -> float:
        return self.now_s

    def call_later(self, delay_s: float, call: Any) -> VirtualTimer:
        timer = VirtualTimer()
        heapq.heappush(self._calls, (self.now_s + max(0.0, delay_s), next(self._number), timer, call))
        return timer

    def advance(self, seconds: float = 0.0) -> None:
        """Let time pass; calls that are due are made in order."""
        end_s = self.now_s + seconds
        while self._calls and self._calls[0][0] <= end_s:
            at_s, _, timer, call = heapq.heappop(self._calls)
            self.now_s = max(self.now_s, at_s)
            if not timer.cancelled:
                self.made += 1
                call()
        self.now_s = end_s


class Owner:
    """What a link's owner hears; it answers `Probe` and `Bulk` by echo, unless told to wait."""

    def __init__(self, place: Place, clock: VirtualClock, speech: Speech = SPEECH, realm: str = "sandbox") -> None:
        self.place, self.clock, self.speech, self.realm = place, clock, speech, realm
        self.said = Hello((PROTOCOL_VERSION,), 7, CREDIT, b"epoch-of-" + place.code.encode())
        self.waits = False
        self.questions: list[Any] = []
        self.notices: list[tuple[int, bytes, str]] = []
        self.positions: list[tuple[bytes, int, bool]] = []
        self.downs: list[str] = []
        self.events: list[tuple[str, str]] = []
        self.ups = self.resumes = 0

    def hello(self) -> Hello:
        return self.said

    def came_up(self, link: Link) -> None:
        self.ups += 1

    def went_down(self, link: Link, reason: str) -> None:
        self.downs.append(reason)

    def asked(self, link: Link, questions: Sequence[Question]) -> None:
        for question in questions:
            self.questions.append((question, question.message))
            if not self.waits:
                question.reply(Echo(question.message.word))

    def noticed(self, link: Link, header: Header, body: bytes, refused: str = "") -> None:
        self.notices.append((header.id, body, refused))

    def acknowledged(self, link: Link, epoch: bytes, sequence: int, *, expected: bool) -> None:
        self.positions.append((epoch, sequence, expected))

    def resumed(self, link: Link) -> None:
        self.resumes += 1

    def event(self, tag: str, what: str) -> None:
        self.events.append((tag, what))


class Wire:
    """A transport that keeps what was written until it is delivered."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        """Everything written since the last time."""
        data = b"".join(self.written)
        self.written.clear()
        return data


def headers(data: bytes) -> list[tuple[Header, bytes]]:
    """The frames of some bytes."""
    return list(FrameReader(lambda header, size: True).frames(data))


class Pair:
    """A town's link and its prefecture's, joined; `town_asks` is asked by the town."""

    def __init__(self, *, timeouts: Timeouts = TIMEOUTS, up: bool = True, speech: Speech = SPEECH, lasting: bool = True) -> None:
        self.clock = VirtualClock()
        self.town, self.hub = Owner(TOWN, self.clock, speech), Owner(HUB, self.clock, speech)
        self.town_wire, self.hub_wire = Wire(), Wire()
        self.town_link = Link(self.town, HUB, self.town_wire, timeouts, lasting=lasting)
        self.hub_link = Link(self.hub, TOWN, self.hub_wire, timeouts, lasting=lasting)
        if up:
            self.run()

    def run(self, seconds: float = 0.0) -> None:
        """Let time pass, then deliver until both are silent."""
        self.clock.advance(seconds)
        while data := self.town_wire.take():
            self._deliver(data, self.hub_link)
        while data := self.hub_wire.take():
            self._deliver(data, self.town_link)
        if self.town_wire.written:
            self.run()

    def _deliver(self, data: bytes, link: Link) -> None:
        link.receive(data)
        self.clock.advance()

    def ask(self, message: Message, deadline_ms: int = 10_000) -> list[Any]:
        """The town asks; what is told is put on the list returned."""
        told: list[Any] = []
        self.town_link.ask(message, Echo, told.append, deadline_ms)
        return told

    def hub_hears(self, header: Header, body: bytes = b"") -> list[tuple[Header, bytes]]:
        """Give the prefecture one frame and return what it writes back."""
        self.hub_wire.take()
        self.hub_link.receive(frame(header, body))
        self.clock.advance()
        return headers(self.hub_wire.take())


def from_town(kind: Kind, number: int = 0, **changed: Any) -> Header:
    """A header as the town would send it to its prefecture, with some fields changed."""
    fields: dict[str, Any] = {
        "version": PROTOCOL_VERSION, "realm": "sandbox", "sender": TOWN.code, "receiver": HUB.code, "kind": kind, "priority": 0,
        "id": number, "deadline_ms": 10_000,
    }  # fmt: skip
    return Header(**{**fields, **changed})


def asking(number: int, message: Message, **changed: Any) -> tuple[Header, bytes]:
    """An ASK frame's header and body."""
    fields = {"type": message.type_name(), "type_version": message.version, "priority": int(message.priority)}
    return from_town(Kind.ASK, number, **{**fields, **changed}), encode(message)


def reason(told: Any) -> Reason:
    """The reason of a refusal that was told."""
    assert isinstance(told, Refused)
    return told.code
