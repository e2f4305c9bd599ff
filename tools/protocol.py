"""Writes docs/protocol.md (電文の仕様) from the code: every number, route, limit and byte in it is what the nodes use.

python -m tools.protocol           writes the page
python -m tools.protocol --check   exit 1 if the page is not what the code says
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from openjuki.law.kinds import Relation, Route
from openjuki.nodes.admission import Limits
from openjuki.nodes.tables import MESSAGES
from openjuki.nodes.tls import ALPN, SOCKET_LIMITS
from openjuki.register.errors import REMEDIES
from openjuki.wire.frame import (
    DEADLINE_MS_MAX,
    FRAME_BYTES_MAX,
    HEADER_BYTES_MAX,
    PREFIX,
    PROTOCOL_VERSION,
    Header,
    Kind,
    encode_header,
    frame,
)
from openjuki.wire.link import HELLO_BYTES_MAX, REFUSAL_BYTES_MAX
from openjuki.wire.message import Message
from openjuki.wire.sides import CREDIT, TIMEOUTS
from tools.protocol_examples import kinds, questions, said

PAGE = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
COLUMNS = 32
KINDS: dict[Kind, str] = {
    Kind.HELLO: "first frame of each side; body: versions spoken, number of the directory held, credit by class, epoch of the outbox",
    Kind.ASK: "a question; `id` is its number, `deadline_ms` what the asker will wait",
    Kind.ANSWER: "`id` and `digest` name the question (its number, SHA-256 of its body)",
    Kind.REFUSE: "of a question, or (with `epoch`) of a notice; body: reason, article, what is spoken instead",
    Kind.NOTICE: "`epoch` and `id` give its place in the outbox; body: the message as its origin encoded it, and the origin's seal",
    Kind.ACK: "everything up to `id` of that `epoch` is applied and on disk",
    Kind.EXPECT: "send what follows `id` of that `epoch`: said after each hello, and at a gap",
    Kind.CANCEL: "nobody waits for the answer to `id` any more",
    Kind.PING: "are you there",
    Kind.PONG: "yes",
}
HEAD = f"""<!-- written by tools/protocol.py; run `make docs` after a change -->
# The protocol between offices

Version {PROTOCOL_VERSION}. Everything here is made from the code and decoded again by `tests/test_protocol_page.py`.

## A connection

TCP, TLS 1.3 only, ALPN `{ALPN}`, a certificate of the network's authority on both sides, nothing resumed. The SHA-256 of the
certificate stands in the directory: that, and not a name in it, says which office the peer is. At most
{SOCKET_LIMITS.handshakes_per_address} handshakes of one address and {SOCKET_LIMITS.handshakes} in all are under way, each for at most \
{SOCKET_LIMITS.handshake_s:g} s; one office has at most {Limits().per_office} links.
Only the centre's enrolment listener also hears who has no certificate yet, at most {Limits().applicants} at a time for at most \
{Limits().applicant_s:g} s.

Each side begins with HELLO; until the other's HELLO has come nothing else is sent, and a frame has at most {HELLO_BYTES_MAX:,} bytes.

| a peer may take | s |
|---|---|
| until its HELLO | {TIMEOUTS.hello_s:g} |
| for one frame | {TIMEOUTS.frame_s:g} |
| until it reads what waits for it | {TIMEOUTS.stalled_s:g} |
| silent until it is pinged | {TIMEOUTS.ping_s:g} |
| silent until the link is closed | {TIMEOUTS.close_s:g} |

| class | value of `priority` | questions open, or notices not acknowledged, at most |
|---|---|---|
| counter | 0 | {CREDIT[0]:,} |
| notice | 1 | {CREDIT[1]:,} |
| bulk | 2 | {CREDIT[2]:,} |

What is ready leaves class by class; while the line is full, bulk work waits.

## A frame

| bytes | what |
|---|---|
| 4 | length of header and body, unsigned, big-endian; at most {FRAME_BYTES_MAX:,} |
| 2 | length of the header, unsigned, big-endian; 1 to {HEADER_BYTES_MAX} |
| | header: a MessagePack array |
| | body: MessagePack |

The lengths are judged before anything is kept, the header before anything of the body is kept. Structures are MessagePack arrays:
fields in order, none left out, none added.

