"""Steps that follow the traces: who asked, who entered, and that an answer cannot be altered unnoticed (操作と提供の記録; P8 X1)."""

import msgspec

from openjuki.law.policy import Field
from openjuki.offices.municipality import events_of
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery, accept, ask
from openjuki.register.errors import Broken
from openjuki.simulation.inspection import inspect
from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps.passport import OWN_USE, by_name
from openjuki.simulation.story_steps.stage import AIRA, CLERK, KAGOSHIMA, PASSPORT, Stage, expect

QUERY = IdentityQuery(OWN_USE, "旅券2013-0042", "officer-7", by_name(TARO), (Field.NAME, Field.ADDRESS))


async def question_is_traced(stage: Stage) -> None:
    """The prefecture's log names office, affair, case and operator of the last answer."""
    await stage.do(ask, stage.office(PASSPORT), KAGOSHIMA, QUERY)
    sql = "SELECT asker, affair, case_number, operator FROM provision ORDER BY id DESC LIMIT 1"
    row = await stage.look(KAGOSHIMA, lambda transaction: transaction.one(sql))
    expect(tuple(row) == (PASSPORT, OWN_USE, QUERY.case, QUERY.operator), "P8", "the question is not traced.", "照会の記録が違います。")


async def event_is_traced(stage: Stage, person: int) -> None:
    """Each event names the clerk who entered it, and when."""
    events = await stage.look(AIRA, lambda transaction: events_of(transaction, person))
    traced = events and all(event.operator == CLERK and event.entered_ms for event in events)
    expect(traced, "P8", "an event has no operator.", "入力した職員の記録がありません。")


async def answer_proves_itself(stage: Stage) -> None:
    """The answer holds against the log's promise; with one item altered it does not."""
    office = stage.office(PASSPORT)
    answer: IdentityAnswer = await stage.do(ask, office, KAGOSHIMA, QUERY)
    expect(accept(office, KAGOSHIMA, QUERY, answer) is answer, "X1", "the proof does not hold.", "証明が成り立ちません。")
    other = msgspec.structs.replace(answer.persons[0], name="別人　太郎")
    altered = accept(office, KAGOSHIMA, QUERY, msgspec.structs.replace(answer, persons=(other,)))
    expect(isinstance(altered, Broken), "X1", "an altered answer was taken.", "改変された回答を受け入れました。")


async def log_rows_stay(stage: Stage) -> None:
    """Not even the office itself can alter or delete a row of its log."""
    for sql in ("UPDATE provision SET operator = 'nobody'", "DELETE FROM provision"):
        error = await stage.refusal(stage.office(KAGOSHIMA).write, lambda transaction, sql=sql: transaction.execute(sql))
        expect(error is not None, "X1", "the log was altered.", "提供の記録が書き換えられました。")


async def country_is_whole(stage: Stage, began_s: float, before_mb: float) -> None:
    """Every link comes up, and one event of every municipality reaches the centre; small enough for a laptop.

    `before_mb` is what the process held before the country began.
    """
    found = await inspect(stage.country, began_s)
    needed_mb = found.peak_mb - before_mb
    expect(found.ok, "X4", "a link is down or an event was lost.", "回線か異動が届きません。")
    expect(0 < needed_mb < 500, "X4", f"{needed_mb:.1f} MB.", f"{needed_mb:.1f} MBを使いました。")
