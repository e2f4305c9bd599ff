"""How long things are kept: identity and provisions at the hubs, records, papers (保存期間; 令30の6, 30の11, 34; 150 years from 2019).

Days are counted as the orders write: "from the day of the notice counted" (起算して) takes that day in, "for five years from the day of the
removal" begins with the next. Each rule is read as of a day `on`: what is still kept when the 150 years come is kept so long, what had run
out before is not revived. Nothing here deletes: a sweep of that day asks `may_go`.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from openjuki.law.calendar import Profile, Rule, holds
from openjuki.law.kinds import OfficeKind

_SHORT, _LONG, _ABROAD, _PROVISION = 5, 150, 80, 7
"""Years."""


class Told(StrEnum):
    """What a notice of identity confirmation information was about."""

    ENTERED = "entered"
    """Entry, or correction of what stands there."""
    REMOVED = "removed"
    DIED = "died"


class HeldIdentity(NamedTuple):
    """One state of one person at a hub, and the days that decide how long it stays; None for what has not come yet."""

    told: Told
    told_on: date
    next_told_on: date | None = None
    """A newer notice about the same person."""
    transfer_confirmed_on: date | None = None
    """転出確定通知 (令13(3)); counts at a prefecture only."""
    first_recorded_known_on: date | None = None
    """It became known that the person is in some register for the first time; counts at a prefecture only."""


def last_day(first: date, years: int) -> date:
    """Last day of a time of whole years whose first day is `first`; 2013-12-01 and 5 give 2018-11-30 (Civil Code 143)."""
    if (first.month, first.day) == (2, 29):
        return date(first.year + years, 2, 28)
    return first.replace(year=first.year + years) - timedelta(1)


def identity_kept_until(held: HeldIdentity, hub: OfficeKind, on: date, profile: Profile = Profile.OPEN) -> date | None:
    """Last day on which a prefecture or the centre keeps that state, by the rule of the day `on`; None as long as nothing sets it."""
    if held.told is Told.ENTERED:
        return None if held.next_told_on is None else _kept(held.next_told_on, None, on, profile)
    return _kept(held.told_on, _trace_lost(held, hub) if held.told is Told.REMOVED else None, on, profile)


def identity_kept_at_least_until(told_on: date) -> date:
    """Last day before which no state told on that day can go, whatever it was about: a sweep need not look at what came later."""
    return last_day(told_on, _SHORT)


def _trace_lost(held: HeldIdentity, hub: OfficeKind) -> date:
    """Until when somebody who moved away is looked for: the earliest of what tells where they are, 80 years at most."""
    traces = [held.next_told_on]
    if hub is OfficeKind.PREFECTURE:
        traces += [held.transfer_confirmed_on, held.first_recorded_known_on]
    return min([day for day in traces if day is not None], default=last_day(held.told_on, _ABROAD))


def removed_record_kept_until(removed_on: date, on: date, profile: Profile = Profile.OPEN) -> date:
    """Last day on which the municipality keeps a removed or remade resident record or address supplement (令34(1))."""
    return _kept(removed_on + timedelta(1), None, on, profile)


def supplement_of_abroad_kept_until(removed_on: date, on: date, profile: Profile = Profile.OPEN) -> date:
    """The same of an address supplement of somebody alive without an address in the country: at least 80 years (令34(2))."""
    return _kept(removed_on + timedelta(1), last_day(removed_on + timedelta(1), _ABROAD), on, profile)


def paper_kept_until(received_on: date) -> date:
    """Last day of a notification, notice or other paper under the Act: a year (令34(3))."""
    return last_day(received_on + timedelta(1), 1)


def dealt_with_kept_until(done_on: date) -> date:
    """Ours, where no order speaks of it: what was dealt with, sent or heard of on a day, a year after it, as a paper (令34(3))."""
    return paper_kept_until(done_on)


def kept_years_until(day: date, years: int) -> date:
    """Last day of so many whole years after a day, where an ordinance says how many."""
    return last_day(day + timedelta(1), years)


def provision_kept_until(answered_on: date) -> date:
    """Last day on which a hub knows of an answer whom it was about: seven years, as prefectures state it; policy, no order says it.

    How often whom was answered is kept as long as the affairs go on (帳簿, Act art. 30-21, Rules 31(2)).
    """
    return last_day(answered_on + timedelta(1), _PROVISION)


def report_open_until(published_on: date) -> date:
    """Last day on which a yearly report lies open to everybody: five years (Rules 21, 27)."""
    return last_day(published_on, _SHORT)


def first_kept(kept_until: Callable[[date], date], on: date) -> date:
    """The first day of which `kept_until` (of papers or answers) still keeps something on the day `on`; all before it may go."""
    days = range(on.replace(year=on.year - _PROVISION - 1, day=1).toordinal(), on.toordinal())
    place = bisect_left(days, True, key=lambda day: not may_go(kept_until(date.fromordinal(day)), on))
    return date.fromordinal(days.start + place)


def may_go(kept_until: date | None, on: date) -> bool:
    """Whether a sweep on that day may delete what is kept until then."""
    return kept_until is not None and on > kept_until


def _kept(first: date, at_least: date | None, on: date, profile: Profile) -> date:
    """Five years from `first`, or 150 by the rule of `on` for what was still kept when that rule came; never less than `at_least`."""
    short, long = (max(last_day(first, years), at_least or date.min) for years in (_SHORT, _LONG))
    return long if holds(Rule.LONG_RETENTION, on, profile) and holds(Rule.LONG_RETENTION, short, profile) else short
