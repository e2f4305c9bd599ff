"""The printing font with what it can print: a configured resource (印字用フォント; IPAmj明朝, 文字情報基盤; standard 5.8 未登録外字).

A character that the font lacks stops the print. It is never replaced, because a base character in place of a variant is another name.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.ttLib import TTFont

from openjuki.register.characters import graphemes
from openjuki.register.errors import NotReady, Say, Unrecordable
from openjuki.register.spellings import character_name

IPAMJ_MINCHO = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
"""Where the system's package puts it."""


class Coverage(NamedTuple):
    """What a font declares that it can print: single characters, and sequences with a variation selector."""

    family: str
    signs: frozenset[str]

    def lacks(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The signs of the texts that it cannot print, each once."""
        found = dict.fromkeys(sign for text in texts if not self.signs.issuperset(text) or _selected(text) for sign in graphemes(text))
        return tuple(sign for sign in found if not self._has(sign))

    def _has(self, sign: str) -> bool:
        return sign in self.signs or (not _selected(sign) and self.signs.issuperset(sign))


class Unprintable(Unrecordable):
    """A text holds signs that the printing font lacks; `pictures` (SVG by sign) show the clerk which are meant, once a desk drew them."""

    def __init__(self, signs: tuple[str, ...], pictures: Mapping[str, str] | None = None) -> None:
        names = ", ".join(str(character_name(sign)) for sign in signs)
        reason = Say(f"the printing font lacks {names}.", f"印字用フォントにない文字があります: {names}。")
        remedy = Say(
            "Nothing was printed. Compare with the picture; configure a font that has it, or write the paper by hand.",
            "印字を中止しました。図形と照合し、その文字を持つフォントを設定するか、手書きで作成してください。",
        )
        super().__init__("characters", reason, remedy, signs)
        self.pictures = dict(pictures or {})

    def __reduce__(self) -> tuple[type["Unprintable"], tuple[tuple[str, ...], dict[str, str]]]:
        """So that it comes whole out of another process."""
        return Unprintable, (self.signs, self.pictures)


class PrintingFont:
    """A font file with its declared coverage."""

    def __init__(self, path: Path = IPAMJ_MINCHO) -> None:
        if not path.exists():
            reason = Say("the printing font is not installed.", "印字用フォントがありません。")
            remedy = Say("Install fonts-ipamj-mincho, or configure another.", "fonts-ipamj-mincho を導入するか、設定を変えてください。")
            raise NotReady(path.name, reason, remedy)
        self.path = path
        self.coverage = coverage(path)

    @property
    def family(self) -> str:
        """The family's name, as the templates ask for it."""
        return self.coverage.family

    def require(self, texts: Iterable[str]) -> None:
        """Raise Unprintable if it lacks a sign of the texts."""
        signs = self.coverage.lacks(texts)
        if signs:
            raise Unprintable(signs)


@lru_cache(maxsize=4)
def coverage(path: Path) -> Coverage:
    """What a font file says that it has (its cmap, formats 12 and 14)."""
    font: Any = TTFont(path, lazy=True)
    signs = set(map(chr, font.getBestCmap() or {}))
    for table in font["cmap"].tables:
        if table.format == 14:
            signs |= {chr(point) + chr(selector) for selector, pairs in table.uvsDict.items() for point, _ in pairs}
    return Coverage(str(font["name"].getBestFamilyName() or path.stem), frozenset(signs))


def _selected(text: str) -> bool:
    return any("\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef" for sign in text)
