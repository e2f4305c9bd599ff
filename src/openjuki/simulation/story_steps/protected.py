"""Step `protected`: 保護 花子 is under protection; others get nothing, lawful provision flows (支援措置; X7; standard j160, j410, j440)."""

import asyncio
import time

from openjuki.law.calendar import Profile
from openjuki.law.policy import Field
from openjuki.law.ways_out import Asker, Output, WayOut, Word
from openjuki.offices import copy_requests, restraint_guard, restraints
from openjuki.offices.copy_requests import Evidence, Outcome, Party, Wanted
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.inspections import Inspection, InspectionGround
from openjuki.offices.municipality_households import Relation
from openjuki.offices.restraint_guard import About
from openjuki.offices.restraints import Abuser, Application, Held, Protected
from openjuki.offices.supplement_copies import Ground
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.copy_request import CopyGiven, CopyVerdict, decide, examine, file
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery, ask
from openjuki.procedures.inspection import InspectionVerdict, ShownList, apply, grant, show
from openjuki.procedures.restraint_notice import RestraintDecision, accept
from openjuki.procedures.restraint_notice import decide as decide_restraint
from openjuki.register.addresses import Address
from openjuki.register.errors import Say
from openjuki.register.record import ResidentRecord
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import HANAKO, TARO
from openjuki.simulation.story_steps.stage import AIRA, BIRTHS, CLERK, Stage, expect

PROMISES = ("X7",)
PENSION, PENSIONS = "pension", "appendix:1:77"
KIRISHIMA, SUPERVISOR = "462187", "supervisor-1"
ABUSER = Party("加害　一郎", "福岡県福岡市博多区博多駅前四丁目2番1号", "1980-01-01")
LENDER = Party("貸主　三郎", "福岡県福岡市中央区天神一丁目8番1号")
NEW_HOME = Address(AIRA, "池島町", "21番地", "コーポ池島102号")
GROUND = "法12条1項・12条の3第1項、疎明資料を確認"
RELEASED_MS = 400
"""So short that the story can wait until it shuts."""


async def play(stage: Stage) -> Say:
    """All of the step."""
    held = await restrained(stage)
    await told_to_kirishima(stage, held)
    asked = await copies_say_what_is_said_of_nobody(stage)
    listed = await inspection_does_not_count_her(stage)
    await other_section_sees_nobody(stage)
    ms = await pension_body_gets_her_new_address(stage)
    await released_by_two_and_shut_again(stage, held)
    return Say(
        "花子's restraint held from the moment she asked, at Aira and at Kirishima, which she named."
        f" {asked} askers heard of her word for word what is said of somebody who never lived there; a list of {listed} residents leaves"
        f" her out. The pension body had her new address after {ms:.0f} ms, with a note to handle it with care. Two people released one"
        " copy for herself; it shut by itself, the restraint did not.",
        f"花子の支援措置は申出の時から姶良市と、本人が挙げた霧島市で有効になった。第三者など{asked}者には、住んでいない者についてと同じ言葉で答え、"
        f"閲覧リスト{listed}人に名前も人数も現れない。転居の{ms:.0f}ミリ秒後、年金機構は取扱注意の表示とともに新住所を得た。"
        "本人への写しは二人で一時解除して交付し、自動で抑止に戻った。支援措置は終わらない。",
    )


async def restrained(stage: Stage) -> Held:
    """She applies at Aira, naming Kirishima; the supervisor finds the need."""
    if found := await _held(stage):
        return found
    who = (Protected(HANAKO, BIRTHS[HANAKO]),)
    application = Application(who, frozenset(Output), (Abuser(ABUSER.name, ABUSER.birth),), (KIRISHIMA,))
    taken: Held = await stage.do(accept, stage.office(AIRA), CLERK, application)
    expect(await word(stage, WayOut.COPY, Asker.THIRD_PARTY) is Word.EXAMINE, "X7", "it does not hold at once.", "直ちに抑止されません。")
    confirmed: Held = await stage.do(decide_restraint, stage.office(AIRA), SUPERVISOR, RestraintDecision(taken.number, "confirm"))
    return confirmed


async def _held(stage: Stage) -> Held | None:
    hanako = await stage.resident(HANAKO)
    found = await stage.look(AIRA, lambda transaction: restraints.held_of(transaction, hanako.person))
    return found[0] if found else None


