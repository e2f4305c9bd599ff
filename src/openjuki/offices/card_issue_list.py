"""What the card issue desk sees: applications that wait, and the journal of the cards begun for each (カード発行簿, 令30の14, 30の15)."""

from typing import NamedTuple

from openjuki.card.holder import CardOrder
from openjuki.card.order_check import CARD_ID_LENGTH
from openjuki.card.personalisation import Stage
from openjuki.offices import card_applications, card_issue, municipality
from openjuki.offices.card_applications import Filed
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.record import ResidentRecord

UNMADE = "0" * CARD_ID_LENGTH
"""Stands for the number on a preview: no blank card was put in yet."""


class Line(NamedTuple):
    """One line of the journal: which card, when (wall clock, ms), who, how far."""

    card_id: str
    at_ms: int
    operator: str
    stage: Stage


class Waiting(NamedTuple):
    """One open application: whose, the card that is being made for it ("" if none) and how far that is."""

    filed: Filed
    record: ResidentRecord
    card_id: str
    stage: Stage | None


class Face(NamedTuple):
    """What would be printed: the order, and the applicant's picture (JPEG; empty without one)."""

    order: CardOrder
    photo: bytes


def waiting(transaction: Transaction) -> list[Waiting]:
    """All open applications, the oldest first."""
    return [_waiting(transaction, filed) for filed in card_applications.open_ones(transaction)]


def waiting_of(transaction: Transaction, number: int) -> Waiting:
    """One application, open or not. Conflict if there is none of that number."""
    return _waiting(transaction, card_applications.filed(transaction, number))


def _waiting(transaction: Transaction, filed: Filed) -> Waiting:
    begun = card_issue.in_making(transaction, filed.person)
    card_id = begun[0] if begun else ""
    stage = card_issue.stage(transaction, card_id) if card_id else None
    return Waiting(filed, municipality.record_of(transaction, filed.person), card_id, stage)


def journal(transaction: Transaction, number: int) -> list[Line]:
    """Every line of every card begun for an application, the oldest first."""
    sql = (
        "SELECT step.card_id, step.at_ms, step.operator, step.stage FROM card_issue_step AS step"
        " JOIN card_issue USING (card_id) WHERE application = ? ORDER BY step.id"
    )
    return [Line(card_id, at_ms, operator, Stage(stage)) for card_id, at_ms, operator, stage in transaction.all(sql, number)]


def face(transaction: Transaction, office: Office, number: int) -> Face:
    """The face of the card of an application: as it was begun, or as the register would have it now."""
    one = waiting_of(transaction, number)
    printed, _ = card_applications.photos(transaction, number)
    if one.card_id:
        return Face(card_issue.making_of(transaction, one.card_id).order, printed)
    return Face(card_issue.order_of(transaction, office, one.filed, one.record, UNMADE), printed)
