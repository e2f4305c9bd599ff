"""Every attack leaves a dead card and no key byte (耐タンパー性, promise C7)."""

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openjuki.card.apdu import Command
from openjuki.card.attacks import ATTACKS, Target, survives
from openjuki.card.chip import MESSAGING_ERRORS_MAX
from openjuki.card.dialogue import open_channel, read
from openjuki.card.image import KEY_BYTES
from openjuki.card.layouts import JUKI_AID
from openjuki.card.memory import decode_memory
from openjuki.card.system import CardSystem
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, PINS, issued, issued_files, say, terminal

WINDOW = 8


def opened(files, chip_key):
    """The memory in an image, for whoever has the chip's key."""
    return AESGCM(chip_key).decrypt(files.image[16:28], files.image[28:], files.image[:16])


def secrets_of(files):
    """Every private key and PIN of the card."""
    memory = decode_memory(opened(files, files.chip[:KEY_BYTES]))
    for application in memory.applications.values():
        yield from (key.private for key in application.keys.values() if key.private)
        yield from (pin.value for pin in application.pins.values() if len(pin.value) >= WINDOW)
    yield files.chip[:KEY_BYTES]


def windows(secret):
    return {secret[at : at + WINDOW] for at in range(len(secret) - WINDOW + 1)}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_leaves_a_dead_card_and_no_key_byte(name):
    files = issued_files()
    secrets, chip_key = list(secrets_of(files)), files.chip[:KEY_BYTES]
    assert len(secrets) >= 12 and all(any(window in opened(files, chip_key) for window in windows(secret)) for secret in secrets[:-1])
    ATTACKS[name].run(Target(files, os.urandom, terminal()))
    left = files.image + files.chip
    assert not any(window in left for secret in secrets for window in windows(secret))
    assert not survives(Target(files, os.urandom, terminal()))
    assert all(secret.encode() not in left for secret in (CODE, PINS.signature))


def test_a_card_that_nobody_attacked_survives():
    """The control of the test above: it can tell a living card from a dead one."""
    assert survives(Target(issued_files(), os.urandom, terminal()))


def test_the_image_of_before_is_of_no_use_after_death():
    files = issued_files()
    before = files.image
    ATTACKS["voltage"].run(Target(files, os.urandom, terminal()))
    files.image = before
    assert CardSystem(files, os.urandom).dead


@pytest.mark.parametrize("form", range(6))
def test_a_faulty_signature_never_leaves(form):
    files = issued_files()
    card = CardSystem(files, os.urandom, fault=lambda signature: bytes(len(signature)))
    answer = say(card, "00A4040C0AD392F000260100000001", "0020009804" + b"2222".hex(), Command(0x80, 0x2A, form, 0x97, bytes(32), 256))
    assert (answer.data, answer.status) == (b"", 0x6F00) and card.dead


@pytest.mark.slow
def test_a_few_damaged_commands_are_forgiven_when_one_holds():
    card = issued()
    by = terminal()
    for _ in range(3):
        for _ in range(MESSAGING_ERRORS_MAX - 1):
            damaged(card, by)
        converse(InProcessDoor(card), open_channel(by, JUKI_AID))
    assert not card.dead


def damaged(card, by):
    """Opens a channel and damages the first command inside it; the card closes the channel."""
    dialogue = open_channel(by, JUKI_AID)
    command = next(dialogue)
    while command.cla == 0x00:
        command = dialogue.send(say(card, command))
    dialogue.close()
    assert say(card, command.with_data(command.data[:-1] + b"\x00\x00", command.expected)).status == 0x6988
    assert say(card, command).status == 0x6985


def test_damaging_commands_without_a_channel_costs_the_card_nothing():
    card = issued()
    for _ in range(3 * MESSAGING_ERRORS_MAX):
        assert say(card, "0CB0000004" + "8E020000").status == 0x6985
    assert not card.dead and not say(card, read(1)).ok
