"""Step `code-change`: 美子 wants another code; who knows the old one learns that it changed (住民票コードの変更; N3 P4; Act art. 30-3)."""

from openjuki.law.policy import Field
from openjuki.offices.hub_search import QueryKey
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery, ask
from openjuki.register.errors import Say
from openjuki.register.record import ResidentRecord
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import YOSHIKO
from openjuki.simulation.story_steps.passport import OWN_USE
from openjuki.simulation.story_steps.stage import AIRA, CLERK, KAGOSHIMA, PASSPORT, Stage, expect

PROMISES = ("N3", "P4")
PENSION = "pension"
PENSIONS = "appendix:1:77"


async def play(stage: Stage) -> Say:
    """All of the step."""
    old = (await stage.resident(YOSHIKO)).code
    new = await change(stage)
    await new_code_was_drawn_before(stage, new)
    await hubs_know_new_code(stage, new)
    await entitled_learn_of_change(stage, old, new)
    await others_never_see_code(stage, old)
    return Say(
        "美子 changed her code, without a reason. The new one was drawn by the centre before she asked, so it does not follow from the old."
        " The pension body asks with the old one and learns the new; the passport office learns only that it changed.",
        "美子は理由を述べずに住民票コードを変更した。新しいコードは請求より前に全国センターが無作為に用意したもので、古いコードからは導けない。"
        "古いコードで照会した年金機構は変更後のコードを知り、旅券窓口は変更があったことだけを知る。",
    )


async def change(stage: Stage) -> ResidentRecord:
    """Aira writes a new code and puts the slip on the print list."""
    was = await stage.resident(YOSHIKO)
    drawn = await stage.look(CENTRE, lambda transaction: transaction.value("SELECT count(*) FROM code_given WHERE office = ?", AIRA))
    request = CodeChangeRequest(was.code, stage.country.today().isoformat())
    now: ResidentRecord = await stage.do(change_code, stage.office(AIRA), CLERK, request)
    after = await stage.look(CENTRE, lambda transaction: transaction.value("SELECT count(*) FROM code_given WHERE office = ?", AIRA))
    expect(now.code != was.code and drawn == after, "N3", "the code was not taken from the stock.", "在庫からの変更ではありません。")
    sql = "SELECT count(*) FROM notice_slip WHERE person = ? AND kind = 'code-changed'"
    slips = await stage.look(AIRA, lambda transaction: transaction.value(sql, now.person))
    expect(slips, "N3", "the notice slip is not on the print list.", "通知票が印刷待ちにありません。")
    return now


async def new_code_was_drawn_before(stage: Stage, now: ResidentRecord) -> None:
    """The centre gave it to Aira as one of many, at random, for nobody."""
    sql = "SELECT office FROM code_given WHERE code = ?"
    office = await stage.look(CENTRE, lambda transaction: transaction.value(sql, now.code))
    expect(office == AIRA, "N3", "the centre never drew this code.", "全国センターの指定したコードではありません。")


async def hubs_know_new_code(stage: Stage, now: ResidentRecord) -> float:
    """Prefecture and centre hold the new code; returns milliseconds."""

    async def everywhere() -> bool:
        found = [await stage.at_hub(hub, now.code) for hub in stage.hubs]
        return all(hit is not None and not hit.code_changed for hit in found)

    return await stage.until(everywhere, "N3")


async def entitled_learn_of_change(stage: Stage, old: str, now: ResidentRecord) -> None:
    """The pension body knows her by the old code: "changed", never "not found"."""
    query = IdentityQuery(PENSIONS, "年金2013-0001", "officer-1", QueryKey(code=old), (Field.NAME, Field.CODE))
    answer: IdentityAnswer = await stage.do(ask, stage.office(PENSION), CENTRE, query)
    expect(len(answer.persons) == 1 and answer.persons[0].code_changed, "N3", "the change was not told.", "変更が伝わりません。")
    expect(answer.persons[0].code == now.code, "N3", "another code was told.", "変更後のコードが違います。")


async def others_never_see_code(stage: Stage, old: str) -> None:
    """Who may ask by code but not receive it gets "changed" and no code."""
    query = IdentityQuery(OWN_USE, "旅券2013-0043", "officer-7", QueryKey(code=old), (Field.NAME,))
    answer: IdentityAnswer = await stage.do(ask, stage.office(PASSPORT), KAGOSHIMA, query)
    found = answer.persons
    expect(len(found) == 1 and found[0].code_changed, "N3", "the change was not told.", "変更が伝わりません。")
    expect(found[0].code is None, "P4", "the code was given.", "住民票コードを渡しました。")
