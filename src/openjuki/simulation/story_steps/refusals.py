"""Step `refusals`: what nobody gets, each with its own reason (提供の拒否と接続の拒否; N4 P3 P9 P11 P13; Act art. 30-30)."""

from openjuki.law.policy import Field
from openjuki.nodes.importing import Importing, Standing, keep
from openjuki.nodes.resident_files import Source
from openjuki.offices.hub_search import QueryKey
from openjuki.procedures.identity_query import IdentityQuery, ask
from openjuki.register.errors import NotReady, OpenJukiError, Reason, Refused, Say
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.settlement import acknowledged
from openjuki.simulation.story_people import NEIGHBOUR, TARO, story_people
from openjuki.simulation.story_steps import strangers
from openjuki.simulation.story_steps.passport import OWN_USE, by_name
from openjuki.simulation.story_steps.stage import AIRA, BIRTHS, CLERK, KAGOSHIMA, ONKYU, PASSPORT, TAX, Stage, expect

PROMISES = ("N4", "P3", "P9", "P11", "P13")
NAMESAKES = 11
"""One more than the policy of passports lets into one answer."""
NAMESAKE = QueryKey(name="同名　一子", birth=BIRTHS[NEIGHBOUR])
ITEMS = (Field.NAME, Field.ADDRESS)


async def play(stage: Stage) -> Say:
    """All of the step."""
    await unlisted_affair(stage)
    await affair_of_another_body(stage)
    await field_not_allowed(stage)
    await no_case_number(stage)
    await too_many_hits(stage)
    await name_alone(stage)
    await off_route(stage)
    await bank_is_no_office(stage)
    await other_protocols_get_nothing(stage)
    await expired_directory(stage)
    return Say(
        "Refused, each with its article: an affair that no appendix lists, the tax department, a field too many, a question without a case,"
        f" a name that fits {NAMESAKES} people, a question off its route; not even connected: a bank, HTTP and SMTP, and a node whose"
        " directory has expired.",
        "別表にない事務、税務課、認められない項目、受付番号のない照会、"
        f"{NAMESAKES}人に当たる照会、経路外の電文は条文を示して拒否。銀行、HTTPとSMTP、名簿の期限が切れた機関は接続もできない。",
    )


async def refused(stage: Stage, asker: str, asked: str, query: IdentityQuery) -> OpenJukiError | None:
    """The error that answers a question."""
    return await stage.refusal(ask, stage.office(asker), asked, query)


def _is(error: OpenJukiError | None, reason: Reason) -> bool:
    return isinstance(error, Refused) and error.code is reason


async def unlisted_affair(stage: Stage) -> None:
    """No appendix has such a row."""
    error = await refused(stage, PASSPORT, KAGOSHIMA, IdentityQuery("appendix:5:99", "1", "officer-7", by_name(TARO), ITEMS))
    expect(_is(error, Reason.AFFAIR_NOT_LISTED), "N4", "an unlisted affair was answered.", "別表にない事務に答えました。")


async def affair_of_another_body(stage: Stage) -> None:
    """The tax department has no listed affair, whichever it names."""
    error = await refused(stage, TAX, KAGOSHIMA, IdentityQuery(OWN_USE, "1", "officer-9", by_name(TARO), ITEMS))
    expect(_is(error, Reason.AFFAIR_NOT_YOURS), "P3", "the tax department got an answer.", "税務課に答えました。")


async def field_not_allowed(stage: Stage) -> None:
    """The passport office may not have the code."""
    error = await refused(stage, PASSPORT, KAGOSHIMA, IdentityQuery(OWN_USE, "1", "officer-7", by_name(TARO), (Field.CODE,)))
    expect(_is(error, Reason.FIELD_NOT_ALLOWED), "P3", "the code was given.", "住民票コードを渡しました。")


async def no_case_number(stage: Stage) -> None:
    """Nobody asks without a case."""
    error = await refused(stage, PASSPORT, KAGOSHIMA, IdentityQuery(OWN_USE, "", "officer-7", by_name(TARO), ITEMS))
    expect(_is(error, Reason.NO_CASE), "P3", "a question without a case was answered.", "受付番号のない照会に答えました。")


