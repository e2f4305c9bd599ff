"""Restraints that a municipality holds: who is protected, every decision as a version, what is due (支援措置; standard j160, j410, j440).

A restraint bears on every record and every member of an address supplement here that has the name (in any writing) and the birth date of
somebody protected, and on every record that ever had them: so it stands before the person comes, and a later name does not lose it. A
record of another human with both is set apart by a supervisor's word. Nothing ends by itself, by a list, or by what another office tells.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from openjuki.law.restraint import Restraint, Work, begin, judge, work
from openjuki.law.ways_out import Asker, Output, WayOut
from openjuki.offices import municipality, outbox
from openjuki.offices.handling_flag import flag
from openjuki.offices.hub_search import Found
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.change import Previous, decode_change, encode_change
from openjuki.register.dates import date_text
from openjuki.register.errors import Conflict, InvalidInput, Say
from openjuki.register.identity import Reason, Sex
from openjuki.register.names import check_name
from openjuki.register.search_keys import key64, name_key

SCRIPT = """
CREATE TABLE restraint (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, origin_number INTEGER NOT NULL, told_version INTEGER NOT NULL,
  body BLOB NOT NULL, application BLOB NOT NULL, held_ms INTEGER NOT NULL, UNIQUE (origin, origin_number));
CREATE TABLE restraint_name (name_birth INTEGER NOT NULL, restraint INTEGER NOT NULL, PRIMARY KEY (name_birth, restraint)) WITHOUT ROWID;
CREATE TABLE restraint_record (person INTEGER NOT NULL, restraint INTEGER NOT NULL, set_apart_by TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (person, restraint)) WITHOUT ROWID;
CREATE TABLE restraint_decision (id INTEGER PRIMARY KEY, restraint INTEGER NOT NULL, decided_ms INTEGER NOT NULL, operator TEXT NOT NULL,
  source TEXT NOT NULL, what TEXT NOT NULL, body BLOB NOT NULL);
CREATE TRIGGER restraint_no_delete BEFORE DELETE ON restraint BEGIN SELECT RAISE(ABORT, 'a restraint is never deleted'); END;
CREATE TRIGGER restraint_decision_no_update BEFORE UPDATE ON restraint_decision
  BEGIN SELECT RAISE(ABORT, 'restraint_decision is append-only'); END;
CREATE TRIGGER restraint_decision_no_delete BEFORE DELETE ON restraint_decision
  BEGIN SELECT RAISE(ABORT, 'restraint_decision is append-only'); END;
CREATE TRIGGER restraint_meets_record AFTER INSERT ON person
  WHEN EXISTS (SELECT 1 FROM restraint_name WHERE name_birth = NEW.name_birth)
  BEGIN INSERT OR IGNORE INTO restraint_record (person, restraint)
    SELECT NEW.id, restraint FROM restraint_name WHERE name_birth = NEW.name_birth; END;
CREATE TABLE restraint_release (id INTEGER PRIMARY KEY, way TEXT NOT NULL, asker TEXT NOT NULL, case_number TEXT NOT NULL,
  persons TEXT NOT NULL, reason TEXT NOT NULL, for_ms INTEGER NOT NULL, asked_by TEXT NOT NULL, asked_ms INTEGER NOT NULL,
  agreed_by TEXT NOT NULL DEFAULT '', given_ms INTEGER NOT NULL DEFAULT 0, until_ms INTEGER NOT NULL DEFAULT 0);
CREATE INDEX restraint_release_case ON restraint_release (case_number)"""
"""The trigger writes down whom a restraint met, in whatever way a record is written."""

WORK = "restraint"
"""Kind of the work items; `what` begins with the number here."""
PERSONS_MAX, OFFICES_MAX, TEXT_MAX = 20, 20, 400


class Protected(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody who is protected (支援対象者): the name as recorded, a canonical birth date text, the sex."""

    name: str
    birth: str
    sex: Sex = Sex.UNKNOWN


