"""The days of a simulated year: what is notified on each is entered in the town concerned (一年間の異動; issue 3, "Must show").

Events are known a week ahead, and the works of a week may be on their way to the disk: whoever leaves one town arrives in another one
a week later, with the certificate. Who comes, leaves or is born counts from then on, in the order of days and towns: so one seed gives
one year, however fast the machine is. Towns of other processes hear before each day of those who come to them.
"""

import datetime
import heapq
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat
from random import Random
from typing import Any, NamedTuple

from openjuki.offices.store import Transaction
from openjuki.register.addresses import municipality
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.lots import Lots, below
from openjuki.simulation.prefecture_year_desk import Filed, Leaver
from openjuki.simulation.prefecture_year_messages import Day, Lived, Mover, Wanted
from openjuki.simulation.prefecture_year_towns import Town
from openjuki.simulation.prefecture_year_works import Then, Works
from openjuki.simulation.rates import NOTIFIED_WITHIN_DAYS, Happening, LifeEvent, events_of_year
from openjuki.simulation.running import Calendar

AHEAD = datetime.timedelta(7)
"""How far works may be ahead of those that have ended, and how long somebody is on the road."""
A_DAY = datetime.timedelta(1)
LINE_DOWN, LINE_UP = (3, 24), (4, 7)
"""Month and day on which the prefecture gets out of reach, and on which it comes back: the two weeks with most moves."""
REFUSALS_SHOWN = 5
ABROAD = "アメリカ合衆国"

Exchange = Callable[[Day], Awaitable[Day]]
"""Tells the other processes what concerns them; returns what they tell."""


class Known(NamedTuple):
    """One event that will be notified, and where."""

    town: Town
    happening: Happening


def days_of(year: int) -> Iterator[datetime.date]:
    """The days on which something may be entered: those of the year, and after it till the last notified mover has arrived."""
    day, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31) + datetime.timedelta(NOTIFIED_WITHIN_DAYS) + 2 * AHEAD
    while day <= last:
        yield day
        day += A_DAY


def weekday(day: datetime.date) -> datetime.date:
    """The day, or the Monday after it if offices are shut."""
    return day + datetime.timedelta(7 - day.weekday() if day.weekday() > 4 else 0)


