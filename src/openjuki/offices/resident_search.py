"""Finding a resident in the municipality's own register, as another municipality may by ordinance (市町村間の提供, Act art. 30-6).

What is found is identity confirmation information only: the record itself is not shown.
"""

from typing import Any

from openjuki.offices.hub_search import Found, QueryKey
from openjuki.offices.municipality import decode_record
from openjuki.offices.store import Transaction
from openjuki.register.change import decode_change
from openjuki.register.identity import Status
from openjuki.register.record import identity
from openjuki.register.search_keys import fold_text, kana_key, key64, name_key

_SOMEBODY = "SELECT id, status, record, change FROM person WHERE status <> 4 AND"  # Status.ANNULLED
_BY_CODE = f"{_SOMEBODY} id = (SELECT person FROM code_used WHERE code = ?) LIMIT ?"  # noqa: S608 - words of this file alone
_BY_NAME_BIRTH = f"{_SOMEBODY} name_birth = ? LIMIT ?"
_BY_KANA_BIRTH = f"{_SOMEBODY} kana_birth = ? LIMIT ?"
_BY_NAME_ADDRESS = f"{_SOMEBODY} name_address = ? LIMIT ?"


def find(transaction: Transaction, key: QueryKey, count_max: int) -> list[Found]:
    """The persons that the key fits, at most `count_max`; annulled ones are nobody."""
    if key.code:
        found = _rows(transaction, _BY_CODE, key.code, count_max)
        return [hit if hit.identity.code == key.code else _changed(hit) for hit in found]
    if key.name and key.birth:
        found = _rows(transaction, _BY_NAME_BIRTH, key64(name_key(key.name), key.birth), count_max)
        return found or _rows(transaction, _BY_KANA_BIRTH, key64(kana_key(key.name), key.birth), count_max)
    if key.name and key.address:
        return _rows(transaction, _BY_NAME_ADDRESS, key64(name_key(key.name), fold_text(key.address)), count_max)
    return []


def _rows(transaction: Transaction, sql: str, value: Any, count_max: int) -> list[Found]:
    return [
        Found(person, Status(status), identity(decode_record(record)), decode_change(change).date, False)
        for person, status, record, change in transaction.all(sql, value, count_max)
    ]


def _changed(hit: Found) -> Found:
    """Found by an old code (promise N3)."""
    return Found(hit.person, hit.status, hit.identity, hit.date_of_change, True)
