"""Addresses that get new words without anybody moving: before and after (住所の表示の変更, 令12(2)7; Rules 21-2). Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, Say

Place = tuple[str, str, str]
"""Municipality, town and block; a building stays what it is."""


class Renumbered(msgspec.Struct, frozen=True):
    """What an address says before and after. A `before` without block means a whole town (or ward): its blocks stay as they are."""

    before: Address
    after: Address


def table_of(pairs: Iterable[Renumbered]) -> dict[Place, Address]:
    """The new words by the old place; InvalidInput if there are none, or two for one place."""
    listed = list(pairs)
    table = {(pair.before.municipality, pair.before.town, pair.before.block): pair.after for pair in listed}
    if len(table) != len(listed) or not table:
        reason = Say("no address is given, or one twice.", "住所がないか、重複しています。")
        raise InvalidInput("table", reason, Say("Give each address once.", "住所を一度ずつ指定してください。"))
    return table


def address_after(address: Address, table: Mapping[Place, Address]) -> Address | None:
    """The address from then on; None if the table says nothing of it, or nothing new."""
    after = table.get((address.municipality, address.town, address.block)) or table.get((address.municipality, address.town, ""))
    if after is None:
        return None
    found = Address(after.municipality, after.town, after.block or address.block, after.building or address.building)
    return found if found != address else None
