"""A small country whose prefecture and centre keep their registers in a real PostgreSQL server (都道府県と全国センターの保存)."""

import asyncio
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from openjuki.law.policy import Field
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.postgres_store import PostgresStore
from openjuki.procedures import identity_query
from openjuki.procedures.identity_query import IdentityAnswer
from openjuki.register.errors import OpenJukiError
from openjuki.simulation import country as countries
from openjuki.simulation import declaration, settlement
from openjuki.simulation.country import Country
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from openjuki.simulation.story import STEPS, Played, play
from openjuki.wire.speech import encode
from tests.nodes.kill_office import CENTRE, DAY, DESK, HUB, TOWN, born, first_resident
from tests.offices.postgres_server import Cluster, own_cluster


async def up(folder: Path, server: Cluster, heard: list[str]) -> Country:
    declared = declaration.declare((TOWN,), residents=0)
    listen = lambda office, tag, what: heard.append(f"{office} {tag} {what}")  # noqa: E731
    return await countries.up(folder, declared, today=lambda: DAY, listen=listen, hub_store=server.settings(""))


async def birth(country: Country) -> str:
    """One child's code, known at both hubs."""
    mother, number = await first_resident(country)
    code = await born(country, mother, number)
    await known(country, code)
    return code


async def known(country: Country, code: str) -> None:
    async with asyncio.timeout(60):
        await settlement.acknowledged(country)
    for hub in (HUB, CENTRE):
        assert await rows(country, hub, f"SELECT version FROM person WHERE code = '{code}'") == [(1,)]


async def ask(country: Country, code: str) -> IdentityAnswer:
    query = identity_query.IdentityQuery("appendix:5:6", "2013-1", "officer-7", QueryKey(code=code), (Field.NAME, Field.ADDRESS))
    answer: IdentityAnswer = await country.call(identity_query.ask, country.office(DESK), HUB, query)
    return answer


async def rows(country: Country, code: str, sql: str) -> list[Any]:
    return await country.call(country.office(code).write, lambda transaction: transaction.all(sql))


async def stands(country: Country, answer: IdentityAnswer) -> None:
    """The answer's row is in the prefecture's log at its place, whatever happened since."""
    sql = f"SELECT answer FROM provision WHERE log = '{answer.promise.log}' AND position = {answer.promise.index}"
    ((held,),) = await rows(country, HUB, sql)
    assert sha256(held).digest() == sha256(encode(answer.persons)).digest()


async def a_birth_a_question_and_a_restart(folder: Path, server: Cluster) -> None:
    heard: list[str] = []
    country = await up(folder, server, heard)
    try:
        assert all(isinstance(country.office(hub).store, PostgresStore) for hub in (HUB, CENTRE))
        assert not isinstance(country.office(TOWN).store, PostgresStore)
        code = await birth(country)
        answers = [await ask(country, code)]
        assert answers[0].persons[0].code_changed is False
    finally:
        await country.stop()
    country = await up(folder, server, heard)
    try:
        answers.append(await ask(country, code))
        assert [answer.promise.index for answer in answers] == [0, 1]
        for answer in answers:
            await stands(country, answer)
        assert not [event for event in heard if "node:restore" in event or "store:" in event]
    finally:
        await country.stop()


async def a_server_killed_under_a_running_country(folder: Path, server: Cluster) -> None:
    heard: list[str] = []
    country = await up(folder, server, heard)
    try:
        before = await birth(country)
        answers = [await ask(country, before)]
        mother, number = await first_resident(country)
        server.kill()
        code = await born(country, mother, number)  # the town has its own file: it goes on, and its notice waits
        with pytest.raises(OpenJukiError):
            await ask(country, before)
        server.start()
        await known(country, code)
        answers.append(await ask(country, code))
        for answer in answers:
            await stands(country, answer)
        assert {f"{hub} store:server:back" in " ".join(heard) for hub in (HUB, CENTRE)} == {True}
    finally:
        await country.stop()


async def registers_put_back(folder: Path, server: Cluster, hub: str) -> None:
    """An old copy is known by its mark; after its recovery nothing is missing and no leaf has another's place."""
    heard: list[str] = []
    country = await up(folder, server, heard)
    code = await birth(country)
    await country.stop()
    dump = server.dump(f"hub_{hub}")
    country = await up(folder, server, heard)
    later = await birth(country)
    await ask(country, later)
    await country.stop()
    server.put_back(f"hub_{hub}", dump)
    country = await up(folder, server, heard)
    try:
        assert [event for event in heard if event.startswith(f"{hub} node:restore:noticed")]
        assert [event for event in heard if event.startswith(f"{hub} node:recovery:finished")]
        for one in (code, later):
            await known(country, one)
            await stands(country, await ask(country, one))
    finally:
        await country.stop()


async def a_stop_without_the_server(folder: Path, server: Cluster) -> None:
    country = await up(folder, server, [])
    code = await birth(country)
    server.kill()
    async with asyncio.timeout(30):
        await country.stop()
    server.start()
    country = await up(folder, server, [])
    await known(country, code)
    await country.stop()


@pytest.mark.slow
def test_a_country_stops_while_its_server_is_away_and_starts_again_with_it(tmp_path):
    with own_cluster() as server:
        asyncio.run(a_stop_without_the_server(tmp_path / "country", server))


@pytest.mark.slow
def test_a_birth_is_registered_a_question_is_answered_and_a_restart_finds_all(tmp_path):
    with own_cluster() as server:
        asyncio.run(a_birth_a_question_and_a_restart(tmp_path / "country", server))


@pytest.mark.slow
def test_hubs_whose_server_is_killed_refuse_then_go_on_by_themselves_and_have_lost_nothing(tmp_path):
    with own_cluster() as server:
        asyncio.run(a_server_killed_under_a_running_country(tmp_path / "country", server))


@pytest.mark.slow
@pytest.mark.parametrize("hub", [HUB, CENTRE])
def test_a_register_put_back_on_the_server_is_noticed_and_recovers(tmp_path, hub: str):
    with own_cluster() as server:
        asyncio.run(registers_put_back(tmp_path / "country", server, hub))


@pytest.mark.slow
def test_the_documented_command_founds_a_country_on_a_server(tmp_path):
    with own_cluster() as server:
        folder, program = str(tmp_path / "country"), [sys.executable, "-m", "openjuki.cli.main"]
        words = ["country", "up", "--dir", folder, "--residents", "60", "--hub-store", str(server.settings("")), "--check", "--json"]
        done = subprocess.run([*program, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["ok"]
        with server.admin() as admin:
            assert admin.execute("SELECT count(*) > 59 FROM hub_centre.person").fetchone() == (True,)
        status = subprocess.run([*program, "status", "--dir", folder, "--json"], capture_output=True, text=True, check=False)
        persons = {office["code"]: office.get("persons") for office in json.loads(status.stdout)["offices"]}
        assert persons["centre"] > 59


async def the_story(folder: Path, server: Cluster) -> list[Played]:
    declared = declaration.declare(residents=60)
    async with run_country(folder, declared, Calendar(STORY_DAY), hub_store=server.settings("")) as country:
        return await play(country)


@pytest.mark.slow
def test_the_whole_story_goes_right_with_the_hubs_on_a_server(tmp_path):
    with own_cluster() as server:
        played = asyncio.run(the_story(tmp_path / "country", server))
        assert not [step for step in played if not step.ok]
        assert len(played) == len(STEPS)
