"""The pages of a form: asked, checked, entered or kept, and what came of it (異動入力・確認・結果の画面, standard 4.0.8, 4.0.9)."""

from typing import Any

import msgspec
from starlette.responses import JSONResponse, Response

from openjuki.counter import moving_out_papers
from openjuki.counter.audit import Done
from openjuki.counter.entry import opening, steps
from openjuki.counter.entry.completing import completions
from openjuki.counter.entry.forms import FORMS
from openjuki.counter.entry.forms.items import GROUPS
from openjuki.counter.entry.happened import Outcome
from openjuki.counter.entry.opening import Opened, handle_of
from openjuki.counter.entry.shown import MESSAGES, SLIPS, WORK, reason_words
from openjuki.counter.entry.steps import Asked, office_name
from openjuki.counter.entry.typed import Typed
from openjuki.counter.residents import person_meant
from openjuki.counter.shell import CLERKS, Page, Visit
from openjuki.offices import municipality, submissions
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, OpenJukiError, Say
from openjuki.register.moving_out_certificate import MoveOutCertificate

_NOT_YOURS = Conflict(
    "form",
    Say("nothing was entered under this number, or another operator did.", "この番号の登録はないか、他の操作者のものです。"),
    Say("See the person's events.", "異動履歴を確かめてください。"),
)


async def menu(visit: Visit) -> Response:
    """Every form: those of a resident at whom one begins, or those of nobody."""
    handle = handle_of(visit)
    person = person_meant(visit, handle) if handle else 0
    opened = [(GROUPS[group], [form for form in FORMS.values() if form.group == group and form.person == bool(person)]) for group in GROUPS]
    record = await visit.read(Done.FORM_OPENED, f"menu person {person}", lambda t: municipality.record_of(t, person)) if person else None
    return visit.page("entry/menu.html", groups=[(title, forms) for title, forms in opened if forms], handle=handle, record=record)


async def form(visit: Visit) -> Response:
    """GET: the form; POST: one row more or less, the check, the way back, or the entry itself."""
    one = opening.asked(visit, opening.form_meant(visit))
    if visit.request.method == "GET":
        return shown(visit, await opening.blank(visit, one))
    action, _, what = visit.item("action").partition(":")
    if action in ("enter", "keep"):
        return await _sent(visit, one, action)
    if action in ("add", "remove"):
        return shown(visit, await opening.again(visit, one._replace(typed=with_rows(one, action, what)), []))
    if action == "discard":
        await visit.drop_draft(opening.draft_name(one))
        return visit.go(visit.path)
    if action == "edit":
        return shown(visit, await opening.again(visit, one, []))
    await visit.keep_draft(opening.draft_name(one))  # whatever happens to this server before the decision
    return _checked(visit, await opening.tried(visit, one))


def shown(visit: Visit, opened: Opened, status: int = 200, path: str = "") -> Response:
    """The form's page."""
    view = opened.view
    draft = f"entry-{view.form.kind}-{view.about.person.person if view.about.person else 0}"
    return visit.page("entry/form.html", status, view=view, opened=opened, draft=draft, path=path or visit.path)


def _checked(visit: Visit, opened: Opened, refusal: OpenJukiError | None = None) -> Response:
    checked = opened.checked
    if checked is None or checked.faults or checked.shown is None:
        return shown(visit, opened, 422)
    return visit.page(
        "entry/check.html", 409 if refusal else 200, view=opened.view, opened=opened, checked=checked, seen=checked.shown, refusal=refusal
    )


async def _sent(visit: Visit, one: Asked, action: str) -> Response:
    """Enter it, or keep it for a decision; a refusal shows the check page as it stands now."""
    office, digest, replaces = visit.window.office, visit.item("digest"), one.typed.text("replaces")

    def work(transaction: Transaction) -> Outcome:
        if action == "enter":
            return steps.enter(transaction, office, one, digest)
        kept = steps.keep(transaction, office, one, int(replaces) if replaces.isdecimal() else 0)
        items = {**one.typed.given(), "person": [str(one.person)]}
        submissions.keep_draft(transaction, one.operator, f"entry-waiting-{kept.waits}", items, office.clock.wall_ms())
        return kept

    try:
        await visit.write_once(f"{action} {one.form.kind} person {one.person}", work)
    except OpenJukiError as error:
        return _checked(visit, await opening.tried(visit, one), error)
    await visit.drop_draft(opening.draft_name(one))
    return visit.go(f"/entry/done/{visit.key}")


