"""A sweep in a real small country: ordered by command, counted, taken away, traced; the country goes on (消去の操作; promise P1)."""

import contextlib
import datetime
import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.law.policy import Field
from openjuki.nodes import process
from openjuki.offices import municipality, work_list
from openjuki.offices.hub_search import QueryKey, find
from openjuki.offices.municipality import decode_record
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.identity_query import IdentityQuery, ask
from openjuki.register.errors import OpenJukiError, Refused
from openjuki.simulation import settlement
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.operations import operate
from openjuki.simulation.running import Calendar, run_country
from openjuki.simulation.story_people import HANAKO, ICHIRO
from tests.offices.postgres_server import own_cluster

AIRA = "462250"
LATE = datetime.date(2200, 1, 2)


async def command(country, operation, **arguments):
    return await operate(country, operation, {"office": CENTRE, **arguments}, lambda done, total: None)


async def swept(country, *, really):
    found = await command(country, "sweep", on=str(LATE), operator="retention-1", really=really)
    return {(one["rule"], one["table"]): one["rows"] for one in found["swept"]}


async def one_dies_and_one_is_asked_about(country, day):
    office = country.office(AIRA)
    records = await country.call(office.write, lambda t: [decode_record(body) for (body,) in t.all("SELECT record FROM person")])
    first, last = (next(record for record in records if record.name == name) for name in (ICHIRO, HANAKO))
    await country.call(enter_death, office, "clerk-1", DeathNotification(first.code, day, day))
    asked = IdentityQuery("appendix:1:77", "年金1", "officer-1", QueryKey(code=last.code), (Field.NAME,))
    await country.call(ask, country.office("pension"), CENTRE, asked)
    await settlement.acknowledged(country)
    return first.code, last.code


async def hits(country, code):
    return len(await country.call(country.office(CENTRE).write, lambda t: find(t, QueryKey(code=code), 2)))


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_store(request):
    """None for files, or the settings of a server of its own."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(own_cluster()).settings("") if request.param == "postgresql" else None


@pytest.mark.slow
def test_a_sweep_counts_then_takes_away_then_shows_its_trace_and_the_office_goes_on(tmp_path, hub_store):
    calendar = Calendar(datetime.date(2013, 12, 2))

    async def played():
        async with run_country(tmp_path, declare((AIRA,), residents=20), calendar, hub_store=hub_store) as country:
            dead, alive = await one_dies_and_one_is_asked_about(country, "2013-12-01")
            calendar.day = LATE
            counted = await swept(country, really=False)
            assert (await hits(country, dead), await hits(country, alive)) == (1, 1)
            assert await swept(country, really=True) == counted
            assert (await hits(country, dead), await hits(country, alive)) == (0, 1)
            trace = (await command(country, "sweep-trace"))["entries"]
            asked = IdentityQuery("appendix:1:77", "年金2", "officer-1", QueryKey(code=alive), (Field.NAME,))
            answer = await country.call(ask, country.office("pension"), CENTRE, asked)
            return counted, trace, answer.promise.index

    counted, trace, index = process.run(played())
    assert counted == {("identity-of-the-dead", "state"): 1, ("superseded-identity", "state"): 1, ("provision-log", "provision"): 1}
    assert [(one["number"], one["rows"], one["ordered_by"]) for one in trace] == [(n, 1, "retention-1") for n in (1, 2, 3)]
    assert index == 1, "the log goes on after the leaf that stayed"
    shown = CliRunner().invoke(main, ["office", "retention", "--dir", str(tmp_path), "--office", CENTRE, "--trace", "--json"])
    assert (shown.exit_code, len(json.loads(shown.stdout)["entries"])) == (0, 3)


async def two_items_are_done(country):
    office = country.office(AIRA)
    for what in ("look", "look again"):
        await country.call(office.write, lambda t, w=what: municipality.put_work_item(t, office.clock.wall_ms(), "something", "", w))
    await country.call(
        office.write, lambda t: [work_list.close(t, one.number, "clerk-1", office.clock.wall_ms()) for one in work_list.items(t)]
    )


@pytest.mark.slow
def test_a_municipality_sweeps_too_by_the_same_command(tmp_path):
    calendar = Calendar(datetime.date(2013, 12, 2))

    async def played():
        async with run_country(tmp_path, declare((AIRA,), residents=20), calendar) as country:
            await two_items_are_done(country)
            calendar.day = LATE

    process.run(played())
    words = ["office", "retention", "--dir", str(tmp_path), "--office", AIRA, "--json"]
    counted = json.loads(CliRunner().invoke(main, [*words, "--date", str(LATE)]).stdout)["swept"]
    assert counted == [{"rule": "work-done", "article": "ours", "table": "work_item", "rows": 1}]
    shown = CliRunner().invoke(main, [*words, "--remove"])
    assert (shown.exit_code, json.loads(shown.stdout)["swept"]) == (0, [])
    traced = CliRunner().invoke(main, [*words, "--trace"])
    assert (traced.exit_code, json.loads(traced.stdout)["entries"]) == (0, [])


@pytest.mark.slow
def test_years_by_ordinance_are_set_by_command_and_not_by_the_role_of_sweeps(tmp_path):
    async def played():
        async with run_country(tmp_path, declare((AIRA,), residents=0), Calendar(datetime.date(2013, 12, 2))):
            pass

    process.run(played())
    words = ["office", "retention", "--dir", str(tmp_path), "--office", AIRA, "--json"]

    def asked(*more):
        return CliRunner().invoke(main, [*words, *more])

    done = asked("--years", "card-over=15", "--why", "姶良市条例第12号", "--operator", "kessai-1")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"ok": True, "office": AIRA, "rule": "card-over", "years": 15})
    for more in (
        ("card-over=15", "--why", "条例"),
        ("card-over=99", "--why", "条例", "--operator", "kessai-1"),
        ("set-aside-notice=2", "--why", "条例", "--operator", "kessai-1"),
        ("card-over=x", "--why", "条例", "--operator", "kessai-1"),
        ("card-over=15", "--operator", "kessai-1"),
    ):
        assert asked("--years", *more).exit_code != 0, more


@pytest.mark.slow
def test_the_role_is_kept_at_the_door_of_every_operation(tmp_path):
    async def played():
        async with run_country(tmp_path, declare((AIRA,), residents=0), Calendar(datetime.date(2013, 12, 2))) as country:
            with pytest.raises(Refused):
                await command(country, "sweep", on="", operator="clerk-1", really=False)
            with pytest.raises(Refused):
                await operate(country, "enter", {"office": AIRA, "operator": "retention-1", "event": {}}, lambda *at: None)
            with pytest.raises(Refused):
                await command(country, "agree", number=1, officer="retention-1")
            with pytest.raises(OpenJukiError):
                await command(country, "sweep", office="pension", on="", operator="retention-1", really=False)

    process.run(played())
