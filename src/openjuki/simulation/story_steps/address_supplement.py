"""Steps about notices between municipalities: a supplement at Aira, a life at Kirishima (附票記載事項通知・住民票記載事項通知; N10 P2)."""

from functools import partial

from openjuki.nodes.entering import read_undecided
from openjuki.offices import resident_record_notices, supplement
from openjuki.offices.municipality_households import Relation
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.move_in import Arrival, MoveInNotification, move_in
from openjuki.procedures.resident_record_notice import AcceptedFiling, NoticeEntered, enter, notify
from openjuki.procedures.supplement_entries import RegisteredPerson, SupplementMade, make
from openjuki.register.addresses import Address
from openjuki.register.identity import Sex, Status
from openjuki.register.record import ResidentRecord
from openjuki.register.record_notice import FamilyFiling, PersonMeant
from openjuki.register.supplement import AddressRow, Standing, Supplement
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage, expect

KIRISHIMA = "462187"
HAYATO, BIRTH = "国分　隼人", "1985-06-07"
DOMICILE, HEAD = "鹿児島県姶良市加治木町本町253番地", "国分　清子"
FIRST, SECOND = Address(KIRISHIMA, "国分中央", "3丁目45-1"), Address(KIRISHIMA, "隼人町内", "287番地")


async def supplement_is_made(stage: Stage) -> Supplement:
    """Aira makes the supplement of the family register in which 隼人 is."""
    made = SupplementMade(DOMICILE, HEAD, "1985-06-20", (RegisteredPerson(HAYATO, BIRTH),))
    kept: Supplement = await stage.do(make, stage.office(AIRA), CLERK, made)
    return kept


async def hayato_moves(stage: Stage) -> ResidentRecord:
    """He moves in at Kirishima, and on to another home there."""
    someone = Arrival(HAYATO, BIRTH, Sex.MALE, "世帯主", registered_domicile=DOMICILE, registered_domicile_head=HEAD)
    moving_in = MoveInNotification((someone,), FIRST, "2013-11-01", "2013-11-05", "福岡県福岡市博多区博多駅前四丁目8番")
    (record,) = await stage.do(move_in, stage.office(KIRISHIMA), CLERK, moving_in)
    moving = ChangeOfAddressNotification((Relation(record.code, "世帯主"),), SECOND, "2013-12-01", "2013-12-02")
    (moved,) = await stage.do(change_address, stage.office(KIRISHIMA), CLERK, moving)
    there: ResidentRecord = moved
    return there


async def hayato_lives(stage: Stage) -> ResidentRecord:
    """All of that, if nobody has done it before."""
    found = await stage.look(KIRISHIMA, lambda t: resident_record_notices.meant(t, PersonMeant(HAYATO, BIRTH, Sex.MALE)))
    if not found:
        await supplement_is_made(stage)
        return await hayato_moves(stage)
    record: ResidentRecord = found[0]
    return record


async def rows(stage: Stage) -> tuple[AddressRow, ...]:
    """What Aira's supplement says of him."""
    (kept,) = await stage.look(AIRA, lambda transaction: supplement.find(transaction, DOMICILE, HEAD))
    history: tuple[AddressRow, ...] = kept.members[0].history
    return history


async def supplement_shows_both(stage: Stage) -> None:
    """Both homes in their order, as told by Kirishima."""

    async def both() -> bool:
        return [row.address for row in await rows(stage)] == [FIRST, SECOND]

    await stage.until(both, "N10")
    told_by = {row.office for row in await rows(stage)}
    expect(told_by == {KIRISHIMA}, "N10", "another office told it.", "他の市区町村からの通知です。")


async def hubs_hold_nothing(stage: Stage) -> None:
    """Neither domicile nor head is in any row or file of prefecture and centre; Aira's own show that the search sees them."""
    canaries = [text.encode() for text in (DOMICILE, HEAD)]
    here = await stage.held(AIRA)
    expect(all(canary in here for canary in canaries), "P2", "the search sees nothing.", "検査が働いていません。")
    for hub in stage.hubs:
        held = await stage.held(hub)
        expect(not any(canary in held for canary in canaries), "P2", "a hub holds a family register's words.", "戸籍の表示があります。")


async def death_is_filed(stage: Stage) -> None:
    """Aira accepts the filing of his death, and tells Kirishima."""
    person = PersonMeant(HAYATO, BIRTH, Sex.MALE, SECOND, DOMICILE, HEAD)
    filing = AcceptedFiling(KIRISHIMA, FamilyFiling.DEATH, "2013-12-02", "2013-12-01", person)
    told = await stage.do(notify, stage.office(AIRA), CLERK, filing)
    expect(not told.on_paper, "N10", "it went on paper.", "紙で通知されました。")


async def notice_waits(stage: Stage) -> int:
    """The notice is on Kirishima's list, and his record is as it was; returns its number."""

    async def listed() -> bool:
        return bool(await stage.look(KIRISHIMA, resident_record_notices.waiting))

    await stage.until(listed, "N10")
    (received,) = await stage.look(KIRISHIMA, resident_record_notices.waiting)
    record = await hayato_lives(stage)
    expect(record.status is Status.RESIDENT, "N10", "a record was ended by machine.", "自動的に消除されました。")
    return int(received.number)


async def clerk_enters(stage: Stage, number: int) -> ResidentRecord:
    """The clerk enters what the notice says."""
    entered: ResidentRecord = await stage.do(partial(enter, read_undecided), stage.office(KIRISHIMA), CLERK, NoticeEntered(number))
    return entered


async def death_is_shown(stage: Stage, record: ResidentRecord) -> None:
    """The record is ended, and the supplement says since when."""
    expect(record.status is Status.DEAD, "N10", "the record goes on.", "消除されていません。")

    async def told() -> bool:
        last = (await rows(stage))[-1]
        return (last.standing, last.since) == (Standing.DEAD, "2013-12-01")

    await stage.until(told, "N10")
