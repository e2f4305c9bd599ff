"""The days of a simulated year: what is notified on each is entered in the town concerned (一年間の異動; issue 3, "Must show").

Events are known a week ahead, and the works of a week may be on their way to the disk: whoever leaves one town arrives in another one
a week later, with the certificate. Who comes, leaves or is born counts from then on, in the order of days and towns: so one seed gives
one year, however fast the machine is.
"""

import asyncio
import datetime
import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from random import Random
from typing import Any, NamedTuple

from openjuki.offices.store import Transaction
from openjuki.register.addresses import municipality
from openjuki.register.errors import Broken, OpenJukiError, Say
from openjuki.simulation.lots import Lots, below
from openjuki.simulation.prefecture_year_desk import Filed, Leaver
from openjuki.simulation.prefecture_year_towns import Town
from openjuki.simulation.rates import MOVES, NOTIFIED_WITHIN_DAYS, Happening, LifeEvent, events_of_year
from openjuki.simulation.running import Calendar
from openjuki.simulation.stages import Tell

AHEAD = datetime.timedelta(7)
"""How far works may be ahead of those that have ended, and how long somebody is on the road."""
A_DAY = datetime.timedelta(1)
REFUSALS_SHOWN = 5
DAY_S_MAX = 300.0
ABROAD = "アメリカ合衆国"

Settle = Callable[[Any], None]
"""Hears the outcome of a work when its day is looked through."""


class Known(NamedTuple):
    """One event that will be notified, and where."""

    town: Town
    happening: Happening


class Coming(NamedTuple):
    """Somebody on the road: where to, for which event, and who it is once the old office has entered it."""

    to: Known
    leavers: list[Leaver]


class Entered(NamedTuple):
    """A work whose outcome is known: of which kind, of which month, who hears of it."""

    kind: LifeEvent | None
    month: int
    settle: Settle
    outcome: list[Any]


class Works:
    """The works of one day, in the order in which they were handed in."""

    def __init__(self) -> None:
        self.entered: list[Entered] = []
        self._open, self._ended = 0, asyncio.Event()

    def submit(self, town: Town, kind: LifeEvent | None, month: int, work: Callable[[Transaction], Any], settle: Settle) -> None:
        """Queue one at its town's register."""
        entered = Entered(kind, month, settle, [])
        self.entered.append(entered)
        self._open += 1
        self._ended.clear()
        town.office.write(work, partial(self._then, entered))

    def _then(self, entered: Entered, outcome: Any) -> None:
        entered.outcome.append(outcome)
        self._open -= 1
        if not self._open:
            self._ended.set()

    async def ended(self) -> list[Entered]:
        """All of them, once the last is on disk. Raises Broken if that takes minutes."""
        try:
            async with asyncio.timeout(DAY_S_MAX):
                if self._open:
                    await self._ended.wait()
        except TimeoutError as error:
            still = Say("a day's events are not on disk after minutes.", "一日分の異動が書き終わりません。")
            raise Broken("events", still, Say("Look at the machine's disk.", "記憶装置を確かめてください。")) from error
        return self.entered


