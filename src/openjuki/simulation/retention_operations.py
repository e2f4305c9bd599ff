"""What an operator of the sweeping role has done: a sweep of one office, or its trace (保存期間経過後の消去の操作; Rules 28)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from openjuki.law.retention_terms import TERMS, SweepRule
from openjuki.nodes.control import Tell
from openjuki.nodes.node import Node
from openjuki.nodes.register_place import HUBS
from openjuki.offices import retention_trace
from openjuki.offices.retention_years import YearsSet
from openjuki.procedures import retention
from openjuki.procedures.retention import SweepCount, SweepOrder
from openjuki.register.errors import InvalidInput, Say
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


async def sweep(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A sweep by the rule of the day `on` ("" for today), or with `really` false the count of what it would take away."""
    node = sweeping_office(country, arguments["office"])
    office = node.office
    on = date.fromisoformat(arguments["on"]) if arguments["on"] else office.today()
    order = SweepOrder(on, arguments["operator"], arguments["really"])
    counts: list[SweepCount] = await country.call(retention.sweep, office, order, node.tables.sweeps, tell)
    return {"office": office.code, "on": str(on), "really": order.really, "swept": [count._asdict() for count in counts]}


async def set_years(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A municipality's ordinance says how many years something is kept; `rule` as in docs/retention.md."""
    node = sweeping_office(country, arguments["office"])
    what = YearsSet(_rule(arguments["rule"]), int(arguments["years"]), arguments["why"])
    await country.call(retention.set_years, node.office, arguments["operator"], what)
    return {"office": node.place.code, "rule": what.rule.value, "years": what.years}


def _rule(word: str) -> SweepRule:
    """The rule of that word that an ordinance may set. Raises InvalidInput."""
    may = {rule.value: rule for rule, term in TERMS.items() if term.by_ordinance}
    if word not in may:
        words = ", ".join(sorted(may))
        reason = Say("is set by no ordinance of a municipality.", "条例で定める保存年限ではありません。")
        raise InvalidInput("rule", reason, Say(f"Give one of {words}.", f"{words} のいずれかを指定してください。"))
    return may[word]


async def trace(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Every removal that an office ever made, as far as the trace holds; Broken if it was tampered with."""
    node = sweeping_office(country, arguments["office"])
    entry = country.directory.entries[node.place.code]

    def key_of(key_id: str) -> bytes | None:
        key = entry.seal_key(key_id)
        return key.public if key else None

    entries = await country.call(node.office.write, lambda transaction: retention_trace.verified(transaction, key_of))
    return {"office": node.place.code, "entries": [_shown(one) for one in entries]}


def _shown(entry: retention_trace.SweepEntry) -> Arguments:
    shown: Arguments = msgspec.structs.asdict(entry)
    return {name: value for name, value in shown.items() if name not in ("previous", "realm", "office")}


def sweeping_office(country: Country, code: str) -> Node:
    """The municipality, prefecture or centre of that code, or the only one here. Raises InvalidInput otherwise."""
    reason = Say("is not one office that keeps anything.", "保存期間のある機関を一つ指定する必要があります。")
    return _one(country, code, lambda node: bool(node.tables.sweeps), reason)


def hub(country: Country, code: str) -> Node:
    """The prefecture or centre of that code, or the only one here. Raises InvalidInput otherwise."""
    reason = Say("is not one prefecture or the centre.", "都道府県か全国センターを一つ指定する必要があります。")
    return _one(country, code, lambda node: node.place.kind in HUBS, reason)


def _one(country: Country, code: str, fits: Callable[[Node], bool], reason: Say) -> Node:
    fitting = [node for node in country.nodes.values() if fits(node)]
    chosen = [node for node in fitting if code in ("", node.place.code)]
    if len(chosen) != 1:
        codes = ", ".join(sorted(node.place.code for node in fitting))
        raise InvalidInput(
            "office", reason, Say(f"Give --office with one of {codes}.", f"--office に {codes} のどれかを指定してください。")
        )
    return chosen[0]


OPERATIONS: Mapping[str, Operation] = {"sweep": sweep, "sweep-years": set_years, "sweep-trace": trace}
