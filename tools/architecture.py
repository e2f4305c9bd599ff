"""Writes the parts of docs/architecture.md that follow from pyproject.toml and the code: rooms, rules of import, tables (構成の一覧).

python -m tools.architecture [--check]
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openjuki.nodes.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
PAGE, PACKAGE = ROOT / "docs/architecture.md", ROOT / "src/openjuki"
BEGIN, END = "<!-- {}: written by tools/architecture.py -->\n", "<!-- end of {} -->\n"
_SIDES = ("source_modules", "forbidden_modules")
_TABLE = re.compile(r"CREATE TABLE (\w+)")


def contracts() -> list[dict[str, Any]]:
    """The import rules of pyproject.toml."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return found


def layers() -> list[list[str]]:
    """The rooms from the top down; rooms beside one another stand in one list. In brackets: not built yet."""
    rules = [rule for rule in contracts() if rule["type"] == "layers"]
    return [[room.strip() for room in layer.split("|")] for layer in rules[0]["layers"]]


def purpose(room: str) -> str:
    """The one sentence of a room."""
    text = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8")))
    return (text or "").splitlines()[0]


def rooms() -> Iterator[str]:
    """The rooms as a table, the top of the import order first."""
    yield "| | room | what it holds |\n|---|---|---|\n"
    for number, layer in enumerate(layers(), 1):
        for room in layer:
            held = "not built yet" if room.startswith("(") and not (PACKAGE / room.strip("()")).is_dir() else purpose(room.strip("()"))
            yield f"| {number} | `{room.strip('()')}` | {held} |\n"


def rules() -> Iterator[str]:
    """The other contracts as a list."""
    for rule in contracts():
        if rule["type"] == "forbidden":
            source, forbidden = (_listed([name.removeprefix("openjuki.") for name in rule[key]]) for key in _SIDES)
            yield f"- {rule['name']}: {source} may not import {forbidden}\n"
        elif rule["type"] != "layers":
            yield f"- {rule['name']}: {_listed(rule['modules'])}\n"


def surface() -> Iterator[str]:
    """What each kind of office answers, takes as a notice, and keeps."""
    yield "| kind | questions it answers | notices it takes | tables |\n|---|---|---|---|\n"
    for kind, tables in TABLES.items():
        messages = [sorted(message.type_name() for message in each) for each in (tables.answers, tables.notices)]
        kept = [*dict.fromkeys(name for script in tables.scripts for name in _TABLE.findall(script))]  # one may be made anew
        yield f"| {kind.value} | {_listed(messages[0])} | {_listed(messages[1])} | {_listed(kept)} |\n"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


PARTS = {"rooms": rooms, "rules of import": rules, "what offices are asked, told and keep": surface}


def written(text: str) -> str:
    """The page with its made parts written anew."""
    for name, part in PARTS.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, rest = text.split(begin)
        text = before + begin + "".join(part()) + end + rest.split(end)[1]
    return text


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    held = PAGE.read_text("utf-8")
    if "--check" not in arguments:
        PAGE.write_text(written(held), "utf-8")
        return 0
    if written(held) == held:
        return 0
    print("docs/architecture.md is out of date: python -m tools.architecture", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
