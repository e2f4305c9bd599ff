"""`openjuki card desk`: the page of a third party's desk, such as a bank's (券面事項の確認; promise C2)."""

import os
import signal
import threading
from pathlib import Path

import click

from openjuki.cli.card_place import authority_folder, authority_option, open_door, today
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say
from openjuki.terminal.authority_folder import read_trust
from openjuki.terminal.check_page import CheckPage


@click.command(epilog="Example: openjuki card desk --reader 0 --trust trust.der    銀行などの窓口でカードを確かめる")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--reader", type=int, default=None, metavar="N", help="The reader of this number, from 0, in place of FILE.")
@click.option("--trust", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Public key of the country's cards, DER.")
@authority_option
@told
def desk(teller: Teller, file: Path | None, reader: int | None, trust: Path | None, authority: Path | None) -> None:
    """Serve the page of a third party's desk on this machine alone, until Ctrl-C: what the check is for, the reference number, then the
    face with its photo, or for the golf-course tax whether the age qualifies and nothing else. It never reads the code.
    本人確認をする窓口の画面を、この機械だけに開きます。住民票コードは読みません。"""
    key = read_trust(trust or authority_folder(authority, file))
    checks, stop = CheckPage(open_door(file, reader), key, lambda: today(None), os.urandom), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    teller.note(Say(f"Open in the browser of this desk: {checks.page.address}", f"この端末のブラウザで開く画面: {checks.page.address}"))
    stop.wait()
    checks.page.close()
    teller.result({"ok": True})
