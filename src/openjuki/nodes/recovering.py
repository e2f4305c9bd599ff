"""A restored node: notices that it was restored, hears its peers, opens again (復旧中の業務サーバ; architecture section 4, "Recovery")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.admission import reports_to
from openjuki.offices import outbox, provision, recovery
from openjuki.offices.office import ASK_DEADLINE_MS, Then, failed
from openjuki.offices.relay_envelope import RelayKey, RelayKeyRequest
from openjuki.offices.store import Transaction
from openjuki.register.errors import InvalidInput, NotReady, Say
from openjuki.wire.asking import LATE
from openjuki.wire.link import Link
from openjuki.wire.speech import Place

if TYPE_CHECKING:
    from openjuki.nodes.node import Node

RETRY_S = 2.0
ALARM_S = 600.0
"""So often the operator is told that a recovery does not end; what to do then stands in docs/operator.md."""


SHOWN_MAX = 5
REACHED_MAX = 50
"""Offices that are reached anew in one second after a restore."""
ROUNDS = 5
"""So often each is told what is expected and then asked something: an answer says that the line carries both ways."""
NO_REPORTER = Say("does not report to this office.", "この機関に通知する機関ではありません。")
NAME_ONE = Say(
    "Name an office that reports here; nobody recovers without the office above.",
    "通知元の機関を指定してください。上位の機関は待つほかありません。",
)


class Recovery:
    """The recovery of one node. Begun by the operator's restore, or by the hub it reports to.

    Who expects what this store never wrote says that it is an old copy. Only the office that this one reports to is believed at its word;
    anybody else could stop the whole country by saying so, and is told to the operator instead.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._suspecting: set[str] = set()
        self.awaited: tuple[str, ...] = ()
        """Whom the recovery waits for, as was told last."""
        self._alarm_s = 0.0
        self.unheard = False
        """Whether a municipality that was restored has yet to reach the others, which may have told it what it has lost."""
        self._to_reach: set[str] | None = None
        self._asking: set[str] = set()
        self._rounds: Counter[str] = Counter()

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
            if failed(outcome) or isinstance(outcome, recovery.Missing):
                self._wait((str(outcome),) if failed(outcome) else outcome.offices)
            else:
                node.office.write(lambda transaction: recovery.finish(transaction, node.office), finished)

        def finished(outcome: Any) -> None:
            if failed(outcome):
                self._again("node:recovery:failed", self.go_on)
                return
            node.office.recovering, self.awaited = False, ()
            self.unheard, self._to_reach, self._rounds = node.place.kind is OfficeKind.MUNICIPALITY, None, Counter()
            node.event("node:recovery:finished", node.place.code)

        if node.running:
            node.tables.recover(node.office, heard)

    def _wait(self, awaited: tuple[str, ...]) -> None:
        """Try again soon; tell the operator when others are waited for, and every ten minutes that it does not end."""
        now_s, before, self.awaited = self._node.clock.monotonic_s(), self.awaited, awaited
        if not before:
            self._alarm_s = now_s + ALARM_S
        if _codes(awaited) != _codes(before):
            self._node.event("node:recovery:waiting", shown(awaited))
        if now_s >= self._alarm_s:
            self._alarm_s = now_s + ALARM_S
            self._node.event("node:recovery:stuck", shown(awaited))
        self._node.clock.call_later(RETRY_S, self.go_on)

    def reach_unheard(self) -> None:
        """A duty after a restore: reach each other municipality once. Whoever told it something then hears what it lacks, and tells it.

        Hubs keep a link to it anyway; a municipality that has been acknowledged dials no more, and would never learn of the loss.
        """
        node = self._node
        if not self.unheard or node.office.recovering:
            return
        if self._to_reach is None:
            entries = node.directory.entries.values()
            self._to_reach = {entry.code for entry in entries if entry.kind is OfficeKind.MUNICIPALITY and entry.open}
        self._to_reach.discard(node.place.code)
        for code in [code for code in sorted(self._to_reach) if not (code in node.links or node.dialling.busy(code))][:REACHED_MAX]:
            node.dialling.later(code)
        for code in sorted(self._to_reach & node.links.keys() - self._asking):
            self._hear(code, node.links[code])
        if not self._to_reach:
            self.unheard = False
            node.office.write(recovery.heard, lambda outcome: None)

    def _hear(self, code: str, link: Link) -> None:
        """Say over a link what is expected, then ask for something; enough answers, and the peer has heard it."""
        node, hello = self._node, link.peer_hello
        if hello is None:
            return
        self._asking.add(code)

        def read(cursor: Any) -> None:
            if failed(cursor) or link.closed:
                self._asking.discard(code)
                return
            link.expect(hello.epoch, max(cursor, 0))
            link.ask(RelayKeyRequest(), RelayKey, answered, ASK_DEADLINE_MS)

        def answered(outcome: Any) -> None:
            self._asking.discard(code)
            if not isinstance(outcome, NotReady) and outcome is not LATE:
                self._rounds[code] += 1
            if self._rounds[code] >= ROUNDS and self._to_reach is not None:
                self._to_reach.discard(code)

        node.office.write(lambda transaction: outbox.cursor(transaction, code, hello.epoch), read)

    def check_reporters(self, codes: Collection[str]) -> None:
        """Raise InvalidInput for an office that a recovery here cannot do without: one above, or one that is not there."""
        for code in codes:
            entry = self._node.directory.entry(code)
            if entry is None or not reports_to(Place(code, entry.kind, entry.prefecture), self._node.place):
                raise InvalidInput(code, NO_REPORTER, NAME_ONE)

    def without(self, operator: str, codes: Collection[str], then: Then) -> None:
        """The operator's word: this recovery does not wait for these offices. Raises InvalidInput as `check_reporters`."""
        self.check_reporters(codes)
        node = self._node
        node.office.write(lambda transaction: recovery.leave_out(transaction, node.office, operator, codes), then)

    def _again(self, tag: str, step: Callable[[], None]) -> None:
        self._node.event(tag, self._node.place.code)
        self._node.clock.call_later(RETRY_S, step)


def _codes(awaited: tuple[str, ...]) -> list[str]:
    return [one.split(":")[0] for one in awaited]


def shown(awaited: tuple[str, ...]) -> str:
    """Whom a recovery waits for, the first few by name."""
    more = f", and {len(awaited) - SHOWN_MAX} more" if len(awaited) > SHOWN_MAX else ""
    return ", ".join(awaited[:SHOWN_MAX]) + more
