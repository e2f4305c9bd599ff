"""Forwarded query: a municipality or its organ asks about people of another prefecture through its own governor (取次ぎ, Act art. 30-7(6)).

municipality or its organ      own prefecture                          centre, or by ordinance the holding prefecture
  1 ask       -- ForwardedQuery -->
                               2 receive   law.asking.pass_on
                                           -- the same, unopened -->
                                                                       3 receive   seal, asker, forwarder; then as any question
                                           <-- IdentityAnswer -------
                               4 hand_back a reference is on disk
              <-- IdentityAnswer --
  5 accept    (leaf and promise of the office that disclosed, as for any answer)

The asker seals question and destination, so a governor can neither ask in another's name nor turn a question elsewhere; the governor
is known by the link on which the question comes and by no word of it. A question sealed once is answered once.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from openjuki.law.asking import pass_on, where_to_ask
from openjuki.law.decide import Answering, Asker, Scope
from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.law.purposes import OrdinanceId, parse_affair
from openjuki.offices import passing
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.query_verdict import asked_of, asker_of
from openjuki.procedures import identity_query
from openjuki.procedures.identity_query import IdentityAnswer, IdentityQuery
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.seal import Seal, check_seal, seal_batch
from openjuki.wire.speech import decoder, encode

FRESH_MS = 300_000
"""A question sealed longer ago, or so far ahead, is not answered: only so long must be remembered what was."""
ARTICLE = "30-7(6)"


class ForwardedQuery(Message, frozen=True):
    """A question for the office `to`, sealed by who asks; the asker's own governor passes it on as it is (Act art. 30-7(6), 30-10(1)3)."""

    routes = frozenset({
        Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN),
        Route(OfficeKind.MUNICIPAL_ORGAN, OfficeKind.PREFECTURE, Relation.OWN),
        Route(OfficeKind.PREFECTURE, OfficeKind.CENTRE),
        Route(OfficeKind.PREFECTURE, OfficeKind.PREFECTURE, Relation.OTHER),
    })  # fmt: skip
    size_max = 8_192
    to: str
    query: bytes
    """An IdentityQuery as the asker encoded it: the leaf stands over these bytes."""
    seal: Seal


class Way(NamedTuple):
    """The office that discloses, and whether the asker's own governor passes the question on."""

    to: str
    by_own_governor: bool


def way(office: Office, affair: str) -> Way:
    """Which way this office's questions for an affair go. Raises InvalidInput for no affair, Refused if no way leads anywhere."""
    named, own = parse_affair(affair), office.directory.entry(office.code)
    asker = asker_of(own) if own else Asker(office.code, office.kind, office.place.prefecture, frozenset(), frozenset())
    if isinstance(named, OrdinanceId):  # its council's own office answers, whether or not the ordinance is loaded here
        elsewhere = named.office[:2] != office.place.prefecture
        return Way(named.office, office.kind is OfficeKind.MUNICIPAL_ORGAN and elsewhere)
    for scope in Scope:
        destinations = where_to_ask(named, asker, scope, office.ordinances, office.today())
        if destinations:
            nearest = destinations[-1]  # the own prefecture where it may answer, else the centre
            return Way(nearest.office or office.centre, nearest.via != "")
    raise Refused(Reason.ROUTE_NOT_LAWFUL, "30-30")


def ask(office: Office, to: str, query: IdentityQuery, then: Then) -> None:
    """Step 1, asker: ask the office `to` through the own governor; `then` gets the accepted IdentityAnswer or an OpenJukiError."""
    body = encode(query)
    (seal,) = seal_batch(
        [_sealed(to, body)], realm=office.realm, origin=office.code, key_id=office.seal_key,
        sealed_ms=office.clock.wall_ms(), sign=office.sign,
    )  # fmt: skip

    def accepted(outcome: Any) -> None:
        then(outcome if failed(outcome) else identity_query.accept(office, to, query, outcome))

    office.ask(office.prefecture_office, ForwardedQuery(to, body, seal), IdentityAnswer, accepted, ASK_DEADLINE_MS)


def _sealed(to: str, body: bytes) -> tuple[str, bytes]:
    return ForwardedQuery.type_name(), encode((to, body))


