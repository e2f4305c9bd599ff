"""Synthetic residents: seeded rows of the import's item list, household by household (模擬住民; Act art. 7, promise X4).

The same seed, municipality and day give the same rows on every machine; a smaller `count` gives the beginning of a larger one.
No resident codes or Individual Numbers are made up: the import allots codes as it does for any row without one.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import NamedTuple

from openjuki.offices.resident_rows import items_of
from openjuki.procedures.resident_import import Entrant
from openjuki.register.codes import running_number
from openjuki.register.identity import Sex
from openjuki.register.items import row_from
from openjuki.register.names import ReadName
from openjuki.simulation import foreign_residents, households
from openjuki.simulation import population_rates as rates
from openjuki.simulation.dwellings import Dwellings
from openjuki.simulation.foreign_residents import Nationality
from openjuki.simulation.households import ABSENT, Member, years
from openjuki.simulation.lots import below, one_in
from openjuki.simulation.resident_items import birth_text, insurance_items, text_of
from openjuki.simulation.resident_names import NameLots

DAY = datetime.date(2013, 12, 1)
"""The day as of which the residents are drawn, if none is given: the law text here is that of December 2013."""
NUMBER_DIGITS = 10
"""Digits of household numbers and address numbers."""

Row = dict[str, str]


def residents(municipality: str, count: int, seed: str, on: datetime.date = DAY) -> Iterator[Row]:
    """`count` residents of the municipality as of the day `on`: rows by item key, without empty items; whole households but the last.

    Raises InvalidInput if there is no such municipality.
    """
    random = Random(f"{seed}/{municipality}")  # noqa: S311  synthetic people, no secret: it must be repeatable
    source = _Source(municipality, random, on.toordinal())
    left = count
    while left > 0:
        yield from (rows := source.household()[:left])
        left -= len(rows)


def entrants(rows: Iterable[Mapping[str, str]]) -> Iterator[Entrant]:
    """The rows as the import procedure takes them, read and checked like any import's; InvalidInput at the first faulty one."""
    for line, row in enumerate(rows, 1):
        values = row_from(row)
        yield Entrant(line, values["household_number"], items_of(values, row))


class _Person(NamedTuple):
    member: Member
    surname: ReadName
    given: ReadName
    origin: Nationality | None

    @property
    def name(self) -> str:
        space = " " if self.origin else "　"
        return f"{self.surname.name}{space}{self.given.name}"

    @property
    def kana(self) -> str:
        return f"{self.surname.kana}　{self.given.kana}"


class _Stay(NamedTuple):
    """What the members of a household have in common; days are day numbers."""

    since: int
    moved: int
    """Since when the household lives at this address."""
    wait: int
    """Days from the move to its notification."""
    previous: str
    shared: Row
    """Items that are the same for all."""
    domiciles: dict[int, tuple[str, str]]
    """Registered domicile and head of each family register, by the head's place in the household."""


