"""What prefecture and centre hold of cards: each event as its municipality told it (カードの運用状況の通知, 令30の24; Act art. 30-44).

    events, in any order ── those of offices that had the person then ── fold of card/life.py ── what the person's state says ──> CardState

Nothing is judged when an event arrives: whether its office had the person, whether the code on the card is still the person's, which of two
cards holds. All of that is seen when the card is asked about, so that every order of arrival ends alike.
"""

import datetime
from typing import NamedTuple

import msgspec

from openjuki.card.life import CardEvent, CardEventKind, CardLife, CardStanding, EndCause, fold
from openjuki.offices import identity
from openjuki.offices.store import Transaction
from openjuki.register.arrival import rank
from openjuki.register.codes import resident_code
from openjuki.register.dates import calendar_date
from openjuki.register.errors import Reason, Refused
from openjuki.register.identity import Status

SCRIPT = """
CREATE TABLE card_told (card TEXT NOT NULL, version INTEGER NOT NULL, office TEXT NOT NULL, code TEXT NOT NULL,
  received_ms INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (card, version, office)) WITHOUT ROWID;
CREATE INDEX card_told_code ON card_told (code)"""
TWINS_SCRIPT = """
ALTER TABLE card_told RENAME TO card_told_before;
CREATE TABLE card_told (card TEXT NOT NULL, version INTEGER NOT NULL, office TEXT NOT NULL, code TEXT NOT NULL,
  received_ms INTEGER NOT NULL, body BLOB NOT NULL, twin INTEGER NOT NULL, PRIMARY KEY (card, version, office, twin)) WITHOUT ROWID;
INSERT INTO card_told SELECT card, version, office, code, received_ms, body, 0 FROM card_told_before;
DROP TABLE card_told_before;
CREATE INDEX card_told_code ON card_told (code);
CREATE INDEX card_told_office ON card_told (office, card, version)"""
"""An office that lost its disk may use a version for another event before it notices: `twin` numbers them as they came, and all count."""
SCRIPTS = (SCRIPT, TWINS_SCRIPT)

RESIDENCE_SPAN = 1_000
"""Versions of one residence: those of the next one, told by the next town, all come after them."""
NUMBER_MAX, VERSION_MAX = 32, 10**9
ARTICLE = "令30の24"


