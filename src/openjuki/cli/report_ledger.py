"""`openjuki report ledger`: the ledger of provisions and the item counts for the fees (帳簿・情報提供手数料, Act art. 30-21, 30-10(4))."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.table_file import csv_option, write_table
from openjuki.cli.telling import Teller
from openjuki.law.calendar import checked_day
from openjuki.register.errors import InvalidInput, Say

COLUMNS = {
    "day": "提供年月日", "asker": "提供先コード", "name": "提供先", "affair": "事務", "way": "提供の方法",
    "answers": "提供回数", "items": "提供件数",
}  # fmt: skip
EPILOG = "Example: openjuki report ledger --office centre --since 2013-12-01 --until 2013-12-31 --json"


@click.command("ledger", epilog=EPILOG)
@folder_option
@office_option
@click.option("--since", required=True, metavar="YYYY-MM-DD", help="First day.")
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="Last day.")
@click.option("--yen-per-item", "yen", default="", metavar="YEN", help="Fee of one item; taken of bodies of appendix 1 only.")
@csv_option
@told
def ledger(teller: Teller, folder: Path, office: str, since: str, until: str, yen: str, table: Path | None) -> None:
    """The ledger of an office from day to day, and its sums by asker and affair. No person is in it."""
    asked = {"office": office, **_period(since, until), "yen_per_item": _yen(yen)}
    found = perform(teller, folder, "report-ledger", asked)
    for row in found["entries"]:
        teller.line(f"{row['day']}  {row['asker']:<16} {row['name']}  {row['affair']}  {_counts(teller, row)}")
    empty = Say("Nothing was provided in these days.", "この期間の提供はありません。")
    teller.line(teller.word(Say("Sums:", "合計") if found["entries"] else empty))
    for row in found["sums"]:
        fee = "" if row["fee_yen"] is None else teller.word(Say(f"  {row['fee_yen']} yen", f"  {row['fee_yen']}円"))
        teller.line(f"{row['asker']:<16} {row['name']}  {row['affair']} ({row['article']})  {_counts(teller, row)}{fee}")
    write_table(table, COLUMNS, found["entries"])
    teller.result({"ok": True, **found})


def _counts(teller: Teller, row: dict[str, int]) -> str:
    return teller.word(Say(f"{row['answers']} answers, {row['items']} items", f"{row['answers']}回 {row['items']}件"))


def _period(since: str, until: str) -> dict[str, str]:
    first, last = checked_day(since, "since"), checked_day(until, "until")
    if last < first:
        reason = Say("the last day lies before the first.", "終わりの日が始めの日より前です。")
        raise InvalidInput("until", reason, Say("Give the earlier day to --since.", "--since に早い日を指定してください。"))
    return {"since": date.isoformat(first), "until": date.isoformat(last)}


def _yen(text: str) -> str:
    """A fee as it is given on; InvalidInput for what is no amount from 0 to 10,000 yen."""
    try:
        fitting = not text or 0 <= Decimal(text) <= 10_000
    except InvalidOperation:
        fitting = False
    if not fitting:
        reason = Say("is no amount of yen.", "金額として読めません。")
        raise InvalidInput("yen-per-item", reason, Say("Give yen, such as 8.5.", "8.5 のように円で指定してください。"))
    return text
