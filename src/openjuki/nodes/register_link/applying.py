"""Events of an existing system are applied: strictly in order, each exactly once (異動電文の受付, standard 7.1.1.1 「異動の時系列は担保」).

existing system                    municipality
  events, numbered --------------> take     the next number: entered by its own procedure; event, number and outcome in one transaction
                                            a known number: answered again; with another content: set aside
                                            a number too far: waits, and is told after a minute
                 <--------------   outcome of each
An event that cannot be entered is set aside alone, with its item, reason and remedy: those after it go on.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from openjuki.nodes.register_link import ledger
from openjuki.nodes.register_link.ledger import ACCEPTED, REFUSED, Outcome, Person, Standing, Told
from openjuki.nodes.register_link.lines import Line, digest
from openjuki.nodes.register_link.messages import named
from openjuki.offices.municipality import put_work_item_once
from openjuki.offices.municipality_provisional import run_inside
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.procedures.boundary_change import HandedOver
from openjuki.procedures.provisional_entry import Kept
from openjuki.procedures.resident_record_notice import Told as NoticeSent
from openjuki.register.errors import Broken, Conflict, InvalidInput, NotReady, OpenJukiError, Say
from openjuki.register.moving_out_certificate import MoveOutCertificate
from openjuki.register.record import ResidentRecord

Read = Callable[[Mapping[str, Any]], tuple[Any, Callable[..., None]]]
"""From an event as JSON to its notification and the step that enters it; given, since this room does not know all procedures."""
ALARM_MS = 60_000
ITEM = re.compile(r"[a-z][a-z_]{0,39}")
OTHER_CONTENT = Conflict(
    "sequence",
    Say("this number was used for another event.", "この番号は別の異動に使われています。"),
    Say("Send the event under the next number.", "次の番号で送ってください。"),
)
FAILED = Broken(
    "event",
    Say("entering it failed.", "記載処理に失敗しました。"),
    Say("Report the fault; the event waits in quarantine.", "障害として報告してください。異動は隔離されています。"),
)


class Taken(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of some lines: their outcomes as far as it went, the number expected next, and why it did not go further."""

    outcomes: tuple[Outcome, ...]
    expected: int
    gap: bool = False
    """A number before these is missing: they wait."""
    later: Told | None = None
    """The office cannot enter anything now: try again."""


def take(transaction: Transaction, office: Office, read: Read, source: str, lines: Sequence[Line], set_aside: int = 0) -> Taken:
    """Take lines in their order; the one numbered `set_aside` is not tried, since it failed before."""
    outcomes: list[Outcome] = []
    for line in lines:
        now = ledger.require_open(transaction, office, source)
        if line.sequence > now.cursor + 1:
            _note_gap(transaction, office, source, now, line.sequence)
            return Taken(tuple(outcomes), now.cursor + 1, gap=True)
        if line.sequence <= now.cursor:
            outcomes.append(_known(transaction, office, source, line))
            continue
        try:
            outcomes.append(_next(transaction, office, read, source, line, failed=line.sequence == set_aside))
        except NotReady as error:
            return Taken(tuple(outcomes), now.cursor + 1, later=Told.of(error))
    return Taken(tuple(outcomes), ledger.standing(transaction, source).cursor + 1)


