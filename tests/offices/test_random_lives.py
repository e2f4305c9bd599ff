"""Lives drawn by chance at three offices: in any order and however often, a hub ends where an oracle of another make says (到着順)."""

import random
from collections import defaultdict

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.offices.identity import Outcome
from openjuki.register.change import Change
from openjuki.register.errors import OpenJukiError
from openjuki.register.identity import Status
from openjuki.register.record import identity
from tests.offices.lives import Halls
from tests.offices.test_order_of_arrival import Hub, Person
from tests.offices.town_year import Clerk

DEEDS = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 2), st.integers(0, 5), st.integers(0, 39)), min_size=8, max_size=30)


def live(deeds: list[tuple[int, int, int, int]]) -> Halls:
    """Three offices after these deeds; what they refuse does not happen."""
    halls = Halls()
    clerk = Clerk(halls.aira, halls.kirishima, halls.chiyoda)
    for deed in [(0, deeds[0][1], 0, 0), *deeds]:
        try:
            clerk.act(*deed)
        except OpenJukiError:
            continue
    return halls


def oracle(changes: list[Change]) -> frozenset[Person]:
    """Humans are the islands of codes that changes tie together; of each the rule of the protocol page picks the state."""
    island = {code: {code} for change in changes for code in _codes(change)}
    for change in changes:
        together = set().union(*(island[code] for code in _codes(change)))
        for code in together:
            island[code] = together
    found = set()
    for codes in {frozenset(each) for each in island.values()}:
        states = defaultdict(list)
        for change in changes:
            if change.identity.code in codes:
                states[change.residence.n, change.residence.office].append(change)
        newest = [max(each, key=lambda change: change.version) for each in states.values()]
        real = [change for change in newest if change.status is not Status.ANNULLED] or newest
        held = max(real, key=lambda change: (change.residence.n, _last_day(change.date), change.residence.office))
        found.add(Person(codes, held.identity.code, held.residence.office, held.residence.n, held.status))
    return frozenset(found)


def _codes(change: Change) -> set[str]:
    return {change.identity.code, change.previous.code if change.previous else change.identity.code}


def _last_day(date: str) -> str:
    """The dates of these lives are whole days, or a month of thirty days."""
    return date.replace("-00", "-30")


@pytest.mark.slow
@given(DEEDS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_hub_ends_where_the_oracle_says_in_any_order_and_with_repetitions(deeds, chance):
    changes = live(deeds).changes()
    for prefecture in ("", "46"):
        hub, sent = Hub(prefecture), [*changes, *chance.choices(changes, k=len(changes))]
        chance.shuffle(sent)
        for change in sent:
            hub.receive(change)
        assert hub.all_of_it()[1] == 0
        assert hub.persons() == oracle(changes)
        assert all(hub.receive(change).outcome is Outcome.KNOWN for change in changes)


@pytest.mark.slow
@given(DEEDS)
@settings(max_examples=30, deadline=None)
def test_the_centre_shows_for_each_resident_what_the_municipality_s_record_projects(deeds):
    halls, hub = live(deeds), Hub()
    for change in halls.changes():
        hub.receive(change)
    shown = {person.code: person for person in hub.persons()}
    for hall in (halls.aira, halls.kirishima, halls.chiyoda):
        for code in {change.identity.code for change in hall.changes()}:
            record = hall.now(code)
            person = shown.get(record.code)
            if person is None or (person.office, person.n) != (hall.office.code, record.residence):
                continue  # another residence holds
            held = hub.transaction.value("SELECT identity FROM person WHERE code = ?", record.code)
            assert held == msgspec.msgpack.encode(identity(record))
            assert person.status is record.status


def test_lives_by_chance_are_lively():
    """The tests above would be worth little if nobody ever moved on or came to be contested."""
    chance = random.Random(7)
    residences, annulled = set(), 0
    for _ in range(12):
        deeds = [(chance.randrange(17), chance.randrange(3), chance.randrange(6), chance.randrange(40)) for _ in range(30)]
        changes = live(deeds).changes()
        residences |= {change.residence.n for change in changes}
        annulled += sum(change.status is Status.ANNULLED for change in changes)
    assert {1, 2} <= residences
    assert annulled > 5
