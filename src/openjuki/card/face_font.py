"""How wide the letters of the printing font are, and what fits into a box (印字幅; 文字情報基盤 IPAmj明朝)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.ttLib import TTFont

from openjuki.register.characters import graphemes
from openjuki.register.errors import NotReady, Say, Unrecordable
from openjuki.register.spellings import character_name

POINT_MM = 25.4 / 72
LINE_HEIGHT = 1.2
"""In the size of the letters; the template's is the same."""


class Fit(NamedTuple):
    """A text as it is printed: its lines, their size in points, and whether they are too many for their box."""

    lines: tuple[str, ...]
    size_pt: float
    overflows: bool


class FaceFont:
    """Widths of one font file. Raises NotReady if it is not there."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            reason = Say("the printing font is not installed.", "印字用フォントがありません。")
            raise NotReady(path.name, reason, Say("Install fonts-ipamj-mincho.", "fonts-ipamj-mincho を導入してください。"))
        self.path = path
        self.family, self._widths = _widths(path)

    def require(self, texts: Iterable[str]) -> None:
        """Raises Unrecordable if the font lacks a sign: nothing is ever printed in its place."""
        lacking = tuple(dict.fromkeys(sign for text in texts for sign in graphemes(text) if not self._has(sign)))
        if lacking:
            names = ", ".join(str(character_name(sign)) for sign in lacking)
            raise Unrecordable(
                "card face", Say(f"the printing font lacks {names}.", f"印字用フォントにない文字があります: {names}。"),
                Say("Configure a font that has it.", "その文字を持つフォントを設定してください。"), lacking,
            )  # fmt: skip

    def width_mm(self, text: str, size_pt: float) -> float:
        """How wide the text is in one line."""
        return sum(self._width(sign) for sign in graphemes(text)) * size_pt * POINT_MM

    def fit(self, text: str, width_mm: float, sizes: Sequence[tuple[float, int]]) -> Fit:
        """The first size (points, lines at most) at which the text fits; else the last one, overflowing."""
        lines: tuple[str, ...] = ()
        for size_pt, lines_max in sizes:
            lines = self._lines(text, width_mm, size_pt)
            if len(lines) <= lines_max:
                return Fit(lines, size_pt, overflows=False)
        return Fit(lines, sizes[-1][0], overflows=True)

    def _lines(self, text: str, width_mm: float, size_pt: float) -> tuple[str, ...]:
        """Broken where a line is full; between words of letters, if there are any in it."""
        found, line, width = [], "", 0.0
        for sign in graphemes(text):
            step = self._width(sign) * size_pt * POINT_MM
            if line and width + step > width_mm:
                kept = _last_space(line) if sign.isascii() and sign != " " else len(line)
                found.append(line[:kept].rstrip())
                line = line[kept:].lstrip()
                width = self.width_mm(line, size_pt)
            line, width = line + sign, width + step
        return tuple(found) + ((line,) if line else ())

    def _has(self, sign: str) -> bool:
        return sign in self._widths or (all(each in self._widths for each in sign if not _is_selector(each)) and not _selected(sign))

    def _width(self, sign: str) -> float:
        return self._widths.get(sign) or sum(self._widths.get(each, 1.0) for each in sign if not _is_selector(each))


@lru_cache(maxsize=4)
def _widths(path: Path) -> tuple[str, dict[str, float]]:
    """Family, and advance of every character and variation sequence in ems."""
    font: Any = TTFont(path, lazy=True)
    units, advances = font["head"].unitsPerEm, font["hmtx"].metrics
    found = {chr(point): advances[name][0] / units for point, name in font.getBestCmap().items()}
    for table in font["cmap"].tables:
        if table.format == 14:
            for selector, pairs in table.uvsDict.items():
                for point, name in pairs:
                    found[chr(point) + chr(selector)] = advances[name][0] / units if name else found.get(chr(point), 1.0)
    return str(font["name"].getBestFamilyName() or path.stem), found


def _last_space(line: str) -> int:
    """Where the last word of letters begins; the end of the line if it has no space."""
    place = line.rfind(" ")
    return place + 1 if place > 0 else len(line)


def _is_selector(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _selected(sign: str) -> bool:
    return any(_is_selector(each) for each in sign)
