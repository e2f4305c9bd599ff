"""`openjuki card make`: a test card as files (試験用カードの作成; docs/card.md)."""

import datetime
import os
from pathlib import Path

import click

from openjuki.card.face_font import FaceFont
from openjuki.card.holder import CardOrder
from openjuki.card.personalisation import era_birth, reference_number
from openjuki.card.photo import drawn_person, prepare
from openjuki.card.printed_face import print_front, warnings
from openjuki.card.sandbox_cards import CATALOGUE, PINS
from openjuki.cli.card_place import authority_folder, authority_option, date_option, today
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import InvalidInput, Say
from openjuki.terminal.authority_folder import open_authority
from openjuki.terminal.card_file import new_card_files
from openjuki.terminal.card_making import Factory, make_card
from openjuki.terminal.issue_journal import JournalFile

PRINTING_FONT = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
"""Where the system's package puts it."""


@click.command(epilog="Example: openjuki card make --test-card good --out my.card    試験用カードを作る")
@click.option("--test-card", "name", type=click.Choice(list(CATALOGUE)), default=None, help="Which of the catalogue.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="File of the new card.")
@click.option("--face", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Print its face, too: a .pdf or .svg file.")
@click.option("--list", "listing", is_flag=True, help="Tell the catalogue and do nothing else.")
@authority_option
@date_option
@told
def make(
    teller: Teller, name: str | None, out: Path | None, face: Path | None, listing: bool, authority: Path | None,
    day: datetime.datetime | None,
) -> None:  # fmt: skip
    """Make a test card: its memory in FILE, what only the chip knows in FILE.chip. 試験用カードをファイルに作ります。"""
    if listing:
        _tell_catalogue(teller)
        return
    if name is None or out is None:
        raise InvalidInput(
            "card make", Say("needs --test-card and --out.", "--test-card と --out が必要です。"),
            Say("See the catalogue with --list.", "--list で一覧を確かめてください。"),
        )  # fmt: skip
    made_on, files = today(day), new_card_files(out)
    held = open_authority(authority_folder(authority, out), os.urandom, made_on)
    order = make_card(name, files, Factory(held, JournalFile(out.with_name(out.name + ".journal")), os.urandom, made_on))
    card = CATALOGUE[name]
    if face is not None:
        _print_face(teller, order, face)
    facts = {
        "ok": True, "file": str(out), "card": order.card_id, "what": teller.word(card.what), "first_day": order.first_day.isoformat(),
        "last_day": order.last_day.isoformat(), "pin": PINS.juki, "authentication_pin": PINS.authentication,
        "signature_password": PINS.signature, "support_pin": PINS.support, "reference_number": reference_number(order),
        "birth": era_birth(order),
    }  # fmt: skip
    teller.line(f"{out}: {order.card_id}  {teller.word(card.what)}")
    for key in ("first_day", "last_day", "pin", "authentication_pin", "signature_password", "support_pin", "reference_number", "birth"):
        teller.line(f"  {key.replace('_', ' '):20} {facts[key]}")
    teller.result(facts)


def _print_face(teller: Teller, order: CardOrder, face: Path) -> None:
    font = FaceFont(PRINTING_FONT)
    for warning in warnings(order, font):
        teller.note(warning)
    photo = prepare(drawn_person()).printed
    face.write_bytes(print_front(order, font, photo, form="svg" if face.suffix == ".svg" else "pdf"))


def _tell_catalogue(teller: Teller) -> None:
    for name, card in CATALOGUE.items():
        teller.line(f"{name:20} {teller.word(card.what)}")
    teller.result({"ok": True, "cards": {name: teller.word(card.what) for name, card in CATALOGUE.items()}})
