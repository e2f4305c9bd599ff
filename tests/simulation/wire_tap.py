"""A tap on the lines of a running country: the bytes of TCP as they arrive, still under TLS (回線の傍受)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from openjuki.nodes.node import Node

APPLICATION_DATA = b"\x17\x03\x03"
"""How a record of TLS 1.3 begins (RFC 8446, 5.2)."""
HEADER_BYTES = 5


class WireTap:
    """What each office received from the network, and from whom it came, while the tap was on."""

    def __init__(self) -> None:
        self.received: dict[tuple[str, str], bytearray] = defaultdict(bytearray)

    def put_on(self, nodes: Iterable[Node]) -> None:
        """On every line that is up now."""
        for node in nodes:
            for link in node.admission.links:
                connection = vars(link.transport)["_transport"]
                kept = self.received[link.peer.code, node.place.code]
                vars(connection)["_tcp"].set_protocol(_Tapped(connection, kept))

    def of(self, office: str) -> bytes:
        """All that an office received."""
        return b"".join(bytes(kept) for (_, receiver), kept in self.received.items() if receiver == office)


class _Tapped(asyncio.Protocol):
    """Notes the bytes, and hands them on."""

    def __init__(self, inner: asyncio.Protocol, kept: bytearray) -> None:
        self._inner, self._kept = inner, kept

    def data_received(self, data: bytes) -> None:
        self._kept += data
        self._inner.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


def records_of(data: bytes) -> list[bytes]:
    """The TLS records that the bytes are cut into; what is no whole record of application data is the last, as it is."""
    found = []
    while len(data) >= HEADER_BYTES and data.startswith(APPLICATION_DATA):
        end = HEADER_BYTES + int.from_bytes(data[3:HEADER_BYTES], "big")
        found.append(data[:end])
        data = data[end:]
    return [*found, data] if data else found
