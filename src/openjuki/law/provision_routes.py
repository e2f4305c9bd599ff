"""The ways on which the Act lets identity confirmation information go (本人確認情報の提供経路, Act art. 30-6, 30-7(3)-(6), 30-8, 30-10).

    who asks                       who answers                      about whom            under
    appendix-1 body                    -> centre                           anyone                30-7(3)
    municipality or municipal organ    -> own prefecture or centre         own prefecture        30-7(4)1; register work (4)3
    prefecture's organ                 -> centre                           other prefectures     30-7(5)1, (5)3
    municipality or municipal organ    -> own governor -> centre           other prefectures     30-7(6)1; register work (6)3
    prefecture's organ                 -> own prefecture                   own prefecture        30-8(1) own use, 30-8(2) by ordinance
    municipal organ                    -> own prefecture                   own prefecture        30-7(4)2 by ordinance
    prefecture's organ                 -> holding prefecture               other prefectures     30-7(5)2 by ordinance
    municipal organ                    -> own governor -> holding pref.    other prefectures     30-7(6)2 by ordinance
    municipality                       -> another municipality             its own residents     30-6 by ordinance

The governors have handed (3), (5) and (6) to the centre and do them no more; (4) they share with it (30-10(1), (3)). What an ordinance
adds is not handed over, so there the council's own office answers. Register work is the mayor's own: the municipality asks, no organ.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.law.ordinances import OrdinanceArticle


class Scope(IntEnum):
    """Whose people are asked about, as seen from the asker's prefecture; of no matter in 30-7(3) and 30-6, which know no prefecture."""

    OWN = 1
    OTHER = 2


class ProvisionRoute(NamedTuple):
    """One provision of the Act: who may ask whom, about whom, and whether the asker's governor must pass the question on."""

    article: str
    legs: frozenset[Route]
    scopes: frozenset[Scope]
    by_own_governor: bool = False


_CENTRE = (OfficeKind.CENTRE, Relation.ANY)
_OWN_PREFECTURE = (OfficeKind.PREFECTURE, Relation.OWN)
_OTHER_PREFECTURE = (OfficeKind.PREFECTURE, Relation.OTHER)
_MUNICIPALITY = (OfficeKind.MUNICIPALITY,)
_ORGAN = (OfficeKind.MUNICIPAL_ORGAN,)
_PREFECTURAL = (OfficeKind.PREFECTURE_ORGAN,)

_OWN, _OTHER, _ANYONE = frozenset({Scope.OWN}), frozenset({Scope.OTHER}), frozenset(Scope)


def _legs(askers: Iterable[OfficeKind], *answering: tuple[OfficeKind, Relation]) -> frozenset[Route]:
    return frozenset(Route(asker, kind, relation) for asker in askers for kind, relation in answering)


_FROM_OTHERS = _legs(_PREFECTURAL, _CENTRE)
_OWN_USE = _legs(_PREFECTURAL, _OWN_PREFECTURE)

TABLE_ROUTES: Mapping[int, ProvisionRoute] = MappingProxyType(
    {
        1: ProvisionRoute("30-7(3)", _legs((OfficeKind.APPENDIX_BODY,), _CENTRE), _ANYONE),
        2: ProvisionRoute("30-7(4)1", _legs(_MUNICIPALITY + _ORGAN, _OWN_PREFECTURE, _CENTRE), _OWN),
        3: ProvisionRoute("30-7(5)1", _FROM_OTHERS, _OTHER),
        4: ProvisionRoute("30-7(6)1", _legs(_MUNICIPALITY + _ORGAN, _CENTRE), _OTHER, by_own_governor=True),
        5: ProvisionRoute("30-8(1)1", _OWN_USE, _OWN),
    }
)
"""By table of the appendices."""

WORK_ROUTES: Mapping[str, ProvisionRoute] = MappingProxyType(
    {
        "30-7(4)3": ProvisionRoute("30-7(4)3", _legs(_MUNICIPALITY, _OWN_PREFECTURE, _CENTRE), _OWN),
        "30-7(5)3": ProvisionRoute("30-7(5)3", _FROM_OTHERS, _OTHER),
        "30-7(6)3": ProvisionRoute("30-7(6)3", _legs(_MUNICIPALITY, _CENTRE), _OTHER, by_own_governor=True),
        "30-8(1)3": ProvisionRoute("30-8(1)3", _OWN_USE, _OWN),
        "30-8(1)4": ProvisionRoute("30-8(1)4", _OWN_USE, _OWN),
    }
)
"""By article of the works that the Act names itself."""

_MAYOR, _GOVERNOR = (OfficeKind.MUNICIPALITY, "市町村長"), (OfficeKind.PREFECTURE_ORGAN, "都道府県知事")

WORK_ASKERS: Mapping[str, tuple[OfficeKind, str]] = MappingProxyType(
    {"30-7(4)3": _MAYOR, "30-7(5)3": _GOVERNOR, "30-7(6)3": _MAYOR, "30-8(1)3": _GOVERNOR, "30-8(1)4": _GOVERNOR}
)
"""Whose each of these works is: the Act names the mayor or the governor, not "organs" as it does beside the appendices."""

ORDINANCE_ROUTES: Mapping[str, ProvisionRoute] = MappingProxyType(
    {
        route.article: route
        for route in (
            ProvisionRoute(
                OrdinanceArticle.BETWEEN_MUNICIPALITIES,
                _legs(_MUNICIPALITY, (OfficeKind.MUNICIPALITY, Relation.ANY)),
                _ANYONE,
            ),
            ProvisionRoute(OrdinanceArticle.OWN_MUNICIPAL_ORGANS, _legs(_ORGAN, _OWN_PREFECTURE), _OWN),
            ProvisionRoute(OrdinanceArticle.OTHER_PREFECTURES, _legs(_PREFECTURAL, _OTHER_PREFECTURE), _OTHER),
            ProvisionRoute(OrdinanceArticle.OTHER_MUNICIPAL_ORGANS, _legs(_ORGAN, _OTHER_PREFECTURE), _OTHER, by_own_governor=True),
            ProvisionRoute(OrdinanceArticle.OWN_USE, _OWN_USE, _OWN),
            ProvisionRoute(OrdinanceArticle.OWN_ORGANS, _OWN_USE, _OWN),
        )
    }
)
"""By the article that lets a council add an affair."""
