"""What municipalities said is entered, and what their disks hold of it (記載の控え)."""

from hashlib import sha256
from typing import NamedTuple

import msgspec

from openjuki.offices.municipality import decode_record
from openjuki.register.change import Previous
from openjuki.register.record import ResidentRecord
from openjuki.simulation.worlds.disk import Disk
from openjuki.simulation.worlds.people import Human
from openjuki.simulation.worlds.violation import Violation

_BY_CODE = "SELECT p.id, p.version, p.record FROM code_used c JOIN person p ON p.id = c.person WHERE c.code = ?"
_ALL = "SELECT id, version, record FROM person ORDER BY id"


class Entered(NamedTuple):
    """A record as a disk holds it; `ended` is what a moving-out certificate would say of it."""

    person: int
    record: ResidentRecord
    ended: Previous


class Ledger:
    """Events are never changed or deleted, so what was once there must be the beginning of what is there at the end."""

    def __init__(self, disks: dict[str, Disk]) -> None:
        self._disks = disks
        self._kept: dict[str, tuple[int, str]] = {}

    def keep(self, office: str) -> None:
        """Somebody was told of an event: this one and all before it must stay."""
        last = self._disks[office].rows("SELECT coalesce(max(sequence), 0) FROM event")[0][0]
        self._kept[office] = (last, self._events_hash(office, last))

    def check(self) -> None:
        """Raise Violation if an event that somebody was told of is gone or another (I1)."""
        for office, (last, events) in sorted(self._kept.items()):
            if self._events_hash(office, last) != events:
                raise Violation(f"I1 {office} lost or changed an event up to {last}, of which somebody was told")

    def forget(self, office: str) -> None:
        """The office is restored from a backup: what it said since is gone with its disk, and it must find out by itself."""
        self._kept.pop(office, None)

    def _events_hash(self, office: str, last: int) -> str:
        rows = self._disks[office].rows("SELECT sequence, body FROM event WHERE sequence <= ? ORDER BY sequence", last)
        return sha256(msgspec.msgpack.encode(rows)).hexdigest()

    def must_hold(self, office: str, told: ResidentRecord) -> None:
        """Raise Violation unless the disk holds the record as it was told; a step about the household may have changed the relationship."""
        rows = self._disks[office].rows("SELECT record FROM person WHERE id = ?", told.person)
        if not rows or _apart_from_household(decode_record(rows[0][0])) != _apart_from_household(told):
            raise Violation(f"I1 {office} told of a record of person {told.person} that is not on its disk")

    def find(self, human: Human) -> Entered | None:
        """The human's record at the human's office: by a code, or by name and birth date if none is known yet."""
        return self._find(human, human.office)

    def _find(self, human: Human, office: str) -> Entered | None:
        disk = self._disks[office]
        if human.codes:
            rows = next((rows for code in reversed(human.codes) if (rows := disk.rows(_BY_CODE, code))), [])
        else:
            rows = [row for row in disk.rows(_ALL) if _is(human, decode_record(row[2]))]
        if not rows:
            return None
        person, version, body = rows[0]
        record = decode_record(body)
        return Entered(person, record, Previous(record.residence, office, version, record.code))

    def known_as(self, human: Human, office: str) -> str:
        """A code under which an office knows the human from before, as its clerk finds out by comparing; "" if it does not."""
        return next((code for code in human.codes if self._disks[office].rows(_BY_CODE, code)), "")

    def version(self, human: Human, office: str) -> int:
        """The version of the human's record at an office; 0 if there is none."""
        found = self._find(human, office)
        return found.ended.version if found else 0

    def event_sequences(self, human: Human) -> list[int]:
        """The numbers of the human's events at the human's office."""
        found = self.find(human)
        if found is None:
            return []
        rows = self._disks[human.office].rows("SELECT sequence FROM event WHERE person = ? ORDER BY sequence", found.person)
        return [sequence for (sequence,) in rows]


def _is(human: Human, record: ResidentRecord) -> bool:
    return record.name in human.names and record.birth == human.birth


def _apart_from_household(record: ResidentRecord) -> ResidentRecord:
    return msgspec.structs.replace(record, household=0, relationship="")
