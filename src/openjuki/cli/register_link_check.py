"""`openjuki register link check`: does everybody say the same of everyone? (整合性確認, standard 7.1.1.2)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import FAILED, OK, PARTIAL, Teller
from openjuki.nodes.resident_files import ENCODINGS
from openjuki.register.errors import Say

SIDES = {
    "register": Say("existing system", "既存システム"),
    "prefecture": Say("prefecture", "都道府県"),
    "centre": Say("centre", "全国センター"),
}
PERSON = Say("is not on both sides", "片方にしかありません")


@click.command(epilog="Example: openjuki register link check --office 462250 --against extract.csv")
@folder_option
@office_option
@operator_option
@click.option(
    "--against", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True, help="Full extract, or its digests."
)
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True, help="Encoding of a CSV file.")
@click.option("--items", type=click.Choice(["identity", "all"]), default="identity", show_default=True, help="All: what is recorded too.")
@click.option(
    "--report", type=click.Path(path_type=Path, file_okay=False), default=None, help="Folder of reports; else link-reports in --dir."
)
@told
def check(teller: Teller, folder: Path, office: str, operator: str, against: Path, encoding: str, items: str, report: Path | None) -> None:
    """Compare the existing system's extract, the prefecture and the centre with the register. Differences are named by code and item;
    their values stand in a report that only its owner can read. Nothing is changed. Ends with 1 on differences, with 3 if there are none
    but the prefecture could not be asked."""
    asked = {
        "office": office, "operator": operator, "against": str(against.resolve()), "encoding": encoding, "items": items,
        "report": str((report or folder / "link-reports").resolve()),
    }  # fmt: skip
    done = perform(teller, folder, "link-check", asked, Say("comparing", "照合"))
    for one in done["differences"]:
        what = PERSON if one["item"] == "person" else None
        teller.line(f"{one['code'] or '-':>11}  {teller.word(SIDES[one['where']])}  {teller.word(what) if what else one['item']}")
    _say_end(teller, done)
    unasked = done["compared"]["prefecture"] is None
    teller.result({"ok": not (done["count"] or unasked), **done})
    click.get_current_context().exit(FAILED if done["count"] else PARTIAL if unasked else OK)


def _say_end(teller: Teller, done: dict[str, Any]) -> None:
    for where, count in done["compared"].items():
        side = SIDES[where]
        if count is None:
            teller.note(Say(f"{side.en}: not asked from here", f"{side.ja}: ここからは照合していません"))
        else:
            teller.line(teller.word(Say(f"{side.en}: {count} compared", f"{side.ja}: {count}件を照合")))
    if done["waiting"]:
        waiting = done["waiting"]
        teller.note(Say(f"{waiting} notices are on their way: compare again later.", f"送信中の通知{waiting}件。後で再照合してください。"))
    teller.line(teller.word(Say(f"{done['count']} differences", f"相違{done['count']}件")))
    if done["report"]:
        teller.note(Say(f"Values: {done['report']}", f"値の一覧: {done['report']}"))
