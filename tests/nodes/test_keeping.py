"""When a process pulls the directory: at its start, every ten minutes, sooner for a reason, never in a storm (名簿の更新)."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from openjuki.keys.software import key_from_seed
from openjuki.nodes.keeping import PULL_AGAIN_S, PULL_EVERY_S, Keeping
from openjuki.nodes.trust_folder import read_trust, write_trust
from openjuki.procedures import enrolment
from openjuki.simulation import country as countries
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.quiet import BEGAN_MS, directory_of
from openjuki.wire import network_ca
from openjuki.wire.directory import VALID_MS, Anchor, Directory

OFFICERS = ("sato", "suzuki")
TOWN = "462250"


class SetClock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def wall_ms(self) -> int:
        return BEGAN_MS + int(self.now_s * 1000)

    def monotonic_s(self) -> float:
        return self.now_s

    def call_later(self, delay_s: float, call: Callable[[], None]) -> Any:
        raise AssertionError("no timers here")


def a_year_long() -> Directory:
    made = directory_of(declare(("462250",)).offices)
    valid = network_ca.validity(BEGAN_MS, 10)
    authority = network_ca.der(network_ca.make_network_ca("sandbox", key_from_seed(b"authority"), 7, valid))
    made.anchor = Anchor("sandbox", CENTRE, made.anchor.seal_public, authority, "127.0.0.1", 1)
    return made


class Kept:
    """A keeping whose centre cannot be reached, after its first attempt."""

    def __init__(self) -> None:
        self.clock, self.events, self.saved = SetClock(), [], 0
        self.keeping = Keeping(a_year_long(), self.clock, self._save, lambda tag, what: self.events.append(tag))

    def _save(self) -> None:
        self.saved += 1

    def due_after(self, seconds: float) -> bool:
        self.clock.now_s += seconds
        return self.keeping.due()


def test_a_process_pulls_when_it_starts_and_then_every_ten_minutes():
    kept = Kept()
    assert kept.keeping.due()
    kept.keeping._last_s = 0.0
    assert not kept.due_after(PULL_EVERY_S - 1)
    assert kept.due_after(1)


def test_an_unknown_certificate_is_a_reason_but_not_at_any_moment():
    kept = Kept()
    kept.keeping._last_s = 0.0
    kept.keeping.heard("wire:peer:refused", "192.0.2.1:99  unknown certificate")
    assert not kept.due_after(PULL_AGAIN_S - 1)
    assert kept.due_after(1)


def test_another_refusal_is_no_reason():
    kept = Kept()
    kept.keeping._last_s = 0.0
    kept.keeping.heard("wire:peer:refused", "192.0.2.1:99 462250 too many links")
    assert not kept.due_after(PULL_AGAIN_S)


def test_a_directory_that_is_half_over_is_pulled_again_and_again():
    kept = Kept()
    half_s = 365 * VALID_MS / 2000
    kept.clock.now_s = kept.keeping._last_s = half_s - 2 * PULL_AGAIN_S
    assert not kept.due_after(PULL_AGAIN_S)
    assert kept.due_after(PULL_AGAIN_S)


def test_a_centre_that_cannot_be_reached_is_said_and_nothing_is_written():
    kept = Kept()
    asyncio.run(kept.keeping.pull())
    kept.keeping.keep()
    assert (kept.events, kept.saved) == (["directory:pull:failed"], 0)
    assert not kept.due_after(PULL_AGAIN_S - 1)
    assert kept.due_after(1), "tried again soon"


def test_two_processes_of_a_country_do_not_pull_in_one_moment():
    clock = SetClock()
    early, late = (Keeping(a_year_long(), clock, lambda: None, lambda tag, what: None, spread) for spread in (0.9, 0.1))
    early._last_s = late._last_s = 0.0
    clock.now_s = PULL_EVERY_S * 0.85
    assert early.due()
    assert not late.due()
    clock.now_s = PULL_EVERY_S
    assert late.due()


@pytest.mark.slow
def test_what_the_centre_seals_is_kept_on_disk_pulled_by_others_and_still_there_after_a_start(tmp_path):
    async def play() -> None:
        country = await countries.up(tmp_path / "country", declare((TOWN,), residents=0))
        trust = tmp_path / "country" / "trust"
        other = read_trust(trust)
        await country.call(enrolment.suspend, country.office(CENTRE), TOWN, OFFICERS)
        events: list[str] = []
        keeping = Keeping(other, country.clock, lambda: write_trust(tmp_path / "trust", other), lambda tag, what: events.append(tag))
        await keeping.pull()
        keeping.keep()
        assert events == ["directory:head:taken"]
        assert (other.number, other.entries[TOWN].open) == (2, False)
        assert read_trust(tmp_path / "trust").number == 2
        before = (trust / "directory.bin").read_bytes()
        await country.stop()
        assert read_trust(trust).number == 2

        (trust / "directory.bin").write_bytes(before)  # killed before it was written
        again = await countries.up(tmp_path / "country")
        try:
            assert (again.directory.number, again.directory.entries[TOWN].open) == (2, False)
            await again.call(enrolment.suspend, again.office(CENTRE), TOWN, OFFICERS)
        finally:
            await again.stop()

    asyncio.run(play())


@pytest.mark.slow
def test_a_centre_whose_directory_ran_out_while_it_was_stopped_seals_a_fresh_one_at_its_start(tmp_path):
    async def play() -> None:
        folder = tmp_path / "country"
        first = await countries.up(folder, declare((TOWN,), residents=0))
        await first.stop()
        late = time.time_ns() // 1_000_000 + VALID_MS
        second = await countries.up(folder)
        try:
            second.office(CENTRE).clock = Late(VALID_MS)
            await second.call(enrolment.renew, second.office(CENTRE))
            assert second.directory.number == 2
            assert second.directory.usable(late)
            assert await second.call(enrolment.renew, second.office(CENTRE)) is None
        finally:
            await second.stop()

    asyncio.run(play())


class Late(SetClock):
    """The machine's clock, some time later."""

    def __init__(self, by_ms: int) -> None:
        self.by_ms = by_ms

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.by_ms

    def monotonic_s(self) -> float:
        return time.monotonic()
