"""The channel between terminal and card (セキュアメッセージング)."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.card.apdu import Command, Response, parse_command
from openjuki.card.channel import Channel, ChannelKeys, padded, unpadded
from openjuki.card.light_channel import LightChannel

COMMANDS = st.builds(
    Command, st.sampled_from([0x00, 0x80]), st.integers(0, 255), st.integers(0, 255), st.integers(0, 255),
    st.binary(max_size=300), st.none() | st.integers(1, 65_536),
)  # fmt: skip
ANSWERS = st.builds(Response, st.binary(max_size=300), st.integers(0, 0xFFFF))


def ends(size=32):
    keys = ChannelKeys(os.urandom(size), os.urandom(size))
    return Channel(keys), Channel(keys)


@pytest.mark.parametrize("size", [16, 32])
@settings(max_examples=25)
@given(st.lists(st.tuples(COMMANDS, ANSWERS), max_size=4))
def test_what_goes_in_at_one_end_comes_out_at_the_other(size, exchanges):
    terminal, card = ends(size)
    for command, answer in exchanges:
        wrapped = parse_command(terminal.wrap(command).encode())
        assert wrapped.cla & 0x0C == 0x0C and (len(command.data) < 8 or command.data not in wrapped.data)
        assert card.unwrap(wrapped) == command
        assert terminal.unwrap_answer(card.wrap_answer(answer)) == answer


@given(COMMANDS, st.data())
def test_a_changed_command_is_noticed_wherever_it_was_changed(command, data):
    terminal, card = ends()
    raw = bytearray(terminal.wrap(command).encode())
    wrapped = parse_command(bytes(raw))
    place = data.draw(st.integers(1, 3 + len(wrapped.data)))
    if place < 4:
        changed = Command(*(value ^ (number == place) for number, value in enumerate(raw[:4])), wrapped.data, wrapped.expected)
    else:
        body = bytearray(wrapped.data)
        body[place - 4] ^= 0x01
        changed = wrapped.with_data(bytes(body), wrapped.expected)
    assert card.unwrap(changed) is None


@given(ANSWERS, st.data())
def test_a_changed_answer_is_noticed(answer, data):
    terminal, card = ends()
    card.unwrap(terminal.wrap(Command(0, 0xB0, 0, 0, b"", 16)))
    wrapped = bytearray(card.wrap_answer(answer).data)
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= 0x01
    assert terminal.unwrap_answer(Response(bytes(wrapped), answer.status)) is None


def test_a_command_sent_twice_is_taken_once():
    terminal, card = ends()
    wrapped = terminal.wrap(Command(0, 0xB0, 0, 0, b"", 16))
    assert card.unwrap(wrapped) is not None
    assert card.unwrap(wrapped) is None


def test_two_equal_commands_look_different():
    terminal, _ = ends()
    command = Command(0, 0x20, 0, 0x80, b"1111")
    assert terminal.wrap(command).data != terminal.wrap(command).data


def test_other_keys_open_nothing():
    terminal, _ = ends()
    _, card = ends()
    assert card.unwrap(terminal.wrap(Command(0, 0xB0, 0, 0, b"", 16))) is None


@given(st.binary(max_size=80))
def test_padding_comes_off_again(data):
    assert len(padded(data)) % 16 == 0 and unpadded(padded(data)) == data


@pytest.mark.parametrize("data", [b"", bytes(16), b"\x80" + bytes(16)])
def test_wrong_padding_is_noticed(data):
    assert unpadded(data) is None


@given(COMMANDS)
def test_the_light_channel_carries_commands_too(command):
    key = os.urandom(16)
    terminal, card = LightChannel(key), LightChannel(key)
    assert card.unwrap(terminal.wrap(command)) == command
    assert terminal.show(card.hide(b"answer")) == b"answer"
