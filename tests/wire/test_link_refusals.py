"""What a link refuses on the header, and whom it closes: each with its reason, each heard (回線での拒否)."""

from typing import Any

import pytest

from openjuki.register.errors import Reason
from openjuki.wire.frame import PREFIX, Kind, frame
from openjuki.wire.link import HELLO_BYTES_MAX, REFUSAL_BYTES_MAX
from openjuki.wire.message import Message
from openjuki.wire.sides import CREDIT, Hello, Timeouts, decode_refusal
from openjuki.wire.speech import Refusal, Speech, encode
from tests.wire.pair import SPEECH, DownOnly, Pair, Probe, Told, asking, from_town, headers, reason


def refusal(pair: Pair, header: Any, body: bytes) -> Refusal:
    """The refusal with which the prefecture answers, having kept nothing."""
    asked = len(pair.hub.questions)
    [(answered, said)] = pair.hub_hears(header, body)
    assert (answered.kind, answered.id, len(pair.hub.questions)) == (Kind.REFUSE, header.id, asked)
    assert not pair.hub_link.closed
    found = decode_refusal(said)
    assert ("wire:message:refused", f"462250 {found.code}") in pair.hub.events
    return found


def test_a_type_off_its_route_is_refused() -> None:
    header, body = asking(1, DownOnly("x"))
    assert refusal(Pair(), header, body).code == Reason.OFF_ROUTE.value


def test_an_unknown_type_is_refused_with_what_is_spoken() -> None:
    header, body = asking(1, Probe("x"), type="Prefetch")
    found = refusal(Pair(), header, body)
    assert (found.code, found.spoken) == (Reason.UNKNOWN_TYPE.value, SPEECH.spoken)
    assert "Probe/1" in found.spoken


def test_an_unknown_version_is_refused_with_what_is_spoken() -> None:
    header, body = asking(1, Probe("x"), type_version=9)
    found = refusal(Pair(), header, body)
    assert (found.code, found.spoken) == (Reason.UNKNOWN_VERSION.value, SPEECH.spoken)


def test_a_body_over_its_types_limit_is_refused_and_skipped() -> None:
    pair = Pair()
    header, _ = asking(1, Probe("x"))
    assert refusal(pair, header, b"\0" * (Probe.size_max + 1)).code == Reason.TOO_LARGE.value
    assert pair.ask(Probe("still here")) == []
    pair.run()
    assert len(pair.hub.questions) == 1


def test_a_notice_sent_as_a_question_or_the_other_way_is_refused() -> None:
    header, body = asking(1, Told("x"))
    assert refusal(Pair(), header, body).code == Reason.OFF_ROUTE.value
    pair = Pair()
    header = from_town(Kind.NOTICE, 1, type="Probe", type_version=1, epoch=b"e")
    assert refusal(pair, header, encode(Probe("x"))).code == Reason.OFF_ROUTE.value
    assert pair.hub.notices == [(1, b"", "off-route")], "its place in the order is kept"


CLOSED: list[tuple[str, dict[str, Any], str]] = [
    ("another realm", {"realm": "production"}, Reason.WRONG_REALM.value),
    ("another sender", {"sender": "131016"}, Reason.WRONG_OFFICE.value),
    ("another receiver", {"receiver": "130001"}, Reason.WRONG_OFFICE.value),
    ("another protocol", {"version": 2}, Reason.UNKNOWN_VERSION.value),
    ("a kind that is none", {"kind": 11}, Reason.UNKNOWN_VERSION.value),
    ("a negative number", {"number": -1}, Reason.MALFORMED.value),
    ("a number too great for any store", {"number": 2**63}, Reason.MALFORMED.value),
    ("a deadline of years", {"deadline_ms": 2**40}, Reason.MALFORMED.value),
    ("a negative deadline", {"deadline_ms": -1}, Reason.MALFORMED.value),
    ("a second hello", {"kind": Kind.HELLO}, Reason.MALFORMED.value),
]


@pytest.mark.parametrize(("what", "changed", "why"), CLOSED, ids=[what for what, _, _ in CLOSED])
def test_a_header_that_no_honest_peer_sends_closes_the_link(what: str, changed: dict[str, Any], why: str) -> None:
    pair = Pair()
    pair.hub_hears(from_town(**{"kind": Kind.PING, **changed}), encode(pair.town.said) if changed.get("kind") == Kind.HELLO else b"")
    assert pair.hub_link.closed
    assert pair.hub_wire.closed
    [closing] = [what for tag, what in pair.hub.events if tag == "wire:link:closed"]
    assert why in closing


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HELLO])
def test_nothing_may_come_before_the_hello(kind: Kind) -> None:
    pair = Pair(up=False)
    pair.hub_hears(from_town(kind, 1, type="Probe", type_version=1), encode(Probe("x")))
    assert pair.hub_link.closed
    assert pair.hub.questions == []


