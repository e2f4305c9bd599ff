"""`openjuki card agent`: the program beside the reader, at a counter's desk or a kiosk (カード端末; architecture section 6)."""

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.sandbox_cards import ISSUER
from openjuki.cli.card_place import authority_folder, authority_option, date_option, open_door, today
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say
from openjuki.terminal.agent import Agent, Holder
from openjuki.terminal.agent_link import serve
from openjuki.terminal.agent_making import Maker
from openjuki.terminal.agent_page import PageHolder
from openjuki.terminal.authority_folder import read_authority


class Prompt:
    """The holder at this program's own prompt. A `Holder`."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller

    def pin(self, purpose: Say, tries_left: int) -> str:
        asked = Say(
            f"{purpose.en}: PIN ({tries_left} tries left; Enter to stop)", f"{purpose.ja}: 暗証番号（残り{tries_left}回、中止はEnter）"
        )
        return str(click.prompt(self._teller.word(asked), default="", hide_input=True, show_default=False, err=True))

    def choose(self, purpose: Say, *, again: bool) -> str:
        asked = Say(f"{purpose.en}: {'once more' if again else 'choose it'}", f"{purpose.ja}: {'もう一度' if again else '新しい番号'}")
        return str(click.prompt(self._teller.word(asked), default="", hide_input=True, show_default=False, err=True))

    def agrees(self, text: str) -> bool:
        click.echo(text, err=True)
        return bool(click.confirm(self._teller.word(Say("Sign this?", "この内容に署名しますか")), err=True))

    def told(self, what: Say) -> None:
        click.echo(self._teller.word(what), err=True)


@click.command(epilog="Example: openjuki card agent my.card --connect localhost:8701 --code 7K2M90QF    カード端末を起動する")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--reader", type=int, default=None, metavar="N", help="The reader of this number, from 0, in place of FILE.")
@click.option("--connect", metavar="HOST:PORT", required=True, help="Where the office's page says that agents dial in.")
@click.option("--code", required=True, help="Pairing code that the page shows.")
@click.option("--page", is_flag=True, help="Ask for PINs on a page of this program's own, in place of its prompt.")
@click.option("--office", default=ISSUER.office, show_default=True, help="Code of the office whose terminal this is.")
@authority_option
@date_option
@told
def agent(
    teller: Teller, file: Path | None, reader: int | None, connect: str, code: str, page: bool, office: str,
    authority: Path | None, day: datetime.datetime | None,
) -> None:  # fmt: skip
    """Stand beside a reader and do what the paired page asks. PINs are typed here, at the prompt or on a page for this machine alone, and
    go into the card, never to the office; what is to be signed is shown here first.
    画面と対になり、カードを扱います。暗証番号は窓口の計算機には送られません。"""
    host, _, port = connect.rpartition(":")
    certifier = read_authority(authority_folder(authority, file), today(day))
    terminal = certifier.terminal(office, COUNTER, os.urandom, today(day))
    if not port.isdigit():
        raise click.UsageError("--connect HOST:PORT")
    with _holder(teller, page=page) as holder:
        door = open_door(file, reader)
        desk = Agent(door, terminal, holder, lambda: today(day), Maker(door, terminal, certifier, os.urandom))
        serve(desk, host, int(port), code, lambda: teller.note(Say("Paired.", "画面と対になりました。")))
    teller.result({"ok": True})


@contextmanager
def _holder(teller: Teller, *, page: bool) -> Iterator[Holder]:
    """Where the holder is asked: at this program's page, or at its prompt."""
    if not page:
        yield Prompt(teller)
        return
    holder = PageHolder()
    address = holder.page.address
    teller.note(Say(f"PINs are typed at {address} in this desk's browser.", f"暗証番号はこの端末のブラウザで: {address}"))
    try:
        yield holder
    finally:
        holder.close()
