"""The resident record code is in the Juki Net application and nowhere else: every file by every command (promise C3, Act art. 30-43)."""

import pytest

from openjuki.card.apdu import Command, Response
from openjuki.card.dialogue import open_channel
from openjuki.card.layouts import (
    AUTH_PIN,
    FACE_AGE_PIN,
    FACE_AID,
    FACE_DATA,
    FACE_PIN_B,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    SERVICE_ID,
    SERVICE_PIN,
    SIGN_PASSWORD,
    SUPPORT_AID,
    SUPPORT_ITEMS,
    SUPPORT_PIN,
    SUPPORT_PIN_B,
    service_aid,
)  # fmt: skip
from openjuki.card.layouts import CODE as CODE_FILE
from openjuki.card.personalisation import era_birth, reference_number
from openjuki.card.system import HANDLERS
from tests.card.cards import CODE, PINS, issued, order, say, terminal

NUMBER = reference_number(order())
AREAS = {
    "jpki": (JPKI_AID, {AUTH_PIN: PINS.authentication, SIGN_PASSWORD: PINS.signature}),
    "face": (FACE_AID, {FACE_AGE_PIN: era_birth(order()), FACE_PIN_B: NUMBER}),
    "support": (SUPPORT_AID, {SUPPORT_PIN: PINS.support, SUPPORT_PIN_B: NUMBER}),
    "service": (service_aid(0), {SERVICE_PIN: "4444"}),
}
JUKI = (JUKI_AID, {JUKI_PIN: PINS.juki})
FILES = [*range(0x20), 0x2F00, 0x2F01, 0x3F00, 0xF000]
READERS = {(0x00, 0xB0), (0x00, 0xB2), (0x00, 0xCA)}
PIN_COMMANDS = {(0x00, 0x20), (0x00, 0x24), (0x00, 0x2C)}
"""With data they would block the PINs and so end what the scan is granted; they are tried apart."""
UNKNOWN = [(cla, ins) for cla in (0x00, 0x80) for ins in range(256) if (cla, ins) not in HANDLERS]


def forms(code):
    """The code as text, packed decimal, binary, little-endian and reversed."""
    number = int(code)
    return (code.encode(), bytes.fromhex("0" + code), bytes.fromhex(code + "F"), number.to_bytes(5, "big"), number.to_bytes(5, "little"),
            code[::-1].encode(), code.encode("utf-16-le"))  # fmt: skip


def commands(file):
    """Every command of the card against one file, by every way of naming it."""
    short = file & 0x1F
    yield Command(0x00, 0xA4, 0x02, 0x0C, file.to_bytes(2, "big"))
    for cla, ins in HANDLERS:
        if ins == 0xA4:
            continue
        for p1, p2 in ((0x00, 0x00), (0x00, 0x80), (0x80 | short, 0x00), (0x00, 0x80 | short), (0x01, short << 3 | 0x04), (0x80, 0x80)):
            yield Command(cla, ins, p1, p2, b"", 65_536)
            if (cla, ins) not in READERS | PIN_COMMANDS and p1 < 0x80:
                yield Command(cla, ins, p1, p2, bytes(32), 65_536)


def open_all(card, aid, pins, channel):
    """Selects the area and gets everything that can be granted there; returns how to say a command."""
    if not channel:
        say(card, Command(0x00, 0xA4, 0x04, 0x0C, aid))
        for number, pin in pins.items():
            say(card, Command(0x00, 0x20, 0x00, 0x80 | number, pin.encode()))
        return lambda command: say(card, command)
    dialogue = open_channel(terminal(), aid)
    answer = None
    try:
        while True:
            answer = say(card, dialogue.send(answer))
    except StopIteration as ended:
        inside = ended.value

    def send(command):
        dialogue = inside.say(command)
        try:
            dialogue.send(say(card, next(dialogue)))
        except StopIteration as ended:
            return ended.value
        return Response(b"", 0)

    for number, pin in pins.items():
        assert send(Command(0x00, 0x20, 0x00, 0x80 | number, pin.encode())).status in (0x9000, 0x6A88)
    return send


def scan(aid, pins, channel):
    """Everything that any command of the card brings out of one area: (bytes in all, whether the code was in any form)."""
    card, told, found = issued(), 0, False
    send = open_all(card, aid, pins, channel)
    for file in FILES:
        for command in commands(file):
            answer = send(command)
            told += len(answer.data)
            found |= any(form in answer.data for form in forms(CODE))
    return told, found


@pytest.mark.slow
@pytest.mark.parametrize("channel", [False, True])
@pytest.mark.parametrize("area", AREAS)
def test_no_command_brings_the_code_out_of_an_area_where_it_may_not_be(area, channel):
    told, found = scan(*AREAS[area], channel)
    assert not found
    assert told > 300 or (area, channel) == ("service", False)


@pytest.mark.slow
def test_the_same_scan_finds_the_code_in_its_own_area():
    assert scan(*JUKI, True)[1]


@pytest.mark.slow
def test_without_a_channel_not_even_its_own_area_gives_the_code():
    assert not scan(*JUKI, False)[1]


def test_commands_about_pins_say_nothing_whatever_they_are_given():
    for aid, pins in (*AREAS.values(), JUKI):
        card = issued()
        send = open_all(card, aid, pins, channel=False)
        for cla, ins in PIN_COMMANDS:
            for number in range(0x20):
                for p1 in (0, 1, 2):
                    assert send(Command(cla, ins, p1, 0x80 | number, bytes(8), 256)).data == b""


@pytest.mark.slow
def test_commands_that_the_card_does_not_have_say_nothing():
    card = issued()
    for aid, _ in AREAS.values():
        say(card, Command(0x00, 0xA4, 0x04, 0x0C, aid))
        for cla, ins in UNKNOWN:
            assert say(card, Command(cla, ins, 0, 0, b"", 256)).data == b""


GUARDED = {
    "jpki": (*AREAS["jpki"], 0x01, False), "face": (*AREAS["face"], FACE_DATA, False), "support": (*AREAS["support"], SUPPORT_ITEMS, False),
    "service": (*AREAS["service"], SERVICE_ID, True), "juki": (*JUKI, CODE_FILE, True),
}  # fmt: skip
"""Of each area its PINs, a file that they open, and whether that needs a channel, too."""


@pytest.mark.parametrize("other", GUARDED)
@pytest.mark.parametrize("area", GUARDED)
def test_selecting_an_application_drops_what_was_granted(area, other):
    card, (aid, pins, file, channel) = issued(), GUARDED[area]
    read = Command(0x00, 0xB0, 0x80 | file, 0x00, b"", 65_536)
    send = open_all(card, aid, pins, channel)
    assert send(read).ok
    say(card, Command(0x00, 0xA4, 0x04, 0x0C, GUARDED[other][0]), Command(0x00, 0xA4, 0x04, 0x0C, aid))
    for command in (read, Command(0x80, 0x2A, 0x02, 0x97, bytes(32), 256), Command(0x80, 0x2A, 0x02, 0x9A, bytes(32), 256)):
        assert say(card, command).data == b""
    assert say(card, read).status == 0x6982
    if channel and area == "juki":
        assert open_all(card, aid, {}, channel)(read).status == 0x6982, "another channel does not bring the PIN back"
