"""What a municipality answers by ordinance is what its prefecture would: the same persons, items and days (市町村間の提供; 30-6)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openjuki.nodes.tables import TABLES
from openjuki.offices import hub_search, resident_search
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.store import Store
from openjuki.procedures import annulment, code_allotment
from openjuki.procedures.annulment import Annulled, AnnulmentOrder
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.move_in import Arrival, MoveInNotification, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.addresses import Address
from openjuki.register.identity import Sex, Status
from openjuki.simulation import declaration
from openjuki.simulation.quiet import QuietCountry

AIRA, KAGOSHIMA = "462250", "460001"
HOME = Address(AIRA, "宮島町", "25番地")
PEOPLE = (
    ("住基　太郎", "ジュウキ　タロウ", "1974-05-03"),
    ("住基　美子", "ジュウキ　ヨシコ", "1976-11-23"),
    ("住基　明", "ジュウキ　アキラ", "1939-00-00"),
)


class Town:
    """Aira and its hubs: one resident changed her code, one has moved out, one is there by mistake and annulled."""

    def __init__(self) -> None:
        self.country = QuietCountry(declaration.declare((AIRA,)).offices)
        for code, office in self.country.offices.items():
            self.country.open(code, Store(":memory:", TABLES[office.kind].scripts))
        self.country.call(code_allotment.request, self.country.nodes[AIRA].office, 20)
        self.codes = [self._arrive(*person) for person in (*PEOPLE, ("誤記　一郎", "ゴキ　イチロウ", "1980-01-01"))]
        self.codes.append(self._do(change_code, CodeChangeRequest(self.codes[1], "2013-12-02")).code)
        self._do(move_out, MoveOutNotification((self.codes[2],), "東京都世田谷区", "2013-12-01", "2013-12-01"))
        ((person,),) = self.country.look(AIRA, "SELECT person FROM code_used WHERE code = ?", self.codes[3])
        ((sequence,),) = self.country.look(AIRA, "SELECT max(sequence) FROM event WHERE person = ?", person)
        self._do(annulment.annul, AnnulmentOrder((Annulled(self.codes[3], sequence),), "2013-12-02"))
        self.country.agenda.run(lambda: False, 5)

    def _do(self, step: Callable[..., None], notification: Any) -> Any:
        return self.country.call(step, self.country.nodes[AIRA].office, "clerk", notification)

    def _arrive(self, name: str, kana: str, birth: str) -> str:
        arrival = Arrival(name, birth, Sex.MALE, "世帯主", kana=kana)
        (record,) = self._do(move_in, MoveInNotification((arrival,), HOME, "2013-11-01", "2013-11-01", "国外"))
        return str(record.code)

    def found(self, office: str, key: QueryKey, count_max: int = 5) -> list[tuple[Any, ...]]:
        search = resident_search.find if office == AIRA else hub_search.find
        hits = self.country.call(self.country.nodes[office].office.write, lambda transaction: search(transaction, key, count_max))
        return [(hit.status, hit.identity, hit.date_of_change, hit.code_changed) for hit in hits]

    def questions(self) -> Iterator[QueryKey]:
        yield from (QueryKey(code=code) for code in self.codes)
        for name, kana, birth in PEOPLE:
            yield from (QueryKey(name=name, birth=birth), QueryKey(name=kana, birth=birth), QueryKey(name=name, address=HOME.text()))


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


def test_a_town_and_its_prefecture_find_the_same(town: Town) -> None:
    for key in town.questions():
        assert town.found(AIRA, key) == town.found(KAGOSHIMA, key), key


def test_an_old_code_is_answered_as_changed_and_an_annulled_entry_not_at_all(town: Town) -> None:
    (old,), (new,) = town.found(AIRA, QueryKey(code=town.codes[1])), town.found(AIRA, QueryKey(code=town.codes[4]))
    assert (old[3], new[3]) == (True, False)
    assert town.found(AIRA, QueryKey(code=town.codes[3])) == []
    assert town.found(AIRA, QueryKey(code=town.codes[2]))[0][0] is Status.REMOVED


def test_no_item_alone_finds_anybody_and_no_more_come_than_wanted(town: Town) -> None:
    name, _, birth = PEOPLE[0]
    assert [town.found(AIRA, key) for key in (QueryKey(name=name), QueryKey(birth=birth), QueryKey(address=HOME.text()))] == [[], [], []]
    assert town.found(AIRA, QueryKey(name=name, birth=birth), 0) == []
