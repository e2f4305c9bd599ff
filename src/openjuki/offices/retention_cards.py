"""Cards that were over long ago: what was written of each goes, its number stays and is nobody's (カード管理簿の消去; 令30の20, 34).

A card goes whole: its events, what was done with it, how it was made, its key, the services on it. Of the card itself and of its making
a row with the number alone stays: no card ever gets that number again, and one that is brought with it is none of this town's. A card
that may still serve, or is being made, stays whatever its age; so does the one of the newest line of a journal, which holds the numbering.
"""

import datetime

from openjuki.card.life import CardStanding, EndCause, last_day_of
from openjuki.law.retention import kept_years_until, may_go
from openjuki.law.retention_terms import SweepRule
from openjuki.offices import card_holders
from openjuki.offices.card_holders import ALIVE, NOBODY, HeldCard
from openjuki.offices.office import Office
from openjuki.offices.retention_batch import ROWS_MAX, Swept, day_of, one_removal
from openjuki.offices.retention_years import years_of
from openjuki.offices.store import Transaction

PAGES = ("card_event", "card_act", "card_issue_step", "card_key", "card_service_on")
"""Tables with rows of one card each; all of them go."""
TABLES = frozenset({*PAGES, "card_service_id"})
EMPTIED = frozenset({
    ("card_held", "person"), ("card_held", "code"), ("card_held", "with_photo"), ("card_held", "look_on"),
    ("card_issue", "person"), ("card_issue", "application"), ("card_issue", "body"),
})  # fmt: skip
"""Columns of the rows that stay."""
_WRITTEN = """SELECT max(at) FROM (SELECT max(at_ms) AS at FROM card_act WHERE card_id = ?1
  UNION ALL SELECT max(told_ms) FROM card_event WHERE card_id = ?1)"""
_NEWEST = """SELECT card_id FROM card_act WHERE id = (SELECT max(id) FROM card_act)
  UNION SELECT card_id FROM card_issue_step WHERE id = (SELECT max(id) FROM card_issue_step)"""


def sweep_cards_over(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Cards whose time is over; `after` counts the cards looked at that stay, in a trial all."""
    sql = "SELECT card_id FROM card_held WHERE person <> ? ORDER BY card_id LIMIT ? OFFSET ?"
    cards = [card_holders.held(transaction, card_id) for (card_id,) in transaction.all(sql, NOBODY, ROWS_MAX, after)]
    years, newest = years_of(transaction, SweepRule.CARD_OVER), {card_id for (card_id,) in transaction.all(_NEWEST)}
    gone = [card for card in cards if card.card_id not in newest and may_go(kept_until(transaction, card, on, years), on)]
    for card in gone if really else ():
        _take_away(transaction, card)
    stay = len(cards) - len(gone) if really else len(cards)
    removed = one_removal(SweepRule.CARD_OVER, "card_held", [card.person for card in gone])
    return Swept(after + stay if len(cards) == ROWS_MAX else None, removed)


def kept_until(transaction: Transaction, card: HeldCard, on: datetime.date, years: int) -> datetime.date | None:
    """Last day on which a card's record is kept; None while it may serve or is being made on the day `on`.

    It counts from the last day that the card itself says, however early it was over: so long it can be shown.
    """
    if card.life.standing(on) in (*ALIVE, CardStanding.MAKING):
        return None
    written = day_of(transaction.value(_WRITTEN, card.card_id) or 0)
    if card.life.ended_by is EndCause.NOT_MADE:
        return kept_years_until(written, years)
    return kept_years_until(max(written, card.life.last_day or last_day_of(written)), years)


def _take_away(transaction: Transaction, card: HeldCard) -> None:
    for table in PAGES:
        transaction.execute(f"DELETE FROM {table} WHERE card_id = ?", (card.card_id,))  # noqa: S608 - words of this file alone
    held = (NOBODY, "", 0, card_holders.NEVER, card.card_id)
    transaction.execute("UPDATE card_held SET person = ?, code = ?, with_photo = ?, look_on = ? WHERE card_id = ?", held)
    made = (NOBODY, 0, b"", card.card_id)
    transaction.execute("UPDATE card_issue SET person = ?, application = ?, body = ? WHERE card_id = ?", made)
    if not _uses_services(transaction, card.person):
        transaction.execute("DELETE FROM card_service_id WHERE person = ?", (card.person,))


def _uses_services(transaction: Transaction, person: int) -> bool:
    """Whether a card of the person, or one that was asked for, may have the ids of services."""
    if transaction.value("SELECT 1 FROM card_held WHERE person = ?", person):
        return True
    return transaction.value("SELECT 1 FROM card_application WHERE person = ? AND state = 'open'", person) is not None
