"""Offices with a fault of their own, to see that the worlds find it (仕込んだ誤り): subclasses and other tables, no patch."""

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.node import Node
from openjuki.nodes.receiving import Arrived, Fate, Received, heard, take
from openjuki.nodes.recovering import Recovery
from openjuki.nodes.sending import Sender
from openjuki.nodes.tables import TABLES
from openjuki.offices import identity, outbox
from openjuki.offices.query_verdict import Verdict
from openjuki.offices.store import Transaction
from openjuki.procedures import change_notice, identity_query
from openjuki.procedures.change_notice import IdentityChange
from openjuki.procedures.identity_query import IdentityQuery
from openjuki.register.errors import OpenJukiError
from openjuki.simulation.worlds.disk import DelayedExecutor
from openjuki.simulation.worlds.life import Parts


class ToldBeforeCommit(DelayedExecutor):
    """Tells of a work's success when it has run, and commits a moment later."""

    uncommitted = False

    def commit(self, store, batch, point):
        if self.uncommitted:
            self.waiting.extendleft(reversed(batch))
            return
        transaction = Transaction(store.connection)
        transaction.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [work(transaction) for work, _ in batch]
        except OpenJukiError:
            transaction.execute("ROLLBACK")
            super().commit(store, batch, point)
            return
        self.uncommitted = True
        self.clock.call_later(0.05, lambda: self.finish(store, transaction))
        if store.after_commit is not None:
            store.after_commit(transaction)
        self._tell(store, transaction, batch, outcomes, None)

    def finish(self, store, transaction):
        transaction.execute("COMMIT")
        self.uncommitted = False
        if self.waiting:
            self._turn(store)


class AcknowledgedBeforeCommit(Node):
    """Acknowledges a notice when it arrives."""

    def noticed(self, link, header, body, refused=""):
        super().noticed(link, header, body, refused)
        link.acknowledge(header.epoch, header.id)


class OneByOne(Node):
    """Takes each notice by itself. No bug: the control of those that take notices in a way of their own."""

    def noticed(self, link, header, body, refused=""):
        arrived = Arrived(header, body, refused)
        self.office.write(lambda transaction: self.take(transaction, link.peer.code, arrived), self.settled(link, header.epoch))

    def settled(self, link, epoch):
        def then(outcome):
            link.notice_settled()
            heard(self, link, epoch, outcome)

        return then

    def take(self, transaction, sender, arrived):
        return take(transaction, self, sender, arrived.header.epoch, [arrived])


class GapNotNoticed(OneByOne):
    """Takes whatever comes next for the next."""

    def take(self, transaction, sender, arrived):
        epoch, number = arrived.header.epoch, arrived.header.id
        cursor = outbox.cursor(transaction, sender, epoch)
        if number > cursor + 1 > 0:
            outbox.advance(transaction, sender, epoch, cursor, number - 1)
        return super().take(transaction, sender, arrived)


class AppliedAgain(OneByOne):
    """Applies a notice that is sent again, since it does not look at its own cursor."""

    def take(self, transaction, sender, arrived):
        epoch, number = arrived.header.epoch, arrived.header.id
        cursor = outbox.cursor(transaction, sender, epoch)
        if 1 < number <= cursor:
            outbox.advance(transaction, sender, epoch, cursor, number - 1)
            super().take(transaction, sender, arrived)
            outbox.advance(transaction, sender, epoch, number, cursor)
            return Received(Fate.TAKEN, cursor)
        return super().take(transaction, sender, arrived)


class CursorBeforeEffect(OneByOne):
    """Moves the cursor in one transaction and applies the notice in the next."""

    def noticed(self, link, header, body, refused=""):
        sender, arrived, settled = link.peer.code, Arrived(header, body, refused), self.settled(link, header.epoch)

        def move(transaction):
            cursor = outbox.cursor(transaction, sender, header.epoch)
            if header.id != cursor + 1 or header.id == 1:
                return self.take(transaction, sender, arrived)
            outbox.advance(transaction, sender, header.epoch, cursor, header.id)
            return None

        def apply(transaction):
            cursor = outbox.cursor(transaction, sender, header.epoch)
            outbox.advance(transaction, sender, header.epoch, cursor, header.id - 1)
            received = self.take(transaction, sender, arrived)
            outbox.advance(transaction, sender, header.epoch, header.id, cursor)
            return received

        self.office.write(move, lambda outcome: settled(outcome) if outcome else self.office.write(apply, settled))


