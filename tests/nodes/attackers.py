"""A small country to attack, its honest traffic, and connections of every kind of stranger (攻撃試験の道具)."""

import asyncio
import contextlib
import os
import socket
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.keys.door import LINK
from openjuki.keys.folder import key_file, read_key, write_key
from openjuki.keys.software import key_from_seed
from openjuki.nodes.node import Node
from openjuki.nodes.tls import ALPN
from openjuki.procedures.recovery import OutboxPosition, OutboxPositionIs
from openjuki.register.errors import OpenJukiError
from openjuki.simulation import country as countries
from openjuki.simulation import declaration
from openjuki.simulation.country import CENTRE, Country
from openjuki.wire import network_ca
from openjuki.wire.frame import PROTOCOL_VERSION, FrameReader, Header, Kind, frame
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import encode

msgspec_replace = msgspec.structs.replace
FIRST_PORT = 12_000 + os.getpid() % 900 * 20
"""Below the ports that the system gives to those who dial, so that a country can be opened again on its own ports."""
AIRA, CHIYODA, HUB, PASSPORT = "462250", "131016", "460001", "46-passport"


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Country]:
    """The country of a folder, founded the first time."""
    country = await countries.up(folder, declaration.declare((AIRA, CHIYODA)), first_port=FIRST_PORT)
    try:
        yield country
    finally:
        await country.stop()


def heard(country: Country, tag: str, word: str = "", office: str = "") -> list[tuple[str, str, str]]:
    """Audit events with a tag, that contain a word."""
    return [event for event in country.heard if event[1] == tag and word in event[2] and (not office or event[0] == office)]


