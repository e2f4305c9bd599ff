"""Card state query: what the centre says of a card that lies before an office (カードの運用状況の確認, 令30の24; 規則43; 2013-12).

municipality, prefecture, authority  centre
  1 ask      -- CardStateQuery -->
                                     2 receive   looked up and written into the operations log in one commit
             <-- CardState -------

agency (only of a card presented at its counter, Rules 43(3))
  1 ask      -- CardStateQuery -->   with what the card signed there: for which office, when
                                     2 receive   law.decide for its affair, limits, then in one commit:
                                     3 answer_presented   the card's signature, fresh and not seen before; provision row and leaf
             <-- CardState -------   with index and promise, after the commit
  4 accept   (leaf and promise hold, or the answer is thrown away)

Only what the card is today and why it does not serve is told: no name, no code, no other card.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from openjuki.card.life import CardStanding, EndCause
from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import card_presented, card_told, outbox, provision
from openjuki.offices.hub_search import QueryKey
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.provision import Proof, Provision
from openjuki.offices.query_verdict import Verdict, judge, remembered, scope_of
from openjuki.offices.store import Transaction
from openjuki.register.errors import Broken, OpenJukiError, Reason, Refused
from openjuki.wire.answering import Question
from openjuki.wire.directory import Entry
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

OPERATOR_MAX = 64
BY_NUMBER = frozenset({OfficeKind.MUNICIPALITY, OfficeKind.PREFECTURE, OfficeKind.AUTHORITY})
"""Who may ask by a card's number alone: those who issue and register (令30の24)."""
AGENCIES = frozenset({OfficeKind.APPENDIX_BODY, OfficeKind.PREFECTURE_ORGAN, OfficeKind.MUNICIPAL_ORGAN})
"""Who may ask of a card presented at its counter (Rules 43(3))."""


