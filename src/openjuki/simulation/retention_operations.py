"""What an operator of the sweeping role has done: a sweep of one hub, or the trace of all sweeps (保存期間経過後の消去の操作; Rules 28)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from openjuki.nodes.control import Tell
from openjuki.nodes.node import Node
from openjuki.offices import retention_trace
from openjuki.procedures import retention
from openjuki.procedures.retention import HUBS, SweepCount, SweepOrder
from openjuki.register.errors import InvalidInput, Say
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


async def sweep(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """A sweep by the rule of the day `on` ("" for today), or with `really` false the count of what it would take away."""
    office = hub(country, arguments["office"]).office
    on = date.fromisoformat(arguments["on"]) if arguments["on"] else office.today()
    order = SweepOrder(on, arguments["operator"], arguments["really"])
    counts: list[SweepCount] = await country.call(retention.sweep, office, order, tell)
    return {"office": office.code, "on": str(on), "really": order.really, "swept": [count._asdict() for count in counts]}


async def trace(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Every removal that a hub ever made, as far as the trace holds; Broken if it was tampered with."""
    node = hub(country, arguments["office"])
    entry = country.directory.entries[node.place.code]

    def key_of(key_id: str) -> bytes | None:
        key = entry.seal_key(key_id)
        return key.public if key else None

    entries = await country.call(node.office.write, lambda transaction: retention_trace.verified(transaction, key_of))
    return {"office": node.place.code, "entries": [_shown(one) for one in entries]}


def _shown(entry: retention_trace.SweepEntry) -> Arguments:
    shown: Arguments = msgspec.structs.asdict(entry)
    return {name: value for name, value in shown.items() if name not in ("previous", "realm", "office")}


def hub(country: Country, code: str) -> Node:
    """The prefecture or centre of that code, or the only one here. Raises InvalidInput otherwise."""
    fitting = [node for node in country.nodes.values() if node.place.kind in HUBS and code in ("", node.place.code)]
    if len(fitting) != 1:
        codes = ", ".join(sorted(node.place.code for node in country.nodes.values() if node.place.kind in HUBS))
        reason = Say("is not one prefecture or the centre.", "都道府県か全国センターを一つ指定する必要があります。")
        raise InvalidInput(
            "office", reason, Say(f"Give --office with one of {codes}.", f"--office に {codes} のどれかを指定してください。")
        )
    return fitting[0]


OPERATIONS: Mapping[str, Operation] = {"sweep": sweep, "sweep-trace": trace}