async def word(stage: Stage, way: WayOut, asker: Asker, case: str = "") -> Word:
    """The guard's word on a way out about her at Aira."""
    hanako, office = await stage.resident(HANAKO), stage.office(AIRA)
    said: Word = await stage.look(AIRA, lambda transaction: restraint_guard.passes(transaction, office, way, asker, hanako.person, case))
    return said


async def told_to_kirishima(stage: Stage, held: Held) -> None:
    """The office that she named holds the same restraint, in the version that Aira holds."""

    async def there() -> bool:
        rows = await stage.look(KIRISHIMA, lambda t: restraints.listed(t, stage.country.today()))
        return any((one.origin, one.origin_number, one.restraint.provisional) == (AIRA, held.number, False) for one in rows)

    await stage.until(there, "X7")


async def copies_say_what_is_said_of_nobody(stage: Stage) -> int:
    """Each asker about her, and about somebody who never lived there: one answer; returns how many asked."""
    hanako = await stage.resident(HANAKO)
    her, nobody = Party(HANAKO, hanako.address.text(), hanako.birth), Party("無人　零子", hanako.address.text(), hanako.birth)
    for wanted in (_other(LENDER), _other(ABUSER), _organ(), _own(her)):
        heard = [await refusal_text(stage, wanted, subject) for subject in (her, nobody)]
        expect(heard[0] and heard[0] == heard[1], "X7", "the answer tells of her.", "回答から存在が分かります。")
    undecided = await stage.look(AIRA, copy_requests.undecided)
    expect(not undecided, "X7", "a request is not decided.", "未決定の請求があります。")
    return 4


def _other(requester: Party) -> Wanted:
    return Wanted(WayOut.COPY, Ground.OWN_RIGHTS, requester, requester, Evidence.CARD, purpose="貸金の返還請求")


def _organ() -> Wanted:
    clerk = Party("税務　官", body="福岡税務署")
    return Wanted(WayOut.COPY, Ground.PUBLIC_BODY, clerk, clerk, Evidence.STAFF_CARD, purpose="国税徴収法141条")


def _own(her: Party) -> Wanted:
    """Somebody who says that she is 花子."""
    return Wanted(WayOut.COPY, Ground.OWN, her, her, Evidence.CARD)


def _about(wanted: Wanted, subject: Party) -> Wanted:
    requester = subject if wanted.ground is Ground.OWN else wanted.requester
    return Wanted(wanted.paper, wanted.ground, requester, subject, wanted.evidence, purpose=wanted.purpose)


async def refusal_text(stage: Stage, wanted: Wanted, subject: Party) -> str:
    """What is told at the receipt and at the refusal of a request about that person; "" if it is given."""
    office = stage.office(AIRA)
    receipt = await stage.do(file, office, CLERK, _about(wanted, subject))
    error = await stage.refusal(decide, office, CLERK, CopyVerdict(receipt.number, True, GROUND))
    return f"{receipt.tell.ja} {error.text('ja')}" if error else ""


async def inspection_does_not_count_her(stage: Stage) -> int:
    """A poll inspects her town and 太郎's: the list is that of the others; returns how many."""
    office, hanako, taro = stage.office(AIRA), await stage.resident(HANAKO), await stage.resident(TARO)
    towns = tuple(dict.fromkeys((hanako.address.town, taro.address.town)))
    poll = Inspection(
        InspectionGround.RESEARCH, "世論調査会", "生活意識調査", ("調査　二郎",), towns, True, "施錠保管、集計後廃棄"
    )  # fmt: skip
    number = await stage.do(apply, office, CLERK, poll)
    await stage.do(grant, office, CLERK, InspectionVerdict(number, True, "法11条の2第1項1号"))
    shown: ShownList = await stage.do(show, office, CLERK, number)
    numbers, names = [line.number for line in shown.lines], {line.name for line in shown.lines}
    expect(
        TARO in names and HANAKO not in names and numbers == list(range(1, len(numbers) + 1)),
        "X7",
        "a list tells of her.",
        "閲覧リストから分かります。",
    )
    return len(numbers)


