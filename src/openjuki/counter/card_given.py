"""What an act with a card has to go by: the resident's cards, a form, the agent (カードの届出の入力; 令30の13-23)."""

from collections.abc import Mapping
from typing import NamedTuple

from openjuki.card.life import CardStanding
from openjuki.counter.shell import Visit
from openjuki.offices.card_applications import Filed
from openjuki.offices.card_holders import Act as Past
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.card_issue import Making
from openjuki.offices.card_issue_services import Service
from openjuki.register.record import ResidentRecord
from openjuki.terminal import agent
from openjuki.terminal.agent_making import Made

OFFERED, LOADED, WITH_PIN = {"": "offered"}, {"": "loaded"}, {"": "with a PIN"}
"""Stand for the town's services that may be chosen, for those on the card, and for those of them that have a PIN."""


class Field(NamedTuple):
    """One item of a form. `kind`: text, day, yes, one (of the options), many (of them), photo."""

    name: str
    label: str
    kind: str = "text"
    options: Mapping[str, str] = {}
    need: bool = False


_NOT_WITH_HOLDER = (CardStanding.MAKING, CardStanding.RETURNED, CardStanding.DESTROYED)


class CardsOfPerson(NamedTuple):
    """What there is of one resident: cards, the open application, the card being made, what was done with the cards."""

    record: ResidentRecord
    cards: list[HeldCard]
    alive: HeldCard | None
    application: Filed | None
    making: Making | None
    past: list[tuple[str, Past]]
    offered: list[Service]
    """The town's services that may be chosen."""
    loaded: list[Service]
    """Those on the card that is not over."""

    @property
    def with_pin(self) -> list[Service]:
        """Services on the card that have a PIN of their own."""
        return [service for service in self.loaded if service.with_pin]

    @property
    def to_return(self) -> HeldCard | None:
        """The card that is not over, else one that is over and was not handed in (Order art. 30-21)."""
        kept = (card for card in self.cards if card.life.told not in _NOT_WITH_HOLDER)
        return self.alive or next(kept, None)

    def options(self, field: Field) -> Mapping[str, str]:
        """What may be chosen in an item of a form."""
        if field.options is WITH_PIN:
            return {str(service.place): service.name for service in self.with_pin}
        if field.options is LOADED:
            return {str(service.place): service.name for service in self.loaded}
        if field.options is OFFERED:
            there = self.loaded if field.kind == "one" else []
            return {str(service.place): service.name for service in self.offered if service not in there}
        return field.options


class Given(NamedTuple):
    """What a form has to go by: the visit, the person's cards, the photo, what the desk's agent told."""

    visit: Visit
    person: CardsOfPerson
    photo: bytes
    told: agent.Confirmed | None
    made: Made | None = None

    @property
    def answered(self) -> bool:
        """Whether the desk's agent has done its part."""
        return self.told is not None or self.made is not None