def with_rows(one: Asked, action: str, what: str) -> Typed:
    """One row more of a field, or without one of them; the rows after it move up."""
    at, _, row = what.rpartition(":") if action == "remove" else (what, "", "")
    given = one.typed.given()
    count = int((given.get(f"{at}-count") or ["1"])[0] or 1)
    if action == "add":
        return one.typed.with_texts({f"{at}-count": [str(count + 1)]})
    gone, changed = int(row) if row.isdecimal() else count, {f"{at}-count": [str(max(0, count - 1))]}
    for name, texts in given.items():
        number, dash, rest = name.removeprefix(f"{at}-").partition("-")
        if name.startswith(f"{at}-") and number.isdecimal() and int(number) >= gone and dash:
            changed.setdefault(name, [])
            if int(number) > gone:
                changed[f"{at}-{int(number) - 1}-{rest}"] = texts
    return one.typed.with_texts(changed)


async def done(visit: Visit) -> Response:
    """What came of a form that was sent; the page can be loaded again."""
    key, office = visit.request.path_params["key"], visit.window.office

    def look(transaction: Transaction) -> dict[str, Any]:
        outcome = _outcome(transaction, visit, key)
        events = {event.sequence: event for person, _ in outcome.events for event in municipality.events_of(transaction, person)}
        entered = [(municipality.record_of(transaction, person), events[sequence]) for person, sequence in outcome.events]
        names = {person: municipality.record_of(transaction, person).name for _, person in outcome.slips}
        told = [(office_name(office, receiver), MESSAGES.get(kind, Say(kind, kind)), count) for receiver, kind, count in outcome.told]
        slips = [(names[person], SLIPS.get(kind, Say(kind, kind))) for kind, person in outcome.slips]
        work = list(dict.fromkeys(WORK.get(kind, Say(what, what)) for kind, _, what in outcome.work))
        return {"outcome": outcome, "entered": entered, "told": told, "slips": slips, "work": work}

    found: dict[str, Any] = await visit.window.write(look)
    return visit.page("entry/done.html", form=FORMS[found["outcome"].kind], words=reason_words, **found)


async def certificate(visit: Visit) -> Response:
    """The moving-out certificate of a form that was sent, as a paper."""
    key = visit.request.path_params["key"]

    outcome = await visit.read(Done.FORM_SENT, "moving-out certificate", lambda transaction: _outcome(transaction, visit, key))
    told = msgspec.convert(outcome.certificate, MoveOutCertificate)

    async def made() -> MoveOutCertificate:
        return told

    codes = tuple(one.code for one in told.persons)
    return await moving_out_papers.issue(visit, codes, made, f"entry-{key}", f"/entry/done/{key}")


def _outcome(transaction: Transaction, visit: Visit, key: str) -> Outcome:
    """What a form of this operator did; Conflict if there is none under the key."""
    row = transaction.one("SELECT operator, outcome FROM submission WHERE key = ?", key)
    if row is None or row[0] != visit.operator:
        raise _NOT_YOURS
    return msgspec.json.decode(row[1], type=Outcome)


async def complete(visit: Visit) -> Response:
    """What a typed address may be going to be; by POST, so that it stands in no log."""
    return JSONResponse(completions(visit.item("kind"), visit.item("text"), visit.window.code))


PAGES = (
    Page("/entry", menu, CLERKS, ("GET",)),
    Page("/entry/of/{handle}", menu, CLERKS, ("GET",)),
    Page("/entry/form/{kind}", form, CLERKS),
    Page("/entry/form/{kind}/{handle}", form, CLERKS),
    Page("/entry/done/{key}", done, CLERKS, ("GET",)),
    Page("/entry/done/{key}/certificate", certificate, CLERKS, ("POST",)),
    Page("/entry/complete", complete, CLERKS, ("POST",)),
)
