"""What an event of the register does to the card, in the same transaction (カードの失効, 令30の20; Act art. 30-44(7)).

    another code ── over (item 7)        death, erased, abroad ── over (items 1, 4, 6)        moving out ── on a move (items 2, 3)
    name, birth, sex or address ── what the face shows is changed within 14 days: work for the counter

Whoever becomes Japanese keeps the card, and its last day. The network ends no certificate on it: the person hands the card in.
"""

import datetime

from openjuki.card.life import CardEvent, CardEventKind, EndCause
from openjuki.offices import card_holders
from openjuki.offices.card_holders import HeldCard
from openjuki.offices.municipality import Entered
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.dates import is_calendar_date
from openjuki.register.events import Cause
from openjuki.register.identity import Reason, Status
from openjuki.register.record import ResidentRecord

FACE_CHANGED, RETURN_DUE = "card-face", "card-return"
"""Kinds of the work items."""
STAYS = frozenset({Cause.FOREIGN_NO_MORE, Cause.JAPANESE_NO_MORE, Cause.ENDED_BY_REMAKING, Cause.ENDED_BY_LOSS})
"""The record ends, and the next one of the same person begins here: the card stays (令30の20 六, art. 8-2)."""


def follow(transaction: Transaction, office: Office, operator: str, entered: Entered) -> None:
    """An event of somebody was entered: their card follows. Costs one look at an index for whoever has none."""
    before, after = entered.before, entered.record
    if before is None or before == after:
        return
    if transaction.value("SELECT 1 FROM card_held WHERE person = ?", after.person) is None:
        return
    for card in card_holders.alive_of(transaction, after.person, office.today()):
        _follow(transaction, office, operator, entered, card)


def code_corrected(transaction: Transaction, office: Office, operator: str, record: ResidentRecord) -> None:
    """A wrong code was written anew ex officio (令30の4), whichever way: a card with the wrong one is over."""
    for card in card_holders.alive_of(transaction, record.person, office.today()):
        if card.code != record.code:
            over(transaction, office, operator, card, EndCause.CODE_CHANGED)


def arrived_elsewhere(transaction: Transaction, office: Office, record: ResidentRecord, since: str) -> None:
    """The moving-in notice came: the prefecture hears it of the card, too (令30の24(3)); the new town has it from now on."""
    for card in card_holders.alive_of(transaction, record.person, office.today()):
        if card.life.planned is not None and card.life.notified is None:
            moved = datetime.date.fromisoformat(since) if is_calendar_date(since) else None
            card_holders.happen(transaction, office, "", card.card_id, CardEvent(0, CardEventKind.MOVED_IN, office.today(), moved=moved))


def _follow(transaction: Transaction, office: Office, operator: str, entered: Entered, card: HeldCard) -> None:
    before, after, event = entered.before, entered.record, entered.event
    if after.code != card.code:
        over(transaction, office, operator, card, EndCause.CODE_CHANGED)
    elif after.status is not Status.RESIDENT:
        _leaves(transaction, office, operator, entered, card)
    elif before is not None and _face(before) != _face(after):
        card_holders.put_work(transaction, office, FACE_CHANGED, after.code, f"card {card.card_id} since {event.changed_on}")


def _leaves(transaction: Transaction, office: Office, operator: str, entered: Entered, card: HeldCard) -> None:
    """A record that ends: by a move the card goes along, by death or otherwise it is over."""
    record, event = entered.record, entered.event
    if event.cause in STAYS:
        return
    if record.status is Status.DEAD:
        over(transaction, office, operator, card, EndCause.DEATH)
    elif event.cause is Cause.MOVE_OUT_ABROAD:
        over(transaction, office, operator, card, EndCause.ABROAD)
    elif event.reason is Reason.MOVE_OUT:
        _goes_along(transaction, office, operator, record.removed_on, card)
    else:
        over(transaction, office, operator, card, EndCause.ERASED)


def _goes_along(transaction: Transaction, office: Office, operator: str, planned: str, card: HeldCard) -> None:
    if card.life.planned is None and is_calendar_date(planned):
        moving = CardEvent(0, CardEventKind.MOVED_OUT, datetime.date.fromisoformat(planned))
        card_holders.happen(transaction, office, operator, card.card_id, moving)


def over(transaction: Transaction, office: Office, operator: str, card: HeldCard, cause: EndCause) -> None:
    """It is no longer valid from this moment on, and is to be handed back (令30の21)."""
    card_holders.end(transaction, office, operator, card.card_id, cause)
    card_holders.put_work(transaction, office, RETURN_DUE, card.code, f"card {card.card_id}: {cause.value}")


def _face(record: ResidentRecord) -> tuple[object, ...]:
    return record.name, record.alias, record.birth, record.sex, record.address