class Enclosed(NamedTuple):
    """The asker's question inside the one that came."""

    carrier: Question
    body: bytes
    digest: bytes

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self.carrier.cancelled


def receive(office: Office, sender: Entry, question: Question, message: ForwardedQuery, reply: Callable[[Any], None]) -> None:
    """Steps 2 and 3: from one's own municipality or its organ, pass it on; from a governor, answer the asker whose seal it bears."""
    try:
        asker = _sealed_by(office, message)
        if sender.kind is OfficeKind.PREFECTURE:
            query = _query(message)
            _take(office, message)
            enclosed = Enclosed(question, message.query, sha256(message.query).digest())
            identity_query.receive(office, asker, enclosed, query, reply, forwarded_by=sender.code)
        else:
            _pass_on(office, sender, asker, question, message, reply)
    except Refused as refused:
        office.event("provision:forwarded:refused", f"{sender.code} {refused.code.value}")
        reply(refused)


def _sealed_by(office: Office, message: ForwardedQuery) -> Entry:
    """Who asks, by the seal alone."""
    asker = check_seal(message.seal, *_sealed(message.to, message.query), office.directory)
    if not asker.open:
        raise Refused(Reason.BAD_SEAL, ARTICLE)
    return asker


def _query(message: ForwardedQuery) -> IdentityQuery:
    try:
        query: IdentityQuery = decoder(IdentityQuery).decode(message.query)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(Reason.MALFORMED, "architecture 3") from None
    return query


def _take(office: Office, message: ForwardedQuery) -> None:
    """Take a question once, in its time, and only if it is for this office. Told apart by what is signed: signatures can be altered."""
    now_ms, sealed_ms, taken = office.clock.wall_ms(), message.seal.sealed_ms, office.taken_questions
    for question in [held for held, held_ms in taken.items() if held_ms < now_ms - FRESH_MS]:
        del taken[question]
    if message.to != office.code:
        raise Refused(Reason.WRONG_OFFICE, ARTICLE)
    if abs(now_ms - sealed_ms) > FRESH_MS:
        raise Refused(Reason.LATE, ARTICLE)
    question = sha256(encode((message.seal.origin, sealed_ms, message.to, message.query))).digest()
    if question in taken:
        raise Refused(Reason.CONFLICT, ARTICLE)
    taken[question] = sealed_ms


def _pass_on(
    office: Office, sender: Entry, asker: Entry, question: Question, message: ForwardedQuery, reply: Callable[[Any], None]
) -> None:
    """Step 2, governor: only for the office at the other end of the link, and only where the law says."""
    if asker.code != sender.code:
        raise Refused(Reason.BAD_SEAL, ARTICLE)
    to = _destination(office, asker, _query(message))
    if message.to != to:
        raise Refused(Reason.ROUTE_NOT_LAWFUL, ARTICLE)
    deadline_ms = min(question.header.deadline_ms or ASK_DEADLINE_MS, ASK_DEADLINE_MS)
    office.ask(to, message, IdentityAnswer, lambda outcome: hand_back(office, asker, outcome, reply), deadline_ms)


def _destination(office: Office, asker: Entry, query: IdentityQuery) -> str:
    """The office to which the law lets this governor pass the question on."""
    asked = asked_of(query, Scope.OTHER)
    if isinstance(asked, Refused):
        raise asked
    governor = Answering(office.code, office.kind, office.place.prefecture)
    passed = pass_on(asked, asker_of(asker), governor, office.ordinances, office.today(), office.profile)
    if isinstance(passed, Refused):
        raise passed
    return passed.to.office or office.centre


def hand_back(office: Office, asker: Entry, outcome: Any, reply: Callable[[Any], None]) -> None:
    """Step 4, governor: hand the answer on once its reference is on disk; what was answered is not kept."""
    if failed(outcome):
        reply(outcome)
        return
    now_ms, leaf = office.clock.wall_ms(), outcome.promise
    office.write(
        lambda transaction: passing.note(transaction, now_ms, asker.code, leaf.log, leaf.index),
        lambda noted: reply(noted if failed(noted) else outcome),
    )
