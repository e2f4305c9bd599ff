"""Five leaks that really happened, replayed against the real parts (支援措置の漏えい事故; X7; reliability of registers, section 4).

三鷹市 2020: the clerk passed over the warning. 伊万里市 2008: the warning was switched off for a moment and not put back.
枚方市 2019: only some of the papers were covered. 大東市: the family-register side was not marked on the same day. 目黒区 2025: an old
list of those to be lifted overrode a flag that had been renewed.
"""

import asyncio

from openjuki.law.restraint import EndGround
from openjuki.law.ways_out import WAYS, Asker, Output, WayOut, Word
from openjuki.offices import outbox, restraint_guard, restraints
from openjuki.offices.copy_requests import Evidence, Party, Wanted
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraint_telling import ToldRestraint
from openjuki.offices.restraints import Held
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures.copy_request import CopyVerdict, decide, file
from openjuki.procedures.restraint_notice import RestraintDecision, RestraintNotice
from openjuki.procedures.restraint_notice import decide as decide_restraint
from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from openjuki.register.errors import InvalidInput
from openjuki.simulation.story_people import HANAKO
from openjuki.simulation.story_steps.protected import ABUSER, GROUND, KIRISHIMA, LENDER, RELEASED_MS, SUPERVISOR, word
from openjuki.simulation.story_steps.stage import AIRA, BIRTHS, CLERK, Stage, expect
from openjuki.wire.speech import encode

HELD_BACK = tuple(way for way in WayOut if WAYS[way].output is not None)
"""Every way on which support is asked for: papers, inspection, wide-area copy, kiosk, online."""
DOMICILE = "鹿児島県霧島市国分中央三丁目45番地1"


async def warning_cannot_be_passed_over(stage: Stage) -> None:
    """三鷹: a clerk who decides to give it all the same gives nothing."""
    hanako = await stage.resident(HANAKO)
    her = Party(HANAKO, hanako.address.text(), hanako.birth)
    for requester in (ABUSER, LENDER):
        wanted = Wanted(WayOut.COPY, Ground.OWN_RIGHTS, requester, her, Evidence.CARD, purpose="貸金の返還請求")
        receipt = await stage.do(file, stage.office(AIRA), CLERK, wanted)
        error = await stage.refusal(decide, stage.office(AIRA), CLERK, CopyVerdict(receipt.number, True, GROUND))
        expect(error is not None, "X7", "a clerk's word went past the restraint.", "抑止を無視して交付できました。")


async def release_is_forgotten(stage: Stage) -> int:
    """伊万里: two people open one copy, and nobody puts anything back. Returns the person's number."""
    hanako, office = await stage.resident(HANAKO), stage.office(AIRA)
    about, way, case = [About(hanako.person)], WayOut.COPY, "受付2008"
    ask = restraint_guard.ask_release
    number = await stage.look(AIRA, lambda t: ask(t, office, CLERK, way, Asker.VICTIM, about, case, "本人が来庁", RELEASED_MS))
    await stage.look(AIRA, lambda t: restraint_guard.agree(t, office, SUPERVISOR, number))
    expect(await word(stage, way, Asker.VICTIM, case) is Word.ALLOWED, "X7", "it was not released.", "解除されていません。")
    expect(await word(stage, way, Asker.THIRD_PARTY, case) is Word.EXAMINE, "X7", "it was opened to all.", "他の者にも解除されました。")
    return hanako.person


async def it_shut_by_itself(stage: Stage) -> None:
    """Nothing is done, and it is shut."""
    await asyncio.sleep(RELEASED_MS / 1_000)
    expect(await word(stage, WayOut.COPY, Asker.VICTIM, "受付2008") is Word.EXAMINE, "X7", "it stayed open.", "解除されたままです。")


async def every_paper_is_covered(stage: Stage) -> int:
    """枚方: no way on which support can be asked for is open to the abuser or to strangers; returns how many there are."""
    for way in HELD_BACK:
        said = {asker: await word(stage, way, asker) for asker in (Asker.ABUSER, Asker.UNPROVEN, Asker.THIRD_PARTY, Asker.OTHER_SECTION)}
        expect(Word.ALLOWED not in said.values(), "X7", f"{way} is open.", "対象になっていない証明書があります。")
        expect(said[Asker.ABUSER] is Word.REFUSED, "X7", f"{way} is open to the abuser.", "加害者に拒否されません。")
    return len(HELD_BACK)


async def family_register_side_holds_it_at_once(stage: Stage) -> None:
    """大東: at the office of the registered domicile, which the applicant named, the supplement is held back too."""
    office, head = stage.office(KIRISHIMA), "保護　太郎"
    persons = (RegisteredPerson(head, "1950-01-01"), RegisteredPerson(HANAKO, BIRTHS[HANAKO]))
    made = await stage.do(make, office, CLERK, SupplementMade(DOMICILE, head, "1983-05-01", persons))
    about = [About(supplement=made.number, member=member.number) for member in made.members]

    async def held_back() -> bool:
        said = await stage.look(KIRISHIMA, lambda t: restraint_guard.judged(t, office, WayOut.ADDRESS_SUPPLEMENT, Asker.FAMILY, about))
        return said.word is Word.EXAMINE

    await stage.until(held_back, "X7")
    free = await stage.look(KIRISHIMA, lambda t: restraint_guard.judged(t, office, WayOut.ADDRESS_SUPPLEMENT, Asker.FAMILY, about[:1]))
    expect(free.word is Word.ALLOWED, "X7", "the others are held back too.", "他の者まで抑止されました。")


async def stale_end_arrives(stage: Stage, held: Held) -> None:
    """目黒: after the restraint was told anew, an old word that it is to end comes to Kirishima over the line."""
    state = held.restraint
    stale = ToldRestraint(
        AIRA, held.number, 1, held.application.protected, (), tuple(sorted(Output)), state.since.isoformat(), state.renew_by.isoformat(),
        True, stage.country.today().isoformat(),
    )  # fmt: skip
    before = await _told_by_aira(stage)
    name, body = RestraintNotice.type_name(), encode(RestraintNotice(stale))
    await stage.look(AIRA, lambda transaction: outbox.put(transaction, KIRISHIMA, name, body))

    async def arrived() -> bool:
        return await _told_by_aira(stage) > before

    await stage.until(arrived, "X7")


async def _told_by_aira(stage: Stage) -> int:
    return int(await stage.look(KIRISHIMA, lambda t: t.value("SELECT coalesce(max(cursor), 0) FROM inbox WHERE sender = ?", AIRA)))


async def still_held(stage: Stage, held: Held) -> None:
    """It bears at both offices; a term that has not passed is no ground to end it, whoever tries."""
    for office in (AIRA, KIRISHIMA):
        there = await stage.look(office, lambda t: restraints.listed(t, stage.country.today()))
        names = [one.name for each in there for one in each.application.protected if each.origin == AIRA]
        expect(HANAKO in names, "X7", f"it was lifted at {office}.", "支援措置が解除されました。")
    decision = RestraintDecision(held.number, "end", EndGround.NOT_RENEWED)
    error = await stage.refusal(decide_restraint, stage.office(AIRA), SUPERVISOR, decision)
    expect(isinstance(error, InvalidInput), "X7", "it ended before its term.", "期間内に終了しました。")
