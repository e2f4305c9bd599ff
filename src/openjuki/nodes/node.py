"""A running office: its links, its answers, its notices, its duties by clock (業務サーバ; architecture section 1).

What it can be asked and told stands in `nodes/tables.py`: the whole surface of the office on one screen.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openjuki.nodes.admission import APPLICANT, Admission, notifies
from openjuki.nodes.dialling import Dialling
from openjuki.nodes.network import Network
from openjuki.nodes.receiving import Arrived, Gathering, heard, take
from openjuki.nodes.recovering import RETRY_S, Recovery
from openjuki.nodes.sending import Sender
from openjuki.nodes.tables import Tables, Take
from openjuki.offices import outbox, provision, recovery
from openjuki.offices.office import Office, Then, failed
from openjuki.offices.outbox import Outgoing
from openjuki.offices.store import Transaction
from openjuki.procedures.quarantine import Quarantined
from openjuki.register.errors import NotReady, OpenJukiError, Reason, Refused
from openjuki.wire.clock import Timer
from openjuki.wire.directory import Entry
from openjuki.wire.frame import Header
from openjuki.wire.link import Link, Question
from openjuki.wire.message import Message
from openjuki.wire.seal import Seal, seal_batch
from openjuki.wire.sides import CREDIT, Hello, Transport
from openjuki.wire.speech import Place, encode

Listen = Callable[[str, str, str], None]
"""(office, tag, what): who hears of audit events."""

DUTY_S = 1.0
"""Between two rounds of an office's duties by clock."""
TAKEN_MAX, TAKEN_LEAST = 1_024, 64
"""Notices that all links together bring into one commit, and those of each link at least: whoever asks meanwhile waits for it, and so does
what goes on from here to the next office."""


