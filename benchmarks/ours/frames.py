"""Questions of our own protocol prepared for the C load, which counts their numbers up itself (照会電文の準備)."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from openjuki.wire.frame import PREFIX, PROTOCOL_VERSION, Header, Kind, frame
from openjuki.wire.message import Message, Priority
from openjuki.wire.sides import Hello

NUMBER = 0x01020304
NUMBER_BYTES = b"\xce\x01\x02\x03\x04"
DEADLINE_MS = 30_000
encode = msgspec.msgpack.Encoder().encode
M = TypeVar("M", bound=Message)


def header(realm: str, sender: str, receiver: str, message: type[Message]) -> Header:
    """The header of every question of one type; its number is overwritten by the load."""
    kind, name, version = int(Kind.ASK), message.type_name(), message.version
    return Header(PROTOCOL_VERSION, realm, sender, receiver, kind, int(Priority.COUNTER), NUMBER, name, version, DEADLINE_MS)


def number_at(head: Header) -> int:
    """Where in a frame the number of the question stands."""
    return frame(head, b"").index(NUMBER_BYTES)


def write_questions(path: Path, head: Header, questions: Iterable[Message]) -> Path:
    """One file of whole frames for the load."""
    path.write_bytes(b"".join(frame(head, encode(question)) for question in questions))
    return path


def write_greeting(path: Path, realm: str, sender: str, receiver: str, hello: Hello) -> Path:
    """The file with our hello, which the load sends first."""
    head = Header(PROTOCOL_VERSION, realm, sender, receiver, int(Kind.HELLO), int(Priority.COUNTER), 0)
    path.write_bytes(frame(head, encode(hello)))
    return path


def read_answer(frame_bytes: bytes, message: type[M]) -> M:
    """The body of an answer's frame."""
    _, header_bytes = PREFIX.unpack_from(frame_bytes)
    return msgspec.msgpack.decode(frame_bytes[PREFIX.size + header_bytes :], type=message)
