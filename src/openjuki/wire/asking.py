"""Questions of ours that wait for their answers: numbers, deadlines, credit (照会の待ち合わせ; architecture section 3, "Ask/answer")."""

import hashlib
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.clock import Clock
from openjuki.wire.frame import Header
from openjuki.wire.message import Message
from openjuki.wire.speech import decoder, encode


class Asked(NamedTuple):
    """A question that was sent or waits for credit; `then` gets the answer or an error exactly once."""

    message: Message
    body: bytes
    reply: type[Message]
    then: Callable[[Any], None]
    deadline_s: float
    digest: bytes


LATE = Refused(Reason.LATE, "architecture 3")
MALFORMED = Refused(Reason.MALFORMED, "architecture 3")
TOO_LARGE = Refused(Reason.TOO_LARGE, "architecture 3")


class Asking:
    """All open questions of one link; at most `credit` of each class are with the peer at a time, the rest wait here."""

    def __init__(self, clock: Clock, put: Callable[[int, Asked, int], None], cancel: Callable[[int], None]) -> None:
        self._clock, self._put, self._cancel = clock, put, cancel
        self._next = 1
        self._open: dict[int, Asked] = {}
        self._in_flight = [0, 0, 0]
        self._queues: tuple[deque[Asked], deque[Asked], deque[Asked]] = (deque(), deque(), deque())
        self.credit: tuple[int, int, int] = (0, 0, 0)
        """What the peer grants; nothing leaves before its hello."""

    def ask(self, message: Message, reply: type[Message], then: Callable[[Any], None], deadline_ms: int) -> None:
        """Send the question now or when its class has credit."""
        body = encode(message)
        if len(body) > message.size_max:
            then(TOO_LARGE)
            return
        deadline_s = self._clock.monotonic_s() + deadline_ms / 1000
        asked = Asked(message, body, reply, then, deadline_s, hashlib.sha256(body).digest())
        self._queues[message.priority].append(asked)
        self._advance(message.priority)

    def granted(self, credit: tuple[int, int, int]) -> None:
        """The peer's hello came: send what waits."""
        self.credit = credit
        for priority in range(3):
            self._advance(priority)

    def _advance(self, priority: int) -> None:
        queue = self._queues[priority]
        while queue and self._in_flight[priority] < self.credit[priority]:
            asked, number = queue.popleft(), self._next
            self._next += 1
            self._open[number] = asked
            self._in_flight[priority] += 1
            left_ms = max(1, int((asked.deadline_s - self._clock.monotonic_s()) * 1000))
            self._put(number, asked, left_ms)

    def _settle(self, number: int) -> Asked | None:
        asked = self._open.pop(number, None)
        if asked is not None:
            self._in_flight[asked.message.priority] -= 1
            self._advance(asked.message.priority)
        return asked

    def size_max(self, number: int) -> int:
        """How many bytes the answer to an open question may have; 0 if nobody waits for it."""
        asked = self._open.get(number)
        return asked.reply.size_max if asked is not None else 0

    def answered(self, header: Header, body: bytes) -> bool:
        """Take an answer; False if it names another question than the one it is numbered for."""
        asked = self._settle(header.id)
        if asked is None:
            return True
        if header.digest != asked.digest or (header.type, header.type_version) != (asked.reply.type_name(), asked.reply.version):
            asked.then(MALFORMED)
            return False
        try:
            answer = decoder(asked.reply).decode(body)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            answer = MALFORMED
        asked.then(answer)
        return True

    def refused(self, number: int, error: OpenJukiError) -> None:
        """Take a refusal."""
        asked = self._settle(number)
        if asked is not None:
            asked.then(error)

    @property
    def waiting(self) -> bool:
        """Whether anybody waits for an answer."""
        return bool(self._open) or any(self._queues)

    def expire(self, now_s: float) -> None:
        """Give up questions whose deadline has passed, and tell the peer to stop working on them."""
        if not self.waiting:
            return
        for number in [number for number, asked in self._open.items() if asked.deadline_s <= now_s]:
            self._cancel(number)
            self.refused(number, LATE)
        for queue in self._queues:
            late = [asked for asked in queue if asked.deadline_s <= now_s]
            if late:
                waiting = [asked for asked in queue if asked.deadline_s > now_s]
                queue.clear()
                queue.extend(waiting)
            for asked in late:
                asked.then(LATE)

    def end(self, error: OpenJukiError) -> None:
        """The link is gone: everyone who waits is told."""
        waiting = [*self._open.values(), *(asked for queue in self._queues for asked in queue)]
        self._open.clear()
        for queue in self._queues:
            queue.clear()
        for asked in waiting:
            asked.then(error)
