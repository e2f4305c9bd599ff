"""Notices on a link: acknowledged together, asked for again, refused one by one, and never without bound (通知)."""

from openjuki.wire.frame import Kind
from openjuki.wire.sides import CREDIT
from openjuki.wire.speech import encode
from tests.wire.pair import Pair, Told, from_town, headers


def telling(number: int, **changed: object):
    return from_town(Kind.NOTICE, number, **{"type": "Told", "type_version": 1, "priority": 1, "epoch": b"e", "deadline_ms": 0, **changed})


def test_a_notice_reaches_the_owner_with_its_number() -> None:
    pair = Pair()
    pair.town_link.notice(Told, b"e", 4, encode(Told("x")))
    pair.run()
    assert pair.hub.notices == [(4, encode(Told("x")), "")]


def test_acknowledgements_of_one_turn_leave_as_one_and_never_go_back() -> None:
    pair = Pair()
    for sequence in (1, 3, 2):
        pair.hub_link.acknowledge(b"e", sequence)
    pair.run()
    assert pair.town.positions == [(b"e", 3, False)]


def test_epochs_are_acknowledged_apart() -> None:
    pair = Pair()
    pair.hub_link.acknowledge(b"old", 9)
    pair.hub_link.acknowledge(b"new", 1)
    pair.run()
    assert pair.town.positions == [(b"old", 9, False), (b"new", 1, False)]


def test_a_gap_is_told_as_what_is_expected() -> None:
    pair = Pair()
    pair.hub_link.expect(b"e", 2)
    pair.run()
    assert pair.town.positions == [(b"e", 2, True)]


def test_a_gap_is_told_once_however_many_notices_come_after_it() -> None:
    pair = Pair()
    for _ in range(3):
        pair.hub_link.expect(b"e", 2)
    pair.hub_link.expect(b"e", 4)
    pair.run()
    assert pair.town.positions == [(b"e", 2, True), (b"e", 4, True)]


def test_a_notice_too_large_is_refused_alone_and_keeps_its_place() -> None:
    pair = Pair()
    [(answered, said)] = pair.hub_hears(telling(1), b"\0" * (Told.size_max + 1))
    assert (answered.kind, answered.id, answered.epoch) == (Kind.REFUSE, 1, b"e")
    assert b"too-large" in said
    assert pair.hub_hears(telling(2), encode(Told("x"))) == []
    assert pair.hub.notices == [(1, b"", "too-large"), (2, encode(Told("x")), "")]


def test_the_sender_hears_that_its_notice_was_refused() -> None:
    pair = Pair()
    pair.town_link.notice(Told, b"e", 1, b"\0" * (Told.size_max + 1))
    pair.run()
    assert ("wire:notice:refused", "460001 1 too-large") in pair.town.events


def test_notices_that_nobody_has_settled_are_bounded() -> None:
    pair = Pair()
    bound, body = 2 * CREDIT[1], encode(Told("x"))
    for number in range(1, bound + 11):
        pair.hub_hears(telling(number), body)
    assert len(pair.hub.notices) == bound
    assert ("wire:notice:dropped", "462250 busy") in pair.hub.events
    pair.hub_link.notice_settled()
    pair.hub_hears(telling(1), body)
    assert len(pair.hub.notices) == bound + 1
    assert not pair.hub_link.closed


def test_a_notice_waits_for_nothing_but_its_turn() -> None:
    pair = Pair()
    pair.town_link.notice(Told, b"e", 1, encode(Told("x")))
    pair.clock.advance()
    [(header, _)] = headers(pair.town_wire.take())
    assert (header.kind, header.priority, header.type, header.epoch) == (Kind.NOTICE, 1, "Told", b"e")
