"""Moves with one visit through worlds of faults (転入届の特例): everybody who announced arrives once, and the old town hears of it."""

from functools import partial

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices import municipality, transfers
from openjuki.offices.transfers import MoveState
from openjuki.procedures import one_visit_move
from openjuki.procedures.move_in_notice import MoveInNotice
from openjuki.procedures.one_visit_move import OneVisitNotification
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.transfer_record import CardData
from openjuki.simulation.worlds import acts
from openjuki.simulation.worlds.life import Parts
from openjuki.simulation.worlds.one_visit import MOVES, MovingWorld

MISTAKEN = (9, 21, 68)
"""Worlds in which somebody lives in two towns by mistake, and moves from one; or a household changes after a move was announced."""
WHILE_S = 1.0


class CalmWorld(MovingWorld):
    """A world in which only what a test says happens, in a calm."""

    def __init__(self, seed, happens):
        super().__init__(seed)
        self.happens = happens

    def _storm(self):
        self.happens(self)

    def passes(self):
        self.scheduler.run_until(self.scheduler.now_s + WHILE_S)

    def record(self, human):
        return municipality.record_of_code(self.disks[human.office].committed(), human.code)

    def lives_with(self, human):
        members = municipality.members(self.disks[human.office].committed(), self.record(human).household)
        return [one for one in self.script.humans if one is not human and one.code in {member.code for member in members}]

    def announced(self, mover):
        view = self.disks[mover.old].committed()
        return transfers.of_person(view, municipality.person_of_code(view, mover.code))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(6), *MISTAKEN])
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


def test_an_announcement_with_another_card_that_stands_in_the_way_is_not_taken_for_the_movers_own():
    """Else the mover would ask with a card that the old office does not know until the budget for misses is spent, in vain."""

    def announced_before(world):
        human = next(one for one in world.script.humans if not world.lives_with(one))
        card = CardData("card-before", "2010-04-01", "2020-03-31", False, b"key")
        before = OneVisitNotification((human.code,), human.code, card, "他の市区町村", "2013-12-28", world.script.today())
        begin = partial(one_visit_move.notify_move_out, operator="clerk", notification=before)
        world.step(human.office, lambda office, then: begin(office, then=then), lambda outcome: None, lambda: None)
        world.passes()
        world.moves(human)
        world.passes()

    world = CalmWorld(1, announced_before)
    assert world.run().broken == ""
    [mover] = world.movers
    assert not mover.announced
    assert mover.human.at_home


def test_a_clerk_removes_whom_the_notice_could_not_since_their_household_is_another_by_now():
    """One person would have stayed and head the household; with a child born since it takes a clerk to say who does."""

    def child_is_born(world):
        couples = ((one, world.lives_with(one)) for one in world.script.humans if world.record(one).relationship == HOUSEHOLDER)
        human, [stays] = next((one, others) for one, others in couples if len(others) == 1)
        mover = world.moves(human)
        world.passes()
        assert [one.state for one in world.announced(mover)] == [MoveState.WAITING]
        world.script.humans = [stays]
        acts.birth_in(world.script)
        world.passes()

    world = CalmWorld(1, child_is_born)
    assert world.run().broken == ""
    [mover] = world.movers
    assert mover.entered
