"""A restored node: notices that it was restored, hears its peers, opens again (復旧中の業務サーバ; architecture section 4, "Recovery")."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from openjuki.nodes.admission import reports_to
from openjuki.offices import outbox, provision, recovery
from openjuki.offices.office import failed
from openjuki.offices.store import Transaction
from openjuki.wire.speech import Place

if TYPE_CHECKING:
    from openjuki.nodes.node import Node

RETRY_S = 2.0


class Recovery:
    """The recovery of one node. Begun by the operator's restore, or by the hub it reports to.

    Who expects what this store never wrote says that it is an old copy. Only the office that this one reports to is believed at its word;
    anybody else could stop the whole country by saying so, and is told to the operator instead.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._suspecting: set[str] = set()

    def check(self, peer: Place, sequence: int) -> None:
        """A peer says it has applied up to `sequence`: if that was never written here, this store may be an old copy."""
        node, epoch = self._node, self._node.epoch

        def compared(outcome: Any) -> None:
            if failed(outcome):
                node.clock.call_later(RETRY_S, again)
            elif not outcome and not node.office.recovering:
                self._suspected(peer, sequence)

        def again() -> None:
            if node.epoch == epoch and node.sender(peer.code).acknowledged == sequence:  # nothing newer was heard
                self.check(peer, sequence)

        node.office.write(lambda transaction: outbox.applied(transaction, epoch, peer.code, sequence), compared)

    def _suspected(self, peer: Place, sequence: int) -> None:
        node = self._node
        if reports_to(node.place, peer):
            node.event("node:restore:noticed", f"{peer.code} holds {sequence}")
            self.begin()
        elif peer.code not in self._suspecting:  # once: the peer may say so a thousand times a second
            self._suspecting.add(peer.code)
            node.event("node:restore:suspected", f"{peer.code} holds {sequence}")

    def begin(self) -> None:
        """Begin: a new epoch and a new log, and every link anew, since the hello tells the epoch."""
        node = self._node
        node.office.recovering = True

        def begun(outcome: Any) -> None:
            if failed(outcome):
                self._again("node:recovery:failed", self.begin)
                return
            node.epoch, node.office.log, waiting = outcome
            for link in list(node.links.values()):
                link.close("recovering")
            node.senders.clear()
            for receiver in waiting:
                node.wake(receiver)
            self.go_on()

        node.office.write(self._begin, begun)

    def _begin(self, transaction: Transaction) -> Any:
        office = self._node.office
        epoch = recovery.begin(transaction, office)
        log = provision.open_log(transaction, office, epoch) if self._node.tables.provides else office.log
        return epoch, log, outbox.unacknowledged(transaction)

    def go_on(self) -> None:
        """Hear the peers; try again until all have been heard."""
        node = self._node

        def heard(outcome: Any) -> None:
            if failed(outcome) or outcome is False:
                self._again("node:recovery:waiting", self.go_on)
            else:
                node.office.write(lambda transaction: recovery.finish(transaction, node.office), finished)

        def finished(outcome: Any) -> None:
            if failed(outcome):
                self._again("node:recovery:failed", self.go_on)
                return
            node.office.recovering = False
            node.event("node:recovery:finished", node.place.code)

        if node.running:
            node.tables.recover(node.office, heard)

    def _again(self, tag: str, step: Callable[[], None]) -> None:
        self._node.event(tag, self._node.place.code)
        self._node.clock.call_later(RETRY_S, step)
