"""Households of the synthetic population: who lives together, at which ages (世帯員と続柄, Act art. 7 item 4).

Births are day numbers (`date.toordinal`). The householder comes first; every household can be cut off after any member.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from openjuki.register.identity import Sex
from openjuki.simulation import population_rates as rates
from openjuki.simulation.lots import Lots, below, one_in
from openjuki.simulation.population_rates import AgeBand, HouseholdKind

ABSENT = -1
"""Head of a family register who does not live in the household."""
_FEMALE_LONG_LIVED = 65


class Member(NamedTuple):
    """One member: relationship, day of birth, sex, and which member heads the family register (筆頭者)."""

    relationship: str
    birth: int
    sex: Sex
    head: int = 0
    """Place of the head in the household, or `ABSENT`."""
    own_surname: bool = False
    """Whether the surname is another than the householder's."""


Household = list[Member]
_AGES = {kind: Lots(bands.items()) for kind, bands in rates.HOUSEHOLDER_AGES.items()}
_GRANDPARENT_AGES = Lots(rates.GRANDPARENT_AGES.items())
_FOREIGN_AGES = Lots(rates.FOREIGN_AGES.items())
_OF_COUPLES, _OF_ONE = Lots(rates.CHILDREN_OF_COUPLES.items()), Lots(rates.CHILDREN_OF_ONE.items())
_KINDS, _FOREIGN_KINDS = Lots(rates.KINDS.items()), Lots(rates.FOREIGN_KINDS.items())


def years(count: int) -> int:
    """Days of `count` years."""
    return count * 1461 // 4


def japanese_household(random: Random, on: int) -> Household:
    """A household as it is on the day `on`."""
    kind = _KINDS.draw(random)
    return _BUILDERS[kind](random, on, _AGES[kind])


def foreign_household(random: Random, on: int) -> Household:
    """A household of foreign residents, younger and smaller."""
    return _BUILDERS[_FOREIGN_KINDS.draw(random)](random, on, _FOREIGN_AGES)


_Ages = Lots[AgeBand]


def _born(random: Random, on: int, ages: _Ages) -> int:
    low, high = ages.draw(random)
    return on - years(low) - below(random, years(high + 1 - low))


def _sex(random: Random) -> Sex:
    return Sex.MALE if random.random() < 0.512 else Sex.FEMALE


def _other(sex: Sex) -> Sex:
    return Sex.FEMALE if sex is Sex.MALE else Sex.MALE


def _single(random: Random, on: int, ages: _Ages) -> Household:
    birth = _born(random, on, ages)
    men = 0.34 if on - birth > years(_FEMALE_LONG_LIVED) else 0.57
    sex = Sex.MALE if random.random() < men else Sex.FEMALE
    unmarried = random.random() < (0.75 if on - birth < years(45) else 0.2)
    return [Member("世帯主", birth, sex, ABSENT if unmarried else 0)]


def _spouse(random: Random, on: int, birth: int, sex: Sex) -> int:
    """Day of birth of the spouse of one of `sex`: husbands are two years older on average, from 4 younger to 8 older."""
    gap = int((random.random() + random.random() + random.random() - 1.0) * years(4))
    return min(birth + gap if sex is Sex.MALE else birth - gap, on - years(18))


def _pair(random: Random, on: int, ages: _Ages) -> Household:
    birth = _born(random, on, ages)
    sex = Sex.MALE if random.random() < 0.9 else Sex.FEMALE
    husband = 0 if sex is Sex.MALE else 1
    word = "妻" if sex is Sex.MALE else "夫"
    return [Member("世帯主", birth, sex, husband), Member(word, _spouse(random, on, birth, sex), _other(sex), husband)]


def _couple(random: Random, on: int, ages: _Ages) -> Household:
    householder, spouse = _pair(random, on, ages)
    if one_in(random, 60):  # not married by law: two family registers, two surnames
        word = f"{spouse.relationship}（未届）"
        return [householder._replace(head=0), spouse._replace(relationship=word, head=1, own_surname=True)]
    return [householder, spouse]


def _births(random: Random, on: int, parents: Household, count: int) -> list[int]:
    """Days of birth of up to `count` children, in order: every parent was 20 to 45, and nobody is born after `on`."""
    first = max(parent.birth for parent in parents) + years(rates.PARENT_YEARS_MIN)
    last = min(on, min(parent.birth for parent in parents) + years(rates.PARENT_YEARS_MAX) - 1)
    if first > last:
        return []
    usual = min(max(first - years(rates.PARENT_YEARS_MIN) + years(rates.PARENT_YEARS_USUAL), first), last)
    births: list[int] = []
    for drawn in sorted(int(random.triangular(first, last, usual)) for _ in range(count)):
        birth = max(drawn, births[-1] + years(1)) if births else drawn
        if birth <= last:
            births.append(birth)
    return births


