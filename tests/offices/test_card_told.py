"""運用状況の通知 at prefecture and centre: whatever the order in which events and changes arrive, a card is the same (令30の24)."""

import datetime
import itertools
import random

import pytest

from openjuki.card.life import CardEventKind, CardStanding, EndCause
from openjuki.law.kinds import OfficeKind
from openjuki.offices import card_told, identity
from openjuki.offices.card_told import RESIDENCE_SPAN, CardTold
from openjuki.register.change import Change, Previous, Residence
from openjuki.register.errors import InvalidInput, Reason, Refused
from openjuki.register.identity import Reason as Why
from openjuki.register.identity import Status
from tests.offices.hub_office import AIRA, CODES, KIRISHIMA, Hub, told

CARD, SECOND = "A000000001", "A000000002"
OLD, NEW = CODES[:2]
CHIYODA = "131016"
SPRING = datetime.date(2014, 4, 1)


def card(kind: CardEventKind, day: str, number: int, *, n: int = 1, code: str = OLD, which: str = CARD, cause: EndCause | None = None):
    last_day = "2023-12-01" if kind is CardEventKind.ISSUED else ""
    return CardTold(which, code, True, n * RESIDENCE_SPAN + number, kind, day, last_day, cause)


ISSUED = (AIRA, card(CardEventKind.ISSUED, "2013-12-02", 1))
MOVED_OUT = (AIRA, card(CardEventKind.MOVED_OUT, "2014-03-20", 2))
CONTINUED = (KIRISHIMA, card(CardEventKind.CONTINUED, "2014-03-25", 1, n=2))
LOST = (AIRA, card(CardEventKind.LOST, "2014-01-10", 2))
FOUND = (AIRA, card(CardEventKind.FOUND, "2014-01-11", 3))


def moved_in(version: int = 3, *, code: str = OLD, follows: str = OLD) -> Change:
    change = told(version, n=2, office=KIRISHIMA, code=code)
    return Change(
        change.identity,
        Residence(2, KIRISHIMA),
        version,
        Previous(1, AIRA, version - 1, follows),
        Why.MOVE_IN,
        Status.RESIDENT,
        "2014-03-25",
    )


BORN, LEFT = told(1), told(2, Status.REMOVED)
BACK = Change(told(4, n=3).identity, Residence(3, AIRA), 4, Previous(2, KIRISHIMA, 3, OLD), Why.MOVE_IN, Status.RESIDENT, "2014-05-01")
OTHER_CODE = Change(
    told(2, code=NEW).identity, Residence(1, AIRA), 2, Previous(1, AIRA, 1, OLD), Why.CODE_CHANGE, Status.RESIDENT, "2014-02-01"
)
ANNULLED, NEVER_CAME = told(3, Status.ANNULLED), told(4, Status.ANNULLED, n=2, office=KIRISHIMA)
CLAIMED = told(1, n=2, office=CHIYODA)  # of an earlier date than Kirishima's
ENDED_THERE = (CHIYODA, card(CardEventKind.ENDED, "2014-03-30", 7, n=2, cause=EndCause.RETURN_ORDERED))

LIVES = {
    "continued after a move": ([BORN, ISSUED, LEFT, MOVED_OUT, moved_in(), CONTINUED], CardStanding.VALID, None),
    "moved on and not continued": ([BORN, ISSUED, LEFT, MOVED_OUT, moved_in()], CardStanding.MOVING, None),
    "lost, found, continued": ([BORN, ISSUED, LOST, FOUND, moved_in(2), CONTINUED], CardStanding.VALID, None),
    "another code": ([BORN, ISSUED, OTHER_CODE], CardStanding.ENDED, EndCause.CODE_CHANGED),
    "another code, then a move": (
        [BORN, ISSUED, OTHER_CODE, moved_in(3, code=NEW, follows=NEW), CONTINUED], CardStanding.ENDED, EndCause.CODE_CHANGED
    ),
    "annulled": ([BORN, ISSUED, LEFT, ANNULLED], CardStanding.ENDED, EndCause.ERASED),
    "moved in by mistake": ([BORN, ISSUED, MOVED_OUT, moved_in(2), CONTINUED, NEVER_CAME], CardStanding.MOVING, None),
    "claimed by two towns": ([BORN, ISSUED, MOVED_OUT, moved_in(2), CONTINUED, CLAIMED, ENDED_THERE], CardStanding.VALID, None),
    "back again with the same card": ([BORN, ISSUED, moved_in(2), CONTINUED, BACK], CardStanding.VALID, None),
}  # fmt: skip


