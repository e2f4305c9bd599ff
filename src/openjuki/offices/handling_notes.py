"""The handling note of an answer: that who was found is to be handled with care (取扱注意の表示; Act art. 30-33 to 30-35; mission X7).

A hub learns it from the flag of a change (register/change.py). Codes that ever came with one are kept apart, so that an answer about
anybody else costs nothing; whether the flag still stands is read off the state that holds.
"""

from collections.abc import Iterable

import msgspec

from openjuki.offices.hub_search import Found
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.change import Change, decode_change

SCRIPT = "CREATE TABLE handled (code TEXT PRIMARY KEY) WITHOUT ROWID"

_HOLDS = """SELECT s.change FROM handled h JOIN person p ON p.code = h.code
  JOIN state s ON s.person = p.id AND s.n = p.n AND s.office = p.office AND s.version = p.version WHERE h.code = ?"""


def remember(transaction: Transaction, office: Office, changes: Iterable[Change]) -> None:
    """Hub: keep the codes of changes that came with the flag."""
    for change in changes:
        if change.handling:
            transaction.execute("INSERT INTO handled VALUES (?) ON CONFLICT DO NOTHING", (change.identity.code,))
            office.some_handled = True


def noted(transaction: Transaction, office: Office, found: list[Found]) -> list[Found]:
    """Hub: the persons found, those with the flag noted."""
    if office.some_handled is None:
        office.some_handled = transaction.value("SELECT 1 FROM handled LIMIT 1") is not None
    if not office.some_handled:
        return found
    return [msgspec.structs.replace(hit, noted=True) if _flagged(transaction, hit) else hit for hit in found]


def _flagged(transaction: Transaction, hit: Found) -> bool:
    body = transaction.value(_HOLDS, hit.identity.code)
    return body is not None and decode_change(body).handling > 0
