"""`openjuki report savings`: what the network has saved, office by office and in all (行政コスト・住民負担の削減; promise N12)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.table_file import csv_option, write_table
from openjuki.cli.telling import Teller
from openjuki.law.calendar import checked_day
from openjuki.register.errors import Say

WORDS = {
    "copies_not_attached": Say("copies not attached", "添付不要の写し"),
    "reports_not_filed": Say("reports not filed", "不要の届出"),
    "letters_not_posted": Say("letters not posted", "不要の郵便"),
    "visits": Say("visits", "不要の来庁"),
    "fees_yen": Say("yen of fees", "手数料（円）"),
    "staff_minutes": Say("staff minutes", "職員の分"),
}
COLUMNS = {"office": "機関コード", "name": "機関", "happened": "事由", "times": "件数"}
EPILOG = "Example: openjuki report savings --since 2013-12-01 --until 2013-12-31"


@click.command("savings", epilog=EPILOG)
@folder_option
@office_option
@click.option("--since", default="", metavar="YYYY-MM-DD", help="First day; the beginning if left out.")
@click.option("--until", default="", metavar="YYYY-MM-DD", help="Last day; today if left out.")
@csv_option
@told
def savings(teller: Teller, folder: Path, office: str, since: str, until: str, table: Path | None) -> None:
    """What was counted where it happened, and what it saved by the constants of docs/savings.md: of one office, or of all that run here."""
    days = {name: str(checked_day(day, name)) if day else "" for name, day in (("since", since), ("until", until))}
    found = perform(teller, folder, "report-savings", {"office": office, **days})
    for row in found["counts"]:
        teller.line(f"{row['office']:<16} {row['name']}  {row['happened']}  {row['times']}")
    teller.line(_sums(teller, found["saved"]))
    write_table(table, COLUMNS, found["counts"])
    teller.result({"ok": True, **found})


def _sums(teller: Teller, saved: dict[str, Any]) -> str:
    return ", ".join(f"{teller.word(words)} {saved[item]:,}" for item, words in WORDS.items())
