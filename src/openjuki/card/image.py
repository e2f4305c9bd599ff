"""The card's memory at rest: encrypted, integrity-protected, never older than the chip remembers (カードの記憶域, C7; GCM: SP 800-38D).

    image  magic 8 | number 8 | nonce 12 | AES-256-GCM(memory; magic and number as associated data)
    chip   key 32 | number 8                what the silicon keeps: who has only the image has nothing

A write makes the image first, the chip's number after it: a kill between the two leaves an image one ahead, which is taken over at the next
start. An image behind the chip is an old one that somebody put back. Whatever does not fit zeroises: the chip's key is overwritten, the
image replaced by a tombstone that holds nothing.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openjuki.card.memory import CardState, Memory, decode_memory, encode_memory

MAGIC, DEAD_MAGIC = b"OJCARD01", b"OJDEAD01"
KEY_BYTES, NUMBER_BYTES, NONCE_BYTES = 32, 8, 12
_HEAD_BYTES = len(MAGIC) + NUMBER_BYTES

Entropy = Callable[[int], bytes]
"""n -> n random bytes."""


class Disk(Protocol):
    """Where a card keeps its two blocks. Each write is durable and whole when it returns, or has not happened."""

    def read_image(self) -> bytes: ...
    def write_image(self, content: bytes) -> None: ...
    def read_chip(self) -> bytes: ...
    def write_chip(self, content: bytes) -> None: ...


class Image:
    """A card's memory and its place at rest; `memory` is None when the card is dead."""

    def __init__(self, disk: Disk, entropy: Entropy, key: bytes, number: int, memory: Memory | None) -> None:
        self._disk, self._entropy, self._key, self._number = disk, entropy, key, number
        self.memory = memory

    def save(self) -> None:
        """Everything in memory is on disk when this returns. Of a dead card nothing is written."""
        if self.memory is None:
            return
        number = self._number + 1
        head = MAGIC + number.to_bytes(NUMBER_BYTES, "big")
        nonce = self._entropy(NONCE_BYTES)
        self._disk.write_image(head + nonce + AESGCM(self._key).encrypt(nonce, encode_memory(self.memory), head))
        self._disk.write_chip(self._key + number.to_bytes(NUMBER_BYTES, "big"))
        self._number = number

    def zeroise(self) -> None:
        """The card dies: first the chip's key, then the image, then what is in memory."""
        self._disk.write_chip(bytes(KEY_BYTES + NUMBER_BYTES))
        self._disk.write_image(DEAD_MAGIC)
        self._key, self.memory = b"", None


def new_image(disk: Disk, entropy: Entropy, memory: Memory) -> Image:
    """The image of a card fresh from the factory, written."""
    image = Image(disk, entropy, entropy(KEY_BYTES), 0, memory)
    image.save()
    return image


def open_image(disk: Disk, entropy: Entropy) -> Image:
    """The image on this disk; one that does not fit its chip is zeroised and comes back dead."""
    stored, chip = disk.read_image(), disk.read_chip()
    key, known = chip[:KEY_BYTES], int.from_bytes(chip[KEY_BYTES:], "big")
    number = int.from_bytes(stored[len(MAGIC) : _HEAD_BYTES], "big")
    image = Image(disk, entropy, key, number, _unsealed(stored, chip, known, number))
    if image.memory is None:
        image.zeroise()
    elif number != known:
        disk.write_chip(key + number.to_bytes(NUMBER_BYTES, "big"))
    return image


def _unsealed(stored: bytes, chip: bytes, known: int, number: int) -> Memory | None:
    if len(chip) != KEY_BYTES + NUMBER_BYTES or not any(chip[:KEY_BYTES]) or number not in (known, known + 1):
        return None
    head, nonce, sealed = stored[:_HEAD_BYTES], stored[_HEAD_BYTES : _HEAD_BYTES + NONCE_BYTES], stored[_HEAD_BYTES + NONCE_BYTES :]
    if not head.startswith(MAGIC) or len(sealed) < 16:
        return None
    try:
        memory = decode_memory(AESGCM(chip[:KEY_BYTES]).decrypt(nonce, sealed, head))
    except (InvalidTag, msgspec.MsgspecError):
        return None
    return memory if memory.state is not CardState.TERMINATED else None
