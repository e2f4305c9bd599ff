"""From the register to a paper: which items of which records, as the asker chose (記載事項の選択; Act art. 12(5), 12-4; standard 5.1, 5.2).

Items that need a special request (世帯主・続柄, 本籍・筆頭者, 住民票コード, 個人番号, those of foreign residents) are left out
unless chosen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from openjuki.documents.content import (
    CodeChangeNotice,
    CodeCorrectionNotice,
    CodeNotice,
    CodeSlip,
    Ended,
    HouseholdCopy,
    ItemsCertificate,
    MovingOut,
    MovingOutPerson,
    PrintedPerson,
    RemovedCopy,
    ResidentCopy,
    WideAreaCopy,
    WideAreaPerson,
)
from openjuki.documents.issue import Subject
from openjuki.documents.kinds import Kind
from openjuki.register.dates import DateText
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.foreign_residents import FOREIGN_ITEMS, is_foreign
from openjuki.register.household import Member, Relationship, in_order
from openjuki.register.identity import Status
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.record import ResidentRecord


class Choice(StrEnum):
    """What an asker may choose; the words are those of the command's `--with`."""

    KANA = "kana"
    RELATIONSHIP = "relationship"
    """世帯主・続柄"""
    DOMICILE = "domicile"
    """本籍・筆頭者"""
    CODE = "code"
    NUMBER = "number"
    FOREIGN = "foreign"
    """国籍・地域, 在留資格 and the other items of foreign residents"""
    REMARKS = "remarks"


_BY_CHOICE: Mapping[Choice, tuple[str, ...]] = {
    Choice.KANA: ("kana",), Choice.RELATIONSHIP: ("householder", "relationship"),
    Choice.DOMICILE: ("registered_domicile", "registered_domicile_head"), Choice.CODE: ("code",), Choice.NUMBER: ("individual_number",),
    Choice.REMARKS: ("remarks",),
}  # fmt: skip
_WITHOUT_DOMICILE = frozenset(WideAreaPerson.__struct_fields__)


def subject_of(record: ResidentRecord) -> Subject:
    """A record's person as the subject of a request."""
    return Subject(record.name, record.birth, record.code)


def printed(record: ResidentRecord, householder: str, chosen: Collection[Choice]) -> PrintedPerson:
    """One person's items, those left out that were not chosen; `householder` is the name of the one who heads the household."""
    left_out = {item for choice, items in _BY_CHOICE.items() if choice not in chosen for item in items}
    foreign = is_foreign(record.other)
    items: dict[str, Any] = {
        "kana": record.kana, "householder": householder, "relationship": record.relationship,
        "registered_domicile": record.registered_domicile, "registered_domicile_head": record.registered_domicile_head,
        "code": record.code, "individual_number": record.individual_number, "remarks": record.other.get("remarks", ""),
    }  # fmt: skip
    if not record.individual_number:
        left_out -= {"individual_number"}
    if foreign:
        left_out |= {"registered_domicile", "registered_domicile_head"}
    return PrintedPerson(
        name=record.name, birth=record.birth, sex=record.sex, former_name=record.former_name, alias=record.alias,
        became_resident_on=record.became_resident_on, address=record.address.text(), address_since=record.address_since,
        notified_on=record.notified_on, previous_address=record.previous_address,
        foreign=_foreign(record, chosen=Choice.FOREIGN in chosen) if foreign else {},
        **{name: None if name in left_out else value for name, value in items.items()},
    )  # fmt: skip


def _foreign(record: ResidentRecord, *, chosen: bool) -> dict[str, str | None]:
    held = {key: record.other[key] for key in FOREIGN_ITEMS if record.other.get(key)}
    return dict(held) if chosen else dict.fromkeys(held)


def ordered(records: Sequence[ResidentRecord]) -> list[ResidentRecord]:
    """Members in the order of a copy (standard 5.2)."""
    by_key = {str(record.person): record for record in records}
    members = [Member(key, Relationship(record.relationship), DateText(record.birth)) for key, record in by_key.items()]
    return [by_key[member.key] for member in in_order(members)]


def resident_copy(records: Sequence[ResidentRecord], householder: str, chosen: Collection[Choice] = ()) -> ResidentCopy:
    """Copy of the record of residents, one a page."""
    return ResidentCopy(tuple(printed(_present(record), householder, chosen) for record in records))


def household_copy(
    records: Sequence[ResidentRecord], householder: str, chosen: Collection[Choice] = (), *, whole: bool = True
) -> HouseholdCopy:
    """Copy for a household on one sheet; `whole` if `records` are all its members."""
    people = tuple(printed(_present(record), householder, chosen) for record in ordered(records))
    return HouseholdCopy(people, whole=whole)