def _children(random: Random, on: int, parents: Household, count: int, relationship: str = "子") -> Household:
    births = _births(random, on, parents, count)
    grown = on - years(rates.ADULTS_AT_HOME_YEARS)
    at_home = [birth for birth in births[:-1] if birth > grown or random.random() < 0.5] + births[-1:]
    return [Member(relationship, birth, _sex(random), parents[0].head) for birth in at_home]


def _couple_and_children(random: Random, on: int, ages: _Ages) -> Household:
    pair = _pair(random, on, ages)
    return pair + _children(random, on, pair, _OF_COUPLES.draw(random))


def _parent_and_children(random: Random, on: int, ages: _Ages) -> Household:
    sex = Sex.MALE if random.random() < 0.15 else Sex.FEMALE
    parent = Member("世帯主", _born(random, on, ages), sex)
    return [parent, *_children(random, on, [parent], _OF_ONE.draw(random))]


def _parents(random: Random, on: int, household: Household) -> Household:
    """The householder's mother, father or both, appended to the household."""
    child = household[0].birth
    mother = child - years(rates.PARENT_YEARS_MIN) - below(random, years(16))
    father = max(_spouse(random, on, mother, Sex.FEMALE), child - years(rates.PARENT_YEARS_MAX))
    father = min(father, child - years(rates.PARENT_YEARS_MIN))
    place, who = len(household), random.random()
    if who < 0.5:
        return [Member("母", mother, Sex.FEMALE, ABSENT)]
    if who < 0.62:
        return [Member("父", father, Sex.MALE, place)]
    return [Member("父", father, Sex.MALE, place), Member("母", mother, Sex.FEMALE, place)]


def _couple_and_parent(random: Random, on: int, ages: _Ages) -> Household:
    pair = _pair(random, on, ages)
    if pair[1].sex is Sex.FEMALE and random.random() < 0.2:
        mother = pair[1].birth - years(rates.PARENT_YEARS_MIN) - below(random, years(16))
        return [*pair, Member("妻の母", mother, Sex.FEMALE, ABSENT, own_surname=True)]
    return pair + _parents(random, on, pair)


def _three_generations(random: Random, on: int, ages: _Ages) -> Household:
    if random.random() < 0.35:
        return _headed_by_grandparents(random, on)
    pair = _pair(random, on, ages)
    family = pair + (_children(random, on, pair, _OF_COUPLES.draw(random)))
    return family + _parents(random, on, family)


def _headed_by_grandparents(random: Random, on: int) -> Household:
    """The householder, perhaps a spouse, a child, the child's wife or husband and their children."""
    household = _pair(random, on, _GRANDPARENT_AGES)
    if random.random() < 0.3:
        household = [household[0]._replace(head=0)]
    birth = min(_births(random, on, household, 1)[0], on - years(25))
    sex = Sex.MALE if random.random() < 0.75 else Sex.FEMALE
    head = len(household) if sex is Sex.MALE else len(household) + 1
    child = Member("子", birth, sex, head)
    spouse = Member("子の妻" if sex is Sex.MALE else "子の夫", _spouse(random, on, birth, sex), _other(sex), head)
    return [*household, child, spouse, *_children(random, on, [child, spouse], _OF_COUPLES.draw(random), "子の子")]


def _siblings(random: Random, on: int, ages: _Ages) -> Household:
    birth, sex, other = _born(random, on, ages), _sex(random), _sex(random)
    elder, younger = ("兄", "弟") if other is Sex.MALE else ("姉", "妹")
    gap = years(1) + below(random, years(8))
    relationship, second = (elder, birth - gap) if random.random() < 0.2 else (younger, min(birth + gap, on - years(15)))
    return [Member("世帯主", birth, sex, ABSENT), Member(relationship, second, other, ABSENT)]


def _cohabitants(random: Random, on: int, ages: _Ages) -> Household:
    birth = _born(random, on, ages)
    second = min(birth + below(random, years(10)) - years(5), on - years(18))
    return [Member("世帯主", birth, _sex(random)), Member("同居人", second, _sex(random), 1, own_surname=True)]


_BUILDERS: dict[HouseholdKind, Callable[[Random, int, _Ages], Household]] = {
    HouseholdKind.SINGLE: _single,
    HouseholdKind.COUPLE: _couple,
    HouseholdKind.COUPLE_AND_CHILDREN: _couple_and_children,
    HouseholdKind.PARENT_AND_CHILDREN: _parent_and_children,
    HouseholdKind.COUPLE_AND_PARENT: _couple_and_parent,
    HouseholdKind.THREE_GENERATIONS: _three_generations,
    HouseholdKind.SIBLINGS: _siblings,
    HouseholdKind.COHABITANTS: _cohabitants,
}
