"""Derive adobe_japan1.xz, mj_outside.xz and font_lacks.xz: other spellings of the MJ glyphs, and what the printing font has not.

Use: python tools/data_sequences.py MOJI_DB IPAEXM_TTF IPAMJM_TTF
(dist/moji.db of npm @mandel59/mojidata 1.8.1; ipaexm.ttf of Debian's fonts-ipaexfont-mincho 00401-5; ipamjm.ttf of fonts-ipamj-mincho
005.01-2.1; none of them inside the repository; needs fonttools)

adobe_japan1: sequence of the Adobe-Japan1 collection, MJ number, evidence. A sequence is listed only where a table or both fonts say that
the glyph is the same, never by likeness of our own:
  J   its CID is the character's glyph of JIS X 0208 (CMap UniJIS), and so is the Hanyo-Denshi sequence JA + its row and cell, which
      Moji_Joho shares with that MJ number
  X   its CID is the character's glyph of JIS X 0213:2004 (CMap UniJISX02132004), and so is that one MJ number (包摂区分 0)
  F   IPAex Mincho draws it with the very points, within 8 of 2,048 units, with which IPAmj Mincho draws that one MJ number
Where two of them contradict one another (nowhere, as of these versions) the sequence is left out.
mj_outside: MJ number and its spellings, for the glyphs of the MJ table that have no code of the unified set: to name what is refused.
font_lacks: what can be spelled in the unified set and has no glyph in IPAmj Mincho.
"""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import data_files
from fontTools.ttLib import TTFont

from openjuki.register import characters

SAME_WITHIN_UNITS = 8
Outline = tuple[list[tuple[int, int]], list[int]]


class FontGlyphs:
    """Outlines of a TrueType font by character or sequence."""

    def __init__(self, path: str) -> None:
        self._font = TTFont(path, lazy=True)
        self._best = self._font.getBestCmap()
        self.sequences: dict[str, str] = {}
        for table in self._font["cmap"].tables:
            for selector, pairs in (table.uvsDict if table.format == 14 else {}).items():
                self.sequences |= {chr(point) + chr(selector): name or self._best[point] for point, name in pairs}

    def has(self, sign: str) -> bool:
        """Whether the font has a glyph of its own for the sign."""
        return sign in self.sequences if len(sign) > 1 else ord(sign) in self._best

    def outline(self, sign: str) -> Outline:
        """Points and ends of contours."""
        name = self.sequences[sign] if len(sign) > 1 else self._best[ord(sign)]
        points, ends, _ = self._font["glyf"][name].getCoordinates(self._font["glyf"])
        return list(points), list(ends)


def alike(one: Outline, other: Outline) -> bool:
    """Whether two outlines have the same contours, point for point within the tolerance."""
    if one[1] != other[1]:
        return False
    return all(max(abs(x - v), abs(y - w)) <= SAME_WITHIN_UNITS for (x, y), (v, w) in zip(one[0], other[0], strict=True))


def row_and_cell(character: str) -> str:
    """Of JIS X 0208, four digits; "" if it has none."""
    try:
        held = character.encode("euc_jp")
    except UnicodeEncodeError:
        return ""
    return "".join(f"{byte - 0xA0:02}" for byte in held) if len(held) == 2 else ""


def glyphs_of(database: sqlite3.Connection, cmap: str) -> dict[str, int]:
    """Character -> CID in one of the CMaps of Adobe-Japan1."""
    return dict(database.execute(f'select UCS, CID from "aj1" where "{cmap}" and not vertical').fetchall())


def by_row_and_cell(database: sqlite3.Connection) -> dict[str, str]:
    """Character -> MJ number of its glyph in JIS X 0208, where Hanyo-Denshi and Moji_Joho share the sequence."""
    shared = database.execute('select IVS, h.code, m.code from "ivs_Hanyo-Denshi" h join "ivs_Moji_Joho" m using (IVS)')
    return {
        sequence[0]: number for sequence, code, number in shared if row_and_cell(sequence[0]) and code == "JA" + row_and_cell(sequence[0])
    }


def by_example(database: sqlite3.Connection) -> dict[str, str]:
    """Character -> MJ number of its example glyph in JIS X 0213, where there is but one."""
    found: dict[str, list[str]] = {}
    sql = 'select coalesce("実装したUCS", "対応するUCS"), "MJ文字図形名" from mji where "X0213_包摂区分" = 0'
    for character, number in database.execute(sql):
        found.setdefault(character, []).append(number)
    return {character: numbers[0] for character, numbers in found.items() if len(numbers) == 1}


def spellings(database: sqlite3.Connection) -> dict[str, dict[str, list[str]]]:
    """Base character -> MJ number -> its spellings, the first being the one that is stored."""
    found: dict[str, dict[str, list[str]]] = {}
    sql = 'select "MJ文字図形名", "対応するUCS", "実装したUCS", "実装したMoji_JohoコレクションIVS" from mji order by 1'
    for number, base, *spelled in database.execute(sql):
        found.setdefault(base or "", {})[number] = [sign for sign in spelled if sign]
    return found


def adobe_japan1(database: sqlite3.Connection, ipaex: FontGlyphs, ipamj: FontGlyphs) -> Iterator[str]:
    """The lines of adobe_japan1, in the order of the sequences."""
    old, new = glyphs_of(database, "UniJIS"), glyphs_of(database, "UniJISX02132004")
    by_cell, by_form, spelled = by_row_and_cell(database), by_example(database), spellings(database)
    for sequence, cid in sorted(database.execute('select IVS, CID from "ivs_Adobe-Japan1"').fetchall()):
        base, found = sequence[0], {}
        if old.get(base) == cid and base in by_cell:
            found["J"] = by_cell[base]
        if new.get(base) == cid and base in by_form:
            found["X"] = by_form[base]
        if sequence in ipaex.sequences:
            own = ipaex.outline(sequence)
            fit = [number for number, (first, *_) in drawn(spelled[base], ipamj) if alike(own, ipamj.outline(first))]
            found |= {"F": fit[0]} if len(fit) == 1 else {}
        if len(set(found.values())) == 1:
            yield f"{sequence}\t{next(iter(found.values()))[2:]}\t{''.join(found)}"
        elif found:
            print("contradiction, left out:", ascii(sequence), found)


def drawn(numbers: dict[str, list[str]], ipamj: FontGlyphs) -> list[tuple[str, list[str]]]:
    """Those that the font can draw."""
    return [(number, spelled) for number, spelled in numbers.items() if spelled and ipamj.has(spelled[0])]


def outside(database: sqlite3.Connection) -> Iterator[str]:
    """The lines of mj_outside, in the order of the numbers."""
    columns = 'substr("MJ文字図形名", 3), "実装したUCS", "実装したMoji_JohoコレクションIVS"'
    sql = f'select {columns} from mji where "住基ネット統一文字コード" is null order by 1'
    for number, *spelled in database.execute(sql):
        yield f"{number}\t{' '.join(sign for sign in spelled if sign)}"


def main(moji_database: str, ipaex: str, ipamj: str) -> None:
    """Write the data files and say what they hold."""
    database, font = sqlite3.connect(Path(moji_database)), FontGlyphs(ipamj)
    lacking = sorted(sign for sign in characters.spelled_in_the_set(characters.numbers()) if not font.has(sign))
    for name, lines in (
        ("adobe_japan1.xz", list(adobe_japan1(database, FontGlyphs(ipaex), font))),
        ("mj_outside.xz", list(outside(database))),
        ("font_lacks.xz", lacking),
    ):
        print(name, len(lines), "lines,", data_files.write_text(name, lines), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
