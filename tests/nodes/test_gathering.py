"""While notices flow, those that come close together are taken together, and none waits longer than is said (通知の取りまとめ)."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from openjuki.nodes.receiving import GATHER_S, Gathering


class Seconds:
    """A clock that says what it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def wall_ms(self) -> int:
        return int(self.now_s * 1_000)

    def monotonic_s(self) -> float:
        return self.now_s

    def call_later(self, delay_s, call):
        raise AssertionError("it only says how long")


def moments(pauses_s: list[float]) -> list[tuple[float, float]]:
    """(when something arrives, when it is taken) after each pause."""
    clock = Seconds()
    gathering, found = Gathering(clock), []
    for pause_s in pauses_s:
        clock.now_s += pause_s
        found.append((clock.now_s, clock.now_s + gathering.wait_s()))
    return found


def test_what_comes_after_a_pause_is_taken_at_once():
    assert moments([1.0]) == [(101.0, 101.0)]
    assert moments([1.0, 2 * GATHER_S])[1] == (101.0 + 2 * GATHER_S,) * 2


def test_what_follows_closely_is_taken_at_one_moment_for_all_links():
    first, *others = moments([1.0, GATHER_S / 8, GATHER_S / 8, GATHER_S / 4])
    assert len({round(taken_s, 6) for _, taken_s in others}) == 1
    assert abs(others[0][1] - first[1] - GATHER_S) < 1e-6


@given(st.lists(st.floats(0, 3 * GATHER_S), min_size=1, max_size=60))
def test_nothing_waits_longer_than_is_said_or_is_taken_before_what_came_earlier(pauses_s):
    found = moments(pauses_s)
    assert all(0 <= taken_s - arrived_s <= GATHER_S + 1e-9 for arrived_s, taken_s in found)
    assert [taken_s for _, taken_s in found] == sorted(taken_s for _, taken_s in found)
    rounds = sorted({round(taken_s, 9) for _, taken_s in found})
    assert all(later - earlier >= GATHER_S - 1e-6 for earlier, later in pairwise(rounds))
