"""`openjuki status`: every office, what it holds, what still waits (稼働状況)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.nodes import control
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki status --dir country --json")
@folder_option
@told
def status(teller: Teller, folder: Path) -> None:
    """Say what every office holds, what waits to be sent, and what an operator must look at. Ends with 1 if there is something."""
    running = control.is_running(folder)
    offices = perform(teller, folder, "status", {})["offices"]
    ok = not any(_troubled(office) for office in offices)
    for office in offices:
        teller.line(_line(teller, office))
    teller.line(teller.word(Say(f"{len(offices)} offices, {_state(running).en}", f"機関{len(offices)}、{_state(running).ja}")))
    teller.result({"ok": ok, "running": running, "offices": offices})
    click.get_current_context().exit(OK if ok else FAILED)


def _state(running: bool) -> Say:
    return Say("running", "稼働中") if running else Say("not running (started for this command)", "停止中（この操作のために起動）")


def _troubled(office: dict[str, Any]) -> bool:
    return any(office.get(key) for key in ("quarantined", "parked", "recovering"))


def _line(teller: Teller, office: dict[str, Any]) -> str:
    words = {
        "persons": Say("persons", "人"), "answers": Say("answers", "提供"), "waiting": Say("waiting", "未送達"),
        "recovering": Say("recovering, waits for", "復旧中・待ち先"),
        "quarantined": Say("set aside", "隔離"), "parked": Say("parked", "保留"), "work_items": Say("to look at", "要確認"),
    }  # fmt: skip
    counts = ", ".join(f"{teller.word(word)} {office[key]}" for key, word in words.items() if office.get(key))
    return f"{'!' if _troubled(office) else ' '} {office['code']:>16}  {office['name']}  {counts}"
