"""One country for all scenarios, and the sentences they are told in (仕様の共通部)."""

import asyncio
import tempfile
import time
from pathlib import Path

import pytest

from openjuki.simulation import declaration
from openjuki.simulation.memory import forget_peak, resident_mb
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_steps.stage import Stage
from specs.steps.calendar import *  # noqa: F403 - pytest-bdd finds sentences by their module
from specs.steps.card import *  # noqa: F403
from specs.steps.card_town import *  # noqa: F403
from specs.steps.documents import *  # noqa: F403
from specs.steps.move import *  # noqa: F403
from specs.steps.protected import *  # noqa: F403
from specs.steps.provision import *  # noqa: F403
from specs.steps.register import *  # noqa: F403
from specs.steps.savings import *  # noqa: F403
from specs.steps.supplement import *  # noqa: F403
from specs.steps.trust import *  # noqa: F403
from specs.steps.wide_area import *  # noqa: F403

RESIDENTS = 120


class Play:
    """The stage, and a way to take its steps one after the other."""

    def __init__(self, runner: asyncio.Runner, stage: Stage, began_s: float, before_mb: float) -> None:
        self.stage, self.began_s, self.before_mb = stage, began_s, before_mb
        self.take = runner.run


@pytest.fixture(scope="session")
def play():
    forget_peak()  # other tests came before in this process
    began_s, before_mb = time.monotonic(), resident_mb()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        running = run_country(Path(folder) / "country", declaration.declare(residents=RESIDENTS), Calendar(STORY_DAY))
        country = runner.run(running.__aenter__())
        yield Play(runner, Stage(country), began_s, before_mb)
        runner.run(running.__aexit__(None, None, None))


@pytest.fixture
def seen():
    """What one scenario remembers."""
    return {}


def pytest_bdd_apply_tag(tag, function):
    """A tag is the id of a promise and no mark of pytest's."""
    function.promise = tag
    return True
