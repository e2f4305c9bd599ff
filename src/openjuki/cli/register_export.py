"""`openjuki register export`: the residents of a municipality as a file (住民データの出力, Act art. 7; docs/import.md)."""

from pathlib import Path

import click

from openjuki.cli.options import asker_option, folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import OK, PARTIAL, Teller
from openjuki.nodes.exporting import ENCODINGS
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki register export --office 462250 residents.csv")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@folder_option
@office_option
@click.option("--encoding", type=click.Choice(list(ENCODINGS)), default="utf-8", show_default=True, help="Encoding of a CSV file.")
@asker_option
@told
def export(teller: Teller, file: Path, folder: Path, office: str, encoding: str, asker: str) -> None:
    """Write the residents with all their items as CSV (or JSONL, by the suffix .jsonl); an import of the file gives the same records.
    What cp932 cannot hold is replaced, said so in the column 縮退, and listed in FILE.replaced.csv; then the command ends with 3."""
    arguments = {"office": office, "file": str(file.resolve()), "encoding": encoding, "asker": asker}
    done = perform(teller, folder, "export", arguments, Say("residents go out", "住民の出力"))
    teller.line(teller.word(Say(f"{done['residents']} residents in {file}", f"{file} に{done['residents']}人")))
    if replaced := done["replaced"]:
        report = done["report"]
        teller.note(
            Say(
                f"{replaced} characters were replaced; each is listed in {report}.", f"{replaced}文字を縮退しました。一覧は {report} です。"
            )
        )
    teller.result({"ok": not replaced, **done})
    click.get_current_context().exit(PARTIAL if replaced else OK)
