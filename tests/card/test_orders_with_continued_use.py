"""Order of arrival with a card (到着順とカードの継続利用): a life's changes and its towns' card events, in every order, one result.

Code change, move-out, move-in, annulment, re-move and restore as tests/offices/test_order_of_arrival.py has them, and with them a card that
was issued, went along and is used on: played at the municipal offices, heard at the centre and in a prefecture.
"""

import datetime
import math

import msgspec
import pytest

from openjuki.card.life import CardEventKind, CardStanding, EndCause
from openjuki.offices import card_recovery, card_states, card_told, identity, municipality, provision
from openjuki.offices.card_told import CardTold
from openjuki.offices.store import Store, Transaction
from openjuki.procedures import card_life
from openjuki.procedures.card_life import ContinuedCard, LossReport
from openjuki.register.change import Change
from openjuki.register.errors import Refused
from tests.offices.lives import Halls, _adopted
from tests.offices.test_order_of_arrival import CENTRE, KAGOSHIMA, Hub, Orders
from tests.procedures.card_hall import CardHall
from tests.procedures.municipal_office import AIRA, CHIYODA, KIRISHIMA, SetClock
from tests.procedures.test_card_life import BIRTH, FIRST, NAME, issued, moved

LAST_DAY = "2023-12-09"
DAYS = [datetime.date(2013, 12, 10), datetime.date(2014, 1, 20), datetime.date(2014, 6, 1), datetime.date(2023, 12, 10)]
"""On which the card is asked about: today, after thirty days, after ninety, after its last."""


class CardHalls(Halls):
    """The three offices, with their card counters."""

    def __init__(self):
        clock = SetClock()
        self.aira, self.kirishima, self.chiyoda = (CardHall(code, clock=clock) for code in (AIRA, KIRISHIMA, CHIYODA))

    def used_on(self, hall, code):
        """The card was brought to the new town with the moving-in notification."""
        hall.run(card_life.continue_use, ContinuedCard(FIRST, code, False, LAST_DAY))

    def happenings(self):
        """All that prefecture and centre are told: changes of the person, and events of the card with the town that tells them."""
        return [*self.changes(), *(told for hall in (self.aira, self.kirishima, self.chiyoda) for told in cards_told(hall))]


def cards_told(hall):
    """What a town's outbox has of cards."""
    rows = hall.do(lambda t: t.all("SELECT body FROM outbox WHERE type = ? ORDER BY sequence", card_states.TOLD))
    decode = msgspec.msgpack.Decoder(tuple[CardTold]).decode
    return [(hall.office.code, decode(body)[0]) for (body,) in rows]


class CardHub(Hub):
    """A hub with its tables of cards."""

    def __init__(self, prefecture=CENTRE):
        self.prefecture, self.told = prefecture, set()
        scripts = (*identity.SCRIPTS, provision.SCRIPT, *card_told.SCRIPTS)
        self.transaction = Transaction(Store(":memory:", scripts, synchronous="OFF").connection)
        self.transaction.execute("BEGIN")

    def receive(self, change):
        return super().receive(change) if isinstance(change, Change) else card_told.keep(self.transaction, *change, 0)

    def bytes_of_it(self):
        return (*super().bytes_of_it(), tuple(self.transaction.all("SELECT card, version, office, body FROM card_told")))

    def all_of_it(self):
        everything, waiting = super().all_of_it()
        return (everything, self.states()), waiting

    def states(self):
        """What the card is on each of the days."""
        return tuple(self._state(day) for day in DAYS)

    def _state(self, day):
        try:
            return card_told.state(self.transaction, FIRST, day)
        except Refused as refused:
            return refused.code


def used_on_after_a_move():
    """A code change before the card; then move-out, move-in, and its use at the new town: 4 changes, 5 events."""
    halls = CardHalls()
    code = halls.recode(halls.aira, halls.born(halls.aira))
    issued(halls.aira, code)
    halls.into(halls.kirishima, halls.out(halls.aira, code, "2013-12-05"), "2013-12-06")
    moved(halls.aira, code, "2013-12-06")
    halls.used_on(halls.kirishima, code)
    return halls.happenings(), (CardStanding.VALID, None)


def used_on_and_ended_by_another_code():
    """The same without the first code change, and in the end the new town changes the code: 4 changes, 5 events."""
    halls = CardHalls()
    code = halls.born(halls.aira)
    issued(halls.aira, code)
    halls.into(halls.kirishima, halls.out(halls.aira, code, "2013-12-05"), "2013-12-06")
    halls.used_on(halls.kirishima, code)
    halls.recode(halls.kirishima, code)
    return halls.happenings(), (CardStanding.ENDED, EndCause.CODE_CHANGED)


