"""Restores from a backup: a disk is lost, an older one comes back, and the office must find its way to its peers again (復旧).

An old disk put back without a word is known by its mark, which stayed. Where the mark came back with the backup, the operator says so;
where the backup goes to another machine, there is no mark. In every case the recovery begins before any work.
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from openjuki.offices.marked_store import said_restored
from openjuki.simulation.worlds import checks, faults

if TYPE_CHECKING:
    from openjuki.simulation.worlds.life import Life
    from openjuki.simulation.worlds.world import World

FINISHED = "node:recovery:finished"
TOLD_LATER, TOLD_BEFORE, MOVED = "said when it runs", "said before it starts", "on another machine"


class Backup(NamedTuple):
    """A copy of an office's disk, and the epoch and mark that it was made in."""

    image: bytes
    epoch: bytes
    mark: int | None


class PutBack(NamedTuple):
    """An office that was restored and has not come to rest yet: the epoch it must leave, and whether its operator will say so."""

    epoch: bytes
    told: bool


class Restores:
    """The backups of a world, and which offices were restored."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._backups: dict[str, Backup] = {}
        self._put_back: dict[str, PutBack] = {}
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
            self._backups[code] = Backup(disk.image(), rows[0][0], disk.mark.number)

    def _lose(self, chance: Random) -> None:
        """The disk of an office is lost; its last backup is put in its place."""
        if not self._backups:
            return
        world, code = self._world, chance.choice(sorted(self._backups))
        backup = self._backups[code]
        world.crash(code, "disk lost")
        world.disks[code].restore(backup.image)
        way = "" if chance.random() < world.storm.silent else chance.choice((TOLD_LATER, TOLD_BEFORE, MOVED))
        self._see_to_the_mark(code, way, backup)
        world.watch.happened(code, "world:disk:restored", way)
        self.restored.add(code)
        before = self._put_back.get(code)
        # A mark that came back with the last copy stays when the next one is put back without a word: the operator still has to say so.
        self._put_back[code] = PutBack(backup.epoch, way == TOLD_LATER or (not way and before is not None and before.told))
        world.register.forget(code)
        world.forget_answers(code)
        for human in world.script.humans:
            human.busy = human.busy or human.office == code
        faults.restart_later(world, code)

    def _see_to_the_mark(self, code: str, way: str, backup: Backup) -> None:
        mark = self._world.disks[code].mark
        if way == MOVED:
            mark.number = None
        elif way == TOLD_LATER:
            mark.number = backup.mark
        elif way == TOLD_BEFORE:
            mark.number = said_restored(mark.number)

    def opened(self, life: Life) -> None:
        """An office has opened: if it was restored, and does not know of it, its operator says so, or it has lost nothing."""
        restored = self._put_back.get(life.code)
        if restored is None or life.node.epoch != restored.epoch or life.office.recovering:
            return
        if restored.told:
            life.node.recovery.begin()
        else:
            self._at_rest(life.code)

    def happened(self, office: str, tag: str) -> None:
        """After a recovery the people are looked up anew."""
        if tag == FINISHED:
            self._at_rest(office)

    def _at_rest(self, office: str) -> None:
        """Some people are known as they were, some no more."""
        self._put_back.pop(office, None)
        self._world.scheduler.later(0, partial(self._look_up, office))

    def _look_up(self, office: str) -> None:
        script = self._world.script
        for human in [human for human in script.humans if human.office == office]:
            if self._world.register.find(human) is None:
                script.humans.remove(human)
            else:
                script.look(human)
