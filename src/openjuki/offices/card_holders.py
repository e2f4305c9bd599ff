"""The cards of this town's people, and what happened to each (カード管理簿, Act art. 30-44(5)-(10); 令30の16-30の24).

    hold ── the first that is known of a card here      happen ── one event: told to the prefecture, written down, all in one transaction
    alive_of, held ── what the cards are now             due ── those whose term may have run out by a day

A card's standing follows from the events that offices have told (offices/card_states.py); here stands whose it is and who did what.
"""

import datetime
from dataclasses import replace
from typing import NamedTuple

from openjuki.card.life import (
    MOVE_IN_DAYS,
    CardEvent,
    CardEventKind,
    CardLife,
    CardStanding,
    EndCause,
)
from openjuki.offices import card_states, municipality, outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

SCRIPT = """
CREATE TABLE card_held (card_id TEXT PRIMARY KEY, person INTEGER NOT NULL, code TEXT NOT NULL, with_photo INTEGER NOT NULL,
  look_on TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX card_held_person ON card_held (person);
CREATE INDEX card_held_look_on ON card_held (look_on);
CREATE TABLE card_act (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, day TEXT NOT NULL, operator TEXT NOT NULL, card_id TEXT NOT NULL,
  act TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX card_act_card ON card_act (card_id);
CREATE TRIGGER card_held_no_delete BEFORE DELETE ON card_held BEGIN SELECT RAISE(ABORT, 'a card is never forgotten'); END;
CREATE TRIGGER card_act_no_update BEFORE UPDATE ON card_act BEGIN SELECT RAISE(ABORT, 'card_act is append-only'); END;
CREATE TRIGGER card_act_no_delete BEFORE DELETE ON card_act BEGIN SELECT RAISE(ABORT, 'card_act is append-only'); END"""

NEVER = "9999-12-31"
NOBODY = 0
"""No person's number: whose a card is of which a sweep left the number alone (offices/retention_cards.py)."""
ALIVE = (CardStanding.VALID, CardStanding.SUSPENDED, CardStanding.MOVING, CardStanding.WAITING)
"""Nobody who has such a card gets another beside it (令30の14)."""


class HeldCard(NamedTuple):
    """A card as this town knows it: its number, whose (internal number), the code on it, its kind, its life so far."""

    card_id: str
    person: int
    code: str
    with_photo: bool
    life: CardLife


class Act(NamedTuple):
    """One line of a card's history here: the day of the register calendar, who, what."""

    day: str
    operator: str
    act: str
    what: str


def hold(transaction: Transaction, card_id: str, person: int, code: str, *, with_photo: bool) -> None:
    """From now on this card is one of a resident here. Conflict if it is another's, or was here and is over."""
    transaction.execute("INSERT OR IGNORE INTO card_held VALUES (?, ?, ?, ?, ?)", (card_id, person, code, with_photo, NEVER))
    if transaction.value("SELECT person FROM card_held WHERE card_id = ?", card_id) != person:
        raise Conflict("card", Say("it is another person's.", "別の方のカードです。"), Say("Keep it.", "預かってください。"))


def held(transaction: Transaction, card_id: str) -> HeldCard:
    """The card of that number. Conflict if this town has none, or none any more."""
    row = transaction.one("SELECT person, code, with_photo FROM card_held WHERE card_id = ?", card_id)
    if row is None or row[0] == NOBODY:
        reason = Say("this town knows none of that number.", "この番号のカードは管理簿にありません。")
        raise Conflict("card", reason, Say("Read the number again.", "カードの番号を確かめてください。"))
    return HeldCard(card_id, row[0], row[1], bool(row[2]), card_states.life(transaction, card_id))


def cards_of(transaction: Transaction, person: int) -> list[HeldCard]:
    """All cards that a person has or had here, the oldest number first."""
    rows = transaction.all("SELECT card_id, code, with_photo FROM card_held WHERE person = ? ORDER BY card_id", person)
    return [HeldCard(card_id, person, code, bool(photo), card_states.life(transaction, card_id)) for card_id, code, photo in rows]


