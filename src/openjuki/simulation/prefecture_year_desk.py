"""A municipality's counter in a simulated year: each event is entered by its own procedure (届出の窓口; Act art. 8, 22-24, 30-3).

A clerk looks at the record and the household, then enters what is notified. Both are one work here, and it ends as the procedure ends: so
works of several days stand in the queue, and the store's group commits are as large as the machine is slow.
"""

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from openjuki.offices import municipality
from openjuki.offices.municipality_households import Relation, Staying
from openjuki.offices.office import Office
from openjuki.offices.store import Store, Transaction
from openjuki.procedures.birth import BirthNotification, enter_birth
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from openjuki.procedures.code_change import CodeChangeRequest, change_code
from openjuki.procedures.correction import CorrectionOrder, correct
from openjuki.procedures.death import DeathNotification, enter_death
from openjuki.procedures.move_in import Arrival, MoveInNotification, arrivals_of, move_in
from openjuki.procedures.move_out import MoveOutNotification, move_out
from openjuki.register.addresses import Address
from openjuki.register.events import Items
from openjuki.register.foreign_residents import FOREIGN_ITEMS, is_foreign
from openjuki.register.household import CHILDREN, CONNECTED, HOUSEHOLDER, SPOUSES
from openjuki.register.identity import Sex, Status
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.names import ReadName, split_name
from openjuki.register.record import ResidentRecord

OPERATOR = "year"
LATE_DAYS = datetime.timedelta(14)


class Filed(NamedTuple):
    """What is notified of one event: on which day, since when it holds, and of whom (an internal number)."""

    notified_on: datetime.date
    happened_on: datetime.date
    person: int = 0


class Leaver(NamedTuple):
    """Somebody on the road: the certificate in hand, and of a foreign resident what the residence card says."""

    certificate: MoveOutCertificate
    foreign: dict[str, str]


class Home(NamedTuple):
    """Where somebody goes to live: with the resident of that internal number, or at an address of their own."""

    address: Address
    host: int | None = None


class _InHand:
    """An executor (offices.store.Executor) that runs each work at once, within the work that is under way."""

    transaction: Transaction

    def submit(self, store: Store, work: Callable[[Transaction], Any], then: Callable[[Any], None]) -> None:
        then(work(self.transaction))


