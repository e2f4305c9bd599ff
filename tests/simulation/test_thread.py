"""The thin thread over real TLS and SQLite: import, birth, both hubs, an audited question (一本の糸)."""

import asyncio
import datetime
from pathlib import Path

import pytest

from openjuki.law.policy import Field
from openjuki.offices import outbox
from openjuki.offices.hub_search import QueryKey, find
from openjuki.procedures import birth, code_allotment, identity_query, resident_import
from openjuki.register.addresses import Address
from openjuki.register.errors import Refused
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.simulation import country as countries
from openjuki.simulation.country import Country

AIRA, KAGOSHIMA, CENTRE, PASSPORT = "462250", "460001", "centre", "46-passport"


def father() -> resident_import.Entrant:
    return resident_import.Entrant(1, "1", Items(
        name="住基　太郎", kana="ジュウキ　タロウ", birth="1974-05-03", sex=Sex.MALE, relationship="世帯主",
        registered_domicile="鹿児島県姶良市宮島町25",
        registered_domicile_head="住基　太郎", became_resident_on="1999-04-01", address=Address(AIRA, "宮島町", "25番地"),
        address_since="1999-04-01", notified_on="1999-04-01",
    ))  # fmt: skip


async def until(condition, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


async def play(folder: Path) -> Country:
    heard: list[tuple[str, str, str]] = []
    country = await countries.up(folder, today=lambda: datetime.date(2013, 12, 2), listen=lambda *event: heard.append(event))
    try:
        aira = country.office(AIRA)
        assert await country.call(code_allotment.request, aira, 100) == 100
        entered = await country.call(resident_import.enter_residents, aira, "clerk-1", [father()])
        assert entered == resident_import.Entered(1, [])
        taro = (await country.call(aira.write, lambda t: t.all("SELECT code FROM person")))[0][0]
        child = await country.call(birth.enter_birth, aira, "clerk-1", birth.BirthNotification(
            taro, "住基　光", "ジュウキ　ヒカリ", "2013-12-01", Sex.FEMALE, "子", "2013-12-02"))  # fmt: skip
        for hub in (KAGOSHIMA, CENTRE):

            async def held(hub: str = hub) -> bool:
                return bool(await country.call(country.office(hub).write, lambda t: find(t, QueryKey(code=child.code), 2)))

            await until(held)
        query = identity_query.IdentityQuery(
            "appendix:5:6",
            "2013-0042",
            "officer-7",
            QueryKey(name="住基太郎", birth="1974-05-03"),
            (Field.NAME, Field.ADDRESS, Field.BIRTH),
        )
        answer = await country.call(identity_query.ask, country.office(PASSPORT), KAGOSHIMA, query)
        assert [person.name for person in answer.persons] == ["住基　太郎"]
        assert answer.persons[0].code is None
        rows = await country.call(country.office(KAGOSHIMA).write, lambda t: t.all("SELECT asker, affair, operator FROM provision"))
        assert rows == [(PASSPORT, "appendix:5:6", "officer-7")]
        with pytest.raises(Refused):
            await country.call(
                identity_query.ask,
                country.office(PASSPORT),
                KAGOSHIMA,
                identity_query.IdentityQuery("appendix:5:7", "1", "o", QueryKey(name="住基太郎", birth="1974-05-03"), (Field.NAME,)),
            )
        assert await country.call(aira.write, outbox.unacknowledged) == {}
        return country
    finally:
        print(heard[-30:])
        await country.stop()


@pytest.mark.slow
def test_a_birth_reaches_prefecture_and_centre_and_a_listed_body_confirms_the_father(tmp_path: Path) -> None:
    asyncio.run(play(tmp_path / "country"))
