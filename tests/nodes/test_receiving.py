"""A burst of notices fills no commit for long, and is taken in its order (通知の受信; architecture section 3, "Notices")."""

from collections.abc import Callable
from typing import Any

import pytest

from openjuki.nodes.node import TAKEN_MAX
from openjuki.nodes.sending import ready
from openjuki.offices import outbox
from openjuki.offices.store import Store, Work
from openjuki.register.change import encode_change
from openjuki.wire.frame import Header, Kind
from tests.nodes.test_sending import AIRA, ENTRY, KAGOSHIMA, a_country, write_row


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


def _header(realm: str, epoch: bytes, sequence: int) -> Header:
    return Header(1, realm, AIRA, KAGOSHIMA, Kind.NOTICE, 1, sequence, "IdentityChange", 1, 0, epoch)
