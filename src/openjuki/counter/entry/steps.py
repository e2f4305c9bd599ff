"""A form's way within a transaction: read, tried, entered, kept for a decision, decided (入力・確認・仮登録・決裁, standard 4.0.8)."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec

from openjuki.counter.entry.concerned import Concerned, concerned
from openjuki.counter.entry.fields import Form
from openjuki.counter.entry.forms import FORMS
from openjuki.counter.entry.happened import Happened, Outcome, happened, marks, outcome_of, trial
from openjuki.counter.entry.placing import placed
from openjuki.counter.entry.reading import Reading, read_form
from openjuki.counter.entry.rule import to_be_decided
from openjuki.counter.entry.shown import Shown, shown
from openjuki.counter.entry.terms import hints, household_faults
from openjuki.counter.entry.typed import Fault, Typed
from openjuki.nodes.entering import read_event, read_undecided
from openjuki.offices.municipality_provisional import run_inside
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.procedures.boundary_change import HandedOver
from openjuki.procedures.provisional_entry import Kept
from openjuki.register.errors import Conflict, InvalidInput, OpenJukiError, Say
from openjuki.register.moving_out_certificate import MoveOutCertificate

CHANGED = (
    Say("the register has changed since this was shown.", "確認画面を表示した後に台帳が変わりました。"),
    Say("Look at it again, then enter it.", "もう一度確認してから登録してください。"),
)

NOT_ALONE = (
    Say("nobody enters this kind of event alone here.", "この種類の異動は、一人では登録できません。"),
    Say("Keep it for somebody else's decision.", "仮登録して、別の者の決裁を受けてください。"),
)


class Asked(NamedTuple):
    """One form as it was sent: which, what was typed, about whom (internal number, 0 for nobody), by whom."""

    form: Form
    typed: Typed
    person: int
    operator: str


class Checked(NamedTuple):
    """What came of it: the event, what is wrong, whom it is about, and, if nothing is wrong, what it would do."""

    event: dict[str, Any]
    faults: list[Fault]
    about: Concerned
    shown: Shown | None = None
    hints: tuple[Say, ...] = ()


def check(transaction: Transaction, office: Office, asked: Asked) -> Checked:
    """Read the form and try what it says; nothing of it stays."""
    about = concerned(transaction, asked.person)
    reading = Reading(transaction, office, asked.typed, about)
    event = read_form(asked.form, reading)
    faults = [*reading.faults, *household_faults(asked.form, asked.typed, about)]
    if faults:
        return Checked(event, faults, about)
    try:
        notification, step = read_undecided(event)
        seen = trial(transaction, office, step, asked.operator, notification, asked.typed.text("replaces"))
    except OpenJukiError as error:
        return Checked(event, [placed(asked.form, asked.typed, error)], about)
    return Checked(event, [], about, _shown(office, event, seen), tuple(hints(asked.form, event, about, seen)))


def enter(transaction: Transaction, office: Office, asked: Asked, digest: str) -> Outcome:
    """Enter what the form says, if it does what was shown. Conflict if it would do something else now, or what the step says."""
    if to_be_decided(transaction, asked.form.kind, asked.typed.text("replaces")):
        raise Conflict("form", *NOT_ALONE)
    event = _event(transaction, office, asked)
    notification, step = read_undecided(event)
    since = marks(transaction)
    heard = run_inside(transaction, office, step, asked.operator, notification)
    seen = happened(transaction, since)
    if _shown(office, event, seen).digest != digest:
        raise Conflict("form", *CHANGED)
    return _with_papers(outcome_of(asked.form.kind, seen), heard)


def keep(transaction: Transaction, office: Office, asked: Asked, replaces: int = 0) -> Outcome:
    """Keep what the form says until somebody else decides on it; `replaces` is the number of one that waits."""
    notification, step = read_event({"kind": "provisional", "event": _event(transaction, office, asked), "replaces": replaces})
    kept: Kept = run_inside(transaction, office, step, asked.operator, notification)
    return Outcome(asked.form.kind, waits=kept.number)


def _event(transaction: Transaction, office: Office, asked: Asked) -> dict[str, Any]:
    reading = Reading(transaction, office, asked.typed, concerned(transaction, asked.person))
    event = read_form(asked.form, reading)
    if reading.faults:
        first = reading.faults[0]
        raise InvalidInput(first.at, first.reason, first.remedy)
    return event


def looked_at(transaction: Transaction, office: Office, operator: str, number: int, event: Mapping[str, Any]) -> Checked:
    """What an event that waits would do if `operator` approved of it now."""
    notification, step = read_event({"kind": "decision", "number": number})
    form = FORMS[event["kind"]]
    try:
        seen = trial(transaction, office, step, operator, notification)
    except OpenJukiError as error:
        return Checked(dict(event), [placed(form, Typed({}), error)], Concerned(None))
    return Checked(dict(event), [], Concerned(None), _shown(office, event, seen), tuple(hints(form, event, Concerned(None), seen)))


def decide(transaction: Transaction, office: Office, operator: str, number: int, kind: str, *, approved: bool) -> Outcome:
    """Enter what waits under a number, or withdraw it."""
    notification, step = read_event({"kind": "decision", "number": number, "approved": approved})
    since = marks(transaction)
    heard = run_inside(transaction, office, step, operator, notification)
    return _with_papers(outcome_of(kind, happened(transaction, since)), heard)


def _with_papers(outcome: Outcome, heard: Any) -> Outcome:
    """With what the procedure gives to be handed over: the file of a territory, or the moving-out certificate."""
    if isinstance(heard, HandedOver):
        return msgspec.structs.replace(outcome, file={"kind": "boundary-take-over", **msgspec.to_builtins(heard)})
    if isinstance(heard, MoveOutCertificate):
        return msgspec.structs.replace(outcome, certificate=msgspec.to_builtins(heard))
    return outcome


def _shown(office: Office, event: Mapping[str, Any], seen: Happened) -> Shown:
    return shown(seen, frozenset(_texts(event)), partial(office_name, office))


def office_name(office: Office, code: str) -> str:
    """What the directory calls an office."""
    entry = office.directory.entry(code)
    return entry.name if entry else code


def _texts(value: Any) -> Iterator[str]:
    """Every text in an event."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
