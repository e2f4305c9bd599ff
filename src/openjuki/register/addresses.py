"""Addresses on real municipalities and towns (住所; Act art. 7 item 7, municipality codes 全国地方公共団体コード)."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from openjuki.register.errors import InvalidInput, Say
from openjuki.register.package_data import read_member, read_text
from openjuki.register.recorded_text import check_text

# limits of our own, counted in graphemes (what a reader takes for one sign); the Act sets none
TOWN_GRAPHEMES_MAX = 60
BLOCK_GRAPHEMES_MAX = 60
BUILDING_GRAPHEMES_MAX = 100


class MunicipalityKind(StrEnum):
    """What a code stands for; `WARD` is a ward of a designated city (an address, not a mayor; 令31), `SPECIAL_WARD` one of Tokyo's 23."""

    DESIGNATED_CITY = "designated-city"
    CITY = "city"
    SPECIAL_WARD = "special-ward"
    TOWN = "town"
    VILLAGE = "village"
    WARD = "ward"


class Prefecture(NamedTuple):
    """A prefecture (都道府県): its 6-digit code, name and katakana reading."""

    code: str
    name: str
    kana: str


class Municipality(NamedTuple):
    """A municipality (市町村・特別区) or a ward of a designated city, with the words that stand before it in an address."""

    code: str
    name: str
    kana: str
    prefecture_code: str
    prefecture: str
    kind: MunicipalityKind
    district: str = ""
    city: str = ""

    @property
    def written(self) -> str:
        """As an address writes it: prefecture, district (郡) and name."""
        return f"{self.prefecture}{self.district}{self.name}"


class Town(NamedTuple):
    """A town (町・大字) under one postal code; `chome` says that its blocks are counted in 丁目."""

    municipality: str
    name: str
    kana: str
    postal_code: str
    chome: bool


class Address(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where someone lives, as recorded: 6-digit municipality (or ward) code, town (町・大字), block (番地・号), building (方書)."""

    municipality: str
    town: str
    block: str
    building: str = ""

    def text(self) -> str:
        """The address as a copy of the record prints it; InvalidInput if the municipality is unknown."""
        line = f"{municipality(self.municipality).written}{self.town}{self.block}"
        return f"{line}　{self.building}" if self.building else line


class _Places(NamedTuple):
    prefectures: dict[str, Prefecture]
    municipalities: dict[str, Municipality]


@lru_cache(maxsize=1)
def _places() -> _Places:
    prefectures: dict[str, Prefecture] = {}
    found: dict[str, Municipality] = {}
    for line in read_text("municipalities").split("\n"):
        code, kind, name, kana, district, city = line.split("\t")
        if kind == "prefecture":
            prefectures[code[:2]] = Prefecture(code, name, kana)
        else:
            above = prefectures[code[:2]]
            found[code] = Municipality(code, name, kana, above.code, above.name, MunicipalityKind(kind), district, city)
    return _Places(prefectures, found)


def prefectures() -> tuple[Prefecture, ...]:
    """All 47, in the order of their codes."""
    return tuple(_places().prefectures.values())


def municipalities() -> tuple[Municipality, ...]:
    """All 1,741 that have a mayor, in the order of their codes: designated cities, not their wards."""
    return tuple(place for place in _places().municipalities.values() if place.kind is not MunicipalityKind.WARD)


def places() -> tuple[Municipality, ...]:
    """All municipalities and all wards of designated cities, in the order of their codes."""
    return tuple(_places().municipalities.values())


def wards_of(code: str) -> tuple[Municipality, ...]:
    """The wards of the designated city `code`; none for any other municipality."""
    return _wards().get(code, ())


@lru_cache(maxsize=1)
def _wards() -> dict[str, tuple[Municipality, ...]]:
    """The wards by their city: whoever draws residents asks for those of each municipality of the nation."""
    found: dict[str, tuple[Municipality, ...]] = {}
    for place in _places().municipalities.values():
        if place.city:
            found[place.city] = (*found.get(place.city, ()), place)
    return found


def is_municipality(code: str) -> bool:
    """Whether `code` (6 digits) is a municipality or a ward of today."""
    return code in _places().municipalities


def municipality(code: str) -> Municipality:
    """The municipality or ward with the 6-digit `code`; InvalidInput if there is none."""
    found = _places().municipalities.get(code)
    if found is None:
        raise InvalidInput(
            "municipality",
            Say("is not the code of a municipality or ward.", "市区町村コードにありません。"),
            Say("Give the 6-digit code with its check digit.", "検査数字を含む6桁のコードを指定してください。"),
        )
    return found


def office_of(code: str) -> str:
    """Code of the municipality whose mayor keeps the record: the designated city for a ward, else `code`; InvalidInput if unknown."""
    return municipality(code).city or code


def prefecture_of(code: str) -> str:
    """The two digits of the prefecture of a municipality or ward code (JIS X 0401); InvalidInput if unknown."""
    return municipality(code).prefecture_code[:2]


def prefecture(digits: str) -> Prefecture:
    """The prefecture with the two `digits` (JIS X 0401); InvalidInput if there is none."""
    found = _places().prefectures.get(digits)
    if found is None:
        reason = Say("is not the number of a prefecture.", "都道府県番号にありません。")
        raise InvalidInput("prefecture", reason, Say("Give two digits, 01 to 47.", "01から47までの2桁で指定してください。"))
    return found


@lru_cache(maxsize=256)
def towns_of(code: str) -> tuple[Town, ...]:
    """The towns of the municipality or ward `code`, of all wards for a designated city; only its prefecture's member is unpacked.

    A town whose parts have several postal codes is there once for each. None for a few villages that have no towns.
    """
    return tuple(town for town in _listed(code) if town.name)


def has_blocks_without_town(code: str) -> bool:
    """Whether some addresses of the municipality or ward have no town: the block follows its name (南箕輪村2380番地)."""
    return any(not town.name for town in _listed(code))


@lru_cache(maxsize=256)
def _listed(code: str) -> tuple[Town, ...]:
    wards = wards_of(code)
    if wards:
        return tuple(town for ward in wards for town in _listed(ward.code))
    block = _block(prefecture_of(code))
    start = block.find(f"\n#{code}\n")
    if start < 0:
        return ()
    start += len(code) + 3
    end = block.find("\n#", start)
    return tuple(_town(code, line) for line in block[start : end if end >= 0 else None].split("\n"))


@lru_cache(maxsize=2)
def _block(prefecture_digits: str) -> str:
    return read_member("towns", prefecture_digits)


def _town(code: str, line: str) -> Town:
    name, kana, postal_code, chome = line.split("\t")
    return Town(code, name, kana, postal_code, chome == "1")


def check_address(address: Address) -> None:
    """InvalidInput unless the municipality exists and town and block are there; all of it recordable and within the limits above.

    A town may be left out only where blocks without a town exist.
    """
    municipality(address.municipality)
    if address.town or not has_blocks_without_town(address.municipality):
        check_text("town", address.town, TOWN_GRAPHEMES_MAX)
    check_text("block", address.block, BLOCK_GRAPHEMES_MAX)
    if address.building:
        check_text("building", address.building, BUILDING_GRAPHEMES_MAX)
