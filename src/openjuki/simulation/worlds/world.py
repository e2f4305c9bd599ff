"""A world: a small country, a storm of faults, a calm after it, and the promises that must hold (模擬世界; promise X5).

    found -> storm (life events, questions, faults) -> heal -> calm until all have caught up -> checks

Everything that happens follows from the seed: there is no other clock, chance, thread or socket here.
"""

from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any, NamedTuple

from openjuki.offices import store as stores
from openjuki.offices.office import Office, Then, failed
from openjuki.procedures.identity_query import IdentityAnswer
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.worlds import cast, checks, faults
from openjuki.simulation.worlds.clerks import Clerks
from openjuki.simulation.worlds.disk import CrashPoint, Disk
from openjuki.simulation.worlds.ledger import Ledger
from openjuki.simulation.worlds.life import Life, Parts, Surroundings
from openjuki.simulation.worlds.network import SeededNetwork
from openjuki.simulation.worlds.restores import Restores
from openjuki.simulation.worlds.scheduler import Scheduler
from openjuki.simulation.worlds.script import Script
from openjuki.simulation.worlds.violation import Violation
from openjuki.simulation.worlds.watch import Watch
from openjuki.simulation.worlds.weather import CALM, Weather, draw_weather

FOUNDING_S = 5.0
SETTLE_MAX_S = 180.0
SETTLE_SLICE_S = 5.0


class Verdict(NamedTuple):
    """What a world came to; `broken` is the promise that did not hold, or ""."""

    seed: int
    broken: str
    trace: str
    steps: int
    told: int
    calls: int
    frames: int
    virtual_s: float
    settled_s: float
    events: dict[str, int]


