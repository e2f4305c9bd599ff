"""Recovery and unknown predecessors: asking the neighbours what they hold (復旧と照合; architecture 3 and 4, Act art. 30-5).

restored municipality            prefecture                          restored prefecture or centre     those who report to it
  1 ask_held  -- BucketRecords -->                                     4 ask_positions -- OutboxPosition -->
                                 2 held   what it holds                                                   5 position
  3 adopt_all <- HeldRecords ----                                        <------ OutboxPositionIs --------
                                                                       6 caught up with all: open again; a prefecture
                                                                         asks the centre (1 to 3) before that
centre (a change follows something not heard of)      prefecture             municipality named
(a prefecture does the same without 8)
  7 ask_named     -- BucketRecords ------------------>
                                                      8 pass_on -- BucketRecords -->
                                                                                   2 held
  9 learn_named   <--------------- HeldRecords -------------------------------------
 10 tell_of_loss  if the office named holds no such person (procedures/change_notice.py, 4 to 6; procedures/confirmation.py)
"""

from collections.abc import Callable
from typing import Any

import msgspec

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices import identity, municipality, outbox, recovery
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.recovery import HeldRecord, Missing
from openjuki.offices.store import Transaction
from openjuki.offices.told_change import check_change
from openjuki.register.arrival import codes
from openjuki.register.codes import resident_code
from openjuki.register.errors import InvalidInput, Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message, Priority

PAGE_MAX = 200
ALARM_MS = 60_000
ASK_NAMED_MS = 2_000
ASKED_MAX = 100
"""Parked changes asked about each second; each once in ASK_DEADLINE_MS."""
ANSWERS_MAX = 3
"""Records of one answer about one code; more than one only where a register holds one human twice."""
CODES_MAX = 100
"""Codes of one human; ours, far above any."""

_UP_AND_DOWN = frozenset({
    Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN),
    Route(OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY, Relation.OWN),
    Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE), Route(OfficeKind.CENTRE, OfficeKind.PREFECTURE),
})  # fmt: skip
_DOWN = frozenset({Route(OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY, Relation.OWN), Route(OfficeKind.CENTRE, OfficeKind.PREFECTURE)})
_UP = frozenset(Route(route.receiver, route.sender, route.relation) for route in _DOWN)


class BucketRecords(Message, frozen=True):
    """What do you hold of the residents of `office`: those of the codes given, or all, a page at a time after row `after`."""

    routes = _UP_AND_DOWN
    priority = Priority.BULK
    size_max = 8_192
    office: str
    codes: tuple[str, ...]
    after: int


class HeldRecords(Message, frozen=True):
    """A page of what is held; `after` is where the next page begins, 0 if this was the last."""

    routes = _UP_AND_DOWN
    priority = Priority.BULK
    size_max = 1024 * 1024
    records: tuple[HeldRecord, ...]
    after: int


class OutboxPosition(Message, frozen=True):
    """How far does your outbox for me reach."""

    routes = _DOWN
    size_max = 64


class OutboxPositionIs(Message, frozen=True):
    """The epoch of the outbox and the last sequence written for the asker."""

    routes = _UP
    size_max = 256
    epoch: bytes
    sequence: int


def ask_held(office: Office, then: Then, after: int = 0) -> None:
    """Step 1, restored municipality: ask the prefecture for everything it holds of our residents, page by page."""

    def page(outcome: Any) -> None:
        if failed(outcome):
            then(outcome)
            return
        office.write(lambda transaction: adopt_all(transaction, office, outcome.records), lambda done: following(done, outcome.after))

    def following(done: Any, next_after: int) -> None:
        if failed(done) or not next_after:
            then(done)
        else:
            ask_held(office, then, next_after)

    office.ask(office.prefecture_office, BucketRecords(office.code, (), after), HeldRecords, page, ASK_DEADLINE_MS)


def held(office: Office, asker: Entry, question: Question, message: BucketRecords, reply: Callable[[Any], None]) -> None:
    """Step 2, prefecture, centre or the municipality named: what is held, identity only."""
    if office.kind is OfficeKind.MUNICIPALITY:
        if message.office != office.code or not message.codes:
            reply(Refused(Reason.WRONG_OFFICE, "architecture 3"))
        else:
            office.write(lambda transaction: municipality.held_records(transaction, message.codes), lambda rows: _page(rows, reply))
    elif asker.kind is OfficeKind.CENTRE:
        pass_on(office, message, reply)
    elif not recovery.concerns(office.directory.entry(message.office), asker):
        reply(Refused(Reason.WRONG_OFFICE, "architecture 3"))
    else:
        office.write(lambda transaction: _give(transaction, office, asker, message), lambda rows: _page(rows, reply))


