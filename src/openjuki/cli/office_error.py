"""`openjuki office error`: prefecture or centre tells a municipality that a record looks wrong (誤りの通報, Act art. 30-11(5), 12-5)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say

EPILOG = "Example: openjuki office error --office centre --code 24727059608 --item birth --why 'differs from the pension record'"


@click.command("error", epilog=EPILOG)
@folder_option
@office_option
@click.option("--operator", metavar="NAME", default="officer-1", show_default=True, help="Who at the hub says so.")
@click.option("--code", required=True, help="Resident record code of the person, present or old.")
@click.option("--item", required=True, help="Which item looks wrong: name, birth, sex, address, ...")
@click.option("--why", required=True, help="Why, in a line; it goes to that municipality only.")
@told
def error(teller: Teller, folder: Path, office: str, operator: str, code: str, item: str, why: str) -> None:
    """Tell the municipality that keeps a record that it looks wrong. It gets a work item; its clerk decides."""
    asked = {"office": office, "operator": operator, "code": code, "item": item, "why": why}
    found = perform(teller, folder, "tell-error", asked)
    teller.line(teller.word(Say(f"{found['told']} is told.", f"{found['told']} に通報しました。")))
    teller.result({"ok": True, **found})
