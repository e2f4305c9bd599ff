"""Who may not have a link over real sockets: each refused, heard, and the others unaffected (TLSでの拒否; reliability table row 12)."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from openjuki.nodes.tls import SocketLimits, TlsNetwork, context
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.country import CENTRE, Country
from tests.nodes import attackers
from tests.nodes.attackers import (
    AIRA,
    CHIYODA,
    HUB,
    Honest,
    Visitor,
    ask,
    attacker_context,
    context_of,
    forged,
    heard,
    hello_to,
    running,
    self_signed,
    until,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacked") / "country"


async def refused(country: Country, tls: ssl.SSLContext | None, why: str) -> None:
    """The prefecture closes the connection within a second, without a hello of its own, and says why with the address."""
    country.heard.clear()
    port = country.directory.entries[HUB].port
    try:
        visitor = await Visitor.of(port, tls)
    except (OSError, ssl.SSLError):
        pass
    else:
        visitor.send(hello_to(HUB))
        assert await visitor.hear(1.0) is None
    await until(lambda: heard(country, "wire:peer:refused", office=HUB))
    [event] = heard(country, "wire:peer:refused", office=HUB)
    assert event[2].startswith("127.0.0.1:")
    assert why in event[2]
    assert country.nodes[HUB].links.get(AIRA) is None or country.nodes[HUB].links[AIRA].up


def test_whoever_has_no_certificate_of_the_directory_gets_no_link(folder: Path, tmp_path: Path) -> None:
    async def play() -> None:
        async with running(folder) as country, Honest(country) as honest:
            old = attacker_context()
            old.maximum_version = ssl.TLSVersion.TLSv1_2
            plain = attacker_context(alpn="")
            other_protocol = attacker_context(*_files(country, AIRA), alpn="h2")
            no_protocol = attacker_context(*_files(country, AIRA), alpn="")
            await refused(country, attacker_context(), "PEER_DID_NOT_RETURN_A_CERTIFICATE")
            await refused(country, plain, "PEER_DID_NOT_RETURN_A_CERTIFICATE")
            await refused(country, old, "UNSUPPORTED_PROTOCOL")
            await refused(country, self_signed(tmp_path, "self"), "self-signed certificate")
            await refused(country, forged(tmp_path, "other-ca", country, by_authority=False), "issuer certificate")
            await refused(country, forged(tmp_path, "expired", country, age_days=500), "expired")
            await refused(country, forged(tmp_path, "future", country, age_days=-10), "not yet valid")
            await refused(country, forged(tmp_path, "not-listed", country), "unknown certificate")
            await refused(country, other_protocol, "")
            await refused(country, no_protocol, "another protocol")
            assert honest.failed == []
            assert honest.p99_s() < 1.0

    asyncio.run(play())


def _files(country: Country, code: str) -> tuple[Path, Path]:
    folder = country.folder / "offices" / code
    return folder / "link.pem", attackers.key_file(folder, attackers.LINK)


def test_bytes_that_are_not_tls_are_refused(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            visitor = await Visitor.of(country.directory.entries[HUB].port, None)
            visitor.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await visitor.closed(1.0)
            await until(lambda: heard(country, "wire:peer:refused", "HTTP_REQUEST"))

    asyncio.run(play())


def test_the_certificate_of_another_office_does_not_speak_for_this_one(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            visitor = await Visitor.of(country.directory.entries[HUB].port, context_of(country, CHIYODA))
            visitor.send(hello_to(HUB, AIRA))
            assert await visitor.closed(1.0)
            await until(lambda: heard(country, "wire:header:refused", CHIYODA, HUB))
            assert heard(country, "wire:link:closed", "wrong-office")

    asyncio.run(play())


def test_who_dials_refuses_a_server_that_is_not_the_office_it_dialled(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            centre, entries = country.nodes[CENTRE], country.directory.entries
            there = entries[HUB]
            entries[HUB] = attackers.msgspec_replace(there, port=entries[CHIYODA].port)
            outcome = await ask(centre, HUB)
            entries[HUB] = there
            assert isinstance(outcome, OpenJukiError)
            await until(lambda: heard(country, "wire:peer:refused", f"{CHIYODA} not {HUB}", CENTRE))
            assert not isinstance(await ask(centre, HUB), OpenJukiError)

    asyncio.run(play())


def test_who_dials_refuses_a_server_of_another_authority(folder: Path, tmp_path: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            forged(tmp_path, "false", country, code=HUB, by_authority=False)
            false = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            false.load_cert_chain(str(tmp_path / "false" / "link.pem"), str(attackers.key_file(tmp_path / "false", attackers.LINK)))
            false.set_alpn_protocols([attackers.ALPN])
            server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0, ssl=false)
            entries, there = country.directory.entries, country.directory.entries[HUB]
            entries[HUB] = attackers.msgspec_replace(there, port=server.sockets[0].getsockname()[1])
            outcome = await ask(country.nodes[CENTRE], HUB)
            entries[HUB] = there
            server.close()
            assert isinstance(outcome, OpenJukiError)
            assert heard(country, "wire:dial:failed", HUB, CENTRE)

    asyncio.run(play())


async def listening(country: Country, limits: SocketLimits) -> tuple[TlsNetwork, int]:
    """A second listener of the prefecture, with limits of its own."""
    certificate, key = _files(country, HUB)
    authority = country.folder / "trust" / "network-ca.pem"
    called, calling = (context(server=server, certificate=certificate, key=key, network_ca=authority) for server in (True, False))
    network = TlsNetwork(country.loop, limits)
    network.admit(HUB, called, calling)
    return network, network.listen(country.nodes[HUB], "127.0.0.1", 0)


def test_half_open_handshakes_of_one_address_are_capped_and_time_out(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            network, port = await listening(country, SocketLimits(handshakes=50, handshakes_per_address=5, handshake_s=0.7))
            stuck = [attackers.half_open(port) for _ in range(12)]
            await until(lambda: len(heard(country, "wire:peer:refused", "too many handshakes")) == 7)
            await until(lambda: len(heard(country, "wire:peer:refused")) == 12)
            visitor = await Visitor.of(port, context_of(country, AIRA))
            visitor.send(hello_to(HUB))
            assert await visitor.hear(2.0) is not None
            for one in stuck:
                one.close()
            visitor.leave()
            await network.stop()

    asyncio.run(play())


def test_when_all_places_are_taken_others_wait_and_are_served(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            network, port = await listening(country, SocketLimits(handshakes=3, handshakes_per_address=100, handshake_s=0.5))
            stuck = [attackers.half_open(port) for _ in range(6)]
            visitor = await Visitor.of(port, context_of(country, AIRA))
            visitor.send(hello_to(HUB))
            assert await visitor.hear(3.0) is not None
            assert len(heard(country, "wire:peer:refused")) >= 4
            for one in stuck:
                one.close()
            visitor.leave()
            await network.stop()

    asyncio.run(play())


def test_who_dials_a_machine_that_drops_everything_is_told_in_time(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            full = socket.socket()
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            queued = [socket.socket() for _ in range(4)]
            for one in queued:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            network, _ = await listening(country, SocketLimits(connect_s=0.4))
            network.admit(CENTRE, *[context_of(country, CENTRE)] * 2)
            network.dial(country.nodes[CENTRE], HUB, "127.0.0.1", port)
            await until(lambda: heard(country, "wire:dial:failed", f"{HUB} TimeoutError", CENTRE), 2.0)
            for one in (*queued, full):
                one.close()
            await network.stop()

    asyncio.run(play())


def test_a_peer_that_does_not_read_is_cut(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            network, port = await listening(country, SocketLimits(write_bytes=200_000))
            visitor = await Visitor.of(port, context_of(country, AIRA))
            visitor.send(hello_to(HUB))
            await visitor.hear()
            unknown = b"".join(
                attackers.frame(attackers.header_to(HUB, AIRA, attackers.Kind.ASK, number, type="Nothing", type_version=1), b"")
                for number in range(1, 1_000)
            )
            async with asyncio.timeout(20):
                while not heard(country, "wire:peer:cut", "127.0.0.1"):
                    visitor.send(unknown)
                    await asyncio.sleep(0.005)
            assert not isinstance(await ask(country.nodes[CENTRE], HUB), OpenJukiError)
            visitor.leave()
            await network.stop()

    asyncio.run(play())
