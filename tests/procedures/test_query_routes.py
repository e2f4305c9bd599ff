"""Every way on which the Act lets a question go is answered with a leaf at the office that discloses, and no other (提供経路)."""

from typing import Any, NamedTuple

import msgspec
import pytest

from openjuki.law.calendar import Profile
from openjuki.law.ordinances import read_ordinances
from openjuki.nodes.ordinance_files import with_departments
from openjuki.nodes.tables import TABLES
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.store import Store
from openjuki.procedures import code_allotment, forwarded_query, identity_query
from openjuki.procedures.forwarded_query import ForwardedQuery
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.procedures.move_in import Arrival, MoveInNotification, move_in
from openjuki.register.addresses import Address
from openjuki.register.errors import Broken, OpenJukiError, Reason, Refused
from openjuki.register.identity import Sex
from openjuki.simulation import declaration
from openjuki.simulation.quiet import QuietCountry, seal_key
from openjuki.wire.seal import seal_batch
from openjuki.wire.speech import encode
from tests.nodes.byte_search import found

CENTRE, KAGOSHIMA, TOKYO = declaration.CENTRE, "460001", "130001"
AIRA, KIRISHIMA, CHIYODA = "462250", "462187", "131016"
HOUSING, OTHER_HOUSING, TAX = "462012-housing", "132012-housing", "46-tax"
HOLDERS = (CENTRE, KAGOSHIMA, TOKYO, AIRA, KIRISHIMA, CHIYODA)
TARO, HIRO, EDO = "住基　太郎", "霧島　弘", "江戸　千代"
BIRTH = "1974-05-03"
HOMES = {
    TARO: Address(AIRA, "宮島町", "25番地"),
    HIRO: Address(KIRISHIMA, "国分中央", "三丁目45番1号"),
    EDO: Address(CHIYODA, "九段南", "1-2-1"),
}

ORDINANCE = """
[[ordinance]]
id = "{id}"
office = "{office}"
article = "{article}"
askers = ["{asker}"]
bodies = ["{body}"]
affair = {{ en = "a test", ja = "試験" }}
fields = ["name", "address"]
key_sets = [["name", "birth"]]
in_force_from = "2013-04-01"
"""
HOUSING_DEPARTMENT, TAX_DEPARTMENT = ("462012", "鹿児島市 住宅課"), (KAGOSHIMA, "鹿児島県 税務課")
ORDINANCES = {
    "own-organ": (KAGOSHIMA, "30-7(4)2", *HOUSING_DEPARTMENT),
    "car-tax": (KAGOSHIMA, "30-8(1)2", *TAX_DEPARTMENT),
    "own-organs": (KAGOSHIMA, "30-8(2)", *TAX_DEPARTMENT),
    "arrears": (TOKYO, "30-7(5)2", *TAX_DEPARTMENT),
    "housing": (TOKYO, "30-7(6)2", *HOUSING_DEPARTMENT),
    "child-care": (KIRISHIMA, "30-6", AIRA, "姶良市長"),
    "far-care": (CHIYODA, "30-6", AIRA, "姶良市長"),
}

ORDINANCE_FILE = "".join(
    ORDINANCE.format(id=one, office=office, article=article, asker=asker, body=body)
    for one, (office, article, asker, body) in ORDINANCES.items()
)


class Way(NamedTuple):
    """A lawful way: who asks whom, for what, about whom, and whether through the own governor."""

    asker: str
    to: str
    affair: str
    person: str
    forwarded: bool = False


