"""The table of what sweeps take away: by which rule, kept until when, and who says so (保存期間の一覧; 令30の6, 30の11, 34).

Where no order speaks of it the term is ours, and the reason stands beside it; some of these a municipality sets by ordinance. What a
restore or a resend still needs stays whatever its term is: the marks that guard it are named with the sweeps (offices/retention*.py,
nodes/register_link/sweeping.py).
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from openjuki.law.retention import dealt_with_kept_until, first_kept, kept_years_until, paper_kept_until, provision_kept_until


class SweepRule(StrEnum):
    """By which rule something goes."""

    SUPERSEDED = "superseded-identity"
    REMOVED = "removed-identity"
    DIED = "identity-of-the-dead"
    CODE = "code-of-nobody"
    PARKED = "parked-change"
    CARD = "card-of-nobody"
    PROVISION = "provision-log"
    SET_ASIDE = "set-aside-notice"
    SENT = "sent-notice"
    SENT_IDENTITY = "sent-identity"
    SUPPLEMENT = "closed-supplement"
    PAPER = "paper-dealt-with"
    FILING_SENT = "filing-passed-on"
    DECIDED = "decided-event"
    WORK = "work-done"
    LINK_OUTCOME = "link-outcome"
    LINK_MESSAGE = "link-message"
    LINK_SET_ASIDE = "link-set-aside"
    APPLICATION = "application-over"
    TOLD = "told-of-somebody"
    CARD_OVER = "card-over"
    RESTRAINT = "ended-restraint"
    GUIDANCE = "closed-guidance"


class Years(NamedTuple):
    """How many whole years something is kept where an ordinance says it: until it does, at least, at most."""

    usual: int
    least: int
    most: int


class Term(NamedTuple):
    """How long something is kept under one rule."""

    source: str
    """The article; "ours" where none speaks of it. A sweep's trace says it."""
    counted_from: str
    why: str = ""
    """Why ours is what it is."""
    kept_until: Callable[[date], date] | None = None
    """Last day, from the day that counts; None where law/retention.py looks at more than one day."""
    by_ordinance: Years | None = None
    """What a municipality may set (offices/retention_years.py); `kept_until` is then by the usual years."""


def _set(source: str, counted_from: str, why: str, years: Years) -> Term:
    """A term that a municipality may set."""
    return Term(source, counted_from, why, partial(kept_years_until, years=years.usual), years)


TERMS: Mapping[SweepRule, Term] = {
    SweepRule.SUPERSEDED: Term("令30-6(1), 30-11(1)", "the notice of the next state"),
    SweepRule.REMOVED: Term("令30-6(2), 30-11(2)", "its own notice, or the next about the person"),
    SweepRule.DIED: Term("令30-6(3), 30-11(3)", "its own notice"),
    SweepRule.CODE: Term("令30-6, 30-11", "the last state of its person"),
    SweepRule.PARKED: Term("令30-6, 30-11", "its arrival, as if it were held"),
    SweepRule.SENT_IDENTITY: Term("令30-6, 30-11", "as what it tells: a copy is kept no longer than what it is a copy of"),
    SweepRule.CARD: Term(
        "ours", "its arrival", "as a paper, but never while its holder is known: the card's state follows from all of it",
        dealt_with_kept_until,
    ),
    SweepRule.SUPPLEMENT: Term("令34(1), 34(2)", "the day on which it was closed"),
    SweepRule.PROVISION: Term("policy: 7 years", "the answer", "as prefectures state it", provision_kept_until),
    SweepRule.SET_ASIDE: Term("令34(3)", "its arrival", kept_until=paper_kept_until),
    SweepRule.PAPER: Term("令34(3)", "its arrival", kept_until=paper_kept_until),
    SweepRule.SENT: Term(
        "ours", "the sweep that first saw it arrived",
        "as its receiver's paper; so old is the oldest copy from which a receiver can be put back", dealt_with_kept_until,
    ),
    SweepRule.FILING_SENT: Term("ours", "its sending", "as long as the receiver keeps it as a paper", dealt_with_kept_until),
    SweepRule.DECIDED: Term(
        "ours", "the decision", "what was approved stands in the register; a refusal is asked about soon", dealt_with_kept_until
    ),
    SweepRule.WORK: Term("ours", "the day on which it was done", "as the papers that it was about", dealt_with_kept_until),
    SweepRule.LINK_OUTCOME: Term("ours", "the event's arrival", "as the paper that the event would be", dealt_with_kept_until),
    SweepRule.LINK_MESSAGE: Term(
        "ours", "the sweep that first saw it acknowledged",
        "so old is the oldest copy from which an existing system can be put back and hear it again", dealt_with_kept_until,
    ),
    SweepRule.LINK_SET_ASIDE: Term("ours", "the settling", "as the paper that the event would be", dealt_with_kept_until),
    SweepRule.APPLICATION: Term("令34(3)", "its acceptance", kept_until=paper_kept_until),
    SweepRule.TOLD: Term(
        "policy: 7 years", "the request", "as the log of provisions: it says who was told something about whom", provision_kept_until
    ),
    SweepRule.CARD_OVER: _set(
        "ours, by ordinance: no article names a term", "the later of its last day and the last that was written of it",
        "as long as the record of issues of the certificates that it carries (JPKI Order art. 2): whatever a card was used for can be asked"
        " about so long", Years(usual=10, least=1, most=30),
    ),
    SweepRule.RESTRAINT: _set(
        "ours, by ordinance: no article and no item of the standard names a term", "the later of its end and the last decision on it",
        "as long as it is known what was told to whom: a complaint about a copy is answered from both", Years(usual=7, least=1, most=30),
    ),
    SweepRule.GUIDANCE: Term("令34(3)", "the later of its close and its last letter", kept_until=paper_kept_until),
}  # fmt: skip


def first_day_kept(rule: SweepRule, on: date) -> date:
    """The first day of which that rule still keeps something on the day `on`; all of before may go. For rules of one day only."""
    kept_until = TERMS[rule].kept_until
    assert kept_until is not None  # noqa: S101 - a rule of more than one day has a reading of its own
    return first_kept(kept_until, on)
