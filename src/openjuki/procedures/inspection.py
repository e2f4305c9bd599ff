"""Inspection of a part of the register by organs and others (住民基本台帳の一部の写しの閲覧, Act art. 11, 11-2; text of 2013-12).

applicant                              municipality
  on paper
                                       1 apply     what the articles ask for is there, or a refusal; a receipt
                                       2 grant     the mayor finds it proper, or not; with the ground
  <- the list, on the spot             3 show      the residents of the towns named, nobody restrained among them; recorded

How many are on a list, and when it comes, is the same whether somebody is restrained or does not live there.
"""

from functools import partial
from typing import Any, NamedTuple

import msgspec

from openjuki.offices import inspections, outbox
from openjuki.offices.even_time import evenly
from openjuki.offices.inspections import Inspection, Line
from openjuki.offices.office import Office, Then
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, Say


class InspectionVerdict(msgspec.Struct, frozen=True):
    """The mayor's word on an application to inspect, and on what it stands."""

    number: int
    proper: bool
    ground: str


class ShownList(NamedTuple):
    """A list as it is shown: the application's number and the lines."""

    number: int
    lines: tuple[Line, ...]


def apply(office: Office, operator: str, inspection: Inspection, then: Then) -> None:
    """Step 1: take an application; `then` gets its number, or InvalidInput."""
    office.require_ready()
    office.write(lambda transaction: inspections.keep(transaction, office, operator, inspection), then)


def grant(office: Office, operator: str, verdict: InspectionVerdict, then: Then) -> None:
    """Step 2: the mayor's word; `then` gets whether it is granted, or an OpenJukiError."""
    office.require_ready()
    office.write(lambda transaction: _grant(transaction, office, operator, verdict), then)


def _grant(transaction: Transaction, office: Office, operator: str, verdict: InspectionVerdict) -> bool:
    inspections.inspection_of(transaction, verdict.number)
    if not verdict.ground.strip():
        reason = Say("is missing: a decision stands on something.", "がありません。決定の根拠が必要です。")
        raise InvalidInput("ground", reason, Say("Write the article and why.", "根拠条文と理由を入力してください。"))
    what = "granted" if verdict.proper else "refused"
    inspections.append(transaction, office, operator, verdict.number, what, verdict.ground.strip())
    outbox.record(transaction, office.clock.wall_ms(), f"inspection:application:{what}", operator, inspections.case_of(verdict.number))
    return verdict.proper


def show(office: Office, operator: str, number: int, then: Then) -> None:
    """Step 3: the list of an application that is granted; `then` gets the `ShownList` at an even time, or Conflict."""
    office.require_ready()
    work: Any = partial(_show, office=office, operator=operator, number=number)
    office.write(work, evenly(office, then))


def _show(transaction: Transaction, office: Office, operator: str, number: int) -> ShownList:
    decided = [step.what for step in inspections.steps(transaction, number) if step.what in ("granted", "refused")]
    if decided[-1:] != ["granted"]:
        reason = Say("the application is not granted.", "閲覧は認められていません。")
        raise Conflict("inspection", reason, Say("Have it decided first.", "先に決定を受けてください。"))
    lines, persons = inspections.lines(transaction, office, number)
    inspections.append(transaction, office, operator, number, "shown", persons=persons)
    outbox.record(transaction, office.clock.wall_ms(), "inspection:list:shown", operator, inspections.case_of(number))
    return ShownList(number, tuple(lines))