class Desk:
    """One municipality's counter. Its works run one after the other, on whichever thread has the store."""

    def __init__(self, office: Office) -> None:
        self._hand, self._day = _InHand(), datetime.date.min
        self._office = dataclasses.replace(office, executor=self._hand, today=lambda: self._day)
        self._last: dict[int, datetime.date] = {}
        """By person: the latest day since when an event of this year holds. An earlier one behind it would change nothing."""

    def _enter(self, transaction: Transaction, filed: Filed, step: Callable[..., None], notification: Any) -> Any:
        outcomes: list[Any] = []
        self._hand.transaction, self._day = transaction, filed.notified_on
        step(self._office, OPERATOR, notification, outcomes.append)
        return outcomes[0]

    def _since(self, filed: Filed, concerned: Sequence[ResidentRecord]) -> str:
        """The day since when the event holds, for all whom it concerns."""
        day = max([filed.happened_on, *(self._last.get(record.person, filed.happened_on) for record in concerned)])
        self._last.update((record.person, day) for record in concerned)
        return day.isoformat()

    def birth(self, transaction: Transaction, filed: Filed, name: ReadName, given: ReadName, sex: Sex) -> ResidentRecord:
        """A child of the person; `name` is the family name of one whose mother's cannot be passed on."""
        mother = municipality.record_of(transaction, filed.person)
        family = name if is_foreign(mother.other) or not mother.kana else ReadName(split_name(mother.name)[0], split_name(mother.kana)[0])
        born, notified = filed.happened_on.isoformat(), filed.notified_on.isoformat()
        notification = BirthNotification(
            mother.code, f"{family.name}　{given.name}", f"{family.kana}　{given.kana}", born, sex, "子", notified,
            nationality=mother.other.get("nationality", ""),
        )  # fmt: skip
        child: ResidentRecord = self._enter(transaction, filed, enter_birth, notification)
        return child

    def death(self, transaction: Transaction, filed: Filed) -> ResidentRecord:
        """The end of the person's record."""
        record, household = _household_of(transaction, filed.person)
        died_on, staying = self._since(filed, household), _staying(record, household)
        notification = DeathNotification(record.code, died_on, filed.notified_on.isoformat(), staying)
        dead: ResidentRecord = self._enter(transaction, filed, enter_death, notification)
        return dead

    def move_out(self, transaction: Transaction, filed: Filed, destination: str, *, abroad: bool = False) -> Leaver | None:
        """The person leaves for another municipality, with a certificate, or for abroad, without."""
        record, household = _household_of(transaction, filed.person)
        leaves_on, staying = self._since(filed, household), _staying(record, household)
        notified_on = filed.notified_on.isoformat()
        notification = MoveOutNotification((record.code,), destination, leaves_on, notified_on, abroad, staying)
        certificate = self._enter(transaction, filed, move_out, notification)
        return None if abroad else Leaver(certificate, _card(record))

    def move_in(self, transaction: Transaction, filed: Filed, leaver: Leaver, home: Home) -> ResidentRecord:
        """Somebody with a certificate comes; one who comes back is known by the code."""
        (person,), left_on = leaver.certificate.persons, datetime.date.fromisoformat(leaver.certificate.leaves_on)
        moved_on = max(filed.happened_on, left_on, filed.notified_on - LATE_DAYS)
        host, words = _host(transaction, home)
        (arrival,) = arrivals_of(leaver.certificate, {person.code: words})
        arrival = msgspec.structs.replace(arrival, foreign=leaver.foreign, nobody_known=_compared(transaction, arrival))
        previous = leaver.certificate.old_address.text()
        return self._arrive(transaction, filed._replace(happened_on=moved_on), arrival, home, host, previous)

    def from_abroad(self, transaction: Transaction, filed: Filed, arrival: Arrival, home: Home) -> ResidentRecord:
        """Somebody comes who was never registered anywhere."""
        host, words = _host(transaction, home)
        arrival = msgspec.structs.replace(arrival, relationship=words, nobody_known=_compared(transaction, arrival))
        return self._arrive(transaction, filed, arrival, home, host, "")

    def _arrive(
        self, transaction: Transaction, filed: Filed, arrival: Arrival, home: Home, host: ResidentRecord | None, previous: str
    ) -> ResidentRecord:
        address, household_of = (host.address, host.code) if host else (home.address, "")
        moved_on, notified_on = filed.happened_on.isoformat(), filed.notified_on.isoformat()
        notification = MoveInNotification((arrival,), address, moved_on, notified_on, previous, household_of, not previous)
        (record,) = self._enter(transaction, filed, move_in, notification)
        self._last[record.person] = filed.happened_on
        return record  # type: ignore[no-any-return]

    def change_address(self, transaction: Transaction, filed: Filed, home: Home) -> ResidentRecord:
        """The person moves within the municipality, alone."""
        record, household = _household_of(transaction, filed.person)
        host, words = _host(transaction, home)
        if host is not None and host.household == record.household:  # they live together already
            host, words = None, HOUSEHOLDER
        address, household_of = (host.address, host.code) if host else (home.address, "")
        moved_on, staying = self._since(filed, household), _staying(record, household)
        notification = ChangeOfAddressNotification(
            (Relation(record.code, words),), address, moved_on, filed.notified_on.isoformat(), household_of, staying
        )
        (moved,) = self._enter(transaction, filed, change_address, notification)
        return moved  # type: ignore[no-any-return]

    def correction(self, transaction: Transaction, filed: Filed, given: ReadName, *, since_ever: bool) -> ResidentRecord:
        """The reading of the person's given name is wrong, from now on or since it was written."""
        record = municipality.record_of(transaction, filed.person)
        kana = f"{split_name(record.kana)[0]}　{given.kana}" if record.kana else given.kana
        kana = kana if kana != record.kana else f"{kana}コ"
        order = CorrectionOrder(record.code, Items(kana=kana), filed.notified_on.isoformat(), since_ever)
        corrected: ResidentRecord = self._enter(transaction, filed, correct, order)
        self._last[record.person] = filed.notified_on
        return corrected

    def code_change(self, transaction: Transaction, filed: Filed) -> ResidentRecord:
        """The person wants another code."""
        record = municipality.record_of(transaction, filed.person)
        changed: ResidentRecord = self._enter(
            transaction, filed, change_code, CodeChangeRequest(record.code, filed.notified_on.isoformat())
        )
        self._last[record.person] = filed.notified_on
        return changed


def _household_of(transaction: Transaction, person: int) -> tuple[ResidentRecord, list[ResidentRecord]]:
    """The record of a person and of all who live together, the person among them."""
    record = municipality.record_of(transaction, person)
    return record, municipality.members(transaction, record.household)


def _staying(leaver: ResidentRecord, household: Sequence[ResidentRecord]) -> Staying:
    """If two or more stay without their householder, the spouse becomes it, or else the first of them."""
    others = [record for record in household if record.person != leaver.person]
    if leaver.relationship != HOUSEHOLDER or len(others) < 2:
        return Staying()
    heir = next((record for record in others if record.relationship in SPOUSES), others[0])
    kept = CHILDREN if heir.relationship in SPOUSES else frozenset[str]()
    relations = [Relation(record.code, record.relationship if record.relationship in kept else CONNECTED) for record in others]
    return Staying(heir.code, tuple(relation for relation in relations if relation.code != heir.code))


def _card(record: ResidentRecord) -> dict[str, str]:
    """What a foreign resident's card says; of Japanese nothing."""
    return {key: record.other[key] for key in FOREIGN_ITEMS if key in record.other}


def _host(transaction: Transaction, home: Home) -> tuple[ResidentRecord | None, str]:
    """With whom an arrival lives, if with anybody who is still there, and what the arrival is in that household."""
    host = municipality.record_of(transaction, home.host) if home.host else None
    if host is None or host.status is not Status.RESIDENT:
        return None, HOUSEHOLDER
    return host, CONNECTED


def _compared(transaction: Transaction, arrival: Arrival) -> bool:
    """Whether the clerk has compared the arrival with those of the same name, birth date and sex; it is none of them."""
    return bool(municipality.alike(transaction, arrival.name, arrival.birth, arrival.sex))
