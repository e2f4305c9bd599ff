"""`openjuki card attack`: what a thief tries, on a test card of your own (耐タンパー性の確認, promise C7)."""

import datetime
import os
from pathlib import Path

import click

from openjuki.card.attacks import ATTACKS, Target, survives
from openjuki.card.sandbox_authority import COUNTER
from openjuki.card.sandbox_cards import ISSUER
from openjuki.cli.card_place import authority_folder, authority_option, date_option, file_argument, today
from openjuki.cli.options import told
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.register.errors import Say
from openjuki.terminal.authority_folder import read_authority
from openjuki.terminal.card_file import CardFiles, MemoryFiles


@click.command(epilog="Example: openjuki card attack my.card --attack between    カードを攻撃してみる")
@file_argument
@click.option("--attack", "name", type=click.Choice(["all", *ATTACKS]), default="all", show_default=True, help="Which attack.")
@click.option("--for-good", is_flag=True, help="On the card itself, which does not survive; else on a copy in memory.")
@authority_option
@date_option
@told
def attack(
    teller: Teller, file: Path, name: str, for_good: bool, authority: Path | None, day: datetime.datetime | None
) -> None:  # fmt: skip
    """Attack a test card: each attack must leave a dead card without a key. Ends with 1 if anything survives.
    カードを攻撃し、鍵が残らず使用不能になることを確かめます。"""
    held = read_authority(authority_folder(authority, file), today(day))
    terminal = held.terminal(ISSUER.office, COUNTER, os.urandom, today(day))
    left = {}
    for each in ATTACKS if name == "all" else (name,):
        files = CardFiles(file)
        disk = files if for_good else MemoryFiles(files.read_image(), files.read_chip())
        target = Target(disk, os.urandom, terminal)
        ATTACKS[each].run(target)
        left[each] = survives(target)
        said = Say("SURVIVED", "生き残った") if left[each] else Say("dead, no key left", "使用不能・鍵なし")
        teller.line(f"{each:14} {teller.word(said):20} {teller.word(ATTACKS[each].what)}")
    ok = not any(left.values())
    teller.result({"ok": ok, "attacks": {each: "survived" if alive else "dead" for each, alive in left.items()}})
    click.get_current_context().exit(OK if ok else FAILED)
