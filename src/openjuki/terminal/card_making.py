"""Makes a card of the catalogue: blank from the factory, personalised, then what its name says (試験用カードの作成, promise X10)."""

import datetime
from dataclasses import dataclass

from openjuki.card import at_the_counter
from openjuki.card.dialogue import select, verify_pin
from openjuki.card.holder import CardOrder
from openjuki.card.image import Disk, Entropy
from openjuki.card.layouts import AUTH_PIN, JPKI_AID, SIGN_PASSWORD
from openjuki.card.personalisation import Journal, Work, personalise
from openjuki.card.sandbox_authority import COUNTER, REALM, SandboxAuthority, new_authority
from openjuki.card.sandbox_cards import CATALOGUE, ISSUER, PINS, TestCard, drawn_number, order_of
from openjuki.card.system import ATR, Blank, CardSystem, manufacture
from openjuki.terminal.door import InProcessDoor, converse


@dataclass(frozen=True, slots=True)
class Factory:
    """What test cards are made with: authority, journal, randomness, and the day they are made on."""

    authority: SandboxAuthority
    journal: Journal
    entropy: Entropy
    day: datetime.date


def make_card(name: str, disk: Disk, factory: Factory) -> CardOrder:
    """The card of this name on this disk, and what was ordered. Raises Conflict if a card of that number is being made elsewhere."""
    card = CATALOGUE[name]
    order = order_of(name, factory.day, "" if card.issued else drawn_number(factory.entropy))
    authority = new_authority(factory.entropy, factory.authority.day) if card.foreign else factory.authority
    make_blank(disk, order.card_id, authority, factory, card.atr or ATR)
    if card.issued:
        door = InProcessDoor(CardSystem(disk, factory.entropy))
        door.connect()
        terminal = authority.terminal(ISSUER.office, COUNTER, factory.entropy, factory.day)
        work = Work(name, order, PINS, authority, factory.journal, jpki=card.jpki, services=card.services)
        converse(door, personalise(work, terminal))
    _afterwards(card, disk, authority, factory)
    return order


def make_blank(disk: Disk, card_id: str, authority: SandboxAuthority, factory: Factory, atr: bytes = ATR) -> None:
    """A card as it comes from the factory."""
    blank = Blank(card_id, REALM, authority.trust, authority.day.isoformat(), atr)
    manufacture(disk, factory.entropy, blank, lambda aid, public: authority.card(card_id, aid, public))


def _afterwards(card: TestCard, disk: Disk, authority: SandboxAuthority, factory: Factory) -> None:
    door = InProcessDoor(CardSystem(disk, factory.entropy))
    if card.after == "suspend":
        converse(door, at_the_counter.suspend(authority.terminal(ISSUER.office, COUNTER, factory.entropy, factory.day)))
    elif card.after == "block":
        for command in (select(JPKI_AID), *[verify_pin(AUTH_PIN, b"0000")] * 3, *[verify_pin(SIGN_PASSWORD, b"WRONG0")] * 5):
            door.transmit(command.encode())
    elif card.after == "damage":
        image = bytearray(disk.read_image())
        image[-1] ^= 1
        disk.write_image(bytes(image))
