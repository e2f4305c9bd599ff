"""Who lives in a town, by year of birth, so that each event of a simulated year finds somebody of the right age (異動者の抽選; promise X4).

Internal numbers in arrays, four bytes each: a prefecture of 1,600,000 needs 7 MB.
"""

from array import array
from collections.abc import MutableSequence
from random import Random

from openjuki.register.identity import Sex
from openjuki.simulation.lots import below

_YEARS_OFF_MAX = 120
"""Small towns have nobody of just that age: then whoever comes nearest."""
_NEAREST = sorted(range(-_YEARS_OFF_MAX, _YEARS_OFF_MAX + 1), key=lambda off: (abs(off), off))
_EVERYBODY, _MOTHERS = (Sex.FEMALE, Sex.MALE, Sex.UNKNOWN, Sex.NOT_APPLICABLE), (Sex.FEMALE,)
_MOTHERS_YEARS_OFF_MAX = 15

Drawn = tuple[int, Sex, int]
"""Year of birth, sex, place in that array."""


class Townspeople:
    """The residents of one town: who is drawn to leave is in it no longer."""

    def __init__(self) -> None:
        self._born: dict[tuple[int, Sex], MutableSequence[int]] = {}
        self.count = 0

    def add(self, person: int, birth: str, sex: Sex) -> None:
        """Somebody lives here from now on; one whose year of birth is unknown is never drawn."""
        year = birth[:4]
        if year.isdigit() and year != "0000":
            self._born.setdefault((int(year), sex), array("I")).append(person)
            self.count += 1

    def draw(self, random: Random, year: int) -> int | None:
        """Somebody born in about that year, who stays; None if nobody is there."""
        return self._number(self._find(random, year, _EVERYBODY, _YEARS_OFF_MAX))

    def mother(self, random: Random, year: int) -> int | None:
        """A woman born in about that year."""
        return self._number(self._find(random, year, _MOTHERS, _MOTHERS_YEARS_OFF_MAX))

    def take(self, random: Random, year: int) -> int | None:
        """Somebody born in about that year, who dies or leaves."""
        drawn = self._find(random, year, _EVERYBODY, _YEARS_OFF_MAX)
        if drawn is None:
            return None
        born, place = self._born[drawn[:2]], drawn[2]
        person, born[place] = born[place], born[-1]
        born.pop()
        self.count -= 1
        return person

    def _number(self, drawn: Drawn | None) -> int | None:
        return None if drawn is None else self._born[drawn[:2]][drawn[2]]

    def _find(self, random: Random, year: int, sexes: tuple[Sex, ...], off_max: int) -> Drawn | None:
        for off in _NEAREST if self.count else ():
            if abs(off) > off_max:
                break
            born = [(year + off, sex, len(self._born.get((year + off, sex), ()))) for sex in sexes]
            if count := sum(each[2] for each in born):
                return _place(born, below(random, count))
        return None


def _place(born: list[Drawn], lot: int) -> Drawn:
    for year, sex, count in born:
        if lot < count:
            return year, sex, lot
        lot -= count
    raise AssertionError("the lot is below the count of all")
