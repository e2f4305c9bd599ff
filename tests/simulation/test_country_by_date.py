"""A real small country on the two sides of a day in the calendar (施行日の前日と当日の国; mission X11)."""

import asyncio
import datetime
import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.law.calendar import FIRST_DAY, SWITCHES, Profile, Rule
from openjuki.law.policy import Field
from openjuki.nodes import process
from openjuki.offices.hub_search import QueryKey, find
from openjuki.offices.municipality import decode_record
from openjuki.procedures.identity_query import IdentityQuery, ask
from openjuki.register.errors import Refused, Say
from openjuki.register.foreign_residents import is_foreign
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.drawing import settlers
from openjuki.simulation.population import DAY
from openjuki.simulation.running import Calendar, run_country
from openjuki.simulation.story import STEPS, Step, play

AIRA = "462250"
ONE_DAY = datetime.timedelta(1)
PENSIONS = "appendix:1:77"
SWITCH_DAYS = sorted({switch.since for switch in SWITCHES} | {switch.until + ONE_DAY for switch in SWITCHES if switch.until})


def declared(day, profile="japan", residents=40):
    return declare((AIRA,), residents=residents, profile=profile, day=str(day))


async def eventually(holds):
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.05)


def records(transaction):
    return [decode_record(body) for (body,) in transaction.all("SELECT record FROM person ORDER BY id")]


async def held(country, code, key=None):
    return await country.call(country.office(CENTRE).write, lambda t: find(t, key or QueryKey(code=code), 2))


@pytest.mark.slow
def test_the_day_on_which_kana_are_identity_tells_them_of_everybody_and_lets_them_be_asked(tmp_path):
    calendar = Calendar(datetime.date(2025, 5, 25))

    async def played():
        async with run_country(tmp_path, declared("2013-12-02"), calendar) as country:
            (taro, *_) = await country.call(country.office(AIRA).write, records)
            asked = IdentityQuery(PENSIONS, "年金1", "officer-1", QueryKey(code=taro.code), (Field.NAME, Field.KANA))
            assert [hit.identity.kana for hit in await held(country, taro.code)] == [""]
            with pytest.raises(Refused) as refused:
                await country.call(ask, country.office("pension"), CENTRE, asked)
            calendar.day += ONE_DAY

            async def told():
                return (await held(country, taro.code))[0].identity.kana == taro.kana

            await eventually(told)
            answer = await country.call(ask, country.office("pension"), CENTRE, asked)
            return refused.value.code.value, answer.persons[0].kana == taro.kana

    assert process.run(played()) == ("field-not-allowed", True)


@pytest.mark.slow
def test_foreign_residents_are_in_the_register_a_year_before_the_network_hears_of_them(tmp_path):
    calendar = Calendar(datetime.date(2013, 7, 7))

    async def played():
        async with run_country(tmp_path, declared("2013-07-07", residents=300), calendar) as country:
            everybody = await country.call(country.office(AIRA).write, records)
            foreign = [record.code for record in everybody if is_foreign(record.other)]
            known = [code for code in (record.code for record in everybody) if await held(country, code)]
            assert foreign and not set(known) & set(foreign) and len(known) + len(foreign) == len(everybody)
            calendar.day += ONE_DAY

            async def told():
                return all([await held(country, code) for code in foreign])

            await eventually(told)

    process.run(played())


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["open", "japan"])
def test_a_country_runs_on_the_first_day_of_all(tmp_path, profile):
    asked = ["--municipalities", f"{AIRA},131016", "--residents", "60", "--date", str(FIRST_DAY), "--profile", profile]
    ran = CliRunner().invoke(main, ["country", "up", "--check", "--json", *asked, "--dir", str(tmp_path / "country")])
    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["ok"], said["events_at_centre"]) == (0, True, 2), said


