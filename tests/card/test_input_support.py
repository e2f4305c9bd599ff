"""Four items of the card fill in a form, if the issuer signed them for this very card (券面事項入力補助; promise C2)."""

import os
from dataclasses import replace

import pytest

from openjuki.card import at_the_counter
from openjuki.card.dialogue import select
from openjuki.card.face_data import items_file, items_signature
from openjuki.card.input_support import read_items
from openjuki.card.layouts import SUPPORT_AID, SUPPORT_ITEMS, SUPPORT_SIGNATURE
from openjuki.card.sandbox_authority import new_signer
from openjuki.keys.software import make_key, public_der
from openjuki.register.errors import Broken
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import HOLDER, PINS, authority, door, issued, status, terminal


def test_the_input_support_application_gives_the_four_items_encrypted():
    heard = []

    class Listening(InProcessDoor):
        def transmit(self, apdu):
            heard.extend((apdu, super().transmit(apdu)))
            return heard[-1]

    items = converse(Listening(issued()), read_items(authority().trust, PINS.support, os.urandom))
    assert (items.name, items.address, items.birth, items.sex) == (HOLDER.name, HOLDER.address, HOLDER.birth, "1")
    assert all(HOLDER.name.encode() not in each for each in heard)


@pytest.mark.parametrize("changed", [{"name": "鹿児島　次郎"}, {"address": "東京都千代田区九段南1-2-1"}, {"sex": "2"}])
def test_four_items_that_another_has_written_or_that_the_issuer_signed_for_another_card_fill_in_no_form(changed):
    """Whoever got the municipality's right to rewrite, but not the issuer's key; or has both files, of two different cards."""
    other, own = new_signer(), authority().issuer
    items, true = items_file(replace(HOLDER, **changed)), items_file(HOLDER)
    for content, signature in (
        (items, items_signature(b"", items, other)),
        (items, items_signature(b"", true, own)),
        (true, items_signature(b"", items, own)),
        (items, items_signature(b"", items, own)),
    ):
        card = door()
        converse(card, at_the_counter.write_data(terminal(), SUPPORT_AID, {SUPPORT_ITEMS: content, SUPPORT_SIGNATURE: signature}))
        dialogue = read_items(authority().trust, PINS.support, os.urandom)
        if (content, signature) == (items, items_signature(b"", items, own)):
            assert converse(card, dialogue).name == replace(HOLDER, **changed).name  # the control: signed as it should be
        else:
            with pytest.raises(Broken):
                converse(card, dialogue)


def test_a_card_of_another_country_fills_in_no_form_and_is_given_no_pin():
    card = issued()
    with pytest.raises(Broken):
        converse(InProcessDoor(card), read_items(public_der(make_key(os.urandom)), "9999", os.urandom))
    assert status(card, select(SUPPORT_AID), "00200091") == "63C3"


def test_a_miss_in_the_light_channel_closes_it():
    card = issued()
    converse(InProcessDoor(card), read_items(authority().trust, PINS.support, os.urandom))
    assert status(card, "08B082000496020000") == "9000"
    assert status(card, "08B0820005860301AABB") == "6988"
    assert status(card, "08B082000496020000") == "69FC"
