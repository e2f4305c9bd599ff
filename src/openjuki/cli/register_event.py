"""`openjuki register event`: one event of one resident, from JSON (異動の入力, Act art. 8)."""

import json
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.nodes.entering import KINDS, TO_BE_DECIDED
from openjuki.register.errors import InvalidInput, Say


def _forms() -> str:
    """Every kind of event with its items, those that may be left out in brackets."""
    lines = []
    for kind, (form, _) in {**KINDS, **TO_BE_DECIDED}.items():
        named = [field.name if field.required else f"[{field.name}]" for field in msgspec.structs.fields(form)]
        lines.append(f"  {kind}: {' '.join(named)}")
    return "\n".join(lines)


EPILOG = f"""Example: openjuki register event --office 462250 birth.json

\b
birth.json: {{"kind": "birth", "mother_code": "...", "name": "住基　光", "kana": "ジュウキ　ヒカリ",
             "birth": "2013-12-01", "sex": 2, "relationship": "子", "notified_on": "2013-12-02"}}

\b
Kinds and their items (those in brackets may be left out; dates as YYYY-MM-DD, an address as [municipality, town, block, building]):
{_forms()}"""


@click.command(epilog=EPILOG)
@click.argument("file", type=click.File("r", encoding="utf-8"))
@folder_option
@office_option
@operator_option
@told
def event(teller: Teller, file: IO[str], folder: Path, office: str, operator: str) -> None:
    """Enter one event of any of the standard's reasons (異動事由); `-` reads standard input."""
    entered = perform(teller, folder, "enter", {"office": office, "operator": operator, "event": _read(file)})
    if "waits" in entered:
        number = entered["waits"]
        teller.line(teller.word(Say(f"Kept under number {number} until it is decided.", f"番号{number}で仮登録しました。")))
    else:
        teller.line(teller.word(Say(f"Entered at {entered['office']}.", f"{entered['office']} に記載しました。")))
    teller.result({"ok": True, **entered})


def _read(file: IO[str]) -> dict[str, Any]:
    try:
        held = json.load(file)
    except ValueError as error:
        raise _no_event() from error
    if not isinstance(held, dict):
        raise _no_event()
    return held


def _no_event() -> InvalidInput:
    reason = Say("is not one JSON object.", "JSONのオブジェクトではありません。")
    return InvalidInput("file", reason, Say("See --help for an example.", "--help の例を見てください。"))
