"""A card as files: the memory that a thief could read, and beside it what only the chip knows (カードファイル; card/image.py)."""

import os
from pathlib import Path

from openjuki.register.errors import Conflict, InvalidInput, Say

CHIP_SUFFIX = ".chip"


class CardFiles:
    """Image and chip of one card as two files, readable by their owner only. A `Disk`. Each write replaces the file and is synced."""

    def __init__(self, image: Path) -> None:
        self.image, self.chip = image, image.with_name(image.name + CHIP_SUFFIX)

    def read_image(self) -> bytes:
        return _read(self.image)

    def write_image(self, content: bytes) -> None:
        _replace(self.image, content)

    def read_chip(self) -> bytes:
        return _read(self.chip)

    def write_chip(self, content: bytes) -> None:
        _replace(self.chip, content)


class MemoryFiles:
    """The same in memory: for the simulator and for tests. A `Disk`."""

    def __init__(self, image: bytes = b"", chip: bytes = b"") -> None:
        self.image, self.chip = image, chip

    def read_image(self) -> bytes:
        return self.image

    def write_image(self, content: bytes) -> None:
        self.image = content

    def read_chip(self) -> bytes:
        return self.chip

    def write_chip(self, content: bytes) -> None:
        self.chip = content


def new_card_files(image: Path) -> CardFiles:
    """Files for a new card. Raises Conflict if one lies there already: cards are never overwritten."""
    files = CardFiles(image)
    if files.image.exists() or files.chip.exists():
        raise Conflict(
            image.name,
            Say("a card lies there already.", "この名前のカードが既にあります。"),
            Say("Give another name, or remove it first.", "別の名前にするか、先に削除してください。"),
        )
    return files


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            path.name,
            Say("there is no card in this file.", "カードのファイルがありません。"),
            Say("Make one with: openjuki card make", "openjuki card make で作成してください。"),
        ) from error


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