class Node:
    """One office on the network. Everything here runs on the office's own thread; works run on the executor's."""

    def __init__(
        self, office: Office, network: Network, tables: Tables, listen: Listen = lambda office, tag, what: None, *, duty_s: float = DUTY_S
    ) -> None:
        self.office, self.network, self.tables, self._listen, self._duty_s = office, network, tables, listen, duty_s
        self.place: Place = office.place
        self.realm, self.clock, self.directory, self.speech = office.realm, office.clock, office.directory, tables.speech
        self.notices: Mapping[type[Message], Take] = tables.notices
        self.epoch = b""
        self.links: dict[str, Link] = {}
        self.senders: dict[str, Sender] = {}
        self.running = False
        self.recovery, self.admission, self.dialling = Recovery(self), Admission(self), Dialling(self)
        self._heard: dict[str, int] = {}
        self._keeping = False
        self._arrived: dict[tuple[Link, bytes], list[Arrived]] = {}
        self._gathering = Gathering(self.clock)
        self._written_to: set[str] = set()
        """Every office for which the outbox holds or held a row; of any other one a new link asks nothing of the store."""
        self._written_by: set[str] = set()
        """Every office of which a notice was ever taken."""
        self._duty: Timer | None = None
        office.ask, office.event = self.ask, self.event
        office.store.published = self.published
        office.store.after_commit = lambda transaction: provision.promise(transaction, office, office.log)

    # -- start and stop -------------------------------------------------------------------------------------------

    def start(self, then: Callable[[], None] = lambda: None) -> None:
        """Open the office: read epoch and log, then send what waits. A disk that is full or held is tried again."""

        def opened(outcome: Any) -> None:
            if failed(outcome):
                self.event("node:office:failed", str(outcome))
                if isinstance(outcome, NotReady):
                    self._duty = self.clock.call_later(RETRY_S, lambda: self.start(then))
                return
            self.epoch, self.office.log, waiting, self.office.recovering, self._written_to, self._written_by = outcome
            self.running = True
            self._duty = self.clock.call_later(self._duty_s, self._duties)
            for receiver in waiting:
                self.wake(receiver)
            if self.office.recovering:
                self.recovery.go_on()
            then()

        self.office.write(self._open, opened)

    def _open(self, transaction: Transaction) -> tuple[bytes, Any, dict[str, int], bool, set[str], set[str]]:
        recovery.begin_if_old(transaction, self.office)
        epoch = outbox.epoch(transaction)
        if not epoch:
            epoch = self.office.entropy(16)
            outbox.begin_epoch(transaction, epoch)
        log = provision.open_log(transaction, self.office, epoch) if self.tables.provides else self.office.log
        waiting, recovering = outbox.unacknowledged(transaction), recovery.is_recovering(transaction)
        self.recovery.unheard = recovery.is_unheard(transaction)
        return epoch, log, waiting, recovering, outbox.receivers(transaction), outbox.senders(transaction)

    def stop(self) -> None:
        """Close every link; the store is closed by whoever opened it."""
        self.running = False
        self.dialling.stop()
        if self._duty is not None:
            self._duty.cancel()
        self.admission.close_all("stopping")

    # -- links ----------------------------------------------------------------------------------------------------

    def hello(self) -> Hello:
        """What to say first on a link."""
        return Hello((1,), self.directory.number, CREDIT, self.epoch)

    def connected(self, certificate: bytes, transport: Transport, expected: str = "", address: str = "") -> Link | None:
        """A connection whose peer showed the certificate with that SHA-256; None (and closed) if it speaks for no open office."""
        return self.admission.connected(certificate, transport, expected, address)

    def applied(self, transport: Transport, address: str = "") -> Link | None:
        """A connection to the enrolment listener: somebody not in the directory, who may say very little."""
        return self.admission.applied(transport, address)

    def came_up(self, link: Link) -> None:
        """The peer said hello: tell it where we are in its outbox, and hand the link to whoever waits for it."""
        peer = link.peer.code
        if link.peer is APPLICANT:
            return
        self.links[peer] = link
        self.sender(peer).start(link)
        epoch = link.peer_hello.epoch if link.peer_hello else b""
        if epoch and notifies(self.speech, link.peer, self.place) and peer not in self._written_by:
            link.expect(epoch, 0)
        elif epoch and notifies(self.speech, link.peer, self.place):
            self.office.write(
                lambda transaction: outbox.cursor(transaction, peer, epoch),
                lambda cursor: link.close("store") if isinstance(cursor, OpenJukiError) else link.expect(epoch, max(cursor, 0)),
            )
        self.dialling.reached(link)

    def went_down(self, link: Link, reason: str) -> None:
        """A link is gone (perhaps not the only one to that peer); dial again if something waits."""
        peer = link.peer.code
        self.admission.gone(link)
        if self.links.get(peer) is link:
            del self.links[peer]
        sender = self.senders.get(peer)
        if sender is not None and sender.link is link:
            sender.stop(self.links.get(peer))
            if self.running and sender.link is None and not sender.caught_up:
                self.dialling.later(peer)
        self.dialling.lost(peer, reason)

    def resumed(self, link: Link) -> None:
        """A slow peer has caught up."""
        self.sender(link.peer.code).pump()

    def reach(self, office: str, then: Callable[[Link | OpenJukiError], None]) -> None:
        """A link to `office`, now or once dialled."""
        self.dialling.reach(office, then)

    def dial_failed(self, office: str, reason: str) -> None:
        """The network could not connect."""
        self.dialling.failed(office, reason)

    # -- questions ------------------------------------------------------------------------------------------------

    def ask(self, office: str, message: Message, reply: type[Message], then: Then, deadline_ms: int) -> None:
        """Ask another office; `then` gets its answer or an error, exactly once."""
        self.reach(office, lambda link: link.ask(message, reply, then, deadline_ms) if isinstance(link, Link) else then(link))

    def asked(self, link: Link, questions: Sequence[Question]) -> None:
        """Questions arrived: find the step of each in the table; it answers once."""
        entry, office, answers = self.directory.entry(link.peer.code), self.office, self.tables.answers
        listed = entry is not None and entry.open and self.directory.usable(self.clock.wall_ms())
        usual = listed and link.peer is not APPLICANT and not office.recovering
        for question in questions:
            message = question.message
            step = answers.get(type(message))
            if usual and step is not None:
                step(office, entry, question, message, question.reply)
            else:
                self._asked_unusually(link, question, entry if listed else None)

    def _asked_unusually(self, link: Link, question: Question, entry: Entry | None) -> None:
        """A question of an applicant, of an office that is not or no longer listed, to a recovering office, or of no use here."""
        kind = type(question.message)
        step = self.tables.answers.get(kind)
        if step is None:
            question.reply(Refused(Reason.OFF_ROUTE, "architecture 1"))
        elif link.peer is APPLICANT and kind.enrolling:
            step(self.office, None, question, question.message, question.reply)
        elif entry is None:
            question.reply(Refused(Reason.DIRECTORY_EXPIRED, "architecture 2"))
        elif self.office.recovering and not self.tables.while_recovering(kind):
            question.reply(Refused(Reason.RECOVERING, "architecture 4"))
        else:
            step(self.office, entry, question, question.message, question.reply)

    # -- notices --------------------------------------------------------------------------------------------------

    def sender(self, receiver: str) -> Sender:
        """What is on its way to an office."""
        if receiver not in self.senders:
            self.senders[receiver] = Sender(self, receiver)
        return self.senders[receiver]

    @property
    def caught_up(self) -> bool:
        """Whether, as far as is known here, every peer has applied what it was sent, and it is written down that they have."""
        return not self._keeping and not self._heard and all(sender.caught_up for sender in self.senders.values())

    def wake(self, receiver: str) -> None:
        """There is something in the outbox for `receiver`."""
        self._written_to.add(receiver)
        sender = self.sender(receiver)
        sender.wake()
        if sender.link is None and not self.dialling.busy(receiver):
            self.reach(receiver, lambda link: None)

    def noticed(self, link: Link, header: Header, body: bytes, refused: str = "") -> None:
        """A notice arrived (or was refused on its header): those of one moment and epoch go to the store together."""
        arrived = self._arrived.setdefault((link, header.epoch), [])
        arrived.append(Arrived(header, body, refused))
        if len(arrived) == 1:
            self.clock.call_later(self._gathering.wait_s(), lambda: self._take(link, header.epoch))

    def _take(self, link: Link, epoch: bytes) -> None:
        """Take the first that arrived; what is too much for one commit, or comes meanwhile, follows it."""
        waiting, sender = self._arrived[link, epoch], link.peer.code
        arrived = waiting[: max(TAKEN_MAX // len(self._arrived), TAKEN_LEAST)]
        self._written_by.add(sender)

        def settled(outcome: Any) -> None:
            del waiting[: len(arrived)]
            if waiting:
                self._take(link, epoch)
            else:
                del self._arrived[link, epoch]
            for _ in arrived:
                link.notice_settled()
            heard(self, link, epoch, outcome)

        self.office.write(lambda transaction: take(transaction, self, sender, epoch, arrived), settled)

    def acknowledged(self, link: Link, epoch: bytes, sequence: int, *, expected: bool) -> None:
        """The peer's cursor; words about another epoch than ours are old, and who is sent no notices has none to speak of."""
        if not notifies(self.speech, self.place, link.peer):
            self.event("wire:acknowledgement:refused", link.peer.code)
            return
        if epoch != self.epoch:
            return
        sender = self.sender(link.peer.code)
        if expected:
            sender.start(link)
            if sequence or link.peer.code in self._written_to:
                sender.expected(sequence)
                self.recovery.check(link.peer, sequence)
        else:
            sender.confirmed(sequence)

    def acknowledgement_heard(self, receiver: str, sequence: int) -> None:
        """Keep the highest acknowledgement; those that come while one write is under way become the next."""
        self._heard[receiver] = sequence
        if not self._keeping:
            self._keep_heard()

    def _keep_heard(self) -> None:
        heard, epoch, self._heard, self._keeping = self._heard, self.epoch, {}, True

        def kept(outcome: Any) -> None:
            self._keeping = False
            if epoch != self.epoch:
                self._heard = {}
            elif failed(outcome):
                self._heard = {**heard, **self._heard}
            elif self._heard:
                self._keep_heard()

        self.office.write(lambda transaction: outbox.acknowledge_all(transaction, epoch, heard), kept)

    def outgoing(self, row: Outgoing) -> tuple[type[Message], bytes]:
        """An outbox row as (message type, payload): an event's change becomes its message here."""
        make = self.tables.made.get(row.type)
        if make is not None:
            message = make(row.body)
            return type(message), encode(message)
        return self.tables.message_of(row.type), row.body

    def sealed(self, payloads: Sequence[tuple[str, bytes]]) -> list[Seal]:
        """Seals for payloads of the office's own, with one signature for all."""
        office = self.office
        return seal_batch(
            payloads, realm=self.realm, origin=office.code, key_id=office.seal_key, sealed_ms=self.clock.wall_ms(), sign=office.sign
        )

    def tell_quarantined(self, transaction: Transaction, sender: str, header: Header, reason: str) -> None:
        """Tell the sender that one of its notices was set aside; a report about a report is not sent."""
        if header.type != Quarantined.type_name():
            outbox.put(transaction, sender, Quarantined.type_name(), encode(Quarantined(header.epoch, header.id, header.type, reason)))

    def published(self, transaction: Transaction) -> None:
        """After each commit, on this thread: tell the audit, wake the senders."""
        self.office.some_parked |= transaction.parked
        for tag, what in transaction.events:
            self.event(tag, what)
        for receiver in sorted(transaction.woken):
            self.wake(receiver)

    # -- duties by clock ------------------------------------------------------------------------------------------

    def _duties(self) -> None:
        now_s = self.clock.monotonic_s()
        for sender in self.senders.values():
            sender.resend(now_s)
        if self._heard and not self._keeping:
            self._keep_heard()
        self.admission.review()
        self.recovery.reach_unheard()
        for duty in self.tables.duties:
            duty(self.office)
        self._duty = self.clock.call_later(self._duty_s, self._duties)

    def event(self, tag: str, what: str) -> None:
        """An audit event `source:subject:action`; no personal data in `what`."""
        self._listen(self.office.code, tag, what)
