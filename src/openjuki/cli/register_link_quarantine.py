"""`openjuki register link quarantine`: events of an existing system that were set aside (隔離された異動電文の処理, standard 7.1.1.1)."""

import json
from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say


@click.group()
def quarantine() -> None:
    """Events that could not be entered: look at them, try them again, or drop them. Each step is logged."""


@click.command("list", epilog="Example: openjuki register link quarantine list --office 462250")
@folder_option
@office_option
@told
def list_(teller: Teller, folder: Path, office: str) -> None:
    """List them with their reasons, without their content."""
    done = perform(teller, folder, "link-quarantine-list", {"office": office})
    for held in done["waiting"]:
        teller.line(f"{held['number']:>6}  {held['source']} {held['sequence']}  {held['kind']}  {_error(teller, held)}")
    count = len(done["waiting"])
    teller.line(teller.word(Say(f"{count} set aside", f"隔離{count}件")))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki register link quarantine show 3 --office 462250 --operator chief")
@click.argument("number", type=click.IntRange(1))
@folder_option
@office_option
@operator_option
@told
def show(teller: Teller, number: int, folder: Path, office: str, operator: str) -> None:
    """Show one with its content; that it was looked at is logged."""
    done = perform(teller, folder, "link-quarantine-show", {"office": office, "operator": operator, "number": number})
    teller.line(f"{done['source']} {done['sequence']}  {_error(teller, done)}")
    teller.line(json.dumps(done["event"], ensure_ascii=False, indent=2))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki register link quarantine redo 3 --office 462250 --operator chief")
@click.argument("number", type=click.IntRange(1))
@folder_option
@office_option
@operator_option
@told
def redo(teller: Teller, number: int, folder: Path, office: str, operator: str) -> None:
    """Release one: try it again as it came, after its reason was mended here. It waits on if it still cannot be entered."""
    done = perform(teller, folder, "link-quarantine-redo", {"office": office, "operator": operator, "number": number})
    teller.line(teller.word(Say("Entered.", "記載しました。")))
    teller.result({"ok": True, **done})


@click.command(epilog='Example: openjuki register link quarantine drop 3 --office 462250 --operator chief --reason "sent again as 18"')
@click.argument("number", type=click.IntRange(1))
@folder_option
@office_option
@operator_option
@click.option("--reason", required=True, help="Why it is not to be entered; kept, so no names and numbers of persons.")
@told
def drop(teller: Teller, number: int, folder: Path, office: str, operator: str, reason: str) -> None:
    """Drop one: it will not be entered. The existing system is told."""
    asked = {"office": office, "operator": operator, "number": number, "reason": reason}
    done = perform(teller, folder, "link-quarantine-drop", asked)
    teller.line(teller.word(Say("Dropped.", "取り下げました。")))
    teller.result({"ok": True, **done})


def _error(teller: Teller, held: dict[str, Any]) -> str:
    error = held["error"]
    return f"{error['item']}: {teller.word(Say(*error['reason']))} {teller.word(Say(*error['remedy']))}"


for command in (list_, show, redo, drop):
    quarantine.add_command(command)
