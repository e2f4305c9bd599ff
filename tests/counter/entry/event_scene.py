"""What a clerk types for an event and what the command line takes for the same: the scenes' parts (異動の入力例)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from openjuki.offices.municipality_households import Relation
from openjuki.procedures.household_change import HouseholdChangeNotification, change_household
from openjuki.procedures.move_out import MoveOutNotification, move_out
from tests.procedures.event_scenarios import FOREIGN
from tests.procedures.municipal_office import AIRA, TownHall, arrival, arrive, family

DAY, TYPED_DAY = "2013-12-02", "平成25年12月2日"
HOME = [AIRA, "宮島町", "25番地"]
ELSEWHERE = [AIRA, "加治木町本町", "253番地", "加治木荘201"]
TYPED_ELSEWHERE = {"address-town": "加治木町本町", "address-block": "253番地", "address-building": "加治木荘201"}
Codes = list[str]


class Scene(NamedTuple):
    """One event: `people` makes the residents, `about` is the place of the person in that list, `typed` what is typed into the form
    ({n} stands for the n-th person's number), `event` what the command line takes ({n} stands for the n-th person's code)."""

    kind: str
    people: Callable[[TownHall], list[Any]]
    about: int | None
    typed: dict[str, Any]
    event: dict[str, Any]
    office: str = AIRA


def foreigner(hall: TownHall) -> list[Any]:
    return arrive(hall, arrival("ＳＩＬＶＡ　ＪＯＡＯ", "世帯主", foreign=FOREIGN))


def with_alias(hall: TownHall) -> list[Any]:
    return arrive(hall, arrival("ＳＩＬＶＡ　ＪＯＡＯ", "世帯主", foreign=FOREIGN, alias="住基　次郎"))


def two_households(hall: TownHall) -> list[Any]:
    people = family(hall)
    hall.run(change_household, HouseholdChangeNotification((Relation(people[2].code, "世帯主"),), "2013-11-20", "2013-11-20"))
    return people


def gone(hall: TownHall) -> list[Any]:
    people = family(hall)
    hall.run(move_out, MoveOutNotification((people[2].code,), "鹿児島県霧島市", "2013-11-20", "2013-11-20"))
    return people


def nobody(hall: TownHall) -> list[Any]:
    return []


ARRIVAL = {
    "arrivals-count": "2",
    "arrivals-0-name": "葛󠄀城　𠮷郎",
    "arrivals-0-kana": "カツラギ　ヨシロウ",
    "arrivals-0-birth": "S49.5.3",
    "arrivals-0-sex": "1",
    "arrivals-0-relationship": "世帯主",
    "arrivals-0-registered_domicile": "東京都千代田区九段南一丁目2番",
    "arrivals-0-registered_domicile_head": "葛󠄀城　𠮷郎",
    "arrivals-1-name": "葛󠄀城　髙子",
    "arrivals-1-birth": "昭和51年月日不詳",
    "arrivals-1-sex": "2",
    "arrivals-1-relationship": "妻",
}
ARRIVED = [
    {
        "name": "葛󠄀城　𠮷郎",
        "kana": "カツラギ　ヨシロウ",
        "birth": "1974-05-03",
        "sex": 1,
        "relationship": "世帯主",
        "registered_domicile": "東京都千代田区九段南一丁目2番",
        "registered_domicile_head": "葛󠄀城　𠮷郎",
    },
    {"name": "葛󠄀城　髙子", "birth": "1976-00-00", "sex": 2, "relationship": "妻"},
]
TYPED_FOREIGN = {
    "foreign-nationality": "ブラジル",
    "foreign-became_foreign_resident_on": "令和元年6月1日",
    "foreign-residence_class": "中長期在留者",
    "foreign-status_of_residence": "定住者",
    "foreign-period_of_stay": "3年",
    "foreign-stay_until": "2022-06-01",
    "foreign-residence_card_number": "AB12345678CD",
}


def filled(value: Any, words: list[str]) -> Any:
    """The same with {n} replaced by the n-th word."""
    if isinstance(value, str):
        for place, word in enumerate(words):
            value = value.replace(f"{{{place}}}", word)
        return value
    if isinstance(value, dict):
        return {filled(name, words): filled(one, words) for name, one in value.items()}
    return [filled(one, words) for one in value] if isinstance(value, list) else value
