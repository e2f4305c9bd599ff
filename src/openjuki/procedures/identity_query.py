"""Identity query: a listed body confirms a person from the register (本人確認情報の提供, Act art. 30-7(3)-(6), 30-8; text of 2013-12).

agency, organ or municipality             the office that discloses: centre, prefecture or municipality
  1 ask      -- IdentityQuery -->
                                          2 receive   law.decide, limits; refuse or go on
                                          3 look_up   in one durable transaction with the provision row and its leaf
             <-- IdentityAnswer --------  4 answer    with index and promise, after the commit
  5 accept   (leaf and promise hold, or the answer is thrown away)

What the asker's own governor has to pass on comes to step 2 through procedures/forwarded_query.py.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import msgspec

from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.law.limits import Count
from openjuki.offices import handling_notes, provision, resident_search, restraints, savings
from openjuki.offices.hub_search import Found, QueryKey, find_for
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.provision import Proof, Provision
from openjuki.offices.query_verdict import NOBODY, Remembered, Verdict, judge, remembered, scope_of
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.errors import Broken, OpenJukiError, Reason, Refused
from openjuki.register.identity import Sex, Status
from openjuki.tlog.promise import Promise
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

Search = Callable[[Transaction, QueryKey, int], list[Found]]
"""(transaction, what is known of the person, how many at most) -> the persons it fits."""
Noted = Callable[[Transaction, Office, list[Found]], list[Found]]
"""The same persons, with a note on those whom it concerns."""


class IdentityQuery(Message, frozen=True, gc=False):
    """Who is this, for that affair (Act art. 30-7(3), 30-8(1)); `affair` as `appendix:1:16` or `ordinance:OFFICE:ID`."""

    routes = frozenset({
        Route(OfficeKind.APPENDIX_BODY, OfficeKind.CENTRE),
        Route(OfficeKind.PREFECTURE_ORGAN, OfficeKind.CENTRE),
        Route(OfficeKind.PREFECTURE_ORGAN, OfficeKind.PREFECTURE),
        Route(OfficeKind.MUNICIPAL_ORGAN, OfficeKind.CENTRE),
        Route(OfficeKind.MUNICIPAL_ORGAN, OfficeKind.PREFECTURE, Relation.OWN),
        Route(OfficeKind.MUNICIPALITY, OfficeKind.CENTRE),
        Route(OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, Relation.OWN),
        Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY),
    })  # fmt: skip
    size_max = 4_096
    affair: str
    case: str
    operator: str
    key: QueryKey
    fields: tuple[str, ...]
    """Names of `law.policy.Field`."""


class Confirmed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One person found; only the fields asked for are filled. `code_changed` tells that the code asked with is an old one."""

    name: str | None = None
    kana: str | None = None
    birth: str | None = None
    sex: Sex | None = None
    address: Address | None = None
    code: str | None = None
    former_name: str | None = None
    alias: str | None = None
    status: Status | None = None
    date_of_change: str | None = None
    code_changed: bool = False
    handle_with_care: bool = False
    """The person is protected: keep the address safe, and write to the new one (profile "open"; mission X7)."""


class IdentityAnswer(Message, frozen=True):
    """The persons found (none, one or a few), and proof that the answer stands in the log of the office that gave it."""

    routes = frozenset({Route(route.receiver, route.sender, route.relation) for route in IdentityQuery.routes}) | {
        Route(OfficeKind.CENTRE, OfficeKind.PREFECTURE),
        Route(OfficeKind.PREFECTURE, OfficeKind.PREFECTURE, Relation.OTHER),
    }
    size_max = 65_536
    persons: tuple[Confirmed, ...]
    time_ms: int
    salt: bytes
    promise: Promise


_ANSWER = IdentityAnswer.type_name()


class _AnswerOnDisk(Message, frozen=True, gc=False):
    """The same answer with the persons as the bytes that were logged."""

    size_max = IdentityAnswer.size_max
    persons: msgspec.Raw
    time_ms: int
    salt: bytes
    promise: Promise

    @classmethod
    def type_name(cls) -> str:
        """It is an IdentityAnswer on the wire."""
        return _ANSWER


