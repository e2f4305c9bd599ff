"""Every agency, affair, way, key and field decided as the oracle decides (本人確認情報の提供の全表; Act art. 30-6 to 30-10).

The whole matrix is a product of: asker (9 kinds x what it is in the appendices x its office x its prefecture x whether the directory
lists the affair), affair (232 rows, the works of the Act, an ordinance of each article of each council on each side of its dates, loaded
or not, and affairs that do not exist), way (who answers x whose people x who passed it on x consent), 32 key sets, 1024 field sets,
operator and case. These are over 10^13 cells, so the product is taken apart:

    1 agency x affair      every kind and body with every affair; where the body is right or none, also unlisted and off every way
    2 affair x way         every affair with every kind, prefecture, answering office, scope, forwarder and consent
    3 key x field          every key set with every item, for every affair on each lawful way; every field set for every policy
    4 operator x case      all four, for every affair, body right or none, on its own way and off every way
    5 day x rule           every key and item around each first day of the calendar, every ordinance around its own days, two profiles

Why nothing is lost: the verdict is the first failing of seven checks. Operator and case look at nothing else; whether an affair is listed
hangs on affair, answering office, consent and day; whether it is the asker's on affair, kind, bodies, office and listing; whether the way
is lawful on affair, kind and way; keys and fields on affair, day, profile and on themselves. Each part is the whole product of what one
check looks at, with the checks behind it holding; then only their order could be wrong, and cells in which two fail together show it.
That no check looks at more is a claim about both sides, so part 6 draws cells of the product that was not taken apart, by seed, each item
rightful or anything at all, so that any number of checks fail together.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import chain, combinations, product
from math import prod
from typing import NamedTuple

import pytest

from openjuki.law.calendar import Profile
from openjuki.law.decide import Allowed, Answering, Asked, Asker, Scope, decide
from openjuki.law.kinds import OfficeKind
from openjuki.law.ordinances import Ordinance, OrdinanceArticle
from openjuki.law.policy import KEY_SETS, Field, Key, Policy, policy_for
from openjuki.law.purposes import ACT_WORKS, ActWork, OrdinanceId, PurposeId, catalogue
from openjuki.register.errors import Say
from tests.law.oracle import oracle

DAY = date(2013, 12, 1)
DAYS = {
    "one day": ("2013-12-01", "2013-12-01"), "no end": ("2010-04-01", None),
    "ended": ("2010-04-01", "2013-11-30"), "not yet": ("2013-12-02", None),
}  # fmt: skip
AIRA, KIRISHIMA, CHIYODA, KAGOSHIMA, TOKYO, AGENCY = "462250", "462187", "131016", "460001", "130001", "900001"

KINDS = tuple(OfficeKind)
PREFECTURES = ("46", "13", "")
LISTED, SCOPES = (True, False), tuple(Scope)
FORWARDERS = ("", KAGOSHIMA, TOKYO)
GOVERNORS = {"": None, KAGOSHIMA: "46", TOKYO: "13"}
"""The oracle names a forwarding governor by the prefecture's two digits."""
ANSWERING = (
    Answering("000000", OfficeKind.CENTRE, ""),
    Answering(KAGOSHIMA, OfficeKind.PREFECTURE, "46"),
    Answering(TOKYO, OfficeKind.PREFECTURE, "13"),
    Answering(AIRA, OfficeKind.MUNICIPALITY, "46"),
    Answering(KIRISHIMA, OfficeKind.MUNICIPALITY, "46"),
    Answering(CHIYODA, OfficeKind.MUNICIPALITY, "13"),
    *(Answering("900010", kind, "46") for kind in KINDS if kind not in ("centre", "prefecture", "municipality")),
)
ORACLE_SCOPES = {Scope.OWN: "own", Scope.OTHER: "other"}
ORACLE_KINDS = {
    OfficeKind.APPENDIX_BODY: "appendix-1-body",
    OfficeKind.PREFECTURE_ORGAN: "prefecture-organ",
    OfficeKind.MUNICIPAL_ORGAN: "municipal-organ",
    OfficeKind.MUNICIPALITY: "municipality",
}

