"""What goes down to an existing system: numbered messages, sent again until it acknowledges them (既存システムへの通知, standard 7.1.1.1).

They follow from what the office's store holds: work items (record errors of the hubs, persons that were lost, notices that a hub set
aside, late notifications), notices of the network set aside here, and events that did not come from the system itself, such as a code
allotted or changed at the counter, with the record as it stands. They are numbered when they are first asked for, in one transaction.
"""

import re
from typing import Any

import msgspec

from openjuki.nodes.register_link import ledger
from openjuki.offices import municipality
from openjuki.offices.office import Office
from openjuki.offices.outbox import epoch
from openjuki.offices.outbox import record as note
from openjuki.offices.resident_rows import row_of
from openjuki.offices.store import Transaction
from openjuki.procedures import quarantine, resident_record_notice
from openjuki.procedures.quarantine import Quarantined
from openjuki.register.change import decode_change
from openjuki.register.errors import Conflict, Say
from openjuki.register.event_reasons import reason_of
from openjuki.register.events import decode_event
from openjuki.register.record_notice import decode_notice
from openjuki.wire.directory import Entry
from openjuki.wire.seal import Carried

COLLECTED_MAX = 500
"""Rows of each kind looked at in one turn."""
ENTERED, WORK, SET_ASIDE = "event-entered", "work-item", "notice-set-aside"
PERSON_LOST = "person-lost"
RECORD_ERROR = "record-error"
"""Work item of a hub's report (procedures/change_notice.py)."""


FILED_ELSEWHERE = resident_record_notice.WORK
_NOTICE = re.compile(r"notice (\d+) of ")


class Message(msgspec.Struct, frozen=True):
    """One message: its number for this system, when it was made (wall clock, ms), its kind, what it says."""

    sequence: int
    made_ms: int
    kind: str
    body: dict[str, Any]


_read_body = msgspec.json.Decoder(dict[str, Any]).decode


def put(transaction: Transaction, office: Office, source: str, kind: str, body: dict[str, Any]) -> int:
    """Number a message for a system; returns the number."""
    ledger.leap_if_restored(transaction, source)
    number = transaction.value("UPDATE link_source SET told = told + 1 WHERE source = ? RETURNING told", source)
    row = (source, number, office.clock.wall_ms(), kind, ledger.encode(body))
    transaction.execute("INSERT INTO link_message VALUES (?, ?, ?, ?, ?)", row)
    return int(number)


def since(transaction: Transaction, office: Office, source: str, after: int, count_max: int) -> list[Message]:
    """The messages after a number, in their order; what is new is numbered first."""
    ledger.standing(transaction, source)
    _collect(transaction, office, source)
    sql = "SELECT sequence, made_ms, kind, body FROM link_message WHERE source = ? AND sequence > ? ORDER BY sequence LIMIT ?"
    rows = transaction.all(sql, source, after, count_max)
    return [Message(sequence, made_ms, kind, _read_body(body)) for sequence, made_ms, kind, body in rows]


def unacknowledged(transaction: Transaction, source: str, heard: int) -> int:
    """How many messages are made and not acknowledged."""
    return int(transaction.value("SELECT count(*) FROM link_message WHERE source = ? AND sequence > ?", source, heard))


def acknowledge(transaction: Transaction, office: Office, source: str, sequence: int) -> int:
    """The system has everything up to that number; returns up to where it has. Conflict for a number that was never sent."""
    now = ledger.standing(transaction, source)
    if sequence > now.told:
        reason = Say(f"the last message has number {now.told}.", f"最後の通知は{now.told}番です。")
        raise Conflict("sequence", reason, Say("Acknowledge what was received.", "受信した番号までを指定してください。"))
    if sequence > now.heard:
        transaction.execute("UPDATE link_source SET heard = ? WHERE source = ?", (sequence, source))
        note(transaction, office.clock.wall_ms(), "link:message:acknowledged", source, str(sequence))
    return max(sequence, now.heard)


def _collect(transaction: Transaction, office: Office, source: str) -> None:
    seen = transaction.one("SELECT seen_event, seen_item, seen_quarantine FROM link_source WHERE source = ?", source)
    last = (
        _events(transaction, office, source, seen[0]), _items(transaction, office, source, seen[1]),
        _quarantined(transaction, office, source, seen[2]),
    )  # fmt: skip
    if last != tuple(seen):
        sql = "UPDATE link_source SET seen_event = ?, seen_item = ?, seen_quarantine = ? WHERE source = ?"
        transaction.execute(sql, (*last, source))


def _events(transaction: Transaction, office: Office, source: str, seen: int) -> int:
    """Events that did not come from the system: the next one of its own lies where `link_event` says."""
    sql = """SELECT sequence, person, body, (SELECT first_event FROM link_event WHERE source = ? AND last_event >= event.sequence
      ORDER BY last_event, first_event LIMIT 1) FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"""
    for sequence, person, body, first_own in transaction.all(sql, source, seen, COLLECTED_MAX):
        if first_own is None or sequence < first_own:
            put(transaction, office, source, ENTERED, _entered(transaction, person, body))
        seen = sequence
    return seen