@pytest.mark.parametrize("day", ["2002-08-04", "2013-02-29", "tomorrow"])
@pytest.mark.parametrize("command", ["up", "story"])
def test_a_day_before_the_network_and_no_day_are_refused_and_no_country_is_made(tmp_path, command, day):
    folder = ["--dir", str(tmp_path / "country")] if command == "up" else []
    ran = CliRunner().invoke(main, ["country", command, "--json", "--date", day, *folder])
    error = json.loads(ran.stdout)["error"]
    assert (ran.exit_code, error["item"]) == (1, "date") and "2002-08-05" in error["remedy"]
    assert not (tmp_path / "country").exists()


def test_the_story_begins_when_its_people_live_there():
    ran = CliRunner().invoke(main, ["country", "story", "--json", "--date", "2013-12-01"])
    assert "2013-12-02" in json.loads(ran.stdout)["error"]["remedy"]


def rows(day, profile="japan", count=200):
    return list(settlers(AIRA, count, declared(day, profile, count)))


@pytest.mark.parametrize("day", [day - before for day in SWITCH_DAYS if day <= DAY for before in (ONE_DAY, 0 * ONE_DAY) if day > FIRST_DAY])
def test_whoever_settles_is_born_and_has_come_by_the_day_and_is_known_to_its_law(day):
    for profile in Profile:
        settled = rows(day, profile)
        assert len(settled) == 200
        foreign = any("nationality" in row for row in settled)
        assert foreign is (profile is Profile.OPEN or day >= datetime.date(2012, 7, 9))
        for row in settled:
            assert all(row.get(item, "") <= str(day) for item in ("birth", "address_since", "became_foreign_resident_on"))


def test_a_country_without_a_day_has_the_residents_that_it_always_had():
    assert list(settlers(AIRA, 50, declare((AIRA,), residents=50))) == rows("2026-01-01", "open", 50)


class Somewhere:
    """As much of a country as a refused step sees."""

    def __init__(self, day, profile):
        self.declared, self.day = declared(day, profile), day

    def today(self):
        return self.day


@pytest.mark.slow
@pytest.mark.parametrize(("day", "refused"), [("2013-12-02", set()), ("2016-01-04", {"card", "card-life"})])
def test_the_whole_story_is_played_by_the_law_of_its_day_and_only_what_that_knows_no_more_is_refused(day, refused):
    asked = ["--profile", "japan", "--date", day, "--residents", "300"]
    steps = json.loads(CliRunner().invoke(main, ["country", "story", "--json", *asked]).stdout)["steps"]
    not_played = {step["id"]: step["what"] for step in steps if not step["ok"]}
    assert set(not_played) == refused and len(steps) == len(STEPS), not_played
    assert all(said.startswith(f"{Rule.JUKI_CARD_ISSUE}: ended with 2015-12-31.") for said in not_played.values())


BEGUN = [(switch.rule, switch.since, True) for switch in SWITCHES]
NOT_YET = [(rule, day - ONE_DAY, False) for rule, day, _ in BEGUN if day > FIRST_DAY]
ENDED = [(switch.rule, switch.until + late * ONE_DAY, not late) for switch in SWITCHES if switch.until for late in (0, 1)]


@pytest.mark.parametrize(("rule", "day", "lawful"), BEGUN + NOT_YET + ENDED)
def test_a_step_of_the_story_is_refused_on_a_day_on_which_it_is_not_lawful(rule, day, lawful):
    async def step(stage):
        return Say("played", "上演")

    def played(profile):
        (one,) = asyncio.run(play(Somewhere(day, profile), steps=[Step("step", (), step, (rule,))]))
        return one

    said = played("japan")
    assert said.ok is lawful and played("open").ok
    if not lawful:
        assert rule in said.what.en and rule in said.what.ja and "Choose a day" in said.what.en


def test_an_error_of_the_law_names_rule_reason_and_remedy():
    (one,) = asyncio.run(play(Somewhere(datetime.date(2016, 1, 1), "japan"), steps=[Step("card", (), None, (Rule.JUKI_CARD_ISSUE,))]))
    assert one.what.en.startswith("juki-card-issue: ended with 2015-12-31.")
