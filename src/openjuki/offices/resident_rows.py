"""Rows of the item list and records of the register: each item of a row has its place in a record, and back (住民データの項目, Act art. 7).

Items with no field of their own keep their text under their key in `other`, so that nothing of a row is lost.
"""

from collections.abc import Mapping
from typing import Any

from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.identity import Sex
from openjuki.register.items import BY_KEY, ITEMS
from openjuki.register.record import ResidentRecord

_PLACED = {"household_number", "municipality", "town", "block", "building", "resident_code"}
_OWN = frozenset(BY_KEY).intersection(Items.__struct_fields__)
_OTHER = frozenset(BY_KEY) - _OWN - _PLACED


def items_of(values: Mapping[str, Any], row: Mapping[str, str]) -> Items:
    """What an entry sets for a row whose `values` `register.items.read_row` gave; the household is found by its number elsewhere."""
    given, other = {}, {}
    for key, value in values.items():
        if key in _OWN:
            given[key] = value
        elif key in _OTHER:
            other[key] = value if isinstance(value, str) else row[key]
    address = Address(values["municipality"], values.get("town", ""), values["block"], values.get("building", ""))
    return Items(**given, address=address, code=values.get("resident_code"), other=other or None)


def row_of(record: ResidentRecord, household_number: str) -> dict[str, str]:
    """The row of a record, without empty items: import of it gives the same record again."""
    row = {key: str(value) for key in _OWN if key != "sex" and (value := getattr(record, key))}
    row |= {key: text for key, text in record.other.items() if key in _OTHER}
    address = record.address
    row |= {"household_number": household_number, "sex": str(Sex(record.sex).value), "municipality": address.municipality}
    row |= {"town": address.town, "block": address.block, "building": address.building, "resident_code": record.code}
    return {item.key: row[item.key] for item in ITEMS if row.get(item.key)}