def hub(kind: OfficeKind = OfficeKind.CENTRE) -> Hub:
    return Hub(kind).at(SPRING)


def arrive(at: Hub, *happenings: Change | tuple[str, CardTold]) -> None:
    for one in happenings:
        if isinstance(one, Change):
            at.receive(one)
        else:
            at.do(lambda t, one=one: card_told.keep(t, *one, at.clock.wall_ms()))


def state(at: Hub, which: str = CARD, day: datetime.date = SPRING) -> card_told.CardState:
    return at.do(lambda t: card_told.state(t, which, day))


def same_in_orders(life: str, kind: OfficeKind, count: int) -> None:
    happenings, standing, cause = LIVES[life]
    orders = list(itertools.permutations(happenings))
    for order in random.Random(life).sample(orders, min(len(orders), count)):
        at = hub(kind)
        arrive(at, *order)
        assert state(at) == (standing, cause), order
        arrive(at, *order)  # sent again after a restore
        assert state(at) == (standing, cause)


@pytest.mark.parametrize("kind", [OfficeKind.CENTRE, OfficeKind.PREFECTURE])
@pytest.mark.parametrize("life", LIVES)
def test_orders_of_events_and_changes_give_one_result(life, kind):
    same_in_orders(life, kind, 8)


@pytest.mark.slow
@pytest.mark.parametrize("life", LIVES)
def test_many_orders_of_events_and_changes_give_one_result(life):
    same_in_orders(life, OfficeKind.CENTRE, 60)


def test_the_town_that_never_had_the_person_says_nothing_of_the_card():
    at = hub()
    arrive(at, BORN, ISSUED, (KIRISHIMA, card(CardEventKind.ENDED, "2014-01-01", 9, cause=EndCause.RETURNED)))
    assert state(at).standing is CardStanding.VALID
    arrive(at, (KIRISHIMA, card(CardEventKind.ISSUED, "2014-01-01", 1, which=SECOND)))
    with pytest.raises(Refused) as refused:
        state(at, SECOND)
    assert refused.value.code is Reason.NOT_FOUND


def test_a_town_cannot_take_a_card_from_its_holder_by_telling_of_it_under_another_code():
    at = hub()
    arrive(at, BORN, ISSUED, (KIRISHIMA, card(CardEventKind.ENDED, "2014-01-01", 9, n=9, code=NEW, cause=EndCause.RETURNED)))
    assert state(at).standing is CardStanding.VALID


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_one_number_told_of_two_persons_is_the_card_of_whom_it_was_told_in_the_later_residence(order):
    ended = card(CardEventKind.ENDED, "2014-01-01", 1, n=2, code=NEW, cause=EndCause.RETURN_ORDERED)
    other = told(1, n=2, office=KIRISHIMA, code=NEW, name="国分　次郎")
    claims = [BORN, ISSUED, other, (KIRISHIMA, ended)]
    at = hub()
    arrive(at, *(claims[place] for place in order))
    assert state(at) == (CardStanding.ENDED, EndCause.RETURN_ORDERED)


def test_of_two_cards_of_one_person_only_the_later_one_serves():
    at = hub()
    arrive(at, BORN, ISSUED, (AIRA, card(CardEventKind.ISSUED, "2014-02-01", 5, which=SECOND)))
    assert state(at) == (CardStanding.ENDED, EndCause.REISSUED)
    assert at.do(lambda t: card_told.two_serve(t, CARD, SPRING)) and not at.do(lambda t: card_told.two_serve(t, "B1", SPRING))
    assert state(at, SECOND).standing is CardStanding.VALID


