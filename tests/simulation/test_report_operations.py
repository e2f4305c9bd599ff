"""Reports and errors told in a real small country, by command (報告書・帳簿・誤りの通報)."""

import asyncio
import csv
import datetime
import json

import pytest
from click.testing import CliRunner

from openjuki.cli.main import main
from openjuki.law.policy import Field
from openjuki.nodes import process
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.ledger import entries
from openjuki.offices.municipality import decode_record
from openjuki.procedures.identity_query import IdentityQuery, ask
from openjuki.register.errors import Conflict, InvalidInput, Refused
from openjuki.simulation.declaration import CENTRE, declare
from openjuki.simulation.operations import operate
from openjuki.simulation.running import Calendar, run_country

AIRA, KAGOSHIMA, CHIYODA, TOKYO = "462250", "460001", "131016", "130001"
DAY = datetime.date(2013, 12, 2)


async def command(country, operation, **arguments):
    return await operate(country, operation, arguments, lambda done, total: None)


async def tell(country, office, code, item="birth", why="differs from the papers", operator="officer-1"):
    return await command(country, "tell-error", office=office, operator=operator, code=code, item=item, why=why)


async def open_work(country, office, kind="record-error"):
    return (await command(country, "work", office=office, kind=kind, all=False))["items"]


async def arrives(country, office, count):
    async with asyncio.timeout(20):
        while len(items := await open_work(country, office)) < count:
            await asyncio.sleep(0.02)
    return items


async def some_code(country, office):
    return await country.call(country.office(office).write, lambda t: decode_record(t.value("SELECT record FROM person ORDER BY id")).code)


def country_of(tmp_path):
    return run_country(tmp_path, declare((AIRA, CHIYODA), residents=40), Calendar(DAY))


@pytest.mark.slow
def test_a_hubs_word_about_a_record_comes_down_and_waits_for_the_clerk(tmp_path):
    async def played():
        async with country_of(tmp_path) as country:
            code = await some_code(country, AIRA)
            assert (await tell(country, CENTRE, code))["told"] == AIRA
            (item,) = await arrives(country, AIRA, 1)
            assert (item["code"], item["what"]) == (code, "birth: differs from the papers")
            await tell(country, KAGOSHIMA, code, "address")
            assert len(await arrives(country, AIRA, 2)) == 2
            assert await open_work(country, CHIYODA) == []
            await command(country, "work-done", office=AIRA, number=item["number"], operator="clerk-1")
            with pytest.raises(Conflict):
                await command(country, "work-done", office=AIRA, number=item["number"], operator="clerk-1")
            assert [one["what"] for one in await open_work(country, AIRA)] == ["address: differs from the papers"]
            towns = {one["code"]: one.get("work_items") for one in (await command(country, "status"))["offices"]}
            return towns[AIRA], towns[CHIYODA]

    assert process.run(played()) == (1, 0)


@pytest.mark.slow
def test_a_hub_tells_only_whom_it_may_and_only_of_identity(tmp_path):
    async def played():
        async with country_of(tmp_path) as country:
            here, there = await some_code(country, AIRA), await some_code(country, CHIYODA)
            for office, code, item, why, error in (
                (KAGOSHIMA, there, "birth", "x", Conflict), (CENTRE, "12345678903", "birth", "x", (Conflict, InvalidInput)),
                (CENTRE, here, "relationship", "x", InvalidInput), (CENTRE, here, "birth", "", InvalidInput),
                (CENTRE, here, "birth", "a\nb", InvalidInput), (AIRA, here, "birth", "x", InvalidInput),
            ):  # fmt: skip
                with pytest.raises(error):
                    await tell(country, office, code, item, why)
            with pytest.raises(Refused):
                await tell(country, CENTRE, here, operator="retention-1")
            assert (await tell(country, TOKYO, there))["told"] == CHIYODA

    process.run(played())


@pytest.mark.slow
def test_reports_by_command_say_what_the_log_says(tmp_path):
    async def played():
        async with country_of(tmp_path) as country:
            for number in range(3):
                code = await some_code(country, (AIRA, CHIYODA)[number % 2])
                asked = IdentityQuery("appendix:1:77", f"年金{number}", "officer-1", QueryKey(code=code), (Field.NAME,))
                await country.call(ask, country.office("pension"), CENTRE, asked)
            first = datetime.date(2002, 8, 5)
            return await country.call(country.office(CENTRE).write, lambda t: entries(t, first, datetime.date(2200, 1, 1)))

    found = process.run(played())
    (entry,) = {(one.day.year if one.day.month >= 4 else one.day.year - 1) for one in found}
    shared = ["--dir", str(tmp_path), "--office", CENTRE, "--json"]
    year = run("report", "yearly", "--year", str(entry), *shared, "--csv", str(tmp_path / "year.csv"))
    assert [(line["asker"], line["name"], line["answers"], line["items"], line["ordered"]) for line in year["lines"]] == [
        ("pension", "日本年金機構", 3, 3, True)
    ]
    for office, article in ((CENTRE, "30-11(6)"), (KAGOSHIMA, "30-7(8)"), (AIRA, "")):
        asked = ["report", "yearly", "--year", str(entry), "--dir", str(tmp_path), "--office", office]
        assert run(*asked, "--json")["article"] == article
        assert (f"第{article}による公表事項" in CliRunner().invoke(main, [*asked, "--lang", "ja"]).stdout) is bool(article)
    rows = list(csv.DictReader((tmp_path / "year.csv").open(encoding="utf-8-sig")))
    assert [(row["提供先"], row["提供件数"], row["法定の公表"]) for row in rows] == [("日本年金機構", "3", "○")]
    period = ["--since", str(found[0].day), "--until", str(found[-1].day)]
    book = run("report", "ledger", *period, "--yen-per-item", "8.5", *shared)
    assert [(one["answers"], one["items"], one["fee_yen"]) for one in book["sums"]] == [(3, 3, 25)]
    assert sum(one["items"] for one in book["entries"]) == 3
    unused = [
        "report",
        "ledger",
        "--since",
        "2002-08-05",
        "--until",
        "2002-08-06",
        "--dir",
        str(tmp_path),
        "--office",
        CENTRE,
        "--lang",
        "en",
    ]
    assert CliRunner().invoke(main, unused).stdout == "Nothing was provided in these days.\n"


def run(*arguments):
    ran = CliRunner().invoke(main, list(arguments))
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("more", "item"),
    [(["--since", "2013-12-02", "--until", "2013-12-01"], "until"), (["--since", "2002-08-04", "--until", "2013-12-01"], "since"),
     (["--since", "2013-12-01", "--until", "2013-12-02", "--yen-per-item", "much"], "yen-per-item")],
)  # fmt: skip
def test_a_ledger_of_no_period_or_no_fee_is_refused_before_anything_is_started(tmp_path, more, item):
    ran = CliRunner().invoke(main, ["report", "ledger", "--json", "--dir", str(tmp_path / "country"), *more])
    assert (ran.exit_code, json.loads(ran.stdout)["error"]["item"]) == (1, item)
    assert not (tmp_path / "country").exists()
