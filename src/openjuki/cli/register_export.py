"""`openjuki register export`: the residents of a municipality as a file (住民データの出力, Act art. 7; docs/import.md)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki register export --office 462250 residents.csv")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@folder_option
@office_option
@told
def export(teller: Teller, file: Path, folder: Path, office: str) -> None:
    """Write the residents with all their items as CSV (or JSONL, by the suffix .jsonl); an import of the file gives the same records."""
    done = perform(teller, folder, "export", {"office": office, "file": str(file.resolve())}, Say("residents go out", "住民の出力"))
    teller.line(teller.word(Say(f"{done['residents']} residents in {file}", f"{file} に{done['residents']}人")))
    teller.result({"ok": True, **done})
