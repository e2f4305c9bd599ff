"""Who is restrained is not there: in word, in count, in the budget and in time (支援措置と広域交付; standard j410, Act art. 12-4(6))."""

from typing import Any

import msgspec
import pytest

from openjuki.law.restraint import EndGround, end
from openjuki.law.ways_out import Output
from openjuki.offices import restraints
from openjuki.offices.restraints import Abuser, Application, Protected
from openjuki.offices.services import DEFAULTS, ServiceKind, write_down
from openjuki.procedures.move_in import Arrival
from openjuki.procedures.wide_area_copy import ABSENT_STEP_MS, NOT_FOUND_STEP_MS
from openjuki.register.addresses import Address
from openjuki.register.identity import Sex
from openjuki.register.wide_area_copy import CopyExtra, CopyOf
from openjuki.simulation.story_people import YOSHIKO as OTHER_YOSHIKO
from tests.procedures.wide_area_country import AIRA, BIRTH, CHIYODA, HIKARI, TARO, YOSHIKO, WideAreaCountry

STRANGER = "24727059608"
NEIGHBOUR, NEXT_DOOR = "隣人　三郎", Address(AIRA, "宮島町", "26番地")
SIGNATURE_BYTES_MORE = 4
COPIES = frozenset({Output.COPIES})
BIRTHS = {TARO: BIRTH, YOSHIKO: "1976-08-01", HIKARI: "2010-02-03"}

pytestmark = pytest.mark.slow  # a country for each


@pytest.fixture
def country() -> WideAreaCountry:
    made = WideAreaCountry()
    made.family += made.arrive(Arrival(NEIGHBOUR, "1975-01-01", Sex.MALE, "世帯主"), home=NEXT_DOOR)
    return made


def protect(country: WideAreaCountry, name: str, outputs: frozenset[Output] = COPIES, abuser: str = "") -> int:
    """Somebody asks Aira for support."""
    office, sex = country.office(AIRA), Sex.MALE if name == TARO else Sex.FEMALE
    abusers = (Abuser(abuser),) if abuser else ()
    wanted = Application((Protected(name, BIRTHS[name], sex),), outputs, abusers)
    return int(country.call(office.write, lambda t: restraints.accept(t, office, "supervisor-1", wanted)).number)


def seen(country: WideAreaCountry, application: Any) -> tuple[Any, ...]:
    """All that the asking side can tell: the outcome without its number, how long it took, how many bytes came."""
    country.content(country.application(name=NEIGHBOUR, code=country.family[3].code))  # the line is warm
    country.frames.clear()
    began_ms = country.now_ms
    outcome = country.ask(application)
    return outcome, country.now_ms - began_ms, len(country.frames[AIRA, CHIYODA])


def alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """The same; signatures are a few bytes longer or shorter by chance."""
    return one[:2] == other[:2] and abs(one[2] - other[2]) <= SIGNATURE_BYTES_MORE


def test_a_restrained_requester_is_answered_as_nobody_is(country: WideAreaCountry):
    nobody = seen(country, country.application(code=STRANGER))
    protect(country, TARO)
    restrained = seen(country, country.application())
    assert alike(restrained, nobody)
    assert restrained[0].why.value == "not-here"
    assert restrained[1] >= ABSENT_STEP_MS
    assert [row for row in country.log("outcome, counted") if row[0] != "told"] == [("not-here", 2), ("restrained", 2)]


@pytest.mark.parametrize("changed", [{"name": "別人　太郎"}, {"of": CopyOf.HOUSEHOLD}, {"of": CopyOf.MEMBERS, "members": ("別人　花子",)}])
def test_nothing_else_that_is_wrong_shows_through(country: WideAreaCountry, changed: dict[str, Any]):
    protect(country, TARO)
    assert country.why(country.application(**changed)) == "not-here"


def test_a_restrained_member_who_is_named_by_her_abuser_is_no_member(country: WideAreaCountry):
    def named(name: str) -> Any:
        return country.application(of=CopyOf.MEMBERS, members=(name,))

    nobody = seen(country, named(OTHER_YOSHIKO + "代"))
    protect(country, YOSHIKO, abuser=TARO)
    assert alike(seen(country, named(YOSHIKO)), nobody)
    assert nobody[0].why.value == "member-not-here"


