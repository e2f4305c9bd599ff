"""A card made area by area, as the window asks for it, cut off and taken up again at any place (領域ごとの発行; promises C1, C8)."""

import os

import pytest

from openjuki.card import at_the_counter
from openjuki.card.area_by_area import AreaOrder, Condition, fill_area, load, look, secure, set_service_pin, unload
from openjuki.card.layouts import FACE_AID, JUKI_AID, service_aid
from openjuki.card.personalisation import ServiceOrder
from openjuki.card.system import CardSystem
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError, Refused
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


def test_a_service_with_a_pin_of_its_own_opens_to_nobody_without_it_and_three_wrong_tries_close_it_until_the_window_opens_it():
    door, by = fresh(issued_files()), terminal()
    seal = ServiceOrder(1, "印鑑登録証", bytes(range(16)), with_pin=True)
    with pytest.raises(InvalidInput):
        converse(door, load(by, "A000000001", seal, authority()))
    for chosen in ("4713", "4714"):  # the second after a lost reply: what was chosen last holds
        converse(door, load(by, "A000000001", seal, authority(), chosen))
    with pytest.raises(Refused, match="6982"):
        converse(door, at_the_counter.service_id(by, 1))
    with pytest.raises(Refused, match="6982"):
        converse(door, at_the_counter.sign_for_service(by, 1, bytes(32)))
    for left in (2, 1, 0):
        with pytest.raises(InvalidInput, match=f"{left} tries"):
            converse(door, at_the_counter.service_id(by, 1, "4713"))
    with pytest.raises(Refused, match="6984"):
        converse(door, at_the_counter.service_id(by, 1, "4714"))
    assert converse(door, at_the_counter.confirm_holder(by, PINS.juki, DAY)).code == CODE  # another area's PIN is another's
    with pytest.raises(Conflict):
        converse(door, set_service_pin(by, "A000000002", 1, "4715"))
    with pytest.raises(Refused):
        converse(door, set_service_pin(terminal(office="131016"), "A000000001", 1, "4715"))
    converse(door, set_service_pin(by, "A000000001", 1, "4715"))
    assert converse(door, at_the_counter.service_id(by, 1, "4715")) == seal.service_id
    assert converse(door, at_the_counter.sign_for_service(by, 1, bytes(32), "4715"))


def test_a_service_without_a_pin_has_none_to_be_tried_or_set():
    door, by = fresh(issued_files()), terminal()
    converse(door, load(by, "A000000001", ServiceOrder(1, "図書館カード", bytes(16)), authority()))
    with pytest.raises(Refused, match="6A88"):
        converse(door, set_service_pin(by, "A000000001", 1, "4715"))
    assert converse(door, at_the_counter.service_id(by, 1)) == bytes(16)
