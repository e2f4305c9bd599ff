"""Opening a form for a visit: which, about whom, with what was typed so far (入力画面の表示, standard 4.0.1; promise X7)."""

from typing import NamedTuple

from openjuki.counter.audit import Done
from openjuki.counter.entry.concerned import NOBODY, Concerned, concerned
from openjuki.counter.entry.fields import Form
from openjuki.counter.entry.forms import FORMS
from openjuki.counter.entry.rule import to_be_decided
from openjuki.counter.entry.steps import Asked, Checked, check
from openjuki.counter.entry.typed import Fault, Typed
from openjuki.counter.entry.views import View, events_to_undo, first_typed
from openjuki.counter.residents import person_meant
from openjuki.counter.searching import asker_of
from openjuki.counter.shell import Visit
from openjuki.law.ways_out import WayOut, Word
from openjuki.offices import restraint_guard, restraints
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, Say

NOT_TYPED = frozenset({"action", "digest", "draft", "token", "once"})
_NO_FORM = Conflict(
    "form", Say("there is no such form.", "この様式はありません。"), Say("Choose one of the menu.", "一覧から選んでください。")
)


class Opened(NamedTuple):
    """A form with all that its page shows."""

    view: View
    restrained: bool
    decided: bool
    """Whether this office lets nobody enter it alone."""
    checked: Checked | None = None
    restored: bool = False
    """Whether it holds what was half filled in before."""


def form_meant(visit: Visit) -> Form:
    """The form that the path names; Conflict if there is none."""
    form = FORMS.get(visit.request.path_params["kind"])
    if form is None:
        raise _NO_FORM
    return form


def handle_of(visit: Visit) -> str:
    """The handle of the person in the path; "" for a form about nobody."""
    return str(visit.request.path_params.get("handle", ""))


def asked(visit: Visit, form: Form) -> Asked:
    """What was sent."""
    handle = handle_of(visit)
    if form.person and not handle:
        raise _NO_FORM
    person = person_meant(visit, handle) if handle else 0
    return Asked(form, Typed({name: texts for name, texts in visit.items().items() if name not in NOT_TYPED}), person, visit.operator)


def draft_name(one: Asked) -> str:
    """Under which name a half-filled form is kept."""
    return f"entry-{one.form.kind}-{one.person}"


async def blank(visit: Visit, one: Asked) -> Opened:
    """A form as it is opened: what was half filled in, or what is known."""
    kept = {name: texts for name, texts in (await visit.draft(draft_name(one))).items() if name not in NOT_TYPED}
    chosen = visit.request.query_params.getlist("events")

    def look(transaction: Transaction) -> Opened:
        about = _about(transaction, visit, one.person)
        typed = Typed(kept) if kept else first_typed(one.form, about, visit.window.office.today(), visit.window.code)
        typed = typed.with_texts({"events": chosen}) if chosen else typed
        return _opened(transaction, visit, one._replace(typed=typed), about, [])._replace(restored=bool(kept))

    return await visit.read(Done.FORM_OPENED, f"{one.form.kind} person {one.person}", look)


async def again(visit: Visit, one: Asked, faults: list[Fault]) -> Opened:
    """A form as it was typed."""

    def look(transaction: Transaction) -> Opened:
        return _opened(transaction, visit, one, _about(transaction, visit, one.person), faults)

    opened: Opened = await visit.window.write(look)
    return opened


async def tried(visit: Visit, one: Asked) -> Opened:
    """A form read and tried."""

    def look(transaction: Transaction) -> Opened:
        about = _about(transaction, visit, one.person)
        checked = check(transaction, visit.window.office, one)
        return _opened(transaction, visit, one, about, checked.faults)._replace(checked=checked)

    opened: Opened = await visit.window.write(look)
    return opened


def _about(transaction: Transaction, visit: Visit, person: int) -> Concerned:
    if not person:
        return NOBODY
    if restraint_guard.passes(transaction, visit.window.office, WayOut.REGISTER_SCREEN, asker_of(visit), person) is not Word.ALLOWED:
        raise restraint_guard.absent()
    return concerned(transaction, person)


def _opened(transaction: Transaction, visit: Visit, one: Asked, about: Concerned, faults: list[Fault]) -> Opened:
    today = visit.window.office.today()
    events = events_to_undo(transaction, about, one.typed.all("events")) if one.form.kind == "annulment" else ()
    restrained = any(restraints.restraints_of(transaction, record.person, today) for record in about.members)
    view = View(one.form, one.typed, about, faults, events, visit.window.code)
    return Opened(view, restrained, to_be_decided(transaction, one.form.kind, one.typed.text("replaces")))
