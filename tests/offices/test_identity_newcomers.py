"""Changes that arrive together leave a hub as it is when they arrive one by one (一括受信)."""

from random import Random

import pytest

from openjuki.offices.identity_newcomers import receive_all
from openjuki.register.change import Change
from tests.offices.hub_office import told
from tests.offices.lives import LIVES, newcomers
from tests.offices.test_order_of_arrival import CENTRE, KAGOSHIMA, Hub


def turns(changes: list[Change], chance: Random) -> list[list[Change]]:
    """The changes in their order, cut anywhere."""
    cuts = sorted(chance.sample(range(1, len(changes)), 4))
    return [changes[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(changes)], strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("live", LIVES, ids=lambda live: live.__name__)
@pytest.mark.parametrize("prefecture", [CENTRE, KAGOSHIMA])
def test_what_arrives_together_ends_as_what_arrives_one_by_one(live, prefecture):
    life, strangers, chance = live().changes, newcomers(20), Random(live.__name__)
    for _ in range(10):
        changes = [*life, *strangers, *chance.choices(life, k=4), *chance.choices(strangers, k=4)]
        chance.shuffle(changes)
        alone, together = Hub(prefecture), Hub(prefecture)
        one_by_one = [alone.receive(change) for change in changes]
        at_once = [arrival for turn in turns(changes, chance) for arrival in receive_all(together.transaction, turn, 0, prefecture)]
        assert at_once == one_by_one
        assert together.all_of_it() == alone.all_of_it()
        assert together.persons() == alone.persons()
        assert sorted(together.transaction.events) == sorted(alone.transaction.events)


def test_what_waits_for_a_newcomer_is_taken_up_with_it():
    hub = Hub()
    hub.receive(told(2))
    receive_all(hub.transaction, [told(1), *newcomers(3)], 0)
    assert hub.all_of_it()[1] == 0
    assert sorted(version for (version,) in hub.transaction.all("SELECT version FROM person")) == [1, 1, 1, 2]


def test_newcomers_take_no_number_of_anybody_merged_away():
    hub = Hub()
    hub.transaction.execute("INSERT INTO merged VALUES (7, 3)")
    receive_all(hub.transaction, newcomers(3), 0)
    assert [number for (number,) in hub.transaction.all("SELECT id FROM person ORDER BY id")] == [8, 9, 10]
