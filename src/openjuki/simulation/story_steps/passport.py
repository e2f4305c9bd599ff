"""Step `passport`: two confirmations in place of two papers (旅券の申請と恩給の申立書; N4 N5; Act art. 30-7(3), 30-8(1)1)."""

import time

from openjuki.law.policy import Field
from openjuki.offices.hub_search import QueryKey
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery, ask
from openjuki.register.errors import Say
from openjuki.register.identity import Status
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import AKIRA, TARO
from openjuki.simulation.story_steps.stage import BIRTHS, KAGOSHIMA, ONKYU, PASSPORT, Stage, expect

PROMISES = ("N4", "N5", "X1")
OWN_USE, PENSION_STATEMENT = "appendix:5:6", "appendix:1:16"
WITHIN_MS = 1_000


async def play(stage: Stage) -> Say:
    """All of the step."""
    taro_ms = await confirm_for_passport(stage)
    akira_ms = await confirm_for_pension(stage)
    return Say(
        f"太郎 applies for a passport: Kagoshima's passport office confirmed him at its prefecture in {taro_ms:.0f} ms, no copy attached."
        f" 明's 恩給 statement needed no mayor's certificate: the centre answered in {akira_ms:.0f} ms. Both answers stand in the log.",
        f"太郎が旅券を申請。鹿児島県の旅券窓口は自県で{taro_ms:.0f}ミリ秒で本人を確認し、住民票の写しは要らない。"
        f"明の恩給の申立書は、全国センターが{akira_ms:.0f}ミリ秒で答え、市長の証明は要らない。どちらも提供の記録がある。",
    )


async def confirm_for_passport(stage: Stage) -> float:
    """Own use of the prefecture, appendix 5 row 6: by name and birth date; returns milliseconds."""
    query = IdentityQuery(OWN_USE, "旅券2013-0042", "officer-7", by_name(TARO), (Field.NAME, Field.BIRTH, Field.SEX, Field.ADDRESS))
    return await confirm(stage, PASSPORT, KAGOSHIMA, query, TARO)


async def confirm_for_pension(stage: Stage) -> float:
    """Appendix 1 row 16 at the centre: is 明 alive, and where; returns milliseconds."""
    query = IdentityQuery(PENSION_STATEMENT, "恩給2013-0107", "officer-3", by_name(AKIRA), (Field.NAME, Field.ADDRESS, Field.STATUS))
    return await confirm(stage, ONKYU, CENTRE, query, AKIRA)


def by_name(name: str) -> QueryKey:
    """Name and birth date, as the applicant writes them."""
    return QueryKey(name=name, birth=BIRTHS[name])


async def confirm(stage: Stage, asker: str, asked: str, query: IdentityQuery, name: str) -> float:
    """Ask, and hold the answer against the municipality's record, the fields asked for, and the log."""
    before = await _logged(stage, asked)
    began_s = time.monotonic()
    answer: IdentityAnswer = await stage.do(ask, stage.office(asker), asked, query)
    ms = (time.monotonic() - began_s) * 1000
    resident = await stage.resident(name)
    found = answer.persons
    expect(len(found) == 1 and found[0].name == resident.name, "N5", "not the one person.", "本人を確認できません。")
    expect(found[0].address == resident.address, "N5", "not the address of the register.", "住所が台帳と一致しません。")
    expect(found[0].status in (None, Status.RESIDENT), "N5", "not a resident.", "住民ではありません。")
    expect(found[0].code is None, "P4", "the code was given unasked.", "求められない住民票コードが渡りました。")
    expect(ms < WITHIN_MS, "N5", f"it took {ms:.0f} ms.", f"{ms:.0f}ミリ秒かかりました。")
    expect(await _logged(stage, asked) == before + 1, "X1", "the answer is not in the log.", "提供の記録がありません。")
    return ms


async def _logged(stage: Stage, office: str) -> int:
    return int(await stage.look(office, lambda transaction: transaction.value("SELECT count(*) FROM provision")))