def removed_copy(record: ResidentRecord, householder: str, chosen: Collection[Choice] = ()) -> RemovedCopy:
    """Copy of a removed record; InvalidInput if it is not removed."""
    return RemovedCopy((_with_end(record, householder, chosen),))


def items_certificate(
    record: ResidentRecord, householder: str, chosen: Collection[Choice] = (), items: Iterable[str] = ("sex", "address")
) -> ItemsCertificate:
    """Certificate of name, birth date, `items` (fields of PrintedPerson) and what was chosen; of a removed record if it is one."""
    removed = record.status is not Status.RESIDENT
    person = _with_end(record, householder, chosen) if removed else printed(record, householder, chosen)
    shown = {
        "name",
        "birth",
        "former_name",
        "alias",
        "foreign",
        "ended",
        *items,
        *(item for one in chosen for item in _BY_CHOICE.get(one, ())),
    }
    gone = {name: None for name in PrintedPerson.__struct_fields__ if name not in shown}
    return ItemsCertificate((msgspec.structs.replace(person, **gone),), removed=removed)


def wide_area_copy(people: Iterable[PrintedPerson | WideAreaPerson], home: str, told_on: str) -> WideAreaCopy:
    """Copy of what the municipality `home` (its name with the prefecture) told on a day; 本籍 and 筆頭者 stay behind whatever was told."""
    kept = tuple(
        WideAreaPerson(**{name: getattr(one, name) for name in one.__struct_fields__ if name in _WITHOUT_DOMICILE}) for one in people
    )
    return WideAreaCopy(home=home, told_on=told_on, persons=kept)


def moving_out(certificate: MoveOutCertificate) -> MovingOut:
    """The paper of a moving-out certificate that a procedure made."""
    people = tuple(
        MovingOutPerson(
            name=one.name, kana=one.kana, birth=one.birth, sex=one.sex, relationship=one.relationship,
            registered_domicile=one.registered_domicile, registered_domicile_head=one.registered_domicile_head, code=one.code,
            individual_number=one.individual_number, former_name=one.former_name, alias=one.alias,
            residence=one.ended.n, version=one.ended.version,
        )
        for one in certificate.persons
    )  # fmt: skip
    return MovingOut(
        office=certificate.office, old_address=certificate.old_address.text(), householder=certificate.householder,
        destination=certificate.destination, leaves_on=certificate.leaves_on, persons=people, equivalent=certificate.equivalent,
        reissued=certificate.reissued,
    )  # fmt: skip


_SLIPS: Mapping[Kind, type[CodeSlip]] = {
    Kind.CODE_NOTICE: CodeNotice, Kind.CODE_CHANGE_NOTICE: CodeChangeNotice, Kind.CODE_CORRECTION_NOTICE: CodeCorrectionNotice
}  # fmt: skip
SLIP_KINDS: Mapping[str, Kind] = {
    "code-new": Kind.CODE_NOTICE, "code-again": Kind.CODE_NOTICE, "code-changed": Kind.CODE_CHANGE_NOTICE,
    "code-corrected": Kind.CODE_CORRECTION_NOTICE,
}  # fmt: skip
"""Kind of paper by the kind of a row of the print list (offices/municipality.py:print_slip)."""


def code_slip(kind: Kind, record: ResidentRecord, postal_code: str, entered_on: str) -> CodeSlip:
    """The slip that tells a resident their code."""
    return _SLIPS[kind](
        name=record.name, birth=record.birth, sex=record.sex, address=record.address.text(), postal_code=postal_code, code=record.code,
        entered_on=entered_on,
    )  # fmt: skip


def _present(record: ResidentRecord) -> ResidentRecord:
    if record.status is Status.RESIDENT:
        return record
    reason = Say("the record was removed.", "住民票は消除されています。")
    raise InvalidInput("resident", reason, Say("Make a copy of the removed record.", "除票の写しを作成してください。"))


def _with_end(record: ResidentRecord, householder: str, chosen: Collection[Choice]) -> PrintedPerson:
    if record.status not in (Status.REMOVED, Status.DEAD):
        reason = Say("the record is not removed.", "住民票は消除されていません。")
        raise InvalidInput("resident", reason, Say("Make a copy of the record.", "住民票の写しを作成してください。"))
    why = "死亡" if record.status is Status.DEAD else "転出" if record.moved_to else "職権消除"
    return msgspec.structs.replace(printed(record, householder, chosen), ended=Ended(why, record.removed_on, record.moved_to))
