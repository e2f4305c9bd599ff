"""A card made one area after the other, as the window asks for it, and taken up again at any (領域ごとの発行, Order art. 30-14, 30-15).

    look ── blank? ── fill_area 0, 1, ... ── secure        in use:  load, unload a service of the municipal area (Act art. 30-44(12))

Each is a dialogue of its own that opens the manager's channel anew: between any two the card may be taken out, the line may break, the
program may be killed. Asked again, each finds done what it would do. The journal is the office's (offices/card_issue.py).
"""

from enum import StrEnum
from typing import NamedTuple

from openjuki.card import tlv
from openjuki.card.apdu import Command
from openjuki.card.at_the_counter import new_pin, reset_pin
from openjuki.card.chip import MANAGER_AID
from openjuki.card.dialogue import Dialogue, OpenChannel, Terminal, open_channel, read, said, verify_pin
from openjuki.card.holder import CardOrder
from openjuki.card.issuing import AID, CHANGE_CARD, SECURE
from openjuki.card.layouts import SERVICE_ID, SERVICE_PIN, service_aid
from openjuki.card.order_check import not_for_a_card
from openjuki.card.personalisation import (
    Certifier,
    Outfit,
    Pins,
    ServiceOrder,
    already_done,
    fill,
    fillings,
    is_the_card,
    number,
    service_filling,
)
from openjuki.card.selecting import LIFE_CYCLE
from openjuki.register.errors import Conflict, Refused, Say

_FROM_FACTORY = 0x07


class Condition(StrEnum):
    """How a card comes out of the drawer."""

    BLANK = "blank"
    BEGUN = "begun"  # something is on it, and it is nobody's yet
    IN_USE = "in-use"


class Looked(NamedTuple):
    """A card in the reader: its number, its condition."""

    card_id: str
    condition: Condition


class AreaOrder(NamedTuple):
    """One card to be made, without a journal. An `Outfit`."""

    order: CardOrder
    pins: Pins
    certifier: Certifier
    jpki: bool
    services: tuple[ServiceOrder, ...]


def look(terminal: Terminal) -> Dialogue[Looked]:
    """Number and condition of the card in the reader. Raises Refused or Broken if it is none of this country."""
    manager = yield from open_channel(terminal, MANAGER_AID)
    card_id = (yield from number(manager)).decode("ascii", "replace")
    cycle = yield from said(manager.say, Command(0x00, 0xCA, LIFE_CYCLE >> 8, LIFE_CYCLE & 0xFF, b"", 256), Say("state", "状態"))
    if cycle[-1:] != bytes((_FROM_FACTORY,)):
        return Looked(card_id, Condition.IN_USE)
    done = yield from already_done(manager)
    return Looked(card_id, Condition.BEGUN if set(done) - {MANAGER_AID} else Condition.BLANK)


def fill_area(outfit: Outfit, terminal: Terminal, place: int) -> Dialogue[bool]:
    """Makes the application in this place of `fillings`, or goes on with it; whether it was the last one.

    Raises Conflict for another card, InvalidInput for an order or a place that no card takes, before anything is written.
    """
    areas = fillings(outfit)
    if place not in range(len(areas)):
        raise not_for_a_card("area")
    filling = areas[place]
    manager = yield from _opened(terminal, outfit.order.card_id)
    done = yield from already_done(manager)
    yield from fill(manager, filling, done.get(filling.aid, {}))
    return place == len(areas) - 1


def secure(terminal: Terminal, card_id: str) -> Dialogue[None]:
    """Everything is on it: from now on it is a card. Raises Conflict for another card."""
    manager = yield from _opened(terminal, card_id)
    yield from said(manager.say, Command(0x80, 0xF0, CHANGE_CARD, SECURE), Say("issue", "発行"))


def load(terminal: Terminal, card_id: str, service: ServiceOrder, certifier: Certifier, pin: str = "") -> Dialogue[None]:
    """A service onto a card in use, or goes on with that; its PIN, if it has one, is `pin`, also after a lost reply.

    Raises Conflict for another card, or if its place is another municipality's.
    """
    filling = service_filling(card_id, service, certifier, pin)
    manager = yield from _opened(terminal, card_id)
    yield from fill(manager, filling, (yield from already_done(manager)).get(filling.aid, {}))
    try:
        channel = yield from open_channel(terminal, filling.aid)
    except Refused as error:
        reason = Say(
            "its place on the card is taken by another municipality.", "カードのこの領域は、別の市区町村のサービスが使っています。"
        )
        raise Conflict("service", reason, Say("Have another card made.", "新しいカードの交付を受けてください。")) from error
    if service.with_pin:
        yield from said(channel.say, new_pin(SERVICE_PIN, pin), Say("PIN", "暗証番号"))
        yield from said(channel.say, verify_pin(SERVICE_PIN, pin.encode("ascii", "replace")), Say("PIN", "暗証番号"))
    yield from said(channel.say, read(SERVICE_ID), Say("service", "サービス"))


def set_service_pin(terminal: Terminal, card_id: str, place: int, pin: str) -> Dialogue[None]:
    """A new PIN, and all tries, of the service in this place; the holder forgot or blocked it. Conflict for another card."""
    aid = service_aid(place)
    yield from _opened(terminal, card_id)
    yield from reset_pin(terminal, aid, SERVICE_PIN, pin)


def unload(terminal: Terminal, card_id: str, place: int) -> Dialogue[None]:
    """A service off a card in use, with all that it held; nothing if it is not there. Raises Conflict for another card."""
    aid = service_aid(place)
    manager = yield from _opened(terminal, card_id)
    if aid in (yield from already_done(manager)):
        yield from said(manager.say, Command(0x80, 0xE4, 0, 0, tlv.encode(AID, aid)), Say("unload", "搭載解除"))


def _opened(terminal: Terminal, card_id: str) -> Dialogue[OpenChannel]:
    manager = yield from open_channel(terminal, MANAGER_AID)
    yield from is_the_card(manager, card_id)
    return manager
