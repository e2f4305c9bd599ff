"""A hostile terminal inside a channel, and a thief between terminal and card (セキュアメッセージングの状態; promises C3, C7)."""

import os
import random
from collections import Counter

import pytest

from openjuki.card.apdu import Command, parse_command
from openjuki.card.chip import MANAGER_AID, MESSAGING_ERRORS_MAX
from openjuki.card.dialogue import open_channel, read, verify_pin
from openjuki.card.layouts import CARD_DATA, FACE_AID, JPKI_AID, JUKI_AID, SUPPORT_AID, service_aid
from openjuki.card.memory import Right
from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.system import CardSystem
from openjuki.register.errors import InvalidInput, OpenJukiError
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.apdu_storm import Judge, grammar_command
from tests.card.cards import CODE, issued, issued_files, say, terminal
from tests.card.test_code_stays_in_its_area import AREAS as CODE_FREE
from tests.card.test_code_stays_in_its_area import JUKI, forms

AREAS = (MANAGER_AID, JPKI_AID, FACE_AID, SUPPORT_AID, JUKI_AID, service_aid(0))
PINS_OF = dict((*CODE_FREE.values(), JUKI))
LIFE, VISIT = 300, 30
"""Commands until the next copy of the card, and until the next channel."""
MAKES_A_PAIR = 0x46
"""Left out: an RSA pair takes a while, and what it gives is a public key."""
ALL_BUT_READING = COUNTER & ~(Right.READ_PERSON | Right.END)


def storm_inside(rights, office, seed, count):
    """Commands inside channels to every area, whose holder types every PIN right at first: status words heard, secrets that came out."""
    draw, judge, heard, found = random.Random(seed), Judge(issued_files()), Counter(), []
    card, by, channel = issued(), terminal(rights, office), None
    for number in range(count):
        if number % LIFE == 0:
            card, channel = issued(), None
        if channel is None or number % VISIT == 0:
            channel = _opened(card, by, draw.choice(AREAS))
        try:
            answer = converse(InProcessDoor(card), channel.say(_sensible(draw)))
        except OpenJukiError:
            channel = None
            continue
        heard[f"{answer.status:04X}"] += 1
        found += [secret for secret in (*judge.never, *forms(CODE)) if secret in answer.data]
    assert not card.dead
    return heard, found


def _opened(card, by, aid):
    """A channel in which the holder has typed their PINs; to the manager where the area lets no such terminal in."""
    try:
        channel = converse(InProcessDoor(card), open_channel(by, aid))
    except OpenJukiError:
        return converse(InProcessDoor(card), open_channel(by, MANAGER_AID))
    for number, pin in PINS_OF.get(aid, {}).items():
        converse(InProcessDoor(card), channel.say(verify_pin(number, pin.encode())))
    return channel


def _sensible(draw):
    while True:
        try:
            command = parse_command(grammar_command(draw))
        except InvalidInput:
            continue
        if command.ins != MAKES_A_PAIR and not command.cla & 0x0C:
            return command


@pytest.mark.slow
@pytest.mark.parametrize(("rights", "office"), [(0, "990001"), (ALL_BUT_READING, "462136"), (ALL_BUT_READING, "462250")])
def test_no_terminal_without_the_right_to_read_gets_a_secret_by_any_command_inside_its_channel(rights, office):
    heard, found = storm_inside(rights, office, 11, 1_500)
    assert not found and heard.total() > 1_000 and heard["9000"] > 100 and len(heard) > 8


@pytest.mark.slow
def test_the_same_storm_finds_the_code_where_the_right_to_read_is_given():
    assert storm_inside(COUNTER & ~Right.END, "462136", 11, 1_500)[1]


BREAKS = {
    "sent again": lambda wrapped, spare: [wrapped, wrapped],
    "one left out": lambda wrapped, spare: [spare],
    "two in the wrong order": lambda wrapped, spare: [spare, wrapped],
    "one outside in between": lambda wrapped, spare: [read(CARD_DATA), wrapped],
    "outside, unknown": lambda wrapped, spare: [Command(0x00, 0xFE, 0, 0), wrapped],
    "another class": lambda wrapped, spare: [Command(wrapped.cla | 0x10, *_rest(wrapped))],
    "chained": lambda wrapped, spare: [Command(0x10, 0xB0, 0, 0, wrapped.data), wrapped],
    "light messaging's class": lambda wrapped, spare: [Command(wrapped.cla & ~0x04, *_rest(wrapped)), spare],
    "without its MAC": lambda wrapped, spare: [wrapped.with_data(wrapped.data[:-10], wrapped.expected)],
    "empty": lambda wrapped, spare: [wrapped.with_data(b"", wrapped.expected)],
}


def _rest(command):
    return command.ins, command.p1, command.p2, command.data, command.expected


@pytest.mark.parametrize("name", BREAKS)
def test_a_channel_that_was_broken_into_once_gives_nothing_any_more(name):
    card = issued()
    channel = converse(InProcessDoor(card), open_channel(terminal(), JUKI_AID))
    assert converse(InProcessDoor(card), channel.say(read(CARD_DATA))).ok
    wrapped, spare = (next(channel.say(read(CARD_DATA))) for _ in range(2))
    answers = [say(card, command) for command in BREAKS[name](wrapped, spare)]
    assert not answers[-1].ok and answers[-1].data == b""
    with pytest.raises(OpenJukiError):
        converse(InProcessDoor(card), channel.say(read(CARD_DATA)))
    assert converse(InProcessDoor(card), open_channel(terminal(), JUKI_AID)), "and the card is not dead"


def test_the_tenth_miss_in_a_row_kills_even_if_the_power_was_off_between_any_two():
    files = issued_files()
    for miss in range(1, MESSAGING_ERRORS_MAX + 1):
        card = CardSystem(files, os.urandom)
        assert not card.dead
        dialogue = open_channel(terminal(), JUKI_AID)
        command = next(dialogue)
        while command.cla == 0x00:
            command = dialogue.send(say(card, command))
        say(card, command.with_data(command.data[:-1] + bytes((command.data[-1] ^ 1,)), command.expected))
        assert card.dead == (miss == MESSAGING_ERRORS_MAX)
