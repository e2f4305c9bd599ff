"""What has been told of each card, event by event: its standing on any day follows (カードの運用状況, 令30の24; Act art. 30-44(8)-(10)).

Rows are only added, and the fold is card/life.py's, so that the order of arrival makes no difference. There is one row for each version of
a card, unless a version was used again before it was noticed that the disk is an old copy: then what the hub holds under it stands beside.
"""

from dataclasses import replace

import msgspec

from openjuki.card.life import CardEvent, CardLife, fold
from openjuki.offices import card_told, municipality, outbox
from openjuki.offices.card_told import CardTold
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

SCRIPT = """
CREATE TABLE card_event (card_id TEXT NOT NULL, version INTEGER NOT NULL, code TEXT NOT NULL, with_photo INTEGER NOT NULL,
  told_ms INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (card_id, version)) WITHOUT ROWID;
CREATE TRIGGER card_event_no_update BEFORE UPDATE ON card_event BEGIN SELECT RAISE(ABORT, 'card_event is append-only'); END;
CREATE TRIGGER card_event_no_delete BEFORE DELETE ON card_event BEGIN SELECT RAISE(ABORT, 'card_event is append-only'); END"""
HEARD_SCRIPT = """
ALTER TABLE card_event RENAME TO card_event_before;
CREATE TABLE card_event (card_id TEXT NOT NULL, version INTEGER NOT NULL, code TEXT NOT NULL, with_photo INTEGER NOT NULL,
  told_ms INTEGER NOT NULL, body BLOB NOT NULL, heard INTEGER NOT NULL, PRIMARY KEY (card_id, version, body)) WITHOUT ROWID;
INSERT INTO card_event SELECT card_id, version, code, with_photo, told_ms, body, 0 FROM card_event_before;
DROP TABLE card_event_before;
CREATE TRIGGER card_event_no_update BEFORE UPDATE ON card_event BEGIN SELECT RAISE(ABORT, 'card_event is append-only'); END;
CREATE TRIGGER card_event_no_delete BEFORE DELETE ON card_event BEGIN SELECT RAISE(ABORT, 'card_event is append-only'); END"""
"""`heard` is 1 of what a hub held and this register had lost."""

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
    known = transaction.all("SELECT body FROM card_event WHERE card_id = ? AND version = ?", card_id, event.version)
    if not known:
        _tell(transaction, office, card_id, code, event, with_photo)
    elif event not in [_decode(body) for (body,) in known]:
        reason = Say("another event stands under this version.", "同じ版の異なる記録があります。")
        raise Conflict("card event", reason, Say("Read the card's events again.", "カードの記録を確かめてください。"))


def _tell(transaction: Transaction, office: Office, card_id: str, code: str, event: CardEvent, with_photo: bool) -> None:
    told = card_told.told_of(card_id, code, event, with_photo=with_photo)
    _keep(transaction, office, told, event, heard=False)
    outbox.put(transaction, office.prefecture_office, TOLD, _encode((told,)))


def _keep(transaction: Transaction, office: Office, told: CardTold, event: CardEvent, *, heard: bool) -> None:
    row = (told.card, event.version, told.code, told.with_photo, office.clock.wall_ms(), _encode(event), heard)
    transaction.execute("INSERT INTO card_event VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def hear(transaction: Transaction, office: Office, told: CardTold) -> bool:
    """Take over what a hub holds of an event that this office told and has lost; False if it is known here.

    An event of this register under the same version was told after it, before the loss was noticed: it is told again, above all that is
    known of the card. So the newest version of a card is to be heard first. Done again, it does nothing.
    """
    event = card_told.event_of(told)
    sql = "SELECT body, code, with_photo, heard FROM card_event WHERE card_id = ? AND version = ?"
    here = [(_decode(body), code, bool(photo), heard) for body, code, photo, heard in transaction.all(sql, told.card, told.version)]
    if event in [one for one, *_ in here]:
        return False
    _keep(transaction, office, told, event, heard=True)
    for own, code, with_photo, heard in here:
        if not heard:
            above = replace(own, version=life(transaction, told.card).version + 1)
            _tell(transaction, office, told.card, code, above, with_photo)
    return True


def life(transaction: Transaction, card_id: str) -> CardLife:
    """What has been told of a card so far; of an unknown one, nothing (version 0)."""
    return fold(_decode(body) for (body,) in transaction.all("SELECT body FROM card_event WHERE card_id = ?", card_id))
