"""Identity query: a listed body confirms a person from the register (本人確認情報の提供, Act art. 30-7(3)-(6), 30-8; text of 2013-12).

agency                                    prefecture (own use) or centre
  1 ask      -- IdentityQuery -->
                                          2 receive   law.decide, limits; refuse or go on
                                          3 look_up   in one durable transaction with the provision row and its leaf
             <-- IdentityAnswer --------  4 answer    with index and promise, after the commit
  5 accept   (leaf and promise hold, or the answer is thrown away)
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from openjuki.law.decide import Allowed, Answering, Asked, Asker, Scope, decide
from openjuki.law.kinds import OfficeKind, Relation, Route
from openjuki.law.policy import Field
from openjuki.offices import provision
from openjuki.offices.hub_search import Found, QueryKey, find
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.provision import Provision, Recorded
from openjuki.offices.store import Transaction
from openjuki.register.addresses import Address
from openjuki.register.errors import Broken, OpenJukiError, Reason, Refused, Say
from openjuki.register.identity import Sex, Status
from openjuki.tlog.leaf import ProvisionLeaf, encode_record
from openjuki.tlog.promise import Promise, verify_provision
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.speech import encode


class IdentityQuery(Message, frozen=True):
    """Who is this, for that affair (Act art. 30-7(3), 30-8(1)); `affair` as `appendix:1:16` or `ordinance:OFFICE:ID`."""

    routes = frozenset({
        Route(OfficeKind.APPENDIX_BODY, OfficeKind.CENTRE),
        Route(OfficeKind.PREFECTURE_ORGAN, OfficeKind.PREFECTURE, Relation.OWN),
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


class IdentityAnswer(Message, frozen=True):
    """The persons found (none, one or a few), and proof that the answer stands in the log of the office that gave it."""

    routes = frozenset({Route(route.receiver, route.sender, route.relation) for route in IdentityQuery.routes})
    size_max = 65_536
    persons: tuple[Confirmed, ...]
    time_ms: int
    salt: bytes
    promise: Promise


class _AnswerOnDisk(Message, frozen=True):
    """The same answer with the persons as the bytes that were logged."""

    size_max = IdentityAnswer.size_max
    persons: msgspec.Raw
    time_ms: int
    salt: bytes
    promise: Promise

    @classmethod
    def type_name(cls) -> str:
        """It is an IdentityAnswer on the wire."""
        return IdentityAnswer.type_name()


def ask(office: Office, to: str, query: IdentityQuery, then: Then) -> None:
    """Step 1, agency: ask; `then` gets the accepted IdentityAnswer or an OpenJukiError."""

    def accepted(outcome: Any) -> None:
        then(outcome if failed(outcome) else accept(office, to, query, outcome))

    office.ask(to, query, IdentityAnswer, accepted, ASK_DEADLINE_MS)


def receive(office: Office, asker: Entry, question: Question, query: IdentityQuery, reply: Callable[[Any], None]) -> None:
    """Step 2, prefecture or centre: refuse what the law does not allow, before anything is looked up."""
    allowed = judge(office, asker, query)
    if isinstance(allowed, Refused):
        _refuse(office, asker, query, allowed, reply)
        return
    budget, hits_max = (asker.code, query.operator), allowed.hits_max
    try:
        office.limits.charge(budget, office.clock.wall_ms(), asker.per_day_max)
    except Refused as refused:
        _refuse(office, asker, query, refused, reply)
        return
    office.write(
        lambda transaction: look_up(transaction, office, asker, question, query, hits_max),
        lambda outcome: answer(office, budget, outcome, reply),
    )


def _refuse(office: Office, asker: Entry, query: IdentityQuery, refused: Refused, reply: Callable[[Any], None]) -> None:
    """Say no, and let the audit hear of it."""
    office.event("provision:query:refused", f"{asker.code} {query.affair[:40]} {refused.code.value}")
    reply(refused)


def judge(office: Office, asker: Entry, query: IdentityQuery) -> Allowed | Refused:
    """The law's word on a question (cached: the same kind of question comes again and again)."""
    fields = field_set(query.fields)
    if fields is None:
        return Refused(Reason.FIELD_NOT_ALLOWED, "Act art. 30-5(1)")
    scope = Scope.OWN if office.kind is OfficeKind.PREFECTURE else Scope.OTHER
    asked = Asked(query.affair, query.case != "", query.operator != "", query.key.given, fields, scope)
    return decide(asked, asker_facts(office, asker), _answering(office), office.ordinances, office.today())


