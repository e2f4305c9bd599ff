"""Whatever a counter's machine asks of a desk's agent: done, or declined with the card as it was; it never falls (カード端末の堅牢性)."""

import datetime
import os
from dataclasses import replace

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openjuki.card.apdu import Command
from openjuki.card.holder import CardOrder
from openjuki.card.layouts import JUKI_AID, SERVICES_MAX
from openjuki.card.order_check import PHOTO_BYTES_MAX, TEXT_BYTES_MAX
from openjuki.card.personalisation import ServiceOrder
from openjuki.card.system import CardSystem
from openjuki.register.errors import Reason, Refused
from openjuki.terminal.agent import (
    SHOWN_MS_MAX,
    Agent,
    Confirm,
    Declined,
    Pipe,
    ServicePin,
    SetPins,
    SetServicePin,
    Sign,
    TellCard,
    decode_answer,
    decode_request,
    encode,
)  # fmt: skip
from openjuki.terminal.agent_link import asked
from openjuki.terminal.agent_making import FillArea, LoadService, LookAtBlank, Made, Maker, OpenCard, UnloadService
from openjuki.terminal.door import InProcessDoor
from tests.card.cards import DAY, PINS, authority, blank, issued_files, order, terminal
from tests.terminal.test_agent import Person

LIBRARY = ServiceOrder(1, "図書館カード", bytes(16))
NUMBER = "A000000001"
FILL, LOAD = FillArea(order(), 0), LoadService(NUMBER, LIBRARY)
SERVICE_PIN = ServicePin(0, "印鑑登録証")
ODD = st.one_of(
    st.integers(-(2**70), 2**70), st.sampled_from([-1, 0, 4, 5, 8, 255, 256, True]), st.text(max_size=20),
    st.sampled_from(["", "９", "é", "A" * 70]), st.dates(), st.sampled_from([datetime.date.min, datetime.date.max]), st.binary(max_size=20),
)  # fmt: skip
"""What may stand where something else belongs."""


class Willing(Person):
    """Who types their PIN, and chooses whatever is asked for, the same twice."""

    def choose(self, purpose, *, again):
        return "JUKINET1" if purpose.en.startswith("password") else "4713"


def desk(files):
    """An agent with this card in its reader, and its holder in front."""
    door, papers = InProcessDoor(CardSystem(files, os.urandom)), terminal()
    return Agent(door, papers, Willing(PINS.juki), lambda: DAY, Maker(door, papers, authority(), os.urandom))


def put(target, path, value):
    """A message with another value in one place, as it would come over the line; a place is named by keys and numbers."""
    target[path[0]] = put(target[path[0]], path[1:], value) if path[1:] else value
    return target


def places(built, path=()):
    """Every place of a message in which a value stands."""
    if not isinstance(built, dict | list):
        return [path]
    inside = built.items() if isinstance(built, dict) else enumerate(built)
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))] if path else [
        place for key, value in inside if key != "type" for place in places(value, (key,))
    ]  # fmt: skip


def changed(data, message):
    """The message with one odd value somewhere, as a line."""
    built = msgspec.json.decode(encode(message))
    return msgspec.json.encode(put(built, data.draw(st.sampled_from(places(built))), data.draw(ODD)))


def heard(line):
    """The question in a line; None if the line is none, which the agent refuses with its reason."""
    try:
        return asked(line)
    except Refused as refused:
        assert refused.code is Reason.MALFORMED
        return None


def answered(files, message):
    """What came of a message. Declined only with item, reason and remedy in both languages, and with the card as it was."""
    before = (files.image, files.chip)
    answer = desk(files).answer(message)
    assert decode_answer(encode(answer)) == answer
    if isinstance(answer, Declined):
        assert all((answer.item, answer.reason_en, answer.reason_ja, answer.remedy_en, answer.remedy_ja))
        assert (files.image, files.chip) == before, answer
    return answer


@settings(max_examples=150, deadline=None)
@given(st.data())
@pytest.mark.slow
@pytest.mark.parametrize(
    ("message", "files"),
    [
        (FillArea(order(), 0, services=(LIBRARY,)), blank),
        (OpenCard(NUMBER), blank),
        (LOAD, issued_files),
        (UnloadService(NUMBER, 1), issued_files),
        (SetPins(1, every=True, jpki=True, birth="1980-02-17", services=(SERVICE_PIN,)), issued_files),
        (SetServicePin(NUMBER, SERVICE_PIN, "1980-02-17"), issued_files),
    ],
    ids=["fill", "open", "load", "unload", "pins", "service pin"],
)
def test_a_message_about_making_with_one_odd_value_is_done_or_declined_with_the_card_as_it_was(message, files, data):
    request = heard(changed(data, message))
    if request is not None and not (isinstance(request, FillArea) and request.place in (1, 2)):  # RSA keys are drawn there
        answered(files(), request)


@settings(max_examples=60, deadline=None)
@given(st.builds(Confirm, st.integers()) | st.builds(SetPins, st.integers()))
@example(Confirm(2**63))
@example(Confirm(2**64))
@example(SetPins(-(2**63) - 1))
@pytest.mark.slow
def test_a_time_that_is_none_is_declined_and_every_other_is_not(message):
    assert isinstance(answered(issued_files(), message), Declined) is (message.shown_ms not in range(SHOWN_MS_MAX))


