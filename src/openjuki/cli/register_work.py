"""`openjuki register work`: what a clerk must look at, and that it is done (要確認事項; Act art. 12-5, 30-11(5))."""

import datetime
from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say

EPILOG = "Example: openjuki register work --office 462250 --kind record-error"
_JAPAN = datetime.timezone(datetime.timedelta(hours=9))


@click.command("work", epilog=EPILOG)
@folder_option
@office_option
@operator_option
@click.option("--kind", default="", help="Only this kind, such as record-error: what prefecture or centre say looks wrong.")
@click.option("--all", "everything", is_flag=True, help="Also what is done.")
@click.option("--done", "number", type=int, default=0, metavar="NUMBER", help="Instead: this item is done.")
@told
def work(teller: Teller, folder: Path, office: str, operator: str, kind: str, everything: bool, number: int) -> None:
    """The work list of a municipality, oldest first. An item stays until a clerk says it is done; nothing is changed by machine."""
    if number:
        found = perform(teller, folder, "work-done", {"office": office, "number": number, "operator": operator})
    else:
        found = perform(teller, folder, "work", {"office": office, "kind": kind, "all": everything})
    for item in found["items"]:
        since = datetime.datetime.fromtimestamp(item["made_ms"] / 1_000, _JAPAN).isoformat(" ", "minutes")
        done = teller.word(Say("done", "済") if item["done_ms"] else Say("open", "未"))
        teller.line(f"{item['number']:>6}  {done}  {since}  {item['kind']}  {item['code']}  {item['what']}")
    count = len(found["items"])
    teller.line(teller.word(Say(f"{count} items", f"{count}件")))
    teller.result({"ok": True, **found})