LOCAL = frozenset({OfficeKind.PREFECTURE_ORGAN, OfficeKind.MUNICIPAL_ORGAN, OfficeKind.MUNICIPALITY})
BEFORE_THE_ASKER = ("no-operator", "no-case", "affair-not-listed")


def subsets(items: Iterable[str]) -> list[frozenset[str]]:
    held = tuple(items)
    return [frozenset(each) for each in chain.from_iterable(combinations(held, size) for size in range(len(held) + 1))]


KEYS = subsets(str(key) for key in Key)
ALL_FIELDS = subsets(str(field) for field in Field)


class Affair(NamedTuple):
    """An affair as the wire and as the oracle name it, who may ask, and what we would answer."""

    name: str
    oracle: tuple
    bodies: frozenset[str]
    kind: OfficeKind
    policy: Policy
    ordinances: frozenset[Ordinance] = frozenset()
    council: str | None = None


LICENCE = Policy(fields=frozenset({Field.NAME, Field.BIRTH}))
TABLE_KINDS = {
    1: OfficeKind.APPENDIX_BODY, 2: OfficeKind.MUNICIPAL_ORGAN, 3: OfficeKind.PREFECTURE_ORGAN,
    4: OfficeKind.MUNICIPALITY, 5: OfficeKind.PREFECTURE_ORGAN,
}  # fmt: skip


def of_appendices() -> Iterator[Affair]:
    for purpose, row in catalogue().items():
        yield Affair(
            f"appendix:{purpose.table}:{purpose.row}",
            ("appendix", *purpose),
            frozenset(row.bodies),
            TABLE_KINDS[purpose.table],
            policy_for(purpose),
        )


def of_the_act() -> Iterator[Affair]:
    for article in ACT_WORKS:
        municipal = article in ("30-7(4)3", "30-7(6)3")
        body, kind = ("市町村長", OfficeKind.MUNICIPALITY) if municipal else ("都道府県知事", OfficeKind.PREFECTURE_ORGAN)
        yield Affair(f"act:{article}", ("act", article), frozenset({body}), kind, policy_for(ActWork(article)))


def of_ordinances() -> Iterator[Affair]:
    """One of each article and council on each side of its dates; a council that has no such ordinance is given one all the same."""
    for article, council, day in product(OrdinanceArticle, (KAGOSHIMA, TOKYO, AIRA, KIRISHIMA, CHIYODA), DAYS):
        if day == "no end" or (article == "30-6") == (council not in (KAGOSHIMA, TOKYO)):
            yield of_ordinance(article, council, *DAYS[day])


def of_ordinance(article: OrdinanceArticle, council: str, first: str, last: str | None) -> Affair:
    texts = {"bodies": ("課",), "affair": Say("affair", "事務"), "policy": LICENCE}
    days = {"in_force_from": first, "in_force_until": last}
    loaded = Ordinance(id=OrdinanceId(council, "affair"), article=article, askers=frozenset({AIRA}), **texts, **days)
    kinds = {"30-6": OfficeKind.MUNICIPALITY, "30-7(4)2": OfficeKind.MUNICIPAL_ORGAN, "30-7(6)2": OfficeKind.MUNICIPAL_ORGAN}
    told = ("ordinance", "affair", AIRA, str(article), first, last)
    kind = kinds.get(article, OfficeKind.PREFECTURE_ORGAN)
    return Affair(f"ordinance:{council}:affair", told, frozenset({"課"}), kind, LICENCE, frozenset({loaded}), council)


