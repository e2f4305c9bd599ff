"""The door to a card, whatever is behind it: connect, transmit, disconnect (カードの読取り口)."""

from typing import Protocol, TypeVar

from openjuki.card.apdu import parse_response
from openjuki.card.dialogue import Dialogue
from openjuki.card.system import CardSystem

Result = TypeVar("Result")


class CardDoor(Protocol):
    """A place where a card can be. Every method raises NotReady when no card is there or the reader is gone."""

    def connect(self) -> bytes:
        """Powers the card and returns its answer to reset (ATR)."""
        ...

    def transmit(self, apdu: bytes) -> bytes:
        """One command, one answer with its status word."""
        ...

    def disconnect(self) -> None:
        """Takes the power away: all that was granted is gone."""
        ...


class InProcessDoor:
    """A card in this process: for the simulator and for tests. A `CardDoor`."""

    def __init__(self, card: CardSystem) -> None:
        self.card = card

    def connect(self) -> bytes:
        self.card.reset()
        return self.card.atr

    def transmit(self, apdu: bytes) -> bytes:
        return self.card.transmit(apdu)

    def disconnect(self) -> None:
        self.card.reset()


def converse(door: CardDoor, dialogue: Dialogue[Result]) -> Result:
    """Runs a dialogue against the card in this door and returns what came out; the door is connected already."""
    try:
        command = next(dialogue)
        while True:
            command = dialogue.send(parse_response(door.transmit(command.encode())))
    except StopIteration as ended:
        result: Result = ended.value
        return result
