"""Peers with a good certificate that do wrong, and directories out of date: refused, heard, others unaffected (相手機関の拒否)."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from openjuki.keys.door import SEAL
from openjuki.keys.folder import key_file, read_key
from openjuki.keys.software import SoftwareKeys
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.admission import Limits
from openjuki.nodes.joining import pull
from openjuki.register.errors import Broken, NotReady, OpenJukiError, Reason
from openjuki.simulation.country import CENTRE, Country
from openjuki.wire.directory import Directory, Entry, SealedHead, seal_head, tree_root
from openjuki.wire.frame import Kind, frame
from openjuki.wire.sides import CREDIT, Hello, Timeouts, decode_hello, decode_refusal
from openjuki.wire.speech import encode
from tests.nodes.attackers import (
    AIRA,
    HUB,
    PASSPORT,
    Honest,
    Visitor,
    ask,
    attacker_context,
    context_of,
    greeted,
    header_to,
    heard,
    hello_to,
    ping_to,
    running,
    until,
)  # fmt: skip
from tools.protocol_examples import example

pytestmark = pytest.mark.slow
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refusing") / "country"


@pytest.mark.parametrize(("changed", "why"), [
    ({"realm": "production"}, Reason.WRONG_REALM), ({"sender": "131016"}, Reason.WRONG_OFFICE), ({"receiver": CENTRE}, Reason.WRONG_OFFICE),
    ({"version": 2}, Reason.UNKNOWN_VERSION),
])  # fmt: skip
def test_a_wrong_header_closes_the_link(folder: Path, changed: dict[str, object], why: Reason) -> None:
    async def play() -> None:
        async with running(folder) as country, Honest(country) as honest:
            visitor = await Visitor.of(country.directory.entries[HUB].port, context_of(country, AIRA))
            visitor.send(frame(msgspec.structs.replace(header_to(HUB, AIRA, Kind.HELLO), **changed), encode(Hello((1,), 1, CREDIT, b"x"))))
            assert await visitor.closed(1.0)
            assert heard(country, "wire:link:closed", f"{AIRA} {why.value}", HUB)
            assert honest.failed == []

    asyncio.run(play())


def test_what_is_off_its_route_or_not_spoken_is_refused_and_the_link_goes_on(folder: Path) -> None:
    from openjuki.nodes.tables import MESSAGES, SPEECH

    async def play() -> None:
        async with running(folder) as country, Honest(country) as honest:
            visitor = await greeted(country)
            place = {code: country.nodes[code].place for code in (AIRA, HUB)}
            lawful = SPEECH.accepted(place[AIRA], place[HUB])
            cases = [(one.type_name(), 1, encode(example(one)), "off-route") for one in MESSAGES if (one.type_name(), 1) not in lawful]
            cases += [("Nothing", 1, b"", "unknown-type"), ("IdentityChange", 9, b"", "unknown-version")]
            for number, (name, version, body, why) in enumerate(cases, 1):
                visitor.send(frame(header_to(HUB, AIRA, Kind.ASK, number, type=name, type_version=version), body))
                answer = await visitor.hear(1.0)
                assert answer is not None
                assert (answer[0].kind, answer[0].id) == (Kind.REFUSE, number)
                refusal = decode_refusal(answer[1])
                assert refusal.code == why
                assert why == "off-route" or refusal.spoken == SPEECH.spoken
            assert len(cases) > 8
            assert len(heard(country, "wire:message:refused", AIRA, HUB)) == len(cases)
            visitor.send(ping_to(HUB))
            answer = await visitor.hear(1.0)
            assert answer is not None
            assert answer[0].kind == Kind.PONG
            assert honest.failed == []
            visitor.leave()

    asyncio.run(play())


def test_a_slow_sender_is_closed_and_nobody_else_notices(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country, Honest(country) as honest:
            country.nodes[HUB].admission.timeouts = Timeouts(frame_s=0.6)
            visitor = await greeted(country)
            for byte in ping_to(HUB):
                visitor.send(bytes([byte]))
                await asyncio.sleep(0.05)
                if heard(country, "wire:link:closed", "slow sender"):
                    break
            assert await visitor.closed(1.0)
            assert heard(country, "wire:link:closed", f"{AIRA} slow sender", HUB)
            assert honest.failed == []
            assert honest.p99_s() < 1.0

    asyncio.run(play())


def test_a_peer_without_a_hello_is_closed(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            country.nodes[HUB].admission.timeouts = Timeouts(hello_s=0.3)
            visitor = await Visitor.of(country.directory.entries[HUB].port, context_of(country, AIRA))
            assert await visitor.closed(2.0)
            assert heard(country, "wire:link:closed", f"{AIRA} no hello", HUB)

    asyncio.run(play())


def test_one_office_has_so_many_links_and_no_more(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            country.nodes[HUB].admission.limits = Limits(per_office=3)
            visitors = [await greeted(country) for _ in range(3)]
            fourth = await Visitor.of(country.directory.entries[HUB].port, context_of(country, AIRA))
            assert await fourth.hear(1.0) is None
            assert heard(country, "wire:peer:refused", f"{AIRA} too many links", HUB)
            other = await greeted(country, PASSPORT)
            visitors[0].leave()
            await until(lambda: heard(country, "wire:link:closed", AIRA, HUB) or len(country.nodes[HUB].admission._held) < 5)
            again = await greeted(country)
            for visitor in (*visitors, other, again):
                visitor.leave()

    asyncio.run(play())


# -- directories -----------------------------------------------------------------------------------------------


def resealed(country: Country, entries: dict[str, Entry], **changed: object) -> SealedHead:
    """The country's head over entries, changed and sealed with the centre's own key."""
    held = country.directory.sealed
    assert held is not None
    head = msgspec.structs.replace(held.head, size=len(entries), root=tree_root(entries), **changed)
    keys = SoftwareKeys({SEAL: read_key(key_file(country.folder / "offices" / CENTRE, SEAL))})
    return seal_head(head, held.key_id, lambda message: keys.sign(SEAL, message))


def directory_with(country: Country, **changed: object) -> Directory:
    """A directory of its own for one node."""
    made = Directory(country.directory.anchor)
    made.take(resealed(country, country.directory.entries, **changed), country.directory.entries.values())
    return made


def expired(country: Country) -> Directory:
    now_ms = time.time_ns() // 1_000_000
    return directory_with(country, from_ms=now_ms - 2 * DAY_MS, until_ms=now_ms - DAY_MS)


def test_an_office_whose_directory_has_expired_closes_its_links_and_takes_none(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            visitor = await greeted(country)
            country.nodes[HUB].directory = expired(country)
            assert await visitor.closed(3.0)
            assert heard(country, "wire:link:closed", f"{AIRA} directory expired", HUB)
            refused = await Visitor.of(country.directory.entries[HUB].port, context_of(country, AIRA))
            assert await refused.hear(1.0) is None
            assert heard(country, "wire:peer:refused", "own directory expired", HUB)
            assert isinstance(await ask(country.nodes[CENTRE], HUB, 1_000), OpenJukiError)

    asyncio.run(play())


def test_an_office_whose_directory_has_expired_dials_nobody(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            centre = country.nodes[CENTRE]
            centre.directory = expired(country)
            await asyncio.sleep(1.2)
            assert isinstance(await ask(centre, HUB, 1_000), NotReady)
            assert not centre.links

    asyncio.run(play())


def test_a_node_with_an_expired_directory_pulls_a_fresh_one(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            now_ms = time.time_ns() // 1_000_000
            old = Directory(country.directory.anchor)
            assert await pull(old)
            assert old.usable(now_ms)

    asyncio.run(play())


def test_an_older_directory_from_the_centre_is_refused(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            newer = directory_with(country, number=country.directory.number + 100)
            with pytest.raises(Broken, match="older"):
                await pull(newer)
            assert newer.number == country.directory.number + 100

    asyncio.run(play())


@pytest.mark.parametrize("change", [{"open": False}, {"certificates": ()}])
def test_a_link_ends_when_the_next_directory_no_longer_admits_it(folder: Path, change: dict[str, object]) -> None:
    async def play() -> None:
        async with running(folder) as country:
            visitor, other = await greeted(country), await greeted(country, PASSPORT)
            entries = dict(country.directory.entries)
            entries[AIRA] = msgspec.structs.replace(entries[AIRA], **change)
            node = country.nodes[HUB]
            node.directory = directory_with(country)
            node.directory.take(resealed(country, entries, number=country.directory.number + 1), [entries[AIRA]])
            assert await visitor.closed(3.0)
            assert heard(country, "wire:link:closed", f"{AIRA} certificate no longer listed", HUB)
            other.send(ping_to(HUB, PASSPORT))
            answer = await other.hear(1.0)
            assert answer is not None
            assert answer[0].kind == Kind.PONG
            other.leave()

    asyncio.run(play())


# -- applicants ------------------------------------------------------------------------------------------------

APPLICANT = "applicant"


async def applicant(country: Country) -> Visitor:
    """Somebody without any certificate at the enrolment listener."""
    visitor = await Visitor.of(country.directory.anchor.port, attacker_context())
    visitor.send(hello_to(CENTRE, APPLICANT))
    return visitor


def test_an_applicant_has_no_word_on_the_outbox(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            visitor = await applicant(country)
            first = await visitor.hear()
            assert first is not None
            epoch = decode_hello(first[1]).epoch
            assert epoch == country.nodes[CENTRE].epoch
            for kind in (Kind.EXPECT, Kind.ACK):
                visitor.send(frame(header_to(CENTRE, APPLICANT, kind, 10_000, priority=1, epoch=epoch), b""))
            visitor.send(ping_to(CENTRE, APPLICANT))
            await visitor.hear(1.0)
            await asyncio.sleep(0.1)
            assert len(heard(country, "wire:acknowledgement:refused", APPLICANT, CENTRE)) == 2
            assert not country.office(CENTRE).recovering
            visitor.leave()

    asyncio.run(play())


def test_a_listed_body_has_no_word_on_the_outbox_of_the_centre(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            pension = next(office.code for office in country.declared.offices if office.kind is OfficeKind.APPENDIX_BODY)
            visitor = await greeted(country, pension, CENTRE)
            visitor.send(frame(header_to(CENTRE, pension, Kind.EXPECT, 10_000, priority=1, epoch=country.nodes[CENTRE].epoch), b""))
            await until(lambda: heard(country, "wire:acknowledgement:refused", pension, CENTRE))
            await asyncio.sleep(0.1)
            assert not country.office(CENTRE).recovering
            visitor.leave()

    asyncio.run(play())


def test_applicants_are_few_and_do_not_stay(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country:
            country.nodes[CENTRE].admission.limits = Limits(applicants=2, applicant_s=0.5)
            first, second = await applicant(country), await applicant(country)
            assert await first.hear(1.0) is not None
            assert await second.hear(1.0) is not None
            third = await applicant(country)
            assert await third.hear(1.0) is None
            assert heard(country, "wire:peer:refused", "too many applicants", CENTRE)
            assert await first.closed(3.0)
            fourth = await applicant(country)
            assert await fourth.hear(1.0) is not None

    asyncio.run(play())