async def until(condition, seconds: float = 5.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def ask(node: Node, office: str, deadline_ms: int = 5_000) -> Any:
    """An honest question: how far does your outbox for me reach. Errors are returned."""
    answered = asyncio.get_running_loop().create_future()
    settle = lambda outcome: None if answered.done() else answered.set_result(outcome)  # noqa: E731
    node.ask(office, OutboxPosition(), OutboxPositionIs, settle, deadline_ms)
    async with asyncio.timeout(30):  # not wait_for: it may swallow the cancellation of its task when the answer comes in the same turn
        return await answered


class Honest:
    """The centre asks the prefecture all the while; keeps how long each answer took."""

    def __init__(self, country: Country) -> None:
        self._node = country.nodes[CENTRE]
        self.took_s: list[float] = []
        self.failed: list[OpenJukiError] = []

    async def __aenter__(self) -> "Honest":
        self._task = asyncio.create_task(self._go_on())
        return self

    async def _go_on(self) -> None:
        while True:
            began = time.monotonic()
            outcome = await ask(self._node, HUB)
            if isinstance(outcome, OpenJukiError):
                self.failed.append(outcome)
            self.took_s.append(time.monotonic() - began)
            await asyncio.sleep(0.01)

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def p99_s(self) -> float:
        """The time within which 99 of 100 answers came."""
        return sorted(self.took_s)[len(self.took_s) * 99 // 100]


def attacker_context(certificate: Path | None = None, key: Path | None = None, *, alpn: str = ALPN) -> ssl.SSLContext:
    """TLS of somebody who checks nothing."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if alpn:
        made.set_alpn_protocols([alpn])
    if certificate is not None:
        made.load_cert_chain(str(certificate), str(key))
    return made


def context_of(country: Country, code: str) -> ssl.SSLContext:
    """TLS with the certificate of an office."""
    folder = country.folder / "offices" / code
    return attacker_context(folder / "link.pem", key_file(folder, LINK))


def forged(folder: Path, name: str, country: Country, *, code: str = AIRA, by_authority: bool = True, age_days: int = 0) -> ssl.SSLContext:
    """TLS with a certificate made for `code`: by the real authority (for a key not in the directory) or by one of our own."""
    trust, key = country.folder / "trust", key_from_seed(name.encode())
    now_ms = time.time_ns() // 1_000_000 - age_days * 86_400_000
    if by_authority:
        ca_key = read_key(key_file(trust, "network-ca"))
        ca = x509.load_pem_x509_certificate((trust / "network-ca.pem").read_bytes())
    else:
        ca_key = key_from_seed(b"our own authority")
        ca = network_ca.make_network_ca("sandbox", ca_key, 1, network_ca.validity(now_ms, 3_000))
    made = network_ca.issue_link_certificate(
        "sandbox", code, key.public_key(), ca=ca, ca_key=ca_key, serial=99, valid=network_ca.validity(now_ms, network_ca.LINK_DAYS)
    )
    return _written(folder / name, key, made)


def self_signed(folder: Path, name: str) -> ssl.SSLContext:
    """TLS with a certificate that nobody else signed."""
    key = key_from_seed(name.encode())
    now_ms = time.time_ns() // 1_000_000
    return _written(folder / name, key, network_ca.make_network_ca("sandbox", key, 5, network_ca.validity(now_ms, 10)))


def _written(folder: Path, key: Any, certificate: x509.Certificate) -> ssl.SSLContext:
    folder.mkdir(parents=True)
    write_key(folder, LINK, key)
    (folder / "link.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return attacker_context(folder / "link.pem", key_file(folder, LINK))


class Visitor:
    """One connection of an attacker; reads frames until it is closed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._frames = FrameReader(lambda header, size: True)
        self._ready: list[tuple[Header, bytes]] = []

    @classmethod
    async def of(cls, port: int, tls: ssl.SSLContext | None) -> "Visitor":
        """Connect; in TLS 1.3 that succeeds even for who will be refused. Raises TimeoutError, an OSError.

        Bounded, because asyncio's own client may wait for ever when it is refused in the middle of the handshake.
        """
        async with asyncio.timeout(10):
            return cls(*await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname="" if tls else None))

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)

    async def hear(self, seconds: float = 5.0) -> tuple[Header, bytes] | None:
        """The next frame but EXPECT, which every node says after its hello; None when the connection is closed. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not self._ready:
                try:
                    data = await self._reader.read(65_536)
                except (OSError, ssl.SSLError):
                    return None
                if not data:
                    return None
                self._ready += [one for one in self._frames.frames(data) if one[0].kind != Kind.EXPECT]
        return self._ready.pop(0)

    async def closed(self, seconds: float = 5.0) -> bool:
        """Whether the connection is closed in that time, whatever comes before."""
        try:
            async with asyncio.timeout(seconds):
                while await self.hear(seconds) is not None:
                    pass
        except TimeoutError:
            return False
        return True

    def leave(self) -> None:
        """Go without a word."""
        self._writer.transport.abort()


def header_to(receiver: str, sender: str, kind: Kind, number: int = 0, **changed: Any) -> Header:
    """A header with some fields changed."""
    fields: dict[str, Any] = {
        "version": PROTOCOL_VERSION, "realm": "sandbox", "sender": sender, "receiver": receiver, "kind": kind, "priority": 0, "id": number,
        "deadline_ms": 5_000,
    }  # fmt: skip
    return Header(**{**fields, **changed})


def hello_to(receiver: str, sender: str = AIRA, **changed: Any) -> bytes:
    """The first frame of an honest peer, with some header fields changed."""
    return frame(header_to(receiver, sender, Kind.HELLO, **changed), encode(Hello((1,), 1, CREDIT, b"attacker")))


def ping_to(receiver: str, sender: str = AIRA, number: int = 77) -> bytes:
    """A PING that every listening link answers."""
    return frame(header_to(receiver, sender, Kind.PING, number), b"")


async def greeted(country: Country, code: str = AIRA, receiver: str = HUB) -> Visitor:
    """A visitor with an office's own certificate, hello said and heard."""
    visitor = await Visitor.of(country.directory.entries[receiver].port, context_of(country, code))
    visitor.send(hello_to(receiver, code))
    first = await visitor.hear()
    assert first is not None
    assert first[0].kind == Kind.HELLO
    return visitor


def half_open(port: int) -> socket.socket:
    """A connection that never begins its handshake."""
    return socket.create_connection(("127.0.0.1", port))