WAYS = [
    Way("pension", CENTRE, "appendix:1:77", TARO),
    Way("46-passport", KAGOSHIMA, "appendix:5:6", TARO),
    Way("13-realestate", CENTRE, "appendix:3:20", TARO),
    Way("13-realestate", CENTRE, "act:30-7(5)3", TARO),
    Way(TAX, KAGOSHIMA, "ordinance:460001:car-tax", TARO),
    Way(TAX, KAGOSHIMA, "ordinance:460001:own-organs", TARO),
    Way(TAX, TOKYO, "ordinance:130001:arrears", EDO),
    Way(HOUSING, KAGOSHIMA, "appendix:2:8", TARO),
    Way(HOUSING, CENTRE, "appendix:2:8", TARO),
    Way(HOUSING, KAGOSHIMA, "ordinance:460001:own-organ", TARO),
    Way(HOUSING, TOKYO, "ordinance:130001:housing", EDO, forwarded=True),
    Way(OTHER_HOUSING, CENTRE, "appendix:4:7", TARO, forwarded=True),
    Way(AIRA, KAGOSHIMA, "act:30-7(4)3", TARO),
    Way(AIRA, CENTRE, "act:30-7(4)3", TARO),
    Way(CHIYODA, CENTRE, "act:30-7(6)3", TARO, forwarded=True),
    Way(AIRA, KIRISHIMA, "ordinance:462187:child-care", HIRO),
    Way(AIRA, CHIYODA, "ordinance:131016:far-care", EDO),
]


class Country(QuietCountry):
    """The declared country with one resident in each of three towns; every asker of `WAYS` is listed for its affairs."""

    def __init__(self, folder: Any = None) -> None:
        self.told: list[tuple[str, str, str]] = []
        super().__init__(map(listed, declaration.declare().offices), listen=lambda *event: self.told.append(event))
        for code, office in self.offices.items():
            path = ":memory:" if folder is None else str(folder / f"{code}.db")
            self.open(code, Store(path, TABLES[office.kind].scripts))
        for node in self.nodes.values():
            node.office.ordinances = frozenset(with_departments(each, self.directory) for each in read_ordinances(ORDINANCE_FILE))
        for name, home in HOMES.items():
            office = self.nodes[home.municipality].office
            self.call(code_allotment.request, office, 5)
            arrival = Arrival(name, BIRTH, Sex.MALE, "世帯主")
            self.call(move_in, office, "clerk", MoveInNotification((arrival,), home, "2013-11-01", "2013-11-01", "国外"))
        self.agenda.run(lambda: False, 3)

    def ask(self, way: Way, **changed: Any) -> IdentityAnswer:
        step = forwarded_query.ask if way.forwarded else identity_query.ask
        return self.call(step, self.nodes[way.asker].office, way.to, msgspec.structs.replace(question(way), **changed))

    def refusal(self, way: Way, **changed: Any) -> Reason:
        with pytest.raises(Refused) as refused:
            self.ask(way, **changed)
        return refused.value.code

    def leaves(self) -> dict[str, int]:
        rows = {code: self.look(code, "SELECT count(*) FROM provision")[0][0] for code in HOLDERS}
        return {code: count for code, count in rows.items() if count}


def listed(office: declaration.DeclaredOffice) -> declaration.DeclaredOffice:
    affairs = dict.fromkeys([*office.affairs, *(way.affair for way in WAYS if way.asker == office.code)])
    return office._replace(affairs=tuple(affairs))


def question(way: Way) -> IdentityQuery:
    return IdentityQuery(way.affair, "case-1", "officer-1", QueryKey(name=way.person, birth=BIRTH), ("name", "address"))


@pytest.fixture(scope="module")
def shared() -> Country:
    return Country()


@pytest.fixture
def country(shared: Country) -> Country:
    shared.agenda.run(lambda: False, 1)
    return shared


def grown(country: Country, before: dict[str, int]) -> dict[str, int]:
    return {code: count - before.get(code, 0) for code, count in country.leaves().items() if count != before.get(code, 0)}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.asker} {way.affair} {way.to}")
def test_a_lawful_way_is_answered_with_one_leaf_at_the_office_that_discloses(country: Country, way: Way) -> None:
    before = country.leaves()
    answer = country.ask(way)
    assert [(person.name, person.address) for person in answer.persons] == [(way.person, HOMES[way.person])]
    assert answer.promise.log.startswith(f"openjuki/provision/{way.to}/")
    assert grown(country, before) == {way.to: 1}
    ((asker, affair),) = country.look(way.to, "SELECT asker, affair FROM provision ORDER BY id DESC LIMIT 1")
    assert (asker, affair) == (way.asker, way.affair)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.asker} {way.affair} {way.to}")
