"""Derive characters.xz: the kanji of the unified character set of the network (住基ネット統一文字) with shapes and shrink targets.

Use: python tools/data_characters.py MOJI_DB   (dist/moji.db of npm @mandel59/mojidata 1.8.1, outside the repository)

Lines: Juki code (4 hex digits), MJ number, sequences that show the glyph (character, or character and variation selector; separated by
spaces), the base character, its nearest form in JIS X 0213, its search form; separated by tabs, an empty form equals the base character.
Source tables: MJ文字情報一覧表, MJ縮退マップ (CC BY-SA 2.1 JP), 常用漢字表's old forms (public domain), forms of 人名用漢字 (MIT).
"""

import sqlite3
import sys
from collections.abc import Iterator
from typing import NamedTuple

import data_files

KINDS_IN_ORDER = (  # the shrink map's tables: how much a target is worth, best first
    "戸籍統一文字情報_親字正字",
    "JIS包摂規準UCS統合規則",
    "民二5202号通知別表_正字俗字等対照表",
    "民一2842号通達別表_誤字俗字正字一覧表_俗字",
    "民一2842号通達別表_誤字俗字正字一覧表_無印",
    "民一2842号通達別表_誤字俗字正字一覧表_別字",
    "法務省告示582号別表第四_一",
    "法務省告示582号別表第四_二",
    "辞書類等による関連字",
    "読み字形による類推",
)
SHAPE_FIRST = KINDS_IN_ORDER[1], KINDS_IN_ORDER[0], *KINDS_IN_ORDER[2:]


class Glyph(NamedTuple):
    """One Juki glyph: code, MJ number, base character; then what shows it: character, two kinds of sequence, compatibility character."""

    code: str
    number: str
    base: str
    character: str | None
    sequence: str | None
    standard_sequence: str | None
    compatibility: str | None


class Target(NamedTuple):
    """A shrink target; `distance` is the table's rank or number of hops."""

    character: str
    table: str
    distance: int


def level(character: str) -> int:
    """1 or 2 for the levels of JIS X 0208, 3 for the rest of JIS X 0213, 4 outside."""
    try:
        code = character.encode("shift_jis")
        return 3 if len(code) < 2 else 1 if code <= b"\x98\x72" else 2
    except UnicodeEncodeError:
        pass
    try:
        character.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return 4
    return 3


def glyphs(database: sqlite3.Connection) -> list[Glyph]:
    """All glyphs with a Juki code, in the order of the code."""
    found = database.execute(
        'select substr("住基ネット統一文字コード", 3), substr("MJ文字図形名", 3), "対応するUCS", "実装したUCS",'
        ' "実装したMoji_JohoコレクションIVS", "実装したSVS", "対応する互換漢字"'
        ' from mji where "住基ネット統一文字コード" is not null order by 1'
    )
    return [Glyph(*row) for row in found]


def targets(database: sqlite3.Connection) -> dict[str, list[Target]]:
    """Shrink targets by MJ number."""
    found: dict[str, list[Target]] = {}
    for number, character, table, rank, hops in database.execute(
        'select substr("MJ文字図形名", 3), "縮退UCS", "表", "順位", "ホップ数" from mjsm'
    ):
        found.setdefault(number, []).append(Target(character, table, rank or hops or 1))
    return found


def new_forms(database: sqlite3.Connection) -> dict[str, str]:
    """Old form -> new form of 人名用漢字 and 常用漢字; a 常用漢字 stands for itself."""
    joyo = database.execute("select 康熙字典体, 漢字 from joyo_kangxi").fetchall()
    names = [row for name in ("jinmei1", "jinmei2") for row in database.execute(f'select object, subject from "kdpv_{name}/variant"')]
    common = database.execute("select 漢字, 漢字 from joyo").fetchall()
    return dict(names + joyo + common)


def nearest(found: list[Target], tables: tuple[str, ...], worst: int) -> str | None:
    """The best target of a level up to `worst`: by table, distance, level, code."""
    fit = [target for target in found if level(target.character) <= worst]
    best = min(fit, key=lambda t: (tables.index(t.table), t.distance, level(t.character), t.character), default=None)
    return best.character if best else None


def parent(base: str, found: list[Target], modern: dict[str, str]) -> str:
    """One step towards the common form: the new form, else the parent character of the family register's table, else any target."""
    if base in modern:
        return modern[base]
    parents = [target for target in found if target.table == KINDS_IN_ORDER[0] and target.distance == 1]
    own = level(base)
    step = nearest([target for target in parents if target.character != base], KINDS_IN_ORDER, 2)
    if step is None and own > 2:
        step = nearest(found, KINDS_IN_ORDER, 2)
    return step or base


def search_forms(all_glyphs: list[Glyph], found: dict[str, list[Target]], modern: dict[str, str]) -> dict[str, str]:
    """Base character -> its search form, followed to the end; a ring is broken at its commonest member."""
    by_base: dict[str, list[Target]] = {}
    for glyph in all_glyphs:
        by_base.setdefault(glyph.base, []).extend(found.get(glyph.number, []))
    steps = {base: parent(base, held, modern) for base, held in by_base.items()}
    return {base: end(base, steps) for base in steps}


def end(base: str, steps: dict[str, str]) -> str:
    """Where the steps from `base` lead."""
    path = [base]
    while (step := steps.get(path[-1], path[-1])) != path[-1]:
        if step in path:
            return min(path[path.index(step) :], key=lambda sign: (level(sign), sign))
        path.append(step)
    return path[-1]


def lines(database: sqlite3.Connection) -> Iterator[str]:
    """One line per Juki kanji, in the order of the codes."""
    held, found = glyphs(database), targets(database)
    forms = search_forms(held, found, new_forms(database))
    shown = {glyph.character for glyph in held}
    for glyph in held:
        compatibility = None if glyph.compatibility in shown else glyph.compatibility
        sequences = " ".join(dict.fromkeys(sign for sign in (*glyph[3:6], compatibility) if sign))
        shape = glyph.base if level(glyph.base) <= 3 else nearest(found.get(glyph.number, []), SHAPE_FIRST, 3) or ""
        form = forms[glyph.base]
        same = ("" if shape == glyph.base else shape, "" if form == glyph.base else form)
        yield "\t".join((glyph.code, glyph.number, sequences, glyph.base, *same))


def main(moji_database: str) -> None:
    """Write the data file and say what it holds."""
    connection = sqlite3.connect(moji_database)
    found = list(lines(connection))
    size = data_files.write_text("characters.xz", found)
    print(len(found), "lines,", size, "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