def ask(office: Office, to: str, query: IdentityQuery, then: Then) -> None:
    """Step 1, agency: ask; `then` gets the accepted IdentityAnswer or an OpenJukiError."""

    def accepted(outcome: Any) -> None:
        then(outcome if failed(outcome) else accept(office, to, query, outcome))

    office.ask(to, query, IdentityAnswer, accepted, ASK_DEADLINE_MS)


class AsAsked(Protocol):
    """A question as its asker encoded it, which is what the leaf stands over; `cancelled` when nobody waits any more."""

    @property
    def body(self) -> bytes: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def cancelled(self) -> bool: ...


_UNCOUNTED = Count(0)


class Waiting(msgspec.Struct, gc=False):
    """A question on its way to the register."""

    asker: Entry
    question: AsAsked
    query: IdentityQuery
    reply: Callable[[Any], None]
    forwarded_by: str = ""
    verdict: Verdict = NOBODY
    """The law's word, once it has let the question through."""
    operators: Count = _UNCOUNTED
    offices: Count = _UNCOUNTED
    """The two counts that the question stands against until it is answered."""


def receive(
    office: Office, asker: Entry, question: AsAsked, query: IdentityQuery, reply: Callable[[Any], None], forwarded_by: str = ""
) -> None:
    """Step 2, the office that discloses: the questions that arrive in one turn are answered in one work; what they share is paid once."""
    arrived = office.questions
    arrived.append(Waiting(asker, question, query, reply, forwarded_by))
    if len(arrived) == 1:
        office.clock.call_later(0, lambda: _begin(office))


def _begin(office: Office) -> None:
    """Refuse what the law does not allow, before anything is looked up; hand the other questions of this turn to the store."""
    arrived, office.questions = office.questions, []
    verdicts, now_ms = remembered(office), office.clock.wall_ms()
    lawful = [waiting for waiting in arrived if _lawful(office, verdicts, waiting, now_ms)]
    batch = [waiting for _, group in groupby(lawful, _ASKER) for waiting in charge(office, list(group), now_ms)]
    if batch:
        office.write(lambda transaction: look_up(transaction, office, batch), lambda outcome: answer(office, batch, outcome))


_ASKER = attrgetter("asker.code")


def _lawful(office: Office, verdicts: Remembered, waiting: Waiting, now_ms: int) -> bool:
    """Whether the law and the operator's budget let the question through; if not, it is refused here."""
    asker, query = waiting.asker, waiting.query
    try:
        waiting.verdict = judge(office, verdicts, asker, query, waiting.forwarded_by)
        waiting.operators = office.operator_limits[asker.code].charge(query.operator, now_ms)
    except Refused as refused:
        _refuse(office, waiting, refused)
        return False
    return True


def _refuse(office: Office, waiting: Waiting, refused: Refused) -> None:
    office.event("provision:query:refused", f"{waiting.asker.code} {waiting.query.affair[:40]} {refused.code.value}")
    waiting.reply(refused)


def charge(office: Office, questions: list[Waiting], now_ms: int) -> list[Waiting]:
    """Count one office's questions against it too: it cannot get a new budget by naming new operators. Those that are within it."""
    asker = questions[0].asker
    try:
        count = office.office_limits.charge(asker.code, now_ms, asker.per_day_max, len(questions))
    except Refused as refused:
        if len(questions) > 1:
            return [waiting for one in questions for waiting in charge(office, [one], now_ms)]
        questions[0].operators.open -= 1
        _refuse(office, questions[0], refused)
        return []
    for waiting in questions:
        waiting.offices = count
    return questions


def settle(batch: Iterable[Waiting]) -> None:
    """These questions are done; each was counted against its operator and its office."""
    for waiting in batch:
        waiting.operators.open -= 1
        waiting.offices.open -= 1


