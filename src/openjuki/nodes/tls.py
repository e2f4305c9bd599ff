"""Real links: TCP, TLS 1.3 with both certificates (回線の実装; architecture section 3, RFC 8446).

The node accepts sockets itself, so that a peer refused in the handshake is logged with its address.
"""

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, NamedTuple

from openjuki.nodes.node import Node
from openjuki.nodes.tls_connection import TlsConnection
from openjuki.register.errors import NotReady, Say
from openjuki.wire.link import Link
from openjuki.wire.network_ca import digest

ALPN = "openjuki/1"
ACCEPT_PAUSE_S = 0.2
"""After the system refused a socket (no file numbers left), before the next is taken."""


class SocketLimits(NamedTuple):
    """What strangers may cost before their certificate is known, and what a peer that does not read may."""

    handshakes: int = 200
    """At the same time; further connections wait in the system's backlog."""
    handshakes_per_address: int = 100
    """At the same time from one address; further connections are closed at once."""
    handshake_s: float = 10.0
    connect_s: float = 15.0
    """For dialling, handshake included: a machine that drops every packet must not hold up whoever asks."""
    shutdown_s: float = 5.0
    """For the last bytes of a connection that is closed."""
    write_bytes: int = 64 * 1024 * 1024
    """Waiting for a peer that does not read them; then the connection is cut."""


SOCKET_LIMITS = SocketLimits()
MakeContext = Callable[[], ssl.SSLContext]


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


