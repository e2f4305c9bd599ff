"""Cards after a restore: who has lost them hears above what was told of them (カードの運用状況の復旧; 令30の24; architecture section 4).

restored municipality (or prefecture)   prefecture (or centre)
  1 ask_cards  -- BucketCards -->
                                        2 held     every event that the town has told, of each card the newest first
  3 take       <-- HeldCards ----
  1 to 3 until a page is empty, then 4 finish      (a prefecture: for one of its towns after the other)

After the people (procedures/recovery.py): whose a card is follows from the code.
"""

from collections.abc import Callable, Sequence
from typing import Any

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices import card_recovery, card_told, outbox, recovery
from openjuki.offices.card_told import CardTold
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.store import Transaction
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message, Priority

PAGE_MAX = 1_000
"""Events of a page; each is at most 300 bytes (offices/card_told.py, check_told)."""

_UP = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN), Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE)})


class BucketCards(Message, frozen=True):
    """Which events of cards has `office` told: a page of them, those that follow `after`, or the first."""

    routes = _UP
    priority = Priority.BULK
    size_max = 1_024
    office: str
    after: CardTold | None


class HeldCards(Message, frozen=True):
    """A page of events, card by card, of each the newest first; none if there are no more."""

    routes = frozenset(Route(route.receiver, route.sender, route.relation) for route in _UP)
    priority = Priority.BULK
    size_max = 512 * 1024
    told: tuple[CardTold, ...]


def ask_cards(office: Office, then: Then) -> None:
    """Step 1, restored municipality or prefecture: ask for all that was told of the cards, page by page; `then` gets None or an error."""
    if office.kind is OfficeKind.MUNICIPALITY:
        _ask(office, office.prefecture_office, [office.code], None, then)
    else:
        _ask(office, office.centre, recovery.own_municipalities(office), None, then)


def _ask(office: Office, hub: str, towns: Sequence[str], after: CardTold | None, then: Then) -> None:
    if not towns:
        office.cards_seen_on = None  # what was taken over may have run out
        office.write(lambda transaction: finish(transaction, office), then)
        return

    def page(outcome: Any) -> None:
        if failed(outcome):
            then(outcome)
        elif not outcome.told:
            _ask(office, hub, towns[1:], None, then)
        else:
            office.write(lambda transaction: take(transaction, office, towns[0], outcome.told), lambda done: taken(done, outcome.told[-1]))

    def taken(done: Any, last: CardTold) -> None:
        if failed(done):
            then(done)
        else:
            _ask(office, hub, towns, last, then)

    office.ask(hub, BucketCards(towns[0], after), HeldCards, page, ASK_DEADLINE_MS)


def held(office: Office, asker: Entry, question: Question, message: BucketCards, reply: Callable[[Any], None]) -> None:
    """Step 2, prefecture or centre: a page of what it holds; a line of the operations log says who got it."""
    if not recovery.concerns(office.directory.entry(message.office), asker):
        reply(Refused(Reason.WRONG_OFFICE, card_told.ARTICLE))
        return
    office.write(lambda transaction: _give(transaction, office, asker, message), lambda outcome: reply(outcome))


def _give(transaction: Transaction, office: Office, asker: Entry, message: BucketCards) -> HeldCards:
    told = card_told.told_by(transaction, message.office, message.after, PAGE_MAX)
    what = f"{asker.code} {message.office} {message.after.card if message.after else ''} {len(told)}"
    outbox.record(transaction, office.clock.wall_ms(), "recovery:cards:given", "", what)
    return HeldCards(tuple(told))


def take(transaction: Transaction, office: Office, town: str, told: Sequence[CardTold]) -> None:
    """Step 3: the town takes over what it has lost; a prefecture keeps it, and passes nothing on, since the centre has it."""
    if office.kind is OfficeKind.MUNICIPALITY:
        card_recovery.adopt(transaction, office, told)
        return
    for one in told:
        card_told.keep(transaction, town, one, office.clock.wall_ms())


def finish(transaction: Transaction, office: Office) -> None:
    """Step 4, restored municipality: all was heard, and the cards follow the register; a prefecture has nothing more to do."""
    if office.kind is OfficeKind.MUNICIPALITY:
        card_recovery.follow_register(transaction, office)
