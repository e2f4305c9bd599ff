"""A country as it is declared: its offices, their places, what they may ask for (国の宣言; country.toml, design story)."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from openjuki.law.kinds import OfficeKind
from openjuki.procedures.enrolment import municipal_works
from openjuki.register.addresses import Municipality, municipality
from openjuki.register.addresses import municipalities as all_municipalities
from openjuki.register.errors import InvalidInput, Say

CENTRE = "centre"
SMALL = ("462012", "462187", "462250", "131016", "131121", "132012")
"""The municipalities of the small country: Kagoshima, Kirishima, Aira, Chiyoda, Setagaya, Hachioji."""
ALL = "all"


class DeclaredOffice(NamedTuple):
    """One office of the country."""

    code: str
    kind: OfficeKind
    name: str
    prefecture: str = ""
    bodies: tuple[str, ...] = ()
    affairs: tuple[str, ...] = ()


class Declaration(NamedTuple):
    """The whole country."""

    realm: str
    profile: str
    seed: str
    residents: int
    offices: tuple[DeclaredOffice, ...]
    day: str = ""
    """Day of the register calendar on which it is founded; "" for a country whose residents are those of the law text's December 2013."""


CAR_TAX, TOKYO_HOUSING, CHILD_CARE = "ordinance:460001:car-tax", "ordinance:130001:housing", "ordinance:462187:child-care"
"""Affairs that three councils may set by ordinance; listed for who would ask, answered only once the council's office has the ordinance."""
NEIGHBOURS = {"462250": (CHILD_CARE,)}
"""Municipalities that another one lets ask, by ordinance."""
AGENCIES = (
    DeclaredOffice("pension", OfficeKind.APPENDIX_BODY, "日本年金機構", "", ("日本年金機構",), ("appendix:1:77",)),
    DeclaredOffice("onkyu", OfficeKind.APPENDIX_BODY, "総務省 恩給担当", "", ("総務省",), ("appendix:1:16",)),
    DeclaredOffice("46-passport", OfficeKind.PREFECTURE_ORGAN, "鹿児島県 旅券窓口", "46", ("都道府県知事",), ("appendix:5:6",)),
    DeclaredOffice("46-tax", OfficeKind.PREFECTURE_ORGAN, "鹿児島県 税務課", "46", ("都道府県知事",), (CAR_TAX,)),
    DeclaredOffice("462012-housing", OfficeKind.MUNICIPAL_ORGAN, "鹿児島市 住宅課", "46", ("市町村長",), ("appendix:2:8", TOKYO_HOUSING)),
    DeclaredOffice("132012-housing", OfficeKind.MUNICIPAL_ORGAN, "八王子市 住宅課", "13", ("市町村長",), ("appendix:4:7",)),
    DeclaredOffice("13-realestate", OfficeKind.PREFECTURE_ORGAN, "東京都 宅建業免許", "13", ("都道府県知事",), ("appendix:3:20",)),
)


def declare(
    municipalities: tuple[str, ...] = SMALL, *, seed: str = "1", residents: int = 10_000, profile: str = "open", day: str = ""
) -> Declaration:
    """A sandbox country of these municipalities, their prefectures, the centre, and the story's agencies that have a home in it.

    Raises InvalidInput for a code that is no municipality's, and for fewer residents than municipalities (but for none at all).
    """
    towns = [_town(code) for code in dict.fromkeys(municipalities)]
    if 0 < residents < len(towns):
        reason = Say("fewer residents than municipalities.", "住民の数が市区町村の数より少なくなっています。")
        raise InvalidInput("residents", reason, Say("Give at least one resident each.", "市区町村ごとに一人以上としてください。"))
    prefectures = {
        town.code[:2]: DeclaredOffice(town.prefecture_code, OfficeKind.PREFECTURE, town.prefecture, town.code[:2]) for town in towns
    }
    offices = [DeclaredOffice(CENTRE, OfficeKind.CENTRE, "全国センター")]
    offices += prefectures.values()
    offices += [_mayor(town) for town in towns]
    offices += [agency for agency in AGENCIES if agency.prefecture in ("", *prefectures)]
    return Declaration("sandbox", profile, seed, residents, tuple(offices), day)


def _mayor(town: Municipality) -> DeclaredOffice:
    bodies, works = municipal_works()
    return DeclaredOffice(town.code, OfficeKind.MUNICIPALITY, town.name, town.code[:2], bodies, works + NEIGHBOURS.get(town.code, ()))


def _town(code: str) -> Municipality:
    """A municipality that has a mayor. Raises InvalidInput for a ward of a designated city, whose register the city keeps."""
    town = municipality(code)
    if town.city:
        reason = Say("is a ward of a designated city.", "指定都市の区です。")
        raise InvalidInput("municipality", reason, Say(f"Give its city: {town.city}.", f"市のコード {town.city} を指定してください。"))
    return town


def municipalities_named(text: str) -> tuple[str, ...]:
    """Codes as a command names them: with commas between them; `all` for every municipality of today; nothing for the small country."""
    if text.strip() == ALL:
        return tuple(town.code for town in all_municipalities())
    return tuple(code.strip() for code in text.split(",") if code.strip()) or SMALL


def write(declaration: Declaration, path: Path) -> None:
    """Write country.toml."""
    lines = [f'{key} = "{getattr(declaration, key)}"' for key in ("realm", "profile", "seed", "day")]
    lines.append(f"residents = {declaration.residents}")
    for office in declaration.offices:
        lines += ["", "[[office]]", f'code = "{office.code}"', f'kind = "{office.kind.value}"', f'name = "{office.name}"']
        lines += [f'prefecture = "{office.prefecture}"', f"bodies = {_listed(office.bodies)}", f"affairs = {_listed(office.affairs)}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _listed(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"


def read(path: Path) -> Declaration:
    """Read country.toml. Raises InvalidInput if it is not one."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        offices = tuple(
            DeclaredOffice(o["code"], OfficeKind(o["kind"]), o["name"], o["prefecture"], tuple(o["bodies"]), tuple(o["affairs"]))
            for o in held["office"]
        )
        return Declaration(held["realm"], held["profile"], held["seed"], int(held["residents"]), offices, held.get("day", ""))
    except (KeyError, ValueError, TypeError) as error:
        wrong = Say(f"is not a country ({type(error).__name__}).", "国の宣言として読めません。")
        raise InvalidInput(path.name, wrong, Say("Make a new one with `country up --dir`.", "country up で作り直してください。")) from error
