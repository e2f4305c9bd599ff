"""Correction: an item of a record is wrong now, or was wrong since ever (職権修正・軽微な修正・誤記修正, Act art. 8, 14; standard 4.2.3).

municipality
  1 correct    one event from today on, or one for each event that wrote the wrong item: one transaction
  (procedures/change_notice.py carries the corrected identity to prefecture and centre)
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from openjuki.offices import municipality
from openjuki.offices.filing import Filing, check_address_here, day_until
from openjuki.offices.municipality_households import settle
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.codes import individual_number
from openjuki.register.dates import date_text
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.events import Cause, Event, EventKind, Items
from openjuki.register.fold import first, in_order, standing
from openjuki.register.household import relationship
from openjuki.register.identity import Reason, Status
from openjuki.register.names import check_kana, check_name
from openjuki.register.record import ResidentRecord

OF_OTHER_PROCEDURES = frozenset({"code", "household", "residence", "status", "removed_on", "moved_to"})
"""Items that a correction never sets: they are changed by the procedures that know what follows from it."""
OF_MINOR_CORRECTIONS = frozenset({"name", "address"})
"""What a minor correction may touch (Rules art. 11(3)2, 21-2; standard 4.2.3.2)."""
_DATES = ("birth", "became_resident_on", "address_since", "notified_on")


class CorrectionOrder(msgspec.Struct, frozen=True):
    """Which items of a person are to say what, and since when they were wrong."""

    code: str
    items: Items
    found_on: str
    """The day on which it was asked for or noticed."""
    since_ever: bool = False
    """The items were wrong when they were written: the past is corrected, and stays to be seen as it was known (promise X3)."""
    minor: bool = False
    """A minor correction: rarer to common characters, renamed towns and the like; certificates stay valid."""
    asked_for: bool = False
    """On the resident's request rather than ex officio."""


def correct(office: Office, operator: str, order: CorrectionOrder, then: Then) -> None:
    """Step 1, municipality: correct the items; `then` gets the ResidentRecord or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _correct(transaction, office, operator, order), then)


def _correct(transaction: Transaction, office: Office, operator: str, order: CorrectionOrder) -> ResidentRecord:
    day_until(order.found_on, "found_on", office.today())
    items = _checked(office, order)
    record = municipality.record_of(transaction, municipality.person_of_code(transaction, order.code))
    wanted = {name: value for name, value in _one_by_one(items).items() if _recorded(record, name) != value}
    if record.status is Status.ANNULLED or not wanted:
        reason = Say("nothing is left to correct.", "修正する事項がありません。")
        raise InvalidInput("items", reason, Say("Look at the record as it is.", "現在の記載を確かめてください。"))
    reason_of = Reason.MINOR_CORRECTION if order.minor else Reason.CORRECTION_EX_OFFICIO
    cause = Cause.SLIP_OF_PEN if order.since_ever and not order.asked_for else None
    filing = Filing(office, operator, reason_of, office.today().isoformat(), order.found_on, not order.asked_for, cause)
    if order.since_ever:
        corrected = _correct_past(transaction, filing, record, wanted)
    else:
        corrected = filing.enter(transaction, record.person, EventKind.CORRECTION, _together(wanted))
    settle(transaction, {record.household})
    return corrected


def _correct_past(transaction: Transaction, filing: Filing, record: ResidentRecord, wanted: dict[str, Any]) -> ResidentRecord:
    """One event for each event that wrote one of the wrong values, so that what else those events say stays."""
    events = municipality.events_of(transaction, record.person)
    by_target: dict[int, dict[str, Any]] = {}
    for name, value in wanted.items():
        for sequence in _writers(events, name, _recorded(record, name)):
            by_target.setdefault(sequence, {})[name] = value
    for sequence, values in sorted(by_target.items()):
        record = filing.enter(transaction, record.person, EventKind.PAST_CORRECTION, _together(values), target=sequence)
    return record


def _writers(events: list[Event], name: str, wrong: Any) -> Iterator[int]:
    """Sequences of the events that wrote the value that is wrong now, back to the first that wrote another one."""
    for _, event in reversed(in_order(standing(events))):
        written = _recorded(first(event), name) if event.kind is EventKind.ENTRY else _one_by_one(event.items).get(name)
        if written == wrong:
            yield event.sequence
        elif written is not None:
            return


def _one_by_one(items: Items) -> dict[str, Any]:
    """The items that are set by their names, those without a field of their own too."""
    given = items.given()
    other = given.pop("other", {})
    return {**given, **other}


def _together(values: dict[str, Any]) -> Items:
    """The same the other way round."""
    own = {name: value for name, value in values.items() if name in Items.__struct_fields__}
    other = {name: value for name, value in values.items() if name not in own}
    return Items(**own, other=other or None)


def _recorded(record: ResidentRecord, name: str) -> Any:
    """What a record says of an item; "" if it never said anything of one without a field of its own."""
    return getattr(record, name) if name in Items.__struct_fields__ else record.other.get(name, "")


def _checked(office: Office, order: CorrectionOrder) -> Items:
    """The items as they will be recorded; InvalidInput for what cannot be, or belongs to another procedure."""
    given = order.items.given()
    strange = sorted(set(given) & OF_OTHER_PROCEDURES)
    if strange or (order.minor and (order.since_ever or not set(given) <= OF_MINOR_CORRECTIONS)):
        reason = Say("is not set by this kind of correction.", "この修正では変更できない事項です。")
        item = strange[0] if strange else "minor"
        raise InvalidInput(item, reason, Say("Use the procedure of that item.", "該当する手続で処理してください。"))
    for name in (order.items.name, order.items.former_name or None, order.items.alias or None):
        if name is not None:
            check_name(name)
    if order.items.individual_number:
        individual_number(order.items.individual_number)
    if order.items.kana:
        check_kana(order.items.kana)
    for item in _DATES:
        if given.get(item):
            date_text(given[item], item)
    if order.items.address is not None:
        check_address_here(office, order.items.address)
    if order.items.relationship is not None:
        return msgspec.structs.replace(order.items, relationship=relationship(order.items.relationship))
    return order.items
