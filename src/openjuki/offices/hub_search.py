"""Finding a person among identities, by the key sets the policy allows (照会, Act art. 30-7; measure P9)."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product
from typing import Any

import msgspec

from openjuki.law.policy import Key
from openjuki.offices.identity import decode_identity
from openjuki.offices.store import Transaction
from openjuki.register.identity import Identity, Status
from openjuki.register.search_keys import fold_text, kana_key, key64, name_key

_ORDER = (Key.CODE, Key.INDIVIDUAL_NUMBER, Key.NAME, Key.BIRTH, Key.ADDRESS)


class QueryKey(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """What is known of the person; the filled items must be one of the key sets of the affair. No forward match, no wildcard."""

    code: str = ""
    individual_number: str = ""
    name: str = ""
    birth: str = ""
    address: str = ""

    @property
    def given(self) -> frozenset[Key]:
        """The items that are filled."""
        return _GIVEN[self.code != "", self.individual_number != "", self.name != "", self.birth != "", self.address != ""]


_GIVEN = {
    filled: frozenset(key for key, is_filled in zip(_ORDER, filled, strict=True) if is_filled)
    for filled in product((False, True), repeat=len(_ORDER))
}
"""Every filling of a `QueryKey` as its key set, made once: this is asked with each question."""


class Found(msgspec.Struct, frozen=True, gc=False):
    """One person found, with the state that holds; `nothing` stands in an answer for an item not asked for."""

    person: int
    status: Status
    identity: Identity
    date_of_change: str
    code_changed: bool
    nothing: None = None
    noted: bool = False
    """Whether the answer carries a handling note (offices/handling_notes.py)."""


TOGETHER_MIN = 8
"""Fewer codes than that are looked up one by one."""

_SOMEBODY = "SELECT id, status, identity, date FROM person WHERE status <> 4 AND"  # Status.ANNULLED
_BY_CODES = (
    "SELECT person.code, person.id, status, identity, date FROM json_each(?) AS asked"
    " CROSS JOIN person WHERE person.code = asked.value AND status <> 4"
)
_BY_CODE = f"{_SOMEBODY} code = ?"
_BY_OLD_CODE = f"{_SOMEBODY} id = (SELECT person FROM code WHERE code = ?)"  # noqa: S608 - words of this file alone
_BY_NAME_BIRTH = f"{_SOMEBODY} name_birth = ?"
_BY_KANA_BIRTH = f"{_SOMEBODY} kana_birth = ?"
_BY_NAME_ADDRESS = f"{_SOMEBODY} name_address = ?"


def find(transaction: Transaction, key: QueryKey, count_max: int) -> list[Found]:
    """The persons that the key fits, at most `count_max`; annulled ones are nobody."""
    if key.code:
        return _by_code(transaction, key.code)
    if key.name and key.birth:
        return _by_name_and_birth(transaction, key, count_max)
    if key.name and key.address:
        return _first(transaction, _BY_NAME_ADDRESS, key64(name_key(key.name), fold_text(key.address)), count_max)
    return []


def find_for(transaction: Transaction, keys: Iterable[QueryKey]) -> Callable[[Transaction, QueryKey, int], list[Found]]:
    """`find` for some questions of one transaction: their codes are looked up together, which costs a third less."""
    codes = [key.code for key in keys if key.code]
    if len(codes) < TOGETHER_MIN:
        return find
    rows = transaction.all(_BY_CODES, msgspec.json.encode(codes).decode())
    known = {code: [Found(person, _STATUS[status], decode_identity(body), date, False)] for code, person, status, body, date in rows}

    def found(transaction: Transaction, key: QueryKey, count_max: int) -> list[Found]:
        return known.get(key.code) or find(transaction, key, count_max)

    return found


@lru_cache(maxsize=256)
def _at_most(sql: str, count: int) -> str:
    """A bound LIMIT would double the cost of the search; there are few different ones."""
    return f"{sql} LIMIT {count:d}"


def _first(transaction: Transaction, sql: str, number: int, count_max: int) -> list[Found]:
    return [_found(row) for row in transaction.execute(_at_most(sql, count_max), (number,)).fetchall()]


_STATUS = {int(status): status for status in Status}
"""The standings by their number: an enum's own look-up costs as much as the search."""


def _found(row: Any, code_changed: bool = False) -> Found:
    return Found(row[0], _STATUS[row[1]], decode_identity(row[2]), row[3], code_changed)


def _by_code(transaction: Transaction, code: str) -> list[Found]:
    """By the present code, or by an old one: then the answer says "code changed", never "not found" (promise N3)."""
    row = transaction.execute(_BY_CODE, (code,)).fetchone()
    if row is not None:
        return [_found(row)]
    row = transaction.execute(_BY_OLD_CODE, (code,)).fetchone()
    return [_found(row, code_changed=True)] if row else []


def _by_name_and_birth(transaction: Transaction, key: QueryKey, count_max: int) -> list[Found]:
    """By name or its reading, with the birth date as recorded."""
    found = _first(transaction, _BY_NAME_BIRTH, key64(name_key(key.name), key.birth), count_max)
    return found or _first(transaction, _BY_KANA_BIRTH, key64(kana_key(key.name), key.birth), count_max)