def missed(office: Office, waiting: Waiting) -> None:
    """Nobody was found: that counts against office and operator."""
    asker, now_ms = waiting.asker.code, office.clock.wall_ms()
    office.operator_limits[asker].miss(waiting.query.operator, now_ms)
    office.office_limits.miss(asker, now_ms)


class LookedUp(NamedTuple):
    """What became of some questions, in their order; the transaction has the promises of what was provided."""

    transaction: Transaction
    each: list[Provision | Refused]


def look_up(transaction: Transaction, office: Office, batch: Sequence[Waiting]) -> LookedUp:
    """Step 3: find, and write the provision rows in the same transaction; too many hits are refused, not listed."""
    search, noted = _searching(transaction, office, [waiting.query.key for waiting in batch])
    found = [_find(transaction, office, waiting, search, noted) for waiting in batch]
    provision.record(transaction, office, office.log, [one for one in found if isinstance(one, Provision)])
    return LookedUp(transaction, found)


def _searching(transaction: Transaction, office: Office, keys: Sequence[QueryKey]) -> tuple[Search, Noted]:
    """How this kind of office finds the persons of some questions, and what it notes on them."""
    if office.kind is OfficeKind.MUNICIPALITY:
        return resident_search.find, restraints.noted
    return find_for(transaction, keys), handling_notes.noted


def _find(transaction: Transaction, office: Office, waiting: Waiting, search: Search, noted: Noted) -> Provision | Refused:
    """One question's persons as the answer will hold them; nothing for who no longer waits."""
    question, query, (hits_max, whose) = waiting.question, waiting.query, waiting.verdict
    if question.cancelled:
        return Refused(Reason.LATE, "architecture 3")
    found = search(transaction, query.key, hits_max + 1)
    hits = len(found)
    if hits > hits_max:
        return Refused(Reason.TOO_MANY, "architecture 5")
    if whose is not None:
        found = [hit for hit in found if scope_of(waiting.asker, hit.identity.address.municipality) is whose]
        hits = len(found)
    persons = encode(list(map(confirming(query.fields), noted(transaction, office, found))))
    numbers = str(found[0].person) if hits == 1 else " ".join(map(str, map(_PERSON, found)))
    return Provision(waiting.asker.code, query.affair, query.case, query.operator, question.body, question.digest, numbers, hits, persons)


_PERSON = attrgetter("person")


@lru_cache(maxsize=256)
def confirming(fields: tuple[str, ...]) -> Callable[[Found], tuple[Any, ...]]:
    """Reads the fields asked for off a person found, as a `Confirmed` is written; made once, since few sets of fields are asked for."""
    own = {"status": "status", "date_of_change": "date_of_change"}
    names = Confirmed.__struct_fields__[:-2]
    asked = (own.get(name, f"identity.{name}") if name in fields else "nothing" for name in names)
    return attrgetter(*asked, "code_changed", "noted")


def answer(office: Office, batch: Sequence[Waiting], outcome: LookedUp | OpenJukiError) -> None:
    """Step 4: the rows are on disk; send the answers with their promises. A miss is counted against the asker."""
    settle(batch)
    if isinstance(outcome, OpenJukiError):
        for waiting in batch:
            waiting.reply(outcome)
        return
    promises = outcome.transaction.promises
    for waiting, one in zip(batch, outcome.each, strict=True):
        if isinstance(one, Provision):
            if not one.hits:
                missed(office, waiting)
            waiting.reply(_AnswerOnDisk(msgspec.Raw(one.answer), one.time_ms, one.salt, promises[one.position]))
        else:
            waiting.reply(one)


def accept(office: Office, to: str, query: IdentityQuery, message: IdentityAnswer) -> IdentityAnswer | Broken:
    """Step 5, agency: an answer without its leaf and promise is no answer."""
    proof, digests = Proof(message.time_ms, message.salt, message.promise), (_digest(query), _digest(message.persons))
    broken = provision.fault(office, to, proof, *digests, persons=len(message.persons))
    if broken is None:
        savings.answered(office, query.affair, len(message.persons))
    return broken or message


def _digest(told: Any) -> bytes:
    return sha256(encode(told)).digest()
