"""Receiving notices: effect and cursor in one transaction, acknowledged after the commit (通知の受信; architecture section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw
import msgspec

from openjuki.offices import outbox
from openjuki.offices.outbox import Outgoing, Told
from openjuki.offices.store import OF_THE_DISK, Transaction
from openjuki.register.errors import OpenJukiError, Reason, Refused
from openjuki.wire.clock import Clock
from openjuki.wire.frame import Header
from openjuki.wire.message import Message
from openjuki.wire.seal import check_seals, decode_carried
from openjuki.wire.speech import decoder

if TYPE_CHECKING:
    from openjuki.nodes.node import Node


GATHER_S = 0.05
"""While notices flow, those of so long share a commit: in many small commits each would cost half as much again."""


class Gathering:
    """When notices that have arrived are taken: after a pause at once, in a flow at moments that all links share."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._moment_s = clock, -GATHER_S

    def wait_s(self) -> float:
        """Seconds until what arrives now is to be taken."""
        now_s = self._clock.monotonic_s()
        if now_s >= self._moment_s + GATHER_S:
            self._moment_s = now_s
        elif now_s >= self._moment_s:
            self._moment_s += GATHER_S
        return self._moment_s - now_s


class Arrived(NamedTuple):
    """One NOTICE frame; `refused` is the reason of one refused on its header: its body was never kept, its place in the order is."""

    header: Header
    body: bytes
    refused: str


class Fate(Enum):
    """What became of the notices of one turn."""

    TAKEN = "taken"
    """All of them are applied, set aside, or were known."""
    GAP = "gap"
    """One is missing: what follows it was not taken."""
    RETIRED = "retired"
    """They are of an epoch that a newer one has ended."""


class Received(NamedTuple):
    """The notices' fate and the receiver's cursor after them."""

    fate: Fate
    cursor: int


def take(transaction: Transaction, node: Node, sender: str, epoch: bytes, arrived: Sequence[Arrived]) -> Received:
    """Apply the notices of one turn that are next; set aside what cannot be applied; the cursor moves with the effect."""
    before = cursor = outbox.cursor(transaction, sender, epoch)
    if cursor < 0:
        return Received(Fate.RETIRED, cursor)
    fate, next_ones = Fate.TAKEN, list[Arrived]()
    for one in arrived:
        if one.header.id == cursor + 1:
            next_ones.append(one)
            cursor += 1
        elif one.header.id > cursor:
            fate = Fate.GAP
    if next_ones:
        _take_all(transaction, node, sender, next_ones)
        outbox.advance(transaction, sender, epoch, before, cursor)
    return Received(fate, cursor)


def _take_all(transaction: Transaction, node: Node, sender: str, arrived: Sequence[Arrived]) -> None:
    """All at once, as nearly always can be; if one of them cannot be applied, the store comes back here, and each has its own savepoint."""
    whole = not any(one.refused for one in arrived)
    if whole and not transaction.guarded:
        _apply(transaction, node, sender, arrived)
        return
    if whole and len(arrived) > 1 and _failure(transaction, node, sender, arrived) is None:
        return
    for one in arrived:
        error = None if one.refused else _failure(transaction, node, sender, [one])
        reason = one.refused or (_reason(transaction, error) if error else "")
        if reason:
            _set_aside(transaction, node, sender, one.header, one.body, reason)


def _failure(transaction: Transaction, node: Node, sender: str, arrived: Sequence[Arrived]) -> Exception | None:
    """Apply in a savepoint; if one cannot be, returns why, with nothing left of any."""
    transaction.execute("SAVEPOINT notice")
    woken, counts = set(transaction.woken), (len(transaction.leaves), len(transaction.events))
    try:
        _apply(transaction, node, sender, arrived)
    except (*OF_THE_DISK, apsw.NoMemError, MemoryError):
        raise
    except Exception as error:  # whatever it is: one notice that cannot be applied must not stop those behind it
        transaction.execute("ROLLBACK TO notice")
        transaction.execute("RELEASE notice")
        del transaction.leaves[counts[0] :], transaction.events[counts[1] :]
        transaction.woken.clear()
        transaction.woken.update(woken)
        return error
    transaction.execute("RELEASE notice")
    return None


def _reason(transaction: Transaction, error: Exception) -> str:
    """Why a notice could not be applied; a bug is told to the operator by its kind, never by its words."""
    if isinstance(error, Refused):
        return error.code.value
    if isinstance(error, OpenJukiError):
        return f"{Reason.INVALID.value}:{error.item}"
    transaction.events.append(("wire:notice:failed", type(error).__name__))
    return Reason.FAILED.value


def _apply(transaction: Transaction, node: Node, sender: str, arrived: Sequence[Arrived]) -> None:
    """Seals, origins, types, then the procedures' own steps, each with the notices of one type that follow one another."""
    runs: list[tuple[type[Message], list[Told]]] = []
    for message_type, told in _opened(node, sender, arrived):
        if not runs or runs[-1][0] is not message_type:
            runs.append((message_type, []))
        runs[-1][1].append(told)
    for message_type, run in runs:
        node.notices[message_type](transaction, node.office, run)


def _opened(node: Node, sender: str, arrived: Sequence[Arrived]) -> Iterator[tuple[type[Message], Told]]:
    try:
        carried = [decode_carried(one.body) for one in arrived]
        origins = check_seals([(one.header.type, what) for one, what in zip(arrived, carried, strict=True)], node.directory)
        for one, what, origin in zip(arrived, carried, origins, strict=True):
            message_type = node.speech.messages[one.header.type, one.header.type_version]
            if origin.code != sender and not message_type.relayed:
                raise Refused(Reason.BAD_SEAL, "architecture 3")
            yield message_type, Told(origin, decoder(message_type).decode(what.payload), what)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(Reason.MALFORMED, "architecture 3") from error


def _kept(node: Node, header: Header, body: bytes) -> bytes:
    """The body if it is what its type says, else its SHA-256: a hub must not keep what a faulty sender may have put into it."""
    try:
        decoder(node.speech.messages[header.type, header.type_version]).decode(decode_carried(body).payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, KeyError):
        return sha256(body).digest()
    return body


def _set_aside(transaction: Transaction, node: Node, sender: str, header: Header, body: bytes, reason: str) -> None:
    """Quarantine one notice, tell its sender and the operator; the link goes on."""
    row = Outgoing(header.id, header.type, _kept(node, header, body), None)
    outbox.quarantine(transaction, sender, header.epoch, row, reason, node.clock.wall_ms())
    transaction.events.append(("wire:notice:quarantined", f"{sender} {header.id} {reason}"))
    node.tell_quarantined(transaction, sender, header, reason)


def heard(node: Node, link: Any, epoch: bytes, outcome: Any) -> None:
    """After the commit: acknowledge, or say what is expected."""
    if isinstance(outcome, OpenJukiError) or outcome.fate is Fate.RETIRED:
        node.event("wire:notice:dropped", link.peer.code)
    elif outcome.fate is Fate.GAP:
        link.expect(epoch, outcome.cursor)
    else:
        link.acknowledge(epoch, outcome.cursor)
