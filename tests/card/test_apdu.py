"""Commands and answers as bytes (コマンドAPDU)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openjuki.card.apdu import Command, Response, parse_command, parse_response
from openjuki.register.errors import InvalidInput

BYTE = st.integers(0, 255)
COMMANDS = st.builds(
    Command, BYTE, BYTE, BYTE, BYTE, st.binary(max_size=600), st.none() | st.integers(1, 256) | st.integers(1, 65_536)
)  # fmt: skip


@given(COMMANDS)
def test_every_command_comes_back_from_its_bytes(command):
    assert parse_command(command.encode()) == command


@given(st.binary(max_size=400))
def test_bytes_are_a_command_or_refused_and_nothing_else(data):
    try:
        command = parse_command(data)
    except InvalidInput:
        return
    assert parse_command(command.encode()) == command


@pytest.mark.parametrize(
    ("apdu", "data", "expected"),
    [
        ("00200080", b"", None),
        ("00B0000020", b"", 32),
        ("00B0000000", b"", 256),
        ("00A4040C02ABCD", b"\xab\xcd", None),
        ("00A4040C02ABCD00", b"\xab\xcd", 256),
        ("00B00000000400", b"", 1024),
        ("00B00000000000", b"", 65_536),
        ("00D60000000002ABCD", b"\xab\xcd", None),
        ("00D60000000002ABCD0000", b"\xab\xcd", 65_536),
    ],
)
def test_each_case_of_the_standard_is_read(apdu, data, expected):
    command = parse_command(bytes.fromhex(apdu))
    assert (command.data, command.expected) == (data, expected)


@pytest.mark.parametrize("apdu", ["", "00A404", "00A4040C05AB", "00A4040C01ABCDEF", "00B000000004", "00D6000000000012"])
def test_lengths_that_do_not_agree_are_refused(apdu):
    with pytest.raises(InvalidInput):
        parse_command(bytes.fromhex(apdu))


@given(st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_every_answer_comes_back_from_its_bytes(data, status):
    assert parse_response(Response(data, status).encode()) == Response(data, status)


def test_an_answer_without_a_status_word_is_refused():
    with pytest.raises(InvalidInput):
        parse_response(b"\x90")