class Year:
    """A year of the `towns` of this process; `residents` are those of every town of the prefecture, `elsewhere` stands for the rest."""

    def __init__(
        self, towns: Mapping[str, Town], residents: Mapping[str, int], elsewhere: str, calendar: Calendar, year: int, seed: str
    ) -> None:
        self._towns, self._elsewhere, self._calendar, self._year = towns, elsewhere, calendar, year
        self._random = Random(f"{seed}/year/{min(towns)}")  # noqa: S311  repeatable on purpose
        self._sizes = Lots(residents.items())
        own = [town for code, town in towns.items() if code != elsewhere]
        self._known = _merged([zip(repeat(town), events_of_year(town.random_of_year, residents[town.code], year)) for town in own])
        self._next: Known | None = next(self._known, None)
        self._due: defaultdict[datetime.date, list[Known]] = defaultdict(list)
        self._wanted: defaultdict[datetime.date, list[Wanted]] = defaultdict(list)
        self._arriving: defaultdict[datetime.date, list[Mover]] = defaultdict(list)
        self._for_others = Day(datetime.date.min, [], [])
        self._works: dict[datetime.date, Works] = {}
        self.lived = Lived()

    async def run(self, exchange: Exchange) -> None:
        """Enter everything, day by day."""
        for day in days_of(self._year):
            self._for_others = Day(day, [], [])
            self._look_ahead(day + AHEAD)
            await self._look_through(day - AHEAD)
            if (day.month, day.day) in (LINE_DOWN, LINE_UP):
                await self._look_through_all()
            self._hear(await exchange(self._for_others))
            self._do(day)
        await self._look_through_all()

    def _look_ahead(self, until: datetime.date) -> None:
        """Hear of all that has happened until then. Who arrives in the prefecture is known from where they leave."""
        while self._next is not None and self._next.happening.happened_on <= until:
            known, happening = self._next, self._next.happening
            if happening.kind is LifeEvent.MOVE_ACROSS_PREFECTURES_IN:
                self._want(Wanted(known.town.code, max(happening.notified_on - AHEAD, datetime.date(self._year, 1, 1)), happening))
            elif happening.kind is not LifeEvent.MOVE_WITHIN_PREFECTURE_IN:
                self._due[happening.notified_on].append(known)
            self._next = next(self._known, None)

    def _want(self, wanted: Wanted) -> None:
        if self._elsewhere in self._towns:
            self._wanted[wanted.day].append(wanted)
        else:
            self._for_others.wanted.append(wanted)

    def _send(self, mover: Mover) -> None:
        if mover.town in self._towns:
            self._arriving[mover.day].append(mover)
        else:
            self._for_others.movers.append(mover)

    def _hear(self, told: Day) -> None:
        for mover in told.movers:
            if mover.town in self._towns:
                self._arriving[mover.day].append(mover)
        for wanted in told.wanted if self._elsewhere in self._towns else ():
            self._wanted[wanted.day].append(wanted)

    async def _look_through_all(self) -> None:
        """Wait for everything that was handed in."""
        for day in sorted(self._works):
            await self._look_through(day)

    async def _look_through(self, day: datetime.date) -> None:
        """Wait for a day's works; only now do their outcomes count."""
        works = self._works.pop(day, None)
        for kind, month, then, (outcome,) in await works.ended() if works else ():
            if isinstance(outcome, OpenJukiError):
                self._refused(kind, outcome)
                continue
            then(outcome)
            self.lived.count(kind, month)

    def _refused(self, kind: LifeEvent | None, error: OpenJukiError) -> None:
        self.lived.refused += 1
        if len(self.lived.refusals) < REFUSALS_SHOWN:
            self.lived.refusals.append(f"{kind.value if kind else 'elsewhere'}: {error}")

    def _do(self, day: datetime.date) -> None:
        """Hand in all that is notified on a day."""
        self._calendar.day, works = day, Works()
        self._works[day] = works
        for mover in self._arriving.pop(day, ()):
            self._arrives(works, day, mover)
        for wanted in self._wanted.pop(day, ()):
            self.lived.nobody += not self._leaves_elsewhere(works, day, wanted)
        for known in self._due.pop(day, ()):
            self.lived.nobody += not _STEPS[known.happening.kind](self, works, day, known)

    def _arrives(self, works: Works, day: datetime.date, mover: Mover) -> None:
        town = self._towns[mover.town]
        filed, home = Filed(day, min(day, mover.happened_on)), town.home(_age(mover.leaver, day), day)
        works.submit(
            town.office, mover.kind, mover.happened_on.month, lambda t: town.desk.move_in(t, filed, mover.leaver, home), _comes(town)
        )

    # -- one method for each kind of event; False if nobody of a likely age is there

    def _leaves_elsewhere(self, works: Works, day: datetime.date, wanted: Wanted) -> bool:
        """The beginning of a move into the prefecture, a week before."""
        town, happening = self._towns[self._elsewhere], wanted.happening
        person = town.people.take(town.random, day.year - happening.age)
        if person is not None:
            filed, arrives = Filed(day, min(day, happening.happened_on), person), weekday(max(happening.notified_on, day + AHEAD))
            self._leaves(works, town, None, filed, Mover(wanted.town, arrives, happening.happened_on, happening.kind, _NOBODY))
        return person is not None

    def _within(self, works: Works, day: datetime.date, known: Known) -> bool:
        """Out of one town, into any other of the prefecture: the larger it is the more likely."""
        filed = _leaving(day, known)
        if filed is None:
            return False
        to = next(code for code in iter(lambda: self._sizes.draw(self._random), "") if code != known.town.code)
        kind, in_kind = known.happening.kind, LifeEvent.MOVE_WITHIN_PREFECTURE_IN
        self._leaves(works, known.town, kind, filed, Mover(to, weekday(day + AHEAD), filed.happened_on, in_kind, _NOBODY))
        return True

    def _across(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed = _leaving(day, known)
        if filed is not None:
            there = Mover(self._elsewhere, weekday(day + AHEAD), filed.happened_on, None, _NOBODY)
            self._leaves(works, known.town, known.happening.kind, filed, there)
        return filed is not None

    def _leaves(self, works: Works, town: Town, kind: LifeEvent | None, filed: Filed, there: Mover) -> None:
        destination = municipality(there.town).written

        def left(leaver: Leaver) -> None:
            self._send(Mover(there.town, there.day, there.happened_on, there.kind, leaver))

        works.submit(town.office, kind, there.happened_on.month, lambda t: town.desk.move_out(t, filed, destination), left)

    def _birth(self, works: Works, day: datetime.date, known: Known) -> bool:
        town, happening = known
        mother = town.people.mother(town.random, day.year - happening.age)
        if mother is not None:
            sex, filed = town.sex(), Filed(day, happening.happened_on, mother)
            names = town.surname(), town.given(sex, day.year)
            _submit(works, known, lambda t: town.desk.birth(t, filed, *names, sex), _comes(town))
        return mother is not None

    def _death(self, works: Works, day: datetime.date, known: Known) -> bool:
        return _handed_in(works, known, _leaving(day, known), known.town.desk.death)

    def _abroad(self, works: Works, day: datetime.date, known: Known) -> bool:
        gone = partial(known.town.desk.move_out, destination=ABROAD, abroad=True)
        return _handed_in(works, known, _leaving(day, known), gone)

    def _from_abroad(self, works: Works, day: datetime.date, known: Known) -> bool:
        town, happening = known
        filed, arrival = Filed(day, happening.happened_on), town.newcomer(happening.age, happening.happened_on)
        home = town.home(happening.age, day)
        _submit(works, known, lambda t: town.desk.from_abroad(t, filed, arrival, home), _comes(town))
        return True

    def _address(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed, town = _staying(day, known), known.town
        if filed is not None:
            home = town.home(known.happening.age, day)
            _submit(works, known, lambda t: town.desk.change_address(t, filed, home), _nothing)
        return filed is not None

    def _correction(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed, town = _staying(day, known), known.town
        if filed is not None:
            given, since_ever = town.given(town.sex(), day.year - known.happening.age), bool(below(town.random, 2))
            _submit(works, known, lambda t: town.desk.correction(t, filed, given, since_ever=since_ever), _nothing)
        return filed is not None

    def _code_change(self, works: Works, day: datetime.date, known: Known) -> bool:
        return _handed_in(works, known, _staying(day, known), known.town.desk.code_change)


_NOBODY: Any = None
"""In a mover's place until the old office has entered the leaving."""
_STEPS: Mapping[LifeEvent, Callable[[Year, Works, datetime.date, Known], bool]] = {
    LifeEvent.BIRTH: Year._birth,
    LifeEvent.DEATH: Year._death,
    LifeEvent.MOVE_WITHIN_PREFECTURE_OUT: Year._within,
    LifeEvent.MOVE_ACROSS_PREFECTURES_OUT: Year._across,
    LifeEvent.MOVE_ABROAD: Year._abroad,
    LifeEvent.MOVE_FROM_ABROAD: Year._from_abroad,
    LifeEvent.CHANGE_OF_ADDRESS: Year._address,
    LifeEvent.CORRECTION: Year._correction,
    LifeEvent.CODE_CHANGE: Year._code_change,
}


def _merged(streams: Iterable[Iterable[tuple[Town, Happening]]]) -> Iterator[Known]:
    """The events of all towns in the order in which they happen."""
    for town, happening in heapq.merge(*streams, key=lambda each: each[1].happened_on):
        yield Known(town, happening)


def _submit(works: Works, known: Known, work: Callable[[Transaction], Any], then: Then) -> None:
    works.submit(known.town.office, known.happening.kind, known.happening.happened_on.month, work, then)


def _handed_in(works: Works, known: Known, filed: Filed | None, enter: Callable[[Transaction, Filed], Any]) -> bool:
    """What is said of somebody, if anybody was found, by which nobody comes."""
    if filed is not None:
        _submit(works, known, lambda t: enter(t, filed), _nothing)
    return filed is not None


def _leaving(day: datetime.date, known: Known) -> Filed | None:
    """Somebody of the event's age, who lives there no more from now on."""
    person = known.town.people.take(known.town.random, day.year - known.happening.age)
    return None if person is None else Filed(day, known.happening.happened_on, person)


def _staying(day: datetime.date, known: Known) -> Filed | None:
    """Somebody of the event's age."""
    person = known.town.people.draw(known.town.random, day.year - known.happening.age)
    return None if person is None else Filed(day, known.happening.happened_on, person)


def _comes(town: Town) -> Then:
    return lambda record: town.people.add(record.person, record.birth, record.sex)


def _nothing(outcome: Any) -> None:
    """Nobody comes by it."""


def _age(leaver: Leaver, on: datetime.date) -> int:
    birth = leaver.certificate.persons[0].birth[:4]
    return on.year - int(birth) if birth.isdigit() and birth != "0000" else AGE_UNKNOWN


AGE_UNKNOWN = 40
"""Taken for somebody whose year of birth is not known."""
