"""A link between two offices that have proved who they are: hello, questions and answers, notices (回線; architecture section 3).

    this side                                   the other side
      HELLO  ------------------------------------->
             <-------------------------------------  HELLO       the link is up with the first frame back
      ASK id, deadline --------------------------->
             <-------------------------------------  ANSWER id, digest of the question | REFUSE id | (late: nothing)
      NOTICE epoch, sequence --------------------->
             <-------------------------------------  ACK epoch, sequence (cumulative, after the commit)
             <-------------------------------------  EXPECT epoch, sequence (a gap was seen)

Sans-I/O: bytes come in by `receive`, go out by the transport's `write`, one write per batch read. Replies of a counter go before
notices, notices before bulk work.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from openjuki.register.errors import NotReady, OpenJukiError, Reason, Refused, Say
from openjuki.wire.asking import Asked, Asking
from openjuki.wire.clock import Timer
from openjuki.wire.frame import FRAME_BYTES_MAX, PROTOCOL_VERSION, FrameReader, Header, Kind, MalformedFrame, frame
from openjuki.wire.message import Message, Priority
from openjuki.wire.sides import CREDIT, Hello, LinkOwner, Transport, decode_hello, decode_refusal
from openjuki.wire.speech import Place, Refusal, encode

HELLO_BYTES_MAX = 4_096
HELLO_TIMEOUT_S = 5.0
FRAME_TIMEOUT_S = 30.0
IDLE_PING_S = 15.0
IDLE_CLOSE_S = 45.0
SWEEP_S = 0.5


class Question:
    """One question being worked on; `cancelled` is set when nobody waits for the answer any more."""

    __slots__ = ("body", "cancelled", "deadline_s", "digest", "header", "link")

    def __init__(self, link: "Link", header: Header, body: bytes, now_s: float) -> None:
        self.link, self.header, self.body = link, header, body
        self.deadline_s = now_s + header.deadline_ms / 1000
        self.digest = hashlib.sha256(body).digest()
        self.cancelled = False


class Link:
    """One authenticated connection. Owned by the office's own thread; nothing here blocks."""

    def __init__(self, owner: LinkOwner, peer: Place, transport: Transport) -> None:
        self.owner, self.peer, self.transport = owner, peer, transport
        self.up = self.closed = self.paused = False
        self.peer_hello: Hello | None = None
        self._accepted = owner.speech.accepted(peer, owner.place)
        self._reader = FrameReader(self._judge, HELLO_BYTES_MAX)
        self._out: tuple[list[bytes], list[bytes], list[bytes]] = ([], [], [])
        self._flush_timer: Timer | None = None
        self._acks: dict[bytes, int] = {}
        self.asking = Asking(owner.clock, self._put_question, lambda number: self._send(Kind.CANCEL, number, b""))
        self._questions: dict[int, Question] = {}
        self._asked, self._last_id = [0, 0, 0], [0, 0, 0]
        self._heard_s = self._since_s = owner.clock.monotonic_s()
        self._partial_s: float | None = None
        self._handlers: dict[int, Callable[[Header, bytes], None]] = {
            Kind.ASK: self._on_ask, Kind.ANSWER: self._on_answer, Kind.REFUSE: self._on_refuse, Kind.NOTICE: self._on_notice,
            Kind.ACK: self._on_ack, Kind.EXPECT: self._on_ack, Kind.CANCEL: self._on_cancel, Kind.HELLO: self._on_hello,
            Kind.PING: self._on_ping, Kind.PONG: lambda header, body: None,
        }  # fmt: skip
        self._send(Kind.HELLO, 0, encode(owner.hello()))
        self.flush_soon()
        self._sweep_timer = owner.clock.call_later(SWEEP_S, self._sweep)

    # -- bytes in -------------------------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Take what the transport read; answers that are ready leave in one write."""
        self._heard_s = self.owner.clock.monotonic_s()
        try:
            for header, body in self._reader.frames(data):
                self._handlers[header.kind](header, body)
                if self.closed:
                    return
        except (MalformedFrame, msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            self.close(f"malformed: {type(error).__name__}")
            return
        self._partial_s = (self._partial_s or self._heard_s) if self._reader.unfinished else None
        self._flush()

    def _judge(self, header: Header, size: int) -> bool:
        """Whether a frame's body is wanted; decided on the header, before anything of the body is kept."""
        owner, kind = self.owner, header.kind
        if header.version != PROTOCOL_VERSION or kind not in self._handlers:
            raise MalformedFrame(Reason.UNKNOWN_VERSION, "protocol version or kind")
        if header.realm != owner.realm or header.sender != self.peer.code or header.receiver != owner.place.code:
            owner.event("wire:header:refused", f"{self.peer.code} realm or office")
            raise MalformedFrame(Reason.WRONG_REALM if header.realm != owner.realm else Reason.WRONG_OFFICE, "realm or office")
        if not self.up and kind != Kind.HELLO:
            raise MalformedFrame(Reason.MALFORMED, "no hello yet")
        if kind in (Kind.ASK, Kind.NOTICE):
            return self._judge_type(header, size)
        return kind in (Kind.ANSWER, Kind.REFUSE) or size <= HELLO_BYTES_MAX

    def _judge_type(self, header: Header, size: int) -> bool:
        """Route, type, version, size and credit of a question or notice."""
        accepted = self._accepted.get((header.type, header.type_version))
        if accepted is None or accepted.message.durable != (header.kind == Kind.NOTICE):
            refusal = self.owner.speech.refusal(header.type, header.type_version)
        elif size > accepted.size_max:
            refusal = Refusal(Reason.TOO_LARGE.value, "architecture 3")
        elif header.kind == Kind.ASK and not 0 <= header.priority <= Priority.BULK:
            refusal = Refusal(Reason.MALFORMED.value, "architecture 3")
        elif header.kind == Kind.ASK and self._asked[header.priority] >= CREDIT[header.priority]:
            refusal = Refusal(Reason.BUSY.value, "architecture 3")
        else:
            return True
        self.owner.event("wire:message:refused", f"{self.peer.code} {refusal.code}")
        self._send(Kind.REFUSE, header.id, encode(refusal), epoch=header.epoch)
        if header.kind == Kind.NOTICE:
            self.owner.noticed(self, header, b"", refusal.code)
        return False

    # -- the peer's frames ----------------------------------------------------------------------------------------

    def _on_hello(self, header: Header, body: bytes) -> None:
        if self.up:
            raise MalformedFrame(Reason.MALFORMED, "second hello")
        self.peer_hello = decode_hello(body)
        if PROTOCOL_VERSION not in self.peer_hello.speaks:
            raise MalformedFrame(Reason.UNKNOWN_VERSION, "protocol version")
        self.up, self._reader.frame_bytes_max = True, FRAME_BYTES_MAX
        self.asking.granted(self.peer_hello.credit)
        self.owner.came_up(self)

    def _on_ask(self, header: Header, body: bytes) -> None:
        if header.id <= self._last_id[header.priority]:
            return  # a frame seen before: numbers only grow
        self._last_id[header.priority] = header.id
        question = Question(self, header, body, self._heard_s)
        self._questions[header.id] = question
        self._asked[header.priority] += 1
        try:
            message = self._accepted[header.type, header.type_version].decode(body)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            self.refuse(question, Refused(Reason.MALFORMED, "architecture 3"))
            return
        self.owner.asked(question, message)

    def _on_answer(self, header: Header, body: bytes) -> None:
        if not self.asking.answered(header, body):
            self.owner.event("wire:answer:mismatched", self.peer.code)

    def _on_refuse(self, header: Header, body: bytes) -> None:
        refusal = decode_refusal(body)
        if header.epoch:
            self.owner.event("wire:notice:refused", f"{self.peer.code} {header.id} {refusal.code}")
        else:
            self.asking.refused(header.id, refusal.error())

    def _on_notice(self, header: Header, body: bytes) -> None:
        self.owner.noticed(self, header, body)

    def _on_ack(self, header: Header, body: bytes) -> None:
        self.owner.acknowledged(self, header.epoch, header.id, expected=header.kind == Kind.EXPECT)

    def _on_cancel(self, header: Header, body: bytes) -> None:
        question = self._questions.get(header.id)
        if question is not None:
            question.cancelled = True

    def _on_ping(self, header: Header, body: bytes) -> None:
        self._send(Kind.PONG, header.id, b"")

    # -- questions of ours, answers, acknowledgements -------------------------------------------------------------

    def ask(self, message: Message, reply: type[Message], then: Callable[[Any], None], deadline_ms: int) -> None:
        """Ask the peer; `then` gets the answer (a `reply`) or an OpenJukiError, exactly once."""
        self.asking.ask(message, reply, then, deadline_ms)

    def _put_question(self, number: int, asked: Asked, left_ms: int) -> None:
        self._send(Kind.ASK, number, asked.body, asked.message, deadline_ms=left_ms)
        self.flush_soon()

    def answer(self, question: Question, message: Message) -> None:
        """Answer a question, unless nobody waits for it any more."""
        if self._done(question):
            self._send(Kind.ANSWER, question.header.id, encode(message), message, digest=question.digest, priority=question.header.priority)
            self.flush_soon()

    def refuse(self, question: Question, error: OpenJukiError) -> None:
        """Refuse a question; errors other than refusals read as FAILED on the other side."""
        refused = error if isinstance(error, Refused) else Refused(Reason.FAILED, "architecture 3")
        if self._done(question):
            refusal = Refusal(refused.code.value, refused.article)
            self._send(Kind.REFUSE, question.header.id, encode(refusal), priority=question.header.priority)
            self.flush_soon()

    def _done(self, question: Question) -> bool:
        if self._questions.pop(question.header.id, None) is None:
            return False
        self._asked[question.header.priority] -= 1
        return not (question.cancelled or self.closed)

    def notice(self, message: type[Message], epoch: bytes, sequence: int, body: bytes) -> None:
        """Send one durable notice; it stays in the outbox until the peer acknowledges it."""
        self._send(Kind.NOTICE, sequence, body, message, epoch=epoch)
        self.flush_soon()

    def acknowledge(self, epoch: bytes, sequence: int) -> None:
        """Tell the peer that everything up to `sequence` is applied and on disk."""
        self._acks[epoch] = max(sequence, self._acks.get(epoch, 0))
        self.flush_soon()

    def expect(self, epoch: bytes, sequence: int) -> None:
        """Tell the peer that a gap was seen after `sequence`."""
        self._send(Kind.EXPECT, sequence, b"", epoch=epoch, priority=Priority.NOTICE)
        self.flush_soon()

    # -- bytes out ------------------------------------------------------------------------------------------------

    def _send(
        self,
        kind: Kind,
        number: int,
        body: bytes,
        message: Message | type[Message] | None = None,
        *,
        deadline_ms: int = 0,
        epoch: bytes = b"",
        digest: bytes = b"",
        priority: int | None = None,
    ) -> None:
        name, version = (message.type_name(), message.version) if message is not None else ("", 0)
        if priority is None:
            priority = message.priority if message is not None else Priority.COUNTER
        place = self.owner.place.code
        header = Header(
            PROTOCOL_VERSION, self.owner.realm, place, self.peer.code, kind, priority, number, name, version, deadline_ms, epoch, digest
        )
        self._out[priority].append(frame(header, body))

    def flush_soon(self) -> None:
        """Let what is sent in this turn leave in one write."""
        if self._flush_timer is None and not self.closed:
            self._flush_timer = self.owner.clock.call_later(0, self._flush)

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        for epoch, sequence in self._acks.items():
            self._send(Kind.ACK, sequence, b"", epoch=epoch, priority=Priority.NOTICE)
        self._acks.clear()
        counter, notice, bulk = self._out
        if counter or notice or bulk:
            data = b"".join((*counter, *notice, *bulk))
            self._out = ([], [], [])
            self.transport.write(data)

    def resumed(self) -> None:
        """The transport has room again."""
        self.paused = False
        self.owner.resumed(self)

    # -- end ------------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Twice a second: deadlines, silence, a peer that says no hello or sends a frame too slowly."""
        now_s = self.owner.clock.monotonic_s()
        self.asking.expire(now_s)
        silent_s = now_s - self._heard_s
        if not self.up and now_s - self._since_s > HELLO_TIMEOUT_S:
            self.close("no hello")
        elif self._partial_s is not None and now_s - self._partial_s > FRAME_TIMEOUT_S:
            self.close("slow sender")
        elif silent_s > IDLE_CLOSE_S:
            self.close("silent")
        elif self.up and silent_s > IDLE_PING_S:
            self._send(Kind.PING, 0, b"")
        if not self.closed:
            self._flush()
            self._sweep_timer = self.owner.clock.call_later(SWEEP_S, self._sweep)

    def close(self, reason: str) -> None:
        """End the link from this side."""
        if not self.closed:
            self.owner.event("wire:link:closed", f"{self.peer.code} {reason}")
            self._flush()
            self.transport.close()
            self.lost(reason)

    def lost(self, reason: str) -> None:
        """The connection is gone: whoever waits for an answer is told, whoever works for the peer may stop."""
        if self.closed:
            return
        self.closed, self.up = True, False
        self._sweep_timer.cancel()
        if self._flush_timer is not None:
            self._flush_timer.cancel()
        for question in self._questions.values():
            question.cancelled = True
        self.asking.end(
            NotReady(self.peer.code, Say("the link is down.", "回線が切れています。"), Say("Try again.", "再度試してください。"))
        )
        self.owner.went_down(self, reason)
