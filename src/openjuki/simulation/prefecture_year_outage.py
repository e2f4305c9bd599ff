"""Two weeks of a simulated year in which the prefecture cannot be reached, and then how fast what waits is carried (回線断と復旧; issue 3).

Municipalities go on entering: what they notify lies in their outboxes. When all of it is on disk the prefecture comes up, its
municipalities dial it, and the time runs until everybody has heard that the centre has the last notice. So the year tells apart
what the network carries alone from what it carries while it is entered.
"""

from typing import NamedTuple

from openjuki.simulation.prefecture_year_messages import LineUp
from openjuki.simulation.prefecture_year_meter import Meter, Parties, Passed
from openjuki.simulation.prefecture_year_parties import Hub


class Outage(NamedTuple):
    """What the two weeks were: notices written while nothing was carried, and the same notices carried while nothing was entered."""

    written: Passed
    carried: Passed


class Line:
    """The line of one prefecture."""

    def __init__(self, parties: Parties, prefecture: Hub) -> None:
        self._parties, self._prefecture = parties, prefecture
        self._meter: Meter | None = None

    @property
    def down(self) -> bool:
        """Whether the prefecture cannot be reached just now."""
        return self._meter is not None

    async def cut(self) -> None:
        """Stop the prefecture, once nothing waits for it."""
        await self._parties.watch.until(0, self._parties.all)
        await self._prefecture.stop()
        self._meter = Meter(self._parties)

    async def mend(self) -> Outage:
        """Everything notified meanwhile is on disk: start the prefecture, and wait until all of it is at the centre."""
        assert self._meter is not None  # noqa: S101  it was cut
        parties, watch, code = self._parties, self._parties.watch, self._prefecture.code
        written = self._meter.of(watch.changes_for(code))
        others = [party for party in parties.all if party is not self._prefecture]
        await watch.until(0, others, but=code)
        await self._prefecture.start()
        meter = Meter(parties)
        for hall in parties.halls:
            hall.say(LineUp(code))
        await watch.until(0, parties.all)
        self._meter = None
        return Outage(written, meter.read())
