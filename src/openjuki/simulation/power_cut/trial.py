"""Many power cuts of one recorded day, and the verdict on each (停電試験の実施; P13)."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from openjuki.simulation.power_cut import restart
from openjuki.simulation.power_cut.day import OFFICES, Day, Told
from openjuki.simulation.power_cut.disk import Disk
from openjuki.simulation.power_cut.image import Cut
from openjuki.simulation.power_cut.verdict import faults

_names = count()


class Result(NamedTuple):
    """How the images of one day fared."""

    images: int
    operations: int
    told: int
    """Things that callers were told."""
    broken: int
    """Images with any fault."""
    faults: Counter[str]


def played(folder: Path, seed: str, rounds: int, *, synchronous: str = "FULL", hasty: bool = False) -> Day:
    """A day that is over, with everything its disk did."""
    disk = Disk(f"power-cut-{next(_names)}")
    day = Day(folder, disk, seed, synchronous=synchronous, hasty=hasty)
    day.play(rounds)
    disk.close()
    return day


def moments(day: Day, images: int) -> Iterator[tuple[int, Random]]:
    """When the power goes, earliest first, each with the chance that decides what is left."""
    chance = Random(f"cut {images}")  # noqa: S311 - repeatable on purpose
    cuts = sorted(chance.randrange(1, len(day.disk.operations) + 1) for _ in range(images))
    for number, at in enumerate(cuts):
        yield at, Random(f"{number} {at}")  # noqa: S311 - repeatable on purpose


def try_images(day: Day, images: int) -> Result:
    """Cut the power at so many moments; look at the office that was writing, or at another one now and then."""
    cut, found, broken = Cut(day.disk.operations), Counter[str](), 0
    for at, chance in moments(day, images):
        writing = day.disk.operations[at - 1].path.removeprefix(str(day.folder) + "/").split("/")[0]
        code = writing if chance.random() < 0.9 else chance.choice(OFFICES)
        said = [told for told in day.said if told.office == code and told.at <= at]
        wrong = _try(day, cut.images(at, day.path(code), chance), code, said)
        found.update(set(wrong))
        broken += bool(wrong)
    return Result(images, len(day.disk.operations), len(day.said), broken, found)


def try_restarts(day: Day, count: int) -> Result:
    """Cut the power for all offices at once, at so many moments, and let each country that is left come together again."""
    cut, found, broken = Cut(day.disk.operations), Counter[str](), 0
    for at, chance in moments(day, count):
        folder = day.folder / "left"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for code in OFFICES:
            lay_out(cut.images(at, day.path(code), chance), day.path(code), folder / code)
        wrong = restart.faults(folder, day.country.offices.values(), str(at))
        found.update(wrong)
        broken += bool(wrong)
    return Result(count, len(day.disk.operations), len(day.said), broken, found)


def _try(day: Day, images: dict[str, bytes], code: str, said: Sequence[Told]) -> list[str]:
    folder = day.folder / "image"
    lay_out(images, day.path(code), folder)
    return faults(str(folder / "register.db"), day.country.offices[code].kind, said)


def lay_out(images: dict[str, bytes], origin: str, folder: Path) -> None:
    """Write the files of one office as they were left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in images.items():
        (folder / path.removeprefix(origin)).write_bytes(content)