def annulled_and_moved_again():
    """A move that never was: used on, annulled at both ends, moved again elsewhere and used on there: 7 changes and the card's events."""
    halls = CardHalls()
    code = halls.born(halls.aira)
    issued(halls.aira, code)
    halls.into(halls.kirishima, halls.out(halls.aira, code, "2013-12-05"), "2013-12-06")
    halls.used_on(halls.kirishima, code)
    halls.undo(halls.kirishima, code)
    halls.undo(halls.aira, code)
    halls.into(halls.chiyoda, halls.out(halls.aira, code, "2013-12-09"), "2013-12-10")
    halls.used_on(halls.chiyoda, code)
    return halls.happenings(), (CardStanding.VALID, None)


def restored_and_used_on():
    """The old town was restored and told the full state again under a higher version, then the move: 4 changes, 4 events."""
    halls = CardHalls()
    code = halls.born(halls.aira)
    issued(halls.aira, code)
    adopted = _adopted(halls.aira, code)
    halls.aira.do(lambda t: municipality.enter(t, halls.aira.office, adopted, above=9))
    halls.into(halls.chiyoda, halls.out(halls.aira, code, "2013-12-08"), "2013-12-09")
    halls.used_on(halls.chiyoda, code)
    return halls.happenings(), (CardStanding.VALID, None)


def a_disk_lost_after_a_loss_was_told():
    """The old town is put back to a day before the card was lost, tells of a move under the same version, then hears what it told."""
    halls = CardHalls()
    code = halls.born(halls.aira)
    issued(halls.aira, code)
    backup = halls.aira.snapshot()
    halls.aira.run(card_life.report_loss, LossReport(code, NAME, BIRTH))
    lost = cards_told(halls.aira)[-1]
    halls.aira.restart(backup)
    certificate = halls.out(halls.aira, code, "2013-12-05")
    out = cards_told(halls.aira)[-1]
    assert out[1].version == lost[1].version and out != lost
    halls.aira.do(lambda t: card_recovery.adopt(t, halls.aira.office, [lost[1]]))
    halls.into(halls.kirishima, certificate, "2013-12-06")
    halls.used_on(halls.kirishima, code)
    return [*halls.happenings(), lost], (CardStanding.SUSPENDED, None)


LIVES = [
    used_on_after_a_move,
    used_on_and_ended_by_another_code,
    annulled_and_moved_again,
    restored_and_used_on,
    a_disk_lost_after_a_loss_was_told,
]


@pytest.mark.slow
@pytest.mark.parametrize("live", LIVES, ids=lambda live: live.__name__)
def test_every_order_of_changes_and_card_events_ends_alike_at_the_centre(live):
    happenings, today = live()
    kinds = {one[1].kind for one in happenings if not isinstance(one, Change)}
    assert {CardEventKind.ISSUED, CardEventKind.MOVED_OUT, CardEventKind.CONTINUED} <= kinds
    orders = Orders(CardHub(), happenings)
    assert orders.count == math.factorial(len(happenings)) >= math.factorial(8)
    ((_, states),) = {end[0] for end in orders.ends}
    assert states[0] == today
    if today[1] is None:
        assert states[1:3] == (today, today), "the terms of the move run on"
        assert states[3] == (CardStanding.ENDED, EndCause.EXPIRED)


@pytest.mark.slow
@pytest.mark.parametrize("live", LIVES, ids=lambda live: live.__name__)
def test_every_order_of_what_a_prefecture_is_sent_ends_alike(live):
    own = [one for one in live()[0] if (one.residence.office if isinstance(one, Change) else one[0]).startswith(KAGOSHIMA)]
    orders = Orders(CardHub(KAGOSHIMA), own)
    assert orders.count == math.factorial(len(own)) and len({end[0][1] for end in orders.ends}) == len(orders.ends) == 1


def test_a_card_of_which_the_use_was_not_told_would_be_seen():
    """The control: without its last event the same life ends otherwise, on a day after ninety."""
    happenings, _ = used_on_after_a_move()
    hub = CardHub()
    for one in happenings:
        if isinstance(one, Change) or one[1].kind is not CardEventKind.CONTINUED:
            hub.receive(one)
    assert hub.states()[2] == (CardStanding.ENDED, EndCause.NOT_CONTINUED)
