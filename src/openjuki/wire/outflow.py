"""Frames on their way out of a link: one write per turn, a window's before bulk work (送出; architecture section 3, "Classes").

Replies of a counter go before notices, notices before bulk work. While the peer reads too slowly, bulk work waits here, so that what
a window asks meanwhile overtakes it.
"""

from collections import deque

from openjuki.wire.clock import Timer
from openjuki.wire.frame import PROTOCOL_VERSION, Header, Kind, frame
from openjuki.wire.message import Message, Priority
from openjuki.wire.sides import LinkOwner, Transport


class Outflow:
    """What one link sends."""

    def __init__(self, owner: LinkOwner, peer: str, transport: Transport) -> None:
        self._owner, self._peer, self._transport = owner, peer, transport
        self._frames: tuple[deque[bytes], deque[bytes], deque[bytes]] = (deque(), deque(), deque())
        self._acks: dict[bytes, int] = {}
        self._timer: Timer | None = None
        self._ended = False
        self.held_since_s: float | None = None
        """Since when the transport is full; None while it has room."""

    def send(
        self, kind: Kind, number: int, body: bytes, message: Message | type[Message] | None = None, *, deadline_ms: int = 0,
        epoch: bytes = b"", digest: bytes = b"", priority: int | None = None,
    ) -> None:  # fmt: skip
        """Put one frame in its class; it leaves with the next flush."""
        name, version = (message.type_name(), message.version) if message is not None else ("", 0)
        if priority is None:
            priority = message.priority if message is not None else Priority.COUNTER
        owner = self._owner
        header = Header(
            PROTOCOL_VERSION, owner.realm, owner.place.code, self._peer, kind, priority, number, name, version, deadline_ms, epoch, digest
        )
        self._frames[priority].append(frame(header, body))

    def put(self, ready: bytes, priority: int) -> None:
        """One whole frame; it leaves with what else is sent in this turn."""
        self._frames[priority].append(ready)
        if self._timer is None:
            self.flush_soon()

    def acknowledge(self, epoch: bytes, sequence: int) -> None:
        """Acknowledge up to `sequence`; many of one turn become one frame."""
        self._acks[epoch] = max(sequence, self._acks.get(epoch, 0))
        self.flush_soon()

    def flush_soon(self) -> None:
        """Let what is sent in this turn leave in one write."""
        if self._timer is None and not self._ended:
            self._timer = self._owner.clock.call_later(0, self.flush)

    def flush(self) -> None:
        """Send what is ready."""
        self._stop_timer()
        for epoch, sequence in self._acks.items():
            self.send(Kind.ACK, sequence, b"", epoch=epoch, priority=Priority.NOTICE)
        self._acks.clear()
        counter, notice, bulk = self._frames
        if counter or notice:
            data = b"".join((*counter, *notice))
            counter.clear()
            notice.clear()
            self._transport.write(data)
        while bulk and self.held_since_s is None and not self._ended:
            self._transport.write(bulk.popleft())

    def hold(self) -> None:
        """The transport is full."""
        self.held_since_s = self._owner.clock.monotonic_s()

    def resume(self) -> None:
        """The transport has room again."""
        self.held_since_s = None
        self.flush_soon()

    def end(self) -> None:
        """The link is gone: nothing leaves any more."""
        self._ended = True
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