def of_nothing() -> Iterator[Affair]:
    for table, row in ((1, "1"), (1, "4"), (1, "6"), (1, "7"), (1, "10"), (1, "14"), (1, "15"), (1, "200"), (2, "99"), (5, "39")):
        yield Affair(f"appendix:{table}:{row}", ("appendix", table, row), frozenset({"金融庁"}), TABLE_KINDS[table], LICENCE)
    yield Affair("act:30-7(3)3", ("act", "30-7(3)3"), frozenset({"市町村長"}), OfficeKind.MUNICIPALITY, LICENCE)
    for council in (KAGOSHIMA, KIRISHIMA):
        yield Affair(
            f"ordinance:{council}:none", ("ordinance", "none"), frozenset({"課"}), OfficeKind.MUNICIPALITY, LICENCE, council=council
        )


AFFAIRS = (*of_appendices(), *of_the_act(), *of_ordinances(), *of_nothing())
BODIES = tuple(
    dict.fromkeys(
        (
            *(frozenset({body}) for row in catalogue().values() for body in row.bodies),
            *(frozenset(row.bodies) for row in catalogue().values()),
            *map(
                frozenset,
                (
                    (),
                    ("第一銀行",),
                    ("市町村長", "指定都市の長"),
                    ("市町村長", "指定都市の長", "広島市の長"),
                    ("都道府県知事", "福島県知事"),
                ),
            ),
            *map(frozenset, (("鹿児島県税務課",), ("鹿児島市住宅課", "市町村長"), ("教育委員会",), ("都道府県知事", "沖縄県知事"))),
        )
    )
)
OFFICES = (AIRA, AGENCY)
BANK = frozenset({"第一銀行"})


class Cell(NamedTuple):
    """One question with everything that anybody could look at."""

    affair: Affair
    kind: OfficeKind
    bodies: frozenset[str]
    office: str
    prefecture: str
    listed: bool
    answering: Answering
    scope: Scope
    forwarder: str
    consent: bool
    keys: frozenset[str]
    fields: frozenset[str]
    operator: bool = True
    case: bool = True
    day: date = DAY
    profile: Profile = Profile.OPEN


def ours(cell: Cell) -> str:
    asker = Asker(cell.office, cell.kind, cell.prefecture, cell.bodies, frozenset({cell.affair.name}) if cell.listed else frozenset())
    asked = Asked(cell.affair.name, cell.case, cell.operator, cell.keys, cell.fields, cell.scope, cell.forwarder, cell.consent)
    answer = decide(asked, asker, cell.answering, cell.affair.ordinances, cell.day, cell.profile)
    return "allowed" if isinstance(answer, Allowed) else str(answer.code)


def theirs(cell: Cell) -> str:
    """The oracle's word, and two faults of a directory that it does not judge: an affair not listed, a local office in no prefecture."""
    affair, answering = cell.affair, cell.answering
    said = oracle(
        {
            "asker_kind": ORACLE_KINDS.get(cell.kind, "none"), "asker_bodies": cell.bodies,
            "asker_prefecture": cell.prefecture or None, "asker_office": cell.office, "answering_office": answering.office,
            "answering_kind": answering.kind, "answering_prefecture": answering.prefecture or None,
            "forwarded_by": GOVERNORS[cell.forwarder], "scope": ORACLE_SCOPES[cell.scope],
            "affair": affair.oracle, "ordinance_of": affair.council, "consent": cell.consent,
            "operator_present": cell.operator, "case_present": cell.case, "key_set": cell.keys, "fields": cell.fields,
            "allowed_key_sets": affair.policy.key_sets, "allowed_fields": affair.policy.fields,
            "date": cell.day.isoformat(), "profile": str(cell.profile),
        }
    )  # fmt: skip
    if not cell.listed and said not in BEFORE_THE_ASKER:
        return "affair-not-yours"
    if cell.kind in LOCAL and not cell.prefecture and said not in (*BEFORE_THE_ASKER, "affair-not-yours"):
        return "route-not-lawful"
    return said


