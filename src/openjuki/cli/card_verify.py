"""`openjuki card verify`: a third party's check of a face, or of an age alone (券面事項の確認, promise C2)."""

import datetime
import os
from pathlib import Path

import click

from openjuki.card import third_party
from openjuki.cli.card_place import any_card, authority_folder, authority_option, date_option, today
from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.register.errors import Say
from openjuki.terminal.authority_folder import read_trust
from openjuki.terminal.door import CardDoor, converse


@click.command(epilog="Example: openjuki card verify my.card --number 55032620358642 --photo photo.jp2    券面を確かめる")
@any_card
@click.option("--number", metavar="DIGITS", default=None, help="Reference number, 14 digits; asked for if not given.")
@click.option("--age-only", is_flag=True, help="Read the age and nothing else; the number is then the birth date, six digits.")
@click.option("--photo", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the photo into this file (JPEG 2000).")
@click.option("--trust", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Public key of the country's cards, DER.")
@authority_option
@date_option
@told
def verify(
    teller: Teller, door: CardDoor, file: Path | None, number: str | None, age_only: bool, photo: Path | None, trust: Path | None,
    authority: Path | None, day: datetime.datetime | None,
) -> None:  # fmt: skip
    """Check that the face of a card is what its municipality signed and that the chip is no copy; never reads the code.
    券面事項が発行市町村の署名どおりか、複製でないかを確かめます。"""
    key = read_trust(trust or authority_folder(authority, file))
    if number is None:
        number = str(click.prompt(teller.word(Say("Reference number", "照合番号")), err=True))
    if age_only:
        age = converse(door, third_party.check_age(key, number, today(day), os.urandom))
        teller.line(teller.word(Say(f"{age} years old.", f"満{age}歳")))
        teller.result({"ok": True, "age": age})
        return
    checked = converse(door, third_party.check_face(key, number, today(day), os.urandom))
    face = checked.face
    facts = {
        "ok": True, "name": face.name, "birth": face.birth.isoformat() if face.birth else "", "sex": face.sex, "address": face.address,
        "last_day": face.last_day.isoformat(), "issuer": checked.office, "photo": bool(face.photo),
    }  # fmt: skip
    teller.line(teller.word(Say("The face is the issuer's, and the chip is no copy.", "発行市町村の署名どおりで、複製ではありません。")))
    for name in ("name", "birth", "sex", "address", "last_day", "issuer"):
        teller.line(f"  {name.replace('_', ' '):10} {facts[name]}")
    if photo is not None:
        photo.write_bytes(face.photo)
    teller.result(facts)
