"""What a part of a simulated year took, over all processes (所要時間と処理装置の使用量; issue 3, "Must show")."""

import time
from typing import NamedTuple

from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.prefecture_year_parties import Hub, Running, Watch


class Passed(NamedTuple):
    """What one part of the run took: how many notices, in how many seconds, at which cost of processor."""

    notices: int
    seconds: float
    cpu_s: dict[str, float]
    """Processor seconds by who spent them: the municipalities, each hub."""

    @property
    def per_s(self) -> int:
        """Notices a second."""
        return round(self.notices / self.seconds)


class Parties(NamedTuple):
    """All processes of the year, and the eye on their registers."""

    hubs: tuple[Hub, ...]
    halls: tuple[Running, ...]
    watch: Watch

    @property
    def all(self) -> tuple[Running, ...]:
        """Every process."""
        return (*self.hubs, *self.halls)


class Meter:
    """Measures one part of the run from its making on."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._began_s, self._cpu_s, self._told = time.monotonic(), self._processors_s(), self._acknowledged()

    def read(self) -> Passed:
        """What it took until now; its notices are those that the centre has acknowledged, durable at each office on their way."""
        return self.of(self._acknowledged() - self._told)

    def of(self, notices: int) -> Passed:
        """What it took until now for so many notices."""
        cpu_s = {name: round(now_s - self._cpu_s[name], 2) for name, now_s in self._processors_s().items()}
        return Passed(notices, round(time.monotonic() - self._began_s, 2), cpu_s)

    def _processors_s(self) -> dict[str, float]:
        """The one who runs it all counts among the municipalities."""
        spent = {"municipalities": time.process_time()}
        for party in self._parties.all:
            spent[party.name] = spent.get(party.name, 0.0) + party.cpu_s
        return spent

    def _acknowledged(self) -> int:
        return sum(self._parties.watch.acknowledged(hub.code, CENTRE) for hub in self._parties.hubs if hub.code != CENTRE)
