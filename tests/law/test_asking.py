"""Where a question goes and what a governor passes on, against the route catalogue and the oracle (照会経路; Act art. 30-7(6), 30-10).

CATALOGUE is typed from the design's page of messages: who asks, which affair, about whose people, and where the question goes.
"""

from datetime import date
from itertools import product

import pytest

from openjuki.law.asking import Destination, PassedOn, pass_on, where_to_ask
from openjuki.law.decide import Answering, Asked, Asker, Scope
from openjuki.law.kinds import OfficeKind
from openjuki.law.policy import Field
from openjuki.law.purposes import ActWork, PurposeId, catalogue, parse_affair
from openjuki.register.codes import with_check_digit
from tests.law.oracle import oracle
from tests.law.test_decision_matrix import AFFAIRS, ORACLE_KINDS, ORACLE_SCOPES, of_ordinance

DAY = date(2013, 12, 1)
AIRA, KAGOSHIMA, TOKYO, KIRISHIMA = "462250", "460001", "130001", "462187"
COUNCILS = {"30-6": KIRISHIMA, "30-7(4)2": KAGOSHIMA, "30-7(5)2": TOKYO, "30-7(6)2": TOKYO, "30-8(1)2": KAGOSHIMA}
LOADED = frozenset(
    one for article, council in COUNCILS.items() for one in of_ordinance(article, council, "2010-04-01", "2013-12-01").ordinances
)

CATALOGUE = """
appendix-body      appendix:1:77                    own    centre
appendix-body      appendix:1:77                    other  centre
municipal-organ    appendix:2:8                     own    centre 460001
municipality       appendix:2:8                     own    centre 460001
municipality       act:30-7(4)3                     own    centre 460001
prefecture-organ   appendix:3:20                    other  centre
prefecture-organ   act:30-7(5)3                     other  centre
municipal-organ    appendix:4:7                     other  centre/460001
municipality       appendix:4:7                     other  centre/460001
municipality       act:30-7(6)3                     other  centre/460001
prefecture-organ   appendix:5:6                     own    460001
prefecture-organ   act:30-8(1)3                     own    460001
municipal-organ    appendix:2:8                     other
municipal-organ    appendix:4:7                     own
prefecture-organ   appendix:3:20                    own
prefecture-organ   appendix:5:6                     other
appendix-body      appendix:5:6                     own
municipal-organ    act:30-7(4)3                     own
prefecture         appendix:3:20                    other
municipality       ordinance:462187:affair          own    462187
municipality       ordinance:462187:affair          other  462187
municipal-organ    ordinance:462187:affair          own
municipality       ordinance:462188:affair          own
"""
BY_ARTICLE = """
municipal-organ    30-7(4)2  460001  own    460001
municipal-organ    30-7(4)2  460001  other
municipal-organ    30-7(4)2  130001  own
prefecture-organ   30-7(5)2  130001  other  130001
prefecture-organ   30-7(5)2  460001  other
municipal-organ    30-7(6)2  130001  other  130001/460001
municipal-organ    30-7(6)2  460001  other
prefecture-organ   30-8(1)2  460001  own    460001
prefecture-organ   30-8(2)   460001  own    460001
municipality       30-7(6)2  130001  other
municipality       30-6      131016  other  131016
municipality       30-6      462250  own
"""


def lines(table):
    return [tuple(line.split()) for line in table.strip().splitlines()]


def asker(kind, prefecture="46", office=AIRA, bodies=(), affairs=()):
    home = "" if kind == "appendix-body" else prefecture
    return Asker(office, OfficeKind(kind), home, frozenset(bodies), frozenset(affairs))


def written(found):
    """As the tables write it: office, then /governor."""
    return [f"{each.office or 'centre'}{'/' * bool(each.via)}{each.via}" for each in found]


@pytest.mark.parametrize("row", lines(CATALOGUE), ids=" ".join)
def test_a_question_goes_where_the_catalogue_says(row):
    kind, affair, scope, *expected = row
    found = where_to_ask(parse_affair(affair), asker(kind), Scope[scope.upper()], LOADED, DAY)
    assert written(found) == expected


@pytest.mark.parametrize("row", lines(BY_ARTICLE), ids=" ".join)
def test_by_ordinance_it_goes_to_the_councils_own_office(row):
    kind, article, council, scope, *expected = row
    affair = of_ordinance(article, council, "2010-04-01", None)
    found = where_to_ask(parse_affair(affair.name), asker(kind), Scope[scope.upper()], affair.ordinances, DAY)
    assert written(found) == expected


def test_an_ordinance_leads_nowhere_after_its_last_day():
    affair = parse_affair("ordinance:462187:affair")
    assert where_to_ask(affair, asker("municipality"), Scope.OWN, LOADED, date(2013, 12, 1))
    assert not where_to_ask(affair, asker("municipality"), Scope.OWN, LOADED, date(2013, 12, 2))