class PresentedCard(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """For which affair and case a card was presented at the asker's counter, and what it signed there (card/evidence.py)."""

    affair: str
    case: str
    evidence: bytes


class CardStateQuery(Message, frozen=True):
    """What is the card of that number today (令30の24)? `operator` is who asks; an agency says for what it was `presented` (規則43)."""

    routes = frozenset(Route(kind, OfficeKind.CENTRE) for kind in BY_NUMBER | AGENCIES)
    size_max = 2_048
    card: str
    operator: str
    presented: PresentedCard | None = None


class CardState(Message, frozen=True):
    """What the card is, and why if it is over; to an agency with the proof that the answer stands in the log of provisions."""

    routes = frozenset({Route(route.receiver, route.sender, route.relation) for route in CardStateQuery.routes})
    size_max = 4_096
    standing: CardStanding
    cause: EndCause | None
    proof: Proof | None = None


class _Affair(NamedTuple):
    """A presented card as the law looks at a question: by its holder's code, for no item at all."""

    affair: str
    case: str
    operator: str
    key: QueryKey = QueryKey(code="of the card")
    fields: tuple[str, ...] = ()


def ask(office: Office, query: CardStateQuery, then: Then) -> None:
    """Step 1: ask the centre; `then` gets the CardState or an OpenJukiError."""

    def accepted(outcome: Any) -> None:
        then(outcome if failed(outcome) else accept(office, query, outcome))

    office.ask(office.centre, query, CardState, accepted, ASK_DEADLINE_MS)


def receive(office: Office, asker: Entry, question: Question, query: CardStateQuery, reply: Callable[[Any], None]) -> None:
    """Step 2, centre: look the card up and write down who asked; `reply` gets the CardState or a Refused."""
    if not query.operator or len(query.operator) > OPERATOR_MAX or not query.operator.isprintable():
        reply(Refused(Reason.NO_OPERATOR, card_told.ARTICLE))
    elif query.presented is not None:
        _receive_presented(office, asker, question, query, reply)
    elif asker.kind not in BY_NUMBER:
        reply(Refused(Reason.INVALID, card_presented.ARTICLE))
    else:
        office.write(lambda transaction: _look_up(transaction, office, asker, query), lambda outcome: reply(outcome))


def _look_up(transaction: Transaction, office: Office, asker: Entry, query: CardStateQuery) -> CardState | Refused:
    """A register office's question: the number is enough."""
    found = _state(transaction, office, query.card)
    _note(transaction, office, asker, query, found)
    return found


def _note(transaction: Transaction, office: Office, asker: Entry, query: CardStateQuery, found: CardState | Refused) -> None:
    what = f"{asker.code} card {query.card[: card_told.NUMBER_MAX]}: {found.code if isinstance(found, Refused) else found.standing}"
    outbox.record(transaction, office.clock.wall_ms(), "card:state:asked", f"{asker.code} {query.operator}", what)


def _state(transaction: Transaction, office: Office, card: str) -> CardState | Refused:
    """What the centre knows of a card; a refusal is kept in the log like an answer."""
    try:
        state = card_told.state(transaction, card, office.today())
    except OpenJukiError as error:
        return error if isinstance(error, Refused) else Refused(Reason.FAILED, card_told.ARTICLE)
    return CardState(*state)


def _receive_presented(office: Office, asker: Entry, question: Question, query: CardStateQuery, reply: Callable[[Any], None]) -> None:
    """The law first, before anything is looked up; then it counts against the asker's budgets until it is answered."""
    assert query.presented is not None  # noqa: S101 - the caller has looked
    asked, now_ms = _Affair(query.presented.affair, query.presented.case, query.operator), office.clock.wall_ms()
    try:
        verdict = judge(office, remembered(office), asker, asked, "")
        operators = office.operator_limits[asker.code].charge(query.operator, now_ms)
    except Refused as refused:
        _refuse(office, asker, asked, refused, reply)
        return
    try:
        offices = office.office_limits.charge(asker.code, now_ms, asker.per_day_max)
    except Refused as refused:
        operators.open -= 1
        _refuse(office, asker, asked, refused, reply)
        return

    def answered(outcome: Any) -> None:
        operators.open -= 1
        offices.open -= 1
        reply(outcome if failed(outcome) else _with_proof(*outcome))

    office.write(lambda transaction: answer_presented(transaction, office, asker, question, query, verdict), answered)


def _refuse(office: Office, asker: Entry, asked: _Affair, refused: Refused, reply: Callable[[Any], None]) -> None:
    office.event("card:state:refused", f"{asker.code} {asked.affair[:40]} {refused.code.value}")
    reply(refused)


class _Answered(NamedTuple):
    """An answer on its way: the transaction has its promise once it is on disk."""

    transaction: Transaction
    state: CardState | Refused
    row: Provision | None = None


def answer_presented(
    transaction: Transaction, office: Office, asker: Entry, question: Question, query: CardStateQuery, verdict: Verdict
) -> _Answered:  # fmt: skip
    """Step 3, centre: the card's own signature, then its state; an answer leaves a provision row about the holder, with its leaf."""
    try:
        found, row = _provided(transaction, office, asker, question, query, verdict)
    except Refused as refused:
        _note(transaction, office, asker, query, refused)
        return _Answered(transaction, refused)
    _note(transaction, office, asker, query, found)
    return _Answered(transaction, found, row)


def _provided(
    transaction: Transaction, office: Office, asker: Entry, question: Question, query: CardStateQuery, verdict: Verdict
) -> tuple[CardState, Provision]:  # fmt: skip
    """The state and its row. Refused if the card was not presented there, is nobody's, or its holder is not whom the way is for."""
    presented = query.presented
    assert presented is not None  # noqa: S101 - step 2 has looked
    card_presented.check(transaction, office, asker.code, query.card, presented.evidence)
    found = _state(transaction, office, query.card)
    if isinstance(found, Refused):
        raise found
    holder = card_told.holder(transaction, query.card)
    if verdict.whose is not None and scope_of(asker, holder.municipality) is not verdict.whose:
        raise Refused(Reason.ROUTE_NOT_LAWFUL, card_presented.ARTICLE)
    row = Provision(
        asker.code, presented.affair, presented.case, query.operator, question.body, question.digest, str(holder.person), 1, _said(found)
    )  # fmt: skip
    provision.record(transaction, office, office.log, [row])
    return found, row


def _said(state: CardState) -> bytes:
    """What the leaf stands over."""
    return encode((state.standing, state.cause))


def _with_proof(transaction: Transaction, state: CardState | Refused, row: Provision | None) -> CardState | Refused:
    if row is None or isinstance(state, Refused):
        return state
    return CardState(state.standing, state.cause, Proof(row.time_ms, row.salt, transaction.promises[row.position]))


def accept(office: Office, query: CardStateQuery, state: CardState) -> CardState | Broken:
    """Step 4, agency: an answer without its leaf and promise is no answer; a register office's has none."""
    if query.presented is None:
        return state
    digests = sha256(encode(query)).digest(), sha256(_said(state)).digest()
    broken = provision.fault(office, office.centre, state.proof, *digests, persons=1)
    return broken or state