def test_off_its_way_the_same_question_is_refused_everywhere(country: Country, way: Way) -> None:
    before, lawful = country.leaves(), {(one.asker, one.to, one.affair, one.forwarded) for one in WAYS}
    ways = [way._replace(to=to, forwarded=forwarded) for to in HOLDERS for forwarded in (False, True)]
    for wrong in ways:
        if (wrong.asker, wrong.to, wrong.affair, wrong.forwarded) not in lawful and wrong.to != wrong.asker:
            with pytest.raises(OpenJukiError):
                country.ask(wrong)
    assert grown(country, before) == {}


def test_a_way_is_found_by_the_asker_itself(country: Country) -> None:
    for way in WAYS:
        found_way = forwarded_query.way(country.nodes[way.asker].office, way.affair)
        nearest = way.to if (way.asker, way.affair) not in {(HOUSING, "appendix:2:8"), (AIRA, "act:30-7(4)3")} else KAGOSHIMA
        assert found_way == (nearest, way.forwarded)


def test_the_centre_tells_of_nobody_outside_of_what_the_affair_is_for(country: Country) -> None:
    others = Way("13-realestate", CENTRE, "appendix:3:20", EDO)
    assert country.ask(others).persons == ()
    assert country.ask(Way(HOUSING, CENTRE, "appendix:2:8", EDO)).persons == ()
    assert country.ask(Way(OTHER_HOUSING, CENTRE, "appendix:4:7", EDO, forwarded=True)).persons == ()
    assert len(country.ask(Way("pension", CENTRE, "appendix:1:77", EDO)).persons) == 1


def test_an_ordinance_counts_only_where_it_is_loaded_and_while_it_holds(country: Country) -> None:
    way = Way(AIRA, KIRISHIMA, "ordinance:462187:child-care", HIRO)
    office = country.nodes[KIRISHIMA].office
    held, office.ordinances = office.ordinances, frozenset()
    assert country.refusal(way) is Reason.AFFAIR_NOT_LISTED
    office.ordinances = held
    today, country.day = country.day, country.day.replace(month=3)
    assert country.refusal(way) is Reason.AFFAIR_NOT_LISTED
    country.day = today
    assert len(country.ask(way).persons) == 1


def test_what_was_judged_under_one_profile_is_not_remembered_for_the_other(country: Country) -> None:
    way, office = WAYS[1], country.nodes[KAGOSHIMA].office
    assert len(country.ask(way, fields=("kana",)).persons) == 1
    office.profile = Profile.JAPAN
    assert country.refusal(way, fields=("kana",)) is Reason.FIELD_NOT_ALLOWED
    office.profile = Profile.OPEN
    assert len(country.ask(way, fields=("kana",)).persons) == 1


# -- the governor who passes on -------------------------------------------------------------------------------------------

THROUGH_TOKYO = Way(OTHER_HOUSING, CENTRE, "appendix:4:7", TARO, forwarded=True)


def sealed(country: Country, asker: str, way: Way, by: str = "", to: str = "", case: str = "case-2") -> ForwardedQuery:
    """A forwarded question that names `asker` and is sealed with the key of `by`."""
    body = encode(msgspec.structs.replace(question(way), case=case))
    keys, entry = seal_key(by or asker), country.directory.entries[asker]
    (seal,) = seal_batch(
        [("ForwardedQuery", encode((to or way.to, body)))], realm="sandbox", origin=asker, key_id=entry.seal_keys[0].key_id,
        sealed_ms=country.agenda.wall_ms(), sign=lambda message: keys.sign("seal", message),
    )  # fmt: skip
    return ForwardedQuery(to or way.to, body, seal)


def pass_to(country: Country, governor: str, to: str, message: ForwardedQuery) -> Any:
    return country.call(lambda then: country.nodes[governor].office.ask(to, message, IdentityAnswer, then, 5_000))


def test_a_governor_can_pass_on_what_its_own_organ_sealed(country: Country) -> None:
    assert len(pass_to(country, TOKYO, CENTRE, sealed(country, OTHER_HOUSING, THROUGH_TOKYO, case="case-3")).persons) == 1


