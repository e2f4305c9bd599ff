"""What a card agent does when a card is made at its desk: look at the blank, fill area by area, open it (カード発行端末; 令30の14, 30の15).

    office                                       agent                              card
      | -- LookAtBlank --------------------------> | -- number, life cycle ---------> |
      | <- BlankSeen ----------------------------- |                                  |
      |    journal: begun                          |                                  |
      | -- FillArea 0, 1, ... -------------------> | -- keys, data, unknown PINs ---> |
      |    journal: securing                       |                                  |
      | -- OpenCard -----------------------------> | -- it is a card from now on ---> |
      |    journal: issued

The PINs are drawn here, written onto the card and forgotten: until its person has set theirs, nobody opens it. Each question may be asked
again after a lost reply.
"""

from typing import NamedTuple

import msgspec

from openjuki.card import area_by_area
from openjuki.card.area_by_area import AreaOrder
from openjuki.card.dialogue import Terminal
from openjuki.card.holder import CardOrder
from openjuki.card.image import Entropy
from openjuki.card.personalisation import Certifier, ServiceOrder
from openjuki.terminal.door import CardDoor, converse
from openjuki.terminal.issue_desk import unknown_pins


class LookAtBlank(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What card is in the reader, and is it a blank one?"""


class FillArea(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Make one area of this card: the one in this place of those that it gets."""

    order: CardOrder
    place: int
    jpki: bool = False
    services: tuple[ServiceOrder, ...] = ()


class OpenCard(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """All areas are made: the card of this number is one from now on."""

    card_id: str


class LoadService(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A service that the holder of the card of this number has chosen onto it; they choose its PIN, too, if it has one."""

    card_id: str
    service: ServiceOrder
    birth: str = ""
    """Of the holder, ISO 8601: no PIN is taken that the card's face tells."""


class UnloadService(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The service in this place off the card of this number."""

    card_id: str
    place: int


class BlankSeen(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Number and condition (card/area_by_area.py) of the card in the reader."""

    card_id: str
    condition: area_by_area.Condition


class Made(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Done with the card of this number; `complete` if the area was the last one."""

    card_id: str
    complete: bool = False


Request = LookAtBlank | FillArea | OpenCard | LoadService | UnloadService
Answer = BlankSeen | Made


class Maker(NamedTuple):
    """What makes cards at a desk: the reader, the office's terminal papers, who certifies, chance."""

    door: CardDoor
    terminal: Terminal
    certifier: Certifier
    entropy: Entropy

    def answer(self, request: Request, pin: str = "") -> Answer:
        """Does it; `pin` is what the holder chose for a service that has one. Raises an OpenJukiError as card and reader say."""
        self.door.connect()
        match request:
            case LookAtBlank():
                return BlankSeen(*converse(self.door, area_by_area.look(self.terminal)))
            case FillArea():
                outfit = AreaOrder(request.order, unknown_pins(self.entropy), self.certifier, request.jpki, request.services)
                complete = converse(self.door, area_by_area.fill_area(outfit, self.terminal, request.place))
                return Made(request.order.card_id, complete)
            case OpenCard():
                converse(self.door, area_by_area.secure(self.terminal, request.card_id))
                return Made(request.card_id)
            case LoadService():
                converse(self.door, area_by_area.load(self.terminal, request.card_id, request.service, self.certifier, pin))
                return Made(request.card_id)
            case UnloadService():
                converse(self.door, area_by_area.unload(self.terminal, request.card_id, request.place))
                return Made(request.card_id)
