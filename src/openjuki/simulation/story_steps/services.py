"""Step `services`: what each town offers, when and with what; 美智子 finds her code again (窓口案内・通知票の再交付; N13 N14)."""

import datetime

from openjuki.offices import services
from openjuki.offices.copy_requests import Evidence, Party
from openjuki.offices.services import Opening, Service, ServiceKind
from openjuki.offices.store import Transaction
from openjuki.procedures.code_reminder import SLIP, CodeReminder, CodeSlip, remind
from openjuki.register.errors import Say
from openjuki.simulation.story_people import MICHIKO
from openjuki.simulation.story_steps.stage import AIRA, CLERK, Stage, expect

PROMISES = ("N13", "N14")
CHIYODA = "131016"
TUESDAY, SUNDAY = datetime.datetime(2013, 12, 10, 18, 0), datetime.datetime(2013, 12, 15, 10, 0)


async def play(stage: Stage) -> Say:
    """All of the step."""
    count = await everybody_sees_what_is_offered(stage)
    slip = await michiko_finds_her_code_again(stage)
    return Say(
        f"Everybody sees {count} services of each town: in which form, since when, at what hours, what to bring. Chiyoda writes down that"
        f" it is open on Tuesdays until seven. 美智子 was asked for her code and had lost the notice: after an identity check it is on slip"
        f" {slip}, and on no screen and in no log.",
        f"各市区町村の{count}件の窓口サービスについて、形態、開始日、時間、持ち物を誰でも見られる。千代田区は火曜日の19時までの延長を載せた。"
        f"通知票をなくした美智子は、本人確認の後、通知票（{slip}号）で住民票コードを確かめた。画面にも記録にもコードは出ない。",
    )


async def everybody_sees_what_is_offered(stage: Stage) -> int:
    """Each municipality's page has every service of the day with all that somebody needs who wants to go there; returns how many."""
    pages = {code: await offered(stage, code) for code in (AIRA, CHIYODA)}
    for page in pages.values():
        texts = [words for service in page for text in (service.name, service.form, service.bring) for words in (text.en, text.ja)]
        expect(
            all(texts) and all(service.hours and service.since for service in page),
            "N14",
            "something is not said.",
            "案内に欠けがあります。",
        )
    await chiyoda_is_open_late_on_tuesdays(stage)
    return len(pages[AIRA])


async def offered(stage: Stage, code: str) -> list[Service]:
    """What an office's page shows today."""
    page: list[Service] = await stage.look(code, lambda transaction: services.offered(transaction, stage.country.today()))
    return page


async def chiyoda_is_open_late_on_tuesdays(stage: Stage) -> None:
    """A town writes down its own hours, and no other town's page changes."""
    usual = next(service for service in services.DEFAULTS if service.kind is ServiceKind.COPY)
    own = Service(
        usual.kind, usual.name, usual.form, usual.since, (*usual.hours, Opening((1,), "17:15", "19:00")), usual.bring, usual.fee_yen
    )  # fmt: skip
    await stage.look(CHIYODA, lambda transaction: services.write_down(transaction, stage.office(CHIYODA), CLERK, own))
    there, here = (await offered(stage, CHIYODA))[0], (await offered(stage, AIRA))[0]
    expect(services.is_open(there, TUESDAY) and not services.is_open(here, TUESDAY), "N14", "the hours are wrong.", "受付時間が違います。")
    expect(not services.is_open(there, SUNDAY), "N14", "open on a Sunday.", "日曜日に開いています。")


async def michiko_finds_her_code_again(stage: Stage) -> int:
    """She shows two papers; her notice is printed anew. Returns the slip's number."""
    record = await stage.resident(MICHIKO)
    who = Party(MICHIKO, record.address.text(), record.birth)
    today = stage.country.today().isoformat()
    nobody = await stage.refusal(remind, stage.office(AIRA), CLERK, CodeReminder(who, today, Evidence.NONE))
    expect(nobody is not None, "N13", "nobody was checked.", "本人確認がありません。")
    slip: CodeSlip = await stage.do(remind, stage.office(AIRA), CLERK, CodeReminder(who, today, Evidence.TWO_PAPERS))
    hers = await stage.look(AIRA, lambda transaction: transaction.one("SELECT person, kind FROM notice_slip WHERE id = ?", slip.number))
    expect(hers == (record.person, SLIP), "N13", "the slip is not hers.", "本人の通知票ではありません。")
    log = await stage.look(AIRA, _operations_log)
    expect(record.code not in log, "P4", "a log holds her code.", "操作記録に住民票コードがあります。")
    return slip.number


def _operations_log(transaction: Transaction) -> str:
    return str(transaction.all("SELECT * FROM audit"))
