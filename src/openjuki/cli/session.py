"""A command's session with a country: the one that runs, else one that it starts for itself and stops again (操作の受渡し)."""

from pathlib import Path
from typing import Any

from openjuki.cli.telling import Advance, Teller
from openjuki.keys.door import SEAL
from openjuki.keys.folder import key_file
from openjuki.nodes import control, process
from openjuki.register.errors import NotReady, Say
from openjuki.simulation import declaration
from openjuki.simulation.operations import operate
from openjuki.simulation.running import Calendar, run_country


def perform(teller: Teller, folder: Path, operation: str, arguments: dict[str, Any], label: Say | None = None) -> Any:
    """Have an operation done in the country of a folder; a small one is made, and said so, where there is none. Raises its error."""
    if key_file(folder, SEAL).exists() and not control.is_running(folder):
        stopped = Say("this office does not run.", "この機関は動いていません。")
        raise NotReady(str(folder), stopped, Say(f"Run `openjuki node run {folder}`.", f"openjuki node run {folder} で起動してください。"))
    if not (folder / "country.toml").exists() and not control.is_running(folder):
        teller.note(Say(f"There is no country in {folder}: making the small one.", f"{folder} に国がないので、小さな国を作ります。"))
    with teller.progress(label or Say("working", "処理中")) as advance:
        return process.run(_perform(folder, operation, arguments, advance))


async def _perform(folder: Path, operation: str, arguments: dict[str, Any], tell: Advance) -> Any:
    if control.is_running(folder):
        return await control.call(folder, operation, arguments, tell)
    async with run_country(folder, declaration.declare(), Calendar(), tell=tell) as country:
        return await operate(country, operation, arguments, tell)