def alive_of(transaction: Transaction, person: int, day: datetime.date) -> list[HeldCard]:
    """The cards that stand in the way of another: valid, suspended, or on a move. At most one, if all went well."""
    return [card for card in cards_of(transaction, person) if card.life.standing(day) in ALIVE]


def happen(transaction: Transaction, office: Office, operator: str, card_id: str, event: CardEvent, what: str = "") -> HeldCard:
    """One event of a card: told (令30の24), written down, and its next term noted. A version of 0 stands for the next one."""
    card = held(transaction, card_id)
    event = event if event.version else replace(event, version=card.life.version + 1)
    card_states.tell(transaction, office, card_id, _told_code(transaction, card), event, card.with_photo)
    now = held(transaction, card_id)
    transaction.execute("UPDATE card_held SET look_on = ? WHERE card_id = ?", (look_on(now.life), card_id))
    note(transaction, office, operator, card_id, event.kind.value, what or (event.cause.value if event.cause else ""))
    return now


def _told_code(transaction: Transaction, card: HeldCard) -> str:
    """The code on the card, unless it turned out to be another human's: then the person's own."""
    if transaction.value("SELECT person FROM code_used WHERE code = ?", card.code) == card.person:
        return card.code
    return municipality.record_of(transaction, card.person).code


def note(transaction: Transaction, office: Office, operator: str, card_id: str, act: str, what: str = "") -> None:
    """Write down what was done with a card; it is told to nobody."""
    now_ms, day = office.clock.wall_ms(), office.today().isoformat()
    sql = "INSERT INTO card_act (at_ms, day, operator, card_id, act, what) VALUES (?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (now_ms, day, operator, card_id, act, what))
    outbox.record(transaction, now_ms, f"card:{act}", operator, f"card {card_id}")


def acts(transaction: Transaction, card_id: str) -> list[Act]:
    """A card's history here, the oldest first."""
    return [Act(*row) for row in transaction.all("SELECT day, operator, act, what FROM card_act WHERE card_id = ? ORDER BY id", card_id)]


def look_on(known: CardLife) -> str:
    """The first day on which a term of the card may have run out; never once it is over, or its holder was entered elsewhere.

    From then on the new town has the card; that nobody brought it there follows from what was told (令30の20 三).
    """
    over = known.ended_by is not None or known.told in (CardStanding.RETURNED, CardStanding.DESTROYED)
    if over or known.notified is not None:
        return NEVER
    terms = [known.last_day]
    if known.planned is not None:
        terms.append(known.planned + datetime.timedelta(MOVE_IN_DAYS))
    days = [term + datetime.timedelta(1) for term in terms if term is not None]
    return min(days).isoformat() if days else NEVER


def due(transaction: Transaction, day: datetime.date, count_max: int) -> list[HeldCard]:
    """Cards whose term has run out by that day and of which that was not said yet."""
    rows = transaction.all("SELECT card_id FROM card_held WHERE look_on <= ? ORDER BY look_on, card_id LIMIT ?", day.isoformat(), count_max)
    return [held(transaction, card_id) for (card_id,) in rows]


def end(transaction: Transaction, office: Office, operator: str, card_id: str, cause: EndCause) -> HeldCard:
    """The card is over, for one of the causes of 令30の20, on this day."""
    return happen(transaction, office, operator, card_id, CardEvent(0, CardEventKind.ENDED, office.today(), cause=cause))


def hand_back(transaction: Transaction, office: Office, operator: str, card_id: str, why: str) -> HeldCard:
    """The card itself is in the office's hands (返納, 令30の21)."""
    return happen(transaction, office, operator, card_id, CardEvent(0, CardEventKind.RETURNED, office.today()), why)


def end_for_reissue(transaction: Transaction, office: Office, operator: str, card_id: str, *, handed_back: bool) -> None:
    """Another card was asked for in place of this one: it ends with that (令30の20 八), and is handed back unless it is gone."""
    end(transaction, office, operator, card_id, EndCause.REISSUED)
    if handed_back:
        hand_back(transaction, office, operator, card_id, "with the application for another, 令30の17(2)")


def put_work(transaction: Transaction, office: Office, kind: str, code: str, what: str) -> None:
    """Something about a card for a clerk to do."""
    municipality.put_work_item_once(transaction, office.clock.wall_ms(), kind, code, what)
