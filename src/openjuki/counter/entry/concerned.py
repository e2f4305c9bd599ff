"""Whom a form is about: the resident, and the household as it stands (異動者・世帯員, standard 4.0.1, 5.2)."""

from typing import NamedTuple

from openjuki.offices import municipality
from openjuki.offices.municipality_households import member
from openjuki.offices.store import Transaction
from openjuki.register.household import HOUSEHOLDER, in_order
from openjuki.register.record import ResidentRecord


class Concerned(NamedTuple):
    """A person, the residents of the household in the order of a copy, and those who are of it no more."""

    person: ResidentRecord | None
    members: tuple[ResidentRecord, ...] = ()
    gone: tuple[ResidentRecord, ...] = ()

    def member(self, number: str) -> ResidentRecord | None:
        """The member whose internal number is written so; None if there is none."""
        return next((record for record in (*self.members, *self.gone) if str(record.person) == number), None)

    @property
    def head(self) -> ResidentRecord | None:
        """The householder, if there is one."""
        return next((record for record in self.members if record.relationship == HOUSEHOLDER), None)


NOBODY = Concerned(None)


def concerned(transaction: Transaction, person: int) -> Concerned:
    """The person of an internal number with the household; Conflict if the register has no such person."""
    if not person:
        return NOBODY
    record = municipality.record_of(transaction, person)
    rows = transaction.all("SELECT record FROM person WHERE household = ? ORDER BY id", record.household)
    residents = municipality.members(transaction, record.household)
    staying = {one.person for one in residents}
    gone = [one for (body,) in rows if (one := municipality.decode_record(body)).person not in staying]
    ordered = {key.key: place for place, key in enumerate(in_order([member(one) for one in residents]))}
    return Concerned(record, tuple(sorted(residents, key=lambda one: ordered[str(one.person)])), tuple(gone))
