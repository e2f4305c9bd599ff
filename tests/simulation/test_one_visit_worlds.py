"""Moves with one visit through worlds of faults (転入届の特例): everybody who announced arrives once, and the old town hears of it."""

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.procedures.move_in_notice import MoveInNotice
from openjuki.simulation.worlds.life import Parts
from openjuki.simulation.worlds.one_visit import MOVES, MovingWorld


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_everybody_who_announced_a_move_is_entered_and_confirmed_whatever_fails(seed):
    world = MovingWorld(seed)
    verdict = world.run()
    assert verdict.broken == ""
    assert len(world.movers) == MOVES
    entered = sum(mover.entered for mover in world.movers)
    assert entered >= MOVES // 2
    assert sum(bool(mover.refused) for mover in world.movers) <= 2


@pytest.mark.slow
def test_an_old_office_that_lets_notices_fall_is_found_out():
    town = TABLES[OfficeKind.MUNICIPALITY]
    deaf = town._replace(notices={**town.notices, MoveInNotice: lambda transaction, office, told: None})
    world = MovingWorld(0, Parts(tables={**TABLES, OfficeKind.MUNICIPALITY: deaf}))
    assert "has not confirmed a departure" in world.run().broken
