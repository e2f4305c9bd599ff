"""The journey of 5,000 rare names: where they come from, and what must have become of each (外字を含む氏名; issue 3, "Must show").

2,000 as a dictionary of names has them, 2,000 with one kanji in another form of the MJ table on the same character, 1,000 with one kanji
that is any glyph of the MJ table. Each has a birth date of its own, so that a question by name and birth date means one person.
"""

import csv
import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from openjuki.register.characters import graphemes, numbers
from openjuki.register.spellings import character_name, mj_table

DICTIONARY = Path(__file__).resolve().parent.parent / "golden" / "dictionary_names.tsv"
AS_WRITTEN, IN_ANOTHER_FORM, WITH_ANY_GLYPH = 2_000, 2_000, 1_000
FIRST_BIRTH = datetime.date(1930, 1, 1)
NOT_IN_THE_FONT = "鿯"
AIRA = "462250"


class RareName(NamedTuple):
    """One name of the journey; `rare` is the glyph of the MJ table that was put in, "" if none was."""

    number: int
    name: str
    kana: str
    rare: str = ""

    @property
    def birth(self) -> str:
        return (FIRST_BIRTH + datetime.timedelta(days=self.number)).isoformat()

    @property
    def recordable(self) -> bool:
        """By the MJ table's own column: the glyph has a code of the unified set (and the font has it)."""
        return not self.rare or (self.rare in numbers() and self.rare != NOT_IN_THE_FONT)


def _dictionary() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for line in DICTIONARY.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, name, kana = line.split("\t")
            found.setdefault(kind, []).append((name, "".join(chr(ord(sign) + 0x60) if sign < "\u3097" else sign for sign in kana)))
    return found


def rare_names(seed: str = "1") -> list[RareName]:
    """All of them, the same for the same seed."""
    draw, parts = Random(f"rare names {seed}"), _dictionary()
    glyphs = sorted(mj_table())
    by_base: dict[str, list[str]] = {}
    for glyph in glyphs:
        by_base.setdefault(glyph[0], []).append(glyph)
    found: list[RareName] = []
    while len(found) < AS_WRITTEN + IN_ANOTHER_FORM + WITH_ANY_GLYPH:
        (family, family_kana), (given, given_kana) = draw.choice(parts["surname"]), draw.choice(parts["given"])
        rare = ""
        if len(found) >= AS_WRITTEN:
            place = draw.randrange(len(family))
            forms = [form for form in by_base.get(family[place], []) if form != family[place]]
            rare = draw.choice(glyphs if len(found) >= AS_WRITTEN + IN_ANOTHER_FORM else forms or [""])
            if not rare:
                continue
            family = family[:place] + rare + family[place + 1 :]
        found.append(RareName(len(found), f"{family}　{given}", f"{family_kana}　{given_kana}", rare))
    return found


def write_file(path: Path, names: list[RareName]) -> None:
    """The CSV file that an older system of the municipality would give: everybody a household of one."""
    rows = [
        {
            "household_number": str(one.number + 1), "address_number": str(one.number + 1), "name": one.name, "kana": one.kana,
            "birth": one.birth, "sex": "2", "relationship": "世帯主", "registered_domicile": "鹿児島県姶良市宮島町25",
            "registered_domicile_head": "住基　太郎", "became_resident_on": "2010-04-01", "municipality": AIRA, "town": "宮島町",
            "block": "25番地",
        } for one in names
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class Fates(NamedTuple):
    """What became of the names: by number, the bytes that came out, and the error of those that were refused."""

    came_out: dict[int, bytes]
    refused: dict[int, str]


def fates(exported: Path, rejects: Path) -> Fates:
    """Read the export and the reject file; a name that stands in neither is in neither."""
    with exported.open(encoding="utf-8", newline="") as file:
        out = {int(row["宛名番号"]) - 1: row["氏名"].encode() for row in csv.DictReader(file)}
    with rejects.open(encoding="utf-8", newline="") as file:
        refused = {int(row["address_number"]) - 1: row["errors"] for row in csv.DictReader(file)}
    return Fates(out, refused)


def faults(names: list[RareName], found: Fates, pictures: Path) -> list[str]:
    """What is wrong with the journey's end: a byte that changed, a name that is lost, a refusal without the character's name or picture."""
    wrong = [
        f"{one.number}: not byte-identical"
        for one in names
        if one.number in found.came_out and found.came_out[one.number] != one.name.encode()
    ]
    wrong += [f"{one.number}: lost" for one in names if one.number not in found.came_out and one.number not in found.refused]
    for one in names:
        if one.number not in found.refused:
            continue
        name = character_name(one.rare) if one.rare else None
        if one.recordable or one.number in found.came_out or name is None:
            wrong.append(f"{one.number}: refused without need")
        elif f"{name.points} {name.mj_number} " not in found.refused[one.number]:
            wrong.append(f"{one.number}: refused without the character's name")
        elif not (pictures / f"{name.points.replace(' ', '_')}.svg").exists():
            wrong.append(f"{one.number}: refused without a picture")
    return wrong


def distinct_glyphs(names: list[RareName]) -> int:
    return len({sign for one in names for sign in graphemes(one.name)})