async def too_many_hits(stage: Stage) -> None:
    """Eleven people of one name and one birthday: the refusal, not a list."""
    await namesakes_move_in(stage)
    error = await refused(stage, PASSPORT, KAGOSHIMA, IdentityQuery(OWN_USE, "1", "officer-7", NAMESAKE, ITEMS))
    expect(_is(error, Reason.TOO_MANY), "P9", "a list was given.", "該当者の一覧を渡しました。")


async def name_alone(stage: Stage) -> None:
    """No name, address or birth date alone: no fishing."""
    error = await refused(stage, PASSPORT, KAGOSHIMA, IdentityQuery(OWN_USE, "1", "officer-7", QueryKey(name=TARO), ITEMS))
    expect(_is(error, Reason.KEY_NOT_ALLOWED), "P9", "a name alone was answered.", "氏名だけの照会に答えました。")


async def namesakes_move_in(stage: Stage) -> None:
    """They come into Aira by the ordinary import."""
    pattern = next(row for row in story_people() if row["name"] == NEIGHBOUR)
    named = {
        "name": NAMESAKE.name,
        "householder_name": NAMESAKE.name,
        "registered_domicile_head": NAMESAKE.name,
        "kana": "ドウメイ　イチコ",
    }
    numbers = (f"7{number:09d}" for number in range(NAMESAKES))
    rows = [pattern | named | {"household_number": number, "address_number": number} for number in numbers]
    await stage.look(AIRA, lambda transaction: keep(transaction, Standing("namesakes")))
    importing = Importing(stage.office(AIRA), stage.country.call, CLERK, lambda now: None)
    done = await importing.run(Source(line, line, row) for line, row in enumerate(rows, 1))
    expect(done.entered >= NAMESAKES, "P9", "the namesakes were not entered.", "同名の住民を記載できません。")
    await acknowledged(stage.country)


async def off_route(stage: Stage) -> None:
    """The passport office turns to the municipality itself: refused on the header, whatever is in the body."""
    error = await refused(stage, PASSPORT, AIRA, IdentityQuery(OWN_USE, "1", "officer-7", by_name(TARO), ITEMS))
    expect(_is(error, Reason.OFF_ROUTE), "P3", "a message off its route was taken.", "経路外の電文を受け付けました。")


async def bank_is_no_office(stage: Stage) -> None:
    """第一銀行 comes with a certificate of its own authority."""
    before = len([1 for office, tag, _ in stage.country.heard if (office, tag) == (CENTRE, "wire:peer:refused")])
    heard = await strangers.call_with_foreign_certificate(stage.country.directory.entries[CENTRE], stage.country.declared.realm)
    expect(not heard, "P11", "the bank was answered.", "銀行に応答しました。")

    async def noticed() -> bool:
        return len([1 for office, tag, _ in stage.country.heard if (office, tag) == (CENTRE, "wire:peer:refused")]) > before

    await stage.until(noticed, "P11")


async def other_protocols_get_nothing(stage: Stage) -> None:
    """A web browser and a mail server knock; nothing is answered in their language."""
    for words in (b"GET / HTTP/1.1\r\nHost: centre\r\n\r\n", b"EHLO bank.example\r\n", b"USER anonymous\r\n"):
        heard = await strangers.say(stage.country.directory.entries[CENTRE], words)
        expect(not any(code in heard for code in (b"HTTP", b"220", b"250", b"331")), "P13", "it was answered.", "応答しました。")


async def expired_directory(stage: Stage) -> None:
    """A second node of the 恩給 office has yesterday's directory: it is closed until it gets today's."""
    async with strangers.node_with_old_head(stage.country, ONKYU) as office:
        query = IdentityQuery("appendix:1:16", "1", "officer-3", by_name(TARO), ITEMS)
        error = await stage.refusal(ask, office, CENTRE, query)
        expect(isinstance(error, NotReady), "P11", "it was let in with an expired directory.", "期限切れの名簿で接続できました。")