async def other_section_sees_nobody(stage: Stage) -> None:
    """At the screen of another section she is not there and not counted; at the register's desk she is, plainly."""
    office, hanako = stage.office(AIRA), await stage.resident(HANAKO)
    way, whom = WayOut.HIT_COUNT, [hanako.person]
    section = await stage.look(AIRA, lambda t: restraint_guard.shown(t, office, way, Asker.OTHER_SECTION, whom))
    desk = await stage.look(AIRA, lambda t: restraint_guard.shown(t, office, way, Asker.REGISTER_CLERK, whom))
    expect(not section, "X7", "another section sees her.", "他課から見えます。")
    expect(desk == whom, "X7", "the desk does not see her.", "担当課から見えません。")


async def pension_body_gets_her_new_address(stage: Stage) -> float:
    """She moves inside the town; the pension body, asking by her code, gets the new address. Returns milliseconds."""
    record = await stage.resident(HANAKO)
    if record.address != NEW_HOME:
        today = stage.country.today().isoformat()
        moving = ChangeOfAddressNotification((Relation(record.code, "世帯主"),), NEW_HOME, today, today)
        await stage.do(change_address, stage.office(AIRA), CLERK, moving)
    began_s = time.monotonic()

    async def told() -> bool:
        return (hit := await stage.at_hub(CENTRE, record.code)) is not None and hit.identity.address == NEW_HOME

    await stage.until(told, "X7")
    answer = await pension_asks(stage, record)
    expect(len(answer.persons) == 1 and answer.persons[0].address == NEW_HOME, "X7", "an old address was told.", "旧住所です。")
    noted = stage.office(AIRA).profile is not Profile.OPEN or answer.persons[0].handle_with_care
    expect(noted, "X7", "the answer has no handling note.", "取扱注意の表示がありません。")
    return (time.monotonic() - began_s) * 1000


async def pension_asks(stage: Stage, record: ResidentRecord) -> IdentityAnswer:
    """The pension body asks the centre about her."""
    query = IdentityQuery(PENSIONS, "年金2013-0099", "officer-1", QueryKey(code=record.code), (Field.NAME, Field.ADDRESS))
    answer: IdentityAnswer = await stage.do(ask, stage.office(PENSION), CENTRE, query)
    return answer


async def released_by_two_and_shut_again(stage: Stage, held: Held) -> None:
    """She comes herself: one clerk asks, the supervisor agrees, her copy is given; then the next is refused as before."""
    office, hanako = stage.office(AIRA), await stage.resident(HANAKO)
    her = Party(HANAKO, hanako.address.text(), hanako.birth)
    receipt = await stage.do(file, office, CLERK, _own(her))
    seen = await stage.look(AIRA, lambda transaction: examine(transaction, office, receipt.number))
    expect((seen.asker, seen.judgement.word) == (Asker.VICTIM, Word.EXAMINE), "X7", "the desk is not stopped.", "エラーになりません。")
    case, about = seen.filed.case, [About(hanako.person)]
    ask_release, way = restraint_guard.ask_release, WayOut.COPY
    number = await stage.look(
        AIRA, lambda t: ask_release(t, office, CLERK, way, Asker.VICTIM, about, case, "本人が来庁、写真で確認", RELEASED_MS)
    )
    alone = await stage.refusal(lambda then: office.write(lambda t: restraint_guard.agree(t, office, CLERK, number), then))
    expect(alone is not None, "X7", "one person alone released it.", "一人で解除できました。")
    await stage.look(AIRA, lambda t: restraint_guard.agree(t, office, SUPERVISOR, number))
    given: CopyGiven = await stage.do(decide, office, CLERK, CopyVerdict(receipt.number, True, GROUND))
    expect([record.name for record in given.records] == [HANAKO], "X7", "another's copy was given.", "別人の写しです。")
    await asyncio.sleep(RELEASED_MS / 1_000)
    expect(await word(stage, WayOut.COPY, Asker.VICTIM, case) is Word.EXAMINE, "X7", "it did not shut.", "抑止に戻りません。")
    now = await stage.look(AIRA, lambda t: restraints.held(t, held.number))
    expect(now == held, "X7", "the release changed the restraint.", "一時解除で支援措置が変わりました。")
    outcome = (await stage.look(AIRA, lambda t: copy_requests.decisions(t, receipt.number)))[-1].outcome
    expect(outcome is Outcome.GIVEN, "X7", "it is not recorded.", "記録がありません。")
