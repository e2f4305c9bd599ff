"""Arrivals: who enters the register, whose record that is, and which residence of a life (記載, Act art. 8, 30-2; 令7; standard 4.1.1)."""

from typing import NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.change import Previous
from openjuki.register.codes import resident_code
from openjuki.register.dates import date_text
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.events import EventKind, Items
from openjuki.register.foreign_residents import foreign_items
from openjuki.register.household import relationship
from openjuki.register.identity import Sex, Status
from openjuki.register.items import read_item
from openjuki.register.names import check_name
from openjuki.register.record import ResidentRecord


class Arrival(msgspec.Struct, frozen=True):
    """One person who is entered. With a certificate `ended` is the residence that it certifies, and the code is carried over."""

    name: str
    birth: str
    sex: Sex
    relationship: str
    kana: str = ""
    registered_domicile: str = ""
    registered_domicile_head: str = ""
    code: str = ""
    """The code last written for the person; "" for one who was never registered anywhere, who gets a new one (Act art. 30-2(2))."""
    individual_number: str = ""
    former_name: str = ""
    alias: str = ""
    ended: Previous | None = None
    residence: int = 0
    """Which residence of the person's life this is, from a hub's answer, if there is a code but neither certificate nor record here."""
    known_as: str = ""
    """A code under which the person was in this register before, if it was changed elsewhere since."""
    nobody_known: bool = False
    """The clerk has compared the person with those of the same name, birth date and sex in this register: it is none of them."""
    foreign: dict[str, str] = {}
    """A foreign resident's items by their keys (Act art. 30-45): nationality, became_foreign_resident_on, residence_class and what
    the class has; none for Japanese."""


class Settling(NamedTuple):
    """Where arrivals live from when on, and where they came from; dates are canonical texts."""

    household: int
    address: Address
    since: str
    """住所を定めた年月日; for Japanese also 住民となった年月日."""
    notified_on: str
    previous_address: str
    other: dict[str, str] | None = None
    """Further items by their keys that all of them get."""


_MAY_BE_BLANK = ("kana", "registered_domicile", "registered_domicile_head", "individual_number", "former_name", "alias")


def enter_arrival(transaction: Transaction, filing: Filing, arrival: Arrival, settling: Settling) -> ResidentRecord:
    """Enter one person with everything that was notified; a slip is printed if the code is new."""
    check_arrival(arrival)
    other = (foreign_items(arrival.foreign) if arrival.foreign else {}) | (settling.other or {})
    person, residence, previous = _life_so_far(transaction, filing.office, arrival)
    code = arrival.code or (previous.code if previous else municipality.take_code(transaction, filing.office))
    items = Items(
        name=arrival.name, kana=arrival.kana, birth=arrival.birth, sex=arrival.sex, household=settling.household,
        relationship=relationship(arrival.relationship), registered_domicile=arrival.registered_domicile,
        registered_domicile_head=arrival.registered_domicile_head, became_resident_on="" if arrival.foreign else settling.since,
        address=settling.address, address_since=settling.since, notified_on=settling.notified_on,
        previous_address=settling.previous_address, code=code, individual_number=arrival.individual_number,
        former_name=arrival.former_name, alias=arrival.alias, residence=residence, status=Status.RESIDENT, other=other or None,
    )  # fmt: skip
    record = filing.enter(transaction, person, EventKind.ENTRY, items, previous=previous)
    if not arrival.code and not previous:
        municipality.print_slip(transaction, filing.office, person, "code-new")
    return record


def begin_anew(
    transaction: Transaction, ending: Filing, removed: Items, beginning: Filing, record: ResidentRecord, items: Items
) -> ResidentRecord:
    """End a residence and begin the next one of the same person here, with the same code: two events, told one after the other.

    `items` are all that the new record says; its number in the person's life follows.
    """
    filing_items = msgspec.structs.replace(removed, status=Status.REMOVED)
    ending.enter(transaction, record.person, EventKind.REMOVAL, filing_items)
    version, _ = municipality.version_and_record(transaction, record.person)
    ended = Previous(record.residence, ending.office.code, version, record.code)
    items = msgspec.structs.replace(items, residence=record.residence + 1, status=Status.RESIDENT)
    return beginning.enter(transaction, record.person, EventKind.ENTRY, items, previous=ended)