def _entered(transaction: Transaction, person: int, body: bytes) -> dict[str, Any]:
    event, record = decode_event(body), municipality.record_of(transaction, person)
    version, number = transaction.one(
        "SELECT p.version, coalesce(h.number, p.household) FROM person p LEFT JOIN household h ON h.id = p.household WHERE p.id = ?", person
    )
    codes = [code for (code,) in transaction.all("SELECT code FROM code_used WHERE person = ? AND code <> ?", person, record.code)]
    return {
        "reason": reason_of(event).japanese, "changed_on": event.changed_on, "notified_on": event.notified_on, "operator": event.operator,
        "code": record.code, "earlier_codes": codes, "status": record.status.name.lower(), "version": version,
        "record": row_of(record, str(number)),
    }  # fmt: skip


def _items(transaction: Transaction, office: Office, source: str, seen: int) -> int:
    sql = "SELECT id, kind, code, what FROM work_item WHERE id > ? ORDER BY id LIMIT ?"
    for number, kind, code, what in transaction.all(sql, seen, COLLECTED_MAX):
        body = {"code": code, "what": what, "work_item": number, "of": kind}
        put(transaction, office, source, _kind(kind, what), body | _filing(transaction, kind, what))
        seen = number
    return seen


def _filing(transaction: Transaction, kind: str, what: str) -> dict[str, Any]:
    """What a filing accepted elsewhere says (Act art. 9(2)); the work item says under which number it is kept."""
    number = filing_named(what) if kind == FILED_ELSEWHERE else 0
    body = transaction.value("SELECT body FROM record_notice WHERE id = ?", number) if number else None
    return {"number": number, "notice": named(decode_notice(body))} if body else {}


def filing_named(what: str) -> int:
    """Under which number the filing is kept of which a work item speaks; 0 if it speaks of none."""
    number = _NOTICE.match(what)
    return int(number[1]) if number else 0


def named(value: Any) -> Any:
    """Structs by the names of their fields, also those that travel as lists."""
    if isinstance(value, msgspec.Struct):
        return {name: named(getattr(value, name)) for name in value.__struct_fields__}
    return [named(one) for one in value] if isinstance(value, list | tuple) else msgspec.to_builtins(value)


def _kind(kind: str, what: str) -> str:
    if kind == RECORD_ERROR:
        return PERSON_LOST if what.startswith("previous:") else RECORD_ERROR
    return kind if kind in KINDS else WORK


def _quarantined(transaction: Transaction, office: Office, source: str, seen: int) -> int:
    sql = "SELECT id, sender, sequence, type, reason FROM quarantine WHERE id > ? ORDER BY id LIMIT ?"
    for number, sender, sequence, kind, reason in transaction.all(sql, seen, COLLECTED_MAX):
        body = {"from": sender, "number": sequence, "type": kind, "why": reason}
        put(transaction, office, source, SET_ASIDE, body)
        seen = number
    return seen


SET_ASIDE_BY_HUB = "notice-set-aside-by-hub"
RELEASED, DROPPED = "event-released", "event-dropped"
KINDS: dict[str, str] = {
    ENTERED: "an event that did not come from this system, with the record as it stands: a code allotted or changed, a correction",
    RECORD_ERROR: "a hub says that a record looks wrong (Act art. 30-11(5)): code, which item, why",
    PERSON_LOST: "a hub says that the office before does not hold the record that this one follows",
    SET_ASIDE_BY_HUB: "a hub could not apply a notice of this office and set it aside",
    SET_ASIDE: "a notice of the network could not be applied here and was set aside",
    RELEASED: "an event of this system was released from quarantine and entered",
    DROPPED: "an event of this system was dropped from quarantine, with the reason",
    FILED_ELSEWHERE: "a filing was accepted elsewhere for somebody who lives here (Act art. 9(2)): what it says",
    "late-notification": "something was notified after its term (Act art. 53)",
    WORK: "something else for a clerk to look at; `of` names its kind",
}
"""Every kind of message, and what it says."""


def report_arrives(transaction: Transaction, office: Office, origin: Entry, message: Quarantined, carried: Carried) -> None:
    """A hub set a notice of ours aside: besides the operator (procedures/quarantine.py) the clerk hears of it, and whose notice it was."""
    quarantine.report_arrives(transaction, office, origin, message, carried)
    sql = "SELECT body FROM outbox WHERE receiver = ? AND sequence = ? AND type = ?"
    body = transaction.value(sql, origin.code, message.sequence, municipality.CHANGE) if message.epoch == epoch(transaction) else None
    code = decode_change(body).identity.code if body else ""
    what = f"{origin.code} {message.sequence} {message.type}: {message.reason}"
    municipality.put_work_item_once(transaction, office.clock.wall_ms(), SET_ASIDE_BY_HUB, code, what)