def _next(transaction: Transaction, office: Office, read: Read, source: str, line: Line, *, failed: bool) -> Outcome:
    """Enter the event that is next, or set it aside; either way the cursor moves in the same transaction."""
    before = last_event(transaction)
    try:
        if failed:
            raise FAILED
        outcome = enter(transaction, office, read, source, line)
    except NotReady:
        raise
    except OpenJukiError as error:
        outcome = refuse(transaction, office, source, line, error)
    row = (source, line.sequence, digest(line), office.clock.wall_ms(), before + 1, last_event(transaction), ledger.encode(outcome))
    transaction.execute("INSERT INTO link_event VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    sql = """UPDATE link_source SET cursor = ?2, gap_at = iif(gap_at > ?2 + 1, gap_at, 0), alarmed = iif(gap_at > ?2 + 1, alarmed, 0)
      WHERE source = ?1"""
    transaction.execute(sql, (source, line.sequence))
    return outcome


def enter(transaction: Transaction, office: Office, read: Read, source: str, line: Line) -> Outcome:
    """Enter one event by its procedure. Raises its OpenJukiError, and nothing of it stays."""
    before = last_event(transaction)
    with ledger.undone_alone(transaction):
        notification, step = read(line.event)
        _check_names(line.event, notification)
        result = run_inside(transaction, office, step, f"{source}:{line.operator}", notification)
    return accepted(transaction, line.sequence, result, before)


def accepted(transaction: Transaction, sequence: int, result: Any, after: int) -> Outcome:
    """The outcome of an event: whom its procedure gave, then whoever else has an event after number `after` by it, such as a new
    householder; the number under which it waits or was sent; and the document that it made for another municipality."""
    given = result if isinstance(result, list | tuple) else [result]
    touched = transaction.all("SELECT person FROM event WHERE sequence > ? GROUP BY person ORDER BY min(sequence)", after)
    named = dict.fromkeys([one.person for one in given if isinstance(one, ResidentRecord)] + [number for (number,) in touched])
    persons = tuple(Person(*transaction.one("SELECT code, version FROM person WHERE id = ?", number)) for number in named)
    number = result.number if isinstance(result, Kept | NoticeSent) else 0
    return Outcome(sequence=sequence, outcome=ACCEPTED, persons=persons, number=number, file=document(result))


def document(result: Any) -> dict[str, Any] | None:
    """What a procedure made for another municipality: the event that the other one enters, or a certificate with its items by name."""
    if isinstance(result, HandedOver):
        return {"kind": "boundary-take-over", **msgspec.to_builtins(result)}
    return {"kind": "moving-out-certificate", **named(result)} if isinstance(result, MoveOutCertificate) else None


def refuse(transaction: Transaction, office: Office, source: str, line: Line, error: OpenJukiError) -> Outcome:
    """Set an event aside, once for each content; its outcome names item, reason and remedy."""
    told, key = Told.of(error), (source, line.sequence, digest(line))
    sql = "INSERT OR IGNORE INTO link_quarantine (source, sequence, digest, operator, event, why, received_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"
    transaction.execute(sql, (*key, line.operator, ledger.encode(line.event), ledger.encode(told), office.clock.wall_ms()))
    if transaction.connection.changes():
        transaction.events.append(("link:event:set-aside", f"{source} {line.sequence} {told.item}"))
    number = transaction.value("SELECT id FROM link_quarantine WHERE source = ? AND sequence = ? AND digest = ?", *key)
    return Outcome(sequence=line.sequence, outcome=REFUSED, error=told, quarantine=number)


def _known(transaction: Transaction, office: Office, source: str, line: Line) -> Outcome:
    """A number that was taken before: the same event is answered again, another one is set aside."""
    row = transaction.one("SELECT digest, outcome FROM link_event WHERE source = ? AND sequence = ?", source, line.sequence)
    if row is not None and row[0] == digest(line):
        return msgspec.structs.replace(ledger.decode_outcome(row[1]), again=True)
    return refuse(transaction, office, source, line, OTHER_CONTENT)


def _note_gap(transaction: Transaction, office: Office, source: str, now: Standing, arrived: int) -> None:
    """Keep since when a number is missing; after a minute the operator and the clerks are told, once."""
    time_ms = office.clock.wall_ms()
    if not now.gap_at:
        sql = "UPDATE link_source SET gap_at = ?, gap_since_ms = ?, alarmed = 0 WHERE source = ?"
        transaction.execute(sql, (arrived, time_ms, source))
    elif not now.alarmed and time_ms - now.gap_since_ms >= ALARM_MS:
        transaction.execute("UPDATE link_source SET alarmed = 1 WHERE source = ?", (source,))
        transaction.events.append(("link:gap:waiting", f"{source} {now.cursor + 1} {arrived}"))
        put_work_item_once(transaction, time_ms, "register-link-gap", "", f"{source}: number {now.cursor + 1} is missing")


def last_event(transaction: Transaction) -> int:
    """Number of the last event of the register."""
    return int(transaction.value("SELECT coalesce(max(sequence), 0) FROM event"))


def _check_names(event: Mapping[str, Any], notification: Any) -> None:
    """InvalidInput for an item that this kind of event does not have: a name written wrongly must not be passed over."""
    known = {"kind", *notification.__struct_fields__}
    strange = sorted(set(event) - known)
    if strange:
        names = ", ".join(notification.__struct_fields__)
        reason = Say("is no item of this kind of event.", "この種類の異動の項目ではありません。")
        named = strange[0] if ITEM.fullmatch(strange[0]) else "event"  # a value in the place of a name is not repeated
        raise InvalidInput(named, reason, Say(f"Items: {names}.", f"項目: {names}"))
