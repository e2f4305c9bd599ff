"""Which card a command is about: one in a file, or the one in a reader (カードの指定; architecture section 7)."""

import datetime
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from openjuki.card.system import CardSystem
from openjuki.register.errors import InvalidInput, Say
from openjuki.terminal.authority_folder import AUTHORITY_FOLDER
from openjuki.terminal.card_file import CardFiles
from openjuki.terminal.door import CardDoor, InProcessDoor
from openjuki.terminal.reader import ReaderDoor

authority_option = click.option(
    "--authority", type=click.Path(path_type=Path, file_okay=False), default=None,
    help="Folder of the cards' authority; else the one beside the card or above it, which is the country's.",
)  # fmt: skip
date_option = click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Today, as the card's users see it (YYYY-MM-DD)."
)  # fmt: skip
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


def any_card(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command a card: FILE, or `--reader N`; the command gets a connected door as `door` and FILE or None as `file`."""

    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
    @click.option("--reader", type=int, default=None, metavar="N", help="The card in the reader of this number, from 0, in place of FILE.")
    @functools.wraps(command)
    def run(*arguments: Any, file: Path | None, reader: int | None, **options: Any) -> Any:
        door = open_door(file, reader)
        door.connect()
        try:
            return command(*arguments, door=door, file=file, **options)
        finally:
            door.disconnect()

    return run


def open_door(file: Path | None, reader: int | None) -> CardDoor:
    """The door to the card in this file or reader. Raises InvalidInput unless exactly one is given."""
    if (file is None) == (reader is None):
        raise InvalidInput(
            "card", Say("give a FILE or --reader.", "FILE か --reader のどちらかが必要です。"), Say("Give one.", "一方を指定してください。")
        )
    return InProcessDoor(power(file)) if file is not None else ReaderDoor(reader or 0)


def power(file: Path) -> CardSystem:
    """The card in this file, with power. Raises InvalidInput if there is none."""
    return CardSystem(CardFiles(file), os.urandom)


def authority_folder(authority: Path | None, file: Path | None) -> Path:
    """The folder given, else that of the country in whose folder the card lies, or the country lies; else the one beside the card."""
    places = (file.parent, file.absolute().parent.parent) if file else (Path(), Path(os.environ.get("OPENJUKI_DIR", "country")))
    found = [place / AUTHORITY_FOLDER for place in places if (place / AUTHORITY_FOLDER).exists()]
    return authority or [*found, places[0] / AUTHORITY_FOLDER][0]


def today(day: datetime.datetime | None) -> datetime.date:
    """The day given, else this machine's."""
    return day.date() if day else datetime.datetime.now(datetime.UTC).astimezone().date()
