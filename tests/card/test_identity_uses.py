"""The twelve uses of the card as an identity document, one by one (公的な身分証明書としての利用; promise C2)."""

import datetime
import os

import pytest

from openjuki.card.identity_uses import IDENTITY_USES, check_identity, is_of_age
from openjuki.card.personalisation import era_birth, reference_number
from openjuki.register.errors import Refused
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, HOLDER, authority, issued, order

FACES = [name for name, use in IDENTITY_USES.items() if not use.age_only]


class ListeningDoor(InProcessDoor):
    """A reader's door that remembers everything that went through it."""

    def __init__(self):
        super().__init__(issued())
        self.heard = b""

    def transmit(self, apdu):
        answer = super().transmit(apdu)
        self.heard += apdu + answer
        return answer


def test_there_are_twelve_uses_and_one_asks_the_age_only():
    assert len(IDENTITY_USES) == 12 and set(IDENTITY_USES) - set(FACES) == {"golf-tax"}


@pytest.mark.parametrize("name", FACES)
def test_the_desk_sees_face_and_photo_and_the_code_never_crosses_the_reader(name):
    door = ListeningDoor()
    checked = converse(door, check_identity(IDENTITY_USES[name], authority().trust, reference_number(order()), DAY, os.urandom))
    assert (checked.face.name, checked.face.photo) == (HOLDER.name, order().photo)
    assert CODE.encode() not in door.heard


@pytest.mark.parametrize(("day", "exempt"), [(datetime.date(2050, 2, 16), False), (datetime.date(2050, 2, 17), True)])
def test_the_golf_course_learns_whether_the_tax_is_due_and_nothing_else(day, exempt):
    door = ListeningDoor()
    assert converse(door, is_of_age(IDENTITY_USES["golf-tax"], authority().trust, era_birth(order()), day, os.urandom)) is exempt
    assert all(part.encode() not in door.heard for part in (HOLDER.name, HOLDER.address, CODE))


def test_neither_kind_of_use_gets_what_the_other_gets():
    with pytest.raises(Refused):
        converse(ListeningDoor(), check_identity(IDENTITY_USES["golf-tax"], authority().trust, reference_number(order()), DAY, os.urandom))
    with pytest.raises(Refused):
        converse(ListeningDoor(), is_of_age(IDENTITY_USES["passport"], authority().trust, era_birth(order()), DAY, os.urandom))
