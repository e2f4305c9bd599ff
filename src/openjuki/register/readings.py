"""Readings: what a history says on a day if some of its days are partial or unknown (不詳日のある履歴の時点照会; Act art. 7; promise X3).

A step of a history holds from some day between `first` and `last`. Before the first day it surely does not hold, from the last day on
it surely does, and in between both are read. So an answer is one thing, or all the things that may be, and never a guess.
docs/decisions/0013-what-a-partial-day-answers.md has the reasons.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from openjuki.register.date_forms import parse
from openjuki.register.dates import UNKNOWN_DATE, DateText
from openjuki.register.eras import Span

T = TypeVar("T")
A = TypeVar("A")


class Certainty(StrEnum):
    """How far an answer can be relied on."""

    CERTAIN = "certain"
    """One answer, whatever the partial and unknown days were."""
    POSSIBLE = "possible"
    """Several answers, since a partial day lies on both sides of the day asked about."""
    UNKNOWN = "unknown"
    """Several answers, one of them only because nothing at all is known of some day."""


class Step(NamedTuple, Generic[T]):
    """One step of a history: what it makes of the state before it, and between which days it began to hold."""

    first: datetime.date
    last: datetime.date
    make: Callable[[T | None], T | None]
    begins: bool = False
    """Whether a residence begins here: the steps after it, up to the next one that begins, hold only if it does."""
    undated: bool = False
    """Whether nothing is known of the day but that it is not after `last`."""


class Answer(NamedTuple, Generic[A]):
    """All that may be so, each once; the first is what the register shows, which takes each doubtful day as late as it can be."""

    certainty: Certainty
    possible: tuple[A, ...]


class Readings(NamedTuple, Generic[T]):
    """The states that a history may have had; None if there was none. `dated` leaves out what only wholly unknown days make possible."""

    states: list[T | None]
    dated: list[T | None]

    def answer(self, of: Callable[[T | None], A]) -> Answer[A]:
        """The answer to a question about the state."""
        possible = _each_once(of(state) for state in self.states)
        if len(possible) == 1:
            return Answer(Certainty.CERTAIN, tuple(possible))
        known = len(_each_once(of(state) for state in self.dated)) == len(possible)
        return Answer(Certainty.POSSIBLE if known else Certainty.UNKNOWN, tuple(possible))


def readings(steps: Sequence[Step[T]], as_of: DateText) -> Readings[T]:
    """What the steps, in the order in which they apply, may have made on a day; the day asked about may be partial or unknown itself.

    InvalidInput if `as_of` is no canonical date.
    """
    days = _days_to_read(steps, as_of)
    states = _each_once(state for day in days for state in _on(steps, day, undated_too=True))
    asked = days[-1:] if as_of == UNKNOWN_DATE else days
    return Readings(states, _each_once(state for day in asked for state in _on(steps, day, undated_too=False)))


def _days_to_read(steps: Sequence[Step[T]], as_of: DateText) -> list[datetime.date]:
    """The days of the question on which the answer may change, the last first: the rest answer as one of these."""
    turns = {day for step in steps for day in (step.first, step.last)}
    days = {day for start, end in spans(as_of, "as_of") for day in (start, *turns) if start <= day <= end}
    return sorted(days, reverse=True)


def spans(text: DateText, item: str) -> tuple[Span, ...]:
    """The days for which a date may stand, in order; InvalidInput naming `item` if it is not canonical."""
    forms = parse(text, item)
    return forms[0].spans() if len(forms) == 1 else ((forms[0].spans()[0][0], forms[1].spans()[-1][1]),)


def _on(steps: Sequence[Step[T]], day: datetime.date, *, undated_too: bool) -> list[T | None]:
    """Every state that may have been on one day, the one the register shows first; `inside` says whether the residence has begun."""
    read: list[tuple[T | None, bool]] = [(None, False)]
    for step in steps:
        if day < step.first:
            read = _each_once((state, False) for state, _ in read) if step.begins else read
            continue
        done = [(step.make(state), True) if inside or step.begins else (state, False) for state, inside in read]
        if day >= step.last:
            read = _each_once(done)
        elif undated_too or not step.undated:
            read = _each_once([*((state, inside and not step.begins) for state, inside in read), *done])
        elif step.begins:
            read = _each_once((state, False) for state, _ in read)
    return _each_once(state for state, _ in read)


def _each_once(found: Iterable[A]) -> list[A]:
    """Each once, in the order of the first: they need not be hashable, and are few."""
    kept: list[A] = []
    for each in found:
        if each not in kept:
            kept.append(each)
    return kept
