"""A card made area by area, as the window asks for it, cut off and taken up again at any place (領域ごとの発行; promises C1, C8)."""

import os

import pytest

from openjuki.card import at_the_counter
from openjuki.card.area_by_area import AreaOrder, Condition, fill_area, load, look, secure, unload
from openjuki.card.layouts import FACE_AID, JUKI_AID, service_aid
from openjuki.card.personalisation import ServiceOrder
from openjuki.card.system import CardSystem
from openjuki.register.errors import Conflict, OpenJukiError
from openjuki.terminal.door import InProcessDoor, converse
from tests.card.cards import CODE, DAY, OFFICE, PINS, authority, blank, issued_files, order, terminal

LIBRARY = ServiceOrder(0, "図書館カード", bytes(range(16)))


def fresh(files=None):
    door = InProcessDoor(CardSystem(files or blank(), os.urandom))
    door.connect()
    return door


def areas(door, services=(LIBRARY,), card_id="A000000001", times=1):
    """Every area, each asked for so many times; the numbers of commands at which each began are not told."""
    outfit, place = AreaOrder(order(card_id), PINS, authority(), False, services), 0
    while True:
        for _ in range(times):
            complete = converse(door, fill_area(outfit, terminal(), place))
        if complete:
            return place + 1
        place += 1


def test_every_area_asked_for_twice_makes_the_one_good_card():
    door = fresh()
    assert converse(door, look(terminal())) == ("A000000001", Condition.BLANK)
    assert areas(door, times=2) == 4
    assert converse(door, look(terminal())).condition is Condition.BEGUN
    for _ in range(2):
        converse(door, secure(terminal(), "A000000001"))
    assert converse(door, look(terminal())).condition is Condition.IN_USE
    assert converse(door, at_the_counter.confirm_holder(terminal(), PINS.juki, DAY)).code == CODE
    assert converse(door, at_the_counter.service_id(terminal(), 0)) == LIBRARY.service_id


def test_another_number_is_never_filled_nor_opened_and_no_service_goes_onto_it():
    door = fresh()
    with pytest.raises(Conflict):
        areas(door, card_id="A000000002")
    with pytest.raises(Conflict):
        converse(door, secure(terminal(), "A000000002"))
    with pytest.raises(Conflict):
        converse(fresh(issued_files()), load(terminal(), "A000000002", LIBRARY, authority()))
    assert converse(door, look(terminal())).condition is Condition.BLANK


def test_a_service_is_on_the_card_only_if_chosen_and_comes_and_goes_later():
    door = fresh()
    areas(door, services=())
    converse(door, secure(terminal(), "A000000001"))
    for aid, there in ((JUKI_AID, True), (FACE_AID, True), (service_aid(0), False)):
        assert (door.transmit(b"\x00\xa4\x04\x0c" + bytes((len(aid),)) + aid) == b"\x90\x00") is there
    for _ in range(2):
        converse(door, load(terminal(), "A000000001", LIBRARY, authority()))
    assert converse(door, at_the_counter.service_id(terminal(), 0)) == LIBRARY.service_id
    with pytest.raises(OpenJukiError):
        converse(door, at_the_counter.service_id(terminal(office="131016"), 0))
    with pytest.raises(Conflict, match="another municipality"):
        converse(door, load(terminal(office="131016"), "A000000001", ServiceOrder(0, "印鑑登録証", bytes(16)), authority()))
    for _ in range(2):
        converse(door, unload(terminal(), "A000000001", 0))
    assert converse(door, at_the_counter.confirm_holder(terminal(), PINS.juki, DAY)).data.office == OFFICE
    with pytest.raises(OpenJukiError):
        converse(door, at_the_counter.service_id(terminal(), 0))