def test_whoever_has_died_has_no_card_even_if_the_town_has_not_said_so_yet():
    at = hub()
    arrive(at, BORN, ISSUED, told(2, Status.DEAD))
    assert state(at) == (CardStanding.ENDED, EndCause.DEATH)


def test_a_card_is_not_believed_while_a_change_of_its_holder_waits():
    at = hub()
    arrive(at, BORN, ISSUED)
    later = told(3, code=NEW)
    waiting = Change(later.identity, Residence(1, AIRA), 3, Previous(1, AIRA, 2, CODES[2]), Why.CODE_CHANGE, Status.RESIDENT, "2014-02-01")
    at.receive(waiting)
    assert at.do(lambda t: identity.somebody_waits(t))
    assert state(at).standing is CardStanding.VALID  # of another code: whether it is the same person is not known
    at.do(lambda t: t.execute("UPDATE parked SET awaited = ?", (OLD,)))
    assert state(at).standing is CardStanding.SUSPENDED


def test_terms_run_out_without_anybody_telling():
    at = hub()
    arrive(at, BORN, ISSUED)
    assert state(at, day=datetime.date(2023, 12, 1)).standing is CardStanding.VALID
    assert state(at, day=datetime.date(2023, 12, 2)) == (CardStanding.ENDED, EndCause.EXPIRED)


def test_nobody_knows_a_card_that_nobody_told_of():
    with pytest.raises(Refused) as refused:
        state(hub())
    assert refused.value.code is Reason.NOT_FOUND


@pytest.mark.parametrize(
    "changed",
    [
        {"card": ""},
        {"card": "a b"},
        {"code": "1"},
        {"version": 0},
        {"version": 10**9},
        {"day": "2014-02-30"},
        {"last_day": "soon"},
    ],
)
def test_what_is_no_event_of_a_card_is_refused(changed):
    whole = {name: getattr(ISSUED[1], name) for name in CardTold.__struct_fields__}
    with pytest.raises((InvalidInput, Refused)):
        card_told.check_told(CardTold(**whole | changed))
    card_told.check_told(ISSUED[1])


def test_of_two_events_under_one_version_both_count_in_either_order():
    both = [ISSUED, (AIRA, card(CardEventKind.ENDED, "2013-12-02", 1, cause=EndCause.RETURN_ORDERED))]
    ends = set()
    for order in itertools.permutations(both):
        at = hub()
        arrive(at, BORN, *order)
        ends.add(state(at))
    assert ends == {(CardStanding.ENDED, EndCause.RETURN_ORDERED)}


def test_an_event_told_again_under_a_version_takes_nothing_from_the_one_before_and_each_is_new_once():
    at = hub()
    other = card(CardEventKind.MOVED_OUT, "2014-03-20", 2)
    heard = [at.do(lambda t, one=one: card_told.keep(t, AIRA, one, 0)) for one in (LOST[1], other, LOST[1], other)]
    assert heard == [True, True, False, False]
    assert set(at.do(lambda t: card_told.told_by(t, AIRA, None, 9))) == {LOST[1], other}
    arrive(at, BORN, ISSUED)
    assert state(at).standing is CardStanding.SUSPENDED


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_what_an_office_told_comes_page_by_page_each_card_newest_first_and_nothing_of_others(page):
    at = hub()
    second = card(CardEventKind.ISSUED, "2014-02-01", 9, which=SECOND)
    own = [ISSUED[1], LOST[1], card(CardEventKind.ENDED, "2014-01-10", 2), FOUND[1], second]
    arrive(at, *((AIRA, one) for one in own), CONTINUED)
    pages, after = [], None
    while told := at.do(lambda t, after=after: card_told.told_by(t, AIRA, after, page)):
        assert len(told) <= page
        pages, after = [*pages, *told], told[-1]
    assert sorted(pages, key=own.index) == own
    assert [(one.card, one.version % RESIDENCE_SPAN) for one in pages] == [(CARD, 3), (CARD, 2), (CARD, 2), (CARD, 1), (SECOND, 9)]