def check_arrival(arrival: Arrival) -> None:
    """InvalidInput for what cannot be recorded of somebody."""
    check_name(arrival.name)
    for key in _MAY_BE_BLANK:
        if text := getattr(arrival, key):
            read_item(key, text)
    date_text(arrival.birth, "birth")
    if arrival.code:
        resident_code(arrival.code)
    if arrival.ended and arrival.ended.code != arrival.code:
        reason = Say("differs from the one on the certificate.", "転出証明書の住民票コードと異なります。")
        raise InvalidInput("code", reason, Say("Enter the certificate as it is.", "転出証明書のとおり入力してください。"))
    if arrival.foreign and arrival.registered_domicile:
        reason = Say("a foreign resident has no registered domicile.", "外国人住民に本籍はありません。")
        raise InvalidInput("registered_domicile", reason, Say("Clear one of the two.", "本籍か国籍・地域のどちらかを消してください。"))


def _life_so_far(transaction: Transaction, office: Office, arrival: Arrival) -> tuple[int, int, Previous | None]:
    """Whose record this is, the number of the residence, and the state that it follows (architecture section 3).

    The number follows the certificate; without one the record kept here from an earlier residence; without that the hub's answer.
    """
    known = _known_here(transaction, arrival)
    person = known if known is not None else municipality.new_person(transaction)
    here = _ended_here(transaction, office, known) if known is not None else None
    ended = arrival.ended or (here if not arrival.residence else None)
    residence = ended.n + 1 if ended else arrival.residence or (0 if arrival.code else 1)
    if residence == 0:
        reason = Say("there is a code, but neither a certificate nor a record here.", "転出証明書も当市区町村の記録もありません。")
        raise InvalidInput("residence", reason, Say("Ask prefecture or centre for the last residence.", "本人確認情報を照会してください。"))
    if here and residence <= here.n:
        reason = Say("the certificate is older than a record here.", "当市区町村の記録より古い転出証明書です。")
        raise Conflict("residence", reason, Say("Check certificate and events.", "転出証明書と異動履歴を確かめてください。"))
    return person, residence, ended


def _known_here(transaction: Transaction, arrival: Arrival) -> int | None:
    """The internal number of somebody who comes back (再転入, standard 4.1.1.2); Conflict if that is to be decided by the clerk first."""
    if arrival.known_as:
        return municipality.person_of_code(transaction, arrival.known_as)
    person: int | None = transaction.value("SELECT person FROM code_used WHERE code = ?", arrival.code) if arrival.code else None
    if person is None and not arrival.nobody_known and municipality.alike(transaction, arrival.name, arrival.birth, arrival.sex):
        reason = Say("somebody of this name, birth date and sex is or was in this register.", "氏名・生年月日・性別の一致する者がいます。")
        raise Conflict("name", reason, Say("Compare them; say whom it is, or that it is none of them.", "同一人か確かめてください。"))
    return person


def _ended_here(transaction: Transaction, office: Office, person: int) -> Previous | None:
    """The last residence that the person had here; None if that was a mistake. Conflict if the person lives here, or is dead."""
    version, record = municipality.version_and_record(transaction, person)
    if record.status is Status.ANNULLED:
        return None
    if record.status is not Status.REMOVED:
        reason = Say("is a resident here, or dead.", "既に住民であるか、死亡しています。")
        raise Conflict(
            "code", reason, Say("Check the code; annul what is wrong first.", "住民票コードを確かめ、誤りは先に取り消してください。")
        )
    return Previous(record.residence, office.code, version, record.code)
