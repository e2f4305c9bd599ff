"""`openjuki register check`: is this number one? (番号の検査; register/codes.py)."""

import click

from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.codes import CHECKS, check_number
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki register check municipality-code 462250")
@click.argument("kind", type=click.Choice(sorted(CHECKS)))
@click.argument("number")
@told
def check(teller: Teller, kind: str, number: str) -> None:
    """Check the form and check digit of a number. Ends with 0 if it holds, with 1 and the reason if not."""
    fault = check_number(kind, number)
    if fault is not None:
        raise fault
    teller.line(teller.word(Say("The number holds.", "正しい番号です。")))
    teller.result({"ok": True, "kind": kind})
