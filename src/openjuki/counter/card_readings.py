"""What the desk's card program says of a card that was shown: read from its own text (住基カードの読取り結果; 令24の3 七, Rules 7-2).

The office's server never sees a PIN: the program asks for it, and hands over what the card has signed.
"""

from typing import TypeVar

import msgspec

from openjuki.offices.transfer_asking import CardShown
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.transfer_record import CardData

T = TypeVar("T")
LONGEST = 8_000


class CardRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card's data as the old office keeps them; bytes in base 64."""

    number: str
    issued_on: str
    valid_until: str
    with_photo: bool
    public: bytes


class CardProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the card was shown and its PIN given: when (wall clock, ms), and what it signed."""

    number: str
    shown_ms: int
    proof: bytes


def _read(text: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text[:LONGEST].encode(), type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError) as error:
        reason = Say("is not what the card program says of a card.", "カード読取りの結果として読めません。")
        remedy = Say("Have the card read again, and hand over all of it.", "カードを読み直し、表示された全部を貼り付けてください。")
        raise InvalidInput("card", reason, remedy) from error


def card_data(text: str) -> CardData:
    """The data of a card that was read. InvalidInput if it is none."""
    read = _read(text, CardRead)
    return CardData(read.number, read.issued_on, read.valid_until, read.with_photo, read.public)


def card_shown(text: str) -> CardShown:
    """The proof that a card was shown here. InvalidInput if it is none."""
    read = _read(text, CardProof)
    return CardShown(read.number, read.shown_ms, read.proof)