class Year:
    """A year of some towns of one prefecture, and of one town `elsewhere` that stands for the rest of the country."""

    def __init__(self, towns: Sequence[Town], elsewhere: Town, shares: Mapping[str, int], calendar: Calendar, year: int, seed: str) -> None:
        self._elsewhere, self._calendar, self._year = elsewhere, calendar, year
        self._random = Random(f"{seed}/year")  # noqa: S311  repeatable on purpose
        self._sizes = Lots((town, shares[town.code]) for town in towns)
        self._known = _merged([zip(repeat(town), events_of_year(town.random_of_year, shares[town.code], year)) for town in towns])
        self._next: Known | None = next(self._known, None)
        self._due: defaultdict[datetime.date, list[Known]] = defaultdict(list)
        self._arriving: defaultdict[datetime.date, list[Coming]] = defaultdict(list)
        self._wanted: deque[Known] = deque()
        """Movers within the prefecture whom a town expects, and whom no town has let go yet."""
        self._works: dict[datetime.date, Works] = {}
        self.counts: Counter[LifeEvent] = Counter()
        self.months_of_moves: Counter[int] = Counter()
        """Moves by the month in which they happened."""
        self.elsewhere = self.nobody = self.refused = 0
        """Events of the town elsewhere; events for which nobody of the right age lives there; events that a register refused."""
        self.refusals: list[str] = []

    @property
    def entered(self) -> int:
        """Events in the towns of the prefecture."""
        return self.counts.total()

    async def run(self, between: Callable[[], Awaitable[None]], tell: Tell = lambda done, total: None) -> None:
        """Enter everything, day by day; `between` is waited for once a week, so that hubs do not fall behind for ever."""
        first, last = datetime.date(self._year, 1, 1), datetime.date(self._year + 1, 1, 1) + datetime.timedelta(NOTIFIED_WITHIN_DAYS)
        day, end = first, last + 2 * AHEAD
        while day <= end:
            self._look_ahead(day + AHEAD)
            await self._look_through(day - AHEAD)
            self._do(day)
            tell((day - first).days, (end - first).days)
            if day.weekday() == 0:
                await between()
            day += A_DAY
        for late in sorted(self._works):
            await self._look_through(late)

    def _look_ahead(self, until: datetime.date) -> None:
        """Hear of all that has happened until then."""
        while self._next is not None and self._next.happening.happened_on <= until:
            known, happening = self._next, self._next.happening
            if happening.kind is LifeEvent.MOVE_WITHIN_PREFECTURE_IN:
                self._wanted.append(known)
            elif happening.kind is LifeEvent.MOVE_ACROSS_PREFECTURES_IN:  # leaves elsewhere a week before
                self._due[max(happening.notified_on, datetime.date(self._year, 1, 1) + AHEAD) - AHEAD].append(known)
            else:
                self._due[happening.notified_on].append(known)
            self._next = next(self._known, None)

    async def _look_through(self, day: datetime.date) -> None:
        """Wait for a day's works; only now do their outcomes count."""
        works = self._works.pop(day, None)
        for kind, month, settle, (outcome,) in await works.ended() if works else ():
            if isinstance(outcome, OpenJukiError):
                self._refuse(kind, outcome)
                continue
            settle(outcome)
            if kind is None:
                self.elsewhere += 1
            else:
                self.counts[kind] += 1
                self.months_of_moves[month] += kind in MOVES

    def _refuse(self, kind: LifeEvent | None, error: OpenJukiError) -> None:
        self.refused += 1
        if len(self.refusals) < REFUSALS_SHOWN:
            self.refusals.append(f"{kind.value if kind else 'elsewhere'}: {error}")

    def _do(self, day: datetime.date) -> None:
        """Hand in all that is notified on a day."""
        self._calendar.day, works = day, Works()
        self._works[day] = works
        for coming in self._arriving.pop(day, ()):
            if coming.leavers:  # else the old office has refused to let them go
                self._arrive(works, day, coming)
        for known in self._due.pop(day, ()):
            if not _STEPS[known.happening.kind](self, works, day, known):
                self.nobody += 1

    # -- one method for each kind of event; False if nobody of the right age is there

    def _birth(self, works: Works, day: datetime.date, known: Known) -> bool:
        town, happening = known
        mother = town.people.mother(town.random, day.year - happening.age)
        if mother is None:
            return False
        sex = town.sex()
        filed, names = Filed(day, happening.happened_on, mother), (town.surname(), town.given(sex, day.year))
        self._submit(works, known, lambda transaction: town.desk.birth(transaction, filed, *names, sex), _comes(town))
        return True

    def _death(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed = _leaving(day, known)
        if filed is not None:
            self._submit(works, known, lambda transaction: known.town.desk.death(transaction, filed), _nothing)
        return filed is not None

    def _abroad(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed = _leaving(day, known)
        if filed is not None:
            self._submit(works, known, lambda t: known.town.desk.move_out(t, filed, ABROAD, abroad=True), _nothing)
        return filed is not None

    def _within(self, works: Works, day: datetime.date, known: Known) -> bool:
        """Out of one town, for one that expects somebody, or else for any other."""
        filed = _leaving(day, known)
        if filed is None:
            return False
        there = self._expected_elsewhere_than(known)
        self._send(works, known.happening.kind, known.happening, known.town, filed, there)
        return True

    def _expected_elsewhere_than(self, known: Known) -> Known:
        for place, wanted in enumerate(self._wanted):
            if wanted.town is not known.town:
                del self._wanted[place]
                return wanted
        others = (town for town in iter(lambda: self._sizes.draw(self._random), None) if town is not known.town)
        return Known(next(others), known.happening._replace(kind=LifeEvent.MOVE_WITHIN_PREFECTURE_IN))

    def _across_out(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed = _leaving(day, known)
        if filed is not None:
            self._send(works, known.happening.kind, known.happening, known.town, filed, Known(self._elsewhere, known.happening))
        return filed is not None

    def _across_in(self, works: Works, day: datetime.date, known: Known) -> bool:
        """The beginning of it, a week before: out of the town elsewhere."""
        born = day.year - known.happening.age
        person = self._elsewhere.people.take(self._elsewhere.random, born)
        if person is not None:
            left = Filed(day, min(day, known.happening.happened_on), person)
            self._send(works, None, known.happening, self._elsewhere, left, known)
        return person is not None

    def _send(self, works: Works, kind: LifeEvent | None, happening: Happening, town: Town, filed: Filed, there: Known) -> None:
        """Out of a town; the mover arrives `there` when expected, but not before the certificate is there."""
        coming, destination = Coming(there, []), municipality(there.town.code).written
        self._arriving[weekday(max(there.happening.notified_on, filed.notified_on + AHEAD))].append(coming)
        month = happening.happened_on.month
        works.submit(town, kind, month, lambda t: town.desk.move_out(t, filed, destination), coming.leavers.append)

    def _arrive(self, works: Works, day: datetime.date, coming: Coming) -> None:
        town, happening = coming.to
        (leaver,) = coming.leavers
        home = town.home(_age(leaver, day), day)
        filed, kind = Filed(day, min(day, happening.happened_on)), None if town is self._elsewhere else happening.kind
        month = happening.happened_on.month
        works.submit(town, kind, month, lambda t: town.desk.move_in(t, filed, leaver, home), _comes(town))

    def _from_abroad(self, works: Works, day: datetime.date, known: Known) -> bool:
        town, happening = known
        filed, arrival = Filed(day, happening.happened_on), town.newcomer(happening.age, happening.happened_on)
        home = town.home(happening.age, day)
        self._submit(works, known, lambda transaction: town.desk.from_abroad(transaction, filed, arrival, home), _comes(town))
        return True

    def _address(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed, town = _staying(day, known), known.town
        if filed is not None:
            home = town.home(known.happening.age, day)
            self._submit(works, known, lambda transaction: town.desk.change_address(transaction, filed, home), _nothing)
        return filed is not None

    def _correction(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed, town = _staying(day, known), known.town
        if filed is not None:
            given, since_ever = town.given(town.sex(), day.year - known.happening.age), bool(below(town.random, 2))
            self._submit(works, known, lambda t: town.desk.correction(t, filed, given, since_ever=since_ever), _nothing)
        return filed is not None

    def _code_change(self, works: Works, day: datetime.date, known: Known) -> bool:
        filed = _staying(day, known)
        if filed is not None:
            self._submit(works, known, lambda transaction: known.town.desk.code_change(transaction, filed), _nothing)
        return filed is not None

    def _submit(self, works: Works, known: Known, work: Callable[[Transaction], Any], settle: Settle) -> None:
        works.submit(known.town, known.happening.kind, known.happening.happened_on.month, work, settle)


_STEPS: Mapping[LifeEvent, Callable[[Year, Works, datetime.date, Known], bool]] = {
    LifeEvent.BIRTH: Year._birth,
    LifeEvent.DEATH: Year._death,
    LifeEvent.MOVE_WITHIN_PREFECTURE_OUT: Year._within,
    LifeEvent.MOVE_ACROSS_PREFECTURES_OUT: Year._across_out,
    LifeEvent.MOVE_ACROSS_PREFECTURES_IN: Year._across_in,
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


def _leaving(day: datetime.date, known: Known) -> Filed | None:
    """Somebody of the event's age, who lives there no more from now on."""
    person = known.town.people.take(known.town.random, day.year - known.happening.age)
    return None if person is None else Filed(day, known.happening.happened_on, person)


def _staying(day: datetime.date, known: Known) -> Filed | None:
    """Somebody of the event's age."""
    person = known.town.people.draw(known.town.random, day.year - known.happening.age)
    return None if person is None else Filed(day, known.happening.happened_on, person)


def _comes(town: Town) -> Settle:
    return lambda record: town.people.add(record.person, record.birth, record.sex)


def _nothing(outcome: Any) -> None:
    """Nobody comes by it."""


def _age(leaver: Leaver, on: datetime.date) -> int:
    birth = leaver.certificate.persons[0].birth[:4]
    return on.year - int(birth) if birth.isdigit() and birth != "0000" else 40


def weekday(day: datetime.date) -> datetime.date:
    """The day, or the Monday after it if offices are shut."""
    return day + datetime.timedelta(7 - day.weekday() if day.weekday() > 4 else 0)
