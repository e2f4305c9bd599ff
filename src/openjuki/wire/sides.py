"""The two sides of a link as each sees the other: hello, the bytes' way out, the node behind (回線の両端; architecture section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from openjuki.wire.clock import Clock
from openjuki.wire.frame import Header
from openjuki.wire.speech import Place, Refusal, Speech

if TYPE_CHECKING:
    from openjuki.wire.answering import Question
    from openjuki.wire.link import Link

CREDIT = (1_024, 4_096, 64)
"""Open questions or unacknowledged notices that a peer may have with us, by class."""


class Timeouts(NamedTuple):
    """How long a peer may take, in seconds."""

    hello_s: float = 5.0
    """Until its hello."""
    frame_s: float = 30.0
    """For one frame."""
    stalled_s: float = 60.0
    """Until it reads what waits for it."""
    ping_s: float = 15.0
    """Silent until it is pinged."""
    close_s: float = 45.0
    """Silent until the link is closed."""
    unused_s: float = 600.0
    """Without question or notice until a link that need not last is closed."""

    def passed(
        self, now_s: float, hello_since_s: float | None, frame_since_s: float | None, held_since_s: float | None, heard_s: float,
        unused_since_s: float | None,
    ) -> str:  # fmt: skip
        """Why a link is to be closed now, "" if it is not; None where nothing of the kind is waited for."""
        limits = (
            (hello_since_s, self.hello_s, "no hello"), (frame_since_s, self.frame_s, "slow sender"),
            (held_since_s, self.stalled_s, "slow reader"), (heard_s, self.close_s, "silent"), (unused_since_s, self.unused_s, "unused"),
        )  # fmt: skip
        return next((reason for since_s, most_s, reason in limits if since_s is not None and now_s - since_s > most_s), "")


TIMEOUTS = Timeouts()


class Hello(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """First frame of each side: what is spoken, which directory is held, how much may be open, which outbox is sent from."""

    speaks: tuple[int, ...]
    directory: int
    credit: tuple[int, int, int]
    epoch: bytes


decode_hello = msgspec.msgpack.Decoder(Hello).decode
decode_refusal = msgspec.msgpack.Decoder(Refusal).decode


class Transport(Protocol):
    """The bytes' way out; the node brings TLS, the simulator its own network."""

    def write(self, data: bytes) -> None:
        """Send whole frames."""

    def close(self) -> None:
        """End the connection; the link hears of it by `lost`."""


class LinkOwner(Protocol):
    """The node, as far as its links are concerned."""

    place: Place
    realm: str
    clock: Clock
    speech: Speech

    def hello(self) -> Hello:
        """What to say first."""

    def came_up(self, link: Link) -> None:
        """The peer's hello arrived."""

    def went_down(self, link: Link, reason: str) -> None:
        """The link is gone; open questions have been refused."""

    def asked(self, link: Link, questions: Sequence[Question]) -> None:
        """Questions of one read: each is answered later by its `reply`."""

    def noticed(self, link: Link, header: Header, body: bytes, refused: str = "") -> None:
        """`refused` is the reason of a notice refused on its header, "" else. Apply, commit, then `link.acknowledge`; or `link.expect`."""

    def acknowledged(self, link: Link, epoch: bytes, sequence: int, *, expected: bool) -> None:
        """The peer has applied up to `sequence`; `expected` when it wants what follows sent again."""

    def resumed(self, link: Link) -> None:
        """The link's transport has room again: send on."""

    def event(self, tag: str, what: str) -> None:
        """An audit event `source:subject:action`."""
