"""`openjuki card pin`: the holder verifies or changes a PIN, the counter resets it (暗証番号の確認・変更・再設定, the Rules art. 43)."""

import os
from pathlib import Path

import click

from openjuki.card import at_the_counter
from openjuki.card.apdu import Command
from openjuki.card.dialogue import Dialogue, Terminal, open_channel, plain, said, select, verify_pin
from openjuki.card.layouts import AUTH_PIN, JPKI_AID, JUKI_AID, JUKI_PIN, SIGN_PASSWORD, SUPPORT_AID, SUPPORT_PIN
from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.sandbox_cards import ISSUER
from openjuki.cli.card_place import any_card, authority_folder, authority_option, today
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say
from openjuki.terminal.authority_folder import read_authority
from openjuki.terminal.door import CardDoor, converse

WHICH = {
    "juki": (JUKI_AID, JUKI_PIN), "authentication": (JPKI_AID, AUTH_PIN), "signature": (JPKI_AID, SIGN_PASSWORD),
    "support": (SUPPORT_AID, SUPPORT_PIN),
}  # fmt: skip
_PIN = Say("PIN", "暗証番号")


@click.command(epilog="Example: openjuki card pin my.card --which authentication --change    暗証番号を変更する")
@any_card
@click.option("--which", type=click.Choice(list(WHICH)), default="juki", show_default=True, help="Which PIN of the card.")
@click.option("--change", is_flag=True, help="Set a new one after the present one.")
@click.option("--reset", is_flag=True, help="At the counter: set a new one without the present one; all tries come back.")
@authority_option
@told
def pin(teller: Teller, door: CardDoor, file: Path | None, which: str, change: bool, reset: bool, authority: Path | None) -> None:
    """Verify a PIN; it is asked for, never given on the command line. A wrong one costs a try.
    暗証番号を確認・変更・再設定します。番号は画面で尋ねます。"""
    aid, number = WHICH[which]
    old = "" if reset else _ask(teller, Say("PIN", "暗証番号"))
    new = _ask(teller, Say("New PIN", "新しい暗証番号"), again=True) if change or reset else ""
    if reset or aid == JUKI_AID:
        held = read_authority(authority_folder(authority, file), today(None))
        terminal = held.terminal(ISSUER.office, COUNTER, os.urandom, today(None))
        converse(door, at_the_counter.reset_pin(terminal, aid, number, new) if reset else _inside(terminal, old, new))
    else:
        converse(door, _outside(aid, number, old, new))
    teller.line(teller.word(Say("Done." if new else "The PIN is right.", "設定しました。" if new else "正しい暗証番号です。")))
    teller.result({"ok": True, "which": which, "set": bool(new)})


def _outside(aid: bytes, number: int, old: str, new: str) -> Dialogue[None]:
    yield from said(plain, select(aid), Say("select", "選択"))
    yield from said(plain, verify_pin(number, old.encode("ascii", "replace")), _PIN)
    if new:
        yield from said(plain, Command(0x00, 0x24, 0x01, 0x80 | number, new.encode("ascii", "replace")), _PIN)


def _inside(terminal: Terminal, old: str, new: str) -> Dialogue[None]:
    """The Juki Net PIN goes through a channel only."""
    channel = yield from open_channel(terminal, JUKI_AID)
    yield from said(channel.say, verify_pin(JUKI_PIN, old.encode("ascii", "replace")), _PIN)
    if new:
        yield from said(channel.say, Command(0x00, 0x24, 0x01, 0x80 | JUKI_PIN, new.encode("ascii", "replace")), _PIN)


def _ask(teller: Teller, what: Say, *, again: bool = False) -> str:
    return str(click.prompt(teller.word(what), hide_input=True, confirmation_prompt=again, err=True))
