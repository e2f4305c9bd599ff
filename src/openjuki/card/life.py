"""The whole life of a card, from its events to its standing on a day (カードの運用状況, Act art. 30-44, Order art. 30-16 to 30-24).

    making ── issued ──> valid <──> suspended (loss; found)
                           │  └──> moving (moving-out notified) ──> waiting (moving-in notified: 90 days) ──> valid (continued use)
                           └─────> ended, by one of the causes of Order art. 30-20, or by its last day ──> returned ──> destroyed

Events have a version each and are folded in that order, whatever order they arrived in; one that comes twice changes nothing. Terms run out
by themselves: nobody has to tell that a card has expired.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

RENEWAL_MONTHS = 3
"""Order art. 30-18: a new card may be asked for when less than this is left."""
MOVE_IN_DAYS, MOVED_DAYS, CONTINUE_DAYS = 30, 14, 90
"""Order art. 30-20 items 2 and 3."""


class CardEventKind(StrEnum):
    """What happens to a card, as its municipality tells it (Order art. 30-24)."""

    MAKING = "making"
    ISSUED = "issued"
    LOST = "lost"
    FOUND = "found"
    MOVED_OUT = "moved-out"  # the day is the planned date of moving
    MOVED_IN = "moved-in"  # the first moving-in notification of that move; the day is that of the notification
    CONTINUED = "continued"
    ENDED = "ended"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class EndCause(StrEnum):
    """Why a card is no longer valid: the items of Order art. 30-20, expiry, and a card whose making failed."""

    EXPIRED = "expired, 令30-16"
    ABROAD = "moved abroad, 令30-20 item 1"
    NOT_MOVED_IN = "no moving-in in time, 令30-20 item 2"
    NOT_CONTINUED = "not handed in within 90 days or moved on, 令30-20 item 3"
    DEATH = "death, 令30-20 item 4"
    OUT_OF_LAW = "out of the Act's scope, 令30-20 item 5"
    ERASED = "record erased, 令30-20 item 6"
    CODE_CHANGED = "code changed, 令30-20 item 7"
    REISSUED = "re-issue asked for, 令30-20 item 8"
    RETURNED = "returned, 令30-20 item 9"
    RETURN_ORDERED = "return ordered, 令30-20 item 10"
    NOT_MADE = "its making failed"


class CardStanding(StrEnum):
    """What a card is on a day."""

    MAKING = "making"
    VALID = "valid"
    SUSPENDED = "suspended"
    MOVING = "moving"  # still valid: it opens the move with one visit
    WAITING = "waiting"  # valid for continued use only
    ENDED = "ended"
    RETURNED = "returned"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class CardEvent:
    """One event: its place in the card's life, its day, and what belongs to its kind."""

    version: int
    kind: CardEventKind
    day: datetime.date
    last_day: datetime.date | None = None
    """Of ISSUED: the last day on which the card is valid; of CONTINUED, for an office that has not heard of the issue."""
    cause: EndCause | None = None
    """Of ENDED."""
    moved: datetime.date | None = None
    """Of MOVED_IN: the day on which the holder really moved, as then notified."""


@dataclass(frozen=True, slots=True)
class CardLife:
    """What the events so far make of a card; `standing` and `cause` say what it is on a day."""

    version: int = 0
    told: CardStanding = CardStanding.MAKING
    last_day: datetime.date | None = None
    planned: datetime.date | None = None
    notified: datetime.date | None = None
    ended_by: EndCause | None = None

    def cause(self, day: datetime.date) -> EndCause | None:
        """Why it is not valid on this day; None if no cause has arisen."""
        if self.ended_by is not None:
            return self.ended_by
        if self.last_day is not None and day > self.last_day:
            return EndCause.EXPIRED
        if self.notified is not None and day > self.notified + datetime.timedelta(CONTINUE_DAYS):
            return EndCause.NOT_CONTINUED
        if self.planned is not None and self.notified is None and day > self.planned + datetime.timedelta(MOVE_IN_DAYS):
            return EndCause.NOT_MOVED_IN
        return None

    def standing(self, day: datetime.date) -> CardStanding:
        """What it is on this day."""
        if self.told in (CardStanding.RETURNED, CardStanding.DESTROYED):
            return self.told
        return CardStanding.ENDED if self.cause(day) else self.told

    def serves(self, day: datetime.date) -> bool:
        """Whether its holder may be confirmed with it on this day."""
        return self.standing(day) in (CardStanding.VALID, CardStanding.MOVING, CardStanding.WAITING)

    def may_be_renewed(self, day: datetime.date) -> bool:
        """Whether a new card may be asked for because little time is left (Order art. 30-18)."""
        return self.serves(day) and self.last_day is not None and day > _months_before(self.last_day, RENEWAL_MONTHS)


