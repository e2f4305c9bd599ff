"""The people of the story: the Juki family and those around them, with full records (住基家の人々; names of the leaflet's specimen cards).

They live in Aira (姶良市) among its synthetic residents, as of December 2013. Their numbers do not meet those of drawn residents.
"""

import datetime
from collections.abc import Iterator
from itertools import chain

from openjuki.register.codes import running_number
from openjuki.simulation.population import DAY, NUMBER_DIGITS, Row, residents

HOME = "462250"
"""Aira, where the story begins."""
TARO, YOSHIKO, AKIRA, MICHIKO = "住基　太郎", "住基　美子", "住基　明", "住基　美智子"
NEIGHBOUR = "辻󠄂　邉󠄐子"
"""Rare characters: both signs carry a variation selector."""
MARIA, MARIA_ALIAS = "SANTOS MARIA", "マリア・サントス"
HANAKO = "保護　花子"
ICHIRO = "不詳　一郎"
"""Born 昭和12年, month and day unknown."""
HIKARI, HIKARI_KANA, HIKARI_BIRTH = "住基　光", "ジュウキ　ヒカリ", "2013-12-01"
"""Born in the story; not among the rows."""

_FIRST_NUMBER = 90_000_001
_MALE, _FEMALE = "1", "2"
_DOMICILE = "鹿児島県姶良市宮島町25番地"


def address_number(name: str) -> str:
    """Address number (宛名番号) of one of the story's people; KeyError for any other name."""
    return {row["name"]: row["address_number"] for row in story_people()}[name]


def story_people() -> tuple[Row, ...]:
    """Their rows by item key, as `residents` gives them: the Juki family first."""
    households = (_family(), [_neighbour()], [_maria()], [_hanako()], [_ichiro()])
    rows: list[Row] = []
    for number, household in enumerate(households, _FIRST_NUMBER):
        for person in household:
            numbers = {
                "household_number": running_number(number, NUMBER_DIGITS),
                "address_number": running_number(_FIRST_NUMBER + len(rows), NUMBER_DIGITS),
            }
            rows.append(numbers | {"householder_name": household[0]["name"], "municipality": HOME} | person)
    return tuple(rows)


def residents_with_story(municipality: str, count: int, seed: str, on: datetime.date = DAY) -> Iterator[Row]:
    """`residents`, among whose `count` are the story's people if it is their town, they have come by `on`, and there is room for all."""
    people = tuple(row for row in story_people() if _is_there(row, on)) if municipality == HOME else ()
    if len(people) > count:
        people = ()
    return chain(people, residents(municipality, count - len(people), seed, on))


def _is_there(row: Row, on: datetime.date) -> bool:
    """Whether nothing of a row lies after the day; partial dates are long past."""
    return all(row.get(item, "") <= on.isoformat() for item in ("birth", "address_since", "notified_on", "became_foreign_resident_on"))


def _family() -> list[Row]:
    home = {"town": "宮島町", "block": "25番地", "registered_domicile": _DOMICILE}
    young = home | {"registered_domicile_head": TARO, "address_since": "1999-04-01", "notified_on": "1999-04-02"}
    old = home | {"registered_domicile_head": AKIRA, "address_since": "1972-10-10", "notified_on": "1972-10-11"}
    arrived = {"became_resident_on": "1999-04-01", "previous_address": "東京都世田谷区赤堤二丁目3番4号"}
    settled = {"became_resident_on": "1972-10-10", "previous_address": "鹿児島県霧島市国分上之段120番地"}
    return [
        _person(TARO, "ジュウキ　タロウ", "1974-05-03", _MALE, "世帯主") | young | arrived | _working("2", "4600000011"),
        _person(YOSHIKO, "ジュウキ　ヨシコ", "1976-11-23", _FEMALE, "妻") | young | arrived | _working("3", "4600000028"),
        _person(AKIRA, "ジュウキ　アキラ", "1939-02-11", _MALE, "父") | old | settled | _pensioner("4600000035", elderly=False),
        _person(MICHIKO, "ジュウキ　ミチコ", "1942-08-15", _FEMALE, "母") | old | settled | _pensioner("4600000042", elderly=False),
    ]


def _neighbour() -> Row:
    born_here = {"registered_domicile": "鹿児島県姶良市宮島町26番地", "registered_domicile_head": NEIGHBOUR}
    since = {"became_resident_on": "1978-03-20", "address_since": "1978-03-20", "notified_on": "1978-03-22"}
    place = {"town": "宮島町", "block": "26番地", "previous_address": "鹿児島県鹿児島市荒田一丁目5番6号"}
    person = _person(NEIGHBOUR, "ツジ　ナベコ", "1958-06-30", _FEMALE, "世帯主")
    return person | place | born_here | since | _working("1", "4600000059")


def _maria() -> Row:
    stay = {
        "nationality": "フィリピン", "became_foreign_resident_on": "2012-07-09", "residence_class": "中長期在留者",
        "status_of_residence": "定住者", "period_of_stay": "3年", "stay_until": "2015-06-30", "residence_card_number": "AB12345678CD",
    }  # fmt: skip
    place = {"town": "宮島町", "block": "31番地2", "building": "コーポ宮島103号"}
    since = {"address_since": "2010-09-01", "notified_on": "2012-07-09", "national_health_insurance": "1"}
    return _person(MARIA, "サントス　マリア", "1985-12-08", _FEMALE, "世帯主") | {"alias": MARIA_ALIAS} | place | since | stay


def _hanako() -> Row:
    since = {"became_resident_on": "2011-06-01", "address_since": "2011-06-01", "notified_on": "2011-06-03"}
    domicile = {"registered_domicile": "福岡県福岡市博多区博多駅前四丁目8番地", "registered_domicile_head": HANAKO}
    place = {
        "town": "池島町",
        "block": "14番地",
        "building": "ハイツ池島201号",
        "previous_address": "福岡県福岡市博多区博多駅前四丁目2番1号",
    }
    return _person(HANAKO, "ホゴ　ハナコ", "1983-04-17", _FEMALE, "世帯主") | place | domicile | since | _working("1", "4600000066")


def _ichiro() -> Row:
    since = {"became_resident_on": "1958-05-00", "address_since": "1958-05-00", "notified_on": "1958-05-20"}
    domicile = {"registered_domicile": "鹿児島県姶良市大山800番地", "registered_domicile_head": ICHIRO}
    person = _person(ICHIRO, "フショウ　イチロウ", "1937-00-00", _MALE, "世帯主")
    return person | {"town": "大山", "block": "812番地"} | domicile | since | _pensioner("4600000073", elderly=True)


def _person(name: str, kana: str, birth: str, sex: str, relationship: str) -> Row:
    return {"name": name, "kana": kana, "birth": birth, "sex": sex, "relationship": relationship}


def _working(pension_kind: str, pension_number: str) -> Row:
    return {"on_electoral_roll": "1", "pension_kind": pension_kind, "pension_number": pension_number}


def _pensioner(pension_number: str, *, elderly: bool) -> Row:
    items = {"on_electoral_roll": "1", "care_insurance": "1", "pension_number": pension_number}
    return items | ({"elderly_medical_insurance": "1"} if elderly else {})
