"""Step `correction`: 美智子's birth date was wrong since ever (誤記修正; N1 X3; Act art. 8, 14)."""

import datetime

from openjuki.offices.municipality import record_as_of
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.register.errors import Say
from openjuki.register.events import Items
from openjuki.register.record import ResidentRecord
from openjuki.simulation.story_people import MICHIKO
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage, expect

PROMISES = ("N1", "X3")
RIGHT_BIRTH = "1942-08-16"
LONG_AGO = datetime.date(2000, 1, 1)


async def play(stage: Stage) -> Say:
    """All of the step."""
    was = await stage.resident(MICHIKO)
    known_ms = stage.office(AIRA).clock.wall_ms() - 1  # the correction may be entered within the same millisecond
    await correct_birth(stage)
    await past_shows_both(stage, was, known_ms)
    ms = await hubs_hold_right_birth(stage)
    return Say(
        f"美智子's birth date was a slip of the pen since ever. Corrected for the past too: the record of 2000 shows the right one, as"
        f" known before it still shows the wrong one, and both hubs held the right one after {ms:.0f} ms.",
        f"美智子の生年月日は当初からの誤記。過去にさかのぼって修正し、2000年の住民票は正しく、修正前に知られていた内容では誤ったままであり、"
        f"県と全国センターには{ms:.0f}ミリ秒で届いた。",
    )


async def correct_birth(stage: Stage) -> None:
    """Aira corrects the slip, ex officio."""
    was, today = await stage.resident(MICHIKO), stage.country.today().isoformat()
    order = CorrectionOrder(was.code, Items(birth=RIGHT_BIRTH), today, since_ever=True)
    await stage.do(correct, stage.office(AIRA), CLERK, order)
    now = await stage.resident(MICHIKO)
    expect(now.birth == RIGHT_BIRTH and now.code == was.code, "X3", "the record was not corrected.", "修正されていません。")


async def past_shows_both(stage: Stage, was: ResidentRecord, known_ms: int) -> None:
    """Who she was in 2000, as we know now and as we knew then."""
    now = await stage.look(AIRA, lambda transaction: record_as_of(transaction, was.person, LONG_AGO))
    then = await stage.look(AIRA, lambda transaction: record_as_of(transaction, was.person, LONG_AGO, known_ms))
    expect(now and now.birth == RIGHT_BIRTH, "X3", "the past was not corrected.", "過去の記載が修正されていません。")
    expect(then and then.birth == was.birth, "X3", "what was known then is lost.", "当時の記載が失われました。")


async def hubs_hold_right_birth(stage: Stage) -> float:
    """Prefecture and centre follow; returns milliseconds."""
    code = (await stage.resident(MICHIKO)).code

    async def everywhere() -> bool:
        found = [await stage.at_hub(hub, code) for hub in stage.hubs]
        return all(hit is not None and hit.identity.birth == RIGHT_BIRTH for hit in found)

    return await stage.until(everywhere, "N1")