def test_a_hello_is_small_and_speaks_this_protocol() -> None:
    for body in (encode(Hello((2, 3), 1, CREDIT, b"")), b"\xc1", b"\0" * HELLO_BYTES_MAX):
        pair = Pair(up=False)
        pair.hub_hears(from_town(Kind.HELLO), body)
        assert pair.hub_link.closed
        assert pair.hub.ups == 0


@pytest.mark.parametrize(
    ("kind", "size_max"), [(Kind.PING, HELLO_BYTES_MAX), (Kind.ACK, HELLO_BYTES_MAX), (Kind.REFUSE, REFUSAL_BYTES_MAX)]
)
def test_a_frame_of_the_links_own_is_small(kind: Kind, size_max: int) -> None:
    pair = Pair()
    head = frame(from_town(kind, 1), b"")[PREFIX.size :]
    pair.hub_link.receive(PREFIX.pack(len(head) + size_max + 1, len(head)) + head)
    assert pair.hub_link.closed


def test_an_undecodable_refusal_closes_the_link() -> None:
    pair = Pair()
    pair.hub_hears(from_town(Kind.REFUSE, 1), b"\x91\xc1")
    assert pair.hub_link.closed


def test_after_the_close_nothing_is_heard() -> None:
    pair = Pair()
    pair.hub_link.close("stopping")
    assert pair.hub_hears(*asking(1, Probe("x"))) == []
    assert pair.hub.questions == []
    pair.hub_hears(from_town(Kind.HELLO), encode(pair.town.said))
    assert (pair.hub.ups, pair.hub_link.up) == (1, False), "a hello in the same read must not raise a dead link"


def test_a_frame_behind_a_malformed_one_is_not_heard() -> None:
    pair = Pair()
    pair.hub_link.receive(b"\xff" * 6 + frame(*asking(1, Probe("x"))))
    assert pair.hub_link.closed
    assert pair.hub.questions == []


# -- versions --------------------------------------------------------------------------------------------------


class Second(Message, frozen=True):
    """`Probe` in its second version: one field more."""

    routes = Probe.routes
    version = 2
    word: str
    more: int

    @classmethod
    def type_name(cls) -> str:
        return "Probe"


def test_an_office_speaks_a_version_and_the_one_before() -> None:
    pair = Pair(speech=Speech((*SPEECH.messages.values(), Second)))
    pair.hub_hears(*asking(1, Probe("old")))
    pair.hub_hears(*asking(2, Second("new", 1)))
    assert [asked for _, asked in pair.hub.questions] == [Probe("old"), Second("new", 1)]
    header, body = asking(3, Second("newer", 1), type_version=3)
    found = refusal(pair, header, body)
    assert found.code == Reason.UNKNOWN_VERSION.value
    assert {"Probe/1", "Probe/2"} <= set(found.spoken)


def test_inside_one_version_fields_are_strict() -> None:
    pair = Pair(speech=Speech((*SPEECH.messages.values(), Second)))
    for number, (header, _) in enumerate((asking(1, Probe("x")), asking(1, Second("x", 1))), 1):
        wrong = encode(Second("x", 1)) if header.type_version == 1 else encode(Probe("x"))
        [(answered, said)] = pair.hub_hears(asking(number, Probe("x"), type_version=header.type_version)[0], wrong)
        assert answered.kind == Kind.REFUSE
        assert decode_refusal(said).code == Reason.MALFORMED.value


# -- time ------------------------------------------------------------------------------------------------------


def test_a_peer_without_a_hello_is_closed_in_its_time() -> None:
    pair = Pair(up=False, timeouts=Timeouts(hello_s=5))
    pair.clock.advance(4.9)
    assert not pair.hub_link.closed
    pair.clock.advance(1.2)
    assert pair.hub_link.closed
    assert ("wire:link:closed", "462250 no hello") in pair.hub.events


def test_a_slow_sender_is_closed_after_half_a_minute() -> None:
    pair = Pair()
    sent = frame(*asking(1, Probe("x" * 900)))
    for at in range(60):
        pair.hub_link.receive(sent[at : at + 1])
        pair.clock.advance(0.5)
        assert not pair.hub_link.closed
    pair.hub_link.receive(sent[60:61])
    pair.clock.advance(1)
    assert pair.hub_link.closed
    assert ("wire:link:closed", "462250 slow sender") in pair.hub.events
    assert pair.hub.questions == []


def test_a_slow_sender_of_an_unwanted_body_is_closed_too() -> None:
    pair = Pair()
    header, _ = asking(1, Probe("x"))
    sent = frame(header, b"\0" * 3_000)
    for at in range(0, 3_000, 40):
        pair.hub_link.receive(sent[at : at + 40])
        pair.clock.advance(0.5)
    assert ("wire:link:closed", "462250 slow sender") in pair.hub.events


