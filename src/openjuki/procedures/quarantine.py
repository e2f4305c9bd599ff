"""Quarantine: a notice that cannot be applied is set aside alone, and its sender is told (異常電文の隔離; architecture section 3).

receiver                                sender
  1 (nodes/receiving sets it aside)
          -- Quarantined -->
                                        2 report_arrives: a work item; the next full state of the person closes the hole
"""

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.offices.office import Office
from openjuki.offices.store import Transaction
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message, Priority
from openjuki.wire.seal import Carried

_BACK_ALONG_NOTICES = frozenset({
    Route(OfficeKind.PREFECTURE, OfficeKind.MUNICIPALITY, Relation.OWN), Route(OfficeKind.CENTRE, OfficeKind.PREFECTURE),
    Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN), Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE),
    Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY),
})  # fmt: skip
"""Against IdentityChange, against RecordError, and between municipalities against the notices of the Act art. 9 and 19: whoever else had a
route here would have a word on an outbox that is not its own."""


class Quarantined(Message, frozen=True):
    """One of your notices was set aside: its epoch, sequence and type, and why; never its content."""

    routes = _BACK_ALONG_NOTICES
    durable = True
    priority = Priority.NOTICE
    size_max = 1_024
    epoch: bytes
    sequence: int
    type: str
    reason: str


def report_arrives(transaction: Transaction, office: Office, origin: Entry, message: Quarantined, carried: Carried) -> None:
    """Step 2, sender: tell the operator; the row stays in the outbox to be looked at."""
    transaction.events.append(("wire:notice:set-aside-by-peer", f"{origin.code} {message.sequence} {message.type} {message.reason}"))
