"""The prefecture's desk: what it holds, own use, record errors, the yearly report (都道府県の画面; Act art. 30-7(8), 30-8, 30-11, 31).

A prefecture's screens show counts, offices and affairs. No screen of it shows a resident: it holds identity for the offices that ask.
"""

from typing import NamedTuple

from starlette.responses import Response

from openjuki.counter import guidance
from openjuki.counter.audit import Done
from openjuki.counter.item_words import ITEMS
from openjuki.counter.language import mark
from openjuki.counter.shell import CLERKS, Entry, Page, Visit
from openjuki.law.kinds import OfficeKind
from openjuki.offices import guidance as letters
from openjuki.offices import ledger, outbox, savings, yearly_report
from openjuki.offices.operators import Role
from openjuki.offices.store import Transaction
from openjuki.procedures import change_notice
from openjuki.register.codes import digits_of
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.wire.directory import Directory
from openjuki.wire.directory import Entry as DirectoryEntry

OFFICERS = frozenset({Role.PREFECTURE})

FIRST_YEAR = 2002
HAPPENED = {
    savings.Happened.IDENTITY_CONFIRMED: Say("applicants confirmed online", "申請者の本人確認（写しの添付不要）"),
    savings.Happened.CLIENT_CONFIRMED: Say("pensioners confirmed", "年金受給者の確認（現況届不要）"),
    savings.Happened.NOTICE_ONLINE: Say("notices between municipalities", "市区町村間の通知（郵送不要）"),
    savings.Happened.WIDE_AREA_COPY: Say("wide-area copies", "広域交付"),
    savings.Happened.ONE_VISIT_MOVE: Say("moves with one visit", "付記転出届による転入"),
}
SAVED = {
    "copies_not_attached": Say("copies not attached", "添付しなくてよくなった写し"),
    "reports_not_filed": Say("reports not filed", "出さなくてよくなった届"),
    "letters_not_posted": Say("letters not posted", "送らなくてよくなった郵便"),
    "visits": Say("visits", "来庁"),
    "fees_yen": Say("fees, yen", "手数料（円）"),
    "staff_minutes": Say("staff minutes", "職員の作業（分）"),
}


class Held(NamedTuple):
    """What the office has in hand, in numbers."""

    persons: int
    parked: int
    quarantined: int
    answered: int
    """Letters of guidance whose answer nobody has looked at."""
    unsent: dict[str, int]


async def desk(visit: Visit) -> Response:
    """State of the office and of its municipalities."""
    held: Held = await visit.read(Done.WORK_SHOWN, "prefecture", _held)
    node, directory = visit.window.node, visit.window.office.directory
    mine = [
        entry for entry in directory.entries.values() if entry.kind is OfficeKind.MUNICIPALITY and entry.prefecture == node.place.prefecture
    ]
    up = set(node.links)
    return visit.page("prefecture.html", held=held, towns=mine, up=up, usable=directory.usable(visit.window.office.clock.wall_ms()))


def _held(transaction: Transaction) -> Held:
    persons, parked, quarantined = (transaction.value(f"SELECT count(*) FROM {name}") for name in ("person", "parked", "quarantine"))  # noqa: S608
    return Held(int(persons), int(parked), int(quarantined), letters.waiting(transaction), outbox.unacknowledged(transaction))


async def report(visit: Visit) -> Response:
    """The yearly report on provision, with own use (Act art. 30-8) in a part of its own."""
    today = visit.window.office.today()
    this = today.year if today.month >= yearly_report.APRIL else today.year - 1
    text = visit.item("year") or str(this)
    fault: OpenJukiError | None = None
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= this):
        reason = Say("is no year of the network until now.", "報告できる年度ではありません。")
        remedy = Say(f"Give {FIRST_YEAR} to {this}.", f"{FIRST_YEAR}から{this}までで指定してください。")
        fault, text = InvalidInput("year", reason, remedy), str(this)
    first, last = yearly_report.period(int(text))
    directory, ordinances = visit.window.office.directory, tuple(visit.window.office.ordinances)

    def look(transaction: Transaction) -> list[yearly_report.ReportLine]:
        return yearly_report.lines(ledger.entries(transaction, first, last), lambda code: _name(directory, code), ordinances)

    lines = await visit.read(Done.WORK_SHOWN, f"yearly report {text}", look)
    own = {code for code, entry in directory.entries.items() if _is_own(entry, visit.window.node.place.prefecture)}
    context = {"year": text, "first": first, "last": last, "over": last < today, "fault": fault}
    return visit.page("yearly_report.html", 422 if fault else 200, lines=lines, own=own, **context)


def _name(directory: Directory, code: str) -> str:
    entry = directory.entry(code)
    return entry.name if entry else code


def _is_own(entry: DirectoryEntry, prefecture: str) -> bool:
    return entry.kind is OfficeKind.PREFECTURE_ORGAN and entry.prefecture == prefecture


async def errors(visit: Visit) -> Response:
    """Tell a municipality that a record looks wrong (Act art. 12-5, 30-11(5))."""
    fault: OpenJukiError | None = None
    told = ""
    if visit.request.method == "POST":
        try:
            told = await _told(visit)
        except OpenJukiError as error:
            fault = error
    return visit.page("record_error.html", 422 if fault else 200, fault=fault, told=told, items=change_notice.REPORTED, names=ITEMS)


async def _told(visit: Visit) -> str:
    """The office that was told; the same form sent twice tells once."""
    name = f"told {visit.key}"
    if name not in visit.here.memory:
        asked = (visit.operator, digits_of(visit.item("code")), visit.item("item"), visit.item("why"))
        visit.here.memory[name] = await visit.window.call(change_notice.report_error, visit.window.office, *asked)
    return str(visit.here.memory[name])


async def saved(visit: Visit) -> Response:
    """What was saved since the beginning (N12)."""
    counts = await visit.read(Done.WORK_SHOWN, "savings", savings.counted)
    sums = savings.saved(counts)._asdict()
    return visit.page("savings.html", counts=counts, happened=HAPPENED, sums=sums, words=SAVED)


PAGES = (
    Page("/prefecture", desk, OFFICERS, ("GET",)),
    Page("/prefecture/report", report, OFFICERS),
    Page("/prefecture/errors", errors, OFFICERS),
    Page("/savings", saved, CLERKS, ("GET",)),
    *guidance.PAGES,
)
MENU = (
    Entry("/prefecture", mark("都道府県の業務"), OFFICERS),
    Entry("/prefecture/report", mark("提供状況の報告書"), OFFICERS),
    Entry("/prefecture/errors", mark("記録の誤りの通報"), OFFICERS),
    *guidance.MENU,
)
