"""Changes that arrive together leave a hub as it is when they arrive one by one (一括受信)."""

from random import Random

import pytest
from msgspec.structs import replace

from openjuki.offices.identity import Outcome, person_row
from openjuki.offices.identity_newcomers import receive_all
from openjuki.register.addresses import Address
from openjuki.register.change import Change, Previous
from openjuki.register.identity import Status
from tests.offices.hub_office import told
from tests.offices.lives import LIVES, newcomers
from tests.offices.test_order_of_arrival import CENTRE, KAGOSHIMA, Hub
from tests.procedures.municipal_office import AIRA


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


@pytest.mark.parametrize(
    "other",
    [
        {}, {"address": Address(AIRA, "加治木町本町", "253番地")}, {"name": "住基　花子"}, {"kana": "ハナコ"}, {"birth": "1980-01-02"},
    ],
    ids=["nothing", "address", "name", "kana", "birth"],
)  # fmt: skip
def test_the_next_changes_of_persons_known_leave_rows_that_are_searched_by_what_holds_now(other):
    alone, together, known = Hub(), Hub(), newcomers(5)
    following = [
        replace(change, identity=replace(change.identity, **other), version=2, previous=Previous(1, AIRA, 1, change.identity.code))
        for change in known
    ]
    for change in (*known, *following):
        alone.receive(change)
    receive_all(together.transaction, known, 0)
    assert [arrival.outcome for arrival in receive_all(together.transaction, following, 0)] == [Outcome.APPLIED] * 5
    assert together.all_of_it() == alone.all_of_it()
    rows = together.transaction.all("SELECT * FROM person ORDER BY id")
    by_code = {change.identity.code: change for change in following}
    assert rows == [person_row(row[0], by_code[row[1]]) for row in rows]
    assert [arrival.outcome for arrival in receive_all(together.transaction, following, 0)] == [Outcome.KNOWN] * 5


def test_of_two_changes_of_one_person_in_one_turn_the_later_holds():
    hub, (one, *others) = Hub(), newcomers(3)
    receive_all(hub.transaction, [one, *others], 0)
    second, third = (
        replace(one, version=version, previous=Previous(1, AIRA, version - 1, one.identity.code), status=status)
        for version, status in ((2, Status.REMOVED), (3, Status.RESIDENT))
    )
    receive_all(hub.transaction, [second, third], 0)
    assert hub.transaction.all("SELECT version, status FROM person WHERE code = ?", one.identity.code) == [(3, int(Status.RESIDENT))]
    receive_all(hub.transaction, [one, second], 0)
    assert hub.transaction.value("SELECT version FROM person WHERE code = ?", one.identity.code) == 3
