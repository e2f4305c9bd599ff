"""What waits for somebody at the window: work lists, and how the offices it talks to are doing (要確認事項、回線の状態)."""

import datetime
from typing import NamedTuple

from starlette.responses import Response

from openjuki.counter.audit import Done
from openjuki.counter.language import mark
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.law.kinds import OfficeKind
from openjuki.offices import copy_requests, guidance, municipality_provisional, outbox, restraints, transfer_arrivals, transfers, work_list
from openjuki.offices.municipality_provisional import Provisional
from openjuki.offices.store import Transaction
from openjuki.offices.transfers import MoveState
from openjuki.offices.work_list import WorkItem
from openjuki.procedures import code_allotment
from openjuki.register.errors import OpenJukiError

CODES_LOW, CODES_WANTED, QUARANTINED_MAX = 100, 200, 200
"""Below so many free codes the stock is to be filled."""
KINDS = {
    "record-error": mark("記録の誤りの通報"),
    "restraint": mark("支援措置の期限"),
    "arrival-overdue": mark("転入予定の期限"),
    "arrival-expected": mark("転入予定"),
    "notice-missing": mark("通知の未着"),
}
"""Kinds of work items as a clerk calls them; others are shown by their own word."""


class Quarantined(NamedTuple):
    """One notice that was set aside: from whom, when (wall clock, ms), of what type, why."""

    sender: str
    received_ms: int
    type: str
    reason: str


class Waiting(NamedTuple):
    """All lists of one office at one moment."""

    items: list[WorkItem]
    provisional: list[Provisional]
    quarantined: list[Quarantined]
    codes: int
    slips: int
    arrivals: int
    leaving: int
    requests: int
    restraints: int
    unsent: int
    guidance: int
    """Letters of the prefecture that nobody has answered."""


class Partner(NamedTuple):
    """One office this one talks to: is there a line, and how many notices for it are not acknowledged yet."""

    code: str
    name: str
    kind: str
    up: bool
    unsent: int


async def work(visit: Visit) -> Response:
    """The lists; POST says that one item is done."""
    if visit.request.method == "POST":
        number, now_ms = visit.number("number"), visit.window.office.clock.wall_ms()
        await visit.write_once(f"work item {number}", lambda transaction: work_list.close(transaction, number, visit.operator, now_ms))
        return visit.go("/work")
    today = visit.window.office.today()
    waiting = await visit.read(Done.WORK_SHOWN, "", lambda transaction: _waiting(transaction, today))
    return visit.page("work.html", waiting=waiting, kinds=KINDS, low=waiting.codes < CODES_LOW, codes_low=CODES_LOW)


async def fetch_codes(visit: Visit) -> Response:
    """Have the centre fill the stock of codes."""
    await visit.window.call(code_allotment.request, visit.window.office, CODES_WANTED)
    await visit.note(Done.FORM_SENT, "codes")
    return visit.go("/work")


def _quarantined(transaction: Transaction) -> list[Quarantined]:
    sql = "SELECT sender, received_ms, type, reason FROM quarantine ORDER BY id DESC LIMIT ?"
    return [Quarantined(*row) for row in transaction.all(sql, QUARANTINED_MAX)]


def _waiting(transaction: Transaction, today: datetime.date) -> Waiting:
    return Waiting(
        work_list.items(transaction),
        municipality_provisional.waiting(transaction),
        _quarantined(transaction),
        int(transaction.value("SELECT count(*) FROM code_stock")),
        int(transaction.value("SELECT count(*) FROM notice_slip")),
        len(transfer_arrivals.expected(transaction)),
        len(transfers.listed(transaction, MoveState.WAITING)),
        len(copy_requests.undecided(transaction)),
        len(restraints.due(transaction, today)),
        sum(outbox.unacknowledged(transaction).values()),
        guidance.waiting(transaction),
    )


async def partners(visit: Visit) -> Response:
    """Each office that the window depends on, before the clerk promises anything."""
    unsent: dict[str, int] = await visit.window.write(outbox.unacknowledged)
    node, directory = visit.window.node, visit.window.office.directory
    hubs = [entry.code for entry in directory.entries.values() if entry.kind in (OfficeKind.CENTRE,)]
    own = [visit.window.office.prefecture_office, *hubs]
    codes = dict.fromkeys([*own, *sorted(node.links), *sorted(unsent)])
    entries = [directory.entries[code] for code in codes if code in directory.entries]
    listed = [Partner(one.code, one.name, one.kind.value, one.code in node.links, unsent.get(one.code, 0)) for one in entries]
    return visit.page("partners.html", partners=listed, own=own, usable=directory.usable(visit.window.office.clock.wall_ms()))


async def reach(visit: Visit) -> Response:
    """Try the line to one office now."""
    code = visit.item("office")
    try:
        await visit.window.call(visit.window.node.reach, code)
    except OpenJukiError as error:
        return visit.page("partner_down.html", 503, name=_name(visit, code), error=error)
    return visit.go("/partners")


def _name(visit: Visit, code: str) -> str:
    entry = visit.window.office.directory.entry(code)
    return entry.name if entry else code


PAGES = (
    Page("/work", work),
    Page("/codes", fetch_codes, CLERKS, ("POST",)),
    Page("/partners", partners, methods=("GET",)),
    Page("/partners/try", reach, CLERKS, ("POST",)),
)
