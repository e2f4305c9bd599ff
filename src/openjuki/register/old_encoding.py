"""Files of older systems: what stands for a character that cp932 cannot hold, said beside it, and put back (縮退; standard 10.1, 7.1.1.1).

A row for such a file says in a column of its own (縮退) which character of which item another stands for. So nothing is lost on the way:
whoever reads the file sees that it is not the name as recorded, and an import puts the character back, or refuses the row.
"""

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from openjuki.register.characters import graphemes, jis_shape, shrink
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.spellings import character_name

ENCODING = "cp932"
COLUMN = "縮退"
GETA = "〓"
"""Stands for what has no common neighbour, as printers set it."""


class Replaced(NamedTuple):
    """One sign that another stands for: item, place among the signs of its text (from 1), the sign, and what stands there."""

    item: str
    place: int
    sign: str
    stands: str

    @property
    def note(self) -> str:
        """As the column 縮退 has it."""
        return f"{self.item} {self.place} {character_name(self.sign).points.replace(' ', '+')}"


def holds(text: str) -> bool:
    """Whether cp932 gives back what it was given; it takes a few signs (£, 〜) that it reads as others."""
    try:
        return text.encode(ENCODING).decode(ENCODING) == text
    except UnicodeEncodeError:
        return False


def stand_in(sign: str) -> str:
    """What stands for a sign in cp932: itself, its form in JIS X 0213, its character, its search form, its letter, or 〓."""
    if holds(sign):
        return sign
    nearest = (jis_shape(sign), sign[0], shrink(sign), unicodedata.normalize("NFD", sign)[0], _TWINS.get(sign, GETA))
    return next(form for form in (*nearest, GETA) if form and holds(form))


_TWINS = {"〜": "～", "−": "－", "‖": "∥", "—": "―", "¢": "￠", "£": "￡", "¬": "￢", "¦": "￤"}
"""Signs that cp932 has under another code point."""


def to_old_encoding(row: Mapping[str, str]) -> tuple[dict[str, str], list[Replaced]]:
    """The row as cp932 can hold it, with its column 縮退, and each sign that was replaced."""
    found: list[Replaced] = []
    held: dict[str, str] = {}
    for item, text in row.items():
        signs = [text] if holds(text) else graphemes(text)
        held[item] = "".join(map(stand_in, signs))
        if held[item] != text:
            found += [Replaced(item, place, sign, stand_in(sign)) for place, sign in enumerate(signs, 1) if stand_in(sign) != sign]
    held[COLUMN] = "; ".join(replaced.note for replaced in found)
    return held, found


def put_back(row: Mapping[str, str], notes: str) -> dict[str, str]:
    """The row with the characters that others stand for; InvalidInput naming the item if something else stands there now."""
    signs: dict[str, list[str]] = {}
    for note in filter(None, notes.split("; ")):
        item, place, sign = _read(note)
        held = signs.setdefault(item, graphemes(row.get(item, "")))
        if place > len(held) or held[place - 1] != stand_in(sign):
            raise InvalidInput(item, *_NOT_THERE)
        held[place - 1] = sign
    return {**row, **{item: "".join(held) for item, held in signs.items()}}


def _read(note: str) -> tuple[str, int, str]:
    parts = note.split(" ")
    try:
        item, place, points = parts
        sign = "".join(chr(int(point, 16)) for point in points.removeprefix("U+").split("+U+"))
        return item, max(int(place), 1), sign
    except (ValueError, OverflowError) as error:
        reason = Say("is not what an export writes there.", "出力された形式ではありません。")
        raise InvalidInput(COLUMN, reason, Say("Restore or clear the cell.", "元に戻すか、空欄にしてください。")) from error


_NOT_THERE = (
    Say("no longer holds what stood for another character.", "縮退した文字のあった箇所が変わっています。"),
    Say("Enter the exact character, and clear 縮退.", "正しい文字を記入し、縮退の欄を空にしてください。"),
)
