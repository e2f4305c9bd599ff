"""5,000 rare names through files and network: out again byte for byte, or refused with the character's name and picture (外字)."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from xml.etree import ElementTree

import pytest

from openjuki.nodes import process
from openjuki.nodes.character_pictures import FONTS, file_name
from openjuki.simulation import declaration
from openjuki.simulation.country import Country
from openjuki.simulation.import_campaign import compare
from openjuki.simulation.operations import operate
from openjuki.simulation.running import STORY_DAY, Calendar, run_country
from tests.simulation.rare_names import AIRA, NOT_IN_THE_FONT, Fates, RareName, distinct_glyphs, fates, faults, rare_names, write_file

pytestmark = pytest.mark.slow
PARTIAL = 3
AT_ONCE = 8
ASKED = (("46-passport", "appendix:5:6"), ("pension", "appendix:1:77"))
"""Who asks for what: the first is answered by the prefecture, the second by the centre."""


async def command(*words: object) -> int:
    """One command of the operator's, in a process of its own; its exit code."""
    ran = await asyncio.create_subprocess_exec(sys.executable, "-m", "openjuki.cli.main", *map(str, words), stdout=PIPE, stderr=PIPE)
    await ran.communicate()
    return int(ran.returncode or 0)


async def asked(country: Country, office: str, affair: str, one: RareName) -> bytes:
    """The name that a hub answers to a question by name and birth date."""
    arguments = {
        "office": office, "affair": affair, "case": str(one.number), "operator": "officer-1", "fields": ["name", "birth"],
        "key": {"name": one.name, "birth": one.birth},
    }  # fmt: skip
    persons = (await operate(country, "query", arguments, lambda done, total: None))["persons"]
    return b"\n".join(person["name"].encode() for person in persons)


async def wrong_answers(country: Country, names: list[RareName]) -> list[int]:
    """Names that a hub does not answer byte for byte."""
    wrong: list[int] = []
    for start in range(0, len(names), AT_ONCE):
        for office, affair in ASKED:
            chunk = names[start : start + AT_ONCE]
            answers = await asyncio.gather(*(asked(country, office, affair, one) for one in chunk))
            wrong += [one.number for one, answer in zip(chunk, answers, strict=True) if answer != one.name.encode()]
    return wrong


async def journey(folder: Path, names: list[RareName]) -> tuple[Fates, list[int], tuple[int, int]]:
    """In by CSV, through the network, and out by CSV and by questions."""
    source, out, home = folder / "rare.csv", folder / "out.csv", folder / "country"
    write_file(source, names)
    async with run_country(home, declaration.declare(residents=0), Calendar(STORY_DAY)) as country:
        assert await command("register", "import", source, "--office", AIRA, "--dir", home) == PARTIAL
        assert await command("register", "export", out, "--office", AIRA, "--dir", home) == 0
        while any(office["waiting"] for office in (await operate(country, "status", {}, lambda done, total: None))["offices"]):
            await asyncio.sleep(0.1)
        found = fates(out, folder / "rare.rejects.csv")
        recorded = [one for one in names if one.number in found.came_out]
        return found, await wrong_answers(country, recorded), await compare(country)


def test_the_same_seed_gives_the_same_names():
    names = rare_names()
    assert names == rare_names()
    assert len({one.birth for one in names}) == len(names) == 5_000
    assert len({one.name for one in names}) > 4_990
    assert sum(one.recordable for one in names) > 2_500
    assert sum(not one.recordable for one in names) > 1_000


def test_5000_rare_names_come_out_as_they_went_in_or_are_refused_with_name_and_picture(tmp_path):
    names = rare_names()
    found, answered_wrong, (compared, differences) = process.run(journey(tmp_path, names))
    pictures = tmp_path / "rare.rejects.characters"
    assert faults(names, found, pictures) == []
    assert (len(found.came_out) + len(found.refused), compared, differences, answered_wrong) == (5_000, len(found.came_out), 0, [])
    if FONTS[0].exists():
        svg = "{http://www.w3.org/2000/svg}path"
        assert all(ElementTree.parse(picture).find(svg).get("d") for picture in pictures.glob("U+*.svg"))
        not_the_form = [picture.name for picture in pictures.glob("U+*.svg") if "base character" in picture.read_text("utf-8")]
        assert set(not_the_form) <= {file_name(NOT_IN_THE_FONT)}
    print(
        f"5,000 rare names ({distinct_glyphs(names)} characters): {len(found.came_out)} byte-identical in the export, at prefecture and at"
        f" centre ({2 * compared} questions); {len(found.refused)} refused with name and picture ({len(list(pictures.glob('U+*.svg')))})"
    )
    for wrong in controls(names, found):
        assert len(faults(names, wrong, pictures)) == 1, "a fault that was put in is noticed"
    assert "refused without a picture" in faults(names, found, tmp_path)[0]


def controls(names: list[RareName], found: Fates) -> list[Fates]:
    """One byte that changed, one name that is lost, one refusal without the name of the character."""
    recorded = next(one.number for one in names if one.rare and one.recordable)
    refused = next(iter(found.refused))
    changed = found.came_out[recorded][:-1] + bytes([found.came_out[recorded][-1] ^ 1])
    lost = {number: name for number, name in found.came_out.items() if number != recorded}
    return [
        Fates(found.came_out | {recorded: changed}, found.refused),
        Fates(lost, found.refused),
        Fates(found.came_out, found.refused | {refused: "name 氏名: cannot be recorded."}),
    ]
