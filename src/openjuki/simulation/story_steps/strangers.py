"""Strangers at the door: a bank with a certificate of its own, other protocols, a node of yesterday (網外からの接続; P11 P13)."""

import asyncio
import contextlib
import os
import ssl
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.keys.folder import write_key
from openjuki.keys.software import make_key
from openjuki.nodes.tls import ALPN
from openjuki.offices.office import Office
from openjuki.simulation.country import Country
from openjuki.simulation.declaration import CENTRE
from openjuki.wire import network_ca
from openjuki.wire.directory import VALID_MS, Directory, Entry, Head, seal_head, tree_root

PATIENCE_S = 5.0
BANK = "daiichi-bank"


async def call_with_foreign_certificate(entry: Entry, realm: str) -> bytes:
    """Connect with a certificate that an authority of one's own made; what is heard, which should be nothing."""
    with tempfile.TemporaryDirectory() as folder:
        tls = _own_papers(Path(folder), realm)
        with contextlib.suppress(OSError):  # how a refusal looks depends on which side is quicker
            reader, writer = await asyncio.open_connection(entry.host, entry.port, ssl=tls, server_hostname="")
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await reader.read(100)
            finally:
                writer.close()
    return b""


def _own_papers(folder: Path, realm: str) -> ssl.SSLContext:
    now_ms, ca_key, key = time.time_ns() // 1_000_000, make_key(os.urandom), make_key(os.urandom)
    ca = network_ca.make_network_ca(realm, ca_key, 1, network_ca.validity(now_ms, 1))
    certificate = network_ca.issue_link_certificate(
        realm, BANK, key.public_key(), ca=ca, ca_key=ca_key, serial=2, valid=network_ca.validity(now_ms, 1)
    )
    (folder / "link.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    tls.load_cert_chain(str(folder / "link.pem"), str(write_key(folder, "link", key)))
    tls.set_alpn_protocols([ALPN])
    return tls


async def say(entry: Entry, words: bytes) -> bytes:
    """Say something in plain text to an office's port, and listen."""
    reader, writer = await asyncio.open_connection(entry.host, entry.port)
    writer.write(words)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await reader.read(1_000)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@asynccontextmanager
async def node_with_old_head(country: Country, code: str) -> AsyncIterator[Office]:
    """A second node of an office, with its own papers and a directory whose day is over; it lives while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        node = country.second(code, yesterday(country), Path(folder) / "register.db")
        opened = asyncio.get_running_loop().create_future()
        node.start(lambda: opened.set_result(None))
        await opened
        try:
            yield node.office
        finally:
            node.stop()
            await country.call(node.office.write, lambda transaction: None)
            node.office.store.close()


def yesterday(country: Country) -> Directory:
    """The country's entries under a head that the centre sealed two days ago."""
    entries, centre = country.directory.entries, country.office(CENTRE)
    from_ms = centre.clock.wall_ms() - 2 * VALID_MS
    head = Head(country.directory.anchor.realm, 1, from_ms, from_ms + VALID_MS, len(entries), tree_root(entries))
    old = Directory(country.directory.anchor)
    old.take(seal_head(head, centre.seal_key, centre.sign), entries.values())
    return old
