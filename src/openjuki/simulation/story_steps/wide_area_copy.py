"""Step `wide-area-copy`: 太郎 gets his household's copy in 千代田区; nothing passes the hubs (住民票の写しの広域交付; N8 P2)."""

import time

import msgspec

from openjuki.nodes.wide_area_desk import ask_copy, new_number
from openjuki.offices import relay_envelope
from openjuki.offices.municipality import members
from openjuki.offices.office import ASK_DEADLINE_MS, Then
from openjuki.offices.relay_envelope import RelayKey, RelayKeyRequest
from openjuki.offices.wide_area_outcomes import Copy, NotCopied, Why
from openjuki.offices.wide_area_requests import CopyApplication
from openjuki.procedures.wide_area_copy import WideAreaCopy, WideAreaCopyRequest
from openjuki.register.errors import Reason, Refused, Say
from openjuki.register.identity import Sex
from openjuki.register.record import ResidentRecord
from openjuki.register.wide_area_copy import CheckedBy, CopyExtra, CopyOf, PhotoDocument
from openjuki.simulation.captures import Captures, listening
from openjuki.simulation.declaration import CENTRE
from openjuki.simulation.story_people import TARO, YOSHIKO
from openjuki.simulation.story_steps.stage import AIRA, BIRTHS, KAGOSHIMA, TOKYO, Stage, Unkept, expect
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

PROMISES = ("N8", "P2")
CHIYODA, COUNTER = "131016", "clerk-3"
HUBS = (CENTRE, KAGOSHIMA, TOKYO)
QUESTION, ANSWER = "WideAreaCopyRequest", "WideAreaCopy"
WITHIN_MS = 2_000
"""From the clerk's key to what the copy says."""


async def play(stage: Stage) -> Say:
    """All of the step."""
    wanted = application(stage, await stage.resident(TARO))
    copy, captures, ms = await household_is_told(stage, wanted)
    await copy_is_the_registers(stage, copy)
    route = only_the_two_towns_spoke(captures, copy)
    await hubs_hold_nothing(stage, copy)
    found = await code_is_found_by_birth_and_sex(stage)
    await same_request_does_nothing_twice(stage, wanted, copy)
    await somebody_elses_code_gives_nothing(stage)
    await hubs_cannot_ask(stage)
    return Say(
        f"太郎 shows his driving licence in 千代田区 and gets his household's copy, {len(copy.content.persons)} persons with relationships"
        f" and without the family register, in {ms:.0f} ms: {route}, enclosed to the receiver alone. Captures and files of prefectures and"
        f" centre hold nothing of it. Without the code it was found by birth date and sex: {found}.",
        f"太郎が千代田区で運転免許証を示し、世帯{len(copy.content.persons)}人分の写し（続柄入り、戸籍の表示なし）の記載事項を{ms:.0f}ミリ秒で"
        f"受けた。経路は{route}のみで、受け手だけが読める。都県とセンターの採取電文にもファイルにも何もない。"
        f"コードが不明なら生年月日と性別から探した（{found}）。",
    )


def application(stage: Stage, taro: ResidentRecord) -> CopyApplication:
    """What 太郎 asks for: his household, with householder and relationships; he shows his licence and states his code."""
    office = stage.office(CHIYODA)
    return CopyApplication(
        new_number(office), AIRA, taro.name, CheckedBy.PHOTO_AND_CODE, office.clock.wall_ms(), taro.code, of=CopyOf.HOUSEHOLD,
        extras=(CopyExtra.RELATIONSHIP,), document=PhotoDocument.DRIVING_LICENCE,
    )  # fmt: skip


async def household_is_told(stage: Stage, wanted: CopyApplication) -> tuple[Copy, Captures, float]:
    """Chiyoda asks Aira; what every office of the country received meanwhile is kept. Returns milliseconds too."""
    office = stage.office(CHIYODA)
    await stage.do(relay_envelope.key_of, office, AIRA)  # the line is up before anybody listens on it
    with listening(stage.country.nodes.values()) as captures:
        began_s = time.monotonic()
        copy = _told(await ask_copy(office, COUNTER, wanted))
        ms = (time.monotonic() - began_s) * 1000
    expect(not set(captures.unheard) & set(HUBS), "P2", "a line was not listened on.", "採取していない回線があります。")
    expect(ms < WITHIN_MS, "N8", f"it took {ms:.0f} ms.", f"{ms:.0f}ミリ秒かかりました。")
    return copy, captures, ms


def _told(outcome: Copy | NotCopied) -> Copy:
    if isinstance(outcome, NotCopied):
        raise Unkept("N8", outcome.reason)
    return outcome


async def copy_is_the_registers(stage: Stage, copy: Copy) -> None:
    """Every member is on it as the register has them; the indication of the family register is not."""
    taro = await stage.resident(TARO)
    told = {(one.name, one.birth, one.relationship, one.householder) for one in copy.content.persons}
    family = {(one.name, one.birth, one.relationship, TARO) for one in await stage.look(AIRA, lambda work: members(work, taro.household))}
    expect(told == family, "N8", "the copy is not the household's.", "世帯の記載と一致しません。")
    content = encode(copy.content)
    expect(taro.registered_domicile.encode() not in content, "N8", "it names the domicile.", "本籍があります。")
    expect(all(one.code is None for one in copy.content.persons), "P4", "codes were told unasked.", "求めのないコードがあります。")


