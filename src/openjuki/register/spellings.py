"""One spelling for each glyph, and what a character is called (文字の同定, MJ文字図形名; 文字情報基盤, Unicode IVD).

The stored spelling of a glyph is the one of the MJ table: the character alone where the table implements the glyph so, else the
character with its Moji_Joho selector. Other spellings are brought to it only where a table says that they show the same glyph: the MJ
table's own (its sequence, standardised variant or compatibility character), and Adobe-Japan1 sequences by `adobe_japan1` of the package
data (evidence: `data/NOTICE.md`). Everything else stays as it is, and is refused if it cannot be recorded: no glyph is ever replaced.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from openjuki.register.characters import graphemes, juki_code, numbers, other_spellings
from openjuki.register.package_data import read_text

_FIRST_SELECTOR = 0xE0100


class CharacterName(NamedTuple):
    """What a sign is called: code points, MJ number and unified code if it has them, and the name Unicode gives its character."""

    points: str
    mj_number: str | None
    unified_code: str | None
    unicode_name: str

    def __str__(self) -> str:
        known = [self.points, self.mj_number, f"J+{self.unified_code}" if self.unified_code else None, self.unicode_name]
        return " ".join(part for part in known if part)


class Respelled(NamedTuple):
    """One sign that is stored in another spelling of the same glyph."""

    item: str
    place: int
    written: str
    stored: str


@lru_cache(maxsize=1)
def _spelled_otherwise() -> re.Pattern[str]:
    """Finds what may be another spelling: selectors, and the few characters that are."""
    single = "".join(sign for sign in other_spellings() if len(sign) == 1)
    return re.compile(f"[\ufe00-\ufe0f\U000e0100-\U000e01ef{single}]")


@lru_cache(maxsize=1)
def _adobe_japan1() -> Mapping[str, str]:
    """MJ number by sequence of Adobe-Japan1, where the glyph is the same."""
    rows = (line.split("\t") for line in read_text("adobe_japan1").split("\n"))
    return {sequence: f"MJ{number}" for sequence, number, _ in rows}


@lru_cache(maxsize=1)
def _outside() -> Mapping[str, str]:
    """MJ number by spelling, for glyphs of the MJ table that the unified set has not."""
    rows = (line.split("\t") for line in read_text("mj_outside").split("\n"))
    return {sign: f"MJ{number}" for number, spelled in rows for sign in spelled.split(" ") if sign}


@lru_cache(maxsize=1)
def _by_number() -> Mapping[str, str]:
    return {number: sign for sign, number in numbers().items()}


def mj_table() -> Mapping[str, str]:
    """The glyphs of the MJ table that can be written, each by one spelling: MJ number by it. About 58,800."""
    first: dict[str, str] = {}
    for sign, number in _outside().items():
        first.setdefault(number, sign)
    return dict(numbers()) | {sign: number for number, sign in first.items()}


def stored_spelling(mj_number: str) -> str | None:
    """How the glyph of an MJ number (MJ and six digits) is stored; None if it is outside the unified set."""
    return _by_number().get(mj_number)


def spelling_of(number: str) -> str | None:
    """A spelling of the glyph of an MJ number (MJ025760) or a code of the unified set (J+8FBB); None if no table has it."""
    if number.startswith("J+"):
        return _by_code().get(number[2:])
    return stored_spelling(number) or next((sign for sign, same in _outside().items() if same == number), None)


def one_spelling(text: str) -> str:
    """`text` with each sign in the spelling that is stored; signs of which no table says that they are the same glyph stay as they are."""
    if not _spelled_otherwise().search(text):
        return text
    return "".join(_spelled(sign) for sign in graphemes(text))


def row_in_one_spelling(row: Mapping[str, str]) -> Mapping[str, str]:
    """The same for the texts of a row; the row itself where nothing in it is spelled otherwise."""
    if not _spelled_otherwise().search("".join(row.values())):
        return row
    return {key: one_spelling(text) for key, text in row.items()}


def respelled(row: Mapping[str, str]) -> list[Respelled]:
    """What `one_spelling` changes in a row of texts: item, place among its signs (from 1), as written, as stored."""
    if not _spelled_otherwise().search("".join(row.values())):
        return []
    signs = ((key, place, sign) for key, text in row.items() for place, sign in enumerate(graphemes(text), 1))
    return [Respelled(key, place, sign, stored) for key, place, sign in signs if (stored := _spelled(sign)) != sign]


def all_in_one_spelling(given: Any) -> Any:
    """The same for every text in lists and mappings of an event as it is given; other values stay."""
    if isinstance(given, str):
        return one_spelling(given)
    if isinstance(given, Mapping):
        return {key: all_in_one_spelling(value) for key, value in given.items()}
    return [all_in_one_spelling(value) for value in given] if isinstance(given, list | tuple) else given


@lru_cache(maxsize=4_096)
def _spelled(sign: str) -> str:
    spelled = other_spellings().get(sign, sign)
    if spelled == sign and len(sign) == 2 and ord(sign[1]) >= _FIRST_SELECTOR:
        number = _adobe_japan1().get(sign)
        return (stored_spelling(number) or sign) if number else sign
    return spelled


def mj_number(sign: str) -> str | None:
    """The MJ number of a sign in any spelling that a table gives; None if no table names its glyph."""
    return numbers().get(_spelled(sign)) or _outside().get(sign) or _adobe_japan1().get(sign)


def adobe_japan1_spellings(sign: str) -> tuple[str, ...]:
    """The sequences of Adobe-Japan1 that show the same glyph: for fonts and files of that collection."""
    number = mj_number(sign)
    return tuple(sequence for sequence, same in _adobe_japan1().items() if same == number) if number else ()


def forms_in_the_set(sign: str) -> list[str]:
    """The kanji of the unified set on the same character, in the order of their codes."""
    return [stored for stored in numbers() if stored[0] == sign[0]]


def character_name(sign: str) -> CharacterName:
    """What one sign is called."""
    points = " ".join(f"U+{ord(character):04X}" for character in sign)
    return CharacterName(points, mj_number(sign), juki_code(_spelled(sign)), unicodedata.name(sign[0], "without a name"))


def unified_codes(text: str) -> list[str | None]:
    """Each sign's code in the unified set, as the network's older software has it; None where none is published (hentaigana)."""
    return [juki_code(sign) for sign in graphemes(one_spelling(text))]


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, str]:
    return {code: sign for sign in numbers() if (code := juki_code(sign))}


def from_unified_codes(codes: list[str]) -> str:
    """The text that these codes stand for, in the stored spelling; KeyError for a code that stands for nothing."""
    return "".join(_by_code().get(code) or _same_point(code) for code in codes)


def _same_point(code: str) -> str:
    """A sign beside the kanji: its code is its code point."""
    sign = chr(int(code, 16))
    if juki_code(sign) != code:
        raise KeyError(code)
    return sign