def test_a_busy_link_whose_every_read_ends_inside_a_frame_stays_open() -> None:
    pair = Pair()
    stream = b"".join(frame(*asking(number, Probe("x" * 100))) for number in range(1, 200))
    at, size = 0, len(stream) // 150
    while at < len(stream):
        pair.hub_link.receive(stream[at : at + size])
        at += size
        pair.clock.advance(0.5)
    assert not pair.hub_link.closed
    assert len(pair.hub.questions) == 199


def test_a_reader_that_does_not_read_is_closed() -> None:
    pair = Pair(timeouts=Timeouts(stalled_s=10))
    pair.hub_link.hold()
    for number in range(10):
        pair.hub_hears(from_town(Kind.PING, number))
        pair.clock.advance(1)
    assert not pair.hub_link.closed
    pair.hub_hears(from_town(Kind.PING, 11))
    pair.clock.advance(1)
    assert ("wire:link:closed", "462250 slow reader") in pair.hub.events


def test_silence_is_pinged_and_then_closed() -> None:
    pair = Pair(timeouts=Timeouts(ping_s=15, close_s=45))
    pair.clock.advance(14)
    assert pair.hub_wire.take() == b""
    pair.clock.advance(2)
    assert {header.kind for header, _ in headers(pair.hub_wire.take())} == {Kind.PING}
    pair.clock.advance(28)
    assert not pair.hub_link.closed
    pair.clock.advance(2)
    assert ("wire:link:closed", "462250 silent") in pair.hub.events


def test_a_ping_is_answered_and_keeps_the_link() -> None:
    pair = Pair()
    for _ in range(20):
        pair.run(10)
    assert not pair.hub_link.closed
    [(answered, _)] = pair.hub_hears(from_town(Kind.PING, 3))
    assert (answered.kind, answered.id) == (Kind.PONG, 3)


def at_rest(**timeouts: float) -> Pair:
    """Two links of which nothing has been under way for a while."""
    pair = Pair(timeouts=Timeouts(ping_s=100, close_s=200, **timeouts))
    pair.clock.advance(3)
    return pair


def test_a_question_asked_on_a_link_at_rest_is_given_up_in_its_own_time() -> None:
    pair = at_rest()
    pair.hub.waits = True
    told = pair.ask(Probe("slow"), deadline_ms=2_000)
    pair.run(3)
    assert [reason(error) for error in told] == [Reason.LATE]


def test_a_slow_sender_on_a_link_at_rest_is_closed_in_its_own_time() -> None:
    pair = at_rest(frame_s=5)
    pair.hub_link.receive(frame(*asking(1, Probe("x")))[:20])
    pair.clock.advance(6)
    assert ("wire:link:closed", "462250 slow sender") in pair.hub.events


def test_a_reader_who_stops_reading_on_a_link_at_rest_is_closed_in_its_own_time() -> None:
    pair = at_rest(stalled_s=10)
    pair.hub_link.hold()
    pair.clock.advance(11)
    assert ("wire:link:closed", "462250 slow reader") in pair.hub.events


def test_a_link_at_rest_is_hardly_ever_looked_at() -> None:
    pair = at_rest()
    before = pair.clock.made
    pair.clock.advance(60)
    assert pair.clock.made == before


def unused(pair: Pair) -> bool:
    return ("wire:link:closed", "462250 unused") in pair.hub.events


def idle(pair: Pair, seconds: int) -> None:
    """Nothing but pings for so long."""
    for _ in range(seconds // 10):
        pair.run(10)


def test_a_link_that_nobody_uses_is_closed_unless_it_is_to_last() -> None:
    passing, lasting = (Pair(lasting=one, timeouts=Timeouts(unused_s=100)) for one in (False, True))
    for pair in (passing, lasting):
        idle(pair, 90)
        assert not pair.hub_link.closed
        idle(pair, 40)
    assert unused(passing)
    assert not (lasting.hub_link.closed or lasting.town_link.closed)


def test_a_question_or_a_notice_now_and_then_keeps_a_link() -> None:
    pair = Pair(lasting=False, timeouts=Timeouts(unused_s=100))
    for number in range(1, 7):
        idle(pair, 60)
        if number % 2:
            pair.ask(Probe("again"))
        else:
            pair.town_link.notice(Told, b"e" * 16, number, b"")
            pair.run()
            pair.hub_link.notice_settled()
        pair.run()
    assert not (pair.hub_link.closed or pair.town_link.closed)
    idle(pair, 130)
    assert pair.hub_link.closed
    assert pair.town_link.closed


def test_a_link_is_not_unused_while_somebody_waits_for_an_answer() -> None:
    pair = Pair(lasting=False, timeouts=Timeouts(unused_s=100))
    pair.hub.waits = True
    told = pair.ask(Probe("slow"), deadline_ms=500_000)
    idle(pair, 300)
    assert not (pair.hub_link.closed or pair.town_link.closed or told)
