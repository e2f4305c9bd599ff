"""From what was typed to the event as the command line takes it: one reader for each kind of field (入力の読取り, standard 4.0.9).

Names and texts go on as they came, each glyph in its one stored spelling: no Unicode normalisation. Days may be written as clerks write
them (昭和49年5月3日, S49.5.3).
Whatever is wrong is told at its input; all of it at once, and nothing that was typed is lost.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openjuki.counter.entry.concerned import Concerned
from openjuki.counter.entry.fields import Field, Form, Kind
from openjuki.counter.entry.places import read_address, read_place
from openjuki.counter.entry.residents import resident_meant
from openjuki.counter.entry.typed import Fault, Typed, fault_of
from openjuki.offices import municipality
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, OpenJukiError, Say
from openjuki.register.item_kinds import ItemKind, reader
from openjuki.register.items import BY_KEY, read_item
from openjuki.register.record import ResidentRecord
from openjuki.register.spellings import one_spelling

NOT_THERE = Say("is missing.", "入力されていません。")
FILL_IN = Say("Fill in this item.", "この項目を入力してください。")
ROWS_MAX = 50
RELATIONSHIP = Say("Relationship", "続柄")


class Reading:
    """One form that is being read: what was typed, whom it is about, and what was found wrong so far."""

    def __init__(self, transaction: Transaction, office: Office, typed: Typed, about: Concerned) -> None:
        self.transaction, self.office, self.typed, self.about = transaction, office, typed, about
        self.faults: list[Fault] = []
        self.address: Address | None = None
        """The address of the form, as soon as it was read: households are looked for there."""

    def refuse(self, at: str, label: Say, error: OpenJukiError) -> None:
        """Note what the register says against an input."""
        self.faults.append(fault_of(at, label, error))

    def missing(self, at: str, label: Say) -> None:
        """Note an input that must not be blank."""
        self.faults.append(Fault(at, label, NOT_THERE, FILL_IN))

    def value(self, field: Field, prefix: str = "") -> Any:
        """What an input says, as the event takes it; None if it says nothing, or was refused."""
        return _READERS.get(field.kind, _text)(self, field, prefix + field.name)

    def values(self, fields: Iterator[Field] | tuple[Field, ...], prefix: str = "") -> dict[str, Any]:
        """The items of several fields by their names, those that say nothing left out."""
        found = {field.name: self.value(field, prefix) for field in _addresses_first(fields)}
        return {name: value for name, value in found.items() if value is not None}


def read_form(form: Form, reading: Reading) -> dict[str, Any]:
    """The event of a form, as `openjuki register event` takes it; what is wrong stands in `reading.faults`."""
    items = reading.values(form.fields())
    document = items.pop("*", {})
    return {"kind": form.kind, **items, **document}


def _addresses_first(fields: Iterator[Field] | tuple[Field, ...]) -> list[Field]:
    return sorted(fields, key=lambda field: field.kind is not Kind.ADDRESS)


def _read(reading: Reading, field: Field, at: str, read: Callable[[str], Any]) -> Any:
    """The text of one input through a reader."""
    text = reading.typed.text(at)
    if not text:
        if field.required:
            reading.missing(at, field.label)
        return "" if field.blank else None
    try:
        return read(one_spelling(text))
    except InvalidInput as error:
        reading.refuse(at, field.label, error)
        return None


def _text(reading: Reading, field: Field, at: str) -> Any:
    if field.key or (field.name in BY_KEY and field.kind in (Kind.TEXT, Kind.LONG)):
        return _read(reading, field, at, lambda text: read_item(field.key or field.name, text))
    kind = _ITEM_KINDS.get(field.kind, ItemKind.TEXT)
    return _read(reading, field, at, reader(kind, field.length_max))


def _sex(reading: Reading, field: Field, at: str) -> int | None:
    value = _text(reading, field, at)
    return None if value is None else int(value)


def _code(reading: Reading, field: Field, at: str) -> Any:
    return _read(reading, field, at, reader(ItemKind.RESIDENT_CODE, 11))


def _count(reading: Reading, field: Field, at: str) -> int | None:
    digits = _read(reading, field, at, reader(ItemKind.NUMBER, 15))
    return None if digits is None else int(digits)


def _flag(reading: Reading, field: Field, at: str) -> bool | None:
    return True if reading.typed.text(at) else None


def _choice(reading: Reading, field: Field, at: str) -> str | None:
    def one_of(text: str) -> str:
        if text not in {choice.value for choice in field.choices}:
            raise InvalidInput(field.name, *_NOT_OFFERED)
        return text

    value: str | None = _read(reading, field, at, one_of)
    return value


def _address(reading: Reading, field: Field, at: str) -> list[str] | None:
    if not any(reading.typed.text(f"{at}-{part}") for part in ("town", "block", "building")) and not field.required:
        return None
    address = read_address(reading.typed, reading.office.code, at, field.label, reading.faults)
    reading.address = reading.address or address
    return None if address is None else list(_parts(address))


def _place(reading: Reading, field: Field, at: str) -> list[str] | None:
    if not field.required and not reading.typed.has(f"{at}-"):
        return None
    address = read_place(reading.typed, reading.office.code, at, field.label, reading.faults)
    return None if address is None else list(_parts(address))


def _parts(address: Address) -> tuple[str, ...]:
    parts = (address.municipality, address.town, address.block)
    return (*parts, address.building) if address.building else parts


def _person(reading: Reading, field: Field, at: str) -> str | None:
    return reading.about.person.code if reading.about.person else None


def _member(reading: Reading, field: Field, at: str) -> str | None:
    number = reading.typed.text(at)
    found = reading.about.member(number)
    if found is None and (number or field.required):
        reading.faults.append(Fault(at, field.label, *_NO_MEMBER))
    return None if found is None else found.code


def _ticked(reading: Reading, field: Field, at: str) -> list[ResidentRecord]:
    found = [record for number in reading.typed.all(at) if (record := reading.about.member(number))]
    if not found and field.required:
        reading.faults.append(Fault(at, field.label, *_NOBODY_TICKED))
    return found


def _members(reading: Reading, field: Field, at: str) -> list[str] | None:
    return [record.code for record in _ticked(reading, field, at)] or None


def _relation(reading: Reading, record: ResidentRecord, at: str) -> dict[str, str] | None:
    """What one member is to the householder from then on; None where nothing was typed, or nothing that the register knows."""
    label = Say(f"{RELATIONSHIP.en} ({record.name})", f"{RELATIONSHIP.ja}（{record.name}）")
    field = Field("relationship", label, Kind.RELATIONSHIP)
    words = _read(reading, field, f"{at}-{record.person}-relationship", reader(ItemKind.RELATIONSHIP, 31))
    return None if words is None else {"code": record.code, "relationship": words}


def _relations(reading: Reading, field: Field, at: str) -> list[dict[str, str]] | None:
    found = []
    for record in _ticked(reading, field, at):
        name = f"{at}-{record.person}-relationship"
        if not reading.typed.text(name):
            reading.missing(name, Say(f"{RELATIONSHIP.en} ({record.name})", f"{RELATIONSHIP.ja}（{record.name}）"))
        elif relation := _relation(reading, record, at):
            found.append(relation)
    return found or None


def _others(reading: Reading, field: Field, at: str) -> list[dict[str, str]]:
    return [relation for record in reading.about.members if (relation := _relation(reading, record, at))]


def _staying(reading: Reading, field: Field, at: str) -> dict[str, Any] | None:
    head = reading.about.member(reading.typed.text(f"{at}-householder"))
    if head is None:
        return None
    others = [record for record in reading.about.members if record.person != head.person]
    return {"householder": head.code, "relations": [found for record in others if (found := _relation(reading, record, at))]}


def _resident(reading: Reading, field: Field, at: str) -> str | None:
    return _read(reading, field, at, lambda text: resident_meant(reading.transaction, text, reading.address))  # type: ignore[no-any-return]


def _certificate(reading: Reading, field: Field, at: str) -> list[Any] | None:
    """The residence that ended: its number, office and version; the code stands in the field that `key` names."""
    if not reading.typed.has(f"{at}-"):
        return None
    found = reading.values(field.fields, f"{at}-")
    code = reading.typed.text(at.removesuffix(field.name) + field.key)
    if len(found) < len(field.fields):
        return None
    return [found["n"], found["office"], found["version"], reader(ItemKind.RESIDENT_CODE, 11)(code) if code else ""]


def _items(reading: Reading, field: Field, at: str) -> dict[str, Any] | None:
    return {key: str(value) for key, value in reading.values(field.fields, f"{at}-").items()} or None


def _group(reading: Reading, field: Field, at: str) -> dict[str, Any] | None:
    """Nothing if nothing was typed; else what is required below must be there."""
    if not field.required and not reading.typed.has(f"{at}-"):
        return None
    return reading.values(field.fields, f"{at}-")


def _tuple(reading: Reading, field: Field, at: str) -> list[Any] | None:
    found = _group(reading, field, at)
    if found is None:
        return None
    return [found.get(item.name, None if item.kind is Kind.PLACE else "") for item in field.fields]


def _record(reading: Reading, field: Field, at: str) -> dict[str, Any]:
    """The items that are to say something else than the record does now."""
    record, own, other = reading.about.person, dict[str, Any](), dict[str, str]()
    for item in field.fields:
        name = f"{at}-{item.name}"
        if record is None or (not reading.typed.has(name) and name not in reading.typed.given()):
            continue
        value = reading.value(item, f"{at}-")
        value = "" if value is None and item.kind is not Kind.ADDRESS and not item.required else value
        if value is None:
            continue
        if item.name in ResidentRecord.__struct_fields__:
            own |= {item.name: value} if _recorded(getattr(record, item.name)) != value else {}
        elif record.other.get(item.name, "") != str(value):
            other[item.name] = str(value)
    return own | ({"other": other} if other else {})


def _recorded(value: Any) -> Any:
    """As the fields give it: an address as its parts."""
    return list(_parts(value)) if isinstance(value, Address) else value


def _events(reading: Reading, field: Field, at: str) -> list[dict[str, Any]] | None:
    found = []
    for number, _, sequence in (text.partition(".") for text in reading.typed.all(at)):
        if number.isdecimal() and sequence.isdecimal():
            record = municipality.record_of(reading.transaction, int(number))
            found.append({"code": record.code, "sequence": int(sequence)})
    if not found and field.required:
        reading.faults.append(Fault(at, field.label, *_NOTHING_TICKED))
    return found or None


def _file(reading: Reading, field: Field, at: str) -> Any:
    def document(text: str) -> Any:
        try:
            held = json.loads(text)
        except ValueError as error:
            raise InvalidInput(field.name, *_NO_JSON) from error
        if field.key != "*" and isinstance(held, dict):
            held = held.get(field.key)
        if field.key == "*" and isinstance(held, dict):
            return {key: value for key, value in held.items() if key != "kind"}
        if field.key == "*" or not isinstance(held, list):
            raise InvalidInput(field.name, *_NO_JSON)
        return held

    return _read(reading, field, at, document)


def rows(typed: Typed, field: Field, at: str) -> int:
    """How many rows of a field are shown: those asked for, at least one that holds something."""
    asked = typed.text(f"{at}-count")
    return min(int(asked), ROWS_MAX) if asked.isascii() and asked.isdigit() else field.count


def _rows(reading: Reading, field: Field, at: str) -> list[Any] | None:
    filled = [row for row in range(rows(reading.typed, field, at)) if reading.typed.has(f"{at}-{row}-")]
    if not filled and field.required:
        first = field.fields[0]
        reading.missing(f"{at}-0-{first.name}", first.label)
    found = [reading.values(field.fields, f"{at}-{row}-") for row in filled]
    return found or None


_NOT_OFFERED = (Say("is not one of the choices.", "選択肢にありません。"), Say("Choose one.", "選び直してください。"))
_NO_MEMBER = (
    Say("names nobody of this household.", "この世帯の世帯員が選ばれていません。"),
    Say("Choose a member.", "世帯員から選んでください。"),
)
_NOBODY_TICKED = (Say("nobody is chosen.", "誰も選ばれていません。"), Say("Tick those concerned.", "異動する者を選んでください。"))
_NOTHING_TICKED = (Say("nothing is chosen.", "何も選ばれていません。"), Say("Tick what is meant.", "対象を選んでください。"))
_NO_JSON = (
    Say("is not the document that belongs here.", "この欄に入れる文書の形式ではありません。"),
    Say("Send the file as it came, or ask for it again.", "受け取ったファイルをそのまま選ぶか、送り直してもらってください。"),
)
_ITEM_KINDS: Mapping[Kind, ItemKind] = {kind: ItemKind(kind.value) for kind in Kind if kind.value in {one.value for one in ItemKind}}
_READERS: Mapping[Kind, Callable[[Reading, Field, str], Any]] = {
    Kind.SEX: _sex, Kind.CODE: _code, Kind.COUNT: _count, Kind.FLAG: _flag, Kind.CHOICE: _choice, Kind.ADDRESS: _address,
    Kind.PLACE: _place, Kind.PERSON: _person, Kind.MEMBER: _member, Kind.MEMBERS: _members, Kind.RELATIONS: _relations,
    Kind.OTHERS: _others, Kind.STAYING: _staying, Kind.RESIDENT: _resident, Kind.CERTIFICATE: _certificate, Kind.ITEMS: _items,
    Kind.GROUP: _group, Kind.TUPLE: _tuple, Kind.RECORD: _record, Kind.EVENTS: _events, Kind.FILE: _file, Kind.ROWS: _rows,
}  # fmt: skip
