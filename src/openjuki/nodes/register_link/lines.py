"""The lines that an existing register system hands over: their form, their order, their digest (連携電文の形式, standard 7.1.1.1).

A file is JSON Lines in UTF-8: first what it is, then one event a line, numbered without a gap by the system that writes it.

    {"format": "openjuki-register-link/1", "source": "juki", "first": 17, "count": 2, "sha256": "<of all bytes after this line>"}
    {"sequence": 17, "operator": "window-3", "event": {"kind": "death", "code": "...", "died_on": "2013-12-01", ...}}
    {"sequence": 18, "operator": "window-1", "event": {"kind": "birth", ...}}
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from openjuki.register.errors import InvalidInput, Say

FORMAT = "openjuki-register-link/1"
FILE_BYTES_MAX = 16 * 1024 * 1024
LINE_BYTES_MAX = 256 * 1024
LINES_MAX = 10_000
SEQUENCE_MAX = 2**53 - 1
"""The largest number that every JSON parser keeps as it is."""
SOURCE = re.compile(r"[a-z][a-z0-9-]{0,31}")
OPERATOR = re.compile(r"[^\s:\x00-\x1f\x7f]{1,32}")

SEND_ANEW = Say("Write the file anew and hand it over again.", "ファイルを作り直して、もう一度渡してください。")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event: its number in the system that sends it, who entered it there, and the event as `openjuki register event` takes it."""

    sequence: int
    operator: str
    event: dict[str, Any]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a file: which system, which numbers, and the SHA-256 (hex) of all bytes after this line."""

    format: str
    source: str
    first: int
    count: int
    sha256: str


class Handed(msgspec.Struct, frozen=True):
    """A file that is whole: its head and its lines."""

    head: Head
    lines: tuple[Line, ...]


UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the reading of foreign JSON may raise."""

_encode = msgspec.json.Encoder(order="sorted").encode
_read_line = msgspec.json.Decoder(Line).decode
_read_head = msgspec.json.Decoder(Head).decode


def digest(line: Line) -> bytes:
    """SHA-256 of operator and event in one writing, so that spaces and the order of items do not make it another content."""
    return sha256(_encode([line.operator, line.event])).digest()


def write_file(source: str, lines: Sequence[Line]) -> bytes:
    """A file of these lines, as an existing system writes it; the lines are at least one."""
    body = b"".join(_encode(line) + b"\n" for line in lines)
    head = Head(FORMAT, source, lines[0].sequence, len(lines), sha256(body).hexdigest())
    return msgspec.json.encode(head) + b"\n" + body


def read_file(data: bytes) -> Handed:
    """The lines of a file. InvalidInput naming what is wrong: nothing of a file that is not whole is taken."""
    first, newline, body = data.partition(b"\n")
    if len(data) > FILE_BYTES_MAX or not newline:
        raise _wrong("file", Say("is empty, cut off or too long.", "空か、途中で切れているか、大きすぎます。"))
    try:
        head = _read_head(first)
    except UNREADABLE as error:
        raise _wrong("head", Say("the first line does not say what the file is.", "先頭行が形式どおりではありません。")) from error
    if head.format != FORMAT:
        raise _wrong("format", Say(f"only {FORMAT} is spoken.", f"扱える形式は {FORMAT} です。"))
    if sha256(body).hexdigest() != head.sha256:
        raise _wrong("sha256", Say("the content is not the one that was summed.", "検査値が内容と一致しません。"))
    lines = tuple(read_line(raw, number) for number, raw in enumerate(body.splitlines(), head.first))
    if len(lines) != head.count or not 0 < head.count <= LINES_MAX:
        raise _wrong("count", Say("is not the number of lines.", "行数と一致しません。"))
    return Handed(head, lines)


def read_line(raw: bytes, number: int) -> Line:
    """One line with that number. InvalidInput if it has another number or form; the message names the number, no content."""
    if len(raw) > LINE_BYTES_MAX:
        raise _wrong(f"line {number}", Say("is too long.", "長すぎます。"))
    try:
        line = _read_line(raw)
    except UNREADABLE as error:
        raise _wrong(f"line {number}", Say("is no event in its form.", "形式どおりの異動ではありません。")) from error
    if line.sequence != number or not 0 < number <= SEQUENCE_MAX:
        raise _wrong("sequence", Say(f"number {number} is not in its place.", f"{number}番が順番どおりにありません。"))
    return check_line(line)


def check_line(line: Line) -> Line:
    """The line, if number and operator can be recorded. InvalidInput otherwise."""
    if not 0 < line.sequence <= SEQUENCE_MAX:
        raise _wrong("sequence", Say("is no number from 1 on.", "1以上の番号ではありません。"))
    if not OPERATOR.fullmatch(line.operator):
        raise _wrong("operator", Say("is missing or of another form.", "がないか形式が違います。"))
    return line


def check_source(source: str) -> str:
    """The name of a source system. InvalidInput if it is none."""
    if not SOURCE.fullmatch(source):
        reason = Say("is no name of a system.", "システムの名前ではありません。")
        raise InvalidInput("source", reason, Say("Use a-z, 0-9 and -.", "a-z、0-9、- を使ってください。"))
    return source


def _wrong(item: str, reason: Say) -> InvalidInput:
    return InvalidInput(item, reason, SEND_ANEW)
