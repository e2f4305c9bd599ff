"""`openjuki document notices`: the code notices on the print list, one file for each person (通知票の一括作成; standard 4.3.3)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki document notices --office 462250 notices")
@click.argument("into", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@folder_option
@office_option
@operator_option
@click.option("--most", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="At most so many of them.")
@told
def notices(teller: Teller, into: Path, folder: Path, office: str, operator: str, most: int) -> None:
    """Make the notices that wait (new, changed and corrected codes), oldest first, into FOLDER. What was made once is not made again."""
    asked = {"office": office, "operator": operator, "folder": str(into.resolve()), "count_max": most}
    done = perform(teller, folder, "document-slips", asked, Say("notices", "通知票の作成"))
    teller.line(teller.word(Say(f"{done['made']} notices in {into}", f"{into} に{done['made']}件")))
    if kept := done["kept_back"]:
        teller.line(teller.word(Say(f"{kept} wait for a release, on the page of notices", f"一時解除を待つもの {kept}件（通知票の画面）")))
    teller.result({"ok": True, **done})
