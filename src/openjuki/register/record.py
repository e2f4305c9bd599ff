"""The resident record: what a municipality enters about one person (住民票, Act art. 7). Never leaves it but between municipalities."""

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.dates import DateText, for_network
from openjuki.register.identity import Identity, Sex, Status


class ResidentRecord(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The present state of one person's record; item numbers are those of the Act art. 7. Empty text means "not recorded"."""

    person: int
    """Internal number; never changes, never leaves the office."""
    name: str  # 1
    kana: str
    birth: str  # 2
    sex: Sex  # 3
    household: int
    relationship: str  # 4
    registered_domicile: str  # 5
    registered_domicile_head: str  # 5
    became_resident_on: str  # 6
    address: Address  # 7
    address_since: str  # 7
    notified_on: str  # 8
    previous_address: str  # 8
    code: str  # 13
    individual_number: str
    former_name: str
    alias: str
    residence: int
    """How many residences the person has had in the country, this one included."""
    status: Status
    removed_on: str = ""
    moved_to: str = ""
    other: dict[str, str] = {}
    """The record's other items (9-12 and those of foreign residents) by their keys in register.items, as recorded."""


def identity(record: ResidentRecord) -> Identity:
    """The projection to identity confirmation information: the only thing of a record that prefecture and centre get (Act art. 30-5)."""
    return Identity(
        record.name, record.kana, for_network(DateText(record.birth)), record.sex, record.address, record.code,
        record.individual_number, record.former_name, record.alias,
    )  # fmt: skip
