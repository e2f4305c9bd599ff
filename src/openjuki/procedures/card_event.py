"""Card event: the municipality tells what happens to a card, up to the centre (カードの運用状況の通知, 令30の24; text of 2013-12).

municipality                       prefecture                      centre
  outbox row, in the transaction
  of the event (offices/card_states.py)
        -- CardEvent -->
                                   1 prefecture_receives   keeps it, passes it on under the municipality's seal
                                        -- CardEvent -->
                                                                   2 centre_receives    keeps it

What a card is by all of them is asked with procedures/card_state_query.py.
"""

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices import card_told, outbox
from openjuki.offices.card_told import CardTold
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried, encode_seal


class CardEvent(Message, frozen=True):
    """Something happened to a card (令30の24): its number, the code on it, what and when; nothing else of the person."""

    routes = frozenset(
        {Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN), Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE)}
    )
    durable = True
    relayed = True
    priority = Priority.NOTICE
    size_max = 1_024
    told: CardTold


def prefecture_receives(transaction: Transaction, office: Office, origin: Entry, message: CardEvent, carried: Carried) -> None:
    """Step 1, prefecture: keep it and pass it on as it came; what is known was passed on when it first came."""
    if origin.prefecture != office.place.prefecture:
        raise Refused(Reason.WRONG_OFFICE, card_told.ARTICLE)
    if _keep(transaction, office, origin, message):
        outbox.put(transaction, office.centre, CardEvent.type_name(), carried.payload, encode_seal(carried.seal))


def centre_receives(transaction: Transaction, office: Office, origin: Entry, message: CardEvent, carried: Carried) -> None:
    """Step 2, centre: keep it; a second card that serves beside it is one too many, and the operator hears of it."""
    _keep(transaction, office, origin, message)
    if card_told.two_serve(transaction, message.told.card, office.today()):
        transaction.events.append(("card:holder:two", origin.code))


def _keep(transaction: Transaction, office: Office, origin: Entry, message: CardEvent) -> bool:
    if origin.kind is not OfficeKind.MUNICIPALITY:
        raise Refused(Reason.WRONG_OFFICE, card_told.ARTICLE)
    card_told.check_told(message.told)
    return card_told.keep(transaction, origin.code, message.told, office.clock.wall_ms())