@pytest.mark.parametrize(
    "wanted", [{}, {"of": CopyOf.HOUSEHOLD}, {"of": CopyOf.MEMBERS, "members": (TARO,)}, {"extras": (CopyExtra.RELATIONSHIP,)}]
)
def test_who_lives_with_somebody_restrained_is_answered_as_nobody_is_whatever_is_asked_for(country: WideAreaCountry, wanted: Any):
    alone = {"name": YOSHIKO, "code": country.family[1].code}
    nobody = seen(country, country.application(code=STRANGER))
    number = protect(country, TARO)
    assert alike(seen(country, country.application(**alone, **wanted)), nobody)
    assert nobody[0].why.value == "not-here"
    office = country.office(AIRA)
    lift = lambda was: end(was, office.today(), EndGround.WITHDRAWN)  # noqa: E731
    country.call(office.write, lambda t: restraints.decide(t, office, "supervisor-1", number, lift, "ended"))
    country.content(country.application(**alone, **wanted))


def test_whose_code_is_searched_for_hears_the_same_whether_the_search_or_the_home_office_found_nobody(country: WideAreaCountry):
    def told(**changed: Any) -> tuple[Any, int]:
        began_ms = country.now_ms
        outcome = country.ask(country.by_birth(**changed))
        return outcome, country.now_ms - began_ms

    nobody = told(name="住基　居ない")
    protect(country, TARO)
    assert told() == nobody
    assert (nobody[0].why.value, nobody[1]) == ("not-found", NOT_FOUND_STEP_MS)
    assert country.log("outcome") == [("restrained",)]


def spend_the_budget(country: WideAreaCountry) -> None:
    while country.why(country.application(code=STRANGER), operator="clerk-8") != "budget":
        pass


def close_the_counter(country: WideAreaCountry) -> None:
    office, usual = country.office(AIRA), next(one for one in DEFAULTS if one.kind is ServiceKind.WIDE_AREA_COPY)
    shut = msgspec.structs.replace(usual, offered=False)
    country.call(office.write, lambda t: write_down(t, office, "clerk-1", shut))


def cut_the_line(country: WideAreaCountry) -> None:
    country.why()  # the key of the home office is known here
    country.close(AIRA)


@pytest.mark.parametrize("state", [spend_the_budget, close_the_counter, cut_the_line])
def test_what_the_home_office_says_without_a_look_does_not_tell_that_the_search_found_somebody(country: WideAreaCountry, state: Any):
    protect(country, TARO)
    state(country)
    heard = []
    for changed in ({"name": "住基　居ない"}, {}, {"name": YOSHIKO, "birth": BIRTHS[YOSHIKO], "sex": Sex.FEMALE}):
        began_ms = country.now_ms
        outcome = country.ask(country.by_birth(**changed), operator="clerk-8")
        heard.append((outcome, country.now_ms - began_ms))
    assert heard[0] == heard[1], "nobody, and somebody restrained"
    assert heard[2][0] == heard[0][0], "and everybody else, while it is so"


def test_support_for_another_output_keeps_the_named_abuser_out_and_nobody_else(country: WideAreaCountry):
    protect(country, YOSHIKO, frozenset({Output.INSPECTION}), abuser=TARO)
    assert country.why(country.application(of=CopyOf.MEMBERS, members=(YOSHIKO,))) == "member-not-here"
    assert [one.name for one in country.content(country.application(name=YOSHIKO, code=country.family[1].code)).persons] == [YOSHIKO]


def test_a_restraint_that_comes_after_a_lost_answer_holds_when_the_request_comes_again(country: WideAreaCountry):
    wanted = country.application()
    country.lose_next_answer()
    assert country.why(wanted) == "unreachable"
    protect(country, TARO)
    assert country.why(wanted) == "not-here"
    assert country.look(AIRA, "SELECT outcome FROM wide_area_told_again") == [("restrained",)]


def test_the_home_offices_own_log_says_it_plainly(country: WideAreaCountry):
    protect(country, TARO)
    country.why()
    ((outcome, persons),) = country.log("outcome, persons")
    assert (outcome, persons) == ("restrained", str(country.family[0].person))
