"""Writes docs/commands.md from the commands' own help, and the item list of docs/import.md from the register (コマンドと項目の一覧).

python -m tools.commands [--check]
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from openjuki.cli.main import main as openjuki
from openjuki.register.items import ITEMS

ROOT = Path(__file__).resolve().parent.parent
COMMANDS, IMPORT = ROOT / "docs/commands.md", ROOT / "docs/import.md"
BEGIN, END = "<!-- items: written by tools/commands.py -->\n", "<!-- end of items -->\n"
HEAD = """# Commands

Written by `python -m tools.commands` from the commands' own help.

Every command ends with 0 (ok), 1 (failed), 2 (usage), 3 (partly done), 4 (not permitted) or 75 (try later).
"""


def leaves(group: click.Command, path: str = "openjuki") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if not isinstance(group, click.Group):
        yield path, group
        return
    for name in group.list_commands(click.Context(group)):
        yield from leaves(group.commands[name], f"{path} {name}")


def commands_page() -> str:
    """All helps, one section each."""
    parts = [HEAD]
    for path, command in leaves(openjuki):
        text = command.get_help(click.Context(command, info_name=path, max_content_width=100, terminal_width=100))
        parts.append(f"\n## {path}\n\n```\n{text}\n```\n")
    return "".join(parts)


COLUMNS = ("no.", "column (日本語)", "column (key)", "form", "longest", "must be there", "basis", "goes to")


def item_rows() -> str:
    """The item list as a table."""
    rows = [COLUMNS, ("---",) * len(COLUMNS)]
    for item in ITEMS:
        must = "yes" if item.required else ""
        cells = (item.number, item.japanese, f"`{item.key}`", item.kind.value, item.length_max, must, item.basis, item.secrecy.value)
        rows.append(tuple(map(str, cells)))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def import_page(text: str) -> str:
    """The page with its item list written anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + item_rows() + END + rest.split(END)[1]


def main(arguments: list[str]) -> int:
    """Write both pages, or say which is out of date."""
    pages = {COMMANDS: commands_page(), IMPORT: import_page(IMPORT.read_text("utf-8"))}
    if "--check" in arguments:
        old = [path for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
        for path in old:
            print(f"{path.relative_to(ROOT)} is out of date: make docs")
        return 1 if old else 0
    for path, text in pages.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