### Header

| | field | example |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD + "\n".join(_header_rows()), _judging(), "## Frames of the link's own\n"]
    parts += [_kind(kind, header, body) for kind, (header, body) in kinds().items()]
    parts += ["## Messages\n", _table(), ""]
    asked = questions()
    parts += [_message(message, asked) for message in MESSAGES]
    parts += ["## Refusals\n", "| reason | what to do |", "|---|---|"]
    parts += [f"| `{reason.value}` | {say.en} {say.ja} |" for reason, say in REMEDIES.items()]
    return "\n".join(parts) + "\n"


def _header_rows() -> Iterator[str]:
    header, _ = kinds()[Kind.HELLO]
    meanings = {
        "version": "of the protocol; first, for ever", "realm": "`sandbox` or a production realm", "sender": "office", "receiver": "office",
        "kind": "see below", "priority": "class", "id": "question number, or sequence of a notice; 0 to 2^63 - 1", "type": "message type",
        "type_version": "its version", "deadline_ms": f"milliseconds left to the asker, at most {DEADLINE_MS_MAX:,}",
        "epoch": "of the sender's outbox", "digest": "SHA-256 of the question's body, on an answer",
    }  # fmt: skip
    for number, name in enumerate(Header.__struct_fields__):
        yield f"| {number} | `{name}`: {meanings[name]} | `{_plain(getattr(header, name))!r}` |"


def _plain(value: object) -> object:
    return int(value) if isinstance(value, int) else value


def _judging() -> str:
    return (
        f"""
The header is judged in this order: version and kind, realm, sender (the office of the certificate) and receiver, HELLO first,
numbers; then of a question or notice type, version and route, size, class, credit; of an answer whether somebody waits for it and
its size. What fails up to the numbers closes the link with an audit event; a question or notice that fails later is refused alone.
Refusals have at most {REFUSAL_BYTES_MAX:,} bytes. An unknown type or version is refused with the list of what is spoken; each
office speaks a version and the one before.

| kind | | |
|---|---|---|
"""
        + "\n".join(f"| {kind.value} | {kind.name} | {KINDS[kind]} |" for kind in Kind)
        + "\n"
    )


def _kind(kind: Kind, header: Header, body: bytes) -> str:
    return f"### {kind.name}\n\n{_bytes(header, body)}\n"


def _bytes(header: Header, body: bytes) -> str:
    """A frame as hex: prefix, header and body on lines of their own."""
    whole, head = frame(header, body), encode_header(header)
    lines = [whole[: PREFIX.size].hex(" "), *_lines(head), *_lines(body)]
    return "```hex\n" + "\n".join(lines) + "\n```"


def _lines(data: bytes) -> list[str]:
    return [data[at : at + COLUMNS].hex(" ") for at in range(0, len(data), COLUMNS)]


def _table() -> str:
    asked = questions()
    rows = ["| message | version | kind | class | bytes at most | routes |", "|---|---|---|---|---|---|"]
    for message in MESSAGES:
        kind = "notice, relayed" if message.relayed else "notice" if message.durable else "question" if message in asked else "answer"
        routes = ", ".join(sorted(_route(route) for route in message.routes))
        rows.append(
            f"| `{message.type_name()}` | {message.version} | {kind} | {message.priority.name.lower()} | {message.size_max:,} | {routes} |"
        )
    return "\n".join(rows)


def _route(route: Route) -> str:
    relation = {Relation.ANY: "", Relation.OWN: " of its prefecture", Relation.OTHER: " of another prefecture"}[route.relation]
    return f"{route.sender.value} to {route.receiver.value}{relation}"


def _message(message: type[Message], asked: frozenset[type[Message]]) -> str:
    made, text = said(message, asked), " ".join((message.__doc__ or "").split())
    fields = ", ".join(f"`{name}`" for name in message.__struct_fields__) or "none"
    way = f"{made.sender.code} to {made.receiver.code}"
    return f"### {message.type_name()}\n\n{text}\n\nFields: {fields}. {way}:\n\n{_bytes(made.header, made.body)}\n"


def main(arguments: Sequence[str]) -> int:
    """Writes the page, or with --check compares it."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    print("docs/protocol.md is not what the code says: run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
