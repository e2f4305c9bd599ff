"""`openjuki card insert`: a card in the virtual reader of this machine (仮想リーダーへのカード挿入; docs/card.md)."""

import signal
from pathlib import Path

import click

from openjuki.cli.card_place import file_argument, power
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say
from openjuki.terminal import vpcd


@click.command(epilog="Example: openjuki card insert my.card    カードを仮想リーダーに入れる")
@file_argument
@click.option("--port", type=int, default=vpcd.PORT, show_default=True, help="Where vpcd listens; its second slot is the next port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where vpcd runs.")
@told
def insert(teller: Teller, file: Path, port: int, host: str) -> None:
    """Put the card in FILE into vpcd's reader, until Ctrl-C takes it out or the reader ends. Any PC/SC program then finds it.
    FILE のカードを vpcd のリーダーに入れます。Ctrl-C で抜きます。"""
    card = power(file)
    with vpcd.connect(port, host) as reader:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: vpcd.remove(reader))
        teller.note(Say("The card is in. Ctrl-C takes it out.", "カードを入れました。Ctrl-C で抜きます。"))
        vpcd.answer_all(card, reader)
    teller.note(Say("The card is out.", "カードを抜きました。"))
    teller.result({"ok": True, "dead": card.dead})
