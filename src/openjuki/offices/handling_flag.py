"""The bare handling flag of a restrained resident's notices, at the municipality (取扱注意の表示; mission X7, P1; profile "open" alone).

It says that there is a restraint and nothing of it. Every change of the person carries it, from the entry on until the restraint has ended:
so it is at the hubs before or with each new address.
"""

import msgspec

from openjuki.law.calendar import Profile
from openjuki.law.restraint import Restraint
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import key64, name_key

_BEARING = """SELECT body FROM restraint WHERE id IN (
  SELECT restraint FROM restraint_record WHERE person = ?1 AND set_apart_by = ''
  UNION SELECT restraint FROM restraint_name WHERE name_birth = ?2 AND restraint NOT IN
    (SELECT restraint FROM restraint_record WHERE person = ?1 AND set_apart_by <> ''))"""
_decode = msgspec.msgpack.Decoder(Restraint).decode


def flag(transaction: Transaction, office: Office, record: ResidentRecord) -> int:
    """Version of the flag that a notice of this record carries today; 0 for none."""
    if office.profile is not Profile.OPEN or transaction.value("SELECT 1 FROM restraint_name LIMIT 1") is None:
        return 0
    rows = transaction.all(_BEARING, record.person, key64(name_key(record.name), record.birth))
    return max((one.version for (body,) in rows if (one := _decode(body)).bears(office.today())), default=0)
