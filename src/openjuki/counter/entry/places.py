"""Addresses as they are typed: town by name or postal code, municipality by name or number (住所の入力, standard 1.3.3, 4.1.3.0.2)."""

from openjuki.counter.entry.typed import Fault, Typed, fault_of
from openjuki.register.addresses import Address, Municipality, check_address, municipality, places, towns_of
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.recorded_text import check_text
from openjuki.register.spellings import one_spelling

PARTS = {
    "municipality": Say("municipality", "市区町村"),
    "town": Say("town", "町・大字"),
    "block": Say("block", "番地・号"),
    "building": Say("building", "方書"),
}
_DIGITS = str.maketrans("０１２３４５６７８９－‐−", "0123456789---")
_NO_MUNICIPALITY = (
    Say("names no municipality, or several.", "該当する市区町村がないか、複数あります。"),
    Say("Write prefecture and name, or the 6-digit code.", "都道府県から入力するか、6桁のコードを入力してください。"),
)


def read_address(typed: Typed, office: str, at: str, label: Say, faults: list[Fault]) -> Address | None:
    """The address in the inputs below `at`, in a municipality's own territory; None, with the faults, if it cannot be recorded."""
    address = _typed_address(typed, office, at, label, faults)
    if address is None:
        return None
    try:
        check_address(address)
    except InvalidInput as error:
        faults.append(_fault(at, label, error))
        return None
    return address


def read_place(typed: Typed, office: str, at: str, label: Say, faults: list[Fault]) -> Address | None:
    """The same anywhere in the country; without a block a whole town (or ward) is meant."""
    address = _typed_address(typed, office, at, label, faults)
    if address is None:
        return None
    try:
        for part in ("town", "block"):
            if text := getattr(address, part):
                check_text(part, text, 60)
    except InvalidInput as error:
        faults.append(_fault(at, label, error))
        return None
    return address


def _typed_address(typed: Typed, office: str, at: str, label: Say, faults: list[Fault]) -> Address | None:
    try:
        place = municipality_meant(typed.text(f"{at}-municipality") or office)
    except InvalidInput as error:
        faults.append(_fault(at, label, error))
        return None
    town = town_meant(place.code, typed.text(f"{at}-town"))
    return Address(place.code, one_spelling(town), one_spelling(typed.text(f"{at}-block")), one_spelling(typed.text(f"{at}-building")))


def _fault(at: str, label: Say, error: InvalidInput) -> Fault:
    part = error.item if error.item in PARTS else "town"
    words = PARTS[part]
    return fault_of(f"{at}-{part}", Say(f"{label.en}: {words.en}", f"{label.ja}（{words.ja}）"), error)


def municipality_meant(text: str) -> Municipality:
    """The municipality or ward of a 6-digit code, or of its name with or without the prefecture; InvalidInput if that is not one."""
    digits = text.translate(_DIGITS)
    if digits.isascii() and digits.isdigit():
        return municipality(digits)
    wanted = "".join(text.split())
    found = [place for place in places() if wanted in (place.written, place.name, f"{place.district}{place.name}")]
    if len(found) != 1:
        raise InvalidInput("municipality", *_NO_MUNICIPALITY)
    return found[0]


def town_meant(code: str, text: str) -> str:
    """The town of a postal code, if there is one such in the municipality; else the text as it is."""
    digits = text.translate(_DIGITS).replace("-", "")
    if len(digits) != 7 or not digits.isascii() or not digits.isdigit():
        return text
    named = {town.name for town in towns_of(code) if town.postal_code == digits}
    return named.pop() if len(named) == 1 else text
