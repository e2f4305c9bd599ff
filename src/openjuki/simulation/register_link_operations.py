"""What a link's process asks of a municipality's office, by name (既存住基システムとの連携の操作, standard 7.1.1.1)."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.control import Tell
from openjuki.nodes.entering import read_event
from openjuki.nodes.register_link import desk
from openjuki.nodes.register_link.checking import Check
from openjuki.nodes.register_link.comparing import CENTRE, PREFECTURE
from openjuki.nodes.register_link.desk import Desk
from openjuki.offices.office import Office
from openjuki.register.errors import InvalidInput, Say
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


async def _ask(operation: Callable[[Desk, Mapping[str, Any]], Awaitable[Any]], country: Country, arguments: Arguments, tell: Tell) -> Any:
    return await operation(Desk(town_of(country, arguments.get("office", "")), country.call, read_event), arguments)


async def check(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """Compare an extract, and the hubs, with the register; the centre where the prefecture's office runs here, since it alone may ask."""
    office = town_of(country, arguments.get("office", ""))
    hubs, prefecture = {PREFECTURE: office}, country.nodes.get(office.prefecture_office)
    if prefecture is not None:
        hubs[CENTRE] = prefecture.office
    found = await Check(office, country.call, hubs, tell).run(
        Path(arguments["against"]), arguments["encoding"], arguments["items"], Path(arguments["report"]), arguments["operator"]
    )
    return {"office": office.code, **found}


def town_of(country: Country, code: str) -> Office:
    """The municipality that runs here under a code, or the only one. InvalidInput otherwise."""
    towns = {node.place.code: node for node in country.of_kind(OfficeKind.MUNICIPALITY)}
    chosen = towns.get(code) if code else next(iter(towns.values())) if len(towns) == 1 else None
    if chosen is None:
        codes = ", ".join(sorted(towns))
        reason = Say("is no municipality that runs here.", "ここで動いている市区町村ではありません。")
        raise InvalidInput("office", reason, Say(f"Give one of {codes}.", f"{codes} のどれかを指定してください。"))
    return chosen.office


OPERATIONS: Mapping[str, Operation] = {name: partial(_ask, operation) for name, operation in desk.OPERATIONS.items()} | {
    "link-check": check
}
