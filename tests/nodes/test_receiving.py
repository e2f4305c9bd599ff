"""A burst of notices fills no commit for long, and is taken in its order (通知の受信; architecture section 3, "Notices")."""

from collections.abc import Callable
from typing import Any

import pytest

from openjuki.nodes.node import TAKEN_LEAST, TAKEN_MAX
from openjuki.nodes.sending import ready
from openjuki.offices import outbox
from openjuki.offices.store import Store, Work
from openjuki.register.change import encode_change
from openjuki.wire.frame import Header, Kind
from tests.nodes.test_sending import AIRA, ENTRY, KAGOSHIMA, a_country, write_row

CITY = "462012"


class Waiting:
    """An executor whose works wait until the test runs them."""

    def __init__(self) -> None:
        self.works: list[tuple[Store, Work[Any], Callable[[Any], None]]] = []

    def submit(self, store: Store, work: Work[Any], then: Callable[[Any], None]) -> None:
        self.works.append((store, work, then))

    def run_next(self) -> Any:
        store, work, then = self.works.pop(0)
        _, (outcome,) = store.run([work])
        then(outcome)
        return outcome


@pytest.mark.slow
def test_what_is_too_much_for_one_commit_or_comes_during_it_follows_it() -> None:
    country = a_country()
    town, hub = country.nodes[AIRA], country.nodes[KAGOSHIMA]
    country.call(town.office.write, write_row)
    assert country.agenda.run(lambda: town.sender(KAGOSHIMA).acknowledged == 1 and town.caught_up and hub.caught_up)
    link, executor = hub.links[AIRA], Waiting()
    rows = [encode_change(ENTRY)] * (TAKEN_MAX + 2)
    town.sender(KAGOSHIMA).stop(None)
    country.call(town.office.write, lambda transaction: outbox.put_all(transaction, KAGOSHIMA, "IdentityChange", rows))
    sent = country.call(town.office.write, lambda transaction: ready(transaction, town, KAGOSHIMA, 1, len(rows)))
    hub.office.executor = executor
    *first, last = [(_header(hub.realm, town.epoch, sequence), body) for sequence, _, body in sent]
    for header, body in first:
        hub.noticed(link, header, body)
    assert country.agenda.run(lambda: bool(executor.works))
    hub.noticed(link, *last)
    assert [executor.run_next().cursor, len(executor.works)] == [1 + TAKEN_MAX, 1]
    assert [executor.run_next().cursor, len(executor.works)] == [1 + len(rows), 0]


def test_links_that_bring_much_share_a_commit_so_that_what_goes_on_from_here_need_not_wait_for_all_of_it() -> None:
    country = a_country()
    hub, executor = country.nodes[KAGOSHIMA], Waiting()
    for town in (AIRA, CITY):
        country.call(country.nodes[town].office.write, write_row)
    assert country.agenda.run(lambda: all(country.nodes[town].caught_up for town in (AIRA, CITY)) and hub.caught_up)
    hub.office.executor = executor
    for town in (AIRA, CITY):
        for sequence in range(2, TAKEN_MAX + 2):
            hub.noticed(hub.links[town], _header(hub.realm, country.nodes[town].epoch, sequence, town), b"")
    assert country.agenda.run(lambda: len(executor.works) == 2)
    assert [executor.run_next().cursor for _ in range(4)] == [1 + TAKEN_MAX // 2] * 2 + [1 + TAKEN_MAX] * 2


def test_however_many_links_bring_something_each_has_its_least_share() -> None:
    country = a_country()
    hub, executor = country.nodes[KAGOSHIMA], Waiting()
    country.call(country.nodes[AIRA].office.write, write_row)
    assert country.agenda.run(lambda: country.nodes[AIRA].caught_up and hub.caught_up)
    hub.office.executor, link = executor, hub.links[AIRA]
    for number in range(TAKEN_MAX):  # as many epochs stand for as many links: each is a queue of its own
        for sequence in range(1, TAKEN_LEAST + 2):
            hub.noticed(link, _header(hub.realm, number.to_bytes(16, "big"), sequence), b"")
    assert country.agenda.run(lambda: len(executor.works) == TAKEN_MAX)
    assert executor.run_next().cursor == TAKEN_LEAST


def _header(realm: str, epoch: bytes, sequence: int, town: str = AIRA) -> Header:
    return Header(1, realm, town, KAGOSHIMA, Kind.NOTICE, 1, sequence, "IdentityChange", 1, 0, epoch)
