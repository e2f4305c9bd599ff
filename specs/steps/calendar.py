"""Sentences about days of the calendar: a country of its own, whose register calendar is moved (暦に関する文)."""

import asyncio
import datetime
import tempfile
from pathlib import Path

import pytest
from pytest_bdd import given, then, when

from openjuki.law.policy import Field
from openjuki.offices.hub_search import QueryKey, find
from openjuki.offices.municipality import decode_record
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.identity_query import IdentityQuery, ask
from openjuki.register.errors import Refused
from openjuki.simulation import settlement
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.operations import operate
from openjuki.simulation.running import Calendar, run_country
from openjuki.simulation.story_people import HANAKO, ICHIRO

AIRA, PENSION = "462250", "pension"
PENSIONS = "appendix:1:77"


class Days:
    """A country of its own under the rules of Japan, and its calendar."""

    def __init__(self, runner, country, calendar):
        self.take, self.country, self.calendar = runner.run, country, calendar
        rows = self.look(AIRA, lambda t: t.all("SELECT record FROM person"))
        self.people = {record.name: record for record in (decode_record(body) for (body,) in rows)}

    def look(self, office, work):
        return self.take(self.country.call(self.country.office(office).write, work))

    def at_centre(self, name):
        return self.look(CENTRE, lambda t: find(t, QueryKey(code=self.people[name].code), 2))

    def asked(self, name, *fields):
        query = IdentityQuery(PENSIONS, "年金2025-0001", "officer-1", QueryKey(code=self.people[name].code), fields)
        return self.take(self.country.call(ask, self.country.office(PENSION), CENTRE, query))


@pytest.fixture
def days_of():
    """Start such a country on a day."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        running = []

        def start(day):
            calendar = Calendar(day)
            declared = declare((AIRA,), residents=20, profile="japan", day=str(day))
            running.append(run_country(Path(folder) / "country", declared, calendar))
            return Days(runner, runner.run(running[0].__aenter__()), calendar)

        yield start
        for one in running:
            runner.run(one.__aexit__(None, None, None))


@given("日本の暦で2025年5月25日の国に、姶良市の住民がいる", target_fixture="days")
def on_the_day_before(days_of):
    return days_of(datetime.date(2025, 5, 25))


@when("年金機構が、花子の氏名の振り仮名を照会する")
def asks_too_early(days, seen):
    with pytest.raises(Refused) as refused:
        days.asked(HANAKO, Field.NAME, Field.KANA)
    seen["refused"] = refused.value


@then("照会は根拠条項とともに断られ、全国センターは振り仮名を持たない")
def nothing_is_known(days, seen):
    assert seen["refused"].article and seen["refused"].remedy.ja
    assert [hit.identity.kana for hit in days.at_centre(HANAKO)] == [""]


@when("暦が翌日になる")
def the_day_comes(days):
    days.calendar.day += datetime.timedelta(1)


@then("全国センターは振り仮名の通知を受け、年金機構は花子の振り仮名を確認できる")
def it_is_told_and_asked(days):
    async def told():
        async with asyncio.timeout(30):
            while not (await days.country.call(days.country.office(CENTRE).write, held))[0].identity.kana:
                await asyncio.sleep(0.05)

    def held(transaction):
        return find(transaction, QueryKey(code=days.people[HANAKO].code), 2)

    days.take(told())
    (person,) = days.asked(HANAKO, Field.NAME, Field.KANA).persons
    assert person.kana == days.people[HANAKO].kana


@given("日本の暦で2014年の国で、一郎が亡くなり、花子が照会された", target_fixture="days")
def one_has_died(days_of):
    days = days_of(datetime.date(2014, 1, 10))
    office, died = days.country.office(AIRA), DeathNotification(days.people[ICHIRO].code, "2014-01-09", "2014-01-10")
    days.take(days.country.call(enter_death, office, "clerk-1", died))
    days.asked(HANAKO, Field.NAME)
    days.take(settlement.acknowledged(days.country))
    return days


@when("保存期間が過ぎ、消去担当が全国センターの消去を命じる")
def a_sweep_is_ordered(days, seen):
    days.calendar.day = datetime.date(2200, 1, 2)
    seen["leaves"] = days.look(CENTRE, lambda t: t.all("SELECT position, leaf FROM provision"))
    with pytest.raises(Refused):
        days.take(_order(days, "clerk-1"))
    seen["swept"] = days.take(_order(days, "retention-1"))["swept"]


def _order(days, operator):
    order = {"office": CENTRE, "on": "", "operator": operator, "really": True}
    return operate(days.country, "sweep", order, lambda done, total: None)


@then("全国センターに一郎の情報はなく、花子の情報と、提供の記録の葉と、消去の記録は残る")
def only_that_is_gone(days, seen):
    assert (len(days.at_centre(ICHIRO)), len(days.at_centre(HANAKO))) == (0, 1)
    assert days.look(CENTRE, lambda t: t.all("SELECT position, leaf FROM provision")) == seen["leaves"] != []
    trace = days.take(operate(days.country, "sweep-trace", {"office": CENTRE}, lambda done, total: None))
    assert sum(entry["rows"] for entry in trace["entries"]) == sum(one["rows"] for one in seen["swept"]) == 3
