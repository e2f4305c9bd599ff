"""Real links: TCP, TLS 1.3 with both certificates, frames over asyncio protocols (回線の実装; architecture section 3, RFC 8446).

The node accepts sockets itself, so that a peer refused in the handshake is logged with its address.
"""

import asyncio
import contextlib
import socket
import ssl
from pathlib import Path
from typing import Any, cast

from openjuki.nodes.node import Node
from openjuki.wire.link import Link
from openjuki.wire.network_ca import digest

ALPN = "openjuki/1"
HANDSHAKE_TIMEOUT_S = 10.0
TLS_BUFFER_BYTES = 16_384
"""asyncio keeps 256 KiB per connection by default; 16 KiB is one TLS record (measured: 600 -> 118 KiB a link)."""


def context(*, server: bool, certificate: Path, key: Path, network_ca: Path) -> ssl.SSLContext:
    """TLS 1.3 only, the network's own authority only, both sides show a certificate; one context per node and direction."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False  # the directory says which certificate speaks for which office
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(cafile=str(network_ca))
    made.load_cert_chain(str(certificate), str(key))
    made.set_alpn_protocols([ALPN])
    if server:
        made.num_tickets = 0  # links stay open: nothing is resumed
    return made


def open_context(*, certificate: Path, key: Path) -> ssl.SSLContext:
    """The centre's enrolment listener: TLS 1.3, the centre shows its certificate, the applicant has none yet."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_cert_chain(str(certificate), str(key))
    made.set_alpn_protocols([ALPN])
    made.num_tickets = 0
    return made


class LinkProtocol(asyncio.Protocol):
    """Bytes of one TLS connection to and from one `Link`."""

    def __init__(self, node: Node, expected: str = "", *, enrolling: bool = False) -> None:
        self._node, self._expected, self._enrolling = node, expected, enrolling
        self._link: Link | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake is done: the peer's certificate says who it is."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        if self._enrolling:
            self._link = self._node.applied(self)
            return
        tls = self._transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(True) if tls is not None and tls.selected_alpn_protocol() == ALPN else None
        if not certificate:
            self._node.event("wire:peer:refused", "no certificate or another protocol")
            self._transport.abort()
            return
        self._link = self._node.connected(digest(certificate), self, self._expected)

    def data_received(self, data: bytes) -> None:
        """Hand the bytes to the link."""
        if self._link is not None:
            self._link.receive(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the link; before there was one, tell who dialled."""
        if self._link is not None:
            self._link.lost("connection lost")

    def pause_writing(self) -> None:
        """The peer reads too slowly: send no notices until it does."""
        if self._link is not None:
            self._link.hold()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        if self._link is not None:
            self._link.resumed()

    def write(self, data: bytes) -> None:
        """Send (wire.sides.Transport)."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """End the connection (wire.sides.Transport)."""
        if self._transport is not None:
            self._transport.close()


class TlsNetwork:
    """Dials for the nodes of one event loop and listens for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[socket.socket] = []

    def admit(self, office: str, server: ssl.SSLContext, client: ssl.SSLContext) -> None:
        """Give an office its two contexts."""
        self._contexts[office, True], self._contexts[office, False] = server, client

    def _run(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def dial(self, node: Node, office: str, host: str, port: int) -> None:
        """Connect to an office (nodes.network.Network)."""
        self._run(self._dial(node, office, host, port))

    async def _dial(self, node: Node, office: str, host: str, port: int) -> None:
        tls = self._contexts[node.place.code, False]
        try:
            await self._loop.create_connection(
                lambda: LinkProtocol(node, office), host, port, ssl=tls, ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S, server_hostname=""
            )
        except (TimeoutError, OSError, ssl.SSLError) as error:
            node.event("wire:dial:failed", f"{office} {type(error).__name__}")
            node.dial_failed(office, type(error).__name__)

    def listen(self, node: Node, host: str, port: int, *, enrolment: ssl.SSLContext | None = None) -> int:
        """Accept links for a node (or, with that context, applications to the centre); returns the port (a free one for 0)."""
        listener = socket.create_server((host, port), backlog=1024)
        listener.setblocking(False)
        self._listeners.append(listener)
        self._run(self._accept_all(node, listener, enrolment))
        return int(listener.getsockname()[1])

    async def _accept_all(self, node: Node, listener: socket.socket, enrolment: ssl.SSLContext | None) -> None:
        while True:
            connection, address = await self._loop.sock_accept(listener)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._run(self._accept(node, connection, address, enrolment))

    async def _accept(self, node: Node, connection: socket.socket, address: Any, enrolment: ssl.SSLContext | None) -> None:
        tls, enrolling = enrolment or self._contexts[node.place.code, True], enrolment is not None
        try:
            await self._loop.connect_accepted_socket(
                lambda: LinkProtocol(node, enrolling=enrolling), connection, ssl=tls, ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S
            )
        except (TimeoutError, OSError, ssl.SSLError) as error:
            node.event("wire:peer:refused", f"{address[0]}:{address[1]} {type(error).__name__}")
            with contextlib.suppress(OSError):
                connection.close()

    async def stop(self) -> None:
        """Stop listening and dialling."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()