class SetAsideStopsTheLink(OneByOne):
    """Does not go on after a notice that cannot be applied."""

    def take(self, transaction, sender, arrived):
        before = transaction.value("SELECT count(*) FROM quarantine")
        cursor = outbox.cursor(transaction, sender, arrived.header.epoch)
        received = super().take(transaction, sender, arrived)
        if transaction.value("SELECT count(*) FROM quarantine") > before and cursor > 0:
            outbox.advance(transaction, sender, arrived.header.epoch, received.cursor, cursor)
            return Received(Fate.RETIRED, cursor)
        return received


class SentOnce(Sender):
    """Never sends again what was not acknowledged."""

    def resend(self, now_s):
        pass


class NothingSentAgain(Node):
    """Its senders send once, and do not go back when the peer says what it expects."""

    def sender(self, receiver):
        if receiver not in self.senders:
            self.senders[receiver] = SentOnce(self, receiver)
        return self.senders[receiver]


class Unaware(Recovery):
    """Does not notice that the store is an old copy, and does not listen to the operator who says so."""

    def check(self, receiver, sequence):
        pass

    def begin(self):
        pass


class EpochKeptAfterRestore(Node):
    """Goes on in the old epoch when it was restored from a backup."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.recovery = Unaware(self)


class MarkIgnored(Node):
    """Does not look at the mark beside its file."""

    def _open(self, transaction):
        self.office.store.old = False
        return super()._open(transaction)


def last_arrival_wins(transaction, office, told):
    """Keeps whatever state of a person came last."""
    change_notice.centre_receives(transaction, office, told)
    sql = "UPDATE person SET n = ?, office = ?, version = ?, status = ?, date = ?, identity = ? WHERE id = ?"
    for change in [one.message.change for one in told]:
        person = transaction.value("SELECT person FROM code WHERE code = ?", change.identity.code)
        body, residence = identity.encode_identity(change.identity), change.residence
        transaction.execute(sql, (residence.n, residence.office, change.version, int(change.status), change.date, body, person))


def not_parked(transaction, office, told):
    """Drops a change that follows something not heard of yet."""
    change_notice.centre_receives(transaction, office, told)
    transaction.execute("DELETE FROM parked")


def promised_but_not_written(office, asker, question, query, reply):
    """Promises a leaf whose row is rolled back."""
    waiting = identity_query.Waiting(asker, question, query, reply, verdict=Verdict(10, None))
    batch = identity_query.charge(office, [waiting], office.clock.wall_ms())

    def work(transaction):
        transaction.execute("SAVEPOINT answer")
        found = identity_query.look_up(transaction, office, batch)
        transaction.execute("ROLLBACK TO answer")
        transaction.execute("RELEASE answer")
        return found

    office.write(work, lambda outcome: identity_query.answer(office, batch, outcome))


def _with_notice(kind, message, step):
    tables = TABLES[kind]
    return {**TABLES, kind: tables._replace(notices={**tables.notices, message: step})}


def _with_answer(kind, message, step):
    tables = TABLES[kind]
    return {**TABLES, kind: tables._replace(answers={**tables.answers, message: step})}


BUGS = {
    "a step is told of before its commit": Parts(executor=ToldBeforeCommit),
    "a notice is acknowledged before its commit": Parts(node=AcknowledgedBeforeCommit),
    "the cursor moves before the effect": Parts(node=CursorBeforeEffect),
    "a gap is not noticed": Parts(node=GapNotNoticed),
    "what is sent again is applied again": Parts(node=AppliedAgain),
    "a notice set aside stops the link": Parts(node=SetAsideStopsTheLink),
    "nothing is sent again": Parts(node=NothingSentAgain),
    "a restored office keeps its epoch": Parts(node=EpochKeptAfterRestore),
    "an old copy is not known by its mark": Parts(node=MarkIgnored),
    "the last arrival wins": Parts(tables=_with_notice(OfficeKind.CENTRE, IdentityChange, last_arrival_wins)),
    "an unknown predecessor is not waited for": Parts(tables=_with_notice(OfficeKind.CENTRE, IdentityChange, not_parked)),
    "an answer is promised and not written": Parts(tables=_with_answer(OfficeKind.CENTRE, IdentityQuery, promised_but_not_written)),
}
"""What is wrong -> an office built that way."""
