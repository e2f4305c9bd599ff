"""The protocol page says what the code does, and its bytes decode to what it shows (電文の仕様)."""

import re

import msgspec
import pytest

from openjuki.nodes.tables import MESSAGES, SPEECH
from openjuki.register.errors import Reason
from openjuki.wire.frame import FrameReader, Header, Kind
from openjuki.wire.seal import decode_carried
from openjuki.wire.sides import decode_hello, decode_refusal
from openjuki.wire.speech import decoder
from tools import protocol
from tools.protocol_examples import example, kinds, questions, said

TEXT = protocol.PAGE.read_text("utf-8")


def shown(title: str, text: str = TEXT) -> tuple[Header, bytes]:
    """The frame that stands under a title, decoded from the page's own hex."""
    found = re.search(rf"^### {title}\n.*?```hex\n(.*?)\n```", text, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    [one] = FrameReader(lambda header, size: True).frames(bytes.fromhex(found[1]))
    return one


def test_the_page_is_what_the_code_says() -> None:
    assert protocol.main(["--check"]) == 0, "run `make docs`"


def test_a_changed_page_is_noticed(tmp_path, capsys) -> None:
    assert protocol.page() == TEXT
    assert protocol.page().replace("4,194,304", "8,388,608") != TEXT


@pytest.mark.parametrize("kind", [*kinds()], ids=lambda kind: kind.name)
def test_the_bytes_of_each_kind_decode(kind: Kind) -> None:
    header, body = shown(kind.name)
    assert (header, body) == kinds()[kind]
    assert header.kind == kind
    if kind is Kind.HELLO:
        assert decode_hello(body).speaks == (1,)
    elif kind is Kind.REFUSE:
        assert decode_refusal(body).code == Reason.UNKNOWN_VERSION.value
    else:
        assert body == b""


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_the_bytes_of_each_message_decode_and_are_taken_on_their_route(message) -> None:
    header, body = shown(message.type_name())
    made = said(message, questions())
    accepted = SPEECH.accepted(made.sender, made.receiver)[header.type, header.type_version]
    payload = decode_carried(body).payload if header.kind == Kind.NOTICE else body
    assert accepted.decode(payload) == example(message)
    assert decoder(message).decode(payload) == example(message)
    assert len(body) <= message.size_max
    assert f"| `{message.type_name()}` | {message.version} |" in TEXT


def test_one_changed_byte_of_an_example_is_noticed() -> None:
    at = TEXT.index("### PING")
    hexes = re.search(r"```hex\n(.{17})\n(.*)\n", TEXT[at:])
    assert hexes is not None
    broken = TEXT[:at] + TEXT[at:].replace(hexes[2], hexes[2].replace("07", "06", 1).replace("09", "08", 1), 1)
    header, _ = shown("PING", broken)
    assert (header, b"") != kinds()[Kind.PING]


def test_every_kind_and_every_refusal_stands_on_the_page() -> None:
    assert set(protocol.KINDS) == set(Kind)
    assert all(f"| {kind.value} | {kind.name} |" in TEXT for kind in Kind)
    assert all(f"| `{reason.value}` |" in TEXT for reason in Reason)


def test_the_header_table_follows_the_header() -> None:
    assert [line for line in TEXT.splitlines() if re.match(r"\| \d+ \| `\w+`:", line)] == list(protocol._header_rows())
    assert len(msgspec.structs.fields(Header)) == 12
