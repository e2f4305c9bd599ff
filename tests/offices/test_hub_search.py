"""Finding persons for a whole turn of questions finds each of them as one question alone would (照会, Act art. 30-7)."""

import pytest

from benchmarks.ours.filling import fill
from benchmarks.people import person
from openjuki.law.kinds import OfficeKind
from openjuki.nodes.tables import TABLES
from openjuki.offices.hub_search import TOGETHER_MIN, QueryKey, find, find_for
from openjuki.offices.store import Store, Transaction
from openjuki.register.identity import Status

RESIDENTS = 40
OLD_CODE = "99999999990"


@pytest.fixture
def transaction() -> Transaction:
    """A centre's store: resident 1 has an old code as well, and resident 2 was entered by mistake."""
    store = Store(":memory:", TABLES[OfficeKind.CENTRE].scripts)
    fill(store, RESIDENTS)
    made = Transaction(store.connection)
    holder = made.value("SELECT id FROM person WHERE code = ?", person(1).code)
    made.execute("INSERT INTO code VALUES (?, ?)", (OLD_CODE, holder))
    made.execute("UPDATE person SET status = ? WHERE code = ?", (int(Status.ANNULLED), person(2).code))
    return made


def keys() -> list[QueryKey]:
    odd = ["", "0", "'", '"', "\\", "\x00", "住民", "[1]", '","', "1e400", OLD_CODE, person(RESIDENTS + 5).code]
    by_code = [QueryKey(code=code) for code in odd] + [QueryKey(code=person(number).code) for number in (0, 1, 2, 3, 3, 39)]
    return [*by_code, QueryKey(name=person(5).name, birth=person(5).birth), QueryKey(individual_number="1")]


def test_questions_of_a_turn_find_whom_each_finds_alone(transaction: Transaction) -> None:
    asked = keys()
    together = find_for(transaction, asked)
    assert together is not find
    for key in asked:
        assert together(transaction, key, 5) == find(transaction, key, 5)


def test_the_cases_of_that_comparison_are_there(transaction: Transaction) -> None:
    found = [find_for(transaction, keys())(transaction, key, 5) for key in keys()]
    assert [len(hits) for hits in found] == [0] * 10 + [1, 0, 1, 1, 0, 1, 1, 1, 1, 0]
    assert found[10][0].code_changed and not found[13][0].code_changed
    assert found[10][0].person == found[13][0].person


def test_few_codes_are_looked_up_one_by_one(transaction: Transaction) -> None:
    few = [QueryKey(code=person(number).code) for number in range(TOGETHER_MIN - 1)]
    assert find_for(transaction, few) is find
    assert find_for(transaction, [*few, QueryKey(code="x")]) is not find


def test_annulled_namesakes_hide_nobody(transaction: Transaction) -> None:
    """Those entered by mistake are left out before the hits are counted."""
    one = person(7)
    columns = [name for _, name, *_ in transaction.all("PRAGMA table_info(person)") if name != "id"]
    listed = ", ".join(columns)
    for _ in range(3):
        transaction.execute(f"INSERT INTO person ({listed}) SELECT {listed} FROM person WHERE code = ?", (one.code,))
    transaction.execute(
        "UPDATE person SET status = ? WHERE code = ? AND id < (SELECT max(id) FROM person WHERE code = ?)",
        (int(Status.ANNULLED), one.code, one.code),
    )
    found = find(transaction, QueryKey(name=one.name, birth=one.birth), 2)
    assert len(found) == 1
    assert found[0].status is Status.RESIDENT
