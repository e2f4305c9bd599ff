"""Whether a question may be answered (本人確認情報を提供できるかの判断, Act art. 30-6, 30-7, 30-8, 30-10, 30-30; text of 2013-12).

Refused unless everything holds: an operator asks, for a case, for an affair that the Act or an ordinance lists, that is the asker's,
on the way that the Act lays down for it, with a key set and for items that the affair's policy allows and the law knows on that day. The
first thing that does not hold is the refusal, so a refusal tells an asker no more than how far its question was lawful.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from openjuki.law.calendar import Profile, Rule, holds, may_tell
from openjuki.law.kinds import OfficeKind
from openjuki.law.ordinances import Ordinance
from openjuki.law.policy import Policy, policy_for
from openjuki.law.provision_routes import ORDINANCE_ROUTES, TABLE_ROUTES, WORK_ASKERS, WORK_ROUTES, ProvisionRoute, Scope
from openjuki.law.purposes import ACT_WORKS, ActWork, OrdinanceId, PurposeId, find, parse_affair
from openjuki.register.codes import PREFECTURES, with_check_digit
from openjuki.register.errors import InvalidInput, Reason, Refused

__all__ = ["Allowed", "Answering", "Asked", "Asker", "Ordinances", "Scope", "decide"]

Ordinances = frozenset[Ordinance] | tuple[Ordinance, ...]
"""The ordinances that are loaded; a frozenset remembers its hash, a tuple is hashed anew at every question."""

OPERATOR_ARTICLE = "30-29"
"""The office asked keeps what it holds safe: it answers persons, not machines."""
CASE_ARTICLE = "30-34"
"""What was received serves the affair alone; the case is what shows it."""
LIST_ARTICLE = "30-30"
"""Nothing is provided but under art. 30-7(3)-(6) and 30-8."""
CONSENT_ARTICLE = "30-8(1)3"
_CACHED = 8_192


class Asker(NamedTuple):
    """The office that asks first, as the directory lists it; `prefecture` is a 2-digit code, "" for none."""

    office: str
    kind: OfficeKind
    prefecture: str
    bodies: frozenset[str]
    """What it is in the appendices' left columns."""
    affairs: frozenset[str]
    """What it may ask for, as "appendix:1:16"."""


class Answering(NamedTuple):
    """The office that would disclose, never one that only passes a question on."""

    office: str
    kind: OfficeKind
    prefecture: str


class Asked(NamedTuple):
    """A question without the person it is about."""

    affair: str
    has_case: bool
    has_operator: bool
    keys: frozenset[str]
    fields: frozenset[str]
    scope: Scope
    forwarded_by: str = ""
    """Code of the prefecture whose governor passed it on; "" for a question that came directly."""
    consent: bool = False
    """Whether the person agreed to this use; asked for art. 30-8(1)3 only."""


class Allowed(NamedTuple):
    """The question may be answered: with these items, for at most `hits_max` persons, under `article`."""

    fields: frozenset[str]
    hits_max: int
    article: str
    policy: Policy


class _No(NamedTuple):
    """A refusal as it is remembered; whoever raises an exception changes it, so each caller gets one of its own."""

    reason: Reason
    article: str


class _Purpose(NamedTuple):
    """A listed affair: its way, its policy, and whose it is, by body or by office code."""

    route: ProvisionRoute
    policy: Policy
    bodies: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    kinds: frozenset[OfficeKind] = frozenset(OfficeKind)


def decide(
    asked: Asked, asker: Asker, answering: Answering, ordinances: Ordinances, at: date, profile: Profile = Profile.OPEN
) -> Allowed | Refused:
    """The law's word on a question; `at` is a day of the register calendar. The refusal is returned, with the article it stands on."""
    verdict = _verdict(asked, asker, answering, ordinances, at, profile)
    return verdict if isinstance(verdict, Allowed) else Refused(verdict.reason, verdict.article)


