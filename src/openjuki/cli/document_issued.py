"""`openjuki document issued|spoiled`: the history of issues, and prints that were thrown away (交付履歴・処分情報; standard 1.3.8)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki document issued --office 462250 --resident 24727059608")
@folder_option
@office_option
@click.option("--resident", metavar="CODE", default="", help="Only documents about this resident.")
@click.option("--day", metavar="DATE", default="", help="Only of this day, as 2013-12-02.")
@told
def issued(teller: Teller, folder: Path, office: str, resident: str, day: str) -> None:
    """Who had which document about whom issued, newest first; with prints that were spoiled."""
    done = perform(teller, folder, "document-history", {"office": office, "resident": resident, "day": day})
    for row in done["documents"]:
        marks = "".join(f"  {teller.word(Say('spoiled', '廃棄'))}: {why}" for why in row["spoiled"])
        line = f"{row['day']} {row['number']:03d}  {row['document']}  {row['kind']}  {row['request']}  {row['operator']}"
        teller.line(f"{line}  {' '.join(row['codes'])}{marks}")
    teller.line(teller.word(Say(f"{len(done['documents'])} documents", f"{len(done['documents'])}件")))
    teller.result({"ok": True, **done})


@click.command(epilog="Example: openjuki document spoiled --office 462250 G43TONZXG43TONZX 紙詰まり")
@click.argument("document")
@click.argument("reason")
@folder_option
@office_option
@operator_option
@told
def spoiled(teller: Teller, document: str, reason: str, folder: Path, office: str, operator: str) -> None:
    """Record that a print of DOCUMENT (the id beside its QR) was thrown away, and why; whoever verifies it is told."""
    done = perform(teller, folder, "document-spoil", {"office": office, "operator": operator, "document": document, "reason": reason})
    teller.line(teller.word(Say(f"{document} is recorded as spoiled.", f"{document} を廃棄として記録しました。")))
    teller.result({"ok": True, **done})
