"""Card state query: an office that has a card before it asks the centre what the card is (カードの運用状況の確認, 令30の24; 2013-12).

municipality or prefecture           centre
  1 ask      -- CardStateQuery -->
                                     2 receive   looked up and written into the operations log in one commit
             <-- CardState -------

Only what the card is today and why it does not serve is told: no name, no code, no other card. Listed bodies may ask of a card presented at
their counter (Rules 43); they have no route here until the centre can check what the card signs.
"""

from collections.abc import Callable
from typing import Any

from openjuki.card.life import CardStanding, EndCause
from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import card_told, outbox
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.answering import Question
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message

OPERATOR_MAX = 64


class CardStateQuery(Message, frozen=True):
    """What is the card of that number today (令30の24)? `operator` is who asks at the asking office."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.CENTRE), Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE)})
    size_max = 512
    card: str
    operator: str


class CardState(Message, frozen=True):
    """What the card is, and why if it is over."""

    routes = frozenset({Route(route.receiver, route.sender, route.relation) for route in CardStateQuery.routes})
    size_max = 512
    standing: CardStanding
    cause: EndCause | None


def ask(office: Office, query: CardStateQuery, then: Then) -> None:
    """Step 1: ask the centre; `then` gets the CardState or an OpenJukiError."""
    office.ask(office.centre, query, CardState, then, ASK_DEADLINE_MS)


def receive(office: Office, asker: Entry, question: Question, query: CardStateQuery, reply: Callable[[Any], None]) -> None:
    """Step 2, centre: look the card up and write down who asked; `reply` gets the CardState or a Refused."""
    if not query.operator or len(query.operator) > OPERATOR_MAX or not query.operator.isprintable():
        reply(Refused(Reason.NO_OPERATOR, card_told.ARTICLE))
        return

    def look_up(transaction: Transaction) -> CardState | Refused:
        found = _state(transaction, office, query.card)
        what = f"{asker.code} card {query.card[: card_told.NUMBER_MAX]}: {found.code if isinstance(found, Refused) else found.standing}"
        outbox.record(transaction, office.clock.wall_ms(), "card:state:asked", f"{asker.code} {query.operator}", what)
        return found

    office.write(look_up, lambda outcome: reply(outcome))


def _state(transaction: Transaction, office: Office, card: str) -> CardState | Refused:
    """What the centre knows of a card; a refusal is kept in the log like an answer."""
    try:
        state = card_told.state(transaction, card, office.today())
    except OpenJukiError as error:
        return error if isinstance(error, Refused) else Refused(Reason.FAILED, card_told.ARTICLE)
    return CardState(*state)
