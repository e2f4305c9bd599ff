"""A town hall that issues cards: office in memory, sandbox authority, a desk with a card in this process (カード窓口の試験)."""

import datetime
import os
from functools import lru_cache

from openjuki.card.holder import CardKind
from openjuki.card.photo import drawn_person
from openjuki.card.system import CardSystem
from openjuki.offices import card_holders
from openjuki.offices.card_applications import Applicant, Application, Ground, Proof, Receiver
from openjuki.offices.card_issue import StoreJournal
from openjuki.offices.card_issue_handover import HandOver
from openjuki.offices.store import Store
from openjuki.procedures.card_issue import apply, begin, complete_hand_over, prepare_hand_over, resume
from openjuki.terminal.door import InProcessDoor
from openjuki.terminal.issue_desk import IssueDesk, commit_in
from tests.card.cards import authority, blank, terminal
from tests.procedures.municipal_office import AIRA, TownHall

SHOWN = Applicant(proofs=frozenset({Proof.PHOTO_DOCUMENT}))
PIN, PASSWORD = "4713", "KAGOSHIMA1"


@lru_cache
def picture():
    """An applicant's photo."""
    return drawn_person(3)


class Typist:
    """A person who types the same PIN each time they are asked."""

    def __init__(self, pin=PIN, password=PASSWORD):
        self.pin, self.password, self.asked = pin, password, []

    def choose(self, purpose, *, again):
        self.asked.append((purpose.en, again))
        return self.password if purpose.en.startswith("password") else self.pin


class CardHall(TownHall):
    """Aira's office with its cards."""

    def __init__(self, code=AIRA, **more):
        super().__init__(code, **more)
        self.cards = {}
        """Blank or issued cards by number, as files in memory."""

    def desk(self, card_id, door=None):
        """The desk with this card in its reader."""
        if card_id not in self.cards:
            self.cards[card_id] = blank(card_id)
        door = door or InProcessDoor(CardSystem(self.cards[card_id], os.urandom))
        journal = StoreJournal(self.office, "clerk-1", commit_in(self.office))
        return IssueDesk(door, terminal(office=self.office.code, day=self.today), authority(), journal, os.urandom)

    def apply(self, code, kind=CardKind.NAME_ONLY, ground=Ground.FIRST, **more):
        """An application of a person who shows a card with a photo."""
        photo = picture() if kind is CardKind.WITH_PHOTO else b""
        if photo:
            more = {"photo_taken_on": self.today.isoformat(), "photo_fits": True} | more
        asked = Application(code, kind, ground, applicant=more.pop("applicant", SHOWN), **more)
        return self.run(apply, asked, photo)

    def make(self, filed, card_id):
        """The card for an application, made and not yet handed over."""
        making = self.run(begin, filed.number, card_id)
        self.desk(card_id).make(making)
        return making

    def hand_over(self, filed, card_id, old_card="", **more):
        """Handed over to the person, who sets the PINs; the card as held."""
        given = HandOver(
            card_id, more.pop("receiver", Receiver.HOLDER), frozenset(more.pop("proofs", {Proof.PHOTO_DOCUMENT})),
            more.pop("paid_yen", filed.fee.total_yen), old_card=old_card, **more,
        )  # fmt: skip
        making = self.hear(lambda then: prepare_hand_over(self.office, given, then))
        desk = self.desk(card_id)
        confirmed = desk.confirmed(desk.choose_pins(making, Typist()), self.today)
        return self.run(complete_hand_over, given, confirmed)

    def issue(self, code, card_id, **more):
        """Application, making and hand-over in one visit."""
        filed = self.apply(code, **more)
        self.make(filed, card_id)
        return self.hand_over(filed, card_id, old_card=more.get("old_card", ""))

    def desk_journal(self):
        """The journal as a desk writes it."""
        return StoreJournal(self.office, "clerk-1", commit_in(self.office))

    def run_without_operator(self, step, *arguments):
        """Play a step that nobody signs for."""
        return self.hear(lambda then: step(self.office, *arguments, then))

    def hear(self, call):
        """What a step without an operator hands to its `then`."""
        return self._hand_over(call)

    def resume(self, card_id):
        """The order of a card that was begun."""
        return self.hear(lambda then: resume(self.office, card_id, then))

    def standing(self, card_id, day=None):
        """What a card is on a day."""
        return self.do(lambda t: card_holders.held(t, card_id)).life.standing(day or self.today)

    def valid(self, code):
        """Numbers of the person's cards that serve today."""
        person = self.now(code).person
        cards = self.do(lambda t: card_holders.cards_of(t, person))
        return [card.card_id for card in cards if card.life.serves(self.today)]

    def later(self, days):
        """So many days pass."""
        self.today += datetime.timedelta(days)

    def snapshot(self):
        """Everything in the store, as a crash would leave it after the last commit."""
        return self.office.store.connection.serialize("main")

    def restart(self, content):
        """The office starts again from what was on disk."""
        self.office.store = Store(":memory:", ())
        self.office.store.connection.deserialize("main", content)
