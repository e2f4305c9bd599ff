"""How an item is written, and what is read from it (項目の型, Act art. 7; standard specification 1.1.1).

Text is taken as it is; numbers and dates may be written as documents write them (full width, 昭和12年5月3日) and come out canonical.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from openjuki.register import codes
from openjuki.register.addresses import municipality
from openjuki.register.dates import calendar_date, from_era, is_calendar_date
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.household import relationship
from openjuki.register.identity import Sex
from openjuki.register.names import check_kana, check_name
from openjuki.register.recorded_text import check_text

Reader = Callable[[str], Any]


class ItemKind(StrEnum):
    """How an item is written (項目の型)."""

    NAME = "name"
    KANA = "kana"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    """May be partial, unknown or impossible."""
    DAY = "day"
    """A day of the calendar."""
    SEX = "sex"
    RELATIONSHIP = "relationship"
    MUNICIPALITY = "municipality"
    RESIDENT_CODE = "resident-code"
    INDIVIDUAL_NUMBER = "individual-number"
    PENSION_KIND = "pension-kind"
    RESIDENCE_CLASS = "residence-class"


RESIDENCE_CLASSES = ("中長期在留者", "特別永住者", "一時庇護許可者", "仮滞在許可者", "経過滞在者")
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE, "男性": Sex.MALE, "女性": Sex.FEMALE, "不明": Sex.UNKNOWN, "不詳": Sex.UNKNOWN}
_SEXES |= {str(sex.value): sex for sex in Sex}
_FLAGS = {"1": True, "0": False}
_REMEMBERED = 4_096
"""Values that are not checked again: members of a household have one domicile and one householder, neighbours one town."""


def _text(length_max: int) -> Reader:
    @lru_cache(_REMEMBERED)
    def read(text: str) -> str:
        check_text("text", text, length_max)
        return text

    return read


@lru_cache(_REMEMBERED)
def _name(text: str) -> str:
    check_name(text)
    return text


def _kana(text: str) -> str:
    check_kana(text)
    return text


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() else codes.digits_of(text)


def _number(length_max: int) -> Reader:
    def read(text: str) -> str:
        digits = _digits(text)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= length_max):
            reason = Say("is not a number of that length.", "数字でないか長すぎます。")
            raise InvalidInput("number", reason, Say(f"Give at most {length_max} digits.", f"{length_max}桁までの数字を入力してください。"))
        return digits

    return read


def _one_of(choices: Mapping[str, Any]) -> Reader:
    listed = "・".join(choices)

    def read(text: str) -> Any:
        if text not in choices:
            reason = Say("is not one of the values of this item.", "この項目の値ではありません。")
            raise InvalidInput("choice", reason, Say(f"Give one of {listed}.", f"{listed}のいずれかを入力してください。"))
        return choices[text]

    return read


def _date(text: str) -> str:
    return text if is_calendar_date(text) else from_era(text)


def _day(text: str) -> str:
    if is_calendar_date(text):
        return text
    day = from_era(text)
    calendar_date(day)
    return day


@lru_cache(_REMEMBERED)
def _municipality(text: str) -> str:
    code = codes.municipality_code(_digits(text))
    municipality(code)
    return code


_READERS: dict[ItemKind, Reader] = {
    ItemKind.NAME: _name,
    ItemKind.KANA: _kana,
    ItemKind.FLAG: _one_of(_FLAGS),
    ItemKind.DATE: _date,
    ItemKind.DAY: _day,
    ItemKind.SEX: _one_of(_SEXES),
    ItemKind.RELATIONSHIP: lru_cache(_REMEMBERED)(relationship),
    ItemKind.MUNICIPALITY: _municipality,
    ItemKind.RESIDENT_CODE: lambda text: codes.resident_code(_digits(text)),
    ItemKind.INDIVIDUAL_NUMBER: lambda text: codes.individual_number(_digits(text)),
    ItemKind.PENSION_KIND: _one_of({kind: kind for kind in "123"}),
    ItemKind.RESIDENCE_CLASS: _one_of({name: name for name in RESIDENCE_CLASSES}),
}
_READERS_OF_LENGTH: dict[ItemKind, Callable[[int], Reader]] = {ItemKind.TEXT: _text, ItemKind.NUMBER: _number}


def reader(kind: ItemKind, length_max: int) -> Reader:
    """Reads what stands in an item of that kind: the value, or InvalidInput whose `item` says little."""
    return _READERS.get(kind) or _READERS_OF_LENGTH[kind](length_max)
