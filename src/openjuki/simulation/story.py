"""The story of the Juki family, played through the real parts from start to end (住基家の物語; design story)."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from openjuki.law.calendar import Profile, Rule, require
from openjuki.register.errors import OpenJukiError, Say
from openjuki.simulation.country import Country
from openjuki.simulation.story_steps import (
    birth,
    card,
    card_life,
    code_change,
    correction,
    fault,
    four_routes,
    move,
    passport,
    protected,
    refusals,
    services,
    wide_area_copy,
)
from openjuki.simulation.story_steps.stage import Stage


class Step(NamedTuple):
    """A step of the story: its id, the promises it shows, and how it is played."""

    id: str
    promises: tuple[str, ...]
    play: Callable[[Stage], Awaitable[Say]]
    rules: tuple[Rule, ...] = (Rule.RESIDENT_CODE, Rule.CHANGE_NOTICE, Rule.PROVISION)
    """Dated rules without which it would not be lawful."""


class Played(NamedTuple):
    """What became of a step."""

    id: str
    promises: tuple[str, ...]
    ok: bool
    what: Say
    ms: float


STEPS = (
    Step("birth", birth.PROMISES, birth.play),
    Step("passport", passport.PROMISES, passport.play),
    Step("four-routes", four_routes.PROMISES, four_routes.play),
    Step("refusals", refusals.PROMISES, refusals.play),
    Step("correction", correction.PROMISES, correction.play),
    Step("card", card.PROMISES, card.play, (Rule.CHANGE_NOTICE, Rule.JUKI_CARD_ISSUE)),
    Step("wide-area-copy", wide_area_copy.PROMISES, wide_area_copy.play, (Rule.CHANGE_NOTICE, Rule.PROVISION, Rule.WIDE_AREA_COPY)),
    Step("services", services.PROMISES, services.play),
    Step("code-change", code_change.PROMISES, code_change.play),
    Step("card-life", card_life.PROMISES, card_life.play, (Rule.JUKI_CARD_ISSUE, Rule.ONE_VISIT_MOVE, Rule.CARD_CONTINUED_USE)),
    Step("protected", protected.PROMISES, protected.play),
    Step("move", move.PROMISES, move.play),
    Step("fault", fault.PROMISES, fault.play),
)
"""In the order in which they are played."""


async def play(country: Country, tell: Callable[[Played], None] = lambda played: None, steps: Sequence[Step] = STEPS) -> list[Played]:
    """Play all steps; one that goes wrong, or that the law of the day refuses, does not stop the next. `tell` hears of each at its end."""
    stage, played = Stage(country), []
    for step in steps:
        played.append(await _played(stage, step))
        tell(played[-1])
    return played


async def _played(stage: Stage, step: Step) -> Played:
    began_s = time.monotonic()
    try:
        require(step.rules, stage.country.today(), Profile(stage.country.declared.profile))
        ok, what = True, await step.play(stage)
    except OpenJukiError as error:
        ok, what = False, Say(error.text("en"), error.text("ja"))
    return Played(step.id, step.promises, ok, what, (time.monotonic() - began_s) * 1000)