def compared(cells: Iterable[Cell]) -> Counter[str]:
    """How many cells got which word; fails with the first differences."""
    words, differences = Counter[str](), []
    for cell in cells:
        word = ours(cell)
        words[word] += 1
        if word != (other := theirs(cell)):
            differences.append(f"decide {word}, oracle {other}: {cell._replace(affair=cell.affair.name)} {cell.affair.oracle}")
            if len(differences) == 20:
                break
    print(f"{words.total():,} cells:", dict(words))
    assert not differences, "\n".join(differences)
    return words


def all_ways(affair: Affair, kinds: Iterable[OfficeKind] = KINDS) -> Iterator[Cell]:
    """The affair asked by its rightful body, with rightful keys and fields, on every way; by offices of the first prefecture or of none."""
    consents = (True, False) if affair.name.startswith("act:30-8") else (True,)
    keys: frozenset[str] = min(affair.policy.key_sets, key=sorted, default=frozenset({"code"}))
    fields: frozenset[str] = affair.policy.fields
    ways = product(kinds, ("46", ""), ANSWERING, SCOPES, FORWARDERS, consents)
    for kind, prefecture, answering, scope, forwarder, consent in ways:
        yield Cell(affair, kind, affair.bodies, AIRA, prefecture, True, answering, scope, forwarder, consent, keys, fields)


@cache
def own_ways(affair: Affair) -> tuple[Cell, ...]:
    """The ways of the affair that are lawful (statistics name no person, so there no key is); none of an affair that is not listed."""
    return tuple(cell for cell in all_ways(affair, (affair.kind,)) if cell.prefecture and theirs(cell) in ("allowed", "key-not-allowed"))


@cache
def two_ways(affair: Affair) -> tuple[Cell, Cell]:
    """One way of the affair's own, or any if it has none, and one that no affair has."""
    own = next(iter(own_ways(affair)), next(all_ways(affair, (affair.kind,))))
    return own, own._replace(answering=ANSWERING[-1])


def agencies_by_affairs() -> Iterator[Cell]:
    for affair in AFFAIRS:
        for kind, bodies in product(KINDS, BODIES):
            yield two_ways(affair)[0]._replace(kind=kind, bodies=bodies)
        for way, kind, bodies, office, listed in product(two_ways(affair), KINDS, (affair.bodies, BANK), OFFICES, LISTED):
            yield way._replace(kind=kind, bodies=bodies, office=office, listed=listed)


def field_sets(affair: Affair) -> list[frozenset[str]]:
    """Each item alone, none, all, the allowed ones, and an item that no identity holds, alone and beside the allowed ones."""
    allowed: frozenset[str] = affair.policy.fields
    singles = [frozenset({str(field)}) for field in Field]
    return [frozenset(), *singles, ALL_FIELDS[-1], allowed, frozenset({"household"}), allowed | {"household"}]


def keys_by_fields() -> Iterator[Cell]:
    for affair in AFFAIRS:
        for way, keys, fields in product(own_ways(affair), KEYS, field_sets(affair)):
            yield way._replace(keys=keys, fields=fields)


def fields_by_policies() -> Iterator[Cell]:
    for affair in {affair.policy: affair for affair in AFFAIRS if own_ways(affair)}.values():
        for keys, fields in product((*sorted(KEY_SETS, key=sorted), frozenset({"name"})), ALL_FIELDS):
            yield own_ways(affair)[0]._replace(keys=keys, fields=fields)


def operators_by_cases() -> Iterator[Cell]:
    for affair in AFFAIRS:
        for way, bodies, operator, case in product(two_ways(affair), (affair.bodies, BANK), LISTED, LISTED):
            yield way._replace(bodies=bodies, operator=operator, case=case)


def days_by_rules() -> Iterator[Cell]:
    """Every item and key on both sides of every first day of the calendar; every ordinance on both sides of its own days."""
    for affair in {affair.policy: affair for affair in AFFAIRS if own_ways(affair)}.values():
        for day, profile, keys, fields in product(CALENDAR_DAYS, Profile, KEYS, field_sets(affair)):
            yield own_ways(affair)[0]._replace(day=day, profile=profile, keys=keys, fields=fields)
    for affair in of_ordinances():
        ways = [way for way in all_ways(affair, (affair.kind,)) if way.prefecture]
        for way, day, profile in product(ways, ORDINANCE_DAYS, Profile):
            yield way._replace(day=day, profile=profile)


