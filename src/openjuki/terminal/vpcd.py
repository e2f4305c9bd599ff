"""A card behind vpcd: any PC/SC program on this machine finds it in a reader (仮想カードリーダー, vpcd's protocol on TCP).

    2 bytes of length, then: 1 byte = control (0 power off, 1 power on, 2 reset, 4 the ATR is wanted); more = a command APDU

vpcd writes length and body apart; without TCP_QUICKACK each command would wait 40 ms for the other end's Nagle algorithm.
"""

import socket
import struct

from openjuki.card.system import CardSystem
from openjuki.register.errors import NotReady, Say

PORT = 35_963
POWER_OFF, POWER_ON, RESET, TELL_ATR = 0, 1, 2, 4
_LENGTH = struct.Struct(">H")


def insert(card: CardSystem, port: int = PORT, host: str = "127.0.0.1") -> None:
    """Puts the card into vpcd's reader and answers until the reader closes. Raises NotReady if none is there."""
    with connect(port, host) as reader:
        answer_all(card, reader)


def connect(port: int = PORT, host: str = "127.0.0.1") -> socket.socket:
    """The socket to the reader's slot. Raises NotReady if no vpcd listens there."""
    try:
        reader = socket.create_connection((host, port), timeout=10)
    except OSError as error:
        raise NotReady(
            f"port {port}",
            Say("no virtual reader listens there.", "仮想カードリーダーが待ち受けていません。"),
            Say("Start pcscd with vsmartcard-vpcd installed.", "vsmartcard-vpcd を入れて pcscd を起動してください。"),
        ) from error
    reader.settimeout(None)
    return reader


def remove(reader: socket.socket) -> None:
    """Takes the card out: the reader sees an empty slot."""
    try:
        reader.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was out already


def answer_all(card: CardSystem, reader: socket.socket) -> None:
    """Answers whatever the reader asks until the connection ends."""
    while (request := _received(reader)) is not None:
        reply = _reply(card, request)
        if reply is not None:
            reader.sendall(_LENGTH.pack(len(reply)) + reply)


def _reply(card: CardSystem, request: bytes) -> bytes | None:
    if len(request) > 1:
        return card.transmit(request)
    if request == bytes((TELL_ATR,)):
        return card.atr
    card.reset()
    return None


def _received(reader: socket.socket) -> bytes | None:
    """One message; None when the reader is gone."""
    head = _exactly(reader, _LENGTH.size)
    return None if head is None else _exactly(reader, _LENGTH.unpack(head)[0])


def _exactly(reader: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        try:
            part = reader.recv(count - len(data))
        except OSError:
            return None
        if not part:
            return None
        data += part
    return data