def only_the_two_towns_spoke(captures: Captures, copy: Copy) -> str:
    """Question and answer went straight from one to the other, nobody else can read them, no byte of them came to a hub; the route."""
    spoken = [one for one in captures.passed if one.type in (QUESTION, ANSWER)]
    route = [(one.sender, one.receiver, one.type) for one in spoken]
    expect(route == [(CHIYODA, AIRA, QUESTION), (AIRA, CHIYODA, ANSWER)], "P2", "another route.", "経路が違います。")
    heard = captures.bytes_of(AIRA) + captures.bytes_of(CHIYODA)
    readable = [one.name for one in copy.content.persons if one.name.encode() in heard]
    expect(not readable and copy.number not in heard, "P2", "the line shows it.", "回線上で読めます。")
    for one in spoken:
        enclosed = one.body[-64:]
        expect(enclosed in captures.bytes_of(one.receiver), "P2", "the search sees nothing.", "検査が働いていません。")
        for hub in HUBS:
            expect(enclosed not in captures.bytes_of(hub), "P2", "a hub received it.", "都県かセンターに届きました。")
    return " ".join(f"{one.sender}→{one.receiver} {one.type}" for one in spoken)


async def hubs_hold_nothing(stage: Stage, copy: Copy) -> None:
    """Neither previous addresses nor a name with its relationship are in a file or row of a hub; both towns have them."""
    persons = copy.content.persons
    canaries = {one.previous_address.encode() for one in persons if one.previous_address}
    canaries |= {encode(one.householder) + encode(one.relationship) for one in persons}
    canaries.add(copy.number)
    for town in (AIRA, CHIYODA):
        held = await stage.held(town)
        expect(all(canary in held for canary in canaries), "P2", "the search sees nothing.", "検査が働いていません。")
    for hub in HUBS:
        held = await stage.held(hub)
        expect(not any(canary in held for canary in canaries), "P2", "a hub holds it.", "都県かセンターに記録があります。")


async def code_is_found_by_birth_and_sex(stage: Stage) -> str:
    """He has forgotten his code: it is found on the way that the Act has for it, through Tokyo to the centre; returns that way."""
    office, taro = stage.office(CHIYODA), await stage.resident(TARO)
    stated = msgspec.structs.replace(
        application(stage, taro), checked_by=CheckedBy.PHOTO_AND_BIRTH, code="", birth=BIRTHS[TARO], sex=Sex.MALE, of=CopyOf.SELF, extras=()
    )
    with listening(stage.country.nodes.values()) as captures:
        copy = _told(await ask_copy(office, COUNTER, stated))
    expect([one.name for one in copy.content.persons] == [TARO], "N8", "not the requester.", "請求者と違います。")
    route = [(one.sender, one.receiver) for one in captures.passed if one.type == "ForwardedQuery"]
    expect(route[-2:] == [(CHIYODA, TOKYO), (TOKYO, CENTRE)], "N8", "the code came another way.", "コードの検索の経路が違います。")
    return f"{CHIYODA}→{TOKYO}→{CENTRE} ForwardedQuery"


async def same_request_does_nothing_twice(stage: Stage, wanted: CopyApplication, copy: Copy) -> None:
    """A second click, or a reply that was lost: the very same again, and once in Aira's log."""
    again = _told(await ask_copy(stage.office(CHIYODA), COUNTER, wanted))
    expect(again == copy, "N8", "another content.", "内容が変わりました。")
    sql = "SELECT count(*) FROM wide_area_told WHERE number = ?"
    count = await stage.look(AIRA, lambda transaction: transaction.value(sql, copy.number))
    expect(count == 1, "N8", "the log does not have it once.", "記録が一件ではありません。")


async def somebody_elses_code_gives_nothing(stage: Stage) -> None:
    """太郎 gives 美子's code by mistake: that it is another's is all that is said."""
    taro, yoshiko = await stage.resident(TARO), await stage.resident(YOSHIKO)
    mistaken = msgspec.structs.replace(application(stage, taro), code=yoshiko.code)
    outcome = await ask_copy(stage.office(CHIYODA), COUNTER, mistaken)
    told = isinstance(outcome, Copy) or outcome.why is not Why.NAME_DIFFERS or YOSHIKO in outcome.reason.ja + outcome.remedy.ja
    expect(not told, "N8", "somebody else's code gave something.", "他人のコードで答えがありました。")


async def hubs_cannot_ask(stage: Stage) -> None:
    """The question has no route from a prefecture or the centre: refused on the header, and nothing is logged as asked."""
    for hub, town in ((KAGOSHIMA, AIRA), (TOKYO, CHIYODA)):
        for question, reply in ((WideAreaCopyRequest(bytes(32), b""), WideAreaCopy), (RelayKeyRequest(), RelayKey)):
            error = await stage.refusal(_ask, stage, hub, town, question, reply)
            off = isinstance(error, Refused) and error.code is Reason.OFF_ROUTE
            expect(off, "P2", "a hub may ask a town.", "都県が要求できます。")


def _ask(stage: Stage, office: str, to: str, question: Message, reply: type[Message], then: Then) -> None:
    stage.office(office).ask(to, question, reply, then, ASK_DEADLINE_MS)