@given(st.one_of(st.builds(Pipe, st.binary(max_size=300)), st.builds(Sign, st.text(max_size=40), st.booleans())))
def test_any_command_and_any_text_get_an_answer(message):
    request = heard(encode(message))
    assert request is None or decode_answer(encode(desk(issued_files()).answer(request)))


@given(
    st.one_of(st.binary(max_size=60), st.sampled_from([Confirm(1), TellCard(), LookAtBlank(), Sign("x"), LOAD, FILL]).map(encode)),
    st.data(),
)
@example(b'{"type":"Sign","text":"\xff"}', None)
@example(b"[" * 90_000, None)
def test_a_line_is_a_question_or_refused_as_none(line, data):
    cut = bytearray(line)
    if data and cut:
        cut[data.draw(st.integers(0, len(cut) - 1))] = data.draw(st.integers(0, 255))
    heard(bytes(cut))


@pytest.mark.parametrize("place", [-1, 3, 4, 99])
def test_an_area_that_no_card_has_is_declined(place):
    declined = answered(blank(), FillArea(order(), place))
    assert isinstance(declined, Declined) and declined.item == "area"


@pytest.mark.parametrize("number", [-1, SERVICES_MAX, 255, 256, 2**70])
def test_a_service_in_a_place_that_no_card_has_is_declined(number):
    files = issued_files()
    for message in (LoadService(NUMBER, replace(LIBRARY, number=number)), UnloadService(NUMBER, number)):
        declined = answered(files, message)
        assert isinstance(declined, Declined) and declined.item == "service"


def with_holder(**values):
    return replace(order(), holder=replace(order().holder, **values))


def with_issuer(office):
    return replace(order(), issuer=replace(order().issuer, office=office))


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ("card number", replace(order(), card_id="Ａ000000001")),
        ("card number", replace(order(), card_id="A00000000")),
        ("issuer", with_issuer("鹿児島")),
        ("resident record code", with_holder(code="１２３４５６７８９０１")),
        ("security code", replace(order(), security_code="８６４２")),
        ("sex", with_holder(sex="男")),
        ("days", replace(order(), last_day=DAY - datetime.timedelta(1))),
        ("days", replace(order(), first_day=datetime.date.max, last_day=datetime.date.max)),
        ("days", replace(order(), first_day=datetime.date.min)),
        ("days", replace(order(), last_day=datetime.date(2033, 11, 21))),
        ("name", with_holder(name="長" * (TEXT_BYTES_MAX // 3 + 1))),
        ("name", with_holder(name="")),
        ("address", with_holder(address="長" * (TEXT_BYTES_MAX // 3 + 1))),
        ("photo", replace(order(), photo=bytes(PHOTO_BYTES_MAX + 1))),
        ("photo", replace(order(), photo=bytes(70_000))),
    ],
)
def test_an_order_that_no_municipality_gives_is_declined_by_its_item_before_any_area(item, wrong):
    for place in range(3):
        declined = answered(blank(), FillArea(wrong, place))
        assert isinstance(declined, Declined) and declined.item == item


@pytest.mark.parametrize(
    "services",
    [
        (replace(LIBRARY, name=""),),
        (replace(LIBRARY, name="長" * 22),),
        (replace(LIBRARY, service_id=bytes(15)),),
        (LIBRARY, replace(LIBRARY, name="印鑑登録証")),
    ],
)
def test_services_that_no_card_takes_are_declined_with_the_first_area_already(services):
    declined = answered(blank(), FillArea(order(), 0, services=services))
    assert isinstance(declined, Declined) and declined.item == "service"


LARGEST: CardOrder = replace(
    with_holder(name="長" * (TEXT_BYTES_MAX // 3), address="町" * (TEXT_BYTES_MAX // 3)), photo=bytes(PHOTO_BYTES_MAX),
    first_day=datetime.date(2199, 2, 28), last_day=datetime.date(2209, 2, 27),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("wide", [LARGEST, replace(order(), first_day=datetime.date(1951, 1, 1), last_day=datetime.date(1951, 1, 1))])
def test_the_widest_order_that_is_taken_goes_onto_the_card_whole(wide):
    if wide.first_day < wide.holder.birth:
        wide = replace(wide, holder=replace(wide.holder, birth=datetime.date(1872, 12, 31)))
    files = blank()
    services = tuple(ServiceOrder(number, "長" * 21, bytes(16)) for number in range(SERVICES_MAX))
    made = [answered(files, FillArea(wide, place, jpki=True, services=services)) for place in range(4 + SERVICES_MAX)]
    assert [answer.complete for answer in made] == [False] * (3 + SERVICES_MAX) + [True]
    assert isinstance(answered(files, OpenCard(NUMBER)), Made)


def test_a_command_after_a_declined_message_finds_the_card_as_it_was():
    files = issued_files()
    at = desk(files)
    assert isinstance(at.answer(LoadService(NUMBER, replace(LIBRARY, number=300))), Declined)
    assert at.answer(Pipe(Command(0x00, 0xA4, 0x04, 0x0C, JUKI_AID).encode())).apdu == b"\x90\x00"
    assert isinstance(at.answer(LOAD), Made) and decode_request(encode(LOAD)) == LOAD
