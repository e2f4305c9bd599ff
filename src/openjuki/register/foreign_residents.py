"""Foreign residents: what their record holds beside, or in place of, what Japanese residents' records do (外国人住民, Act art. 30-45).

Nationality, the day they became foreign residents, and what the table of the article lists for their class. They have no registered
domicile and no day of becoming a resident (Act art. 7 items 5 and 6).
"""

import datetime
from collections.abc import Mapping

from openjuki.register.errors import InvalidInput, Say
from openjuki.register.items import BY_KEY, ITEMS, read_item

FOREIGN_ITEMS = tuple(item.key for item in ITEMS if item.basis == "Act 30-45")
"""Keys of the items that only foreign residents have."""
PASSING = "経過滞在者"
"""Somebody born here, or who lost the nationality of Japan, for the time in which no status of residence is needed."""
PASSING_DAYS = 60
"""How long that is, from the day of the birth or loss (Immigration Control Act art. 22-2(1))."""
_OF_ALL = ("nationality", "became_foreign_resident_on", "residence_class")
_OF_CLASS: Mapping[str, tuple[str, ...]] = {
    "中長期在留者": ("status_of_residence", "period_of_stay", "stay_until", "residence_card_number"),
    "特別永住者": ("residence_card_number",),
    "一時庇護許可者": ("period_of_stay",),
    "仮滞在許可者": ("period_of_stay",),
    PASSING: (),
}
_INDEFINITE = "無期限"
"""The period of a permanent resident's stay, which has no last day."""


def is_foreign(other: Mapping[str, str]) -> bool:
    """Whether a record with these other items is a foreign resident's."""
    return bool(other.get("nationality"))


def foreign_items(given: Mapping[str, str]) -> dict[str, str]:
    """The items by their keys as they are recorded; InvalidInput for one that cannot be, that is none of them, or that is missing."""
    strange = [key for key in given if key not in FOREIGN_ITEMS]
    if strange:
        reason = Say("is no item of foreign residents alone.", "外国人住民のみの項目ではありません。")
        raise InvalidInput(strange[0], reason, Say(f"Use {', '.join(FOREIGN_ITEMS)}.", "法第30条の45の項目を入力してください。"))
    items = {key: str(read_item(key, text)) for key, text in given.items() if text}
    endless = items.get("period_of_stay") == _INDEFINITE
    for key in (*_OF_ALL, *_OF_CLASS.get(items.get("residence_class", ""), ())):
        if key not in items and not (endless and key == "stay_until"):
            reason = Say("is missing for this class of residence.", "この区分の外国人住民に必要な項目です。")
            raise InvalidInput(f"{key} {BY_KEY[key].japanese}", reason, Say("See the card.", "在留カード等を確かめてください。"))
    return items


def without_foreign(other: Mapping[str, str]) -> dict[str, str]:
    """The other items of somebody who is no foreign resident any more."""
    return {key: text for key, text in other.items() if key not in FOREIGN_ITEMS}


def passing_until(since: datetime.date) -> datetime.date:
    """The last day for which somebody born here, or who lost the nationality, is a foreign resident without a status of residence."""
    return since + datetime.timedelta(days=PASSING_DAYS)
