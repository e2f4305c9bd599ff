"""Questions and answers on a link: once, in their class, within their time and size (照会と回答)."""

import hashlib

import msgspec
import pytest

from openjuki.register.errors import NotReady, Reason, Refused
from openjuki.wire.frame import Kind, frame
from openjuki.wire.sides import CREDIT, Hello
from openjuki.wire.speech import encode
from tests.wire.pair import Bulk, Echo, Pair, Probe, asking, from_town, headers, reason


def test_a_question_is_answered_once() -> None:
    pair = Pair()
    told = pair.ask(Probe("who"))
    pair.run()
    pair.run(60)
    assert told == [Echo("who")]


def test_answers_of_one_read_leave_in_one_write() -> None:
    pair = Pair()
    for number in range(20):
        pair.ask(Probe(str(number)))
    pair.clock.advance()
    pair.hub_link.receive(pair.town_wire.take())
    assert len(pair.hub_wire.written) == 1


def test_nothing_leaves_before_the_peers_hello() -> None:
    pair = Pair(up=False)
    told = pair.ask(Probe("early"))
    pair.clock.advance()
    assert [header.kind for header, _ in headers(b"".join(pair.town_wire.written))] == [Kind.HELLO]
    pair.run()
    assert told == [Echo("early")]


@pytest.mark.parametrize("message", [Probe("x"), Bulk("x")])
def test_each_class_has_its_own_credit(message: Probe | Bulk) -> None:
    pair = Pair()
    pair.hub.waits = True
    pair.town_link.asking.granted((3, 4_096, 2))
    credit = 3 if isinstance(message, Probe) else 2
    for _ in range(10):
        pair.ask(message)
    pair.run()
    assert len(pair.hub.questions) == credit
    other = Bulk("y") if isinstance(message, Probe) else Probe("y")
    pair.ask(other)
    pair.run()
    assert pair.hub.questions[-1][1] == other
    pair.hub_link.answer(pair.hub.questions[0][0], Echo("x"))
    pair.run()
    assert [asked for _, asked in pair.hub.questions].count(message) == credit + 1


def test_beyond_the_credit_the_peer_is_busy() -> None:
    pair = Pair()
    pair.hub.waits = True
    for number in range(1, CREDIT[2] + 1):
        assert pair.hub_hears(*asking(number, Bulk("x"))) == []
    [(header, body)] = pair.hub_hears(*asking(CREDIT[2] + 1, Bulk("x")))
    assert header.kind == Kind.REFUSE
    assert Reason.BUSY.value.encode() in body
    assert len(pair.hub.questions) == CREDIT[2]
    assert pair.hub_hears(*asking(CREDIT[2] + 2, Probe("x"))) == []


def test_a_window_goes_before_bulk_work_in_one_flush() -> None:
    pair = Pair()
    pair.ask(Bulk("first"))
    pair.town_link.expect(b"e", 1)
    pair.ask(Probe("second"))
    pair.clock.advance()
    sent = [(header.kind, header.type) for header, _ in headers(pair.town_wire.take())]
    assert sent == [(Kind.ASK, "Probe"), (Kind.EXPECT, ""), (Kind.ASK, "Bulk")]


def test_bulk_work_waits_while_the_line_is_full_and_a_window_does_not() -> None:
    pair = Pair()
    pair.town_link.hold()
    bulk, window = pair.ask(Bulk("later")), pair.ask(Probe("now"))
    pair.run()
    assert (bulk, window) == ([], [Echo("now")])
    pair.town_link.resumed()
    pair.run()
    assert bulk == [Echo("later")]
    assert pair.town.resumes == 1


def test_a_late_question_is_given_up_and_cancelled_and_its_answer_dropped() -> None:
    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("slow"), deadline_ms=2_000)
    pair.run()
    pair.run(3)
    assert [reason(error) for error in told] == [Reason.LATE]
    question, _ = pair.hub.questions[0]
    assert question.cancelled
    pair.hub_link.answer(question, Echo("slow"))
    pair.clock.advance()
    assert pair.hub_wire.take() == b""