FORGED = {
    "in the name of an organ that did not ask": (TOKYO, {"by": TOKYO}, Reason.BAD_SEAL),
    "of another prefecture's organ": (KAGOSHIMA, {}, Reason.ROUTE_NOT_LAWFUL),
    "that was meant for another office": (TOKYO, {"to": KAGOSHIMA}, Reason.WRONG_OFFICE),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_governor_cannot_put_a_question(country: Country, what: str) -> None:
    governor, how, reason = FORGED[what]
    before = country.leaves()
    with pytest.raises(Refused) as refused:
        pass_to(country, governor, CENTRE, sealed(country, OTHER_HOUSING, THROUGH_TOKYO, **how))
    assert refused.value.code is reason
    assert grown(country, before) == {}


def test_a_governor_cannot_change_a_word_of_the_question(country: Country) -> None:
    message = sealed(country, OTHER_HOUSING, THROUGH_TOKYO)
    other = msgspec.structs.replace(message, query=encode(question(THROUGH_TOKYO._replace(person=HIRO))))
    with pytest.raises(Refused) as refused:
        pass_to(country, TOKYO, CENTRE, other)
    assert refused.value.code is Reason.BAD_SEAL


@pytest.mark.slow
def test_a_question_is_answered_once_and_only_while_it_is_fresh(country: Country) -> None:
    message = sealed(country, OTHER_HOUSING, THROUGH_TOKYO, case="case-4")
    pass_to(country, TOKYO, CENTRE, message)
    with pytest.raises(Refused) as again:
        pass_to(country, TOKYO, CENTRE, message)
    late = sealed(country, OTHER_HOUSING, THROUGH_TOKYO, case="case-5")
    country.agenda.run(lambda: False, forwarded_query.FRESH_MS / 1000 + 1)
    with pytest.raises(Refused) as stale:
        pass_to(country, TOKYO, CENTRE, late)
    assert (again.value.code, stale.value.code) == (Reason.CONFLICT, Reason.LATE)
    country.agenda.run(lambda: False, forwarded_query.FRESH_MS / 1000 + 1)
    pass_to(country, TOKYO, CENTRE, sealed(country, OTHER_HOUSING, THROUGH_TOKYO, case="case-6"))
    assert len(country.nodes[CENTRE].office.taken_questions) == 1


def test_an_organ_cannot_have_another_ones_question_passed_on(country: Country) -> None:
    message = sealed(country, OTHER_HOUSING, THROUGH_TOKYO)
    with pytest.raises(Refused) as refused:
        country.call(lambda then: country.nodes["132012"].office.ask(TOKYO, message, IdentityAnswer, then, 5_000))
    assert refused.value.code is Reason.BAD_SEAL


def test_the_governor_itself_passes_nothing_on_to_an_office_that_the_act_does_not_name(country: Country) -> None:
    assert country.refusal(THROUGH_TOKYO._replace(to=KAGOSHIMA)) is Reason.ROUTE_NOT_LAWFUL


def test_an_answer_that_the_governor_changed_is_not_accepted(country: Country) -> None:
    office, query = country.nodes[OTHER_HOUSING].office, question(THROUGH_TOKYO)
    answer = country.ask(THROUGH_TOKYO)
    assert identity_query.accept(office, CENTRE, query, answer) is answer
    (person,) = answer.persons
    changed = msgspec.structs.replace(answer, persons=(msgspec.structs.replace(person, name=HIRO),))
    assert isinstance(identity_query.accept(office, CENTRE, query, changed), Broken)


@pytest.mark.slow
def test_the_governor_keeps_where_the_answer_stands_and_nothing_of_it(tmp_path: Any) -> None:
    country = Country(tmp_path)
    answer = country.ask(THROUGH_TOKYO)
    assert country.look(TOKYO, "SELECT asker, log, position FROM passed_on") == [(OTHER_HOUSING, answer.promise.log, answer.promise.index)]
    for code in (TOKYO, CENTRE, KAGOSHIMA):
        country.close(code)
    bytes_of = {code: b"".join(path.read_bytes() for path in sorted(tmp_path.glob(f"{code}.db*"))) for code in (TOKYO, CENTRE, KAGOSHIMA)}
    words = [TARO, HOMES[TARO].town, "case-1"]
    assert {word for word, _ in found(bytes_of[CENTRE], words)} == set(words)
    assert TARO in {word for word, _ in found(bytes_of[KAGOSHIMA], words)}
    assert found(bytes_of[TOKYO], words) == set()
