"""Where synthetic residents live, come from and have their registered domicile (住所・転入前住所・本籍, Act art. 7 items 5, 7, 8).

Municipalities and towns are real; 丁目, blocks and buildings are drawn.
"""

from functools import lru_cache
from random import Random
from typing import NamedTuple

from openjuki.register.addresses import Address, MunicipalityKind, Town, municipalities, municipality, prefecture_of, towns_of
from openjuki.simulation.lots import Lots, below, one_in

_KANJI = "一二三四五六七八九"
_CITIES = ("131121", "132012", "141003", "231002", "271004", "401307", "011002")
"""Large places that people everywhere come from."""
_NEIGHBOURS = 4
_BUILDINGS = ("コーポ", "ハイツ", "メゾン", "グランドハイツ", "サンハイム", "パークマンション", "第一ビル", "レジデンス")
_PUBLIC = "公営住宅"


class _Place(NamedTuple):
    municipality: str
    town: str
    chome: int
    """How many 丁目 the town has; 0 if it has none."""


class Dwellings:
    """Draws addresses in one municipality."""

    def __init__(self, code: str, random: Random) -> None:
        self._places = _places(code, random)
        self._origins = [city for city in (*_CITIES, *_neighbours(code, random)) if city != code]

    def home(self, random: Random, *, single: bool) -> Address:
        """An address for a household; people who live alone live in flats more often."""
        place = self._places.draw(random)
        town, block = _town_and_block(random, place)
        in_flat = random.random() < (0.55 if single else 0.25) + (0.15 if place.chome else 0.0)
        return Address(place.municipality, town, block, _building(random, place) if in_flat else "")

    def elsewhere(self, random: Random) -> str:
        """An address in another municipality, as the record writes it in one line."""
        code = self._origins[below(random, len(self._origins))]
        towns = _towns(code)
        if not towns:
            return f"{municipality(code).written}{1 + below(random, 3000)}番地"
        town = towns[below(random, len(towns))]
        name, block = _town_and_block(random, _Place(town.municipality, town.name, 3 if town.chome else 0))
        return f"{municipality(town.municipality).written}{name}{block}"

    def registered_domicile(self, random: Random) -> str:
        """A registered domicile: three in five within the municipality."""
        if random.random() >= 0.6:
            return self.elsewhere(random).partition("号")[0]
        place = self._places.draw(random)
        written = municipality(place.municipality).written
        return f"{written}{_town_name(random, place)}{1 + below(random, 3000)}番地"


@lru_cache(maxsize=256)
def _towns(code: str) -> tuple[Town, ...]:
    """The towns, each once although some have several postal codes."""
    return tuple({(town.municipality, town.name): town for town in towns_of(code)}.values())


def _places(code: str, random: Random) -> Lots[_Place]:
    """Towns by their share of the residents; those with 丁目 are the large ones."""
    weighted: list[tuple[_Place, int]] = []
    for town in _towns(code):
        chome = 2 + below(random, 5) if town.chome else 0
        weighted.append((_Place(town.municipality, town.name, chome), (1 + below(random, 10)) * max(chome, 1)))
    return Lots(weighted or [(_Place(code, "", 0), 1)])


def _neighbours(code: str, random: Random) -> list[str]:
    """Some municipalities of the same prefecture, perhaps with the code itself among them."""
    same = _of_prefecture(prefecture_of(code))
    return [same[below(random, len(same))] for _ in range(_NEIGHBOURS)]


@lru_cache(maxsize=47)
def _of_prefecture(digits: str) -> tuple[str, ...]:
    places = (place for place in municipalities() if place.prefecture_code[:2] == digits)
    return tuple(place.code for place in places if place.kind is not MunicipalityKind.VILLAGE)


def _town_name(random: Random, place: _Place) -> str:
    return f"{place.town}{_KANJI[below(random, place.chome)]}丁目" if place.chome else place.town


def _town_and_block(random: Random, place: _Place) -> tuple[str, str]:
    if place.chome:
        return _town_name(random, place), f"{1 + below(random, 30)}番{1 + below(random, 25)}号"
    number = 1 + below(random, 3000)
    block = f"{number}番地{1 + below(random, 12)}" if one_in(random, 2) else f"{number}番地"
    return place.town, block


def _building(random: Random, place: _Place) -> str:
    room = f"{1 + below(random, 8)}{1 + below(random, 12):02d}号"
    if one_in(random, 8):
        return f"{_PUBLIC}{1 + below(random, 9)}棟{room}"
    return f"{_BUILDINGS[below(random, len(_BUILDINGS))]}{place.town}{room}"