class _Source:
    """Draws the residents of one municipality."""

    def __init__(self, code: str, random: Random, on: int) -> None:
        self._random, self._on = random, on
        self._dwellings, self._names = Dwellings(code, random), NameLots(random)
        self._households = self._persons = 0

    def household(self) -> list[Row]:
        """The rows of one more household."""
        random = self._random
        if one_in(random, rates.FOREIGN_HOUSEHOLDS_ONE_IN):
            members, origin = households.foreign_household(random, self._on), foreign_residents.nationality(random)
            persons = self._foreign_family(members, origin)
        else:
            persons = self._japanese_family(households.japanese_household(random, self._on))
        self._households += 1
        stay = self._stay(persons)
        return [self._row(person, persons, stay) for person in persons]

    def _japanese_family(self, members: list[Member]) -> list[_Person]:
        family = self._names.surname(self._random)
        persons: list[_Person] = []
        for member in members:
            if member.relationship in ("妻", "夫") and one_in(self._random, rates.FOREIGN_SPOUSE_ONE_IN):
                persons.append(self._foreigner(member, foreign_residents.nationality(self._random), persons, None))
                continue
            surname = self._names.surname(self._random) if member.own_surname else family
            persons.append(_Person(member, surname, self._given(member, persons), None))
        return persons

    def _given(self, member: Member, persons: list[_Person]) -> ReadName:
        """A given name that nobody in the household has yet."""
        year = datetime.date.fromordinal(member.birth).year
        taken = {person.given.name for person in persons}
        while (name := self._names.given(self._random, member.sex, year)).name in taken:
            pass
        return name

    def _foreign_family(self, members: list[Member], origin: Nationality) -> list[_Person]:
        persons: list[_Person] = []
        for member in members:
            shared = persons[0].surname if persons and not member.own_surname else None
            persons.append(self._foreigner(member, origin, persons, shared))
        return persons

    def _foreigner(self, member: Member, origin: Nationality, persons: list[_Person], surname: ReadName | None) -> _Person:
        surname = surname or origin.families[below(self._random, len(origin.families))]
        taken = [person.given for person in persons]
        return _Person(member, surname, foreign_residents.given_name(self._random, origin, member.sex, taken), origin)

    def _stay(self, persons: list[_Person]) -> _Stay:
        """A third were born here, the others came lately rather than long ago; a third have moved within the municipality since."""
        random, age = self._random, self._on - persons[0].member.birth
        native = persons[0].origin is None and random.random() < 0.33
        since = self._on - (age if native else int(age * random.random() * random.random()))
        moved = since + below(random, self._on - since + 1) if random.random() < 0.35 else since
        previous = "" if native or persons[0].origin else self._dwellings.elsewhere(random)
        return _Stay(since, moved, below(random, 15), previous, self._shared(persons), self._domiciles(persons))

    def _shared(self, persons: list[_Person]) -> Row:
        home = self._dwellings.home(self._random, single=len(persons) == 1)
        shared = {
            "household_number": running_number(self._households, NUMBER_DIGITS), "householder_name": persons[0].name,
            "municipality": home.municipality, "town": home.town, "block": home.block, "building": home.building,
        }  # fmt: skip
        return {key: text for key, text in shared.items() if text}

    def _domiciles(self, persons: list[_Person]) -> dict[int, tuple[str, str]]:
        domiciles: dict[int, tuple[str, str]] = {}
        for person in persons:
            head = self._head(person.member, persons)
            if person.origin is None and head not in domiciles:
                domiciles[head] = (self._dwellings.registered_domicile(self._random), self._head_name(head, person, persons))
        return domiciles

    def _head(self, member: Member, persons: list[_Person]) -> int:
        """Place of the head; a foreign spouse heads no family register."""
        return member.head if member.head == ABSENT or persons[member.head].origin is None else 0

    def _head_name(self, head: int, person: _Person, persons: list[_Person]) -> str:
        if head != ABSENT:
            return persons[head].name
        year = datetime.date.fromordinal(person.member.birth).year - rates.PARENT_YEARS_USUAL
        return f"{person.surname.name}　{self._names.given(self._random, Sex.MALE, year).name}"

    def _row(self, person: _Person, persons: list[_Person], stay: _Stay) -> Row:
        member = person.member
        self._persons += 1
        since, moved = max(stay.since, member.birth), max(stay.moved, member.birth)
        row = {
            **stay.shared, "address_number": running_number(self._persons, NUMBER_DIGITS), "name": person.name, "kana": person.kana,
            "birth": birth_text(self._random, member.birth), "sex": str(member.sex.value), "relationship": member.relationship,
            "address_since": text_of(moved), "notified_on": text_of(min(moved + stay.wait, self._on)),
        }  # fmt: skip
        if person.origin is None:
            row["registered_domicile"], row["registered_domicile_head"] = stay.domiciles[self._head(member, persons)]
            row["became_resident_on"] = text_of(since)
            if stay.previous and since > member.birth:
                row["previous_address"] = stay.previous
        else:
            row |= self._foreign_items(person, person.origin, since)
        return row | insurance_items(self._random, (self._on - member.birth) * 4 // 1461, member.sex, japanese=person.origin is None)

    def _foreign_items(self, person: _Person, origin: Nationality, since: int) -> Row:
        items = foreign_residents.residence_items(self._random, origin, since, self._on)
        if self._on - person.member.birth > years(18) and foreign_residents.takes_alias(self._random, origin):
            year = datetime.date.fromordinal(person.member.birth).year
            surname, given = self._names.surname(self._random), self._names.given(self._random, person.member.sex, year)
            items["alias"] = f"{surname.name}　{given.name}"
        return items