def test_an_asker_without_a_prefecture_has_no_governor_and_no_way():
    lost = asker("municipal-organ", prefecture="")
    assert not any(each.via or each.office for each in where_to_ask(PurposeId(2, "8"), lost, Scope.OWN, LOADED, DAY))
    assert where_to_ask(ActWork("30-9"), lost, Scope.OWN, LOADED, DAY) == ()


def told(affair, kind, prefecture, governor, scope, to):
    """The question as the oracle would see it at the office behind the governor."""
    return {
        "asker_kind": ORACLE_KINDS.get(kind, "none"), "asker_bodies": affair.bodies, "asker_prefecture": prefecture or None,
        "asker_office": AIRA, "answering_office": to[0], "answering_kind": to[1], "answering_prefecture": to[0][:2] or None,
        "forwarded_by": governor[:2], "scope": ORACLE_SCOPES[scope], "affair": affair.oracle, "ordinance_of": affair.council,
        "consent": False, "operator_present": True, "case_present": True, "key_set": {"name", "birth"}, "fields": {"name"},
        "allowed_key_sets": affair.policy.key_sets, "allowed_fields": affair.policy.fields, "date": "2013-12-01",
    }  # fmt: skip


@pytest.mark.slow
def test_a_governor_passes_on_just_what_the_oracle_allows_at_the_office_behind():
    passed, allowed = 0, set()
    for affair, kind, prefecture, governor, scope in product(AFFAIRS, OfficeKind, ("46", "13", ""), (KAGOSHIMA, TOKYO), Scope):
        who = asker(kind, prefecture, bodies=affair.bodies, affairs={affair.name})._replace(prefecture=prefecture)
        asked = Asked(affair.name, True, True, frozenset({"name", "birth"}), frozenset({Field.NAME}), scope)
        said = pass_on(asked, who, Answering(governor, OfficeKind.PREFECTURE, governor[:2]), affair.ordinances, DAY)
        to = (affair.council, "prefecture") if affair.council in (KAGOSHIMA, TOKYO) else ("", "centre")
        lawful = prefecture == governor[:2] and oracle(told(affair, kind, prefecture, governor, scope, to)) == "allowed"
        assert isinstance(said, PassedOn) == lawful, (affair.name, kind, prefecture, governor, scope, said)
        if isinstance(said, PassedOn):
            assert said == PassedOn(Destination(to[0], OfficeKind(to[1]), governor), asked._replace(forwarded_by=governor))
            passed, allowed = passed + 1, allowed | {affair.name}
    rows = {f"appendix:4:{purpose.row}" for purpose in catalogue() if purpose.table == 4}
    assert allowed >= rows | {"act:30-7(6)3"}
    assert passed > len(rows)


def question(**changes):
    return Asked("appendix:4:7", True, True, frozenset({"name", "birth"}), frozenset({"name"}), Scope.OTHER)._replace(**changes)


HOUSING = Asker("132012", OfficeKind.MUNICIPAL_ORGAN, "13", frozenset({"市町村長"}), frozenset({"appendix:4:7"}))
GOVERNOR = Answering(TOKYO, OfficeKind.PREFECTURE, "13")


def test_hachiojis_housing_goes_through_tokyo_to_the_centre():
    said = pass_on(question(), HOUSING, GOVERNOR, (), DAY)
    assert said == PassedOn(Destination("", OfficeKind.CENTRE, TOKYO), question(forwarded_by=TOKYO))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_operator": False}, "no-operator"),
        ({"has_case": False}, "no-case"),
        ({"affair": "nothing"}, "affair-not-listed"),
        ({"affair": "appendix:4:8"}, "affair-not-yours"),
        ({"scope": Scope.OWN}, "route-not-lawful"),
        ({"forwarded_by": with_check_digit("14000")}, "route-not-lawful"),
        ({"keys": frozenset({"name"})}, "key-not-allowed"),
        ({"fields": frozenset({"household"})}, "field-not-allowed"),
    ],
)
def test_what_is_not_lawful_goes_no_further_than_the_governor(changes, reason):
    said = pass_on(question(**changes), HOUSING, GOVERNOR, (), DAY)
    assert (said.code, bool(said.article)) == (reason, True)


def test_only_ones_own_governor_passes_a_question_on():
    for office in (
        Answering(KAGOSHIMA, OfficeKind.PREFECTURE, "46"),
        Answering("", OfficeKind.CENTRE, ""),
        GOVERNOR._replace(prefecture="46"),
    ):
        assert pass_on(question(), HOUSING, office, (), DAY).code == "route-not-lawful"
