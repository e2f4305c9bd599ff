"""Where a question has to go, and whether a governor may pass it on (照会先と知事による取次ぎ; Act art. 30-7(6), 30-10).

An agency asks `where_to_ask`; the governor of a municipal organ that asks about people of other prefectures asks `pass_on`, and the office
that holds the information decides once more by itself (`law.decide`): what a governor lets through is not allowed by that.
"""

from datetime import date
from typing import NamedTuple

from openjuki.law.calendar import Profile
from openjuki.law.decide import Allowed, Answering, Asked, Asker, Ordinances, Scope, decide
from openjuki.law.kinds import OfficeKind, Relation
from openjuki.law.ordinances import Ordinance
from openjuki.law.provision_routes import ORDINANCE_ROUTES, TABLE_ROUTES, WORK_ROUTES, ProvisionRoute
from openjuki.law.purposes import ActWork, AffairRef, OrdinanceId, PurposeId, parse_affair
from openjuki.register.codes import PREFECTURES, with_check_digit
from openjuki.register.errors import InvalidInput, Reason, Refused

FORWARDING_ARTICLE = "30-7(6)"


class Destination(NamedTuple):
    """The office that answers, and the governor who passes the question on; `office` is "" for the centre, `via` is "" for nobody."""

    office: str
    kind: OfficeKind
    via: str = ""


class PassedOn(NamedTuple):
    """A question that a governor passes on: where to, and as what the next office judges it."""

    to: Destination
    asked: Asked


def where_to_ask(affair: AffairRef, asker: Asker, scope: Scope, ordinances: Ordinances, at: date) -> tuple[Destination, ...]:
    """Where this asker takes a question about people of its own (`scope`) or another prefecture: none, one, or centre and prefecture."""
    held = _held(affair, ordinances, at) if isinstance(affair, OrdinanceId) else None
    route = _route(affair, held)
    if route is None or scope not in route.scopes:
        return ()
    via = _governor(asker.prefecture) if route.by_own_governor else ""
    legs = sorted((leg.receiver, leg.relation) for leg in route.legs if leg.sender is asker.kind)
    answering = [_answering(kind, relation, asker, held) for kind, relation in legs]
    return tuple(Destination(office.office, office.kind, via) for office in answering if office and office.office != asker.office)


def pass_on(
    asked: Asked, asker: Asker, governor: Answering, ordinances: Ordinances, at: date, profile: Profile = Profile.OPEN
) -> PassedOn | Refused:
    """Whether the governor's office `governor` passes the question of a municipality of its own on, and to whom; or the refusal."""
    if governor.kind is not OfficeKind.PREFECTURE or asked.forwarded_by or asker.prefecture != governor.prefecture:
        return Refused(Reason.ROUTE_NOT_LAWFUL, FORWARDING_ARTICLE)
    passed = asked._replace(forwarded_by=governor.office)
    to = _beyond(asked, asker, governor, ordinances, at)
    if to is None:
        return Refused(Reason.ROUTE_NOT_LAWFUL, FORWARDING_ARTICLE)
    verdict = decide(passed, asker, Answering(to.office, to.kind, to.office[:2]), ordinances, at, profile)
    return PassedOn(to, passed) if isinstance(verdict, Allowed) else verdict


def _beyond(asked: Asked, asker: Asker, governor: Answering, ordinances: Ordinances, at: date) -> Destination | None:
    """The office behind the governor: another prefecture for its ordinance, else the centre, whose refusal says what is wrong."""
    try:
        affair = parse_affair(asked.affair)
    except InvalidInput:
        return Destination("", OfficeKind.CENTRE, governor.office)
    if isinstance(affair, OrdinanceId):
        council = affair.office if affair.office == _governor(affair.office[:2]) != governor.office else None
        return Destination(council, OfficeKind.PREFECTURE, governor.office) if council else None
    return Destination("", OfficeKind.CENTRE, governor.office)


def _held(affair: OrdinanceId, ordinances: Ordinances, at: date) -> Ordinance | None:
    """The one wording in force on that day."""
    held = [ordinance for ordinance in ordinances if ordinance.id == affair and ordinance.in_force(at.isoformat())]
    return held[0] if len(held) == 1 else None


def _route(affair: AffairRef, held: Ordinance | None) -> ProvisionRoute | None:
    if isinstance(affair, PurposeId):
        return TABLE_ROUTES.get(affair.table)
    if isinstance(affair, ActWork):
        return WORK_ROUTES.get(affair.article)
    return ORDINANCE_ROUTES[held.article] if held else None


def _answering(kind: OfficeKind, relation: Relation, asker: Asker, held: Ordinance | None) -> Answering | None:
    """The office of that kind: the council's own for an ordinance, else the centre or the asker's own prefecture."""
    if kind is OfficeKind.CENTRE:
        return Answering("", kind, "")
    code = held.id.office if held else _governor(asker.prefecture)
    own = code[:2] == asker.prefecture
    fits = relation is Relation.ANY or own == (relation is Relation.OWN)
    return Answering(code, kind, code[:2]) if code and fits else None


def _governor(prefecture: str) -> str:
    """Code of the governor's office; "" for no prefecture."""
    return with_check_digit(prefecture + "000") if prefecture in PREFECTURES else ""
