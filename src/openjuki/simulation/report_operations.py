"""Reports from the logs: yearly report, ledger with fees, work list, errors told (報告書・帳簿・要確認事項の操作; Rules 21, 27, 31)."""

import datetime
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.control import Tell
from openjuki.nodes.node import Node
from openjuki.offices import ledger, savings, work_list, yearly_report
from openjuki.offices.ledger import LedgerEntry
from openjuki.offices.savings import Happened
from openjuki.procedures import change_notice
from openjuki.register.errors import InvalidInput, Say
from openjuki.simulation.country import Country
from openjuki.simulation.retention_operations import hub

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]
PROVIDERS = frozenset({OfficeKind.CENTRE, OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY})


async def yearly(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The yearly report of one office; `year` is a fiscal year, or with `calendar` one of the calendar."""
    node = one_of(country, arguments["office"], PROVIDERS)
    first, last = yearly_report.period(arguments["year"], calendar=arguments["calendar"])
    found = await _entries(country, node, first, last)
    lines = yearly_report.lines(found, lambda code: name_of(country, code), tuple(node.office.ordinances))
    shown = {"office": node.place.code, "name": name_of(country, node.place.code), "from": str(first), "until": str(last)}
    shown["article"] = yearly_report.ARTICLES.get(node.place.kind, "")
    return {**shown, "over": last < node.office.today(), "lines": [line._asdict() for line in lines]}


async def book(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The ledger of one office from day to day, and its sums by asker and affair, with a fee if `yen_per_item` is given."""
    node = one_of(country, arguments["office"], PROVIDERS)
    first, last = (datetime.date.fromisoformat(arguments[end]) for end in ("since", "until"))
    found = await _entries(country, node, first, last)
    yen = Decimal(arguments["yen_per_item"]) if arguments["yen_per_item"] else None
    total = ledger.sums(found, tuple(node.office.ordinances), yen)
    rows = [{**entry._asdict(), "day": str(entry.day), "name": name_of(country, entry.asker), "way": ledger.WAY} for entry in found]
    told = [{**one._asdict(), "name": name_of(country, one.asker)} for one in total]
    return {"office": node.place.code, "from": str(first), "until": str(last), "entries": rows, "sums": told}


async def _entries(country: Country, node: Node, first: datetime.date, last: datetime.date) -> list[LedgerEntry]:
    found: list[LedgerEntry] = await country.call(node.office.write, lambda transaction: ledger.entries(transaction, first, last))
    return found


async def saved(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """What offices have counted from day to day, and what it saved: of one office, or of all here but the hubs."""
    kinds = frozenset(OfficeKind) - {OfficeKind.CENTRE, OfficeKind.PREFECTURE}
    nodes = [one_of(country, arguments["office"], kinds)] if arguments["office"] else list(country.nodes.values())
    since, until = arguments["since"], arguments["until"] or "9999-12-31"
    found, total = [], Counter[Happened]()
    for node in nodes:
        if node.place.kind in kinds:
            counts = await country.call(node.office.write, lambda transaction: savings.counted(transaction, since, until))
            total.update(counts)
            who = {"office": node.place.code, "name": name_of(country, node.place.code)}
            found += [{**who, "happened": happened.value, "times": times} for happened, times in sorted(counts.items())]
    return {"counts": found, "saved": savings.saved(total)._asdict()}


async def work(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The work list of a municipality: open items, of one `kind` if given; all if `all`."""
    node = one_of(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    kind, done_too = arguments["kind"], arguments["all"]
    listed = await country.call(node.office.write, lambda transaction: work_list.items(transaction, kind, done_too=done_too))
    return {"office": node.place.code, "items": [item._asdict() for item in listed]}


async def close(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A clerk says that an item of the work list is done."""
    node = one_of(country, arguments["office"], {OfficeKind.MUNICIPALITY})
    number, operator, now_ms = arguments["number"], arguments["operator"], node.office.clock.wall_ms()
    closed = await country.call(node.office.write, lambda transaction: work_list.close(transaction, number, operator, now_ms))
    return {"office": node.place.code, "items": [closed._asdict()]}


async def tell_error(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """An officer of a hub tells the municipality that a record looks wrong."""
    node = hub(country, arguments["office"])
    asked = [arguments[name] for name in ("operator", "code", "item", "why")]
    told = await country.call(change_notice.report_error, node.office, *asked)
    return {"office": node.place.code, "told": told}


def one_of(country: Country, code: str, kinds: frozenset[OfficeKind] | set[OfficeKind]) -> Node:
    """The office of that code, or the only one of these kinds here. Raises InvalidInput otherwise."""
    fitting = [node for node in country.nodes.values() if node.place.kind in kinds]
    chosen = [node for node in fitting if code in ("", node.place.code)]
    if len(chosen) != 1:
        codes = ", ".join(node.place.code for node in fitting[:20])
        reason = Say("is not one of the offices for this.", "この操作の対象になる機関ではありません。")
        raise InvalidInput("office", reason, Say(f"Give --office with one of {codes}.", f"--office に {codes} などを指定してください。"))
    return chosen[0]


def name_of(country: Country, code: str) -> str:
    """An office's name in the directory; "" for one that is not in it any more."""
    entry = country.directory.entries.get(code)
    return entry.name if entry else ""


OPERATIONS: Mapping[str, Operation] = {
    "report-yearly": yearly, "report-ledger": book, "report-savings": saved, "work": work, "work-done": close, "tell-error": tell_error,
}  # fmt: skip
