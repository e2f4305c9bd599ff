"""Frames: a length prefix, a header that is judged, a body that is decoded only afterwards (電文の枠; architecture section 3).

+---------------+---------------+------------------+----------------+
| frame length  | header length | header           | body           |
| uint32, big   | uint16, big   | MessagePack      | MessagePack    |
+---------------+---------------+------------------+----------------+
frame length counts header and body. Nothing is kept of a frame before its lengths have been checked.
"""

import struct
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Annotated

import msgspec

from openjuki.register.errors import Reason

PROTOCOL_VERSION = 1
HEADER_BYTES_MAX = 512
FRAME_BYTES_MAX = 4 * 1024 * 1024
NUMBER_MAX = 2**63 - 1
DEADLINE_MS_MAX = 24 * 3600 * 1000
PREFIX = struct.Struct(">IH")
_prefix, _pack, _PREFIX_BYTES = PREFIX.unpack_from, PREFIX.pack, PREFIX.size


class Kind(IntEnum):
    """What a frame does on its link."""

    HELLO = 1
    ASK = 2
    ANSWER = 3
    REFUSE = 4
    NOTICE = 5
    ACK = 6
    EXPECT = 7
    CANCEL = 8
    PING = 9
    PONG = 10


class Header(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Who says what kind of thing to whom; judged before the body is looked at. Version comes first, for ever."""

    version: int
    realm: str
    sender: str
    receiver: str
    kind: int
    priority: int
    id: Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)]
    """Question number, or sequence of a notice."""
    type: str = ""
    type_version: int = 0
    deadline_ms: Annotated[int, msgspec.Meta(ge=0, le=DEADLINE_MS_MAX)] = 0
    """Milliseconds left to the asker when the frame was sent; clocks of two offices are never compared."""
    epoch: bytes = b""
    digest: bytes = b""
    """On an answer: SHA-256 of the question's body, so that answer and question cannot be parted."""


encode_header = msgspec.msgpack.Encoder().encode
decode_header = msgspec.msgpack.Decoder(Header).decode


class MalformedFrame(Exception):
    """The bytes are not a frame; the link that sent them is closed. Holds no content."""

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(f"{reason.value}: {what}")
        self.reason, self.what = reason, what


def frame(header: Header, body: bytes) -> bytes:
    """One whole frame as bytes."""
    return framed(encode_header(header), body)


def framed(head: bytes, body: bytes) -> bytes:
    """One whole frame of a header in bytes."""
    size = len(head)
    return b"".join((_pack(size + len(body), size), head, body))


Judge = Callable[[Header, int], bool]
"""(header, bytes of the body) -> whether the body is wanted; an unwanted body is skipped without being kept."""


class FrameReader:
    """Cuts a byte stream into frames; holds at most one unfinished frame of a size already found lawful."""

    def __init__(self, judge: Judge, frame_bytes_max: int = FRAME_BYTES_MAX) -> None:
        self._judge, self.frame_bytes_max = judge, frame_bytes_max
        self._rest = bytearray()
        self._need = 0
        self._skip = 0
        self.count = 0
        """Grows whenever a frame was taken or refused; while it stands still, the same frame is on its way."""

    def frames(self, data: bytes) -> Iterator[tuple[Header, bytes]]:
        """Every frame completed by `data`, in order; raises MalformedFrame on bytes that are no frame."""
        if self._rest:
            self._rest += data
            if len(self._rest) < self._need:
                return
            data = bytes(self._rest)
        at, end, self._need = self._skipped(data), len(data), 0
        judge, last = self._judge, end - _PREFIX_BYTES
        while at <= last:
            size, head_size = _prefix(data, at)
            if not 0 < head_size <= size <= self.frame_bytes_max or head_size > HEADER_BYTES_MAX:
                raise self._unlawful(size)
            start = at + _PREFIX_BYTES
            body, past = start + head_size, start + size
            if end < body:
                break
            try:
                header = decode_header(data[start:body])
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:  # msgspec's words for deep nesting and bad text
                raise MalformedFrame(Reason.MALFORMED, "header") from error
            if not judge(header, size - head_size):
                self.count += 1
                at, self._skip = min(end, past), max(0, past - end)
                continue
            if end < past:
                self._need = _PREFIX_BYTES + size
                break
            self.count += 1
            yield header, data[body:past]
            at = past
        self._rest = bytearray(data[at:])

    @property
    def unfinished(self) -> bool:
        """Whether part of a frame is still on its way."""
        return bool(self._rest) or self._skip > 0

    def _skipped(self, data: bytes) -> int:
        """How many bytes at the front of `data` belong to a body that was refused."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        return skipped

    def _unlawful(self, size: int) -> MalformedFrame:
        """Why two lengths are not lawful."""
        if size > self.frame_bytes_max:
            return MalformedFrame(Reason.TOO_LARGE, "frame over the limit")
        return MalformedFrame(Reason.MALFORMED, "header length")
