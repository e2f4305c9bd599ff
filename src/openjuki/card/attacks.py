"""What a thief tries on a card, and what must be left: a dead card without a key (耐タンパー性の確認, promise C7).

Each attack works on the card's own files and powers it as a reader would. After any of them the card answers 6F00 to everything, its chip
has no key and its image holds nothing. What cannot be shown in software: a thief who puts back chip and image together has copied silicon.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from openjuki.card.apdu import Command, Response, parse_response
from openjuki.card.chip import MESSAGING_ERRORS_MAX, Sensor
from openjuki.card.dialogue import Terminal, open_channel, select
from openjuki.card.image import DEAD_MAGIC, KEY_BYTES, Disk, Entropy
from openjuki.card.layouts import FACE_AID, FACE_KEY, JUKI_AID
from openjuki.card.system import CardSystem
from openjuki.register.errors import Say


class Target(NamedTuple):
    """The card under attack; `terminal` is one that it takes, for attacks from between the two."""

    disk: Disk
    entropy: Entropy
    terminal: Terminal


class Attack(NamedTuple):
    """One attack: what it is, and how it is done."""

    what: Say
    run: Callable[[Target], None]


def survives(target: Target) -> bool:
    """Whether anything of the card is left after an attack: life, a key, an image."""
    dead = CardSystem(target.disk, target.entropy).dead
    return not (dead and target.disk.read_image() == DEAD_MAGIC and not any(target.disk.read_chip()))


def _power(target: Target) -> CardSystem:
    return CardSystem(target.disk, target.entropy)


def _bit(target: Target) -> None:
    image = bytearray(target.disk.read_image())
    image[len(image) // 2] ^= 0x10
    target.disk.write_image(bytes(image))
    _power(target)


def _cut(target: Target) -> None:
    image = target.disk.read_image()
    target.disk.write_image(image[: len(image) * 2 // 3])
    _power(target)


def _old_image(target: Target) -> None:
    """Puts back the image of before a wrong PIN, to have the try again."""
    before = target.disk.read_image()
    card = _power(target)
    card.transmit(select(FACE_AID).encode())
    card.transmit(Command(0x00, 0x20, 0x00, 0x92, b"00000000000000").encode())
    target.disk.write_image(before)
    _power(target)


def _other_chip(target: Target) -> None:
    chip = target.disk.read_chip()
    target.disk.write_chip(target.entropy(KEY_BYTES) + chip[KEY_BYTES:])
    _power(target)


def _chip_set_back(target: Target) -> None:
    """Sets the chip's number back, as if the last writes had not been."""
    chip = target.disk.read_chip()
    number = int.from_bytes(chip[KEY_BYTES:], "big")
    target.disk.write_chip(chip[:KEY_BYTES] + (number - 2).to_bytes(8, "big"))
    _power(target)


def _fault(target: Target) -> None:
    """Flips a bit while the chip computes a signature, to factor the key from what comes out."""
    card = CardSystem(target.disk, target.entropy, fault=lambda signature: signature[:-1] + bytes((signature[-1] ^ 1,)))
    card.transmit(select(FACE_AID).encode())
    card.transmit(Command(0x00, 0x88, 0x00, 0x80 | FACE_KEY, target.entropy(32), 256).encode())


def _between(target: Target) -> None:
    """Sits between terminal and card and changes commands, again and again."""
    card = _power(target)
    for _ in range(MESSAGING_ERRORS_MAX):
        dialogue = open_channel(target.terminal, JUKI_AID)
        command = next(dialogue)
        while command.cla == 0x00:
            command = dialogue.send(_answer(card, command))
        changed = command.data[:-1] + bytes((command.data[-1] ^ 1,))
        card.transmit(command.with_data(changed, command.expected).encode())
        dialogue.close()


def _answer(card: CardSystem, command: Command) -> Response:
    return parse_response(card.transmit(command.encode()))


def _sensor(sensor: Sensor) -> Callable[[Target], None]:
    return lambda target: _power(target).alarm(sensor)


ATTACKS: Mapping[str, Attack] = {
    "bit": Attack(Say("one bit of the memory changed", "メモリの1ビットを変える"), _bit),
    "cut": Attack(Say("part of the memory cut off", "メモリの一部を切り取る"), _cut),
    "old-image": Attack(Say("an old memory put back to have PIN tries again", "古いメモリを戻して暗証番号の回数を取り戻す"), _old_image),
    "other-chip": Attack(Say("the memory in another chip", "メモリを別のチップに移す"), _other_chip),
    "chip-set-back": Attack(Say("the chip's counter set back", "チップの計数を戻す"), _chip_set_back),
    "fault": Attack(Say("a fault while a signature is computed", "署名計算中に誤りを起こす"), _fault),
    "between": Attack(Say("commands changed on their way, again and again", "通信の途中で何度も書き換える"), _between),
    "voltage": Attack(Say("voltage out of range", "電圧異常"), _sensor(Sensor.VOLTAGE)),
    "clock": Attack(Say("clock out of range", "クロック異常"), _sensor(Sensor.CLOCK)),
    "temperature": Attack(Say("temperature out of range", "温度異常"), _sensor(Sensor.TEMPERATURE)),
    "light": Attack(Say("light on the opened chip", "開封による光の検知"), _sensor(Sensor.LIGHT)),
    "mesh": Attack(Say("the shield over the chip cut", "保護配線の切断"), _sensor(Sensor.MESH)),
}
"""By name."""
