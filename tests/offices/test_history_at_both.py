"""Register and hub asked about the same days of the same lives, played through the real procedures (時点照会の一致)."""

import datetime
import random
from typing import Any

import pytest

from openjuki.offices import history, hub_history, identity
from openjuki.offices.store import Store, Transaction
from openjuki.register.dates import DateText
from openjuki.register.errors import OpenJukiError
from openjuki.register.record import identity as projected
from tests.offices.town_year import Clerk
from tests.procedures.municipal_office import TownHall

NOTHING_UNDONE = (0, 2, 4, 6, 7, 13, 14)
"""Deeds of the clerk that neither correct nor annul: newcomers, returns, leavings, addresses, codes, deaths, removals."""
FIRST_DAY = datetime.date(2013, 10, 25)


def a_year(seed: int) -> tuple[TownHall, Transaction]:
    """A town hall after some deeds, and a hub that has got all its changes."""
    chance, hall = random.Random(seed), TownHall()
    clerk = Clerk(hall)
    for deed in [0, 0, 0, *chance.choices(NOTHING_UNDONE, k=15)]:
        try:
            clerk.act(deed, 0, chance.randrange(6), chance.randrange(40))
        except OpenJukiError:
            continue
    hub = Transaction(Store(":memory:", identity.SCRIPTS).connection)
    for change in hall.changes():
        identity.receive(hub, change, hall.clock.wall_ms())
    return hall, hub


def of_register(record: Any) -> Any:
    return record and (projected(record), record.status, record.residence)


def of_hub(told: Any) -> Any:
    return told and (told.identity, told.status, told.n)


@pytest.mark.slow
def test_where_nothing_was_corrected_the_hub_answers_as_the_register_does():
    asked = 0
    for seed in range(25):
        hall, hub = a_year(seed)
        for person, code in hall.do(lambda t: t.all("SELECT id, code FROM person")):
            number = hub_history.person_of(hub, code)
            assert number is not None
            for step in range(0, 70, 3):
                day = DateText(str(FIRST_DAY + datetime.timedelta(step)))
                here = hall.do(lambda t: history.record_on(t, person, day)).answer(of_register)  # noqa: B023
                there = hub_history.identity_on(hub, number, day).answer(of_hub)
                assert here.certainty is there.certainty or len(there.possible) > 1, (seed, person, day)
                assert all(state in there.possible for state in here.possible), (seed, person, day)
                asked += 1
    assert asked > 1_000


@pytest.mark.slow
def test_on_the_last_day_the_register_answers_with_its_present_record():
    for seed in range(25):
        hall, _ = a_year(seed)
        for (person,) in hall.do(lambda t: t.all("SELECT id FROM person")):
            present = hall.do(lambda t: t.value("SELECT code FROM person WHERE id = ?", person))  # noqa: B023
            answer = hall.do(lambda t: history.record_on(t, person, DateText("2199-12-31"))).answer(lambda record: record)  # noqa: B023
            assert answer.possible == (hall.now(present),)
