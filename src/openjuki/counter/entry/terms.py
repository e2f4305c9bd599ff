"""Whether a filing is late, and what else to know before entering it (届出期間・世帯主の不在, Act art. 22-25, 53(2); standard 4.0.4)."""

from collections.abc import Mapping
from typing import Any

from openjuki.counter.entry.concerned import Concerned
from openjuki.counter.entry.fields import Field, Form, Kind
from openjuki.counter.entry.happened import Happened
from openjuki.counter.entry.typed import Fault, Typed
from openjuki.offices.municipality_households import member
from openjuki.register.dates import calendar_date as day_of
from openjuki.register.dates import is_calendar_date
from openjuki.register.errors import Say
from openjuki.register.events import EventKind
from openjuki.register.household import HOUSEHOLDER, notice_goes_to
from openjuki.register.identity import Status

_PENALTY = Say(
    " It goes to the work list; whether the summary court is told is for the mayor to decide (Act art. 53(2)).",
    "要確認一覧に載ります。簡易裁判所への通知（法第53条第2項の過料）は市区町村長が判断します。",
)
_HEAD_NEEDED = (
    Say("the householder leaves and two or more members stay.", "世帯主がいなくなり、世帯員が2人以上残ります。"),
    Say(
        "Choose who heads those who stay, and what the others are to them.", "残る世帯員から世帯主を選び、他の者の続柄を入力してください。"
    ),
)
_RELATION_NEEDED = (
    Say("is missing for a member who stays.", "残る世帯員の続柄が入力されていません。"),
    Say("Say what this member is to the new householder.", "新しい世帯主との続柄を入力してください。"),
)


def days_late(form: Form, event: Mapping[str, Any]) -> int:
    """Days from the event to its notification, if they are more than the term; else 0. Partial days are not late."""
    if form.term is None:
        return 0
    since, until = event.get(form.term.since, ""), event.get(form.term.until, "")
    if not is_calendar_date(since) or not is_calendar_date(until):
        return 0
    days = (day_of(until) - day_of(since)).days
    return days if days > form.term.days else 0


def hints(form: Form, event: Mapping[str, Any], about: Concerned, seen: Happened) -> list[Say]:
    """What the clerk should know before entering."""
    return [*_late(form, event), *_early(seen), *_of_households(about, seen)]


def _early(seen: Happened) -> list[Say]:
    """Persons whose event lies before the day from which they are at their address: a slip of the pen, as a rule."""
    told = []
    for change in seen.persons:
        since = change.before.address_since if change.before and change.before.status is Status.RESIDENT else ""
        moved = [event for event in change.events if event.kind in (EventKind.CHANGE, EventKind.REMOVAL)]
        if since and any(is_calendar_date(event.changed_on) and event.changed_on < since for event in moved if is_calendar_date(since)):
            name = change.after.name
            told.append(Say(
                f"{name}: the day of the event lies before the day from which the present address holds.",
                f"{name} さんの異動日が、現在の「住所を定めた年月日」より前になっています。",
            ))  # fmt: skip
    return told


def _late(form: Form, event: Mapping[str, Any]) -> list[Say]:
    days = days_late(form, event)
    if not days or form.term is None:
        return []
    basis, term = form.term.basis, form.term.days
    said = Say(
        f"Notified {days} days after the event: the term is {term} days ({basis.en}).",
        f"異動日から{days}日後の届出です。届出期間は{term}日以内です（{basis.ja}）。",
    )
    return [Say(said.en + _PENALTY.en, said.ja + _PENALTY.ja) if form.term.penalised else said]


def _of_households(about: Concerned, seen: Happened) -> list[Say]:
    told = []
    for change in seen.persons:
        becomes = change.after.relationship == HOUSEHOLDER and change.before is not None and change.before.relationship != HOUSEHOLDER
        if becomes and any(event.ex_officio and event.items.household is None for event in change.events):
            name = change.after.name
            told.append(
                Say(
                    f"{name} stays alone and becomes householder ex officio; a notice is printed.",
                    f"{name} さんが一人残るため、職権で世帯主とします。世帯主変更通知書を出力します。",
                )
            )
    gone = {change.person for change in seen.persons if change.after.status is not Status.RESIDENT}
    if about.members and {record.person for record in about.members} <= gone:
        told.append(Say("Nobody stays in the household: it ends.", "残る世帯員がいないため、世帯がなくなります。"))
    return told


def next_head(about: Concerned) -> str:
    """Name of the member to whom a request to name a householder would go if the present one left; "" if nobody stays (standard 4.0.5)."""
    head = about.head
    if head is None:
        return ""
    found = notice_goes_to([member(record) for record in about.members], [str(head.person)])
    return next((record.name for record in about.members if found and str(record.person) == found.key), "")


def household_faults(form: Form, typed: Typed, about: Concerned) -> list[Fault]:
    """What is missing of those who stay, found before the register says so: at the input where it belongs."""
    field = next((field for field in form.fields() if field.kind is Kind.STAYING), None)
    leaving = _leaving(form, typed, about)
    staying = [record for record in about.members if record.person not in leaving]
    if field is None or about.head is None or about.head.person not in leaving or len(staying) < 2:
        return []
    chosen = typed.text(f"{field.name}-householder")
    if chosen not in {str(record.person) for record in staying}:
        return [Fault(f"{field.name}-householder", field.label, *_HEAD_NEEDED)]
    return [fault for record in staying if str(record.person) != chosen for fault in _unrelated(field, typed, record)]


def _unrelated(field: Field, typed: Typed, record: Any) -> list[Fault]:
    at = f"{field.name}-{record.person}-relationship"
    label = Say(f"{field.label.en}: {record.name}", f"{field.label.ja}（{record.name}）")
    return [] if typed.text(at) else [Fault(at, label, *_RELATION_NEEDED)]


def _leaving(form: Form, typed: Typed, about: Concerned) -> set[int]:
    """Internal numbers of those who leave the household by this form."""
    ticked = next((field for field in form.fields() if field.kind in (Kind.MEMBERS, Kind.RELATIONS)), None)
    if ticked is None:
        return {about.person.person} if about.person else set()
    return {record.person for number in typed.all(ticked.name) if (record := about.member(number))}
