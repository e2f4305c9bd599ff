"""Secure messaging of the input-support application: encryption only, as its clients expect it (券面事項入力補助AP).

    80 AE 00 00  RSA-OAEP-SHA256 of A0 { 80 {32 random bytes} }      opens it; AES-128 key: the first half
    08 ...       86 {01, AES-CBC(data)}                              answer: 96 is the Le wanted, 86 {01, ciphertext} what comes

The IV is the counter encrypted; it goes up by one with each command, refused ones too. There is no MAC: whoever sits between can damage
what is read but not read it. OpenJuki's own applications use `channel` instead.
"""

from openjuki.card import tlv
from openjuki.card.apdu import EXTENDED_ANSWER_MAX, Command
from openjuki.card.channel import hidden, shown
from openjuki.register.errors import InvalidInput

LIGHT_CLA = 0x08
KEY_BYTES, SEED_BYTES = 16, 32
CIPHERTEXT, EXPECTED, SEED_TEMPLATE, SEED = 0x86, 0x96, 0xA0, 0x80


class LightChannel:
    """One end of it; a command that does not hold gives None."""

    def __init__(self, key: bytes) -> None:
        self._key, self._counter = key, 0

    def wrap(self, command: Command) -> Command:
        """Terminal: the command as it goes to the card."""
        self._counter += 1
        objects = self.hide(command.data) if command.data else b""
        if command.expected is not None:
            objects += tlv.encode(EXPECTED, (command.expected % EXTENDED_ANSWER_MAX).to_bytes(2, "big"))
        return Command(command.cla | LIGHT_CLA, command.ins, command.p1, command.p2, objects, EXTENDED_ANSWER_MAX)

    def unwrap(self, command: Command) -> Command | None:
        """Card: the command that a terminal has wrapped."""
        self._counter += 1
        try:
            found = tlv.fields(command.data)
        except InvalidInput:
            return None
        data = shown(self._key, self._counter, found[CIPHERTEXT]) if CIPHERTEXT in found else b""
        if data is None or not set(found) <= {CIPHERTEXT, EXPECTED}:
            return None
        wanted = int.from_bytes(found[EXPECTED], "big") or EXTENDED_ANSWER_MAX if EXPECTED in found else None
        return Command(command.cla & ~LIGHT_CLA, command.ins, command.p1, command.p2, data, wanted)

    def hide(self, data: bytes) -> bytes:
        """The object that hides this data, under the present counter."""
        return tlv.encode(CIPHERTEXT, hidden(self._key, self._counter, data))

    def show(self, data: bytes) -> bytes | None:
        """Terminal: what an answer hides; None if it does not hold."""
        try:
            return shown(self._key, self._counter, tlv.inside(data, CIPHERTEXT))
        except InvalidInput:
            return None


def seed_in(opened: bytes) -> bytes | None:
    """The key in an opened template; None if it is none."""
    try:
        seed = tlv.fields(tlv.inside(opened, SEED_TEMPLATE)).get(SEED, b"")
    except InvalidInput:
        return None
    return seed[:KEY_BYTES] if len(seed) == SEED_BYTES else None
