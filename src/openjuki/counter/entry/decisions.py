"""Events that wait for a decision, and which kinds do (仮登録一覧・審査・決裁, standard 4.0.8)."""

import json
from typing import Any

from starlette.responses import Response

from openjuki.counter.entry import opening, steps
from openjuki.counter.entry.entering import shown
from openjuki.counter.entry.forms import FORMS
from openjuki.counter.entry.forms.items import GROUPS
from openjuki.counter.entry.rule import decided_kinds, set_decided_kinds
from openjuki.counter.entry.steps import Asked
from openjuki.counter.entry.typed import Typed
from openjuki.counter.shell import CHIEFS, CLERKS, Page, Visit
from openjuki.offices import municipality_provisional
from openjuki.offices.municipality_provisional import Provisional
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, OpenJukiError, Say

_GONE = Conflict(
    "number",
    Say("no event waits under this number.", "この番号の仮登録はありません。"),
    Say("See the list.", "仮登録一覧を確かめてください。"),
)

_NO_CHIEF = Conflict(
    "operator", Say("is not one who decides.", "決裁者の権限がありません。"), Say("Have the chief decide.", "決裁者に依頼してください。")
)


async def waiting(visit: Visit) -> Response:
    """All that wait, the oldest first."""
    found: list[Provisional] = await visit.window.write(municipality_provisional.waiting)
    rows = [(kept, FORMS[json.loads(kept.event)["kind"]]) for kept in found]
    return visit.page("entry/waiting.html", rows=rows)


async def decide(visit: Visit) -> Response:
    """GET: what an event that waits would do; POST: it is entered, or withdrawn."""
    number = _number(visit)
    office, operator = visit.window.office, visit.operator

    def look(transaction: Transaction) -> tuple[Provisional, steps.Checked]:
        kept = _kept(transaction, number)
        return kept, steps.looked_at(transaction, office, operator, number, json.loads(kept.event))

    kept, checked = await visit.window.write(look)
    refusal: OpenJukiError | None = None
    if visit.request.method == "POST" and visit.item("action") == "approve" and not _chief(visit):
        refusal = _NO_CHIEF
    elif visit.request.method == "POST":
        refusal = await _decided(visit, number, checked, approved=visit.item("action") == "approve")
        if refusal is None:
            return visit.go(f"/entry/done/{visit.key}")
    form = FORMS[checked.event["kind"]]
    context = {"kept": kept, "checked": checked, "seen": checked.shown, "form": form, "refusal": refusal, "chief": _chief(visit)}
    return visit.page("entry/decide.html", 409 if refusal else 200, **context)


def _chief(visit: Visit) -> bool:
    return visit.here.operator.role in CHIEFS


async def _decided(visit: Visit, number: int, checked: steps.Checked, *, approved: bool) -> OpenJukiError | None:
    office, operator, kind = visit.window.office, visit.operator, checked.event["kind"]
    try:
        await visit.write_once(
            f"{'approve' if approved else 'withdraw'} {kind} number {number}",
            lambda transaction: steps.decide(transaction, office, operator, number, kind, approved=approved),
        )
    except OpenJukiError as error:
        return error
    return None


async def amend(visit: Visit) -> Response:
    """The form of an event that waits, as its clerk typed it, to be kept in its place (審査中の修正)."""
    number = _number(visit)
    typed = await visit.draft(f"entry-waiting-{number}")
    kept = await visit.window.write(_kept, number)
    if not typed:
        raise _GONE
    person = int(typed.pop("person", ["0"])[0])
    form = FORMS[json.loads(kept.event)["kind"]]
    one = Asked(form, Typed(typed | {"replaces": [str(number)]}), person, visit.operator)
    handle = f"/{visit.handle(('person', person))}" if person else ""
    return shown(visit, await opening.again(visit, one, []), path=f"/entry/form/{form.kind}{handle}")


async def rule(visit: Visit) -> Response:
    """Which kinds nobody enters alone here."""
    if visit.request.method == "POST":
        chosen = [kind for kind in visit.items().get("kinds", []) if kind in FORMS]
        await visit.write_once("rule of decisions", lambda transaction: set_decided_kinds(transaction, chosen))
        return visit.go("/entry/rule")
    kinds: frozenset[str] = await visit.window.write(decided_kinds)
    groups = [(title, [form for form in FORMS.values() if form.group == group]) for group, title in GROUPS.items()]
    return visit.page("entry/rule.html", groups=groups, kinds=kinds)


def _number(visit: Visit) -> int:
    text = visit.request.path_params["number"]
    if not text.isdecimal():
        raise _GONE
    return int(text)


def _kept(transaction: Transaction, number: int) -> Provisional:
    kept: Any = next((one for one in municipality_provisional.waiting(transaction) if one.number == number), None)
    if kept is None:
        raise _GONE
    return kept  # type: ignore[no-any-return]


PAGES = (
    Page("/entry/waiting", waiting, CLERKS, ("GET",)),
    Page("/entry/waiting/{number}", decide, CLERKS),
    Page("/entry/waiting/{number}/amend", amend, CLERKS, ("GET",)),
    Page("/entry/rule", rule, CHIEFS),
)
