"""200,000 malformed frames: no crash, no hang, nothing kept of what is refused (壊れた電文; reliability table rows 14 and 15)."""

import time
import tracemalloc
from collections import Counter

import pytest

from openjuki.nodes.tables import SPEECH
from openjuki.wire.frame import FRAME_BYTES_MAX, PREFIX, FrameReader, Kind, MalformedFrame, frame
from openjuki.wire.link import Link
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import encode
from tests.wire.mutations import malformed, sources
from tests.wire.pair import HUB, TOWN, Owner, Pair, Probe, VirtualClock, Wire, asking, from_town

FRAMES = 200_000
SHARDS = 4
HANG_S = 1.0
GROWTH_BYTES_MAX = 64 * 1024


class Deaf(Owner):
    """Takes everything and answers nothing."""

    def asked(self, link, questions) -> None:
        self.questions += [question.message for question in questions]


def fresh(owner: Deaf) -> Link:
    """The prefecture's link to the town, hello said."""
    link = Link(owner, TOWN, Wire())
    link.receive(frame(from_town(Kind.HELLO), encode(Hello((1,), 1, CREDIT, b"e"))))
    assert link.up
    return link


def feed(seed: int, count: int) -> tuple[Counter[str], float]:
    """Feed frames to links of the real message types; outcomes and the longest CPU time of one frame in seconds.

    A link that was closed or waits for the rest of a frame is replaced, so that every frame meets a link that listens.
    """
    owner, outcomes, longest_s = Deaf(HUB, VirtualClock(), SPEECH), Counter[str](), 0.0
    link = fresh(owner)
    for number, (name, data) in enumerate(malformed(seed, count, sources(TOWN, HUB))):
        before = (len(owner.questions), len(owner.notices), len(owner.positions))
        began = time.thread_time()
        link.receive(data)
        longest_s = max(longest_s, time.thread_time() - began)
        took = (len(owner.questions), len(owner.notices), len(owner.positions)) != before
        waits = link._reader.unfinished
        outcomes["closed" if link.closed else "taken" if took else "waits" if waits else "answered or skipped"] += 1
        outcomes[name] += 1
        if link.closed or waits or number % 50 == 0:
            link.lost("next")
            owner = Deaf(HUB, VirtualClock(), SPEECH) if number % 1_000 == 0 else owner
            link = fresh(owner)
    return outcomes, longest_s


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_malformed_frames_neither_crash_nor_hang_a_link(shard: int) -> None:
    outcomes, longest_s = feed(shard, FRAMES // SHARDS)
    print(f"shard {shard}: {FRAMES // SHARDS} frames, longest {longest_s * 1000:.1f} ms, {dict(outcomes)}")
    assert longest_s < HANG_S
    assert outcomes["closed"] > FRAMES // SHARDS // 3
    assert min(outcomes["answered or skipped"], outcomes["taken"], outcomes["waits"]) > 1_000
    assert sum(outcomes[name] for name in ("closed", "taken", "waits", "answered or skipped")) == FRAMES // SHARDS


def test_the_same_seed_gives_the_same_frames() -> None:
    whole = sources(TOWN, HUB)
    assert list(malformed(7, 300, whole)) == list(malformed(7, 300, whole))
    assert list(malformed(7, 300, whole)) != list(malformed(8, 300, whole))


def grown(call) -> int:
    """Bytes at the peak of a call over what was held before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [2**32 - 1, 2**31, FRAME_BYTES_MAX + 1])
def test_nothing_is_allocated_for_a_frame_over_the_limit(size: int) -> None:
    reader = FrameReader(lambda header, size: True)

    def announce() -> None:
        with pytest.raises(MalformedFrame):
            list(reader.frames(PREFIX.pack(size, 100)))

    announce()
    assert grown(announce) < GROWTH_BYTES_MAX


def test_nothing_is_kept_of_a_body_over_its_types_limit() -> None:
    pair = Pair()
    head = frame(asking(1, Probe("x"))[0], b"")[PREFIX.size :]
    body_size, piece = FRAME_BYTES_MAX - len(head), bytes(16_384)
    pair.hub_link.receive(PREFIX.pack(len(head) + body_size, len(head)) + head)

    def send() -> None:
        for _ in range(body_size // len(piece)):
            pair.hub_link.receive(piece)
        pair.hub_link.receive(bytes(body_size % len(piece)))

    assert grown(send) < GROWTH_BYTES_MAX
    pair.hub_link.receive(frame(*asking(2, Probe("next"))))
    assert [asked for _, asked in pair.hub.questions] == [Probe("next")]


def test_a_wanted_body_is_kept_up_to_its_size_and_no_more() -> None:
    reader, size = FrameReader(lambda header, size: True), 1_000_000
    sent = frame(asking(1, Probe("x"))[0], bytes(size))

    def send() -> None:
        for at in range(0, len(sent) - 1, 16_384):
            assert list(reader.frames(sent[at : min(at + 16_384, len(sent) - 1)])) == []

    assert size < grown(send) < 2 * size, "the control: what is wanted is kept, so that the bound above means something"


@pytest.mark.parametrize("announced", [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"])
def test_nothing_is_allocated_for_what_a_body_only_announces(announced: bytes) -> None:
    pair, numbers = Pair(), iter(range(1, 100))

    def send() -> None:
        header, _ = asking(next(numbers), Probe("x"))
        pair.hub_hears(header, b"\x91" + announced)

    send()
    assert grown(send) < GROWTH_BYTES_MAX
    assert pair.hub.questions == []
