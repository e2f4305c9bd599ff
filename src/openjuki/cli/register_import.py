"""`openjuki register import`: an existing register comes in (住民データの移行, Act art. 5; docs/import.md)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import OK, PARTIAL, Teller
from openjuki.nodes.resident_files import ENCODINGS
from openjuki.register.errors import Say


@click.command("import", epilog="Example: openjuki register import --office 462250 residents.csv")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_option
@office_option
@operator_option
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="Where bad rows go; else NAME.rejects.csv beside FILE.",
)  # fmt: skip
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True, help="Encoding of a CSV file.")
@click.option("--resume", is_flag=True, help="Go on with an import that was broken off.")
@click.option("--again", is_flag=True, help="Enter a file once more that has been imported already.")
@told
def import_(
    teller: Teller, file: Path, folder: Path, office: str, operator: str, rejects: Path | None, encoding: str, resume: bool, again: bool
) -> None:
    """Enter the residents of a CSV or JSONL file; the items are those of docs/import.md. Rows with errors go to the reject file with
    all their errors, the others are entered. Ends with 3 if some rows were rejected."""
    rejects = rejects or file.with_name(f"{file.stem}.rejects{file.suffix}")
    arguments = {
        "office": office, "operator": operator, "file": str(file.resolve()), "rejects": str(rejects.resolve()), "encoding": encoding,
        "resume": resume, "again": again, "language": teller.language,
    }  # fmt: skip
    done = perform(teller, folder, "import", arguments, Say("residents come in", "住民の取込み"))
    entered, refused = done["entered"], done["refused"]
    if not entered + refused:
        teller.note(Say("The file has no row to enter.", "取り込む行がファイルにありません。"))
    teller.line(teller.word(Say(f"{entered} entered, {refused} rejected", f"取込み{entered}件、エラー{refused}件")))
    if refused:
        teller.note(
            Say(f"Correct the rows in {rejects} and import that file.", f"{rejects} の行を直して、そのファイルを取り込んでください。")
        )
    if drawn := done["characters"]:
        teller.note(Say(f"Characters that were refused are drawn in {drawn}.", f"記載できなかった文字の図形は {drawn} にあります。"))
    if listed := done["respellings"]:
        count = done["respelled"]
        other = f"{count} characters are stored in another spelling of the same glyph; each is listed in {listed}."
        teller.note(Say(other, f"{count}文字を同じ字形の別の表記で記載しました。一覧は {listed} です。"))
    teller.result({"ok": not refused, **done})
    click.get_current_context().exit(PARTIAL if refused else OK)
