"""A restored node: notices that it was restored, hears its peers, opens again (復旧中の業務サーバ; architecture section 4, "Recovery")."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from openjuki.offices import outbox, provision, recovery
from openjuki.offices.office import failed
from openjuki.offices.store import Transaction

if TYPE_CHECKING:
    from openjuki.nodes.node import Node

RETRY_S = 2.0


class Recovery:
    """The recovery of one node. Begun by the operator's restore, or by a peer that expects what this store never wrote."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def check(self, receiver: str, sequence: int) -> None:
        """A peer says it has applied up to `sequence`: if that was never written here, this store is an old copy."""
        node, epoch = self._node, self._node.epoch

        def compared(outcome: Any) -> None:
            if failed(outcome):
                node.clock.call_later(RETRY_S, again)
            elif not outcome and not node.office.recovering:
                node.event("node:restore:noticed", f"{receiver} holds {sequence}")
                self.begin()

        def again() -> None:
            if node.epoch == epoch and node.sender(receiver).acknowledged == sequence:  # nothing newer was heard
                self.check(receiver, sequence)

        node.office.write(lambda transaction: outbox.applied(transaction, epoch, receiver, sequence), compared)

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
