"""Eras and the days on which each begins and ends (元号; standard specification 1.3.6): the one table to extend when the era changes.

A paper names days to come in an era that was known on its own day: one of 2013 says 平成35年. An era is known from the day on which
the cabinet order with its name was made public (the Era Name Act, 元号法; 令和: 1 April 2019).
"""

import datetime
from functools import lru_cache
from typing import NamedTuple

Span = tuple[datetime.date, datetime.date]
"""First and last day, both included."""


class Era(NamedTuple):
    """One era; `first` to `last` are the days on which its dates agree with the Gregorian calendar day for day."""

    letter: str
    name: str
    year_one: int
    first: datetime.date
    last: datetime.date
    known_from: datetime.date
    """The day on which its name was promulgated."""


ERAS = (
    Era("M", "明治", 1868, datetime.date(1873, 1, 1), datetime.date(1912, 7, 29), datetime.date(1868, 10, 23)),
    Era("T", "大正", 1912, datetime.date(1912, 7, 30), datetime.date(1926, 12, 24), datetime.date(1912, 7, 30)),
    Era("S", "昭和", 1926, datetime.date(1926, 12, 25), datetime.date(1989, 1, 7), datetime.date(1926, 12, 25)),
    Era("H", "平成", 1989, datetime.date(1989, 1, 8), datetime.date(2019, 4, 30), datetime.date(1989, 1, 7)),
    Era("R", "令和", 2019, datetime.date(2019, 5, 1), datetime.date.max, datetime.date(2019, 4, 1)),
)

BY_LETTER = {era.letter: era for era in ERAS}
BY_NAME = {spelling: era for era in ERAS for spelling in (era.letter, era.name, era.name[0])}


@lru_cache
def known_on(day: datetime.date) -> tuple[Era, ...]:
    """The eras known on a day; the last of them has no end yet."""
    known = [era for era in ERAS if era.known_from <= day]
    return (*known[:-1], *(era._replace(last=datetime.date.max) for era in known[-1:]))


_LUNAR_NEW_YEARS = ((1868, 1, 25), (1869, 2, 11), (1870, 1, 31), (1871, 2, 19), (1872, 2, 9), (1873, 1, 1))


def lunar_span(year: int) -> Span:
    """Gregorian days of Meiji `year` 1 to 5: those years followed the old calendar, which ended on 明治5年12月2日 = 31 December 1872."""
    following = datetime.date(*_LUNAR_NEW_YEARS[year])
    return datetime.date(*_LUNAR_NEW_YEARS[year - 1]), following - datetime.timedelta(days=1)


def overlap(one: Span, other: Span) -> Span | None:
    """The days that two spans share; None if there are none."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def year_in_era(era: Era, year: int) -> str:
    """A Gregorian year written in `era`: 昭和12年, 令和元年."""
    number = year - era.year_one + 1
    return f"{era.name}{'元' if number == 1 else number}年"
