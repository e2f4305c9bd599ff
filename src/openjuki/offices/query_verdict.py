"""The verdict on a question: whether the law lets it through here, and about whom (提供の可否の判断, Act art. 30-6 to 30-8, 30-10).

A verdict is remembered by the question's shape, without the person: few shapes are asked for, many times each.
"""

from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from openjuki.law.decide import Allowed, Answering, Asked, Asker, Scope, decide
from openjuki.law.kinds import OfficeKind
from openjuki.law.policy import Field
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.office import Office
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Entry

JUDGED_MAX = 10_000
"""Shapes of questions whose verdict is remembered."""


class Query(Protocol):
    """What the law looks at in a question (procedures.identity_query.IdentityQuery)."""

    @property
    def affair(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def key(self) -> QueryKey: ...
    @property
    def fields(self) -> tuple[str, ...]: ...


class Verdict(NamedTuple):
    """The law lets a question through: for so many persons; `whose` where only the one side's people may be told of."""

    hits_max: int
    whose: Scope | None


NOBODY = Verdict(0, None)
"""Before the law has been asked."""


Remembered = dict[tuple[Any, ...], Verdict]
"""Verdicts by the question's shape."""


def remembered(office: Office) -> Remembered:
    """The verdicts that hold in this turn: until directory, day, rules or ordinances change."""
    rules = (office.directory.number, office.today(), office.ordinances, office.profile)
    if office.judged_by != rules:
        office.judged_by, office.judged = rules, {}
    return office.judged


def judge(office: Office, verdicts: Remembered, asker: Entry, query: Query, forwarded_by: str) -> Verdict:
    """The law's word on a question. Raises Refused."""
    shape = (asker.code, query.affair, query.case != "", query.operator != "", query.key.given, query.fields, forwarded_by)
    known = verdicts.get(shape)
    if known is not None:
        return known
    verdict = _decide(office, asker, query, forwarded_by)
    if isinstance(verdict, Refused):
        raise verdict
    if len(verdicts) < JUDGED_MAX:
        verdicts[shape] = verdict
    return verdict


def _decide(office: Office, asker: Entry, query: Query, forwarded_by: str) -> Verdict | Refused:
    """The centre holds everybody: there a question may be lawful for the asker's own prefecture's people, for the others, or for both."""
    scopes, answering = _scopes(office, asker), Answering(office.code, office.kind, office.place.prefecture)
    words: dict[Scope, Allowed | Refused] = {}
    for scope in scopes:
        asked = asked_of(query, scope, forwarded_by)
        if isinstance(asked, Refused):
            return asked
        words[scope] = decide(asked, asker_of(asker), answering, office.ordinances, office.today(), office.profile)
    allowed = [(scope, word) for scope, word in words.items() if isinstance(word, Allowed)]
    if not allowed:
        refusals = [word for word in words.values() if isinstance(word, Refused)]
        return max(refusals, key=lambda refusal: refusal.code is not Reason.ROUTE_NOT_LAWFUL)
    return Verdict(allowed[0][1].hits_max, None if len(allowed) == len(scopes) else allowed[0][0])


def _scopes(office: Office, asker: Entry) -> tuple[Scope, ...]:
    """Whose people the office holds, as seen from the asker."""
    if office.kind is OfficeKind.CENTRE:
        return tuple(Scope)
    return (Scope.OWN if asker.prefecture == office.place.prefecture else Scope.OTHER,)


def scope_of(asker: Entry, municipality: str) -> Scope:
    """Whether a person is of the asker's own prefecture, by the municipality of the address as recorded."""
    return Scope.OWN if municipality[:2] == asker.prefecture else Scope.OTHER


def asker_of(entry: Entry) -> Asker:
    """An office of the directory as the law sees it."""
    return Asker(entry.code, entry.kind, entry.prefecture, frozenset(entry.bodies), frozenset(entry.affairs))


def asked_of(query: Query, scope: Scope, forwarded_by: str = "") -> Asked | Refused:
    """A question as the law sees it; refused if it asks for what is no item of identity confirmation information."""
    fields = field_set(query.fields)
    if fields is None:
        return Refused(Reason.FIELD_NOT_ALLOWED, "Act art. 30-5(1)")
    return Asked(query.affair, query.case != "", query.operator != "", query.key.given, fields, scope, forwarded_by)


@lru_cache(maxsize=1024)
def field_set(names: tuple[str, ...]) -> frozenset[Field] | None:
    """The fields of those names; None if one of them is no item of identity confirmation information."""
    known = {field.value for field in Field}
    return frozenset(Field(name) for name in names) if known.issuperset(names) else None