def _give(transaction: Transaction, office: Office, asker: Entry, message: BucketRecords) -> list[Any]:
    """A page of what is held; it leaves a line in the operations log."""
    rows = identity.held_records(transaction, message.office, message.after, PAGE_MAX)
    what = f"{asker.code} {message.office} {message.after} {len(rows)}"
    outbox.record(transaction, office.clock.wall_ms(), "recovery:page:given", "", what)
    return rows


def _page(rows: Any, reply: Callable[[Any], None]) -> None:
    if failed(rows):
        reply(rows)
        return
    records = tuple(HeldRecord(change, codes) for _, change, codes in rows)
    reply(HeldRecords(records, rows[-1][0] if len({person for person, _, _ in rows if person}) == PAGE_MAX else 0))


def adopt_all(transaction: Transaction, office: Office, records: tuple[HeldRecord, ...]) -> int:
    """Step 3, restored municipality: take over what is newer; returns how many were."""
    return sum(recovery.adopt(transaction, office, held) for held in recovery.by_person(records))


def ask_positions(office: Office, then: Then) -> None:
    """Steps 4 and 6, restored prefecture or centre: hear of everyone who reports to it, and compare with its own cursors.

    `then` gets None once everyone was heard and nothing is missing, else Missing or an error, to be called again.
    """
    office.write(recovery.left_out, lambda outcome: then(outcome) if failed(outcome) else _ask_each(office, outcome, then))


def _ask_each(office: Office, left_out: Any, then: Then) -> None:
    entries, heard = office.directory.entries.values(), dict[str, Any]()
    reporters = [entry.code for entry in entries if entry.open and reports_to(entry, office) and entry.code not in left_out]

    def one(reporter: str, outcome: Any) -> None:
        heard[reporter] = outcome
        if len(heard) == len(reporters):
            office.write(lambda transaction: missing(transaction, heard), then)

    for reporter in reporters:
        office.ask(reporter, OutboxPosition(), OutboxPositionIs, lambda outcome, code=reporter: one(code, outcome), ASK_DEADLINE_MS)  # type: ignore[misc]
    if not reporters:
        then(None)


def ask_both(office: Office, then: Then) -> None:
    """Steps 4 to 6, restored prefecture: first its municipalities, then the centre, for what those have lost with it."""

    def caught_up(outcome: Any) -> None:
        if outcome is not None:
            then(outcome)
        else:
            _ask_centre(office, recovery.own_municipalities(office), 0, then)

    ask_positions(office, caught_up)


def _ask_centre(office: Office, municipalities: list[str], after: int, then: Then) -> None:
    """Ask the centre for what it holds of each municipality, page by page."""
    if not municipalities:
        then(None)
        return

    def page(outcome: Any) -> None:
        if failed(outcome):
            then(outcome)
            return
        rest = municipalities if outcome.after else municipalities[1:]
        office.write(
            lambda transaction: learn(transaction, office, outcome.records),
            lambda done: then(done) if failed(done) else _ask_centre(office, rest, outcome.after, then),
        )

    office.ask(office.centre, BucketRecords(municipalities[0], (), after), HeldRecords, page, ASK_DEADLINE_MS)


def reports_to(entry: Entry, office: Office) -> bool:
    """Whether an office sends its changes to this one."""
    if office.kind is OfficeKind.CENTRE:
        return entry.kind is OfficeKind.PREFECTURE
    return entry.kind is OfficeKind.MUNICIPALITY and entry.prefecture == office.place.prefecture


def missing(transaction: Transaction, heard: dict[str, Any]) -> Missing | None:
    """Who did not answer, and who has written more than has arrived; None if all is here. What they say is all there is to go by."""
    behind = []
    for code, said in sorted(heard.items()):
        if failed(said):
            behind.append(f"{code}: no answer")
        elif (cursor := outbox.cursor(transaction, code, said.epoch)) < said.sequence:
            behind.append(f"{code}: {max(cursor, 0)} of {said.sequence}")
    return Missing(tuple(behind)) if behind else None


def position(office: Office, asker: Entry, question: Question, message: OutboxPosition, reply: Callable[[Any], None]) -> None:
    """Step 5, whoever reports: how far the outbox for the asker reaches."""
    office.write(
        lambda transaction: OutboxPositionIs(outbox.epoch(transaction), outbox.last_sequence(transaction, asker.code)),
        lambda outcome: reply(outcome),
    )