def around(*days: str) -> tuple[date, ...]:
    """Each day and the one before."""
    return tuple(date.fromisoformat(day) - timedelta(back) for day in days for back in (1, 0))


CALENDAR_DAYS = around("2002-08-05", "2013-07-08", "2015-10-05", "2019-11-05", "2025-05-26")
ORDINANCE_DAYS = around("2010-04-01", "2013-12-01", "2013-12-02")

ITEMS = {
    "kind": KINDS, "bodies": BODIES, "office": OFFICES, "prefecture": PREFECTURES, "listed": LISTED, "answering": ANSWERING,
    "scope": SCOPES, "forwarder": FORWARDERS, "consent": LISTED, "keys": KEYS, "fields": ALL_FIELDS, "operator": LISTED, "case": LISTED,
    "day": (*CALENDAR_DAYS, *ORDINANCE_DAYS), "profile": tuple(Profile),
}  # fmt: skip


def drawn(seed: int, size: int) -> Iterator[Cell]:
    """Cells of the whole product; each starts on a lawful way, then any number of its items is drawn anew from all there are."""
    chance = random.Random(seed)
    for _ in range(size):
        way = chance.choice(two_ways(chance.choice(AFFAIRS)))
        anew = [item for item in ITEMS if chance.random() < chance.choice((0.02, 0.15, 1))]
        yield way._replace(**{item: chance.choice(ITEMS[item]) for item in anew})


@pytest.mark.slow
def test_every_agency_for_every_affair() -> None:
    words = compared(agencies_by_affairs())
    assert words["affair-not-yours"] > words["route-not-lawful"] > words["allowed"] > 232


@pytest.mark.slow
def test_every_affair_on_every_way() -> None:
    words = compared(cell for affair in AFFAIRS for cell in all_ways(affair))
    assert words["route-not-lawful"] > words["allowed"] > 232


@pytest.mark.slow
def test_every_key_set_with_every_item_for_every_affair() -> None:
    words = compared(keys_by_fields())
    assert words["key-not-allowed"] > words["allowed"] > words["field-not-allowed"] > 232


@pytest.mark.slow
def test_every_field_set_for_every_policy() -> None:
    policies = {affair.policy for affair in AFFAIRS}
    assert compared(fields_by_policies()).total() == len(policies) * 5 * 1024


@pytest.mark.slow
def test_operator_and_case_before_everything_else() -> None:
    words = compared(operators_by_cases())
    assert words["no-operator"] == words.total() / 2 == 2 * words["no-case"]


@pytest.mark.slow
def test_every_item_key_and_ordinance_on_both_sides_of_its_days() -> None:
    words = compared(days_by_rules())
    assert words["key-not-allowed"] > words["allowed"] > words["field-not-allowed"] > 1_000
    assert words["affair-not-listed"] > 1_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2013, 12, 1])
def test_cells_drawn_from_the_whole_product_agree_as_well(seed: int) -> None:
    words = compared(drawn(seed, 40_000))
    assert len(words) == 8, "every refusal must have been drawn, and the permission"
    assert words["allowed"] > 400


def test_the_matrix_is_whole() -> None:
    cells = prod(map(len, (AFFAIRS, *ITEMS.values())))
    print(f"{cells:.2e} cells in the whole product of {len(AFFAIRS)} affairs and {len(BODIES)} sets of bodies")
    assert cells > 10**13
    assert {body for bodies in BODIES for body in bodies} >= {body for row in catalogue().values() for body in row.bodies}
    assert sum(affair.oracle[0] == "appendix" and PurposeId(*affair.oracle[1:]) in catalogue() for affair in AFFAIRS) == 232
    assert set(KEYS) > KEY_SETS