def test_an_answer_that_crosses_the_cancelling_is_dropped() -> None:
    pair = Pair()
    told = pair.ask(Probe("slow"), deadline_ms=2_000)
    pair.clock.advance()
    pair.hub_link.receive(pair.town_wire.take())
    pair.clock.advance(3)
    pair.run()
    pair.run(1)
    assert [reason(error) for error in told] == [Reason.LATE]
    assert not pair.town_link.closed


def test_a_question_that_waits_for_credit_behind_a_patient_one_is_given_up_in_its_own_time() -> None:
    pair = Pair()
    pair.town_link.asking.granted((0, 0, 0))
    patient, hasty = pair.ask(Probe("patient"), 20_000), pair.ask(Probe("hasty"), 1_000)
    pair.run(2)
    assert patient == []
    assert [reason(error) for error in hasty] == [Reason.LATE]


def test_an_answer_to_another_question_is_refused_and_told() -> None:
    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("mine"))
    pair.run()
    wrong = hashlib.sha256(encode(Probe("another"))).digest()
    pair.hub_link._send(Kind.ANSWER, 1, encode(Echo("x")), Echo("x"), digest=wrong)
    pair.hub_link._out.flush_soon()
    pair.run()
    assert [reason(error) for error in told] == [Reason.MALFORMED]
    assert ("wire:answer:mismatched", "460001") in pair.town.events


def test_an_answer_of_another_type_version_is_refused() -> None:
    class Newer(Echo, frozen=True):
        version = 2

        @classmethod
        def type_name(cls) -> str:
            return "Echo"

    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("mine"))
    pair.run()
    pair.hub_link.answer(pair.hub.questions[0][0], Newer("x"))
    pair.run()
    assert [reason(error) for error in told] == [Reason.MALFORMED]


def test_an_answer_over_its_own_limit_is_not_kept() -> None:
    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("mine"))
    pair.run()
    digest = hashlib.sha256(encode(Probe("mine"))).digest()
    pair.hub_link._send(Kind.ANSWER, 1, encode(Echo("x" * 3_000)), Echo("x"), digest=digest)
    pair.hub_link._out.flush_soon()
    pair.run()
    assert [reason(error) for error in told] == [Reason.TOO_LARGE]
    assert ("wire:answer:refused", "460001 too-large") in pair.town.events
    assert pair.ask(Probe("again")) == []
    pair.run()
    assert not pair.town_link.closed


def test_an_answer_too_long_to_send_is_refused_by_its_own_side() -> None:
    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("mine"))
    pair.run()
    pair.hub_link.answer(pair.hub.questions[0][0], Echo("x" * 3_000))
    pair.run()
    assert [reason(error) for error in told] == [Reason.TOO_LARGE]
    assert ("wire:answer:refused", "460001 too-large") in pair.hub.events


def test_a_question_too_long_to_send_is_refused_by_its_own_side() -> None:
    pair = Pair()
    told = pair.ask(Probe("x" * 2_000))
    assert [reason(error) for error in told] == [Reason.TOO_LARGE]


def test_numbers_seen_before_do_nothing() -> None:
    pair = Pair()
    assert len(pair.hub_hears(*asking(5, Probe("once")))) == 1
    for number in (5, 4, 1, 0):
        assert pair.hub_hears(*asking(number, Probe("again"))) == []
    assert [asked for _, asked in pair.hub.questions] == [Probe("once")]


def test_one_number_is_not_open_in_two_classes() -> None:
    pair = Pair()
    pair.hub.waits = True
    pair.hub_hears(*asking(5, Probe("once")))
    pair.hub_hears(*asking(5, Bulk("twice")))
    assert len(pair.hub.questions) == 1


def test_a_class_that_is_not_the_messages_own_is_refused() -> None:
    pair = Pair()
    [(header, body)] = pair.hub_hears(*asking(1, Bulk("jumps the queue"), priority=0))
    assert header.kind == Kind.REFUSE
    assert Reason.MALFORMED.value.encode() in body
    assert pair.hub.questions == []


