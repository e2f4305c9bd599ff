"""An import row that the register cannot take is refused alone; the others are entered (住民基本台帳の移行)."""

import datetime

import msgspec

from openjuki.procedures import resident_import
from openjuki.procedures.resident_import import Entrant
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from tests.procedures.municipal_office import TownHall


def entrant(line: int, municipality: str, code: str) -> Entrant:
    address = Address(municipality, {"131016": "飯田橋"}.get(municipality, "宮島町"), "1番地")
    items = Items(
        name="山田　花子",
        kana="ヤマダ　ハナコ",
        birth="1980-01-02",
        sex=Sex.FEMALE,
        relationship="世帯主",
        became_resident_on="2010-04-01",
        address=address,
        address_since="2010-04-01",
        notified_on="2010-04-01",
        code=code,
    )
    return Entrant(line, str(line), items)


def test_a_row_with_an_address_in_another_municipality_is_refused_alone() -> None:
    hall = TownHall()
    heard: list[object] = []
    rows = [entrant(1, hall.office.code, "24727059608"), entrant(2, "131016", "24846016224")]
    resident_import.enter_residents(hall.office, "clerk", rows, heard.append)
    [entered] = heard
    assert isinstance(entered, resident_import.Entered)
    assert (entered.entered, [(line, fault.item) for line, fault in entered.refused]) == (1, [(2, "municipality 市区町村コード")])


def test_a_birth_that_lies_ahead_and_a_code_of_somebody_else_are_refused_by_the_names_of_their_columns() -> None:
    hall = TownHall()
    heard: list[object] = []
    rows = [entrant(number, hall.office.code, code) for number, code in enumerate(("24727059608", "24727059608", "24846016224"), 1)]
    tomorrow = (hall.office.today() + datetime.timedelta(days=1)).isoformat()
    rows[2] = rows[2]._replace(items=msgspec.structs.replace(rows[2].items, birth=tomorrow))
    resident_import.enter_residents(hall.office, "clerk", rows, heard.append)
    [entered] = heard
    assert isinstance(entered, resident_import.Entered)
    assert [(line, fault.item) for line, fault in entered.refused] == [(2, "resident_code 住民票コード"), (3, "birth 生年月日")]
