"""Hubs are compared with what the municipalities say, also when a municipality has forgotten what it told (整合性の検査)."""

import pytest

from openjuki.simulation.worlds import agreement
from openjuki.simulation.worlds.violation import Violation
from openjuki.simulation.worlds.world import World

TOWN, HUB = "462012", "460001"
FORGETFUL = 14_217
"""A world in which a town is restored: when it was found, to before it annulled a residence, of which its prefecture told it."""
LAST_THAT_ENDED = "SELECT max(id) FROM person WHERE office = ? AND status <> 1"


class Lasting(World):
    """A world whose disks can be looked at when it is over."""

    def _end(self) -> None:
        pass


@pytest.fixture
def world():
    made = Lasting(FORGETFUL)
    assert made.run().broken == ""
    yield made
    super(Lasting, made)._end()


def test_a_town_that_forgot_an_annulment_agrees_with_its_prefecture_by_what_it_keeps(world):
    assert TOWN in world.restores.restored
    agreement.check(world)


@pytest.mark.parametrize("wrong", ["version = version + 1", "status = 1", "n = n + 1", "date = '2013-12-03'"])
def test_a_prefecture_that_holds_another_state_is_found_all_the_same(world, wrong: str):
    world.disks[HUB].committed().execute(f"UPDATE person SET {wrong} WHERE id = ({LAST_THAT_ENDED})", (TOWN,))
    with pytest.raises(Violation, match=f"I2 {HUB} holds"):
        agreement.check(world)