def test_an_undecodable_body_is_refused_and_the_link_goes_on() -> None:
    pair = Pair()
    header, _ = asking(1, Probe("x"))
    deep = b"\x91" * 1_000 + b"\xc0"
    for number, body in enumerate((b"", b"\xc1", b"\x92\xa1x\xa1y", b"\x91\x01", b"\x91\xa2\xff\xfe", deep), 1):
        [(answered, said)] = pair.hub_hears(asking(number, Probe("x"))[0], body)
        assert (answered.kind, answered.id) == (Kind.REFUSE, number)
        assert Reason.MALFORMED.value.encode() in said
    assert header.type == "Probe"
    assert not pair.hub_link.closed


def test_a_cancelled_question_gets_no_answer_and_frees_its_credit() -> None:
    pair = Pair()
    pair.hub.waits = True
    pair.hub_hears(*asking(1, Probe("x")))
    pair.hub_hears(from_town(Kind.CANCEL, 1))
    pair.hub_hears(from_town(Kind.CANCEL, 99))
    question, _ = pair.hub.questions[0]
    assert question.cancelled
    assert not pair.hub_link._answering.settle(question)
    assert pair.hub_link._answering._count == [0, 0, 0]


def test_an_answer_given_twice_leaves_once() -> None:
    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("x"))
    pair.run()
    question, _ = pair.hub.questions[0]
    pair.hub_link.answer(question, Echo("one"))
    pair.hub_link.answer(question, Echo("two"))
    pair.hub_link.refuse(question, Refused(Reason.NOT_FOUND, "x"))
    pair.run()
    assert told == [Echo("one")]


def test_an_error_of_ours_reads_as_failed_on_the_other_side() -> None:
    pair = Pair()
    pair.hub.waits = True
    told = pair.ask(Probe("x"))
    pair.run()
    pair.hub_link.refuse(pair.hub.questions[0][0], pair.hub_link._down())
    pair.run()
    assert [reason(error) for error in told] == [Reason.FAILED]


def test_when_the_link_closes_every_open_question_is_told_exactly_once() -> None:
    pair = Pair()
    pair.hub.waits = True
    pair.town_link.asking.granted((1, 0, 0))
    with_peer, waiting = pair.ask(Probe("a")), pair.ask(Probe("b"))
    pair.run()
    question, _ = pair.hub.questions[0]
    pair.town_link.lost("connection lost")
    pair.town_link.lost("connection lost")
    pair.town_link.close("again")
    for told in (with_peer, waiting):
        [error] = told
        assert isinstance(error, NotReady)
    assert pair.town.downs == ["connection lost"]
    pair.hub_link.lost("connection lost")
    assert question.cancelled


def test_a_question_on_a_closed_link_is_told_at_once() -> None:
    pair = Pair()
    pair.town_link.close("stopping")
    [error] = pair.ask(Probe("x"))
    assert isinstance(error, NotReady)


def test_whoever_asks_again_when_told_of_the_end_is_told_again() -> None:
    pair = Pair()
    pair.hub.waits = True
    told: list[object] = []
    pair.town_link.ask(Probe("x"), Echo, lambda error: pair.town_link.ask(Probe("x"), Echo, told.append, 1_000), 1_000)
    pair.town_link.close("stopping")
    assert len(told) == 1


def test_a_peer_that_grants_nonsense_gets_nothing() -> None:
    pair = Pair(up=False)
    told = pair.ask(Probe("x"), 1_000)
    hello = Hello((1,), 1, (-5, 0, 2**40), b"")
    pair.town_link.receive(frame(msgspec.structs.replace(from_town(Kind.HELLO), sender="460001", receiver="462250"), encode(hello)))
    pair.clock.advance()
    assert pair.town_link.up
    assert [header.kind for header, _ in headers(pair.town_wire.take())] == [Kind.HELLO]
    pair.clock.advance(2)
    assert [reason(error) for error in told] == [Reason.LATE]
