"""`openjuki report yearly`: to whom identity confirmation information went in a year, for everybody (提供状況の報告書; Rules 21, 27)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.table_file import csv_option, write_table
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say

COLUMNS = {
    "asker": "提供先コード", "name": "提供先", "affair": "事務", "article": "根拠条項", "month": "提供年月", "way": "提供の方法",
    "answers": "提供回数", "items": "提供件数", "ordered": "法定の公表",
}  # fmt: skip
EPILOG = "Example: openjuki report yearly --office centre --year 2013 --csv report.csv"


@click.command("yearly", epilog=EPILOG)
@folder_option
@office_option
@click.option("--year", type=click.IntRange(2002, 9000), required=True, help="The fiscal year that begins in April of this year.")
@click.option("--calendar-year", "calendar", is_flag=True, help="From January to December instead.")
@csv_option
@told
def yearly(teller: Teller, folder: Path, office: str, year: int, calendar: bool, table: Path | None) -> None:
    """The yearly report of an office: askers, affairs, months, counts. No person is in it."""
    found = perform(teller, folder, "report-yearly", {"office": office, "year": year, "calendar": calendar})
    teller.line(f"{found['name']} ({found['office']})  {found['from']} .. {found['until']}")
    if not found["over"]:
        teller.note(Say("This year is not over: the report is provisional.", "年度の途中のため、暫定の報告です。"))
    if found["article"]:
        by_order = Say(f"Under Act art. {found['article']}:", f"法第{found['article']}による公表事項")
        _tell_part(teller, by_order, [line for line in found["lines"] if line["ordered"]])
    _tell_part(teller, Say("Other provision:", "その他の提供"), [line for line in found["lines"] if not line["ordered"]])
    write_table(table, COLUMNS, found["lines"])
    teller.result({"ok": True, **found})


def _tell_part(teller: Teller, heading: Say, lines: list[dict[str, Any]]) -> None:
    """What the Act orders to be published, or what goes beyond it."""
    teller.line(teller.word(heading))
    for line in lines:
        counts = Say(f"{line['answers']} answers, {line['items']} items", f"{line['answers']}回 {line['items']}件")
        teller.line(f"  {line['month']}  {line['asker']:<16} {line['name']}  {line['affair']} ({line['article']})  {teller.word(counts)}")
    if not lines:
        teller.line(teller.word(Say("  none", "  なし")))
