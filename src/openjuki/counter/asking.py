"""What a clerk typed into the one search box, read: code, birth date, address, name or reading (検索条件; standard 2.1.1).

Words with blanks between them must all fit. A word that could be a name or a town is looked for as both.
"""

import re
import unicodedata
from typing import NamedTuple

from openjuki.offices.resident_index import Kind, Sought
from openjuki.register.addresses import towns_of, wards_of
from openjuki.register.dates import UNKNOWN_DATE, from_era
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.search_keys import fold_text, kana_key, name_key

LONGEST = 200
_DIGIT = re.compile(r"[0-9０-９]")
_KANJI_BLOCK = re.compile(r"[一二三四五六七八九十百〇]+(?:丁目|番地|番|号)")
_KANA = re.compile(r"[ぁ-ゖゝゞァ-ヺー・ヽヾｦ-ﾟ]+")
_CODE = re.compile(r"[0-9]{11}")
_DATE = re.compile(
    r"(?:明治|大正|昭和|平成|令和|西暦|[明大昭平令MTSHR㍾㍽㍼㍻㋿]\s*(?:[0-9]|元))|[0-9]{4}[-/.年]|^[0-9]{4}$|^[0-9]{8}$|年月日不詳",
    re.IGNORECASE,
)
EMPTY = InvalidInput(
    "search",
    Say("nothing was typed.", "検索条件が入力されていません。"),
    Say(
        "Type a code, a name, a reading, a birth date or an address.",
        "住民票コード、氏名、フリガナ、生年月日、住所のいずれかを入力してください。",
    ),
)


class Asked(NamedTuple):
    """A search: a code alone, or conditions of which all must fit; and what they are made of, for the record of operations."""

    code: str
    sought: tuple[Sought, ...]
    kinds: str


def read(text: str, municipality: str) -> Asked:
    """What was typed, for the register of that municipality. InvalidInput if it was nothing."""
    words = text[:LONGEST].replace("　", " ").split()
    digits = re.sub(r"[-‐－ー ]", "", unicodedata.normalize("NFKC", text.strip()))  # a code is no name: folding its width loses nothing
    if _CODE.fullmatch(digits):
        return Asked(digits, (), "code")
    births = [found for word in words if (found := _birth(word))]
    rest = [word for word in words if not _birth(word)]
    addresses = [word for word in rest if _is_address(word, municipality)]
    names = "".join(word for word in rest if word not in addresses)
    sought = [Sought(((Kind.BIRTH, birth),)) for birth in births]
    if addresses:
        sought.append(Sought(_addresses("".join(addresses), municipality)))
    if names:
        sought.append(Sought(_named(names, municipality)))
    kinds = [kind for kind, given in (("birth", births), ("address", addresses), ("name", names)) if given]
    if not sought:
        raise EMPTY
    return Asked("", tuple(sought), "+".join(kinds))


def _birth(word: str) -> str:
    """The known beginning of a birth date: 昭和49年5月 as 1974-05; "" for what is no date."""
    if not _DATE.search(unicodedata.normalize("NFKC", word)):
        return ""
    try:
        day = from_era(word)
    except InvalidInput:
        return ""
    if day == UNKNOWN_DATE or "/" in day or ("-00-00" not in day and not day.endswith("-00")):
        return day
    return day.removesuffix("-00").removesuffix("-00") + "-" if "不詳" not in word else day


def _is_address(word: str, municipality: str) -> bool:
    if _KANJI_BLOCK.search(word) or _DIGIT.search(word):
        return True
    return fold_text(word) != fold_text(word).lstrip("0123456789") and " " in fold_text(word)


def _codes(municipality: str) -> list[str]:
    return [ward.code for ward in wards_of(municipality)] or [municipality]


def _addresses(text: str, municipality: str) -> tuple[tuple[Kind, str], ...]:
    key = fold_text(text)
    if re.match(r"[0-9]{6} ", key):
        return ((Kind.ADDRESS, key),)
    return tuple((Kind.ADDRESS, f"{code} {key}") for code in _codes(municipality))


def _named(text: str, municipality: str) -> tuple[tuple[Kind, str], ...]:
    keys: list[tuple[Kind, str]] = [(Kind.NAME, name_key(text))]
    if _KANA.fullmatch(text):
        keys.append((Kind.KANA, kana_key(text)))
    if any(town.name.startswith(text) for town in towns_of(municipality)):
        keys += _addresses(text, municipality)
    return tuple(keys)
