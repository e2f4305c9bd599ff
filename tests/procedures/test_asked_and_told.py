"""What a prefecture was told when it asked, it still passes on when the notice comes (照会で知った変更の送付; Act art. 30-11(1))."""

import msgspec
import pytest

from openjuki.offices import identity
from openjuki.offices.identity import Outcome
from openjuki.offices.store import Store, Transaction
from openjuki.register.change import Change
from openjuki.register.identity import Status
from tests.procedures.test_hostile_changes import AIRA, CENTRE, KAGOSHIMA, Country, code, state

BORN, LEFT = state(AIRA, 1), state(AIRA, 1, version=2, status=Status.REMOVED)
TIED = msgspec.structs.replace(LEFT, version=3)


@pytest.fixture
def hub() -> Transaction:
    return Transaction(Store(":memory:", identity.SCRIPTS, synchronous="OFF").connection)


def outcome(hub: Transaction, change: Change) -> Outcome:
    return identity.receive(hub, change, 2, "46").outcome


def test_the_centre_hears_of_a_change_that_the_prefecture_had_asked_for_before_its_notice_came():
    country = Country()
    hub = country.nodes[KAGOSHIMA].office
    country.call(hub.write, lambda transaction: identity.learn(transaction, LEFT, (code(1),), 1))
    for change in (BORN, LEFT, LEFT):
        country.tell(change)
    assert country.look(CENTRE, "SELECT version, status FROM person") == [(2, int(Status.REMOVED))]
    assert country.look(KAGOSHIMA, "SELECT count(*) FROM outbox WHERE receiver = ?", CENTRE) == [(2,)], "each once"


def test_a_notice_is_new_until_it_comes_as_a_notice_and_then_known(hub):
    identity.learn(hub, LEFT, (code(1),), 1)
    assert [outcome(hub, LEFT), outcome(hub, LEFT)] == [Outcome.APPLIED, Outcome.KNOWN]


def test_what_came_as_a_notice_stays_known_when_it_is_asked_for_later(hub):
    assert outcome(hub, BORN) is Outcome.APPLIED
    identity.learn(hub, BORN, (code(1),), 1)
    assert outcome(hub, BORN) is Outcome.KNOWN


def test_two_persons_made_one_keep_what_was_only_asked_for_apart(hub):
    assert outcome(hub, BORN) is Outcome.APPLIED
    identity.learn(hub, state(AIRA, 2, version=3), (code(2),), 1)
    identity.learn(hub, TIED, (code(1), code(2)), 1)
    assert hub.all("SELECT version, asked FROM state ORDER BY version") == [(1, 0), (3, 1)]
