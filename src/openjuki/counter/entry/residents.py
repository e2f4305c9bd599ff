"""Another resident whom a form names: by code, or by name at the address of the form (同一住所の世帯員の指定, standard 4.0.2)."""

from openjuki.offices import municipality
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.codes import digits_of, resident_code
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.identity import Status
from openjuki.register.record import ResidentRecord
from openjuki.register.search_keys import address_key, key64, name_key

_NOBODY = (
    Say("nobody of that name lives at this address.", "この住所にその氏名の住民はいません。"),
    Say("Check the name, or give the person's code.", "氏名を確かめるか、住民票コードを入力してください。"),
)
_SEVERAL = (
    Say("several residents of that name live at this address.", "この住所に同じ氏名の住民が複数います。"),
    Say("Give the person's code.", "住民票コードを入力してください。"),
)
_UNKNOWN = (Say("is not in this register.", "この台帳にありません。"), Say("Search again.", "検索し直してください。"))


def resident_meant(transaction: Transaction, text: str, address: Address | None) -> str:
    """Code of the resident who is meant; InvalidInput if that is nobody, or could be several."""
    digits = digits_of(text)
    if digits.isascii() and digits.isdigit():
        return _by_code(transaction, resident_code(digits))
    found = _at(transaction, text, address)
    if len(found) != 1:
        raise InvalidInput("resident", *(_SEVERAL if found else _NOBODY))
    return found[0].code


def _by_code(transaction: Transaction, code: str) -> str:
    try:
        municipality.person_of_code(transaction, code)
    except Conflict as error:
        raise InvalidInput("resident", *_UNKNOWN) from error
    return code


def _at(transaction: Transaction, name: str, address: Address | None) -> list[ResidentRecord]:
    """Residents of a name (in any writing) at an address."""
    if address is None:
        return []
    sql = "SELECT record FROM person WHERE name_address = ? AND status = ? ORDER BY id"
    rows = transaction.all(sql, key64(name_key(name), address_key(address)), int(Status.RESIDENT))
    return [municipality.decode_record(body) for (body,) in rows]
