"""A copy of an address supplement: who may have it why, and what it shows (戸籍の附票の写しの交付, Act art. 20; standard j160, j440).

What is made here are the items that a copy prints, not the document. Each copy given stands in the operations log with case and ground.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from openjuki.law.restraint import Release, Restraint, judge, released, strictest
from openjuki.law.ways_out import Asker, WayOut, Word
from openjuki.offices import outbox, restraint_guard, supplement
from openjuki.offices.office import Office
from openjuki.offices.restraint_guard import About
from openjuki.offices.store import Transaction
from openjuki.register.dates import DateText, to_era
from openjuki.register.errors import InvalidInput, Say
from openjuki.register.supplement import AddressRow, Standing, SupplementMember

ASK_SUPERVISOR = Say("Ask the supervisor.", "支援措置責任者に確認してください。")
"""For the clerk; what may be told to the asker is the reason."""


class Ground(StrEnum):
    """On what a request stands (Act art. 20)."""

    OWN = "own"
    """20(1): somebody recorded in it, their spouse, ascendants or descendants."""
    PUBLIC_BODY = "public-body"
    """20(2): an organ of state or a local body, for an affair of the law."""
    OWN_RIGHTS = "own-rights"
    """20(3)1: to exercise a right or do a duty of one's own."""
    TO_BE_HANDED_IN = "to-be-handed-in"
    """20(3)2: to be handed to an organ of state or a local body."""
    OTHER_GROUND = "other-ground"
    """20(3)3."""
    PROFESSIONAL = "professional"
    """20(4): a lawyer or the like (特定事務受任者), for a client of 20(3)."""


AS_OF_RIGHT = frozenset({Ground.OWN, Ground.PUBLIC_BODY})
"""Grounds on which the mayor gives it; on the others only if the mayor finds the request proper (相当と認めるとき)."""
ARTICLE = {Ground.OWN: "20(1)", Ground.PUBLIC_BODY: "20(2)", Ground.PROFESSIONAL: "20(4)"}


class CopyRequest(msgspec.Struct, frozen=True):
    """A request, as the clerk has examined it; of no members all of the supplement are meant."""

    supplement: int
    ground: Ground
    asker: Asker
    case: str
    members: tuple[int, ...] = ()
    purpose: str = ""
    identity_checked: bool = False
    """Act art. 12(3), 12-2(3), 12-3(5), all by 20(5)."""
    found_proper: bool = False
    """The mayor's word on a request of 20(3), (4)."""


class CopyLine(NamedTuple):
    """One line, in the words that are printed."""

    address: str
    since: str


class CopyPerson(NamedTuple):
    """One person of a copy; `removed` is 除籍 with its day, or ""."""

    name: str
    lines: tuple[CopyLine, ...]
    overseas_roll: str
    removed: str


class SupplementCopy(NamedTuple):
    """The items of a copy: 戸籍の表示, names, addresses and their days (Act art. 17); `closed` for that of a rest supplement (除票)."""

    registered_domicile: str
    registered_domicile_head: str
    persons: tuple[CopyPerson, ...]
    closed: bool
    made_on: str


Restraints = Mapping[int, Iterable[Restraint]]
"""By the member's number; besides those that the office holds, which are always judged."""
NO_MORE: Restraints = {}


def copy(
    transaction: Transaction, office: Office, operator: str, request: CopyRequest, restraints: Restraints = NO_MORE,
    release: Release | None = None,
) -> SupplementCopy:  # fmt: skip
    """The items of a copy, once it may be given; InvalidInput with what may be told to the asker if it may not.

    The restraints held here are judged in any case, with the releases of `request.case` (offices/restraint_guard.py).
    """
    _check_ground(request)
    kept = supplement.supplement_of(transaction, request.supplement)
    wanted = set(request.members) or {member.number for member in kept.members}
    shown = [member for member in kept.members if member.number in wanted]
    if len(shown) != len(wanted) or not shown:
        reason = Say("are not of this supplement.", "この附票に記載された者ではありません。")
        raise InvalidInput("members", reason, Say("See the supplement.", "附票を確かめてください。"))
    _check_held(transaction, office, request, [About(supplement=kept.number, member=member.number) for member in shown])
    _check_restraints(office, request, [tuple(restraints.get(member.number, ())) for member in shown], release)
    what = f"{ARTICLE.get(request.ground, '20(3)')} {request.ground.value} supplement {kept.number} case {request.case}"
    outbox.record(transaction, office.clock.wall_ms(), "supplement:copy:given", operator, what)
    persons = tuple(_person(member) for member in shown)
    return SupplementCopy(
        kept.registered_domicile, kept.registered_domicile_head, persons, kept.closed_ms > 0, to_era(DateText(office.today().isoformat()))
    )


def _check_ground(request: CopyRequest) -> None:
    """What every request needs (20(5) with 12, 12-2, 12-3): who asks was checked, what for, and for some the mayor's word."""
    wants = {
        "identity_checked": request.identity_checked,
        "case": bool(request.case),
        "purpose": bool(request.purpose) or request.ground is Ground.OWN,
        "found_proper": request.found_proper or request.ground in AS_OF_RIGHT,
    }
    for item, there in wants.items():
        if not there:
            reason = Say("is missing: without it the request is not granted.", "がないため交付できません。")
            raise InvalidInput(item, reason, Say("Examine the request first.", "請求の内容を審査してください。"))


def _check_held(transaction: Transaction, office: Office, request: CopyRequest, about: list[About]) -> None:
    judged = restraint_guard.judged(transaction, office, WayOut.ADDRESS_SUPPLEMENT, request.asker, about, request.case)
    if judged.word is not Word.ALLOWED:
        raise InvalidInput("asker", judged.tell, ASK_SUPERVISOR)


def _check_restraints(office: Office, request: CopyRequest, of_each: Iterable[tuple[Restraint, ...]], release: Release | None) -> None:
    way, on = WayOut.ADDRESS_SUPPLEMENT, office.today()
    judged = strictest(judge(way, request.asker, restraints, on, office.profile) for restraints in of_each)
    if release is not None:
        judged = released(judged, way, request.asker, release, office.clock.wall_ms())
    if judged.word is not Word.ALLOWED:
        raise InvalidInput("asker", judged.tell, ASK_SUPERVISOR)


def _person(member: SupplementMember) -> CopyPerson:
    lines = tuple(_line(row) for row in member.history if row.standing is not Standing.DEAD)
    removed = "" if member.present else (to_era(DateText(member.left_on)) if member.left_on else "年月日不詳")
    return CopyPerson(member.name, lines, member.overseas_roll, removed)


def _line(row: AddressRow) -> CopyLine:
    words = {Standing.ABROAD: f"国外転出（{row.destination}）", Standing.REMOVED: "職権消除"}
    address = row.address.text() if row.address is not None else words[row.standing]
    return CopyLine(address, to_era(DateText(row.since)) if row.since else "年月日不詳")
