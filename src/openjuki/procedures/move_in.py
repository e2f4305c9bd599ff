"""Moving in: residents arrive, with a certificate on paper, from abroad, or for the first time (転入, Act art. 22, 30-2; text of 2013-12).

old office                        municipality
  moving-out certificate, on paper, carried by the person (procedures of moving out)
                                  1 move_in    records, household, codes, notice slips, outbox rows: one transaction
  (procedures/change_notice.py carries each entry to prefecture and centre)
"""

from collections.abc import Mapping

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_address_here, check_days, note_if_late
from openjuki.offices.municipality_households import place, settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.change import Previous
from openjuki.register.codes import resident_code
from openjuki.register.dates import date_text
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.events import Cause, EventKind, Items
from openjuki.register.household import relationship
from openjuki.register.identity import Reason, Sex, Status
from openjuki.register.items import read_item
from openjuki.register.moving_out_certificate import CertifiedPerson, MoveOutCertificate
from openjuki.register.names import check_name
from openjuki.register.record import ResidentRecord


class Arrival(msgspec.Struct, frozen=True):
    """One person who moves in. With a certificate `ended` is the residence that it certifies, and the code is carried over."""

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


class MoveInNotification(msgspec.Struct, frozen=True):
    """Who moves in where, from where and when (Act art. 22)."""

    arrivals: tuple[Arrival, ...]
    address: Address
    moved_on: str
    notified_on: str
    previous_address: str
    household_of: str = ""
    """Code of a member of the household that they join; "" if they make one of their own."""
    from_abroad: bool = False


_MAY_BE_BLANK = ("kana", "registered_domicile", "registered_domicile_head", "individual_number", "former_name", "alias")


def arrivals_of(certificate: MoveOutCertificate, relationships: Mapping[str, str]) -> tuple[Arrival, ...]:
    """The persons of a certificate whose codes are given, each with the relationship in the household here."""
    return tuple(_arrival(person, relationships[person.code]) for person in certificate.persons if person.code in relationships)


def _arrival(person: CertifiedPerson, words: str) -> Arrival:
    return Arrival(
        person.name, person.birth, person.sex, words, person.kana, person.registered_domicile, person.registered_domicile_head,
        person.code, person.individual_number, person.former_name, person.alias, person.ended,
    )  # fmt: skip


def move_in(office: Office, operator: str, notification: MoveInNotification, then: Then) -> None:
    """Step 1, municipality: enter all arrivals; `then` gets their ResidentRecords or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _move_in(transaction, office, operator, notification), then)


def _move_in(transaction: Transaction, office: Office, operator: str, notification: MoveInNotification) -> list[ResidentRecord]:
    check_address_here(office, notification.address)
    if notification.previous_address:
        read_item("previous_address", notification.previous_address)
    days = check_days(office, notification.moved_on, notification.notified_on, "moved_on")
    relationships = [arrival.relationship for arrival in notification.arrivals]
    household = place(transaction, relationships, notification.household_of, notification.address)
    cause = Cause.MOVE_IN_FROM_ABROAD if notification.from_abroad else None
    filing = Filing(office, operator, Reason.MOVE_IN, notification.moved_on, notification.notified_on, cause=cause)
    records = []
    for arrival in notification.arrivals:
        record = _enter(transaction, filing, arrival, notification, household)
        note_if_late(transaction, office, record.code, days)
        records.append(record)
    settle(transaction, {household})
    return records


def _enter(transaction: Transaction, filing: Filing, arrival: Arrival, notification: MoveInNotification, household: int) -> ResidentRecord:
    _check(arrival)
    person, residence, previous = _life_so_far(transaction, filing.office, arrival)
    code = arrival.code or (previous.code if previous else municipality.take_code(transaction, filing.office))
    items = Items(
        name=arrival.name, kana=arrival.kana, birth=arrival.birth, sex=arrival.sex, household=household,
        relationship=relationship(arrival.relationship), registered_domicile=arrival.registered_domicile,
        registered_domicile_head=arrival.registered_domicile_head, became_resident_on=notification.moved_on, address=notification.address,
        address_since=notification.moved_on, notified_on=notification.notified_on, previous_address=notification.previous_address,
        code=code, individual_number=arrival.individual_number, former_name=arrival.former_name, alias=arrival.alias,
        residence=residence, status=Status.RESIDENT,
    )  # fmt: skip
    record = filing.enter(transaction, person, EventKind.ENTRY, items, previous=previous)
    if not arrival.code and not previous:
        municipality.print_slip(transaction, filing.office, person, "code-new")
    return record


def _check(arrival: Arrival) -> None:
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