def fold(events: Iterable[CardEvent]) -> CardLife:
    """The life that these events make, in the order of their versions.

    Two that differ under one version were told before and after their town lost its disk: both count, in one order whichever came first,
    a loss last.
    """
    life = CardLife()
    for event in sorted(set(events), key=_place):
        life = after(life, event)
    return life


def _place(event: CardEvent) -> tuple[object, ...]:
    last_day, moved = event.last_day or datetime.date.min, event.moved or datetime.date.min
    return event.version, event.kind is CardEventKind.LOST, event.kind, event.day, last_day, event.cause or "", moved


def after(life: CardLife, event: CardEvent) -> CardLife:
    """The life after one more event. What has ended stays so: only return and destruction follow (a found card is not revived)."""
    life = replace(life, version=event.version)
    if event.kind is CardEventKind.DESTROYED:
        return replace(life, told=CardStanding.DESTROYED, ended_by=life.ended_by or EndCause.RETURNED)
    if event.kind is CardEventKind.RETURNED:
        told = life.told if life.told is CardStanding.DESTROYED else CardStanding.RETURNED
        return replace(life, told=told, ended_by=life.cause(event.day) or EndCause.RETURNED)
    if life.cause(event.day) or life.told in (CardStanding.RETURNED, CardStanding.DESTROYED):
        return replace(life, ended_by=life.cause(event.day))
    return _while_alive(life, event)


def _while_alive(life: CardLife, event: CardEvent) -> CardLife:
    match event.kind:
        case CardEventKind.ISSUED:
            return replace(life, told=CardStanding.VALID, last_day=event.last_day)
        case CardEventKind.LOST:
            return replace(life, told=CardStanding.SUSPENDED)
        case CardEventKind.FOUND:
            return replace(life, told=_unsuspended(life))
        case CardEventKind.MOVED_OUT:
            if life.notified is not None:  # moved on before the card was handed in
                return replace(life, ended_by=EndCause.NOT_CONTINUED)
            return replace(life, told=_kept(life, CardStanding.MOVING), planned=event.day)
        case CardEventKind.MOVED_IN:
            late = event.moved is not None and event.day > event.moved + datetime.timedelta(MOVED_DAYS)
            cause = EndCause.NOT_MOVED_IN if late else None
            return replace(life, told=_kept(life, CardStanding.WAITING), notified=event.day, ended_by=cause)
        case CardEventKind.CONTINUED:
            last_day = life.last_day or event.last_day
            return replace(life, told=_kept(life, CardStanding.VALID), last_day=last_day, planned=None, notified=None)
        case CardEventKind.ENDED:
            return replace(life, ended_by=event.cause or EndCause.RETURN_ORDERED)
    return life


def _kept(life: CardLife, standing: CardStanding) -> CardStanding:
    """The new standing, but a lost card stays suspended."""
    return CardStanding.SUSPENDED if life.told is CardStanding.SUSPENDED else standing


def _unsuspended(life: CardLife) -> CardStanding:
    """What a card is once it was found, by what happened meanwhile."""
    if life.notified is not None:
        return CardStanding.WAITING
    return CardStanding.MOVING if life.planned is not None else CardStanding.VALID


def last_day_of(issued: datetime.date, stay_ends: datetime.date | None = None) -> datetime.date:
    """The last valid day: ten years from issue (Order art. 30-16), of a foreign resident no longer than the stay."""
    leap = (issued.month, issued.day) == (2, 29) and not _is_leap(issued.year + 10)
    tenth = datetime.date(issued.year + 10, 3, 1) if leap else issued.replace(year=issued.year + 10)
    return min(tenth - datetime.timedelta(1), stay_ends or datetime.date.max)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months earlier; the last of the month where there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    following = datetime.date(year + month // 11, (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(day.day, (following - datetime.timedelta(1)).day))
