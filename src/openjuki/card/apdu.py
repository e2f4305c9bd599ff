"""Command and answer as bytes, short and extended (コマンドAPDU・レスポンスAPDU, ISO/IEC 7816-3 section 12.1, 7816-4 section 5)."""

from dataclasses import dataclass, replace

from openjuki.card.status import Status
from openjuki.register.errors import InvalidInput, Say

SHORT_DATA_MAX, SHORT_ANSWER_MAX = 255, 256
EXTENDED_DATA_MAX, EXTENDED_ANSWER_MAX = 65_535, 65_536


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `expected` is the number of bytes wanted back at most, None if none is."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None

    @property
    def parameters(self) -> int:
        """P1 and P2 as one number."""
        return self.p1 << 8 | self.p2

    def with_data(self, data: bytes, expected: int | None) -> "Command":
        """The same command with other data and another expectation."""
        return replace(self, data=data, expected=expected)

    def encode(self) -> bytes:
        """As bytes: short where it fits, else extended."""
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        if len(self.data) <= SHORT_DATA_MAX and (self.expected or 0) <= SHORT_ANSWER_MAX:
            body = bytes((len(self.data),)) + self.data if self.data else b""
            return head + body + (b"" if self.expected is None else bytes((self.expected % SHORT_ANSWER_MAX,)))
        body = b"\x00" + len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        if self.expected is None:
            return head + body
        return head + (body or b"\x00") + (self.expected % EXTENDED_ANSWER_MAX).to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: data and status word."""

    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        """Whether the status word is 9000."""
        return self.status == Status.OK

    def encode(self) -> bytes:
        """As bytes."""
        return self.data + self.status.to_bytes(2, "big")


def parse_command(apdu: bytes) -> Command:
    """The command in these bytes. Raises InvalidInput if the lengths do not agree (all seven cases of ISO/IEC 7816-3 table 13)."""
    if len(apdu) < 4:
        raise _wrong_length()
    head, body = apdu[:4], apdu[4:]
    data, expected = _extended(body) if len(body) > 1 and body[0] == 0 else _short(body)
    return Command(head[0], head[1], head[2], head[3], data, expected)


def parse_response(apdu: bytes) -> Response:
    """The answer in these bytes. Raises InvalidInput if there is no room for a status word."""
    if len(apdu) < 2:
        raise _wrong_length()
    return Response(apdu[:-2], int.from_bytes(apdu[-2:], "big"))


def _short(body: bytes) -> tuple[bytes, int | None]:
    if len(body) <= 1:
        return b"", (body[0] or SHORT_ANSWER_MAX) if body else None
    length, rest = body[0], body[1:]
    if len(rest) == length:
        return rest, None
    if len(rest) == length + 1:
        return rest[:-1], rest[-1] or SHORT_ANSWER_MAX
    raise _wrong_length()


def _extended(body: bytes) -> tuple[bytes, int | None]:
    if len(body) == 3:
        return b"", int.from_bytes(body[1:3], "big") or EXTENDED_ANSWER_MAX
    length, rest = int.from_bytes(body[1:3], "big"), body[3:]
    if length and len(rest) == length:
        return rest, None
    if length and len(rest) == length + 2:
        return rest[:-2], int.from_bytes(rest[-2:], "big") or EXTENDED_ANSWER_MAX
    raise _wrong_length()


def _wrong_length() -> InvalidInput:
    return InvalidInput(
        "APDU",
        Say("its lengths do not agree.", "長さが合いません。"),
        Say("Correct the program that made it.", "作成したプログラムを直してください。"),
    )
