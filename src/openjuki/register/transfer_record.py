"""The transfer record: what the old office tells the new one of people who move with one visit (転出証明書情報, Act art. 24-2(4), 令24の3).

Exactly what the order lists: items 1 to 5 and 13 of the Act art. 7, the old address, destination and planned day, insurance, pension,
child allowance, the card; of foreign residents, in place of item 5, what the Act art. 30-45 lists, and their alias with where and when it
was recorded and deleted (令30の26(3), 30の27(2), 30の32). Beside that the residence that ends, and items of later years by their dates.
It never goes to prefecture or centre.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from openjuki.register.addresses import Address, check_address
from openjuki.register.change import Previous
from openjuki.register.codes import resident_code
from openjuki.register.dates import calendar_date, date_text
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Event, EventKind
from openjuki.register.fold import in_order, standing
from openjuki.register.foreign_residents import FOREIGN_ITEMS, foreign_items
from openjuki.register.household import HOUSEHOLDER, relationship
from openjuki.register.identity import Sex
from openjuki.register.items import read_item
from openjuki.register.names import check_name
from openjuki.register.record import ResidentRecord

INSURED = (
    "national_health_insurance", "elderly_medical_insurance", "care_insurance", "pension_kind", "pension_number", "child_allowance",
)  # fmt: skip
"""Keys of the items in 令24の3 numbers 3 to 6."""
PERSONS_MAX = 30
_LATER = ("kana", "former_name", "individual_number", "alias")


class CardData(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A Juki card as the next office has to know it (令24の3 七, the Rules 7-2): number, days, form, what proves it genuine."""

    number: str
    issued_on: str
    valid_until: str
    with_photo: bool
    public: bytes
    """The key (P-256, DER) by which the card's Juki area proves that it is this card (真正なものであることを確認するための符号)."""


class NoTransfer(StrEnum):
    """Why the old office sends no transfer record."""

    NOT_ANNOUNCED = "not-announced"
    """No move of that code with that card is announced there: whether code or card is wrong is not told."""
    WITHDRAWN = "withdrawn"
    ON_PAPER = "on-paper"
    TOO_LATE = "too-late"
    """A term of 令24の2(1)二 has passed."""
    ELSEWHERE = "elsewhere"
    """Recorded in another register since (令24の2(1)一)."""


class AliasNote(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which municipality recorded or deleted which alias on which day (通称の記載及び削除に関する事項, 令30の27(1))."""

    alias: str
    municipality: str
    on: str
    deleted: bool = False


class TransferredPerson(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person who moves along; empty text means "not recorded"."""

    name: str  # 1
    birth: str  # 2
    sex: Sex  # 3
    relationship: str  # 4
    registered_domicile: str  # 5
    registered_domicile_head: str  # 5
    code: str  # 13
    ended: Previous
    """The residence that ends, so that the new office numbers the next one."""
    insured: dict[str, str] = {}
    """By the keys of `INSURED`."""
    foreign: dict[str, str] = {}
    alias: str = ""
    alias_notes: tuple[AliasNote, ...] = ()
    card: CardData | None = None
    kana: str = ""
    former_name: str = ""
    individual_number: str = ""


class TransferContent(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one moving-out notification covers: whom, from where, whereto, planned for when; dates are canonical texts."""

    householder: str  # 4: of the household that they leave
    old_address: Address
    destination: str
    leaves_on: str
    persons: tuple[TransferredPerson, ...]

    def person(self, code: str) -> TransferredPerson | None:
        """The one of that code."""
        return next((person for person in self.persons if person.code == code), None)


encode_transfer = msgspec.msgpack.Encoder().encode
decode_transfer = msgspec.msgpack.Decoder(TransferContent).decode


def transferred(
    record: ResidentRecord, ended: Previous, card: CardData | None, notes: Sequence[AliasNote], left_out: frozenset[str]
) -> TransferredPerson:
    """A resident record as it is told; `left_out` are items that the law does not know on this day."""
    later = {key: "" if key in left_out else getattr(record, key) for key in _LATER}
    return TransferredPerson(
        record.name, record.birth, record.sex, record.relationship, record.registered_domicile, record.registered_domicile_head,
        record.code, ended, _of(record.other, INSURED), _of(record.other, FOREIGN_ITEMS), later["alias"], tuple(notes), card,
        later["kana"], later["former_name"], later["individual_number"],
    )  # fmt: skip


def _of(items: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    return {key: items[key] for key in keys if items.get(key)}


def alias_notes(events: Sequence[Event], municipality: str, told: Sequence[AliasNote]) -> tuple[AliasNote, ...]:
    """What the events here (all of a person, oldest first) add to what earlier offices told: an entry repeats what they recorded."""
    notes, alias = list(told), ""
    for _, event in in_order(standing(events)):
        if event.items.alias is None or event.items.alias == alias:
            continue
        if event.kind is not EventKind.ENTRY:
            deleted = not event.items.alias
            notes.append(AliasNote(alias if deleted else event.items.alias, municipality, event.changed_on, deleted))
        alias = event.items.alias
    return tuple(dict.fromkeys(notes))


def check_transfer(record: TransferContent, office: str) -> None:
    """InvalidInput for what cannot be entered, or is not the word of `office` about its own residents."""
    check_address(record.old_address)
    calendar_date(record.leaves_on, "leaves_on")
    codes = {person.code for person in record.persons}
    if not record.destination or not 0 < len(record.persons) <= PERSONS_MAX or len(codes) != len(record.persons):
        raise _wrong("persons")
    if sum(person.relationship == HOUSEHOLDER for person in record.persons) > 1:
        raise _wrong("relationship")
    for person in record.persons:
        _check_person(person, office)


def _check_person(person: TransferredPerson, office: str) -> None:
    check_name(person.name)
    date_text(person.birth, "birth")
    relationship(person.relationship)
    resident_code(person.code)
    if person.ended.office != office or person.ended.code != person.code or person.ended.n < 1 or person.ended.version < 1:
        raise _wrong("ended")
    if not person.insured.keys() <= set(INSURED) or (person.foreign and person.registered_domicile):
        raise _wrong("insured")
    foreign_items(person.foreign) if person.foreign else None
    texts = {key: getattr(person, key) for key in ("registered_domicile", "registered_domicile_head", *_LATER)} | person.insured
    for key, text in texts.items():
        if text:
            read_item(key, text)
    if person.card:
        calendar_date(person.card.issued_on, "issued_on")
        calendar_date(person.card.valid_until, "valid_until")


def _wrong(item: str) -> InvalidInput:
    reason = Say("contradicts the rest of the transfer record.", "転出証明書情報の内容が矛盾しています。")
    return InvalidInput(
        item, reason, Say("Call the old office, or ask for a certificate.", "転出地に確認するか転出証明書を求めてください。")
    )