@lru_cache(_CACHED)
def _verdict(asked: Asked, asker: Asker, answering: Answering, ordinances: Ordinances, at: date, profile: Profile) -> Allowed | _No:
    if not asked.has_operator:
        return _No(Reason.NO_OPERATOR, OPERATOR_ARTICLE)
    if not asked.has_case:
        return _No(Reason.NO_CASE, CASE_ARTICLE)
    purpose = _purpose(asked, answering, ordinances, at) if holds(Rule.PROVISION, at, profile) else None
    if purpose is None:
        return _No(Reason.AFFAIR_NOT_LISTED, LIST_ARTICLE)
    route, policy = purpose.route, purpose.policy
    if not _is_theirs(purpose, asked.affair, asker):
        return _No(Reason.AFFAIR_NOT_YOURS, route.article)
    if not _leads(route, asked, asker, answering):
        return _No(Reason.ROUTE_NOT_LAWFUL, route.article)
    if asked.keys not in policy.key_sets or not all(may_tell(key, at, profile) for key in asked.keys):
        return _No(Reason.KEY_NOT_ALLOWED, route.article)
    if not asked.fields <= policy.fields or not all(may_tell(field, at, profile) for field in asked.fields):
        return _No(Reason.FIELD_NOT_ALLOWED, route.article)
    return Allowed(asked.fields, policy.hits_max, route.article, policy)


def _purpose(asked: Asked, answering: Answering, ordinances: Ordinances, at: date) -> _Purpose | None:
    """The affair, if the Act or an ordinance of the answering office's own council lists it on that day."""
    try:
        affair = parse_affair(asked.affair)
    except InvalidInput:
        return None
    if isinstance(affair, PurposeId):
        return _of_appendix(affair)
    if isinstance(affair, ActWork):
        return _of_act(affair, asked.consent)
    return _of_ordinance(_by_id(ordinances).get(affair, ()), answering, at)


def _of_appendix(affair: PurposeId) -> _Purpose | None:
    row = find(affair)
    if row is None:
        return None
    return _Purpose(TABLE_ROUTES[affair.table], policy_for(affair), frozenset(row.bodies))


def _of_act(work: ActWork, consent: bool) -> _Purpose | None:
    """Without consent there is no affair that the person consented to."""
    if work.article not in ACT_WORKS or (work.article == CONSENT_ARTICLE and not consent):
        return None
    kind, body = WORK_ASKERS[work.article]
    return _Purpose(WORK_ROUTES[work.article], policy_for(work), frozenset({body}), kinds=frozenset({kind}))


def _of_ordinance(loaded: tuple[Ordinance, ...], answering: Answering, at: date) -> _Purpose | None:
    """One of several wordings must hold on that day; if two do, nobody knows which, and neither counts."""
    held = [ordinance for ordinance in loaded if ordinance.id.office == answering.office and ordinance.in_force(at.isoformat())]
    if len(held) != 1:
        return None
    return _Purpose(ORDINANCE_ROUTES[held[0].article], held[0].policy, offices=held[0].askers)


@lru_cache(64)
def _by_id(ordinances: Ordinances) -> Mapping[OrdinanceId, tuple[Ordinance, ...]]:
    listed: dict[OrdinanceId, tuple[Ordinance, ...]] = {}
    for ordinance in ordinances:
        listed[ordinance.id] = (*listed.get(ordinance.id, ()), ordinance)
    return listed


def _is_theirs(purpose: _Purpose, affair: str, asker: Asker) -> bool:
    """The Act or the ordinance gives the affair to the asker, and the directory lists it."""
    named = asker.office in purpose.offices or not purpose.bodies.isdisjoint(asker.bodies)
    return named and asker.kind in purpose.kinds and affair in asker.affairs


def _leads(route: ProvisionRoute, asked: Asked, asker: Asker, answering: Answering) -> bool:
    """Whether this question is on the route: its two ends, whose people, and the governor who must or must not pass it on."""
    ends = (asker.kind, asker.prefecture, answering.kind, answering.prefecture)
    return (
        any(leg.leads(*ends) for leg in route.legs)
        and asker.office != answering.office
        and asked.scope in route.scopes
        and asked.forwarded_by == (_own_governor(asker) if route.by_own_governor else "")
        and (asker.kind is OfficeKind.APPENDIX_BODY or asker.prefecture in PREFECTURES)
    )


def _own_governor(asker: Asker) -> str | None:
    """Code of the asker's own prefecture."""
    return with_check_digit(asker.prefecture + "000") if asker.prefecture in PREFECTURES else None
