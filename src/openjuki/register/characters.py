"""Characters that can be recorded and sent: the network's unified set (住基ネット統一文字; 文字情報基盤 table of 19,563 kanji).

Text is never Unicode-normalised: a kanji and its variation selector are one sign, か and a loose dakuten are not が. Each glyph is stored
in one spelling (see `spellings`): the character alone where the MJ table gives it that glyph, else with the Moji_Joho selector.
The kanji, their codes and shrink forms come from the table; the published non-kanji ranges are not in it, so they follow a rule of ours:
U+0020-33FF and U+FF01-FFEF as far as cp932 or JIS X 0213 hold them, and the hentaigana of Unicode (without a code here).
What the printing font (IPAmj Mincho) has no glyph for cannot be recorded either.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from openjuki.register.package_data import read_text

GRAPHEME = re.compile("(?s:.)[\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufeff\ufff0-\uffff]")
CODED_RANGES = (range(0x20, 0x3400), range(0xFF01, 0xFFF0))
HENTAIGANA = range(0x1B001, 0x1B11F)
LOOSE_MARKS = frozenset(map(chr, (*range(0x300, 0x370), 0x3099, 0x309A)))  # a letter with a loose mark is not the letter that has it
JOINED_KANA = [f"{kana}\u309a" for kana in "かきくけこカキクケコセツトㇷ"]  # JIS X 0213 has them, Unicode only as two signs


class _Table(NamedTuple):
    codes: dict[str, str]
    numbers: dict[str, str]
    others: dict[str, str]
    recordable: frozenset[str]
    shapes: dict[str, str]
    forms: dict[int, str]


@lru_cache(maxsize=1)
def _table() -> _Table:
    codes: dict[str, str] = {}
    numbers: dict[str, str] = {}
    others: dict[str, str] = {}
    shapes: dict[str, str] = {}
    forms: dict[int, str] = {}
    for line in read_text("characters").split("\n"):
        code, number, sequences, base, shape, form = line.split("\t")
        stored, *spelled = sequences.split(" ")
        codes[stored], numbers[stored] = code, f"MJ{number}"
        others |= dict.fromkeys(spelled, stored)
        if form:
            forms[ord(base)] = form
        for sequence in (stored, *spelled):
            if shape or sequence != base:
                shapes[sequence] = shape or base
            if len(sequence) == 1 and sequence != base:
                forms[ord(sequence)] = form or base
    recordable = spelled_in_the_set(codes) - _lacking()
    return _Table(codes, numbers, others, recordable, shapes, forms)


def spelled_in_the_set(kanji: Iterable[str]) -> frozenset[str]:
    """The unified set: those kanji, the signs beside them, hentaigana; whether or not a font can print them."""
    return frozenset(kanji).union(_non_kanji(), map(chr, HENTAIGANA), JOINED_KANA)


def _non_kanji() -> frozenset[str]:
    signs = NOT_TEXT.sub("", "".join(chr(point) for points in CODED_RANGES for point in points))
    held = "".join(signs.encode(codec, "ignore").decode(codec) for codec in ("cp932", "euc_jis_2004"))
    return frozenset(held).difference(LOOSE_MARKS)


def in_cp932(text: str) -> bool:
    """Whether the commonest Japanese file encoding (cp932) can hold all of `text`."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def graphemes(text: str) -> list[str]:
    """`text` cut into what a reader takes for one sign: a kanji with its variation selector is one."""
    return GRAPHEME.findall(text)


def juki_code(sign: str) -> str | None:
    """The unified character code, four hex digits, of one character or sequence; None if it has none (hentaigana: not published)."""
    table = _table()
    code = table.codes.get(table.others.get(sign, sign))
    if code is None and len(sign) == 1 and ord(sign) <= 0xFFFF and sign in table.recordable:
        return f"{ord(sign):04X}"
    return code


def numbers() -> Mapping[str, str]:
    """MJ number (MJ文字図形名) of each kanji of the set, by the spelling that is stored. Not to be changed."""
    return _table().numbers


def other_spellings() -> Mapping[str, str]:
    """What the MJ table itself also writes for a kanji of the set, and the spelling that is stored. Not to be changed."""
    return _table().others


def is_recordable(text: str) -> bool:
    """Whether every sign of `text` is in the unified set or the ranges beside it."""
    recordable = _table().recordable
    return recordable.issuperset(text) or recordable.issuperset(graphemes(text))


def unrecordable(text: str) -> list[str]:
    """The signs of `text` that cannot be recorded, in their order, each once."""
    recordable = _table().recordable
    return [sign for sign in dict.fromkeys(graphemes(text)) if sign not in recordable]


def printable_by_the_font(sign: str) -> bool:
    """Whether the printing font has a glyph for a sign of the unified set; True for signs of which that is not known."""
    return sign not in _lacking()


@lru_cache(maxsize=1)
def _lacking() -> frozenset[str]:
    return frozenset(read_text("font_lacks").split("\n"))


def jis_shape(text: str) -> str:
    """Each sign in the nearest form that JIS X 0213 holds (縮退), where there is one: for a reader without the right font, with a mark."""
    shapes = _table().shapes
    return "".join(shapes.get(sign, sign) for sign in graphemes(text))


def forms() -> dict[int, str]:
    """Search form by code point: old, rare and variant kanji to the common one; for `str.translate`. Not to be changed."""
    return _table().forms


def shrink(text: str) -> str:
    """`text` in search forms, variation selectors left out: for keys only, never shown and never stored as a name."""
    return SELECTORS.sub("", text).translate(forms())
