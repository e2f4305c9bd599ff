"""What happens in a world: who does what, when (模擬国の出来事); how it is done stands in worlds/acts.py."""

from __future__ import annotations

import datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from openjuki.register.identity import Status
from openjuki.simulation.worlds import acts, cast
from openjuki.simulation.worlds.life import FIRST_DAY
from openjuki.simulation.worlds.people import Human, People
from openjuki.simulation.worlds.weather import Weather

if TYPE_CHECKING:
    from openjuki.simulation.worlds.world import World

ACTS: tuple[tuple[acts.Act, int], ...] = (
    (acts.birth_in, 4), (acts.household_enters, 1), (acts.address_changes, 4), (acts.name_is_corrected, 2), (acts.code_changes, 2),
    (acts.moves_out, 4), (acts.moves_in, 6), (acts.moves_in_twice, 1), (acts.dies, 1), (acts.is_annulled, 3), (acts.is_garbled, 1),
    (acts.is_asked_about, 9), (acts.codes_are_requested, 1),
)  # fmt: skip
"""Each kind of act with its weight."""


class Script:
    """The humans of a world, and what happens to them."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance, self.people = world, chance, People(chance)
        self.humans: list[Human] = []
        self._numbers = 0

    def found(self) -> None:
        """The first codes and households of every municipality."""
        for office in cast.MUNICIPALITIES:
            acts.codes_are_requested(self, office)
            for _ in range(3):
                self.world.scheduler.later(1.0, partial(acts.household_enters, self, office))

    def plan(self, storm: Weather) -> None:
        """Spread the world's steps over the storm."""
        for act in self.chance.choices([act for act, _ in ACTS], [weight for _, weight in ACTS], k=storm.steps):
            self.world.scheduler.later(self.chance.uniform(0.0, storm.storm_s), partial(act, self))

    def number(self) -> int:
        """A number that was not drawn before: of a case, a household, an operator."""
        self._numbers += 1
        return self._numbers

    def today(self) -> str:
        """The day, as everybody in the country has it."""
        return (FIRST_DAY + datetime.timedelta(seconds=self.world.scheduler.now_s)).isoformat()

    def at_home(self) -> Human | None:
        """Somebody about whom an event can be entered."""
        return self._one_of([human for human in self.humans if human.at_home])

    def on_the_way(self) -> Human | None:
        """Somebody who has moved out and not in."""
        return self._one_of([human for human in self.humans if human.on_the_way])

    def _one_of(self, humans: list[Human]) -> Human | None:
        return self.chance.choice(humans) if humans else None

    def look(self, human: Human) -> None:
        """Look at what the disk of the human's office holds: what was committed is known from now on, to whomever it was told."""
        human.busy = False
        found = self.world.register.find(human)
        if found is None:
            return
        human.code, human.name, human.status = found.record.code, found.record.name, found.record.status
        human.ended = found.ended if human.status is Status.REMOVED else None
        human.names.add(human.name)
        if human.code not in human.codes:
            human.codes.append(human.code)
        if human not in self.humans:
            self.humans.append(human)
