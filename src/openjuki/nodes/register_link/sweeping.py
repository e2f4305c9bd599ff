"""What a municipality's sweep takes away: supplements, papers, work done, what links have finished (市区町村での消去; 令34).

An existing system that was put back sends again and asks again, so its link has marks of its own that guard what it may still need:
`cursor` with the digest of each event, which stays for ever, so that an event sent again is known and never entered twice; `heard`, above
which no message goes; `seen_item` and `seen_quarantine`, above which nothing goes of which an open link's messages are still to be made;
`settled_ms`, without which no event that was set aside goes, nor what its system was told of it.
"""

import datetime
from typing import Any

from openjuki.law.retention_terms import SweepRule, first_day_kept
from openjuki.nodes.register_link import ledger, messages
from openjuki.nodes.register_link.ledger import ACCEPTED, Outcome
from openjuki.offices import retention_papers
from openjuki.offices.office import Office
from openjuki.offices.retention_batch import (
    EVERYTHING,
    ROWS_MAX,
    Dealt,
    Sweep,
    Swept,
    one_removal,
    runs_out_before_ms,
    sweep_dealt,
)
from openjuki.offices.retention_cards import sweep_cards_over
from openjuki.offices.retention_letters import sweep_guidance
from openjuki.offices.retention_restraints import sweep_restraints
from openjuki.offices.retention_traffic import note_heard, sweep_provisions, sweep_sent
from openjuki.offices.store import Transaction
from openjuki.offices.supplement_retention import sweep_supplements

WAITING = Dealt("supplement_waiting", SweepRule.PAPER, "received_ms", "done_ms")
FILINGS = Dealt("record_notice", SweepRule.PAPER, "received_ms", "done_ms")
FILINGS_SENT = Dealt("record_notice_sent", SweepRule.FILING_SENT, "made_ms", "made_ms")
DECIDED = Dealt("provisional", SweepRule.DECIDED, "decided_ms", "decided_ms")
WORK = Dealt("work_item", SweepRule.WORK, "done_ms", "done_ms")
SET_ASIDE = Dealt("quarantine", SweepRule.SET_ASIDE, "received_ms", "received_ms")
LINK_SET_ASIDE = Dealt("link_quarantine", SweepRule.LINK_SET_ASIDE, "settled_ms", "settled_ms")
_NEXT_SOURCE = 1 << 54
"""`after` of a link's sweep is this many times the place of a system among all, plus a number of its."""


def dealt_with(what: Dealt) -> Sweep:
    """The sweep of a table that no link reads."""

    def sweep(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
        return sweep_dealt(transaction, on, after, really, what)

    return sweep


def sweep_work(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Items of the work list that are done, and of which every open link's system has its message."""
    return sweep_dealt(transaction, on, after, really, WORK, _seen_by_all(transaction, "seen_item"))


def sweep_set_aside(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Notices of the network that were set aside, and of which every open link's system has its message."""
    return sweep_dealt(transaction, on, after, really, SET_ASIDE, _seen_by_all(transaction, "seen_quarantine"))


def sweep_filings(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Filings made elsewhere that a clerk has dealt with; none that a message, still to be made, is to say to a system."""
    sql = "SELECT what FROM work_item WHERE id > ? AND kind = ? ORDER BY id"
    unsaid = transaction.all(sql, _seen_by_all(transaction, "seen_item"), messages.FILED_ELSEWHERE)
    numbers = [number for (what,) in unsaid if (number := messages.filing_named(what))]
    return sweep_dealt(transaction, on, after, really, FILINGS, min(numbers, default=EVERYTHING) - 1)


def _seen_by_all(transaction: Transaction, mark: str) -> int:
    """Up to which row every open link has made its messages."""
    seen = transaction.value(f"SELECT min({mark}) FROM link_source WHERE open = 1")  # noqa: S608 - words of this file alone
    return EVERYTHING if seen is None else int(seen)


def sweep_outcomes(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """What became of old events: whom it concerned and what was handed out goes; number, digest and the bare outcome stay."""
    place, sequence = divmod(after, _NEXT_SOURCE)
    sources = ledger.sources(transaction)
    if place >= len(sources):
        return Swept(None, ())
    source = sources[place][0]
    sql = "SELECT sequence, outcome FROM link_event WHERE source = ? AND sequence > ? AND received_ms < ? ORDER BY sequence LIMIT ?"
    rows = transaction.all(sql, source, sequence, runs_out_before_ms(SweepRule.LINK_OUTCOME, on), ROWS_MAX)
    cut = [(number, bare) for number, body in rows if (bare := _bare(transaction, body)) != body]
    if really:
        sql = "UPDATE link_event SET outcome = ?2 WHERE source = ?3 AND sequence = ?1"
        transaction.connection.executemany(sql, [(*one, source) for one in cut])
    removed = one_removal(SweepRule.LINK_OUTCOME, f"link_event {source}", [number for number, _ in cut])
    full = len(rows) == ROWS_MAX
    return Swept(place * _NEXT_SOURCE + rows[-1][0] if full else (place + 1) * _NEXT_SOURCE, removed)


def _bare(transaction: Transaction, body: bytes) -> Any:
    """An outcome without persons, papers and reasons; one that a clerk has still to settle as it is."""
    outcome = ledger.decode_outcome(body)
    waits = "SELECT 1 FROM link_quarantine WHERE id = ? AND settled_ms = 0"
    if outcome.outcome != ACCEPTED and transaction.value(waits, outcome.quarantine):
        return body
    return ledger.encode(Outcome(sequence=outcome.sequence, outcome=outcome.outcome))


def sweep_messages(transaction: Transaction, office: Office, on: datetime.date, after: int, really: bool) -> Swept:
    """Messages that a system has acknowledged; a real sweep notes what it has by today.

    `after` counts systems here.
    """
    sources = ledger.sources(transaction)
    if after >= len(sources):
        return Swept(None, ())
    source = sources[after][0]
    kept_from, marked = first_day_kept(SweepRule.LINK_MESSAGE, on).isoformat(), f"register-link {source}"
    done = transaction.value("SELECT max(sequence) FROM outbox_done WHERE receiver = ? AND day < ?", marked, kept_from) or 0
    sql = "SELECT sequence FROM link_message WHERE source = ? AND sequence <= ? ORDER BY sequence LIMIT ?"
    gone = [number for (number,) in transaction.all(sql, source, done, ROWS_MAX if really else EVERYTHING)]
    if really and gone:
        transaction.execute("DELETE FROM link_message WHERE source = ? AND sequence <= ?", (source, gone[-1]))
    elif really:
        note_heard(transaction, marked, on, ledger.standing(transaction, source).heard)
    again = really and bool(gone)
    return Swept(after if again else after + 1, one_removal(SweepRule.LINK_MESSAGE, f"link_message {source}", gone))


SWEEPS: tuple[Sweep, ...] = (
    sweep_supplements, dealt_with(WAITING), sweep_filings, dealt_with(FILINGS_SENT), dealt_with(DECIDED), sweep_work, sweep_set_aside,
    sweep_provisions, sweep_sent, sweep_outcomes, sweep_messages, dealt_with(LINK_SET_ASIDE),
    *retention_papers.SWEEPS, sweep_cards_over, sweep_restraints, sweep_guidance,
)  # fmt: skip
"""In the order in which they run."""
