"""Events of an existing system that were set aside: a clerk looks, tries again, or drops them with a reason (隔離された異動電文).

Each step is a line of the operations log; what became of it goes down to the system as a message.
"""

from typing import Any, NamedTuple

import msgspec

from openjuki.nodes.register_link import ledger, messages
from openjuki.nodes.register_link.applying import FAILED, Read, enter
from openjuki.nodes.register_link.ledger import Outcome, Told
from openjuki.nodes.register_link.lines import Line
from openjuki.offices import outbox
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.register.errors import Conflict, InvalidInput, NotReady, OpenJukiError, Say


class Held(NamedTuple):
    """One event that waits."""

    number: int
    source: str
    sequence: int
    operator: str
    event: bytes
    why: bytes
    received_ms: int

    def shown(self) -> dict[str, Any]:
        """What a list may say: no content but the kind of event."""
        kind = msgspec.json.decode(self.event).get("kind")
        return {
            "number": self.number, "source": self.source, "sequence": self.sequence, "operator": self.operator,
            "kind": kind if isinstance(kind, str) else "", "received_ms": self.received_ms,
            "error": msgspec.to_builtins(ledger.decode_told(self.why)),
        }  # fmt: skip

    def line(self) -> Line:
        """As it came."""
        return Line(self.sequence, self.operator, msgspec.json.decode(self.event))


_COLUMNS = "id, source, sequence, operator, event, why, received_ms"


def waiting(transaction: Transaction) -> list[Held]:
    """Every event that waits, the oldest first."""
    return [Held(*row) for row in transaction.all(f"SELECT {_COLUMNS} FROM link_quarantine WHERE settled_ms = 0 ORDER BY id")]  # noqa: S608


def waiting_count(transaction: Transaction, source: str) -> int:
    """How many events of a system wait."""
    return int(transaction.value("SELECT count(*) FROM link_quarantine WHERE source = ? AND settled_ms = 0", source))


def held(transaction: Transaction, number: int) -> Held:
    """The event that waits under a number. Conflict if none does."""
    row = transaction.one(f"SELECT {_COLUMNS} FROM link_quarantine WHERE id = ? AND settled_ms = 0", number)  # noqa: S608
    if row is None:
        reason = Say("nothing waits under this number.", "この番号で隔離されている異動はありません。")
        raise Conflict("number", reason, Say("See `openjuki register link quarantine list`.", "一覧を確かめてください。"))
    return Held(*row)


def show(transaction: Transaction, office: Office, operator: str, number: int) -> dict[str, Any]:
    """One event with its content, for the clerk who settles it; the look is logged."""
    found = held(transaction, number)
    _log(transaction, office, "link:quarantine:shown", operator, found)
    return {**found.shown(), "event": msgspec.json.decode(found.event)}


def redo(transaction: Transaction, office: Office, read: Read, operator: str, number: int) -> Outcome:
    """Try an event again, as it came. Raises why it cannot be entered now; it then waits on, under the new reason."""
    found = held(transaction, number)
    office.require_ready()
    outcome = enter(transaction, office, read, found.source, found.line())
    _settle(transaction, office, operator, found, "released")
    sql = """UPDATE link_event SET outcome = ? WHERE source = ? AND sequence = ?
      AND digest = (SELECT digest FROM link_quarantine WHERE id = ?)"""
    transaction.execute(sql, (ledger.encode(outcome), found.source, found.sequence, number))
    body = {"sequence": found.sequence, "persons": [msgspec.to_builtins(person) for person in outcome.persons]}
    messages.put(transaction, office, found.source, messages.RELEASED, body)
    return outcome


def keep_reason(transaction: Transaction, number: int, error: OpenJukiError) -> None:
    """The new reason why an event cannot be entered; a reason that passes by itself is not kept."""
    if not isinstance(error, NotReady):
        why = ledger.encode(Told.of(error if error.item != "store" else FAILED))
        transaction.execute("UPDATE link_quarantine SET why = ? WHERE id = ? AND settled_ms = 0", (why, number))


def drop(transaction: Transaction, office: Office, operator: str, number: int, reason: str) -> Held:
    """Drop an event: it will not be entered. InvalidInput without a reason."""
    if not reason.strip() or len(reason) > 200:
        raise InvalidInput("reason", Say("is missing or too long.", "がないか長すぎます。"), Say("Say why.", "理由を書いてください。"))
    found = held(transaction, number)
    _settle(transaction, office, operator, found, f"dropped: {reason}")
    messages.put(transaction, office, found.source, messages.DROPPED, {"sequence": found.sequence, "reason": reason})
    return found


def _settle(transaction: Transaction, office: Office, operator: str, found: Held, verdict: str) -> None:
    """Close the row; its content goes, since what was entered stands in the register and what was dropped is nobody's any more."""
    sql = "UPDATE link_quarantine SET settled_ms = ?, settled_by = ?, verdict = ?, event = x'7b7d' WHERE id = ?"
    transaction.execute(sql, (office.clock.wall_ms(), operator, verdict, found.number))
    _log(transaction, office, f"link:quarantine:{verdict.split(':')[0]}", operator, found)


def _log(transaction: Transaction, office: Office, tag: str, operator: str, found: Held) -> None:
    what = f"{found.number} {found.source} {found.sequence}"
    outbox.record(transaction, office.clock.wall_ms(), tag, operator, what)
    transaction.events.append((tag, what))
