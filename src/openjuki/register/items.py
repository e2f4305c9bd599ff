"""The items of a resident for import and export as CSV or JSONL (住民データの項目, Act art. 7; standard specification 1.1.1, 1.1.2, 1.1.6).

A column is named by its key or its Japanese name. Text is taken as it is, each glyph in its one spelling; numbers and dates may be
written as documents write them (full width, 昭和12年5月3日) and come out canonical. Which items must be there follows 1.1.6; a resident
code that is missing is allotted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openjuki.register.addresses import (
    BLOCK_GRAPHEMES_MAX,
    BUILDING_GRAPHEMES_MAX,
    TOWN_GRAPHEMES_MAX,
    has_blocks_without_town,
)
from openjuki.register.dates import earliest, latest
from openjuki.register.errors import InvalidInput, Say, Unrecordable
from openjuki.register.household import HOUSEHOLDER
from openjuki.register.item_kinds import ItemKind, reader
from openjuki.register.names import KANA_GRAPHEMES_MAX, NAME_GRAPHEMES_MAX
from openjuki.register.spellings import row_in_one_spelling


class Secrecy(StrEnum):
    """How far an item may go: to prefecture and centre, between municipalities only, or nowhere (本人確認情報・通知事項・内部)."""

    IDENTITY = "identity"
    RELAY = "relay"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Item:
    """One item (項目): column number, names, form, longest length in graphemes, legal basis, and how far it may go."""

    number: int
    japanese: str
    key: str
    kind: ItemKind
    length_max: int
    required: bool
    basis: str
    secrecy: Secrecy
    since: str = ""
    """First day on which the law knows the item, YYYY-MM-DD; "" if it knew it from the beginning."""


_FOREIGN = "2012-07-09"
_ROWS: tuple[tuple[str, str, str, int, str, str, str], ...] = (
    ("世帯番号", "household_number", "number!", 15, "standard 1.1.13", "internal", ""),
    ("宛名番号", "address_number", "number!", 15, "standard 1.1.13", "internal", ""),
    ("氏名", "name", "name!", NAME_GRAPHEMES_MAX, "Act 7(1)", "identity", ""),
    ("氏名のフリガナ", "kana", "kana", KANA_GRAPHEMES_MAX, "standard 1.1.18", "identity", ""),
    ("旧氏", "former_name", "name", NAME_GRAPHEMES_MAX, "令30-13", "identity", "2019-11-05"),
    ("通称", "alias", "name", NAME_GRAPHEMES_MAX, "令30-26", "identity", _FOREIGN),
    ("生年月日", "birth", "date!", 23, "Act 7(2)", "identity", ""),
    ("男女の別", "sex", "sex!", 4, "Act 7(3)", "identity", ""),
    ("世帯主との続柄", "relationship", "relationship!", 31, "Act 7(4)", "relay", ""),
    ("世帯主の氏名", "householder_name", "name", NAME_GRAPHEMES_MAX, "Act 7(4)", "relay", ""),
    ("本籍", "registered_domicile", "text", 200, "Act 7(5)", "relay", ""),
    ("筆頭者", "registered_domicile_head", "name", NAME_GRAPHEMES_MAX, "Act 7(5)", "relay", ""),
    ("住民となった年月日", "became_resident_on", "date", 23, "Act 7(6)", "relay", ""),
    ("市区町村コード", "municipality", "municipality!", 6, "Act 7(7)", "identity", ""),
    ("町字", "town", "text", TOWN_GRAPHEMES_MAX, "Act 7(7)", "identity", ""),
    ("番地・号", "block", "text!", BLOCK_GRAPHEMES_MAX, "Act 7(7)", "identity", ""),
    ("方書", "building", "text", BUILDING_GRAPHEMES_MAX, "Act 7(7)", "identity", ""),
    ("住所を定めた年月日", "address_since", "date", 23, "Act 7(7)", "relay", ""),
    ("届出の年月日", "notified_on", "day", 10, "Act 7(8)", "relay", ""),
    ("転入前住所", "previous_address", "text", 300, "Act 7(8)", "relay", ""),
    ("選挙人名簿への登録", "on_electoral_roll", "flag", 1, "Act 7(9)", "internal", ""),
    ("国民健康保険の被保険者", "national_health_insurance", "flag", 1, "Act 7(10)", "relay", ""),
    ("後期高齢者医療の被保険者", "elderly_medical_insurance", "flag", 1, "Act 7(10-2)", "relay", ""),
    ("介護保険の被保険者", "care_insurance", "flag", 1, "Act 7(10-3)", "relay", ""),
    ("国民年金の種別", "pension_kind", "pension-kind", 1, "Act 7(11)", "relay", ""),
    ("基礎年金番号", "pension_number", "number", 10, "Act 7(11)", "relay", ""),
    ("児童手当の受給", "child_allowance", "flag", 1, "Act 7(11-2)", "relay", ""),
    ("住民票コード", "resident_code", "resident-code", 11, "Act 7(13)", "identity", ""),
    ("個人番号", "individual_number", "individual-number", 12, "Act 7(8-2) of 2015", "identity", "2015-10-05"),
    ("国籍・地域", "nationality", "text", 50, "Act 30-45", "relay", _FOREIGN),
    ("外国人住民となった年月日", "became_foreign_resident_on", "date", 23, "Act 30-45", "relay", _FOREIGN),
    ("法第30条の45の区分", "residence_class", "residence-class", 10, "Act 30-45", "relay", _FOREIGN),
    ("在留資格", "status_of_residence", "text", 50, "Act 30-45", "relay", _FOREIGN),
    ("在留期間", "period_of_stay", "text", 20, "Act 30-45", "relay", _FOREIGN),
    ("在留期間の満了の日", "stay_until", "day", 10, "Act 30-45", "relay", _FOREIGN),
    ("在留カード等の番号", "residence_card_number", "text", 12, "Act 30-45", "relay", _FOREIGN),
    ("備考", "remarks", "text", 400, "standard 1.1.14", "internal", ""),
)

ITEMS = tuple(
    Item(number, japanese, key, ItemKind(kind.rstrip("!")), length_max, kind.endswith("!"), basis, Secrecy(secrecy), since)
    for number, (japanese, key, kind, length_max, basis, secrecy, since) in enumerate(_ROWS, 1)
)
"""All items in the order of the columns of an export."""
BY_KEY = {item.key: item for item in ITEMS}
KEY_OF_COLUMN = {column: item.key for item in ITEMS for column in (item.key, item.japanese)}
"""The key of an item by either of its column names."""


def read_row(row: Mapping[str, str]) -> tuple[dict[str, Any], list[InvalidInput]]:
    """The items that are given, by key and converted, and everything that is wrong; an error's `item` is key and Japanese name.

    Texts (in the spelling that is stored), codes, numbers and dates (canonical) are str, sex is Sex, flags are bool.
    """
    row, values = row_in_one_spelling(row), dict[str, Any]()
    errors = [] if row.keys() <= BY_KEY.keys() else [_unknown(key) for key in row if key not in BY_KEY]
    for key, read, item in _PLAN:
        text = row.get(key)
        if not text or text.isspace():  # a blank stands for "not given", whichever width it has
            if item.required:
                errors.append(_missing(item))
            continue
        try:
            values[key] = read(text)
        except InvalidInput as error:
            errors.append(_named(item, error))
    errors += [fault for rule in _RULES for fault in rule(values, row)]
    return values, errors


def check_row(row: Mapping[str, str]) -> list[InvalidInput]:
    """Everything that is wrong with a row; empty if it can be loaded."""
    return read_row(row)[1]


def row_from(row: Mapping[str, str]) -> dict[str, Any]:
    """The converted items of a row, as `read_row` gives them; its first InvalidInput if anything is wrong."""
    values, errors = read_row(row)
    if errors:
        raise errors[0]
    return values


def unknown_columns(columns: Iterable[str]) -> list[str]:
    """Column names that are neither a key nor a Japanese name of an item, in their order."""
    return [column for column in columns if column not in KEY_OF_COLUMN]


_PLAN = tuple((item.key, reader(item.kind, item.length_max), item) for item in ITEMS)
_READERS = {key: read for key, read, _ in _PLAN}


def read_item(key: str, text: str) -> Any:
    """One item by its key, converted as `read_row` does; InvalidInput naming it if there is no such item or it cannot be recorded."""
    if key not in _READERS:
        raise _unknown(key)
    try:
        return _READERS[key](text)
    except InvalidInput as error:
        raise _named(BY_KEY[key], error) from error


def _needed(values: Mapping[str, Any], row: Mapping[str, str]) -> list[InvalidInput]:
    """Items that 1.1.6 does not let be blank, different ones for foreign residents; a town, but where blocks have none."""
    needed = _NEEDED_FOREIGN if "nationality" in values else _NEEDED_JAPANESE
    missing = [_missing(BY_KEY[key]) for key in needed if key not in values and _is_blank(row, key)]
    if "town" not in values and _is_blank(row, "town") and "municipality" in values and not has_blocks_without_town(values["municipality"]):
        missing.append(_missing(BY_KEY["town"]))
    return missing


def _fits(values: Mapping[str, Any], row: Mapping[str, str]) -> list[InvalidInput]:
    """Items that contradict one another."""
    faults = []
    if "nationality" in values and "registered_domicile" in values:
        reason = Say("a foreign resident has no registered domicile.", "外国人住民に本籍はありません。")
        faults.append(_wrong("registered_domicile", reason, Say("Clear one of the two.", "本籍か国籍・地域のどちらかを消してください。")))
    named = values.get("householder_name")
    if named and values.get("relationship") == HOUSEHOLDER and named != values.get("name", named):
        reason = Say("the householder has another name than the householder's name says.", "世帯主本人の氏名と一致しません。")
        faults.append(_wrong("householder_name", reason, Say("Correct one of the two.", "どちらかを直してください。")))
    return faults


def _order_of_dates(values: Mapping[str, Any], row: Mapping[str, str]) -> list[InvalidInput]:
    """Dates of residence that cannot be on or after the birth."""
    birth = values.get("birth")
    if not birth:
        return []
    too_early = [key for key in _AFTER_BIRTH if key in values and values[key] < birth and latest(values[key]) < earliest(birth)]
    return [_wrong(key, *_BEFORE_BIRTH) for key in too_early]


_RULES = (_needed, _fits, _order_of_dates)
_NEEDED_JAPANESE = ("registered_domicile", "registered_domicile_head", "became_resident_on")
_NEEDED_FOREIGN = ("became_foreign_resident_on", "residence_class")
_BEFORE_BIRTH = (
    Say("lies before the birth.", "生年月日より前です。"),
    Say("Compare both dates with the document.", "両方の年月日を書類と照らしてください。"),
)
_AFTER_BIRTH = ("became_resident_on", "became_foreign_resident_on", "address_since", "notified_on")


def _is_blank(row: Mapping[str, str], key: str) -> bool:
    return not row.get(key, "").strip()


def _named(item: Item, error: InvalidInput) -> InvalidInput:
    name = f"{item.key} {item.japanese}"
    if isinstance(error, Unrecordable):
        return Unrecordable(name, error.reason, error.remedy, error.signs)
    return InvalidInput(name, error.reason, error.remedy)


def _wrong(key: str, reason: Say, remedy: Say) -> InvalidInput:
    return InvalidInput(f"{key} {BY_KEY[key].japanese}", reason, remedy)


def _missing(item: Item) -> InvalidInput:
    return _wrong(item.key, Say("is missing.", "ありません。"), Say("Fill in this item.", "この項目を記入してください。"))


def _unknown(key: str) -> InvalidInput:
    reason = Say("no such item.", "この名前の項目はありません。")
    return InvalidInput(key, reason, Say("Use the keys of the item list.", "項目一覧にある名前を使ってください。"))
