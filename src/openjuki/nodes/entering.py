"""Events that can be entered from JSON: each kind with its notification and the procedure's own step (異動の入力; standard 4)."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from openjuki.nodes.event_forms import expected_form
from openjuki.procedures import (
    alias,
    annulment,
    birth,
    boundary_change,
    change_of_address,
    code_change,
    confirmation,
    correction,
    death,
    entry_ex_officio,
    foreign_entry,
    former_name,
    household_change,
    individual_number_change,
    minister_notices,
    move_in,
    move_out,
    nationality,
    provisional_entry,
    remake,
    renumbering,
    resident_record_notice,
    supplement_entries,
    supplement_notices,
    supplement_transfer,
    ward_move,
)
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.spellings import all_in_one_spelling

KINDS: Mapping[str, tuple[type, Callable[..., None]]] = {
    "alias": (alias.AliasRequest, alias.record_alias),
    "annulment": (annulment.AnnulmentOrder, annulment.annul),
    "birth": (birth.BirthNotification, birth.enter_birth),
    "boundary-change": (boundary_change.BoundaryChange, boundary_change.hand_over),
    "boundary-take-over": (boundary_change.HandedOver, boundary_change.take_over),
    "change-of-address": (change_of_address.ChangeOfAddressNotification, change_of_address.change_address),
    "code-change": (code_change.CodeChangeRequest, code_change.change_code),
    "code-correction": (code_change.CodeCorrection, code_change.correct_code),
    "confirmation": (confirmation.ConfirmationOrder, confirmation.confirm),
    "correction": (correction.CorrectionOrder, correction.correct),
    "death": (death.DeathNotification, death.enter_death),
    "entry-ex-officio": (entry_ex_officio.EntryExOfficio, entry_ex_officio.enter_ex_officio),
    "foreign-entry": (foreign_entry.ForeignEntryNotification, foreign_entry.enter_foreign_residents),
    "former-name": (former_name.FormerNameRequest, former_name.record_former_name),
    "household-change": (household_change.HouseholdChangeNotification, household_change.change_household),
    "householder-change": (household_change.HouseholderChangeNotification, household_change.change_householder),
    "individual-number": (individual_number_change.IndividualNumberOrder, individual_number_change.record_individual_number),
    "minister-notices": (minister_notices.MinisterNotices, minister_notices.take_notices),
    "move-in": (move_in.MoveInNotification, move_in.move_in),
    "move-out": (move_out.MoveOutNotification, move_out.move_out),
    "nationality-acquired": (nationality.NationalityAcquired, nationality.become_japanese),
    "nationality-lost": (nationality.NationalityLost, nationality.become_foreign),
    "remake": (remake.RemakeOrder, remake.remake),
    "removal-ex-officio": (death.RemovalExOfficio, death.remove_ex_officio),
    "renumbering": (renumbering.RenumberingOrder, renumbering.renumber),
    "resident-record-notice": (resident_record_notice.AcceptedFiling, resident_record_notice.notify),
    "supplement-annulment": (supplement_entries.SupplementAnnulment, supplement_entries.annul),
    "supplement-correction": (supplement_entries.SupplementCorrection, supplement_entries.correct),
    "supplement-joined": (supplement_entries.SupplementJoined, supplement_entries.join),
    "supplement-left": (supplement_transfer.SupplementLeft, supplement_transfer.leave),
    "supplement-made": (supplement_entries.SupplementMade, supplement_entries.make),
    "supplement-waiting": (supplement_notices.WaitingDecision, supplement_notices.settle),
    "ward-move": (ward_move.WardMoveNotification, ward_move.move_between_wards),
}
"""Name of the kind -> (what is notified, step)."""


_FIELD = re.compile("field `([^`]+)`")


def read_undecided(event: Mapping[str, Any]) -> tuple[Any, Callable[..., None]]:
    """The notification of an event given as {"kind": ..., its items}, and the step that enters it. InvalidInput if it is none."""
    return _read(event, KINDS)


TO_BE_DECIDED: Mapping[str, tuple[type, Callable[..., None]]] = {
    "decision": (provisional_entry.Decision, partial(provisional_entry.decide, read_undecided)),
    "notice-entered": (resident_record_notice.NoticeEntered, partial(resident_record_notice.enter, read_undecided)),
    "provisional": (provisional_entry.ProvisionalEntry, partial(provisional_entry.keep, read_undecided)),
}
"""Kinds that keep one of the others until somebody decides on it, in the same form."""


def read_event(event: Mapping[str, Any]) -> tuple[Any, Callable[..., None]]:
    """The same for all that a clerk may enter: an event, one that is to be decided on, or a decision."""
    return _read(event, {**KINDS, **TO_BE_DECIDED})


def _read(event: Mapping[str, Any], kinds: Mapping[str, tuple[type, Callable[..., None]]]) -> tuple[Any, Callable[..., None]]:
    items = dict(event)
    kind = items.pop("kind", None)
    if kind not in kinds:
        names = ", ".join(kinds)
        reason = Say("is no kind of event.", "異動の種類ではありません。")
        raise InvalidInput("kind", reason, Say(f"Use one of {names}.", f"{names} のいずれかにしてください。"))
    form, step = kinds[kind]
    if unknown := sorted(items.keys() - set(form.__struct_fields__)):  # type: ignore[attr-defined]
        raise _wrong(", ".join(unknown), Say("is no item of this kind of event.", "この異動の項目ではありません。"), form)
    try:
        return msgspec.convert(all_in_one_spelling(items), form), step
    except msgspec.ValidationError as error:
        raise _fault(str(error), form) from error


def _wrong(item: str, reason: Say, form: type, path: str = "") -> InvalidInput:
    """With what should stand at the path, or else all items of the kind, as the remedy."""
    expected = expected_form(form, path)
    return InvalidInput(item, reason, Say(f"Give {expected}.", f"{expected} の形で指定してください。"))


def _fault(said: str, form: type) -> InvalidInput:
    """What msgspec says, such as "Object missing required field `b` - at `$.a`", as the item a.b and the form it should have."""
    said, _, path = said.partition(" - at ")
    named = _FIELD.search(said)
    outer = path.strip("`$").strip(".")
    item = ".".join(filter(None, (outer, named[1] if named else "")))
    if "unknown field" in said:
        return _wrong(item, Say("is no item here.", "ここの項目ではありません。"), form, outer)
    return _wrong(item or "event", Say("is missing or of another form.", "がないか形式が違います。"), form, item)
