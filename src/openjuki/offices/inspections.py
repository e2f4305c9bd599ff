"""Inspection of a part of the register: who may see which list, what was shown (住民基本台帳の一部の写しの閲覧, Act art. 11, 11-2).

A list has name, birth date, sex and address of residents of some towns (art. 11(1)), numbered without a gap: whoever is restrained, or
lives with them, is neither on it nor counted (standard j440, j1320). What was decided and shown can only be appended to.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.law.ways_out import Asker, WayOut
from openjuki.offices import restraint_guard, restraint_housemates
from openjuki.offices.municipality import decode_record
from openjuki.offices.office import Office
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.identity import Sex, Status

SCRIPT = """
CREATE TABLE inspection (id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, received_on TEXT NOT NULL, operator TEXT NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE inspection_step (id INTEGER PRIMARY KEY, inspection INTEGER NOT NULL, time_ms INTEGER NOT NULL, operator TEXT NOT NULL,
  what TEXT NOT NULL, ground TEXT NOT NULL, persons TEXT NOT NULL);
CREATE INDEX inspection_step_of ON inspection_step (inspection);
CREATE TRIGGER inspection_no_update BEFORE UPDATE ON inspection BEGIN SELECT RAISE(ABORT, 'inspection is append-only'); END;
CREATE TRIGGER inspection_no_delete BEFORE DELETE ON inspection BEGIN SELECT RAISE(ABORT, 'inspection is append-only'); END;
CREATE TRIGGER inspection_step_no_update BEFORE UPDATE ON inspection_step
  BEGIN SELECT RAISE(ABORT, 'inspection_step is append-only'); END;
CREATE TRIGGER inspection_step_no_delete BEFORE DELETE ON inspection_step
  BEGIN SELECT RAISE(ABORT, 'inspection_step is append-only'); END"""

TOWNS_MAX, INSPECTORS_MAX, TEXT_MAX = 50, 10, 400
CHUNK = 2_000


class InspectionGround(StrEnum):
    """On what an inspection stands."""

    PUBLIC_BODY = "public-body"
    """11(1): an organ of state or a local body, for an affair of the law."""
    INVESTIGATION = "investigation"
    """11(2)2: such an organ, for the investigation of a crime; not published."""
    RESEARCH = "research"
    """11-2(1)1: statistics, opinion polls, scholarly research of high public benefit."""
    WELFARE = "welfare"
    """11-2(1)2: a public association's work for the welfare of the residents."""
    RESIDENCE = "residence"
    """11-2(1)3: confirming where somebody lives, not for profit; not published."""


PUBLIC = frozenset({InspectionGround.PUBLIC_BODY, InspectionGround.INVESTIGATION})
UNPUBLISHED = frozenset({InspectionGround.INVESTIGATION, InspectionGround.RESIDENCE})
"""Left out of the yearly publication (Act art. 11(3), 11-2(12))."""


class Inspection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application to inspect: by whom, for what, who will look, how the list is kept, which residents (Act art. 11(2), 11-2(2))."""

    ground: InspectionGround
    applicant: str
    """The organ; or the name and address of a person; or name, representative and seat of a body."""
    purpose: str
    inspectors: tuple[str, ...]
    """Names, with post or address."""
    towns: tuple[str, ...]
    identity_checked: bool = False
    safekeeping: str = ""
    """How what is seen is kept (11-2(2)4), for research also what becomes of its results (6)."""
    born_from: str = ""
    born_until: str = ""
    sex: Sex = Sex.UNKNOWN


class Line(NamedTuple):
    """One resident on a list."""

    number: int
    name: str
    birth: str
    sex: Sex
    address: str


class Step(NamedTuple):
    """What was done about an application: granted, refused, shown; with how many persons on the list."""

    time_ms: int
    operator: str
    what: str
    ground: str
    persons: tuple[int, ...]


class Filed(NamedTuple):
    """One application as it was taken: its number, when (wall clock, ms), what it says, and what was done about it."""

    number: int
    received_ms: int
    inspection: Inspection
    steps: tuple[Step, ...]

    @property
    def granted(self) -> bool | None:
        """The last decision; None before there is one."""
        decided = [step.what for step in self.steps if step.what in ("granted", "refused")]
        return decided[-1] == "granted" if decided else None


class Published(NamedTuple):
    """One inspection in the yearly publication."""

    applicant: str
    purpose: str
    received_on: str
    towns: tuple[str, ...]


_decode = msgspec.msgpack.Decoder(Inspection).decode


def keep(transaction: Transaction, office: Office, operator: str, inspection: Inspection) -> int:
    """Keep an application that has all it needs; its number. Raises InvalidInput."""
    check(inspection)
    sql = "INSERT INTO inspection (received_ms, received_on, operator, body) VALUES (?, ?, ?, ?) RETURNING id"
    body = msgspec.msgpack.encode(inspection)
    return int(transaction.value(sql, office.clock.wall_ms(), office.today().isoformat(), operator, body))


def inspection_of(transaction: Transaction, number: int) -> Inspection:
    """The application of that number; Conflict if there is none."""
    body = transaction.value("SELECT body FROM inspection WHERE id = ?", number)
    if body is None:
        reason = Say("no application has that number.", "その番号の閲覧申出はありません。")
        raise Conflict("inspection", reason, Say("See the receipt.", "受付票を確かめてください。"))
    return _decode(body)


def listed(transaction: Transaction, most: int) -> list[Filed]:
    """The newest applications, the newest first."""
    rows = transaction.all("SELECT id, received_ms, body FROM inspection ORDER BY id DESC LIMIT ?", most)
    return [Filed(number, ms, _decode(body), tuple(steps(transaction, number))) for number, ms, body in rows]


def filed(transaction: Transaction, number: int) -> Filed:
    """One application with its steps; Conflict if there is none."""
    inspection = inspection_of(transaction, number)
    received_ms = int(transaction.value("SELECT received_ms FROM inspection WHERE id = ?", number))
    return Filed(number, received_ms, inspection, tuple(steps(transaction, number)))


def append(
    transaction: Transaction, office: Office, operator: str, number: int, what: str, ground: str = "", persons: tuple[int, ...] = ()
) -> None:
    """Write down what was done about an application."""
    sql = "INSERT INTO inspection_step (inspection, time_ms, operator, what, ground, persons) VALUES (?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (number, office.clock.wall_ms(), operator, what, ground, " ".join(map(str, persons))))


def steps(transaction: Transaction, number: int) -> list[Step]:
    """What was done about an application, the first one first."""
    sql = "SELECT time_ms, operator, what, ground, persons FROM inspection_step WHERE inspection = ? ORDER BY id"
    return [
        Step(ms, who, what, ground, tuple(map(int, persons.split()))) for ms, who, what, ground, persons in transaction.all(sql, number)
    ]


def lines(transaction: Transaction, office: Office, number: int) -> tuple[list[Line], tuple[int, ...]]:
    """The list of an application, by address, and the record numbers on it; nobody who is restrained is on it."""
    inspection = inspection_of(transaction, number)
    asker = Asker.PUBLIC_BODY if inspection.ground in PUBLIC else Asker.THIRD_PARTY
    concerned, found, after = restraint_housemates.concerned(transaction), [], 0
    sql = "SELECT id, record FROM person WHERE id > ? AND status = ? ORDER BY id LIMIT ?"
    while rows := transaction.all(sql, after, int(Status.RESIDENT), CHUNK):
        after = rows[-1][0]
        for person, body in rows:
            record = decode_record(body)
            if not _fits(inspection, record.address.town, record.birth, record.sex):
                continue
            about, case = [About(person)], case_of(number)
            if person in concerned and restraint_guard.judged(transaction, office, WayOut.INSPECTION, asker, about, case).word:
                continue
            found.append(record)
    found.sort(key=lambda one: (one.address.town, one.address.block, one.address.building, one.household, one.person))
    listed = [Line(place, one.name, one.birth, one.sex, one.address.text()) for place, one in enumerate(found, 1)]
    return listed, tuple(one.person for one in found)


def case_of(number: int) -> str:
    """As releases and the operations log name an application."""
    return f"inspection-{number}"


def _fits(inspection: Inspection, town: str, birth: str, sex: Sex) -> bool:
    born = (not inspection.born_from or inspection.born_from <= birth) and (not inspection.born_until or birth <= inspection.born_until)
    return town in inspection.towns and born and inspection.sex in (Sex.UNKNOWN, sex)


def published(transaction: Transaction, year: int) -> list[Published]:
    """What a year's publication names: whose inspections took place (Act art. 11(3), 11-2(12))."""
    sql = """SELECT id, received_on FROM inspection WHERE received_on LIKE ? AND id IN
      (SELECT inspection FROM inspection_step WHERE what = 'shown') ORDER BY id"""
    found = [(inspection_of(transaction, number), on) for number, on in transaction.all(sql, f"{year:04d}-%")]
    return [Published(one.applicant, one.purpose, on, one.towns) for one, on in found if one.ground not in UNPUBLISHED]


def check(inspection: Inspection) -> None:
    """InvalidInput for an application that lacks what the Act asks of it; no list of the whole municipality, none without a purpose."""
    private = inspection.ground not in PUBLIC
    wants = {
        "applicant": bool(inspection.applicant.strip()),
        "purpose": bool(inspection.purpose.strip()),
        "inspectors": 0 < len(inspection.inspectors) <= INSPECTORS_MAX and all(inspection.inspectors),
        "towns": 0 < len(inspection.towns) <= TOWNS_MAX and all(inspection.towns),
        "identity_checked": inspection.identity_checked,
        "safekeeping": bool(inspection.safekeeping.strip()) or not private,
    }
    for item, there in wants.items():
        if not there or len(str(getattr(inspection, item))) > TEXT_MAX * 10:
            reason = Say(
                "is missing or too long: without it nothing is inspected.", "がないか長すぎるため、閲覧の申出を受け付けられません。"
            )
            raise InvalidInput(item, reason, Say("See art. 11(2) and 11-2(2).", "法11条2項、11条の2第2項を確かめてください。"))
