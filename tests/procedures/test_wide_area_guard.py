"""A captured server cannot ask for the whole country: budgets, misses, alarms (照会の上限と警報; domain 6, Nagano 2003)."""

import pytest

from openjuki.nodes.tables import TABLES
from openjuki.offices import wide_area
from openjuki.offices.relay_guard import OF_OFFICE, OF_OPERATOR
from openjuki.offices.store import Store
from openjuki.register.errors import Reason
from openjuki.register.wide_area_copy import CopyOf
from tests.procedures.wide_area_country import AIRA, CHIYODA, KIRISHIMA, TARO, WideAreaCountry, crafted, refusal

pytestmark = pytest.mark.slow  # a country with files, many questions

STRANGER = "24727059608"
"""A valid code of nobody here."""


@pytest.fixture
def country(tmp_path) -> WideAreaCountry:
    return WideAreaCountry(tmp_path)


def alarms(country: WideAreaCountry) -> list[str]:
    return [what for office, tag, what in country.told if (office, tag) == (AIRA, "relay:budget:alarm")]


def test_an_operator_who_asks_too_much_is_stopped_and_the_alarm_is_raised_once(country: WideAreaCountry):
    for _ in range(OF_OPERATOR.per_hour):
        country.content()
    assert alarms(country) == [f"{CHIYODA} clerk-7 over-limit wide-area copies"]
    assert [country.why() for _ in range(3)] == ["budget"] * 3
    assert len(alarms(country)) == 1
    assert country.look(AIRA, "SELECT tag, operator FROM audit WHERE tag = 'relay:budget:alarm'") == [("relay:budget:alarm", "clerk-7")]
    assert country.look(AIRA, "SELECT count(*) FROM work_item WHERE kind = 'relay-alarm' AND done_ms = 0") == [(1,)]
    assert len(country.log()) == OF_OPERATOR.per_hour
    assert country.content(operator="clerk-8").home == AIRA
    assert country.content(at=KIRISHIMA).home == AIRA
    country.settle(3_601)
    assert country.content().home == AIRA


def test_an_office_that_invents_operators_is_stopped_as_a_whole(country: WideAreaCountry):
    for number in range(OF_OFFICE.per_hour):
        country.content(operator=f"clerk-{number}")
    assert country.why(operator="a new one") == "budget"
    assert alarms(country) == [f"{CHIYODA} office over-limit wide-area copies"]
    assert country.content(at=KIRISHIMA).home == AIRA


def test_guessing_names_and_codes_ends_after_a_few_misses(country: WideAreaCountry):
    guesses = [country.why(country.application(code=STRANGER)) for _ in range(OF_OPERATOR.misses_per_10min)]
    assert guesses == ["not-here"] * OF_OPERATOR.misses_per_10min
    assert country.why() == "budget"
    assert alarms(country) == [f"{CHIYODA} clerk-7 too-many-misses wide-area copies"]


def test_wrong_names_and_wrong_households_are_misses_too(country: WideAreaCountry):
    wrong = [{"name": "別人　太郎"}, {"of": CopyOf.MEMBERS, "members": ("別人　花子",)}]
    told = [country.why(country.application(**wrong[number % 2])) for number in range(OF_OPERATOR.misses_per_10min)]
    assert set(told) == {"name-differs", "member-not-here"}
    assert country.why() == "budget"


def test_an_office_that_sends_forged_envelopes_is_stopped_and_nothing_of_it_is_read(country: WideAreaCountry):
    for _ in range(OF_OFFICE.misses_per_10min):
        assert refusal(country, crafted(country, seal_as=KIRISHIMA)) is Reason.BAD_SEAL
    assert alarms(country) == [f"{CHIYODA} office too-many-misses wide-area copies"]
    assert refusal(country, crafted(country, seal_as=KIRISHIMA)) is Reason.OVER_LIMIT
    assert len(country.log()) == OF_OFFICE.misses_per_10min


def test_a_restart_gives_no_new_budget(country: WideAreaCountry):
    for _ in range(OF_OPERATOR.per_hour):
        country.content()
    path = country.office(AIRA).store.path
    country.close(AIRA)
    country.open(AIRA, Store(path, TABLES[country.offices[AIRA].kind].scripts))
    assert country.why() == "budget"
    assert country.log("outcome, counted")[-1] == ("over-limit", 0)
    assert country.why() == "budget"
    assert len(country.log()) == OF_OPERATOR.per_hour + 1


def test_the_log_can_only_be_appended_to(country: WideAreaCountry):
    country.content()
    for table in ("wide_area_told", "wide_area_told_again", "wide_area_request", "wide_area_outcome"):
        at = AIRA if "told" in table else CHIYODA
        if table == "wide_area_told_again":
            country.call(country.office(AIRA).write, lambda t: t.execute("INSERT INTO wide_area_told_again VALUES (1, 1, 1, 'x')"))
        for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id + 1"):
            with pytest.raises(Exception, match="a work failed"):
                country.call(country.office(at).write, lambda t, sql=sql: t.execute(sql))
        assert country.look(at, f"SELECT count(*) FROM {table}") == [(1,)]


def test_the_log_names_office_operator_number_and_persons_and_keeps_the_sealed_question(country: WideAreaCountry):
    wanted = country.application(of=CopyOf.HOUSEHOLD)
    country.content(wanted)
    ((asker, operator, number, persons, question),) = country.log("asker, operator, number, persons, question")
    assert (asker, operator, number, persons.split()) == (CHIYODA, "clerk-7", wanted.number, [str(r.person) for r in country.family])
    assert TARO.encode() in question and b"clerk-7" in question


def test_a_resident_can_be_told_which_town_asked_and_nobody_elses_questions(country: WideAreaCountry):
    country.content(country.application(of=CopyOf.HOUSEHOLD))
    country.content(at=KIRISHIMA)
    country.why(country.application(name="別人　太郎"))
    of = lambda record: country.call(country.office(AIRA).write, lambda t: wide_area.told_about(t, record.person))  # noqa: E731
    assert [(one.asker, one.outcome) for one in of(country.family[0])] == [
        (CHIYODA, "told"),
        (KIRISHIMA, "told"),
        (CHIYODA, "name-differs"),
    ]
    assert [(one.asker, one.outcome) for one in of(country.family[2])] == [(CHIYODA, "told")]


def test_no_alarm_and_no_event_names_a_person(country: WideAreaCountry):
    for _ in range(OF_OPERATOR.misses_per_10min + 1):
        country.why(country.application(name="別人　太郎"))
    told = "\n".join(" ".join(event) for event in country.told)
    assert "relay:budget:alarm" in told
    assert not any(word in told for word in (TARO, "別人", country.family[0].code))
