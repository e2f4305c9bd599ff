"""The watch on a world: the hash of all that was sent, and what may never be sent before it is on disk (監視).

Two promises are checked at the very write: an acknowledgement leaves after the commit of what it acknowledges, and an answer after
the commit of its provision row. Whoever looks only at the end would have to be lucky with a crash in between.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256

import msgspec

from openjuki.procedures.code_allotment import CodePool
from openjuki.procedures.identity_query import IdentityAnswer
from openjuki.simulation.worlds.disk import Disk
from openjuki.simulation.worlds.scheduler import Scheduler
from openjuki.simulation.worlds.violation import Violation
from openjuki.wire.frame import PREFIX, Header, Kind, decode_header

_ENCRYPTED = CodePool.type_name().encode()
_CURSOR = "SELECT cursor FROM inbox WHERE sender = ? AND epoch = ?"
_ROW = "SELECT leaf FROM provision WHERE log = ? AND position = ?"


class Watch:
    """Hears of every write and every audit event."""

    def __init__(self, scheduler: Scheduler, disks: dict[str, Disk]) -> None:
        self._scheduler, self._disks = scheduler, disks
        self._hash = sha256()
        self.writes = self.frames = 0
        self.answers: dict[str, list[IdentityAnswer]] = {}
        """By office what it has answered, whether it arrived or not."""
        self.events: dict[str, int] = {}
        self.say: Callable[[str], None] | None = None
        """Told of every frame and event when somebody looks at one world."""

    @property
    def trace(self) -> str:
        """Hash of everything so far: times, offices, bytes, events."""
        return self._hash.hexdigest()

    def wrote(self, sender: str, receiver: str, data: bytes) -> None:
        """An office writes to another (worlds.network.Tap)."""
        self.writes += 1
        self._hash.update(f"{self._scheduler.now_s!r} {sender} {receiver} {len(data)}\n".encode())
        self._hash.update(self._bare(data) if _ENCRYPTED in data else data)
        for header, body in frames(data):
            self.frames += 1
            self._told(f"{sender} -> {receiver} {Kind(header.kind).name} {header.id} {header.type}")
            if header.kind == Kind.ACK:
                self._acknowledged(sender, receiver, header)
            elif header.kind == Kind.ANSWER and header.type == IdentityAnswer.type_name():
                self._answered(sender, body)

    def happened(self, office: str, tag: str, what: str) -> None:
        """An audit event or something the world did (nodes.node.Listen)."""
        self.events[tag] = self.events.get(tag, 0) + 1
        self._hash.update(f"{self._scheduler.now_s!r} {office} {tag} {what}\n".encode())
        self._told(f"{office} {tag} {what}")

    def _told(self, line: str) -> None:
        if self.say is not None:
            self.say(f"{self._scheduler.now_s:12.4f} {line}")

    def _bare(self, data: bytes) -> bytes:
        """The writes without the encrypted codes: their encryption draws its own randomness and cannot be repeated."""
        return b"".join(b"" if header.type == CodePool.type_name() else body for header, body in frames(data))

    def _acknowledged(self, sender: str, receiver: str, header: Header) -> None:
        cursor = self._on_disk(sender, _CURSOR, receiver, header.epoch)
        if not isinstance(cursor, int) or cursor < header.id:
            raise Violation(f"{sender} acknowledged {header.id} to {receiver}, on its disk is {cursor}")

    def _answered(self, sender: str, body: bytes) -> None:
        answer = msgspec.msgpack.decode(body, type=IdentityAnswer)
        promise = answer.promise
        self.answers.setdefault(sender, []).append(answer)
        if self._on_disk(sender, _ROW, promise.log, promise.index) is None:
            raise Violation(f"{sender} answers with leaf {promise.index}, which is not on its disk")

    def _on_disk(self, office: str, sql: str, *values: object) -> object:
        """First column of what is committed."""
        rows = self._disks[office].rows(sql, *values)
        return rows[0][0] if rows else None


def frames(data: bytes) -> Iterator[tuple[Header, bytes]]:
    """The frames of one write."""
    at = 0
    while at < len(data):
        size, head_size = PREFIX.unpack_from(data, at)
        at += PREFIX.size
        yield decode_header(data[at : at + head_size]), data[at + head_size : at + size]
        at += size
