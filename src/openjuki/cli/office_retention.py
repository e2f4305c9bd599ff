"""`openjuki office retention`: what an office may no longer keep is taken away (保存期間経過後の消去, 令30の6, 30の11, 34)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.law.calendar import checked_day
from openjuki.register.errors import InvalidInput, Say

EPILOG = "Example: openjuki office retention --office centre --date 2160-04-01"
SWEEPING = Say("sweeping", "消去処理中")


@click.command("retention", epilog=EPILOG)
@folder_option
@office_option
@click.option("--date", "day", metavar="YYYY-MM-DD", default="", help="By the rule of this day; today in the register if left out.")
@click.option("--operator", metavar="NAME", default="retention-1", show_default=True, help="Of the role of sweeps: retention-...")
@click.option("--remove", is_flag=True, help="Take it away; without this it is only counted.")
@click.option("--trace", is_flag=True, help="Instead: what was taken away until now, checked against its seals.")
@click.option("--years", metavar="RULE=N", default="", help="Instead: by ordinance keep this N years; by an operator of another role.")
@click.option("--why", metavar="TEXT", default="", help="With --years: which ordinance says so.")
@told
def retention(
    teller: Teller, folder: Path, office: str, day: str, operator: str, remove: bool, trace: bool, years: str, why: str
) -> None:  # fmt: skip
    """Count what a municipality, a prefecture or the centre may no longer keep, or take it away with --remove.

    docs/retention.md says what goes when, and what never goes.
    """
    if trace:
        _tell_trace(teller, folder, office)
        return
    if years:
        _set_years(teller, folder, {"office": office, "operator": operator, "why": why}, years)
        return
    on = str(checked_day(day)) if day else ""
    asked = {"office": office, "on": on, "operator": operator, "really": remove}
    found = perform(teller, folder, "sweep", asked, SWEEPING)
    for one in found["swept"]:
        teller.line(f"{one['rows']:>12}  {one['table']}  {one['rule']}  {one['article']}")
    total = sum(one["rows"] for one in found["swept"])
    did = Say("taken away", "消去しました") if remove else Say("may go; nothing was taken away", "消去できます（試算のみ）")
    teller.line(teller.word(Say(f"{total} rows {did.en} on {found['on']}", f"{found['on']}現在 {total}件を{did.ja}")))
    teller.result({"ok": True, **found})


def _set_years(teller: Teller, folder: Path, asked: dict[str, str], years: str) -> None:
    rule, _, count = years.partition("=")
    if not (count.isascii() and count.isdigit()):
        reason = Say("is no rule with whole years.", "規則名と年数ではありません。")
        raise InvalidInput("years", reason, Say("Give such as card-over=15.", "card-over=15 のように指定してください。"))
    found = perform(teller, folder, "sweep-years", {**asked, "rule": rule, "years": int(count)})
    teller.line(teller.word(Say(f"{found['rule']} is kept {count} years", f"{found['rule']} の保存年限は{count}年です")))
    teller.result({"ok": True, **found})


def _tell_trace(teller: Teller, folder: Path, office: str) -> None:
    found = perform(teller, folder, "sweep-trace", {"office": office})
    for one in found["entries"]:
        ends = f"{one['first']}..{one['last']}"
        teller.line(
            f"{one['number']}  {one['on']}  {one['rows']} {one['table']} {ends}  {one['rule']} {one['article']}  {one['ordered_by']}"
        )
    count = len(found["entries"])
    teller.line(teller.word(Say(f"{count} removals, every seal holds", f"消去{count}件、署名はすべて正しい")))
    teller.result({"ok": True, **found})
