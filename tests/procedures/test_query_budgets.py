"""Budgets of those who ask and of those who take codes: a burst, invented operators, a bad key (照会条件の限定, promises P3, P9)."""

import datetime
import os
from types import SimpleNamespace
from typing import Any

import pytest

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.office import Office
from openjuki.offices.store import Store, Work
from openjuki.procedures import code_allotment, identity_query
from openjuki.procedures.code_allotment import CodePool, CodePoolRequest
from openjuki.procedures.identity_query import IdentityQuery
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.directory import Anchor, Directory, Entry
from openjuki.wire.speech import Place


class Later:
    """Works wait until `settle`."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def submit(self, store: Store, work: Work[Any], then: Any) -> None:
        self.waiting.append((store, work, then))

    def settle(self) -> None:
        waiting, self.waiting = self.waiting, []
        for store, work, then in waiting:
            transaction, outcomes = store.run([work])
            transaction.promises = [None] * len(transaction.leaves)
            then(outcomes[0])


class AtOnce:
    def wall_ms(self) -> int:
        return 1_700_000_000_000

    def call_later(self, delay_s: float, call: Any) -> None:
        call()


def centre() -> tuple[Office, Later]:
    later = Later()
    office = Office(
        place=Place("centre", OfficeKind.CENTRE, ""), realm="sandbox", store=Store(":memory:", TABLES[OfficeKind.CENTRE].scripts),
        executor=later, clock=AtOnce(), today=lambda: datetime.date(2013, 12, 2), entropy=os.urandom,  # type: ignore[arg-type]
        directory=Directory(Anchor("sandbox", "centre", b"", b"", "h", 1)), seal_key="k", sign=lambda message: b"", ask=lambda *a: None,
    )  # fmt: skip
    return office, later


def agency(code: str = "pension") -> Entry:
    return Entry(code, OfficeKind.APPENDIX_BODY, "n", "", "h", 1, (), (), ("日本年金機構",), ("appendix:1:77",))


def ask(office: Office, entry: Entry, operator: str, heard: list[Any]) -> None:
    question = SimpleNamespace(cancelled=False, body=b"q", digest=b"d" * 32)
    query = IdentityQuery("appendix:1:77", "case", operator, QueryKey(code="24727059608"), ("name",))
    identity_query.receive(office, entry, question, query, heard.append)  # type: ignore[arg-type]


def answered(heard: list[Any]) -> int:
    return sum(not isinstance(one, OpenJukiError) for one in heard)


def test_a_burst_of_guesses_under_many_names_is_stopped_by_the_offices_own_budget() -> None:
    office, later = centre()
    heard: list[Any] = []
    for number in range(900):
        ask(office, agency(), f"invented-{number}", heard)
    later.settle()
    assert answered(heard) == 256
    assert {one.code for one in heard if isinstance(one, Refused)} == {Reason.BUSY}
    ask(office, agency(), "one-more", heard)
    assert heard[-1].code is Reason.TOO_MANY_MISSES


def test_one_office_cannot_use_up_the_operators_of_another() -> None:
    office, later = centre()
    heard: list[Any] = []
    for number in range(1_200):
        ask(office, agency("greedy"), f"invented-{number}", heard)
    heard.clear()
    ask(office, agency("modest"), "op", heard)
    later.settle()
    assert answered(heard[-1:]) == 1


def test_a_bad_key_spends_no_codes_and_a_day_has_a_ceiling() -> None:
    office, later = centre()
    town, heard = Entry("462250", OfficeKind.MUNICIPALITY, "n", "46", "h", 1, (), ()), []
    for bad in (b"short", bytes(32)):
        code_allotment.allot(office, town, None, CodePoolRequest(10, bad), heard.append)  # type: ignore[arg-type]
    later.settle()
    assert [one.code for one in heard] == [Reason.INVALID, Reason.INVALID]
    assert office.store.connection.execute("SELECT count(*) FROM code_given").fetchone() == (0,)
    office.store.connection.execute("INSERT INTO codes_of_day VALUES ('462250', ?, 499995)", (1_700_000_000_000 // code_allotment.DAY_MS,))
    for wanted in (6, 5):
        code_allotment.allot(office, town, None, CodePoolRequest(wanted, b"\x09" + bytes(31)), heard.append)  # type: ignore[arg-type]
    later.settle()
    assert heard[-2].code is Reason.OVER_LIMIT
    assert isinstance(heard[-1], CodePool)


@pytest.mark.parametrize("wanted", [0, -1, code_allotment.POOL_MAX + 1])
def test_a_request_for_no_codes_or_too_many_is_refused(wanted: int) -> None:
    office, later = centre()
    heard: list[Any] = []
    code_allotment.allot(office, agency(), None, CodePoolRequest(wanted, b"\x09" + bytes(31)), heard.append)  # type: ignore[arg-type]
    later.settle()
    assert heard[0].code is Reason.INVALID


def test_questions_of_one_turn_from_two_offices_are_counted_each_against_its_own() -> None:
    office, later = centre()
    greedy, modest = [], []
    for number in range(300):
        ask(office, agency("greedy"), f"op-{number}", greedy)
        if number % 100 == 0:
            ask(office, agency("modest"), "op", modest)
    later.settle()
    assert (answered(greedy), answered(modest)) == (256, 3)
    assert [type(one) for one in greedy].count(Refused) == 44
    assert all(count.open == 0 for count in office.office_limits._counts.values())
    assert all(count.open == 0 for budget in office.operator_limits.values() for count in budget._counts.values())
