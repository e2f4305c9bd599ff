"""Restores from a backup: a disk is lost, an older one comes back, and the office must find its way to its peers again (復旧).

The operator who restores says so, and the recovery begins before any work. An old disk put back without a word is noticed only if the
hub above expects more than the disk has ever written; if the office has gone on meanwhile, it is not (`--silent` plays that).
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from openjuki.simulation.worlds import cast, checks, faults

if TYPE_CHECKING:
    from openjuki.simulation.worlds.life import Life
    from openjuki.simulation.worlds.world import World

FINISHED = "node:recovery:finished"


class Backup(NamedTuple):
    """A copy of an office's disk, and the epoch that it was made in."""

    image: bytes
    epoch: bytes


class Restores:
    """The backups of a world, and which offices were restored."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._backups: dict[str, Backup] = {}
        self._to_tell: dict[str, bytes] = {}
        """Restored office whose operator has not yet been heard -> the epoch that it must leave."""
        self.restored: set[str] = set()
        """Every office that was ever restored: what it sent before may be more than it has."""

    def plan(self, chance: Random, end_s: float) -> None:
        """Make backups now and then, and lose disks."""
        storm = self._world.storm
        if storm.restore_every_s:
            faults.every(self._world, chance, storm.restore_every_s / 4, end_s, partial(self._back_up, chance))
            faults.every(self._world, chance, storm.restore_every_s, end_s, partial(self._lose, chance))

    def _back_up(self, chance: Random) -> None:
        code = chance.choice(checks.NOTIFYING)
        disk = self._world.disks[code]
        rows = disk.rows("SELECT value FROM setting WHERE key = 'epoch'")
        recovering = disk.rows("SELECT 1 FROM setting WHERE key = 'recovering'")
        if rows and not recovering:
            self._backups[code] = Backup(disk.image(), rows[0][0])

    def _lose(self, chance: Random) -> None:
        """The disk of an office is lost; its last backup is put in its place, and as a rule the operator says so when it starts."""
        if not self._backups:
            return
        world, code = self._world, chance.choice(sorted(self._backups))
        backup = self._backups[code]
        world.crash(code, "disk lost")
        world.disks[code].restore(backup.image)
        world.watch.happened(code, "world:disk:restored", "")
        self.restored.add(code)
        silent = code in cast.REPORTS_TO and chance.random() < world.storm.silent
        if not silent:
            self._to_tell[code] = backup.epoch
        world.register.forget(code)
        world.forget_answers(code)
        for human in world.script.humans:
            if human.office == code and not silent:
                human.busy = True
        if silent:
            self._look_up(code)
        faults.restart_later(world, code)

    def opened(self, life: Life) -> None:
        """An office has opened: if it was restored, and has not noticed yet, its operator begins the recovery."""
        epoch = self._to_tell.get(life.code)
        if epoch is not None and life.node.epoch == epoch and not life.office.recovering:
            life.node.recovery.begin()

    def happened(self, office: str, tag: str) -> None:
        """After a recovery the people are looked up anew: some are known as they were, some no more."""
        if tag == FINISHED:
            self._to_tell.pop(office, None)
            self._world.scheduler.later(0, partial(self._look_up, office))

    def _look_up(self, office: str) -> None:
        script = self._world.script
        for human in [human for human in script.humans if human.office == office]:
            if self._world.register.find(human) is None:
                script.humans.remove(human)
            else:
                script.look(human)
