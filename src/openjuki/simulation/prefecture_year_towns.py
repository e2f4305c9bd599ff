"""A town in a simulated year: its counter, its residents, and what is drawn of those who come (市区町村の一年; promise X4)."""

import datetime
from random import Random
from typing import Any

from openjuki.offices.municipality import decode_record
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.procedures import code_allotment
from openjuki.procedures.move_in import Arrival
from openjuki.register.identity import Sex, Status
from openjuki.register.names import ReadName
from openjuki.simulation import foreign_residents
from openjuki.simulation.country import Country
from openjuki.simulation.dwellings import Dwellings
from openjuki.simulation.households import years
from openjuki.simulation.lots import below, one_in
from openjuki.simulation.prefecture_year_desk import Desk, Home
from openjuki.simulation.prefecture_year_residents import Townspeople
from openjuki.simulation.rates import LifeEvent, expected
from openjuki.simulation.resident_items import text_of
from openjuki.simulation.resident_names import NameLots

ADULT_YEARS = 18
HOSTS_YEARS = (30, 30)
"""Who takes in a child that moves alone: from which age on, and how many years of age they may be."""
JAPANESE_FROM_ABROAD_ONE_IN = 4
"""The others who come from abroad are foreign residents; ours, no figure was at hand."""
READ_AT_ONCE = 5_000
CODES_SPARE, CODES_SPARE_SHARE = 30, 1.3
NEW_CODES = (LifeEvent.BIRTH, LifeEvent.MOVE_FROM_ABROAD, LifeEvent.CODE_CHANGE)


class Town:
    """One municipality and what the year draws for it; one seed, one year."""

    def __init__(self, office: Office, seed: str) -> None:
        self.office, self.code, self.desk, self.people = office, office.code, Desk(office), Townspeople()
        self.random = Random(f"{seed}/year/{office.code}")  # noqa: S311  repeatable on purpose
        self.random_of_year = Random(f"{seed}/happenings/{office.code}")  # noqa: S311  repeatable on purpose
        self._dwellings, self._names = Dwellings(self.code, self.random), NameLots(self.random)

    async def count_residents(self, country: Country) -> None:
        """Read who lives here, a few thousand at a time."""
        last = 0
        while rows := await country.call(self.office.write, lambda transaction, after=last: _residents(transaction, after)):
            for person, birth, sex in rows:
                self.people.add(person, birth, sex)
            last = rows[-1][0]

    async def provide_codes(self, country: Country) -> None:
        """Ask the centre for the codes that newborns and newcomers will need in the year."""
        needed = sum(expected(kind, self.people.count) for kind in NEW_CODES) * CODES_SPARE_SHARE + CODES_SPARE
        while (free := await country.call(self.office.write, _codes_free)) < needed:
            await country.call(code_allotment.request, self.office, min(int(needed - free) + 1, code_allotment.POOL_MAX))

    def home(self, age: int, on: datetime.date) -> Home:
        """Where somebody of that age goes to live: a child with somebody who is here already."""
        address = self._dwellings.home(self.random, single=True)
        if age >= ADULT_YEARS:
            return Home(address)
        first, span = HOSTS_YEARS
        return Home(address, self.people.draw(self.random, on.year - first - below(self.random, span)))

    def sex(self) -> Sex:
        """One of two."""
        return Sex.MALE if one_in(self.random, 2) else Sex.FEMALE

    def surname(self) -> ReadName:
        """A family name of this town."""
        return self._names.surname(self.random)

    def given(self, sex: Sex, year: int) -> ReadName:
        """A given name for somebody born in `year`."""
        return self._names.given(self.random, sex, year)

    def newcomer(self, age: int, on: datetime.date) -> Arrival:
        """Somebody who comes from abroad on that day and was never registered anywhere."""
        born = on.toordinal() - years(age) - below(self.random, min(years(1), years(age) + 1))
        if one_in(self.random, JAPANESE_FROM_ABROAD_ONE_IN):
            return self._japanese(born)
        return self._foreigner(born, on.toordinal())

    def _japanese(self, born: int) -> Arrival:
        sex = self.sex()
        family, given = self.surname(), self.given(sex, datetime.date.fromordinal(born).year)
        name, domicile = f"{family.name}　{given.name}", self._dwellings.registered_domicile(self.random)
        return Arrival(name, text_of(born), sex, "", f"{family.kana}　{given.kana}", domicile, name)

    def _foreigner(self, born: int, on: int) -> Arrival:
        random, sex, origin = self.random, self.sex(), foreign_residents.nationality(self.random)
        family = origin.families[below(random, len(origin.families))]
        given = foreign_residents.given_name(random, origin, sex, ())
        card = foreign_residents.residence_items(random, origin, on, on)
        return Arrival(f"{family.name} {given.name}", text_of(born), sex, "", f"{family.kana}　{given.kana}", foreign=card)


def _residents(transaction: Transaction, after: int) -> list[tuple[int, str, Sex]]:
    sql = "SELECT record FROM person WHERE id > ? AND status = ? ORDER BY id LIMIT ?"
    records = (decode_record(body) for (body,) in transaction.execute(sql, (after, int(Status.RESIDENT), READ_AT_ONCE)))
    return [(record.person, record.birth, record.sex) for record in records]


def _codes_free(transaction: Transaction) -> Any:
    return transaction.value("SELECT count(*) FROM code_stock")
