"""TLS over one connection: nothing is lost, in whatever pieces it comes, and an end is an end (暗号化された接続; RFC 8446)."""

import asyncio
import os
import socket
import ssl
import time

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from openjuki.keys.software import make_key
from openjuki.nodes.tls import context
from openjuki.nodes.tls_connection import EARLY_BYTES_MAX, TlsConnection
from openjuki.wire import network_ca

PEM, PATIENCE_S = Encoding.PEM, 5.0


@pytest.fixture(scope="module")
def contexts(tmp_path_factory):
    """Of a server and of a client of one authority."""
    folder, valid = tmp_path_factory.mktemp("tls"), network_ca.validity(time.time_ns() // 1_000_000, 1)
    ca_key, key = make_key(os.urandom), make_key(os.urandom)
    ca = network_ca.make_network_ca("test", ca_key, 1, valid)
    certificate = network_ca.issue_link_certificate("test", "one", key.public_key(), ca=ca, ca_key=ca_key, serial=2, valid=valid)
    for name, content in (("ca", ca.public_bytes(PEM)), ("link", certificate.public_bytes(PEM))):
        (folder / name).write_bytes(content)
    (folder / "key").write_bytes(key.private_bytes(PEM, PrivateFormat.PKCS8, NoEncryption()))
    files = {"certificate": folder / "link", "key": folder / "key", "network_ca": folder / "ca"}
    return context(server=True, **files), context(server=False, **files)


class Speaker:
    """Says something as soon as it can, and keeps what it hears."""

    def __init__(self, words=b""):
        self.words, self.heard, self.connection = words, bytearray(), None
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.connection = transport
        transport.write(self.words)

    def data_received(self, data):
        self.heard += data

    def connection_lost(self, exc):
        self.lost.set_result(exc)

    def pause_writing(self):
        """Not looked at."""

    def resume_writing(self):
        """Not looked at."""


def ends():
    """Two ends of one TCP connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    for end in (client, server):
        end.setblocking(False)
    return server, client


async def secured(end, speaker, tls, *, server, shutdown_s=1.0):
    loop = asyncio.get_running_loop()
    connection = TlsConnection(loop, speaker, tls, server=server, shutdown_s=shutdown_s)
    await (loop.connect_accepted_socket(lambda: connection, end) if server else loop.create_connection(lambda: connection, sock=end))
    return connection


async def both(contexts, server, client, **limits):
    """Two speakers, connected."""
    called, calling = ends()
    one = await secured(called, server, contexts[0], server=True, **limits)
    other = await secured(calling, client, contexts[1], server=False, **limits)
    await asyncio.gather(one.made(PATIENCE_S), other.made(PATIENCE_S))


async def until(condition):
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.001)


def test_what_is_said_first_arrives_though_it_comes_with_the_last_of_the_handshake(contexts):
    async def play():
        server, client = Speaker(b"welcome"), Speaker(b"good day")
        await both(contexts, server, client)
        await until(lambda: (server.heard, client.heard) == (b"good day", b"welcome"))
        client.connection.close()
        assert await server.lost is None and await client.lost is None

    for _ in range(2):
        asyncio.run(play())


def test_a_long_text_arrives_whole_and_in_order_before_the_end(contexts):
    async def play():
        words = os.urandom(1_000_000)
        server, client = Speaker(), Speaker(words)
        await both(contexts, server, client)
        client.connection.write(b"the end")
        client.connection.close()
        client.connection.write(b"nobody hears this")
        await server.lost
        assert server.heard == words + b"the end"

    asyncio.run(play())


def test_who_closes_does_not_wait_for_ever_for_a_peer_that_says_no_last_word(contexts):
    async def play():
        called, calling = ends()
        server = Speaker()
        connection = await secured(called, server, contexts[0], server=True, shutdown_s=0.05)
        silent = await asyncio.to_thread(_blocking, contexts[1], calling)
        await connection.made(PATIENCE_S)
        connection.close()
        async with asyncio.timeout(PATIENCE_S):
            await server.lost
        assert connection.address() is None
        silent.close()

    asyncio.run(play())


def _blocking(tls, end):
    """A client that shakes hands and then only keeps its socket."""
    end.setblocking(True)
    return tls.wrap_socket(end)


def test_whoever_speaks_another_tls_is_an_error_and_is_cut(contexts):
    async def play():
        called, calling = ends()
        connection = await secured(called, Speaker(), contexts[0], server=True)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode, old.maximum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_2
        trying = asyncio.create_task(asyncio.to_thread(_blocking, old, calling))
        with pytest.raises(ssl.SSLError, match="UNSUPPORTED_PROTOCOL"):
            await connection.made(PATIENCE_S)
        with pytest.raises(OSError):
            await trying

    asyncio.run(play())


def test_a_handshake_that_comes_to_nothing_is_an_error_in_time(contexts):
    async def play():
        called, calling = ends()
        connection = await secured(called, Speaker(), contexts[0], server=True)
        with pytest.raises(TimeoutError):
            await connection.made(0.02)
        calling.close()
        called, calling = ends()
        connection = await secured(called, Speaker(), contexts[0], server=True)
        calling.close()
        with pytest.raises(ConnectionResetError):
            await connection.made(PATIENCE_S)

    asyncio.run(play())


class Network:
    """What TCP is asked for."""

    def __init__(self):
        self.asked = []

    def pause_reading(self):
        """No more for now."""
        self.asked.append("pause")


def test_who_talks_on_while_its_handshake_is_worked_on_waits(contexts):
    async def play():
        connection, network = TlsConnection(asyncio.get_running_loop(), Speaker(), contexts[0], server=True, shutdown_s=1.0), Network()
        connection.connection_made(network)
        connection._on_thread = True
        connection.data_received(bytes(EARLY_BYTES_MAX))
        assert not network.asked
        connection.data_received(b"1")
        assert network.asked == ["pause"]

    asyncio.run(play())


class ClosedTransport(asyncio.Transport):
    """TCP that is closed already, and has not told its protocol yet, as when a process ends: to write to it is an error."""

    def is_closing(self):
        return True

    def write(self, data):
        raise RuntimeError("the handler is closed")


def test_a_handshake_whose_connection_was_closed_meanwhile_writes_nothing(contexts):
    async def play():
        loop, failed = asyncio.get_running_loop(), []
        loop.set_exception_handler(lambda loop, found: failed.append(found))
        connection = TlsConnection(loop, Speaker(), contexts[1], server=False, shutdown_s=1.0)
        connection.connection_made(ClosedTransport())
        await loop.shutdown_default_executor()  # the thread has done its step
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        connection.connection_lost(None)
        with pytest.raises(ConnectionResetError):
            await connection.made(PATIENCE_S)
        assert not failed

    asyncio.run(play())
