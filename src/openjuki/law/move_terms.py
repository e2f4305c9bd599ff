"""Terms of a move with one visit: 30, 14 and 90 days (転入届の特例の期限, Act art. 22, 24-2, 30-44; 令24の2, 30の20; text of 2013-12).

A term of days does not count the day from which it runs (Civil Code art. 140): with a planned day of 1 April thirty days have passed on
2 May (三十日を経過した日), so 1 May is the last day of the first notification. Nothing here extends a term that ends on a holiday.
"""

import datetime
from typing import NamedTuple

PLANNED_DAYS = 30
"""From the planned day of the move-out (令24の2(1)二, 30の20 二)."""
MOVED_DAYS = 14
"""From the day on which the person moved in (Act art. 22; 令24の2(1)二, 30の20 二)."""
CARD_DAYS = 90
"""From the first moving-in notification, for handing in the card (令30の20 三)."""


class FirstMoveInTerm(NamedTuple):
    """The last day on which the first moving-in notification needs no certificate on paper, and which term ends on it."""

    last_day: datetime.date
    days: int


def first_move_in(planned: datetime.date, moved_in: datetime.date | None = None) -> FirstMoveInTerm:
    """Which of the two terms ends first (いずれか早い日); without a known day of moving in the planned one alone."""
    by_plan = FirstMoveInTerm(planned + datetime.timedelta(days=PLANNED_DAYS), PLANNED_DAYS)
    if moved_in is None:
        return by_plan
    return min(by_plan, FirstMoveInTerm(moved_in + datetime.timedelta(days=MOVED_DAYS), MOVED_DAYS))


def card_handed_in_until(first_notified: datetime.date) -> datetime.date:
    """The last day on which a card that moved along is handed in and goes on being valid."""
    return first_notified + datetime.timedelta(days=CARD_DAYS)


def may_still_announce(planned: datetime.date, notified: datetime.date) -> bool:
    """Whether a moving-out notification of that day still makes a move with one visit; later ones are entered ex officio (j4.1.3.0.1)."""
    return notified <= planned + datetime.timedelta(days=MOVED_DAYS)
