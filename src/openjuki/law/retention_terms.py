"""The table of what sweeps take away: by which rule, kept until when, and who says so (保存期間の一覧; 令30の6, 30の11, 34).

Where no order speaks of it the term is ours, and the reason stands beside it. What a restore or a resend still needs stays whatever its
term is: the marks that guard it are named with the sweeps (offices/retention*.py, nodes/register_link/sweeping.py).
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from openjuki.law.retention import dealt_with_kept_until, first_kept, paper_kept_until, provision_kept_until


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


class Term(NamedTuple):
    """How long something is kept under one rule."""

    source: str
    """The article; "ours" where none speaks of it. A sweep's trace says it."""
    counted_from: str
    why: str = ""
    """Why ours is what it is."""
    kept_until: Callable[[date], date] | None = None
    """Last day, from the day that counts; None where law/retention.py looks at more than one day."""


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
}  # fmt: skip


def first_day_kept(rule: SweepRule, on: date) -> date:
    """The first day of which that rule still keeps something on the day `on`; all of before may go. For rules of one day only."""
    kept_until = TERMS[rule].kept_until
    assert kept_until is not None  # noqa: S101 - a rule of more than one day has a reading of its own
    return first_kept(kept_until, on)
