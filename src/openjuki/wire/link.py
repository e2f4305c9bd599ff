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

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from openjuki.register.errors import NotReady, OpenJukiError, Reason, Refused, Say
from openjuki.wire.answering import Answering, Question
from openjuki.wire.asking import TOO_LARGE, Asked, Asking
from openjuki.wire.frame import FRAME_BYTES_MAX, PROTOCOL_VERSION, FrameReader, Header, Kind, MalformedFrame, encode_header, framed
from openjuki.wire.message import Message, Priority
from openjuki.wire.outflow import Outflow
from openjuki.wire.sides import CREDIT, TIMEOUTS, Hello, LinkOwner, Timeouts, Transport, decode_hello, decode_refusal
from openjuki.wire.speech import Place, Refusal, encode

HELLO_BYTES_MAX = 4_096
REFUSAL_BYTES_MAX = 16_384
_ASK, _ANSWER = int(Kind.ASK), int(Kind.ANSWER)
SWEEP_S = 0.5
EXPECT_AGAIN_S = 1.0


class Link:
    """One authenticated connection, closed when nobody uses it unless it is `lasting`. Owned by the office's own thread; nothing blocks."""

    def __init__(self, owner: LinkOwner, peer: Place, transport: Transport, timeouts: Timeouts = TIMEOUTS, *, lasting: bool = True) -> None:
        self.owner, self.peer, self.transport, self._timeouts, self._lasting = owner, peer, transport, timeouts, lasting
        self.up = self.closed = False
        self.peer_hello: Hello | None = None
        self._accepted = owner.speech.accepted(peer, owner.place)
        self._notified = any(one.message.durable for one in self._accepted.values())
        self._ends = (PROTOCOL_VERSION, owner.realm, peer.code, owner.place.code)
        self._askable = {
            (*self._ends, _ASK, int(one.message.priority), *name): one.size_max
            for name, one in self._accepted.items()
            if not one.message.durable
        }
        """The beginning of the header of every question that the peer may ask -> bytes of its body at most."""
        self._reader = FrameReader(self._judge, HELLO_BYTES_MAX)
        self._out = Outflow(owner, peer.code, transport)
        self._send = self._out.send
        self.asking = Asking(owner.clock, self._put_question, lambda number: self._send_soon(Kind.CANCEL, number))
        self._answering, self._noticed = Answering(), 0
        self._asked: list[Question] = []
        """Questions of the present read."""
        self._expected = (b"", -1, 0.0)
        self._heard_s = self._since_s = self._partial_s = self._used_s = owner.clock.monotonic_s()
        self._handlers: dict[int, Callable[[Header, bytes], None]] = {
            Kind.ASK: self._on_ask, Kind.ANSWER: self._on_answer, Kind.REFUSE: self._on_refuse, Kind.NOTICE: self._on_notice,
            Kind.ACK: self._on_ack, Kind.EXPECT: self._on_ack, Kind.HELLO: self._on_hello,
            Kind.CANCEL: lambda header, body: self._answering.cancel(header.id),
            Kind.PING: lambda header, body: self._send(Kind.PONG, header.id, b""), Kind.PONG: lambda header, body: None,
        }  # fmt: skip
        self._send(Kind.HELLO, 0, encode(owner.hello()))
        self._out.flush_soon()
        self._sweep_timer, self._resting = owner.clock.call_later(SWEEP_S, self._sweep), False

    # -- bytes in -------------------------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Take what the transport read; answers that are ready leave in one write."""
        if self.closed:
            return
        self._heard_s, begun, count = self.owner.clock.monotonic_s(), self._reader.unfinished, self._reader.count
        try:
            for header, body in self._reader.frames(data):
                self._handlers[header.kind](header, body)
                if self.closed:
                    return
        except MalformedFrame as error:
            self.close(str(error))
            return
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            self.close(f"{Reason.MALFORMED.value}: {type(error).__name__}")
            return
        if self._asked:
            self._used_s = self._heard_s
            asked, self._asked = self._asked, []
            self.owner.asked(self, asked)
        if not begun or self._reader.count > count:
            self._partial_s = self._heard_s
        if self._reader.unfinished:
            self._look_soon()
        self._out.flush()

    def _judge(self, header: Header, size: int) -> bool:
        """Whether a frame's body is wanted; decided on the header, before anything of the body is kept.

        A lawful question, by far the commonest frame, passes at once; whatever fails here is judged step by step.
        """
        size_max = self._askable.get((
            header.version, header.realm, header.sender, header.receiver, header.kind, header.priority, header.type, header.type_version
        ))  # fmt: skip
        if size_max is not None and size <= size_max and self.up and not self._answering.full(header.priority):
            return True
        return self._judge_kind(header, size)

    def _judge_kind(self, header: Header, size: int) -> bool:
        """Protocol, ends and kind of a frame."""
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
        if kind == Kind.ANSWER:
            return self._judge_answer(header, size)
        if size > (REFUSAL_BYTES_MAX if kind == Kind.REFUSE else HELLO_BYTES_MAX):
            raise MalformedFrame(Reason.TOO_LARGE, "body of a frame of the link's own")
        return True

    def _judge_answer(self, header: Header, size: int) -> bool:
        """An answer that nobody waits for, or that is longer than its type may be, is not kept."""
        size_max = self.asking.size_max(header.id)
        if size <= size_max:
            return True
        if size_max:
            self.owner.event("wire:answer:refused", f"{self.peer.code} {Reason.TOO_LARGE.value}")
            self.asking.refused(header.id, TOO_LARGE)
        return False

    def _judge_type(self, header: Header, size: int) -> bool:
        """Route, type, version, size, class and credit of a question or notice."""
        accepted, ask = self._accepted.get((header.type, header.type_version)), header.kind == Kind.ASK
        if not ask and not self._notified:  # a stranger: a refused notice keeps its place in the order, so it would be written down
            raise MalformedFrame(Reason.OFF_ROUTE, "no notice leads here")
        if accepted is None or accepted.message.durable == ask:
            refusal = self.owner.speech.refusal(header.type, header.type_version)
        elif size > accepted.size_max:
            refusal = Refusal(Reason.TOO_LARGE.value, "architecture 3")
        elif header.priority != accepted.message.priority:
            refusal = Refusal(Reason.MALFORMED.value, "architecture 3")
        elif ask and self._answering.full(header.priority):
            refusal = Refusal(Reason.BUSY.value, "architecture 3")
        elif not ask and self._noticed >= 2 * CREDIT[Priority.NOTICE]:  # twice: what is sent again may cross its acknowledgement
            self.owner.event("wire:notice:dropped", f"{self.peer.code} {Reason.BUSY.value}")
            return False
        else:
            return True
        self._refuse_type(header, refusal)
        return False

    def _refuse_type(self, header: Header, refusal: Refusal) -> None:
        self.owner.event("wire:message:refused", f"{self.peer.code} {refusal.code}")
        self._send(Kind.REFUSE, header.id, encode(refusal), epoch=header.epoch)
        if header.kind == Kind.NOTICE:
            self._noticed += 1
            self.owner.noticed(self, header, b"", refusal.code)

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
        question = Question(self, header, body, sha256(body).digest())
        if not self._answering.take(question):
            return
        try:
            question.message = self._accepted[header.type, header.type_version].decode(body)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            self.refuse(question, Refused(Reason.MALFORMED, "architecture 3"))
            return
        self._asked.append(question)

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
        self._noticed += 1
        self._used_s = self._heard_s
        self.owner.noticed(self, header, body)

    def _on_ack(self, header: Header, body: bytes) -> None:
        self.owner.acknowledged(self, header.epoch, header.id, expected=header.kind == Kind.EXPECT)

    # -- questions of ours, answers, acknowledgements -------------------------------------------------------------

    def ask(self, message: Message, reply: type[Message], then: Callable[[Any], None], deadline_ms: int) -> None:
        """Ask the peer; `then` gets the answer (a `reply`) or an OpenJukiError, exactly once."""
        if self.closed:
            then(self._down())
        else:
            self._look_soon()
            self.asking.ask(message, reply, then, deadline_ms)

    def _put_question(self, number: int, asked: Asked, left_ms: int) -> None:
        self._used_s = self.owner.clock.monotonic_s()
        self._send(Kind.ASK, number, asked.body, asked.message, deadline_ms=left_ms)
        self._out.flush_soon()

    def _send_soon(self, kind: Kind, number: int) -> None:
        """A frame of the link's own that no bytes read called for."""
        self._send(kind, number, b"")
        self._out.flush_soon()

    def answer(self, question: Question, message: Message) -> None:
        """Answer a question, unless nobody waits for it any more."""
        body, header = encode(message), question.header
        if len(body) > message.size_max:
            self.owner.event("wire:answer:refused", f"{self.owner.place.code} {Reason.TOO_LARGE.value}")
            self.refuse(question, TOO_LARGE)
        elif self._answering.settle(question):
            version, realm, peer, place = self._ends
            head = encode_header((  # the fields of a Header: a tuple of them is written the same, and made in a third of the time
                version, realm, place, peer, _ANSWER, header.priority, header.id, message.type_name(), message.version, 0, b"",
                question.digest,
            ))  # fmt: skip
            self._out.put(framed(head, body), header.priority)

    def refuse(self, question: Question, error: OpenJukiError) -> None:
        """Refuse a question; errors other than refusals read as FAILED on the other side."""
        refused = error if isinstance(error, Refused) else Refused(Reason.FAILED, "architecture 3")
        if self._answering.settle(question):
            refusal = Refusal(refused.code.value, refused.article)
            self._send(Kind.REFUSE, question.header.id, encode(refusal), priority=question.header.priority)
            self._out.flush_soon()

    def notice(self, message: type[Message], epoch: bytes, sequence: int, body: bytes) -> None:
        """Send one durable notice; it stays in the outbox until the peer acknowledges it."""
        self._used_s = self.owner.clock.monotonic_s()
        self._send(Kind.NOTICE, sequence, body, message, epoch=epoch)
        self._out.flush_soon()

    def notice_settled(self) -> None:
        """The owner is done with one notice of the peer, whatever became of it."""
        self._noticed -= 1

    def acknowledge(self, epoch: bytes, sequence: int) -> None:
        """Tell the peer that everything up to `sequence` is applied and on disk."""
        self._out.acknowledge(epoch, sequence)

    def expect(self, epoch: bytes, sequence: int) -> None:
        """Tell the peer that what follows `sequence` is expected: once in a while, however many notices come after the gap."""
        now_s = self.owner.clock.monotonic_s()
        if self._expected[:2] != (epoch, sequence) or now_s - self._expected[2] > EXPECT_AGAIN_S:
            self._expected = epoch, sequence, now_s
            self._send(Kind.EXPECT, sequence, b"", epoch=epoch, priority=Priority.NOTICE)
            self._out.flush_soon()

    def hold(self) -> None:
        """The transport is full: bulk work and notices wait until it has room."""
        self._out.hold()
        self._look_soon()

    def resumed(self) -> None:
        """The transport has room again."""
        self._out.resume()
        self.owner.resumed(self)

    @property
    def paused(self) -> bool:
        """Whether the peer reads more slowly than this side sends."""
        return self._out.held_since_s is not None

    # -- end ------------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Twice a second: deadlines, silence, a peer that says no hello or sends a frame too slowly. Seldom while nothing is under way."""
        now_s, allowed = self.owner.clock.monotonic_s(), self._timeouts
        self.asking.expire(now_s)
        silent_s = now_s - self._heard_s
        free = not (self._lasting or self.asking.waiting or self._answering.waiting or self._noticed)
        hello_s, frame_s = None if self.up else self._since_s, self._partial_s if self._reader.unfinished else None
        if over := allowed.passed(now_s, hello_s, frame_s, self._out.held_since_s, self._heard_s, self._used_s if free else None):
            self.close(over)
        elif self.up and silent_s > allowed.ping_s:
            self._send_soon(Kind.PING, 0)
        if not self.closed:
            self._resting = self.up and not (self._reader.unfinished or self.paused or self.asking.waiting)
            rest_s = max(SWEEP_S, allowed.ping_s - silent_s) if self._resting else SWEEP_S
            self._sweep_timer = self.owner.clock.call_later(rest_s, self._sweep)

    def _look_soon(self) -> None:
        """Something with a time limit has begun."""
        if self._resting and not self.closed:
            self._resting = False
            self._sweep_timer.cancel()
            self._sweep_timer = self.owner.clock.call_later(SWEEP_S, self._sweep)

    def close(self, reason: str) -> None:
        """End the link from this side."""
        if not self.closed:
            self.owner.event("wire:link:closed", f"{self.peer.code} {reason}")
            self._out.flush()
            self.transport.close()
            self.lost(reason)

    def lost(self, reason: str) -> None:
        """The connection is gone: whoever waits for an answer is told, whoever works for the peer may stop."""
        if self.closed:
            return
        self.closed, self.up = True, False
        self._sweep_timer.cancel()
        self._out.end()
        self._answering.end()
        self.asking.end(self._down())
        self.owner.went_down(self, reason)

    def let_go(self) -> None:
        """The transport is gone for good and nothing of this link is under way: undo the circles of what it was made of, which would keep
        it in memory until somebody looks for such circles."""
        self._handlers.clear()
        del self._reader, self.asking, self._sweep_timer

    def _down(self) -> NotReady:
        return NotReady(self.peer.code, Say("the link is down.", "回線が切れています。"), Say("Try again.", "再度試してください。"))


__all__ = ["Link", "Question"]
