"""`openjuki query`: a listed body asks about one person (本人確認情報の照会, Act art. 30-7, 30-8)."""

from pathlib import Path
from typing import Any

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import OK, Teller
from openjuki.register.errors import Say

FIELDS = ("name", "birth", "sex", "address")
EPILOG = "Example: openjuki query --office 46-passport --affair appendix:5:6 --case 1 --name 住基太郎 --birth 昭和49年5月3日"


@click.command(epilog=EPILOG)
@folder_option
@office_option
@click.option("--affair", required=True, help="What it is for: appendix:TABLE:ROW or ordinance:OFFICE:ID; see `openjuki law purposes`.")
@click.option("--case", default="", help="Case or receipt number; nothing is answered without one.")
@click.option("--operator", metavar="NAME", default="officer-1", show_default=True, help="Who asks.")
@click.option("--code", default="", help="Resident record code.")
@click.option("--name", default="", help="Name or its reading; together with --birth or --address.")
@click.option("--birth", default="", help="Birth date, as 1974-05-03 or 昭和49年5月3日.")
@click.option("--address", default="", help="Address in full.")
@click.option("--field", "fields", multiple=True, default=FIELDS, show_default=True, help="An item that is asked for; may be repeated.")
@click.option("--to", default="", help="Office that discloses; else the one that the Act names for the affair.")
@told
def query(teller: Teller, folder: Path, fields: tuple[str, ...], **given: str) -> None:
    """Ask about one person, through the own governor where the Act says so. The answer stands in the log of the office that gives it."""
    key = {name: given.pop(name) for name in ("code", "name", "birth", "address")}
    arguments: dict[str, Any] = {**given, "key": key, "fields": list(fields)}
    answer = perform(teller, folder, "query", arguments)
    for person in answer["persons"]:
        teller.line("  ".join(f"{name}: {value}" for name, value in person.items()))
    count = len(answer["persons"])
    teller.line(teller.word(_summary(count, answer)))
    teller.result({"ok": True, **answer})
    click.get_current_context().exit(OK)


def _summary(count: int, answer: dict[str, Any]) -> Say:
    where = f"{answer['log']} #{answer['index']}"
    return Say(f"{count} found; logged as {where}", f"該当{count}件。提供の記録 {where}")
