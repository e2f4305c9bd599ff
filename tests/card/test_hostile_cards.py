"""A card that answers anything at all: whoever talks to it gets an error of ours, and never takes it for a card (偽造カード; C2, C7)."""

import os
import random

import pytest

from openjuki.card import at_the_counter, third_party, tlv
from openjuki.card.apdu import Response
from openjuki.card.dialogue import read
from openjuki.card.face_data import ITEMS, items_signature, with_offsets
from openjuki.card.input_support import read_items
from openjuki.card.layouts import SUPPORT_SESSION
from openjuki.card.light_channel import KEY_BYTES, LIGHT_CLA, LightChannel
from openjuki.card.personalisation import era_birth, reference_number
from openjuki.register.errors import Broken, InvalidInput, OpenJukiError
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, HOLDER, PINS, authority, issued, order, say, terminal

NUMBER, BIRTH = reference_number(order()), era_birth(order())
DIALOGUES = {
    "holder": (lambda: at_the_counter.confirm_holder(terminal(), PINS.juki, DAY), lambda seen: seen.code == CODE),
    "shown": (lambda: at_the_counter.show_card(terminal(), PINS.juki, DAY, 1), lambda seen: seen.presented.code == CODE),
    "card": (lambda: at_the_counter.card_and_key(terminal()), lambda seen: seen[0].card_id == order().card_id),
    "face": (lambda: third_party.check_face(authority().trust, NUMBER, DAY, os.urandom), lambda seen: seen.face.name == HOLDER.name),
    "items": (lambda: read_items(authority().trust, PINS.support, os.urandom), lambda seen: seen.name == HOLDER.name),
    "age": (lambda: third_party.check_age(authority().trust, BIRTH, DAY, os.urandom), lambda seen: seen == 33),
}


class Lying(InProcessDoor):
    """A card whose answers are changed on their way, one of them or each."""

    def __init__(self, card, draw):
        super().__init__(card)
        self.draw, self.at, self.count = draw, draw.choice((None, *range(8))), 0

    def transmit(self, apdu):
        answer = super().transmit(apdu)
        self.count += 1
        return answer if self.at not in (None, self.count) else self._changed(answer)

    def _changed(self, answer):
        draw, data = self.draw, bytearray(answer[:-2])
        for _ in range(draw.choice((1, 1, 3))):
            if data:
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        longer, other = bytes(data) + draw.randbytes(4), draw.randbytes(200)
        kinds = (bytes(data), bytes(data[: len(data) // 2]), longer, other, b"", b"\x7c\x80", b"\x30\x03\x02\x01")
        return draw.choice(kinds) + draw.choice((b"\x90\x00", b"\x90\x00", b"\x90\x00", b"\x69\x82", b"\x63\xc2", b"\x6f\x00"))


@pytest.mark.slow
@pytest.mark.parametrize("name", DIALOGUES)
def test_what_a_lying_card_says_is_an_error_or_the_truth(name):
    begin, is_true = DIALOGUES[name]
    ends = {"refused": 0, "true": 0}
    for seed in range(150):
        try:
            seen = converse(Lying(issued(), random.Random(seed)), begin())
        except OpenJukiError:
            ends["refused"] += 1
        else:
            ends["true"] += 1
            assert is_true(seen), seed
    assert ends["refused"] > 50 and ends["true"] > 5


def items_from(session, content):
    """The four items off a card that lies about its session key's public part, or hides this content, signed by the issuer."""
    dialogue, card, channel = read_items(authority().trust, PINS.support, bytes), issued(), LightChannel(bytes(KEY_BYTES))
    command = next(dialogue)
    while command.cla != LIGHT_CLA:
        lies = session if command == read(SUPPORT_SESSION) else None
        command = dialogue.send(say(card, command) if lies is None else Response(lies, 0x9000))
    for hidden in (content, signed(content)):
        channel.wrap(command)
        command = dialogue.send(Response(channel.hide(hidden), 0x9000))


def signed(content):
    """The issuer's signature over whatever that is."""
    try:
        return items_signature(b"", content, authority().issuer)
    except InvalidInput:
        return b""


@pytest.mark.parametrize(
    "session",
    [b"", b"\xa1\x02\x30\x00", b"\xa1\x80", b"\x30\x00", tlv.encode(0xA1, authority().trust)],
    ids=["nothing", "empty", "endless", "another form", "another curve's use"],  # the last is another in each process
)
def test_a_card_whose_session_key_is_none_fills_in_no_form(session):
    with pytest.raises(Broken):
        items_from(session, b"")


def four_items(*items):
    return with_offsets(ITEMS, dict(zip(range(0xDF22, 0xDF26), items, strict=True)))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x53", tlv.encode(ITEMS, b""), tlv.encode(ITEMS, tlv.encode(0xDF24, b"19800217")),
        four_items(b"\xff", b"a", b"19800217", b"1"), four_items(b"n", b"a", b"19800230", b"1"),
        four_items(b"n", b"a", b"\xe5\xb9\xb4", b"1"), four_items(b"n", b"a", b"", b"1"),
    ],
)  # fmt: skip
def test_items_that_are_none_fill_in_no_form(content):
    with pytest.raises(Broken):
        items_from(None, content)


def test_items_that_are_some_would_fill_in_a_form():
    """The control of the tests above: the same way with four items in the answer."""
    with pytest.raises(StopIteration) as ended:
        items_from(None, four_items("住基".encode(), b"a", b"19800217", b"1"))
    assert ended.value.value.name == "住基"
