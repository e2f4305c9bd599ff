"""What has been told of each card, event by event: its standing on any day follows (カードの運用状況, 令30の24; Act art. 30-44(8)-(10)).

Rows are only added, one for each version of a card; the fold is card/life.py's, so that the order of arrival makes no difference.
"""

from dataclasses import replace

import msgspec

from openjuki.card.life import CardEvent, CardLife, fold
from openjuki.offices import card_told, municipality, outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

SCRIPT = """
CREATE TABLE card_event (card_id TEXT NOT NULL, version INTEGER NOT NULL, code TEXT NOT NULL, with_photo INTEGER NOT NULL,
  told_ms INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (card_id, version)) WITHOUT ROWID;
CREATE TRIGGER card_event_no_update BEFORE UPDATE ON card_event BEGIN SELECT RAISE(ABORT, 'card_event is append-only'); END;
CREATE TRIGGER card_event_no_delete BEFORE DELETE ON card_event BEGIN SELECT RAISE(ABORT, 'card_event is append-only'); END"""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(CardEvent).decode
TOLD = "CardEvent"
"""Type of the outbox rows; procedures/card_event.py has the message."""


def tell(transaction: Transaction, office: Office, card_id: str, code: str, event: CardEvent, with_photo: bool) -> None:
    """One event of a card of this town, in the transaction that makes it true; the prefecture hears of it (令30の24).

    Its version is raised to the residence's span, so that what the next town tells follows all that this one told. Conflict if another
    event stands under its version.
    """
    residence = municipality.record_of_code(transaction, code).residence
    event = replace(event, version=max(event.version, residence * card_told.RESIDENCE_SPAN + 1))
    body = transaction.value("SELECT body FROM card_event WHERE card_id = ? AND version = ?", card_id, event.version)
    if body is not None and _decode(body) != event:
        reason = Say("another event stands under this version.", "同じ版の異なる記録があります。")
        raise Conflict("card event", reason, Say("Read the card's events again.", "カードの記録を確かめてください。"))
    if body is None:
        row = (card_id, event.version, code, with_photo, office.clock.wall_ms(), _encode(event))
        transaction.execute("INSERT INTO card_event VALUES (?, ?, ?, ?, ?, ?)", row)
        told = card_told.told_of(card_id, code, event, with_photo=with_photo)
        outbox.put(transaction, office.prefecture_office, TOLD, _encode((told,)))


def life(transaction: Transaction, card_id: str) -> CardLife:
    """What has been told of a card so far; of an unknown one, nothing (version 0)."""
    return fold(_decode(body) for (body,) in transaction.all("SELECT body FROM card_event WHERE card_id = ?", card_id))