class Abuser(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The one who is named as abuser (加害者), as far as known; `birth` canonical, or ""."""

    name: str
    birth: str = ""
    note: str = ""
    """Address, relation, known agents: for the responsible officers' eyes."""


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An application for support (支援措置申出書, j160): who is protected, the applicant first, from whom, for which outputs, where else"""

    protected: tuple[Protected, ...]
    outputs: frozenset[Output]
    abusers: tuple[Abuser, ...] = ()
    offices: tuple[str, ...] = ()
    """Codes of former addresses' and registered domiciles' municipalities that the applicant names."""
    contact: str = ""
    """Where the applicant is reached; it stays here."""


class Held(NamedTuple):
    """A restraint as it stands here: its number here, the office that took the application and its number there, and its state."""

    number: int
    origin: str
    origin_number: int
    restraint: Restraint
    application: Application


class Due(NamedTuple):
    """Work that a restraint asks for on a day."""

    number: int
    works: frozenset[Work]


_SELECT = "SELECT id, origin, origin_number, body, application FROM restraint"
_decode = msgspec.msgpack.Decoder(Restraint).decode
_decode_application = msgspec.msgpack.Decoder(Application).decode
_encode = msgspec.msgpack.Encoder().encode
_ON_RECORD = """WHERE id IN (
  SELECT restraint FROM restraint_record WHERE person = ?1 AND set_apart_by = ''
  UNION SELECT n.restraint FROM restraint_name n JOIN person p ON p.name_birth = n.name_birth WHERE p.id = ?1
    AND NOT EXISTS (SELECT 1 FROM restraint_record r WHERE r.person = ?1 AND r.restraint = n.restraint AND r.set_apart_by <> ''))
  ORDER BY id"""
_ON_NAME = """WHERE id IN (
  SELECT restraint FROM restraint_name WHERE name_birth = ?1
  UNION SELECT r.restraint FROM restraint_record r JOIN person p ON p.id = r.person WHERE p.name_birth = ?1 AND r.set_apart_by = '')
  ORDER BY id"""


def restraints_of(transaction: Transaction, person: int, on: datetime.date) -> tuple[Restraint, ...]:
    """The restraints that bear on that day on a resident record, of a resident or removed, by its internal number."""
    rows = transaction.all(f"SELECT body FROM restraint {_ON_RECORD}", person)  # noqa: S608 - words of this file alone
    return tuple(one for (body,) in rows if (one := _decode(body)).bears(on))


def _key(name: str, birth: str) -> int:
    return key64(name_key(name), birth)


def held_of(transaction: Transaction, person: int) -> list[Held]:
    """All that is held about a record, ended ones too: for the responsible officers only (WayOut.RESTRAINT_DATABASE)."""
    return [_held(row) for row in transaction.all(f"{_SELECT} {_ON_RECORD}", person)]


def held_of_named(transaction: Transaction, name: str, birth: str) -> list[Held]:
    """The same of somebody who is known by name and birth date only, as a member of an address supplement."""
    return [_held(row) for row in transaction.all(f"{_SELECT} {_ON_NAME}", _key(name, birth))]


def held(transaction: Transaction, number: int) -> Held:
    """The restraint of that number here; Conflict if there is none."""
    row = transaction.one(f"{_SELECT} WHERE id = ?", number)
    if row is None:
        reason = Say("no such restraint is held here.", "その支援措置はありません。")
        raise Conflict("restraint", reason, Say("See the list.", "一覧を確かめてください。"))
    return _held(row)


def listed(transaction: Transaction, on: datetime.date) -> list[Held]:
    """All that bear on that day, the oldest first: for the register's desk only (WayOut.RESTRAINT_LIST, j1290)."""
    return [one for row in transaction.all(f"{_SELECT} ORDER BY id") if (one := _held(row)).restraint.bears(on)]


def _held(row: tuple[int, str, int, bytes, bytes]) -> Held:
    number, origin, origin_number, body, application = row
    return Held(number, origin, origin_number, _decode(body), _decode_application(application))


def accept(transaction: Transaction, office: Office, operator: str, application: Application) -> Held:
    """Take an application: the restraint holds provisionally from this moment on (仮支援措置, j440). Raises InvalidInput."""
    check_application(application)
    number = int(transaction.value("SELECT coalesce(max(id), 0) + 1 FROM restraint"))
    made = Held(number, office.code, number, begin(application.outputs, office.today()), application)
    hold(transaction, office, made, operator=operator, what="accepted")
    return made


def hold(transaction: Transaction, office: Office, made: Held, *, operator: str = "", source: str = "", what: str) -> None:
    """Keep a new restraint with those whom it meets here, and the decision that made it."""
    now_ms, versions = office.clock.wall_ms(), made.restraint.version
    values = (made.number, made.origin, made.origin_number, versions, _encode(made.restraint), _encode(made.application), now_ms)
    transaction.execute("INSERT INTO restraint VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    meet(transaction, made)
    _flag_records(transaction, office, made.number)
    _write_down(transaction, office, made, operator, source, what)


def meet(transaction: Transaction, made: Held) -> None:
    """Let a restraint bear on whoever it names: those here, and those who come."""
    for one in made.application.protected:
        key = _key(one.name, one.birth)
        transaction.execute("INSERT OR IGNORE INTO restraint_name VALUES (?, ?)", (key, made.number))
        sql = "INSERT OR IGNORE INTO restraint_record (person, restraint) SELECT id, ? FROM person WHERE name_birth = ?"
        transaction.execute(sql, (made.number, key))


def decide(
    transaction: Transaction, office: Office, operator: str, number: int, decision: Callable[[Restraint], Restraint], what: str
) -> Held:
    """Write the next version by one of law.restraint's decisions (confirm, renew, keep_after_move, end), which may raise InvalidInput."""
    was = held(transaction, number)
    made = was._replace(restraint=decision(was.restraint))
    keep(transaction, office, made, operator=operator, what=what)
    return made


def keep(
    transaction: Transaction, office: Office, made: Held, *, operator: str = "", source: str = "", told_version: int = 0, what: str
) -> None:
    """Keep a later version of a restraint that is held, and the decision that made it."""
    sql = "UPDATE restraint SET body = ?, application = ?, told_version = max(told_version, ?) WHERE id = ?"
    transaction.execute(sql, (_encode(made.restraint), _encode(made.application), told_version, made.number))
    meet(transaction, made)
    _flag_records(transaction, office, made.number)
    _write_down(transaction, office, made, operator, source, what)


def _write_down(transaction: Transaction, office: Office, made: Held, operator: str, source: str, what: str) -> None:
    now_ms = office.clock.wall_ms()
    sql = "INSERT INTO restraint_decision (restraint, decided_ms, operator, source, what, body) VALUES (?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (made.number, now_ms, operator, source, what, _encode(made.restraint)))
    outbox.record(transaction, now_ms, f"restraint:held:{what}", operator or source, f"restraint {made.number}")


def noted(transaction: Transaction, office: Office, found: list[Found]) -> list[Found]:
    """The persons found here for another municipality, those restrained with a handling note where the profile has notes."""
    way, on, profile = WayOut.IDENTITY_QUERY, office.today(), office.profile
    return [
        msgspec.structs.replace(hit, noted=True)
        if judge(way, Asker.MAYOR, restraints_of(transaction, hit.person, on), on, profile).note
        else hit
        for hit in found
    ]


def _flag_records(transaction: Transaction, office: Office, number: int) -> None:
    """Tell prefecture and centre of a flag that has come or gone with this version, of everybody here whom the restraint met."""
    for (person,) in transaction.all("SELECT person FROM restraint_record WHERE restraint = ?", number):
        row = transaction.one("SELECT record, change FROM person WHERE id = ?", person)
        last = decode_change(row[1])
        handling = flag(transaction, office, municipality.decode_record(row[0]))
        if last.version == 0 or (handling > 0) is (last.handling > 0):
            continue
        before = Previous(last.residence.n, last.residence.office, last.version, last.identity.code)
        told = msgspec.structs.replace(
            last, version=last.version + 1, previous=before, reason=Reason.CORRECTION_EX_OFFICIO, date=office.today().isoformat(),
            handling=handling,
        )  # fmt: skip
        outbox.put(transaction, office.prefecture_office, municipality.CHANGE, encode_change(told))
        municipality.told_already(transaction, person, told)


def decisions(transaction: Transaction, number: int) -> list[tuple[int, str, str, str, Restraint]]:
    """Every decision about a restraint, the first one first: when (wall clock, ms), by whom, by notice of which office, what, its state."""
    sql = "SELECT decided_ms, operator, source, what, body FROM restraint_decision WHERE restraint = ? ORDER BY id"
    return [(ms, operator, source, what, _decode(body)) for ms, operator, source, what, body in transaction.all(sql, number)]


def set_apart(transaction: Transaction, office: Office, supervisor: str, number: int, person: int) -> None:
    """A supervisor found that a record with that name and birth date is another human's: it is free. Conflict if it was not met."""
    sql = "UPDATE restraint_record SET set_apart_by = ? WHERE restraint = ? AND person = ? AND set_apart_by = '' RETURNING person"
    if transaction.value(sql, supervisor, number, person) is None:
        reason = Say("the restraint does not bear on that record.", "その住民票は対象になっていません。")
        raise Conflict("person", reason, Say("See the restraint.", "支援措置を確かめてください。"))
    _flag_records(transaction, office, number)
    outbox.record(transaction, office.clock.wall_ms(), "restraint:record:set-apart", supervisor, f"restraint {number} record {person}")


def is_abuser(abuser: Abuser, name: str, birth: str = "") -> bool:
    """Whether somebody of that name (and birth date, where both are known) is the abuser named."""
    return name_key(abuser.name) == name_key(name) and (not abuser.birth or not birth or abuser.birth == birth)


def due(transaction: Transaction, on: datetime.date) -> list[Due]:
    """Restraints with work to be done on that day (law.restraint.work)."""
    found = ((one.number, work(one.restraint, on)) for one in listed(transaction, on))
    return [Due(number, works) for number, works in found if works]


def put_work(transaction: Transaction, office: Office, on: datetime.date) -> None:
    """Put what is due on the work list, each once until it is done."""
    now_ms = office.clock.wall_ms()
    for number, works in due(transaction, on):
        for item in sorted(works):
            municipality.put_work_item_once(transaction, now_ms, WORK, "", f"{number} {item.value}")


def check_application(application: Application) -> None:
    """InvalidInput unless somebody is protected, by names and days that can be recorded, and no list is too long."""
    sizes: tuple[tuple[str, Iterable[object], int], ...] = (
        ("protected", application.protected, PERSONS_MAX),
        ("abusers", application.abusers, PERSONS_MAX),
        ("offices", application.offices, OFFICES_MAX),
        ("contact", application.contact, TEXT_MAX),
    )
    for item, there, most in sizes:
        if len(tuple(there)) > most:
            raise InvalidInput(item, Say("is too long.", "が多すぎます。"), Say(f"Give up to {most}.", f"{most}以内にしてください。"))
    if not application.protected:
        reason = Say("nobody is to be protected.", "支援対象者がありません。")
        raise InvalidInput("protected", reason, Say("Name the applicant.", "申出者を入力してください。"))
    for one in application.protected:
        check_name(one.name)
        date_text(one.birth, "birth")
    for abuser in application.abusers:
        check_name(abuser.name)
        if abuser.birth:
            date_text(abuser.birth, "birth")
