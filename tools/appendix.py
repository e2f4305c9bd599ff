"""Makes the catalogue of lawful purposes from the text of the Act (別表第一〜第五; Act appendices 1-5).

    python -m tools.appendix [FOLDER]     FOLDER holds 住民基本台帳法.txt; default: OPENJUKI_LAW_TEXT, else ../shared/law

Written is `src/openjuki/law/data/appendix.jsonl`: facts and short words of our own, never the sentences of the law.
The normal form of each fact is in tests/golden/README-appendix.md.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from openjuki.law.purposes import CATALOGUE_DIGEST, Row, digest, row_facts, total_digest
from tools.appendix_affairs import affair
from tools.appendix_citations import KANJI, Reader, in_arabic, names, statute_numbers, without_parentheses

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src/openjuki/law/data/appendix.jsonl"
ROW_NUMBER = f"({KANJI}(?:の{KANJI})*)　"
UNNUMBERED: dict[str, None] = {"特定目的会社による特定資産の流動化に関する法律": None}
"""Statutes that the Act names without ever giving their number."""
BETWEEN_BODIES = "又は|若しくは|及び|並びに"


class Paragraph(NamedTuple):
    """One row as the law prints it: `bodies` is the left column, `affair` the right."""

    table: int
    row: str
    bodies: str
    affair: str


def law_folder() -> Path:
    """Where the law text is, if it is here at all."""
    return Path(os.environ.get("OPENJUKI_LAW_TEXT") or ROOT.parent / "shared/law")


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Every live row of the five tables, in the order of the text."""
    tables = re.split("^別表第[一二三四五]　.*$", text, flags=re.MULTILINE)[-5:]
    for table, body in enumerate(tables[:4], 1):
        lines = [line.strip() for line in body.splitlines() if line.strip()]
        for line, affair_text in zip(lines, [*lines[1:], ""], strict=True):
            found = re.match(ROW_NUMBER + "(.+)", line)
            if found and found[2] != "削除":
                yield Paragraph(table, row_number(found[1]), found[2], affair_text)
    run_on = re.split("(?:^|(?<=もの))" + ROW_NUMBER, tables[4].strip())
    for number, affair_text in zip(run_on[1::2], run_on[2::2], strict=True):
        yield Paragraph(5, row_number(number), "都道府県知事", affair_text.strip())


def row_number(printed: str) -> str:
    """一の二 as 1-2."""
    return in_arabic(printed).replace("の", "-")


def bodies(column: str, known: Mapping[str, str | None]) -> tuple[str, ...]:
    """The bodies that a left column names, split and in normal form."""
    reader = Reader(known)
    parts = re.sub(f"({names(known)})|{BETWEEN_BODIES}", lambda found: found[1] or "/", without_parentheses(column)).split("/")
    ending = "の長" if parts[-1].endswith("の長") else ""
    return tuple(body(part if part.endswith(ending) else part + ending, reader) for part in parts)


def body(part: str, reader: Reader) -> str:
    """One body: as it stands, or NAME（STATUTE ARTICLE） for one that the law gives by reference."""
    found = re.fullmatch("(.*[条項号])(?:に規定する|の)(.+)", part)
    if not found:
        return part
    place = reader.read(found[1]).places[-1]
    return f"{found[2]}（{place.written(home='')}）"


def row(paragraph: Paragraph, known: Mapping[str, str | None]) -> Row:
    """The facts of one row; `known` are the statutes with their numbers as known so far."""
    reader = Reader(known).read(paragraph.affair)
    statute, *others = dict.fromkeys(reader.statutes)
    return Row(
        table=paragraph.table,
        row=paragraph.row,
        bodies=bodies(paragraph.bodies, known),
        statute=statute,
        statute_number=known[statute],
        articles=tuple(dict.fromkeys(place.written(statute) for place in reader.places)),
        also=tuple(others),
        affair=affair(statute, without_parentheses(paragraph.affair)),
    )


def statutes(text: str, printed: list[Paragraph]) -> dict[str, str | None]:
    """Every statute that the Act's main part or a row names, with its number where the main part gives it."""
    main_part = re.sub(r"\s", "", text.split("附　則")[0])
    named = dict.fromkeys(name for paragraph in printed for name in numbers_of(paragraph))
    return {**UNNUMBERED, **named, **statute_numbers(main_part)}


def numbers_of(paragraph: Paragraph) -> dict[str, str]:
    """The numbers of statutes that the row itself gives, in either column."""
    return statute_numbers(paragraph.bodies) | statute_numbers(paragraph.affair)


def parse(text: str) -> list[Row]:
    """All rows of the appendices in `text`, the whole Act; a number given once holds for the rows behind it."""
    printed = list(paragraphs(text))
    known = statutes(text, printed)
    rows = []
    for paragraph in printed:
        known.update(numbers_of(paragraph))
        rows.append(row(paragraph, known))
    return rows


def lines(rows: list[Row]) -> str:
    """The data file: one JSON line for each row, with its digest."""
    return "".join(json.dumps(row_facts(row) | {"digest": digest(row)}, ensure_ascii=False) + "\n" for row in rows)


def main(folder: Path) -> None:
    """Reads the law text in `folder`, writes the data file and tells the digest that `purposes.CATALOGUE_DIGEST` must hold."""
    rows = parse((folder / "住民基本台帳法.txt").read_text("utf-8"))
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(lines(rows), "utf-8")
    new = total_digest(map(digest, rows))
    print(f"{len(rows)} rows. CATALOGUE_DIGEST {'unchanged' if new == CATALOGUE_DIGEST else f'must become {new}'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else law_folder())