@lru_cache(maxsize=1024)
def field_set(names: tuple[str, ...]) -> frozenset[Field] | None:
    """The fields of those names; None if one of them is no item of identity confirmation information."""
    known = {field.value for field in Field}
    return frozenset(Field(name) for name in names) if known.issuperset(names) else None


def _answering(office: Office) -> Answering:
    return Answering(office.code, office.place.kind, office.place.prefecture)


def asker_facts(office: Office, entry: Entry) -> Asker:
    """What the directory says of an asker; made once for each entry, since sets are costly to make and to hash."""
    held = office.askers.get(entry.code)
    if held is None or held[0] is not entry:
        facts = Asker(entry.code, entry.kind, entry.prefecture, frozenset(entry.bodies), frozenset(entry.affairs))
        held = office.askers[entry.code] = (entry, facts)
    return held[1]


def look_up(
    transaction: Transaction, office: Office, asker: Entry, question: Question, query: IdentityQuery, hits_max: int
) -> tuple[Recorded, bytes, int]:
    """Step 3: find, and write the provision row in the same transaction; too many hits are refused, not listed."""
    if question.cancelled:
        raise Refused(Reason.LATE, "architecture 3")
    found = find(transaction, query.key, hits_max + 1)
    if len(found) > hits_max:
        raise Refused(Reason.TOO_MANY, "architecture 5")
    persons = encode([confirmed(hit, query.fields) for hit in found])
    row = Provision(
        asker.code, query.affair, query.case, query.operator, question.body, question.digest,
        " ".join(str(hit.person) for hit in found), len(found), persons,
    )  # fmt: skip
    return provision.record(transaction, office, office.log, row), persons, len(found)


def confirmed(hit: Found, fields: tuple[str, ...]) -> Confirmed:
    """The fields asked for of one person found."""
    held = hit.identity
    return Confirmed(
        name=held.name if "name" in fields else None,
        kana=held.kana if "kana" in fields else None,
        birth=held.birth if "birth" in fields else None,
        sex=held.sex if "sex" in fields else None,
        address=held.address if "address" in fields else None,
        code=held.code if "code" in fields else None,
        former_name=held.former_name if "former_name" in fields else None,
        alias=held.alias if "alias" in fields else None,
        status=hit.status if "status" in fields else None,
        date_of_change=hit.date_of_change if "date_of_change" in fields else None,
        code_changed=hit.code_changed,
    )


def answer(office: Office, budget: tuple[str, str], outcome: Any, reply: Callable[[Any], None]) -> None:
    """Step 4: the row is on disk; send the answer with its promise. A miss is counted against the asker."""
    if isinstance(outcome, OpenJukiError):
        reply(outcome)
        return
    recorded, persons, count = outcome
    if count == 0:
        office.limits.miss(budget, office.clock.wall_ms())
    reply(_AnswerOnDisk(msgspec.Raw(persons), recorded.time_ms, recorded.salt, recorded.transaction.promises[recorded.position]))


def accept(office: Office, to: str, query: IdentityQuery, message: IdentityAnswer) -> IdentityAnswer | Broken:
    """Step 5, agency: an answer without its leaf and promise is no answer."""
    entry = office.directory.entry(to)
    key = entry.seal_key(message.promise.key_id) if entry else None
    leaf = ProvisionLeaf(
        office.realm, message.promise.log, message.promise.index, message.time_ms, office.code,
        sha256(encode(query)).digest(), sha256(encode(message.persons)).digest(), len(message.persons),
    )  # fmt: skip
    try:
        if key is None or not message.promise.log.startswith(f"openjuki/provision/{to}/"):
            raise _unproved()
        verify_provision(message.promise, message.salt, encode_record(leaf), key.public)
    except OpenJukiError as error:
        return error if isinstance(error, Broken) else _unproved()
    return message


def _unproved() -> Broken:
    return Broken(
        "answer",
        Say("it does not prove that it stands in the log.", "記録の証明がありません。"),
        Say("Do not use it; call the office asked.", "使わずに照会先へ連絡してください。"),
    )
