"""Provisional entry and decision: an event is kept, looked at by somebody else, and only then entered (仮登録・審査・決裁, standard 4.0.8).

municipality
  1 keep      tried, so that the clerk hears of every error now; kept beside the register
  2 decide    somebody else approves, and the event is entered by its own procedure in the same transaction; or it is withdrawn
  (procedures/change_notice.py carries what was entered to prefecture and centre; of what waits nobody hears)

Until then copies and answers say what the register said before, and no other event of the persons concerned is entered.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from openjuki.offices.municipality_provisional import persons_touched, put, run_inside, take
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, Say

ReadEvent = Callable[[Mapping[str, Any]], tuple[Any, Callable[..., None]]]
"""From an event as JSON to its notification and the step that enters it; given, since procedures do not know one another."""


class ProvisionalEntry(msgspec.Struct, frozen=True):
    """An event to be kept until it is decided; with `replaces` in place of one that waits (審査中の修正)."""

    event: dict[str, Any]
    """{"kind": ..., its items}."""
    replaces: int = 0


class Decision(msgspec.Struct, frozen=True):
    """What becomes of the event that waits under a number: it is entered, or withdrawn (取消)."""

    number: int
    approved: bool = True


class Kept(NamedTuple):
    """Under which number an event waits."""

    number: int


def keep(read: ReadEvent, office: Office, operator: str, entry: ProvisionalEntry, then: Then) -> None:
    """Step 1, municipality: try the event and keep it; `then` gets `Kept` or the OpenJukiError with which it could not be entered."""
    office.require_ready()
    office.write(lambda transaction: _keep(transaction, read, office, operator, entry), then)


def _keep(transaction: Transaction, read: ReadEvent, office: Office, operator: str, entry: ProvisionalEntry) -> Kept:
    notification, step = read(entry.event)
    now_ms = office.clock.wall_ms()
    if entry.replaces:
        take(transaction, entry.replaces, now_ms, operator, approved=False)
    persons = persons_touched(transaction, office, step, operator, notification)
    return Kept(put(transaction, now_ms, operator, json.dumps(entry.event, ensure_ascii=False), persons))


def decide(read: ReadEvent, office: Office, operator: str, decision: Decision, then: Then) -> None:
    """Step 2, municipality: enter or withdraw the event; `then` gets what its procedure gives (None if withdrawn) or an OpenJukiError.

    An event that cannot be entered any more stays as it was, to be changed or withdrawn.
    """
    office.require_ready()
    office.write(lambda transaction: _decide(transaction, read, office, operator, decision), then)


def _decide(transaction: Transaction, read: ReadEvent, office: Office, operator: str, decision: Decision) -> Any:
    kept = take(transaction, decision.number, office.clock.wall_ms(), operator, approved=decision.approved)
    if not decision.approved:
        return None
    if kept.operator == operator:
        reason = Say("entered it, and may not decide on it.", "入力した者は決裁できません。")
        raise InvalidInput("operator", reason, Say("Have somebody else decide.", "別の者が決裁してください。"))
    notification, step = read(json.loads(kept.event))
    return run_inside(transaction, office, step, kept.operator, notification)
