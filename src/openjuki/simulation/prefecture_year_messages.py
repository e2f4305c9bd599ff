"""What the processes of a simulated year tell one another: who moves between their towns, how far they are (過程間の連絡; issue 3).

Each message is MessagePack behind its length, on the standard input and output of a process that `prefecture_year_halls` runs.
"""

import asyncio
import datetime
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import msgspec

from openjuki.register.errors import Broken, Say
from openjuki.simulation.prefecture_year_desk import Leaver
from openjuki.simulation.rates import MOVES, Happening, LifeEvent

_LENGTH_BYTES = 4


class Mover(msgspec.Struct, frozen=True, array_like=True):
    """Somebody on the road with a certificate: to which town, who arrives there on which day, and for which event of the year."""

    town: str
    day: datetime.date
    happened_on: datetime.date
    kind: LifeEvent | None
    """None for an arrival elsewhere than in the prefecture."""
    leaver: Leaver


class Wanted(msgspec.Struct, frozen=True, array_like=True):
    """Somebody is to leave the town elsewhere on a day, for the event of a town of the prefecture."""

    town: str
    day: datetime.date
    happening: Happening


class Job(msgspec.Struct, frozen=True, tag=True):
    """To a process: the towns it runs, and how many residents every town of the year is to have."""

    folder: str
    towns: list[str]
    shares: dict[str, int]
    elsewhere: str
    seed: str
    year: int


class Opened(msgspec.Struct, frozen=True, tag=True):
    """From a process: its offices are open."""


class Settle(msgspec.Struct, frozen=True, tag=True):
    """To a process: the residents come in."""


class Settled(msgspec.Struct, frozen=True, tag=True):
    """From a process: they have come."""


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """To a process: count who lives in the towns, get codes for those to come."""


class Prepared(msgspec.Struct, frozen=True, tag=True):
    """From a process: how many live in each of its towns."""

    residents: dict[str, int]


class Live(msgspec.Struct, frozen=True, tag=True):
    """To a process: the year begins; how many live in every town."""

    residents: dict[str, int]


class Day(msgspec.Struct, frozen=True, tag=True):
    """Both ways, before a day begins: who is known to move to, or wanted from, towns of other processes since the day before."""

    day: datetime.date
    movers: list[Mover]
    wanted: list[Wanted]


class LineUp(msgspec.Struct, frozen=True, tag=True):
    """To a process, before the day on which the line comes up: the office that its municipalities reach again."""

    office: str


class Lived(msgspec.Struct, tag=True):
    """From a process: what its year was."""

    counts: dict[LifeEvent, int] = {}
    """Events in towns of the prefecture, by kind."""
    months_of_moves: dict[int, int] = {}
    """Moves by the month in which they happened."""
    elsewhere: int = 0
    """Events of the town elsewhere."""
    nobody: int = 0
    """Events for which nobody of a likely age lives there."""
    refused: int = 0
    """Events that a register refused."""
    refusals: list[str] = []
    """Some of them: kind and reason."""

    @property
    def entered(self) -> int:
        """Events in towns of the prefecture."""
        return sum(self.counts.values())

    def count(self, kind: LifeEvent | None, month: int) -> None:
        """One event more, that happened in that month; None for one elsewhere."""
        if kind is None:
            self.elsewhere += 1
            return
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind in MOVES:
            self.months_of_moves[month] = self.months_of_moves.get(month, 0) + 1

    def add(self, other: "Lived") -> None:
        """Count what another process has lived, too."""
        self.counts = dict(Counter(self.counts) + Counter(other.counts))
        self.months_of_moves = dict(Counter(self.months_of_moves) + Counter(other.months_of_moves))
        self.elsewhere, self.nobody = self.elsewhere + other.elsewhere, self.nobody + other.nobody
        self.refused, self.refusals = self.refused + other.refused, [*self.refusals, *other.refusals]


class Progress(msgspec.Struct, frozen=True, tag=True):
    """From a process: how far it is with its residents."""

    done: int
    total: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """From a process: what stopped it."""

    why: str


Message = Job | Opened | Settle | Settled | Prepare | Prepared | Live | Day | LineUp | Lived | Progress | Failed
_decode = msgspec.msgpack.Decoder(Message).decode
_encode = msgspec.msgpack.Encoder().encode
M = TypeVar("M")


def framed(message: Message) -> bytes:
    """A message as it is written."""
    body = _encode(message)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


async def hear(reader: asyncio.StreamReader, kind: type[M], tell: Callable[[Progress], None] = lambda progress: None) -> M:
    """The next message of that kind; what is said of progress meanwhile is passed on. Raises Broken if the other side has stopped."""
    while True:
        try:
            length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
            message = _decode(await reader.readexactly(length))
        except asyncio.IncompleteReadError as error:
            raise _stopped("it has ended.") from error
        if isinstance(message, kind):
            return message
        if not isinstance(message, Progress):
            raise _stopped(message.why if isinstance(message, Failed) else "it says something else than expected.")
        tell(message)


def _stopped(why: str) -> Broken:
    return Broken("towns", Say(f"a process of municipalities has stopped: {why}", f"市区町村の過程が止まりました（{why}）。"), LOOK)


LOOK = Say("Look at the folder of the campaign.", "測定のフォルダを確かめてください。")
