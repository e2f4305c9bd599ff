"""What an operator says of a restored office: that it is one, and whom it need not wait for (復旧の操作; architecture section 4)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from openjuki.nodes.control import Tell
from openjuki.nodes.recovering import shown
from openjuki.register.errors import NotReady, Say
from openjuki.simulation.country import Country

Arguments = dict[str, Any]
Operation = Callable[[Country, Arguments, Tell], Awaitable[Any]]


async def restored(country: Country, arguments: Arguments, tell: Tell) -> Any:
    """The office begins a recovery, unless it is in one; it does not wait for the offices named in `without`."""
    code, without = arguments["office"], list(arguments["without"])
    node = country.nodes.get(code)
    if node is None:
        elsewhere = Say("it does not run here.", "ここでは動いていません。")
        raise NotReady(code, elsewhere, Say("Give the folder of the office.", "その機関のフォルダを指定してください。"))
    node.recovery.check_reporters(without)
    if not node.office.recovering:
        node.recovery.begin()
    if without:
        await country.call(node.recovery.without, arguments["operator"], without)
    return {"office": code, "waits_for": shown(node.recovery.awaited)}


OPERATIONS: Mapping[str, Operation] = {"restored": restored}
