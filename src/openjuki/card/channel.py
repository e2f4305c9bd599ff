"""The channel between an office's terminal and a card: encrypted, with a MAC over every command and answer (セキュアメッセージング).

    command   CLA|0C INS P1 P2   87 {01, AES-CBC(data)}  97 {Le}  8E {CMAC}
    answer                       87 {01, AES-CBC(data)}  99 {SW}  8E {CMAC}   SW

ISO/IEC 7816-4 section 10 with AES and CMAC as in SCP03 (GlobalPlatform Amendment D) and BSI TR-03110: a counter of 16 bytes goes up with
every message in either direction; the IV is the counter encrypted, the MAC covers counter, header and objects. AES-128 or AES-256 by the
length of the keys. Both ends use the same class.
"""

from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.constant_time import bytes_eq

from openjuki.card import tlv
from openjuki.card.apdu import EXTENDED_ANSWER_MAX, SHORT_ANSWER_MAX, SHORT_DATA_MAX, Command, Response
from openjuki.register.errors import InvalidInput

SECURE_CLA = 0x0C
CIPHERTEXT, EXPECTED, STATUS, MAC = 0x87, 0x97, 0x99, 0x8E
BLOCK = 16
_OVERHEAD = 64
"""Bytes that the objects of an answer add at most."""


class ChannelKeys(NamedTuple):
    """Key of encryption and key of the MAC, 16 or 32 bytes each."""

    encryption: bytes
    mac: bytes


class Channel:
    """One end of a channel; a message that does not hold gives None, and the channel must not be used again."""

    def __init__(self, keys: ChannelKeys) -> None:
        self._keys, self._counter = keys, 0

    def wrap(self, command: Command) -> Command:
        """Terminal: the command as it goes to the card."""
        self._counter += 1
        header = bytes((command.cla | SECURE_CLA, command.ins, command.p1, command.p2))
        objects = self._hidden(command.data)
        if command.expected is not None:
            objects += tlv.encode(EXPECTED, (command.expected % EXTENDED_ANSWER_MAX).to_bytes(2, "big"))
        data = objects + tlv.encode(MAC, self._mac(padded(header) + objects))
        long = len(data) > SHORT_DATA_MAX or (command.expected or 0) + _OVERHEAD > SHORT_ANSWER_MAX
        expected = EXTENDED_ANSWER_MAX if long else SHORT_ANSWER_MAX
        return Command(header[0], header[1], header[2], header[3], data, expected)

    def unwrap(self, command: Command) -> Command | None:
        """Card: the command that a terminal has wrapped."""
        self._counter += 1
        header = bytes((command.cla, command.ins, command.p1, command.p2))
        found = self._checked(padded(header), command.data, (CIPHERTEXT, EXPECTED))
        if found is None:
            return None
        data, expected = self._shown(found.get(CIPHERTEXT)), found.get(EXPECTED)
        wanted = None if expected is None else int.from_bytes(expected, "big") or EXTENDED_ANSWER_MAX
        return None if data is None else Command(command.cla & ~SECURE_CLA, command.ins, command.p1, command.p2, data, wanted)

    def wrap_answer(self, answer: Response) -> Response:
        """Card: the answer as it goes to the terminal."""
        self._counter += 1
        objects = self._hidden(answer.data) + tlv.encode(STATUS, answer.status.to_bytes(2, "big"))
        return Response(objects + tlv.encode(MAC, self._mac(objects)), answer.status)

    def unwrap_answer(self, answer: Response) -> Response | None:
        """Terminal: the answer that a card has wrapped."""
        self._counter += 1
        found = self._checked(b"", answer.data, (CIPHERTEXT, STATUS))
        if found is None or STATUS not in found:
            return None
        data = self._shown(found.get(CIPHERTEXT))
        return None if data is None else Response(data, int.from_bytes(found[STATUS], "big"))

    def _checked(self, header: bytes, data: bytes, allowed: tuple[int, int]) -> dict[int, bytes] | None:
        try:
            found = tlv.fields(data)
        except InvalidInput:
            return None
        told = found.pop(MAC, b"")
        objects = b"".join(tlv.encode(tag, value) for tag, value in found.items())
        if not set(found) <= set(allowed) or not bytes_eq(told, self._mac(header + objects)):
            return None
        return found

    def _mac(self, message: bytes) -> bytes:
        mac = CMAC(algorithms.AES(self._keys.mac))
        mac.update(self._counter.to_bytes(BLOCK, "big") + message)
        return mac.finalize()

    def _hidden(self, data: bytes) -> bytes:
        return tlv.encode(CIPHERTEXT, hidden(self._keys.encryption, self._counter, data)) if data else b""

    def _shown(self, value: bytes | None) -> bytes | None:
        return b"" if value is None else shown(self._keys.encryption, self._counter, value)


def hidden(key: bytes, counter: int, data: bytes) -> bytes:
    """01 and the data, padded and encrypted with AES-CBC; the IV is the counter encrypted."""
    encryptor = _cipher(key, counter).encryptor()
    return b"\x01" + encryptor.update(padded(data)) + encryptor.finalize()


def shown(key: bytes, counter: int, value: bytes) -> bytes | None:
    """What `hidden` was given; None if it is no such value."""
    if value[:1] != b"\x01" or len(value) % BLOCK != 1 or len(value) == 1:
        return None
    decryptor = _cipher(key, counter).decryptor()
    return unpadded(decryptor.update(value[1:]) + decryptor.finalize())


def _cipher(key: bytes, counter: int) -> Cipher[modes.CBC]:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - one block: the counter to an IV
    iv = encryptor.update(counter.to_bytes(BLOCK, "big")) + encryptor.finalize()
    return Cipher(algorithms.AES(key), modes.CBC(iv))


def padded(data: bytes) -> bytes:
    """80 and zeros up to the block (ISO/IEC 9797-1 padding method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def unpadded(data: bytes) -> bytes | None:
    """What `padded` was given; None if it is no such padding."""
    body = data.rstrip(b"\x00")
    if not body.endswith(b"\x80") or len(data) - len(body) >= BLOCK:
        return None
    return body[:-1]
