"""What one municipality tells another of a restraint, and what the other makes of it (支援措置の転送, standard j160, j440).

What is told may only widen and prolong what is held: no notice, no list and no day lifts a restraint here. That the office which took the
application has ended it is work for the supervisor here, who decides. An older version than one that has come changes nothing.
"""

import datetime
from collections.abc import Iterable

import msgspec

from openjuki.law.restraint import Restraint, keep_after_move
from openjuki.law.ways_out import Output
from openjuki.offices import municipality, restraints
from openjuki.offices.office import Office
from openjuki.offices.restraints import Abuser, Application, Held, Protected, check_application
from openjuki.offices.store import Transaction
from openjuki.register.dates import calendar_date
from openjuki.register.errors import InvalidInput, Say

VERSION_MAX = 10**6
_BY_ORIGIN = "SELECT id, told_version FROM restraint WHERE origin = ? AND origin_number = ?"


class ToldRestraint(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A restraint as another municipality is told of it; `origin` took the application, under `number`. Never a temporary release."""

    origin: str
    number: int
    version: int
    protected: tuple[Protected, ...]
    abusers: tuple[Abuser, ...]
    outputs: tuple[Output, ...]
    since: str
    """First day, and below the last of the term and the first on which it is ended there: days of the calendar, or ""."""
    renew_by: str
    provisional: bool
    ended_on: str = ""


def told(held: Held) -> ToldRestraint:
    """What is told of a restraint held here; notes on the abuser and the applicant's contact stay."""
    abusers = tuple(Abuser(one.name, one.birth) for one in held.application.abusers)
    state = held.restraint
    return ToldRestraint(
        held.origin, held.origin_number, state.version, held.application.protected, abusers, tuple(sorted(state.outputs)),
        state.since.isoformat(), state.renew_by.isoformat(), state.provisional, state.ended_on.isoformat() if state.ended_on else "",
    )  # fmt: skip


def told_of(transaction: Transaction, office: Office, person: int) -> tuple[ToldRestraint, ...]:
    """All that bears on a record today: what its transfer record carries, so that the new office holds it before the entry."""
    return tuple(told(held) for held in restraints.held_of(transaction, person) if held.restraint.bears(office.today()))


def go_on_after_move(transaction: Transaction, office: Office, operator: str, person: int) -> None:
    """The person has moved out: every full restraint goes on here as a provisional one (仮支援措置としての継続, j440)."""
    for held in restraints.held_of(transaction, person):
        if held.restraint.bears(office.today()) and not held.restraint.provisional:
            restraints.decide(transaction, office, operator, held.number, lambda one: keep_after_move(one, office.today()), "moved")


def take_in(transaction: Transaction, office: Office, what: ToldRestraint, sender: str) -> int:
    """Hold what was told, in the transaction in which it came; the number here, 0 if nothing is held of it. Raises InvalidInput."""
    check(what)
    row = transaction.one(_BY_ORIGIN, what.origin, what.number)
    if row is None:
        return 0 if what.ended_on else _hold(transaction, office, what, sender)
    number, told_version = row
    if what.version > told_version:
        _widen(transaction, office, restraints.held(transaction, number), what, sender)
    return int(number)


def take_all_in(transaction: Transaction, office: Office, all_told: Iterable[ToldRestraint], sender: str) -> list[int]:
    """As `take_in`, for all that a transfer record carries; the numbers here."""
    return [number for one in all_told if (number := take_in(transaction, office, one, sender))]


def _hold(transaction: Transaction, office: Office, what: ToldRestraint, sender: str) -> int:
    number = int(transaction.value("SELECT coalesce(max(id), 0) + 1 FROM restraint"))
    outputs, (since, renew_by) = frozenset(what.outputs), _term(what)
    first = min(since, office.today())
    state = Restraint(outputs=outputs, since=first, renew_by=renew_by, provisional=what.provisional, version=what.version)
    made = Held(number, what.origin, what.number, state, Application(what.protected, outputs, what.abusers))
    restraints.hold(transaction, office, made, source=sender, what="told")
    _work(transaction, office, number, f"told by {sender}")
    return number


def _widen(transaction: Transaction, office: Office, held: Held, what: ToldRestraint, sender: str) -> None:
    """A later version: more outputs, a later day, more persons; one that the origin has ended goes on here until somebody decides."""
    if what.ended_on:
        restraints.keep(transaction, office, held, source=sender, told_version=what.version, what="told-of-end")
        _work(transaction, office, held.number, f"ended by {sender}: decide whether it goes on here")
        return
    was, application, (since, renew_by) = held.restraint, held.application, _term(what)
    state = msgspec.structs.replace(
        was, outputs=was.outputs | frozenset(what.outputs), since=min(was.since, since), renew_by=max(was.renew_by, renew_by),
        provisional=was.provisional and what.provisional, version=max(was.version + 1, what.version), ended_on=None, ended_because=None,
    )  # fmt: skip
    both = msgspec.structs.replace(
        application, outputs=state.outputs, protected=tuple(dict.fromkeys((*application.protected, *what.protected))),
        abusers=tuple(dict.fromkeys((*application.abusers, *what.abusers))),
    )  # fmt: skip
    made = held._replace(restraint=state, application=both)
    restraints.keep(transaction, office, made, source=sender, told_version=what.version, what="told")


def _term(what: ToldRestraint) -> tuple[datetime.date, datetime.date]:
    return calendar_date(what.since, "since"), calendar_date(what.renew_by, "renew_by")


def _work(transaction: Transaction, office: Office, number: int, what: str) -> None:
    municipality.put_work_item_once(transaction, office.clock.wall_ms(), restraints.WORK, "", f"{number} {what}")


def check(what: ToldRestraint) -> None:
    """InvalidInput for a restraint that cannot be."""
    check_application(Application(what.protected, frozenset(what.outputs), what.abusers))
    since, renew_by = _term(what)
    if not (0 < what.number <= VERSION_MAX and 0 < what.version <= VERSION_MAX and since <= renew_by and what.outputs):
        reason = Say("numbers, days or outputs cannot be.", "番号、期間または対象の事務が正しくありません。")
        raise InvalidInput("restraint", reason, Say("The office that took it must tell it anew.", "送信元で確かめてください。"))
