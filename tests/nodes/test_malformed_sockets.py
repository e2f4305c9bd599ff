"""2,000 malformed frames over real sockets: answered or closed in a second, the honest unaffected (壊れた電文; reliability row 14)."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from openjuki.nodes.process import run
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.country import CENTRE, Country
from openjuki.wire.sides import Timeouts
from tests.nodes.attackers import AIRA, HUB, Honest, Visitor, ask, attacker_context, context_of, heard, hello_to, ping_to, running
from tests.wire.mutations import malformed, sources

pytestmark = pytest.mark.slow

FRAMES = 2_000
STRANGERS = 100
AT_ONCE = 8
ANSWERED_S = 1.0
PATIENCE = Timeouts(hello_s=2.0, frame_s=0.2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("malformed") / "country"


class Attack:
    """Frames sent one to a connection, several connections at once; what came of them and how long it took."""

    def __init__(self, country: Country) -> None:
        self._port, self._tls = country.directory.entries[HUB].port, context_of(country, AIRA)
        self.took_s: list[float] = []
        self.outcomes = Counter[str]()

    async def send(self, frames: list[tuple[str, bytes]]) -> None:
        """Send each frame on a connection of its own, between a hello and a ping."""
        waiting = iter(frames)
        await asyncio.gather(*(self._worker(waiting) for _ in range(AT_ONCE)))

    async def _worker(self, waiting) -> None:
        for _, data in waiting:
            visitor = await Visitor.of(self._port, self._tls)
            visitor.send(hello_to(HUB))
            assert await visitor.hear() is not None
            began = time.monotonic()
            visitor.send(data + ping_to(HUB))
            try:
                answer = await visitor.hear(5.0)
                self.outcomes["closed" if answer is None else "answered"] += 1
            except TimeoutError:
                self.outcomes["hung"] += 1
            self.took_s.append(time.monotonic() - began)
            visitor.leave()


async def attack(folder: Path, seed: int, count: int) -> tuple[Attack, Honest, Country]:
    async with running(folder) as country, Honest(country) as honest:
        hub = country.nodes[HUB]
        hub.admission.timeouts = PATIENCE
        place, peer = hub.place, country.nodes[AIRA].place
        made = Attack(country)
        await made.send(list(malformed(seed, count, sources(peer, place))))
        assert not isinstance(await ask(country.nodes[CENTRE], HUB), OpenJukiError)
        assert not hub.office.recovering
        return made, honest, country


def shown(made: Attack, honest: Honest) -> str:
    return (
        f"{len(made.took_s)} frames {dict(made.outcomes)}, longest {max(made.took_s):.3f} s; honest: {len(honest.took_s)} questions, "
        f"p99 {honest.p99_s() * 1000:.0f} ms, longest {max(honest.took_s) * 1000:.0f} ms, failed {len(honest.failed)}"
    )


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_malformed_frames_over_sockets_are_answered_or_closed_in_a_second(folder: Path, loop: str) -> None:
    runner = asyncio.run if loop == "asyncio" else run
    made, honest, country = runner(attack(folder, 11 if loop == "asyncio" else 12, FRAMES // 2))
    print(loop, shown(made, honest))
    assert made.outcomes["hung"] == 0
    assert made.outcomes.total() == FRAMES // 2
    assert sorted(made.took_s)[len(made.took_s) * 99 // 100] < ANSWERED_S
    assert max(made.took_s) < 2 * ANSWERED_S, "the second one is for a machine with other work"
    assert honest.failed == []
    assert honest.p99_s() < 0.5
    assert heard(country, "wire:link:closed", f"{AIRA} malformed", HUB)
    assert heard(country, "wire:link:closed", f"{AIRA} slow sender", HUB)
    assert heard(country, "wire:link:closed", f"{AIRA} too-large", HUB)


def test_strangers_without_a_certificate_reach_no_link_whatever_they_send(folder: Path) -> None:
    async def play() -> None:
        async with running(folder) as country, Honest(country) as honest:
            tls, port = attacker_context(), country.directory.entries[HUB].port
            held = len(country.nodes[HUB].admission._held)
            for number, (_, data) in enumerate(malformed(13, STRANGERS, sources())):
                try:
                    visitor = await Visitor.of(port, tls if number % 2 else None)
                except OSError:
                    continue
                visitor.send(data)
                visitor.send(bytes(4_096))
                assert await visitor.hear(5.0) is None
                visitor.leave()
            assert len(heard(country, "wire:peer:refused", "127.0.0.1", HUB)) >= STRANGERS * 9 // 10
            assert len(country.nodes[HUB].admission._held) <= max(held, 2)
            assert honest.failed == []

    asyncio.run(play())
