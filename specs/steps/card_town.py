"""Countries with a card counter at Aira, for the sentences about the card (カードの窓口がある国)."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from pytest_bdd import given

from openjuki.card import at_the_counter
from openjuki.register.identity import Status
from openjuki.simulation.declaration import declare
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story_people import TARO, YOSHIKO
from openjuki.simulation.story_steps.card_desk import PIN, desk_at
from openjuki.simulation.story_steps.stage import AIRA, Stage

KIRISHIMA = "462187"


class Counter:
    """A country under the rules of Japan with a card counter at Aira, and who has which card there."""

    def __init__(self, runner, stage, calendar):
        self.take, self.stage, self.calendar = runner.run, stage, calendar
        self.desk = self.take(desk_at(stage))

    def resident(self, name, office=AIRA):
        return self.take(self.stage.resident(name, office))

    def card_of(self, name):
        (card,) = self.take(self.desk.alive(self.resident(name).code))
        return card

    def confirmed(self, card, pin=PIN):
        return self.take(self.desk.reads(card.card_id, lambda t: at_the_counter.confirm_holder(t, pin, self.stage.country.today())))

    def door(self, card):
        door = self.desk.door(card.card_id)
        door.heard, transmit = b"", door.transmit

        def listening(apdu):
            answer = transmit(apdu)
            door.heard += apdu + answer
            return answer

        door.transmit = listening
        return door


def opened(folder, runner):
    """The country while it runs, and how to end it."""
    calendar = Calendar(STORY_DAY)
    declared = declare((AIRA, KIRISHIMA, "131016"), residents=60, profile="japan", day=str(STORY_DAY))
    running = run_country(Path(folder) / "country", declared, calendar)
    return Counter(runner, Stage(runner.run(running.__aenter__())), calendar), running


@pytest.fixture(scope="session")
def card_towns():
    """Opens countries, and closes all of them at the end."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        runnings = []

        def another():
            counter, running = opened(Path(folder) / str(len(runnings)), runner)
            runnings.append(running)
            return counter

        yield another
        for running in runnings:
            runner.run(running.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def counter(card_towns):
    """The one that the scenarios share."""
    return card_towns()


@given("カードの窓口がある姶良市に、太郎と美子が住んでいる")
def counter_is_open(counter):
    assert {counter.resident(name).status for name in (TARO, YOSHIKO)} == {Status.RESIDENT}


@given("カードの窓口が開いたばかりの姶良市に、太郎が住んでいる", target_fixture="counter")
def counter_is_new(card_towns):
    return card_towns()