class World:
    """One country in virtual time."""

    def __init__(self, seed: int, parts: Parts = Parts(), weather: Weather | None = None) -> None:  # noqa: B008 - a constant
        self.seed = seed
        self.storm = weather or draw_weather(self.chance("weather"))
        self.weather = CALM
        self.scheduler = Scheduler()
        self.disks = {code: Disk() for code in cast.CODES}
        self.lives: dict[str, Life] = {}
        self.watch = Watch(self.scheduler, self.disks)
        self.network = SeededNetwork(self.scheduler, self.chance("network"), self.lives, self.watch.wrote, self.watch.happened)
        self.network.certificates = {code: cast.certificate(code) for code in cast.CODES}
        self._around = Surroundings(str(seed), self.scheduler, self.network, cast.directory(), lambda: self.weather, self._happened, parts)
        self._numbers = {code: count(1) for code in cast.CODES}
        self._steps = count(1)
        self.steps_told = 0
        self.answers: list[tuple[str, IdentityAnswer]] = []
        """Every answer that an agency accepted, with the office that gave it."""
        self.leaves: set[tuple[str, int]] = set()
        """(log, index) of every leaf that ever came with an accepted answer."""
        self._lost: set[bytes] = set()
        """Salts of the answers whose rows were lost with a disk."""
        self.register = Ledger(self.disks)
        self.restores = Restores(self)
        self.script = Script(self, self.chance("script"))
        self.clerks = Clerks(self)

    def chance(self, name: str) -> Random:
        """A stream of chance of its own for each part, so that a fault in one does not shift the others."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - a world is repeated from its seed

    # -- lives ----------------------------------------------------------------------------------------------------

    def start(self, code: str) -> None:
        """Start an office's process, unless it runs."""
        life = self.lives.get(code)
        if life is None or not life.clock.running:
            self.lives[code] = Life(code, next(self._numbers[code]), self.disks[code], self._around, self.crashed)
            self.watch.happened(code, "world:office:started", "")
            started = self.lives[code]
            started.node.start(lambda: self.restores.opened(started))

    def crash(self, code: str, where: str = "killed") -> None:
        """End an office's process without a word."""
        life = self.lives[code]
        if life.clock.running:
            self.watch.happened(code, "world:office:crashed", where)
            life.end()
            self.network.crashed(life)
            forgotten, life.open_steps = list(life.open_steps.values()), {}
            for unknown in forgotten:
                unknown()

    def crashed(self, life: Life, point: CrashPoint) -> None:
        """A crash that was armed has come."""
        code = life.code
        if self.lives[code] is life:
            self.crash(code, point.value)
            faults.restart_later(self, code)

    def stop(self, code: str) -> None:
        """End an office's process in good order."""
        life = self.lives[code]
        if life.ready:
            life.node.stop()
            self.crash(code, "stopped")

    def _happened(self, office: str, tag: str, what: str) -> None:
        self.watch.happened(office, tag, what)
        self.restores.happened(office, tag)

    def answered(self, office: str, answer: IdentityAnswer) -> None:
        """An agency has accepted an answer: its leaf is its own, also if the office is restored later and answers others."""
        leaf = (answer.promise.log, answer.promise.index)
        if leaf in self.leaves:
            raise Violation(f"I7 {office} gives leaf {leaf[1]} of one log to two answers")
        self.leaves.add(leaf)
        if answer.salt not in self._lost:
            self.answers.append((office, answer))

    def forget_answers(self, office: str) -> None:
        """An office is restored: of what it answered since its backup it has no row any more, and cannot have, also if it is on its way."""
        self.answers = [(gave, answer) for gave, answer in self.answers if gave != office or checks.is_logged(self, gave, answer)]
        self._lost.update(answer.salt for answer in self.watch.answers.get(office, ()) if not checks.is_logged(self, office, answer))

    # -- steps ----------------------------------------------------------------------------------------------------

    def step(self, code: str, begin: Callable[[Office, Then], None], done: Callable[[Any], None], unknown: Callable[[], None]) -> None:
        """Have an office begin a step; `done` gets the outcome, or `unknown` is called when a crash has left it open."""
        life, number = self.lives[code], next(self._steps)
        if not life.ready:
            unknown()
            return

        def then(outcome: Any) -> None:
            if life.open_steps.pop(number, None) is None:
                raise Violation(f"{code} tells of step {number} twice")
            if outcome is stores.BUG:
                raise Violation(f"{code}: a work failed with a bug")
            self.steps_told += not failed(outcome)
            done(outcome)

        life.open_steps[number] = unknown
        try:
            begin(life.office, then)
        except OpenJukiError as error:
            then(error)

    # -- the course of a world ------------------------------------------------------------------------------------

    def run(self) -> Verdict:
        """Live through the world."""
        broken, settled_s = "", 0.0
        try:
            self._found()
            self._storm()
            settled_s = self._settle()
            checks.check(self)
        except Violation as violation:
            broken = str(violation)
        verdict = Verdict(
            self.seed, broken, self.watch.trace, next(self._steps) - 1, self.steps_told, self.scheduler.calls, self.watch.frames,
            self.scheduler.now_s, settled_s, dict(self.watch.events),
        )  # fmt: skip
        self._end()
        return verdict

    def _found(self) -> None:
        for code in cast.CODES:
            self.start(code)
        self.scheduler.run_until(1.0)
        self.script.found()
        self.scheduler.run_until(FOUNDING_S)

    def _storm(self) -> None:
        self.weather = self.network.weather = self.storm
        end_s = self.scheduler.now_s + self.storm.storm_s
        self.script.plan(self.storm)
        faults.plan(self, end_s)
        self.scheduler.run_until(end_s)

    def _settle(self) -> float:
        """Heal everything and wait until all have caught up; returns how many seconds that took."""
        self.weather = CALM
        self.network.heal()
        for code in cast.CODES:
            life = self.lives[code]
            life.clock.skew_ms = 0
            life.executor.armed = None
            self.start(code)
        self.scheduler.later(1.0, self._meet)
        healed_s = self.scheduler.now_s
        while (late := checks.late(self)) and self.scheduler.now_s < healed_s + SETTLE_MAX_S:
            self.scheduler.run_until(self.scheduler.now_s + SETTLE_SLICE_S)
            self.clerks.look()
        if late:
            raise Violation(f"not caught up {SETTLE_MAX_S:.0f} s after the last fault: {late}")
        return self.scheduler.now_s - healed_s

    def _meet(self) -> None:
        """Everybody has something to say to the hub above sooner or later; here it is now, so that both hear where they stand."""
        for code, hub in cast.REPORTS_TO.items():
            self.lives[code].node.reach(hub, lambda link: None)

    def _end(self) -> None:
        for life in self.lives.values():
            if life.clock.running:
                life.end()
        for disk in self.disks.values():
            disk.close()


def run_world(
    seed: int,
    parts: Parts = Parts(),  # noqa: B008 - a constant
    *,
    silent: bool = False,
    say: Callable[[str], None] | None = None,
) -> Verdict:
    """Live through the world of a seed; with `silent` no operator says a word of a restore, `say` hears of everything that happens."""
    world = World(seed, parts)
    world.watch.say = say
    if say is not None:
        say(str(world.storm))
    if silent:
        world.storm = world.storm._replace(silent=1.0)
    return world.run()
