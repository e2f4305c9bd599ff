"""Pictures of characters that were refused, so that a clerk can identify them (文字の同定; standard 2.2.3 文字コード照会等).

Each is a small SVG drawn from the outlines of the first font that has the character; of its base character, and saying so, if none has
it; an empty frame if no font is there. Fonts are read where the system's packages put them, and none is needed for anything else.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from openjuki.register.spellings import character_name

_SYSTEM = Path("/usr/share/fonts")
FONTS = (
    _SYSTEM / "truetype/ipamj/ipamjm.ttf",
    _SYSTEM / "opentype/ipaexfont-mincho/ipaexm.ttf",
    _SYSTEM / "truetype/dejavu/DejaVuSans.ttf",
)
"""The printing font first; then those that have other sequences or letters."""
PICTURES_MAX = 3_000
"""In one folder: a file read in a wrong encoding must not fill the disk."""
_PAGE = """<!doctype html><meta charset="utf-8"><title>Characters that were refused</title>
<style>body{{font:1rem sans-serif}}figure{{display:inline-block;width:14rem;vertical-align:top}}img{{width:6rem;border:1px solid}}</style>
<h1>文字の同定 / Characters that were refused</h1>
{figures}
"""


class PictureFont:
    """The outlines of one font."""

    def __init__(self, path: Path) -> None:
        self._font: Any = TTFont(path, lazy=True)
        self._glyphs = self._font.getGlyphSet()
        self._best: dict[int, str] = self._font.getBestCmap() or {}
        self._variants: dict[tuple[int, int], str | None] = {
            (point, selector): name
            for table in self._font["cmap"].tables
            for selector, pairs in (table.uvsDict if table.format == 14 else {}).items()
            for point, name in pairs
        }
        self.name = str(self._font["name"].getDebugName(4) or path.stem)
        self.units = int(self._font["head"].unitsPerEm)
        self.ascent = int(self._font["hhea"].ascent)

    def path(self, sign: str) -> str:
        """The SVG path of a sign; "" if the font has no glyph for it."""
        name = self._name(sign)
        if not name:
            return ""
        pen = SVGPathPen(self._glyphs)
        self._glyphs[name].draw(pen)
        return str(pen.getCommands())

    def has(self, sign: str) -> bool:
        """Whether the font has a glyph of its own for a sign."""
        return bool(self._name(sign))

    def _name(self, sign: str) -> str | None:
        return self._best.get(ord(sign)) if len(sign) == 1 else self._variant(sign)

    def _variant(self, sign: str) -> str | None:
        key = ord(sign[0]), ord(sign[1])
        if len(sign) != 2 or key not in self._variants:
            return None
        return self._variants[key] or self._best.get(key[0])


@lru_cache(maxsize=len(FONTS))
def _opened(path: Path) -> PictureFont:
    return PictureFont(path)


def file_name(sign: str) -> str:
    """U+9089_U+E0105.svg and the like."""
    return f"{character_name(sign).points.replace(' ', '_')}.svg"


def picture(sign: str, fonts: Sequence[Path] = FONTS) -> str:
    """The SVG of a sign, with its name as title and what it was drawn from below."""
    for shown, remark in ((sign, ""), (sign[0], "base character, not this form: ")):
        for font in map(_opened, filter(Path.exists, fonts)):
            if path := font.path(shown):
                return _svg(sign, path, font.units, font.ascent, f"{remark}{font.name}")
    return _svg(sign, "", 1_000, 800, "no font on this machine has it")


def _svg(sign: str, path: str, units: int, ascent: int, source: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {units} {units * 5 // 4}" width="160" height="200">'
        f"<title>{escape(str(character_name(sign)))}</title>"
        f'<rect width="{units}" height="{units}" fill="white" stroke="gray"/>'
        f'<path transform="translate(0 {ascent}) scale(1 -1)" d="{path}"/>'
        f'<text x="0" y="{units * 9 // 8}" font-size="{units // 12}" font-family="sans-serif">{escape(source)}</text></svg>\n'
    )


class CharacterPictures:
    """A folder of pictures, made with the first of them; `index.html` shows all with their names."""

    def __init__(self, folder: Path, fonts: Sequence[Path] = FONTS) -> None:
        self.folder, self._fonts = folder, fonts

    def draw(self, signs: Iterable[str]) -> int:
        """Draw those that are not there yet; returns how many were."""
        there = {path.name for path in self.folder.glob("U+*.svg")}
        wanted = [sign for sign in dict.fromkeys(signs) if file_name(sign) not in there][: PICTURES_MAX - len(there)]
        if not wanted:
            return 0
        self.folder.mkdir(exist_ok=True)
        for sign in wanted:
            (self.folder / file_name(sign)).write_text(picture(sign, self._fonts), encoding="utf-8")
        names = sorted(there.union(map(file_name, wanted)))
        (self.folder / "index.html").write_text(_PAGE.format(figures="\n".join(map(_figure, names))), encoding="utf-8")
        return len(wanted)


def _figure(name: str) -> str:
    sign = "".join(chr(int(point, 16)) for point in name.removesuffix(".svg").removeprefix("U+").split("_U+"))
    title = escape(str(character_name(sign)))
    return f'<figure><img src="{name}" alt="{title}"><figcaption>{title}</figcaption></figure>'
