"""Support for victims, told to the offices that the applicant names (支援措置の申出・決定・転送; standard j160, j410, j440; no article).

municipality that takes the application       former addresses, registered domiciles
  1 accept    held provisionally at once
          -- RestraintNotice -->
                                              2 notice_arrives    held from now on, and a work item
  3 decide    confirm, renew, go on after a move, end: a new version each
          -- RestraintNotice -->
                                              2 again: what is told widens and prolongs; it lifts nothing
                                              3 decide            its own supervisor, for this office alone
  4 keep      once a day: what is due goes on the work list; whoever has moved out is restrained here provisionally

Passing the day by which a restraint is to be renewed lifts nothing, and no message ends one: an end that is told is a work item. A
temporary release has no message. No message of this file has a route to or through prefecture and centre.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from openjuki.law.kinds import OfficeKind, Route
from openjuki.law.restraint import EndGround, Restraint, confirm, end, keep_after_move, renew
from openjuki.offices import municipality, outbox, restraint_telling, restraints
from openjuki.offices.office import Office, Then
from openjuki.offices.restraint_telling import ToldRestraint
from openjuki.offices.restraints import Application, Held
from openjuki.offices.store import Transaction
from openjuki.register.addresses import office_of
from openjuki.register.codes import municipality_code
from openjuki.register.errors import Reason, Refused
from openjuki.register.identity import Status
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried
from openjuki.wire.speech import encode


class RestraintNotice(Message, frozen=True):
    """Who is protected from whom, for which outputs, since when (支援措置の転送, standard j160); `told.origin` is the sender."""

    routes = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})
    durable = True
    priority = Priority.NOTICE
    size_max = 16_384
    told: ToldRestraint


class RestraintDecision(msgspec.Struct, frozen=True):
    """What a supervisor decides about a restraint held here: `what` is confirm, renew or end, `because` the ground of an end."""

    number: int
    what: str
    because: EndGround | None = None


def accept(office: Office, operator: str, application: Application, then: Then) -> None:
    """Step 1, municipality: hold it from now on, and tell the offices named; `then` gets the `Held` or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _accept(transaction, office, operator, application), then)


def _accept(transaction: Transaction, office: Office, operator: str, application: Application) -> Held:
    offices = tuple(dict.fromkeys(office_of(municipality_code(code)) for code in application.offices))
    made = restraints.accept(transaction, office, operator, msgspec.structs.replace(application, offices=offices))
    tell(transaction, office, made)
    return made


def notice_arrives(transaction: Transaction, office: Office, origin: Entry, message: RestraintNotice, carried: Carried) -> None:
    """Step 2, former address or registered domicile: hold it, whether anybody is here whom it meets or not."""
    if origin.kind is not OfficeKind.MUNICIPALITY or message.told.origin != origin.code:
        raise Refused(Reason.WRONG_OFFICE, "standard j160")
    restraint_telling.take_in(transaction, office, message.told, origin.code)


def decide(office: Office, supervisor: str, decision: RestraintDecision, then: Then) -> None:
    """Step 3, the supervisor (支援措置責任者) of an office that holds it; `then` gets the `Held` or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _decide(transaction, office, supervisor, decision), then)


def _decide(transaction: Transaction, office: Office, supervisor: str, decision: RestraintDecision) -> Held:
    on = office.today()
    steps: dict[str, Callable[[Restraint], Restraint]] = {"confirm": lambda one: confirm(one, on), "renew": lambda one: renew(one, on)}
    if decision.because is not None:
        because = decision.because
        steps = {"end": lambda one: end(one, on, because)}
    step = steps.get(decision.what)
    if step is None:
        raise Refused(Reason.INVALID, "standard j440")
    made = restraints.decide(transaction, office, supervisor, decision.number, step, decision.what)
    _settle_work(transaction, office, made.number)
    tell(transaction, office, made)
    return made


def _settle_work(transaction: Transaction, office: Office, number: int) -> None:
    """What the decision was about is done."""
    sql = "UPDATE work_item SET done_ms = ? WHERE kind = ? AND what LIKE ? AND done_ms = 0"
    transaction.execute(sql, (office.clock.wall_ms(), restraints.WORK, f"{number} %"))


def tell(transaction: Transaction, office: Office, made: Held) -> None:
    """Send a version of a restraint whose application was taken here to the offices that the applicant named."""
    for receiver in made.application.offices if made.origin == office.code else ():
        entry = office.directory.entry(receiver)
        if receiver == office.code:
            continue
        if entry is not None and entry.kind is OfficeKind.MUNICIPALITY and entry.open:
            outbox.put(transaction, receiver, RestraintNotice.type_name(), encode(RestraintNotice(restraint_telling.told(made))))
        else:
            what = f"{made.number} tell {receiver} on paper"
            municipality.put_work_item_once(transaction, office.clock.wall_ms(), f"{restraints.WORK}-by-paper", "", what)


def keep(office: Office) -> None:
    """Step 4, a duty: once on each day of the register calendar, see to what is due."""
    if office.recovering or office.restraints_seen_on == office.today():
        return
    office.restraints_seen_on = office.today()
    office.write(lambda transaction: see_to_day(transaction, office), _seen)


def _seen(outcome: Any) -> None:
    """The day is seen to; after an error tomorrow, or the clerk's own list, shows the same."""


def see_to_day(transaction: Transaction, office: Office) -> None:
    """Put what is due on the list; whoever has moved out stays restrained here, provisionally (j440)."""
    for held in restraints.listed(transaction, office.today()):
        if not held.restraint.provisional and held.origin == office.code and _moved_away(transaction, held.number):
            restraints.decide(transaction, office, "", held.number, lambda one: keep_after_move(one, office.today()), "moved")
    restraints.put_work(transaction, office, office.today())


def _moved_away(transaction: Transaction, number: int) -> bool:
    """Whether records that it met were removed, and none is a resident's any more; the clock decides on it once only."""
    if any(what == "moved" for _, _, _, what, _ in restraints.decisions(transaction, number)):
        return False
    sql = "SELECT DISTINCT p.status FROM restraint_record r JOIN person p ON p.id = r.person WHERE r.restraint = ? AND r.set_apart_by = ''"
    standings = {status for (status,) in transaction.all(sql, number)}
    return int(Status.RESIDENT) not in standings and int(Status.REMOVED) in standings