def ask_named(office: Office) -> None:
    """Step 7, centre or prefecture, by clock: for each parked change ask the office it names; after a minute tell the operator."""
    if not office.some_parked:
        return
    now_ms, office.some_parked = office.clock.wall_ms(), False  # what is parked from now on says so itself

    def parked(outcome: Any) -> None:
        some, wanted, late = (True, [], []) if failed(outcome) else outcome
        office.some_parked |= some
        for number, named in late:
            office.event("change:person:waiting", f"{named} {number}")
        for named, code in wanted:
            _ask_one(office, named, code)

    def look(transaction: Transaction) -> tuple[bool, list[tuple[str, str]], list[tuple[int, str]]]:
        if not identity.somebody_waits(transaction):
            return False, [], []
        wanted = identity.to_ask(transaction, now_ms, ASK_NAMED_MS, ASK_DEADLINE_MS, ASKED_MAX)
        return True, wanted, identity.to_alarm(transaction, now_ms - ALARM_MS)

    office.write(look, parked)


def _ask_one(office: Office, named: str, code: str) -> None:
    entry = office.directory.entry(named)
    if entry is None or entry.kind is not OfficeKind.MUNICIPALITY or entry.prefecture not in office.directory.prefectures:
        return  # merged into another since, or never there: the change waits, and the operator hears of it
    way = towards(office, entry)

    def answered(outcome: Any) -> None:
        if not failed(outcome):
            office.write(lambda transaction: learn_named(transaction, office, entry, code, outcome.records), lambda done: None)

    if way:
        office.ask(way, BucketRecords(named, (code,), 0), HeldRecords, answered, ASK_DEADLINE_MS)


def towards(office: Office, entry: Entry) -> str:
    """Whom a hub turns to about a municipality: the centre to its prefecture, a prefecture to its own municipality, else to nobody."""
    if office.kind is OfficeKind.CENTRE:
        return office.prefecture_of(entry.prefecture)
    return entry.code if entry.prefecture == office.place.prefecture else ""


def pass_on(office: Office, message: BucketRecords, reply: Callable[[Any], None]) -> None:
    """Step 8, prefecture: ask the municipality named and pass its answer on; nothing of it is kept."""
    entry = office.directory.entry(message.office)
    if entry is None or entry.prefecture != office.place.prefecture:
        reply(Refused(Reason.WRONG_OFFICE, "architecture 3"))
    else:
        office.ask(message.office, message, HeldRecords, reply, ASK_DEADLINE_MS)


def learn(transaction: Transaction, office: Office, records: tuple[HeldRecord, ...]) -> None:
    """Step 3, prefecture: what the centre holds of its municipalities; what waited for it is taken up."""
    for record in records:
        identity.learn(transaction, record.change, record.codes, office.clock.wall_ms())


def learn_named(transaction: Transaction, office: Office, named: Entry, awaited: str, records: tuple[HeldRecord, ...]) -> None:
    """Step 9, who asked: what the office named says of a person; what waited for it is taken up.

    Only what it can know is believed: of a residence with it, about the code asked for, tying nobody whom it never told of.
    """
    for record in records[:ANSWERS_MAX]:
        if _believed(transaction, named, awaited, record):
            identity.learn(transaction, record.change, record.codes, office.clock.wall_ms())
        else:
            transaction.events.append(("change:answer:ignored", named.code))
    if not records:
        tell_of_loss(transaction, office, named, awaited)


def tell_of_loss(transaction: Transaction, office: Office, named: Entry, awaited: str) -> None:
    """Step 10, who asked: the office named has lost whom others have entered since; both offices are told, once, after a minute."""
    for code, holder in identity.lost_before(transaction, named.code, awaited):
        for told in sorted({holder, named.code}):
            entry = office.directory.entry(told)
            way = towards(office, entry) if entry else ""
            if way:
                outbox.put(transaction, way, identity.LOST_BEFORE, msgspec.msgpack.encode((told, code)))


def _believed(transaction: Transaction, named: Entry, awaited: str, record: HeldRecord) -> bool:
    if awaited not in record.codes or len(record.codes) > CODES_MAX:
        return False
    try:
        check_change(record.change, named)
        for code in record.codes:
            resident_code(code)
    except (InvalidInput, Refused):
        return False
    return identity.may_tie(transaction, named.code, awaited, (*record.codes, *codes(record.change)))