class LinkProtocol:
    """Bytes of one TLS connection to and from one `Link`."""

    def __init__(self, node: Node, expected: str = "", *, enrolling: bool = False, limits: SocketLimits = SOCKET_LIMITS) -> None:
        self._node, self._expected, self._enrolling, self._write_bytes_max = node, expected, enrolling, limits.write_bytes
        self._link: Link | None = None
        self._transport: TlsConnection | None = None

    def connection_made(self, transport: TlsConnection) -> None:
        """The handshake is done: the peer's certificate says who it is."""
        self._transport = transport
        address = self._address()
        if self._enrolling:
            self._link = self._node.applied(self, address)
            return
        certificate = transport.tls.getpeercert(True) if transport.tls.selected_alpn_protocol() == ALPN else None
        if not certificate:
            self._node.event("wire:peer:refused", f"{address} no certificate or another protocol")
            self._transport.abort()
            if self._expected:
                self._node.dial_failed(self._expected, "another protocol")
            return
        self._link = self._node.connected(digest(certificate), self, self._expected, address)

    def _address(self) -> str:
        address = self._transport.address() if self._transport is not None else None
        return f"{address[0]}:{address[1]}" if address else ""

    def data_received(self, data: bytes) -> None:
        """Hand the bytes to the link."""
        if self._link is not None:
            self._link.receive(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the link, and let go of it: whatever refers to itself in a circle stays in memory until somebody looks for such circles."""
        link, self._link, self._transport = self._link, None, None
        if link is not None:
            link.lost("connection lost")
            link.let_go()

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
        if self._transport is None:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > self._write_bytes_max:
            self._node.event("wire:peer:cut", f"{self._address()} does not read")
            self._transport.abort()

    def close(self) -> None:
        """End the connection (wire.sides.Transport)."""
        if self._transport is not None:
            self._transport.close()


class TlsNetwork:
    """Dials for the nodes of one event loop and listens for them. Handshakes are worked on by `threads`, or by those of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: SocketLimits = SOCKET_LIMITS, threads: Executor | None = None) -> None:
        self._loop, self._limits, self._threads = loop, limits, threads
        self._contexts: dict[tuple[str, bool], ssl.SSLContext | MakeContext] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[socket.socket] = []
        self._handshakes: Counter[str] = Counter()
        self._room = asyncio.Semaphore(limits.handshakes)

    def admit(self, office: str, server: ssl.SSLContext | MakeContext, client: ssl.SSLContext | MakeContext) -> None:
        """Give an office its two contexts, or how to make each when it is first used: one costs 2 ms of a thread's, and 25 KiB."""
        self._contexts[office, True], self._contexts[office, False] = server, client

    async def _context(self, node: Node, *, server: bool) -> ssl.SSLContext:
        """The office's context; made once, or twice by two that want it in one moment, which does no harm."""
        held = self._contexts[node.place.code, server]
        if isinstance(held, ssl.SSLContext):
            return held
        made = await self._loop.run_in_executor(self._threads, held)
        self._contexts[node.place.code, server] = made
        return made

    def _run(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def dial(self, node: Node, office: str, host: str, port: int) -> None:
        """Connect to an office (nodes.network.Network)."""
        self._run(self._dial(node, office, host, port))

    async def _dial(self, node: Node, office: str, host: str, port: int) -> None:
        limits = self._limits
        try:
            tls = await self._context(node, server=False)
            async with asyncio.timeout(limits.connect_s):
                inner = LinkProtocol(node, office, limits=limits)
                secured = TlsConnection(self._loop, inner, tls, server=False, shutdown_s=limits.shutdown_s, threads=self._threads)
                await self._loop.create_connection(lambda: secured, host, port)
                await secured.made(limits.handshake_s)
        except (TimeoutError, OSError, ssl.SSLError) as error:
            node.event("wire:dial:failed", f"{office} {type(error).__name__}")
            node.dial_failed(office, type(error).__name__)

    def listen(self, node: Node, host: str, port: int, *, enrolment: ssl.SSLContext | None = None) -> int:
        """Accept links for a node (or, with that context, applications to the centre); returns the port (a free one for 0).

        Raises NotReady if it cannot listen there, most often because another program does.
        """
        try:
            listener = socket.create_server((host, port), backlog=1024)
        except (OSError, OverflowError) as error:
            raise _not_free(node, host, port, error) from error
        listener.setblocking(False)
        self._listeners.append(listener)
        self._run(self._accept_all(node, listener, enrolment))
        return int(listener.getsockname()[1])

    async def _accept_all(self, node: Node, listener: socket.socket, enrolment: ssl.SSLContext | None) -> None:
        while True:
            await self._room.acquire()
            try:
                connection, address = await self._loop.sock_accept(listener)
            except OSError as error:  # out of file numbers: those who are connected are still served
                self._room.release()
                node.event("wire:listener:failed", type(error).__name__)
                await asyncio.sleep(ACCEPT_PAUSE_S)
                continue
            self._run(self._accept(node, connection, address, enrolment))

    async def _accept(self, node: Node, connection: socket.socket, address: Any, enrolment: ssl.SSLContext | None) -> None:
        """One handshake; counted against its address, so that one stranger cannot take every place."""
        host, limits, handed_over = str(address[0]), self._limits, False
        self._handshakes[host] += 1
        try:
            if self._handshakes[host] > limits.handshakes_per_address:
                raise ConnectionRefusedError(0, "too many handshakes")
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            tls = enrolment or await self._context(node, server=True)
            inner = LinkProtocol(node, enrolling=enrolment is not None, limits=limits)
            secured = TlsConnection(self._loop, inner, tls, server=True, shutdown_s=limits.shutdown_s, threads=self._threads)
            await self._loop.connect_accepted_socket(lambda: secured, connection)
            handed_over = True
            await secured.made(limits.handshake_s)
        except (TimeoutError, OSError, ssl.SSLError) as error:
            node.event("wire:peer:refused", f"{host}:{address[1]} {_why(error)}")
            if not handed_over:
                connection.close()
        finally:
            self._room.release()
            self._handshakes[host] -= 1
            if not self._handshakes[host]:
                del self._handshakes[host]

    async def stop(self) -> None:
        """Stop listening and dialling."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()


def _not_free(node: Node, host: str, port: int, error: Exception) -> NotReady:
    """The address that the directory gives the office is not to be had."""
    why = getattr(error, "strerror", None) or type(error).__name__
    code = node.place.code
    return NotReady(
        f"{host}:{port}",
        Say(f"{code} cannot listen there: {why}.", f"{code} が待受けできません（{why}）。"),
        Say(
            "Stop the program that uses the port, or make the country in another --dir, with another --port.",
            "そのポートを使うプログラムを止めるか、別の --dir と --port で国を作ってください。",
        ),
    )


def _why(error: Exception) -> str:
    """What the handshake failed of: the library's own word, which holds nothing of the peer's."""
    words = (getattr(error, name, "") for name in ("verify_message", "reason", "strerror"))
    return next((str(word) for word in words if word), type(error).__name__)
