"""Sending notices: from the outbox to one peer, in order, until it has applied them (通知の送信; architecture section 3, "Notices")."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from openjuki.offices import outbox
from openjuki.offices.office import failed
from openjuki.offices.store import Transaction
from openjuki.wire.link import Link
from openjuki.wire.message import Message
from openjuki.wire.seal import Carried, decode_seal, encode_carried

if TYPE_CHECKING:
    from openjuki.nodes.node import Node

READ_MAX = 1_024
"""Rows of one read: while an office is busy taking notices, it comes to sending once in a turn only."""
SEALED_MAX = 256
"""Notices under one signature; twice as many would make each path longer by a hash."""
RESEND_S = 10.0

Ready = tuple[int, type[Message], bytes]
"""(sequence, message type, body of the NOTICE frame)."""


class Sender:
    """What is on its way to one office. The numbers here are hints: the receiver's cursor is the truth and is asked at each new link."""

    def __init__(self, node: Node, receiver: str) -> None:
        self.node, self.receiver = node, receiver
        self.link: Link | None = None
        self.sent = self.acknowledged = 0
        self.reading = self.more = False
        self._drained = True
        self._progress_s = 0.0

    @property
    def caught_up(self) -> bool:
        """Whether, as far as is known here, everything in the outbox is applied by the peer."""
        return self._drained and self.sent == self.acknowledged

    def start(self, link: Link) -> None:
        """A link is up; sending begins when the peer has said what it expects."""
        self.link = link

    def stop(self, other: Link | None) -> None:
        """The link is gone; nothing is lost, it is all still in the outbox. Go on over the `other` link to that peer, if there is one."""
        self.link = other
        if other is not None:
            self.expected(self.acknowledged)

    def wake(self) -> None:
        """There may be new rows."""
        self._drained = False
        self.pump()

    def expected(self, sequence: int) -> None:
        """The peer wants what follows `sequence`."""
        self.sent = self.acknowledged = sequence
        self.wake()

    def confirmed(self, sequence: int) -> None:
        """The peer has applied everything up to `sequence`; remember it and send on."""
        if sequence > self.acknowledged:
            self.acknowledged, self._progress_s = sequence, self.node.clock.monotonic_s()
            self.sent = max(self.sent, sequence)
            self.node.acknowledgement_heard(self.receiver, sequence)
        self.pump()

    def pump(self) -> None:
        """Read the next rows if the peer has room for them."""
        link = self.link
        if link is None or link.peer_hello is None or self._drained:
            return
        room = link.peer_hello.credit[1] - (self.sent - self.acknowledged)
        if self.reading or link.paused or room <= 0:  # what is written during a read is not in it, also if the peer is slow just then
            self.more = True
            return
        self.reading, self.more, after = True, False, self.sent
        count = min(room, READ_MAX)
        sent = self._read(link, after, count)
        self.node.office.write(lambda transaction: ready(transaction, self.node, self.receiver, after, count), sent)

    def _read(self, link: Link, after: int, count: int) -> Callable[[Any], None]:
        def then(outcome: Any) -> None:
            self.reading = False
            if failed(outcome) or link is not self.link or link.closed or self.sent != after:
                if self.more:
                    self.pump()
                return
            for sequence, message, body in outcome:
                link.notice(message, self.node.epoch, sequence, body)
                self.sent = sequence
            if outcome:
                self._progress_s = self.node.clock.monotonic_s()
            self._drained = len(outcome) < count and not self.more  # what was written after this read has woken the sender meanwhile
            self.pump()

        return then

    def resend(self, now_s: float) -> None:
        """Send again what was not acknowledged for a while: a frame or an acknowledgement may be lost, a read may have failed."""
        if self.link is not None and not self.caught_up and now_s - self._progress_s > RESEND_S:
            self._progress_s = now_s
            self.expected(self.acknowledged)


def ready(transaction: Transaction, node: Node, receiver: str, after: int, count_max: int) -> list[Ready]:
    """Outbox rows as NOTICE bodies; rows of the office's own are sealed here, many with one signature."""
    rows = outbox.waiting(transaction, receiver, after, count_max)
    made = [node.outgoing(row) for row in rows]
    own = [(message.type_name(), payload) for row, (message, payload) in zip(rows, made, strict=True) if row.seal is None]
    seals = (seal for start in range(0, len(own), SEALED_MAX) for seal in node.sealed(own[start : start + SEALED_MAX]))
    return [
        (row.sequence, message, encode_carried(Carried(payload, decode_seal(row.seal) if row.seal else next(seals))))
        for row, (message, payload) in zip(rows, made, strict=True)
    ]
