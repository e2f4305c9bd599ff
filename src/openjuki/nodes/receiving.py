"""Receiving notices: effect and cursor in one transaction, acknowledged after the commit (通知の受信; architecture section 3)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from openjuki.offices import outbox
from openjuki.offices.outbox import Outgoing
from openjuki.offices.store import Transaction
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.frame import Header
from openjuki.wire.seal import check_seal, decode_carried
from openjuki.wire.speech import decoder

if TYPE_CHECKING:
    from openjuki.nodes.node import Node


class Fate(Enum):
    """What became of a notice."""

    APPLIED = "applied"
    SEEN = "seen"
    GAP = "gap"
    RETIRED = "retired"
    QUARANTINED = "quarantined"


class Received(NamedTuple):
    """A notice's fate and the receiver's cursor after it."""

    fate: Fate
    cursor: int


def take(transaction: Transaction, node: Node, sender: str, header: Header, body: bytes, refused: str = "") -> Received:
    """Apply one notice if it is the next; set it aside if it cannot be applied; the cursor moves with the effect.

    `refused` is the reason of a notice that was refused on its header: its body was never kept, its place in the order is.
    """
    cursor = outbox.cursor(transaction, sender, header.epoch)
    if cursor < 0:
        return Received(Fate.RETIRED, cursor)
    if header.id <= cursor:
        return Received(Fate.SEEN, cursor)
    if header.id > cursor + 1:
        return Received(Fate.GAP, cursor)
    reason = refused or _apply(transaction, node, sender, header, body)
    if reason:
        _set_aside(transaction, node, sender, header, body, reason)
    outbox.advance(transaction, sender, header.epoch, header.id)
    return Received(Fate.QUARANTINED if reason else Fate.APPLIED, header.id)


def _apply(transaction: Transaction, node: Node, sender: str, header: Header, body: bytes) -> str:
    """Apply in a savepoint of its own; returns why it could not be, or ""."""
    transaction.execute("SAVEPOINT notice")
    woken = set(transaction.woken)
    try:
        _effect(transaction, node, sender, header, body)
    except OpenJukiError as error:
        transaction.execute("ROLLBACK TO notice")
        transaction.execute("RELEASE notice")
        transaction.woken.clear()
        transaction.woken.update(woken)
        return error.code.value if isinstance(error, Refused) else f"{Reason.INVALID.value}:{error.item}"
    transaction.execute("RELEASE notice")
    return ""


def _effect(transaction: Transaction, node: Node, sender: str, header: Header, body: bytes) -> None:
    """Seal, origin, types, then the procedure's own step."""
    message_type = node.speech.messages[header.type, header.type_version]
    try:
        carried = decode_carried(body)
        origin = check_seal(carried.seal, header.type, carried.payload, node.directory)
        message = decoder(message_type).decode(carried.payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(Reason.MALFORMED, "architecture 3") from error
    if origin.code != sender and not message_type.relayed:
        raise Refused(Reason.BAD_SEAL, "architecture 3")
    node.notices[message_type](transaction, node.office, origin, message, carried)


def _set_aside(transaction: Transaction, node: Node, sender: str, header: Header, body: bytes, reason: str) -> None:
    """Quarantine one notice, tell its sender and the operator; the link goes on."""
    row = Outgoing(header.id, header.type, body, None)
    outbox.quarantine(transaction, sender, header.epoch, row, reason, node.clock.wall_ms())
    transaction.events.append(("wire:notice:quarantined", f"{sender} {header.id} {reason}"))
    node.tell_quarantined(transaction, sender, header, reason)


def heard(node: Node, link: Any, header: Header, outcome: Any) -> None:
    """After the commit: acknowledge, or say what is expected."""
    if isinstance(outcome, OpenJukiError) or outcome.fate is Fate.RETIRED:
        node.event("wire:notice:dropped", f"{link.peer.code} {header.id}")
    elif outcome.fate is Fate.GAP:
        link.expect(header.epoch, outcome.cursor)
    else:
        link.acknowledge(header.epoch, outcome.cursor)