class CardTold(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One event of a card as it travels; days as YYYY-MM-DD, "" where there is none."""

    card: str
    code: str
    with_photo: bool
    version: int
    kind: CardEventKind
    day: str
    last_day: str = ""
    cause: EndCause | None = None
    moved: str = ""


class CardState(NamedTuple):
    """What a card is on a day, and why if it does not serve."""

    standing: CardStanding
    cause: EndCause | None = None


class Holder(NamedTuple):
    """Whose card it is by what counts: the person's number here, and the municipality of the address as recorded."""

    person: int
    municipality: str


class _Known(NamedTuple):
    """What counts of a card: its life, and the code on it."""

    life: CardLife
    code: str


_decode = msgspec.msgpack.Decoder(CardTold).decode
_encode = msgspec.msgpack.Encoder().encode


def told_of(card: str, code: str, event: CardEvent, *, with_photo: bool) -> CardTold:
    """An event of a card as it travels."""
    days = (event.last_day, event.moved)
    last_day, moved = (day.isoformat() if day else "" for day in days)
    return CardTold(card, code, with_photo, event.version, event.kind, event.day.isoformat(), last_day, event.cause, moved)


def event_of(told: CardTold) -> CardEvent:
    """The event that was told. InvalidInput if one of its days is none."""
    last_day, moved = (calendar_date(day, "day") if day else None for day in (told.last_day, told.moved))
    return CardEvent(told.version, told.kind, calendar_date(told.day, "day"), last_day, told.cause, moved)


def check_told(told: CardTold) -> None:
    """InvalidInput or Refused (INVALID) if it is no event of a card."""
    resident_code(told.code)
    event_of(told)
    if not (
        0 < len(told.card) <= NUMBER_MAX and told.card.isascii() and told.card.isalnum() and RESIDENCE_SPAN < told.version < VERSION_MAX
    ):
        raise Refused(Reason.INVALID, ARTICLE)


def keep(transaction: Transaction, office: str, told: CardTold, received_ms: int) -> bool:
    """Write an event down as `office` told it; whether it says anything new. Nothing that was told is ever overwritten."""
    body = _encode(told)
    sql = "SELECT body FROM card_told WHERE card = ? AND version = ? AND office = ?"
    held = [one for (one,) in transaction.all(sql, told.card, told.version, office)]
    if body not in held:
        row = (told.card, told.version, office, told.code, received_ms, body, len(held))
        transaction.execute("INSERT INTO card_told VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return body not in held


def told_by(transaction: Transaction, office: str, after: CardTold | None, count_max: int) -> list[CardTold]:
    """Events that an office has told, card by card, of each the newest first; at most so many, those that follow `after`."""
    sql = """SELECT body FROM card_told
      WHERE office = ?1 AND card >= ?2 AND (card > ?2 OR version < ?3 OR version = ?3 AND body > ?4)
      ORDER BY card, version DESC, body LIMIT ?5"""
    card, version, body = ("", 0, b"") if after is None else (after.card, after.version, _encode(after))
    return [_decode(one) for (one,) in transaction.all(sql, office, card, version, body, count_max)]


def is_held(transaction: Transaction, told: CardTold) -> bool:
    """Whether an event is held here of that card and version."""
    return transaction.value("SELECT 1 FROM card_told WHERE card = ? AND version = ? LIMIT 1", told.card, told.version) is not None


def of_nobody(transaction: Transaction, before_ms: int, count_max: int, skipped: int) -> list[tuple[str, int, str]]:
    """(card, version, office) of events that came before that moment and whose code leads to nobody here, some of them."""
    sql = """SELECT card, version, office FROM card_told WHERE received_ms < ? AND code NOT IN (SELECT code FROM code)
      ORDER BY card, version, office LIMIT ? OFFSET ?"""
    return transaction.all(sql, before_ms, count_max, skipped)


def state(transaction: Transaction, card: str, day: datetime.date) -> CardState:
    """What a card is on that day. Refused (NOT_FOUND) if no office that had its holder has told of it."""
    person, cards = _holder(transaction, card)
    if card not in cards:
        raise Refused(Reason.NOT_FOUND, ARTICLE)
    life, code = cards[card]
    if not life.serves(day):
        return CardState(life.standing(day), life.cause(day))
    newer = any(other.life.serves(day) and other.life.version > life.version for other in cards.values())
    cause = EndCause.REISSUED if newer else _ended_by_register(transaction, person, code)
    return CardState(CardStanding.ENDED, cause) if cause else _unless_waiting(transaction, code, life.standing(day))


def holder(transaction: Transaction, card: str) -> Holder:
    """Whose card it is. Refused (NOT_FOUND) if it is nobody's."""
    person, _ = _holder(transaction, card)
    shown = transaction.value("SELECT identity FROM person WHERE id = ?", person)
    if shown is None:
        raise Refused(Reason.NOT_FOUND, ARTICLE)
    return Holder(person, identity.decode_identity(shown).address.municipality)


def two_serve(transaction: Transaction, card: str, day: datetime.date) -> bool:
    """Whether the holder of this card has two that serve, by what was told of each alone: one too many was issued (令30の14)."""
    _, cards = _holder(transaction, card)
    return sum(one.life.serves(day) for one in cards.values()) > 1


def _holder(transaction: Transaction, card: str) -> tuple[int, dict[str, _Known]]:
    """Whose card it is by what counts, and all their cards; (0, none) if it is nobody's.

    What a town tells of people that it did not have takes a card from nobody.
    """
    sql = "SELECT DISTINCT person FROM code WHERE code IN (SELECT code FROM card_told WHERE card = ?)"
    found = [(person, _cards(transaction, person)) for (person,) in transaction.all(sql, card)]
    having = [(person, cards) for person, cards in found if card in cards]
    return max(having, key=lambda one: (one[1][card].life.version, one[0]), default=(0, {}))


def _cards(transaction: Transaction, person: int) -> dict[str, _Known]:
    """Every card of a person, by what offices told that had the person in that residence."""
    sql = "SELECT card, version, office, body FROM card_told WHERE code IN (SELECT code FROM code WHERE person = ?)"
    sql += " ORDER BY card, version, body"
    had = _offices(transaction, person)
    counted: dict[str, list[CardTold]] = {}
    for card, version, office, body in transaction.all(sql, person):
        if had.get(version // RESIDENCE_SPAN) == office:
            counted.setdefault(card, []).append(_decode(body))
    return {card: _Known(fold(event_of(one) for one in told), told[-1].code) for card, told in counted.items()}


def _offices(transaction: Transaction, person: int) -> dict[int, str]:
    """Residence number -> the office that had it. An annulled one never was, unless nothing else is left of the person."""
    states = identity.latest_states(transaction, person)
    erased = all(one.status is Status.ANNULLED for one in states)
    by_rank = sorted((one for one in states if erased or one.status is not Status.ANNULLED), key=rank)
    return {one.residence.n: one.residence.office for one in by_rank}


def _ended_by_register(transaction: Transaction, person: int, code: str) -> EndCause | None:
    """Why the person's own state ends a card, even if its town has not said so yet (令30の20 四, 六, 七)."""
    now, status = transaction.one("SELECT code, status FROM person WHERE id = ?", person)
    if now != code:
        return EndCause.CODE_CHANGED
    return {Status.DEAD: EndCause.DEATH, Status.ANNULLED: EndCause.ERASED}.get(Status(status))


def _unless_waiting(transaction: Transaction, code: str, standing: CardStanding) -> CardState:
    """While a change of the person waits for what it follows, the card is not believed: it may be of another code."""
    waits = transaction.value("SELECT 1 FROM parked WHERE awaited = ?1 OR own = ?1 LIMIT 1", code) is not None
    return CardState(CardStanding.SUSPENDED if waits else standing)
