"""What an office speaks: types and versions, each only from where its route leads (送受信できる電文)."""

import pytest

from openjuki.nodes.tables import MESSAGES, SPEECH
from openjuki.register.errors import Reason
from openjuki.wire.message import Message, on_route
from openjuki.wire.speech import Place, Refusal, decoder, encode
from tests.wire.pair import HUB, OTHER_TOWN, TOWN, DownOnly, Probe
from tests.wire.pair import SPEECH as SMALL
from tools.protocol_examples import OTHER, PLACES, example, places


def test_a_route_leads_one_way_and_only_inside_its_relation() -> None:
    assert ("Probe", 1) in SMALL.accepted(TOWN, HUB)
    assert ("Probe", 1) not in SMALL.accepted(HUB, TOWN)
    assert ("Probe", 1) not in SMALL.accepted(OTHER_TOWN, HUB)
    assert ("DownOnly", 1) in SMALL.accepted(HUB, TOWN)
    assert not on_route(DownOnly, TOWN.kind, "46", HUB.kind, "46")


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_every_message_is_taken_on_its_routes_and_nowhere_else(message: type[Message]) -> None:
    everywhere = [*PLACES.values(), *OTHER.values()]
    key, lawful = (message.type_name(), message.version), {places(route) for route in message.routes}
    assert all(key in SPEECH.accepted(sender, receiver) for sender, receiver in lawful)
    for sender in everywhere:
        for receiver in everywhere:
            led = any(route.leads(sender.kind, sender.prefecture, receiver.kind, receiver.prefecture) for route in message.routes)
            assert (key in SPEECH.accepted(sender, receiver)) is led


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_every_message_comes_back_as_it_was_and_takes_no_field_more(message: type[Message]) -> None:
    made = example(message)
    assert decoder(message).decode(encode(made)) == made
    fields = [getattr(made, name) for name in message.__struct_fields__]
    with pytest.raises(ValueError):
        decoder(message).decode(encode([*fields, "one more"]))


def test_refusals_say_why_and_what_is_spoken() -> None:
    assert SMALL.refusal("Nothing", 1) == Refusal(Reason.UNKNOWN_TYPE.value, "architecture 3", SMALL.spoken)
    assert SMALL.refusal("Probe", 2) == Refusal(Reason.UNKNOWN_VERSION.value, "architecture 3", SMALL.spoken)
    assert SMALL.refusal("DownOnly", 1) == Refusal(Reason.OFF_ROUTE.value, "architecture 1")


def test_what_is_spoken_fits_into_a_refusal() -> None:
    from openjuki.wire.link import REFUSAL_BYTES_MAX

    assert len(encode(SPEECH.refusal("Nothing", 1))) < REFUSAL_BYTES_MAX // 4


def test_an_unknown_refusal_reads_as_failed() -> None:
    assert Refusal("never-heard-of", "x").error().code is Reason.FAILED
    assert Refusal("late", "x").error().code is Reason.LATE


def test_an_applicant_may_say_only_what_enrols() -> None:
    applicant, centre = PLACES["applicant"], PLACES["centre"]
    taken = {accepted.message for accepted in SPEECH.accepted(applicant, centre).values()}
    assert taken
    assert all(message.enrolling and not message.durable for message in taken)
    for place in PLACES.values():
        if place is not centre:
            assert SPEECH.accepted(applicant, place) == {}
    assert SPEECH.accepted(Place("x", TOWN.kind, "46"), applicant) == {}


def test_a_probe_is_not_a_message_of_the_country() -> None:
    assert ("Probe", 1) not in SPEECH.messages
    assert Probe.type_name() == "Probe"
