"""Wide-area issuance of a copy of the record (住民票の写しの広域交付, Act art. 12-4; 令15-3, 15-4; Rules 4, 5; text of 2013-12).

municipality where the copy is issued       municipality of the residence
  1 ask_copy   who asks, proved how; a code that is not known is found by an identity query (Rules art. 4)
             -- WideAreaCopyRequest -->
                                            2 receive    envelope, operator's seal, evidence; before anything is looked up
                                            3 answer     budget, hours, register, restraints; question and answer in the log
             <-- WideAreaCopy ---------     4 tell       sealed, readable to the asker alone
  5 take       kept under the home office's seal; the copy is made from it
  (or: decline   the issuing mayor refuses, 12-4(6); the home mayor must answer)

Both ways the content is enclosed to the one office that may read it (offices/relay_envelope.py). No message of this file has a route to or
through prefecture and centre. The same request sent again does nothing again and is told the same.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from openjuki.law.kinds import OfficeKind, Route
from openjuki.offices import operator_seal, relay_envelope, relay_guard, savings, wide_area, wide_area_hours, wide_area_requests
from openjuki.offices.card_keys import own_valid_card
from openjuki.offices.even_time import wait_s
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.operator_seal import OperatorSeal
from openjuki.offices.relay_envelope import Opened
from openjuki.offices.relay_guard import Spent
from openjuki.offices.store import Transaction
from openjuki.offices.wide_area import RESTRAINED, WideAreaRow
from openjuki.offices.wide_area_evidence import Cards, card_fault, check_application, fault, request_of
from openjuki.offices.wide_area_outcomes import Copy, NotCopied, Why, not_copied, refused_by
from openjuki.offices.wide_area_requests import Begun, CopyApplication
from openjuki.register.errors import InvalidInput, OpenJukiError, Reason, Refused, Say
from openjuki.register.wide_area_copy import CopyAnswer, CopyRequest, FoundCode, NoCopy
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

ARTICLE = "12-4"
GROUND_CHARACTERS_MAX = 400
SENT_AGAIN_MAX = 20
"""How often one request may come again."""
ABSENT_STEP_MS = 100
"""That nobody is there is said at the next multiple of this after the question came, whatever was looked up in between."""
NOT_FOUND_STEP_MS = 1_000
"""The same at the counter where the code was searched for: whether the search or the home office found nobody is not to be told apart."""
AS_NOBODY = frozenset({Why.NOT_FOUND, Why.NOT_HERE, Why.CLOSED, Why.BUDGET, Why.EVIDENCE})
"""Where the code was searched for, what the home office says without a look at its register would tell that the search found somebody."""
_BETWEEN_TOWNS = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})


class WideAreaCopyRequest(Message, frozen=True):
    """Somebody asks here for a copy of your record of them (Act art. 12-4(2)); an `AskedCopy` in it, enclosed to your `key`."""

    routes = _BETWEEN_TOWNS
    size_max = 16_384
    key: bytes
    enclosed: bytes


class WideAreaCopy(Message, frozen=True):
    """What the home mayor tells (Act art. 12-4(3)): a `CopyAnswer`, enclosed to the key that came with the question."""

    routes = _BETWEEN_TOWNS
    size_max = 262_144
    enclosed: bytes


class AskedCopy(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The request, the seal of the operator who sends it, and the key to which the answer is to be enclosed."""

    request: CopyRequest
    operator: OperatorSeal
    reply_key: bytes


class FoundPerson(NamedTuple):
    """What an identity query found: the code, and where the query stands in the log of the office that disclosed it."""

    code: str
    where: FoundCode


FindCode = Callable[[Office, str, CopyApplication, Then], None]
"""(office, operator, application, then): finds the code by name, birth date and sex; `then` gets FoundPerson, NotCopied or an error."""
Serves = Callable[[Transaction, Office], bool]
"""Whether the office serves wide-area copies at this moment."""
_decode_asked = msgspec.msgpack.Decoder(AskedCopy).decode
_decode_answer = msgspec.msgpack.Decoder(CopyAnswer).decode


# -- 1: the issuing municipality ------------------------------------------------------------------------------------------


def ask_copy(office: Office, operator: str, application: CopyApplication, find_code: FindCode, then: Then) -> None:
    """Step 1: ask the home office; `then` gets Copy, NotCopied, or an OpenJukiError (what was entered cannot be).

    Handing in the same application again is safe at any time: after a lost reply, a crash or a second click.
    """
    office.require_ready()
    check_application(office, operator, application)
    errand = _Errand(office, operator, application, find_code, then)
    office.write(lambda transaction: wide_area_requests.begin(transaction, operator, office.clock.wall_ms(), application), errand.begun)


def decline(office: Office, operator: str, application: CopyApplication, why: str, then: Then) -> None:
    """The issuing mayor does not issue (不交付): put application and ground on record; `then` gets NotCopied or an OpenJukiError."""
    check_application(office, operator, application)
    if not 0 < len(why.strip()) <= GROUND_CHARACTERS_MAX:
        reason = Say("the ground is missing or too long.", "理由がないか、長すぎます。")
        raise InvalidInput("why", reason, Say("Say why it is not issued.", "交付しない理由を入力してください。"))

    def work(transaction: Transaction) -> NotCopied:
        begun = wide_area_requests.begin(transaction, operator, office.clock.wall_ms(), application)
        outcome = f"{wide_area_requests.DECLINED}: {why}"
        wide_area_requests.keep(transaction, begun.row, operator, office.clock.wall_ms(), outcome, None, b"")
        return not_copied(Why.DECLINED)

    office.write(work, then)


class _Errand:
    """One application on its way; whatever becomes of it is written down before anybody is told."""

    def __init__(self, office: Office, operator: str, application: CopyApplication, find_code: FindCode, then: Then) -> None:
        self._office, self._operator, self._application, self._then = office, operator, application, then
        self._find_code, self._row = find_code, 0
        self._request: CopyRequest | None = None
        self._began_s = office.clock.monotonic_s()
        self._again = True
        """Whether a key that the home office has forgotten may be asked for anew."""

    def begun(self, outcome: Begun | OpenJukiError) -> None:
        """The application is on record."""
        if isinstance(outcome, OpenJukiError):
            self._then(outcome)
            return
        self._row = outcome.row
        if outcome.answer is not None and outcome.answer.content is not None:
            self._then(Copy(self._application.number, self._application.home, outcome.answer.content))
        elif self._application.code:
            self._send(request_of(self._application, self._application.code, None))
        else:
            relay_envelope.forget_key(self._office, self._application.home)
            relay_envelope.key_of(self._office, self._application.home, self._reached)

    def _reached(self, outcome: Any) -> None:
        """Whether the home office answers is known before anybody is searched for: so it does not tell that somebody was found."""
        if failed(outcome):
            self._keep(refused_by(outcome))
        else:
            self._find_code(self._office, self._operator, self._application, self._found)

    def _found(self, outcome: Any) -> None:
        if isinstance(outcome, FoundPerson):
            self._send(request_of(self._application, outcome.code, outcome.where))
        else:
            self._keep(outcome if isinstance(outcome, NotCopied) else refused_by(outcome, finding=True))

    def _send(self, request: CopyRequest) -> None:
        self._request = request
        relay_envelope.key_of(self._office, self._application.home, self._keyed)

    def _keyed(self, outcome: Any) -> None:
        if failed(outcome) or self._request is None:
            self._keep(refused_by(outcome))
            return
        office, home = self._office, self._application.home
        private = relay_envelope.new_key(office)
        signed = operator_seal.sign(office, self._operator, signed_bytes(office.realm, office.code, home, self._request))
        payload = encode(AskedCopy(self._request, signed, relay_envelope.public_of(private)))
        question = WideAreaCopyRequest(outcome, relay_envelope.enclose(office, home, WideAreaCopyRequest, payload, outcome))
        office.ask(home, question, WideAreaCopy, lambda answer: self._answered(private, answer), ASK_DEADLINE_MS)

    def _answered(self, private: Any, outcome: Any) -> None:
        if isinstance(outcome, Refused) and outcome.article == relay_envelope.UNKNOWN_KEY and self._again and self._request is not None:
            self._again = False
            relay_envelope.forget_key(self._office, self._application.home)
            self._send(self._request)
        elif failed(outcome):
            self._keep(refused_by(outcome))
        else:
            self._take(private, outcome)

    def _take(self, private: Any, message: WideAreaCopy) -> None:
        """Step 5: what the home office sealed for this request, and nothing else, is an answer."""
        home = self._application.home
        try:
            opened = relay_envelope.opened(self._office, home, WideAreaCopy, message.enclosed, private)
            answer = _decode_answer(opened.payload)
        except (Refused, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            self._keep(not_copied(Why.UNPROVED))
            return
        fits = answer.number == self._application.number and (answer.content is None or answer.content.home == home)
        if fits and answer.content is not None and answer.refusal is None:
            self._keep(Copy(self._application.number, home, answer.content), answer, opened.evidence)
        elif fits and answer.content is None and answer.refusal is not None:
            self._keep(not_copied(Why(answer.refusal.value)), answer, opened.evidence)
        else:
            self._keep(not_copied(Why.UNPROVED))

    def _keep(self, outcome: Copy | NotCopied, answer: CopyAnswer | None = None, evidence: bytes = b"") -> None:
        """On disk before anybody is told."""
        word = wide_area_requests.TOLD if isinstance(outcome, Copy) else outcome.why.value

        def work(transaction: Transaction) -> None:
            now_ms = self._office.clock.wall_ms()
            first = wide_area_requests.keep(transaction, self._row, self._operator, now_ms, word, answer, evidence)
            if first and isinstance(outcome, Copy):
                savings.count(transaction, self._office.today(), savings.Happened.WIDE_AREA_COPY)

        self._office.write(work, lambda kept: self._then(kept) if failed(kept) else self._tell(outcome))

    def _tell(self, outcome: Copy | NotCopied) -> None:
        """Who gave no code hears of nobody in the same words and at the same moment, whoever found nobody."""
        nobody = isinstance(outcome, NotCopied) and outcome.why in AS_NOBODY
        if not nobody or self._application.code:
            self._then(outcome)
            return
        left_s = wait_s(self._office.clock.monotonic_s() - self._began_s, NOT_FOUND_STEP_MS)
        self._office.clock.call_later(left_s, lambda: self._then(not_copied(Why.NOT_FOUND)))


def signed_bytes(realm: str, asker: str, home: str, request: CopyRequest) -> bytes:
    """What the operator signs: this request, from this office to that one."""
    return encode((realm, asker, home, request))


# -- 2 to 4: the municipality of the residence ----------------------------------------------------------------------------


class _Word(NamedTuple):
    """What became of a question in the register; `spent` is a budget that it used up."""

    answer: CopyAnswer | Refused
    spent: Spent | None = None


def receive(
    office: Office,
    asker: Entry,
    question: Question,
    message: WideAreaCopyRequest,
    reply: Callable[[Any], None],
    serves: Serves = wide_area_hours.serves,
    cards: Cards = own_valid_card,
) -> None:
    """Step 2: open the envelope, check who vouches for what; then the register is asked. The home mayor must answer (12-4(3))."""
    began_s = office.clock.monotonic_s()
    try:
        relay_guard.check_stopped(office, asker.code)
        private = relay_envelope.own_private(office, message.key)
    except Refused as refused:
        reply(refused)
        return
    try:
        opened = relay_envelope.opened(office, asker.code, WideAreaCopyRequest, message.enclosed, private)
        asked = _asked(opened)
        relay_guard.check_stopped(office, asker.code, asked.operator.operator)
    except Refused as refused:
        _unheard(office, asker, refused, reply)
        return
    signed = signed_bytes(office.realm, asker.code, office.code, asked.request)
    wrong = fault(office, asker.code, asked.request, asked.operator, signed)

    def work(transaction: Transaction) -> _Word:
        found = wrong or card_fault(transaction, office, asker.code, asked.request, cards)
        return answer(transaction, office, asker.code, asked, opened, found, serves)

    office.write(work, lambda outcome: tell(office, asker.code, asked, outcome, began_s, reply))


def _asked(opened: Opened) -> AskedCopy:
    try:
        asked: AskedCopy = _decode_asked(opened.payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(Reason.MALFORMED, ARTICLE) from None
    return asked


def _unheard(office: Office, asker: Entry, refused: Refused, reply: Callable[[Any], None]) -> None:
    """What could not be opened is a miss of the office that sent it; what comes from somebody who is stopped is not written down."""
    office.event("relay:question:refused", f"{asker.code} {refused.code.value}")
    if refused.code is Reason.OVER_LIMIT:
        reply(refused)
        return

    def work(transaction: Transaction) -> _Word:
        now_ms, row = office.clock.wall_ms(), WideAreaRow(asker.code, "", b"", b"", b"")
        wide_area.keep_refused(transaction, now_ms, row, refused.code.value, counted=2)
        return _Word(refused, _spent_now(transaction, office, asker.code, ""))

    def kept(outcome: _Word | OpenJukiError) -> None:
        reply(outcome if isinstance(outcome, OpenJukiError) else _stopped(office, asker.code, outcome))

    office.write(work, kept)


def answer(
    transaction: Transaction, office: Office, asker: str, asked: AskedCopy, opened: Opened, wrong: Refused | None, serves: Serves
) -> _Word:
    """Step 3: in one transaction the budget, the hours, the register, and the row in the log."""
    now_ms, operator, request = office.clock.wall_ms(), asked.operator.operator, asked.request
    row = WideAreaRow(asker, operator, request.number, wide_area.digest_of(request), opened.evidence)
    before = wide_area.told_before(transaction, asker, request.number) if wrong is None else None
    if before is not None and before.digest == row.digest:
        return _again(transaction, office, before, request)
    spent = relay_guard.spent(wide_area.asked_of_late(transaction, asker, now_ms), operator, now_ms)
    if spent is not None:
        wide_area.keep_refused(transaction, now_ms, row, spent.reason.value, counted=0)
        return _Word(Refused(spent.reason, relay_guard.ARTICLE), spent)
    if before is not None:
        transaction.events.append(("relay:evidence:replayed", asker))
        wrong = Refused(Reason.CONFLICT, ARTICLE)
    if wrong is not None:
        wide_area.keep_refused(transaction, now_ms, row, wrong.code.value, counted=2)
        told: CopyAnswer | Refused = wrong
    elif not serves(transaction, office):
        wide_area.keep_refused(transaction, now_ms, row, NoCopy.CLOSED.value, counted=1)
        told = CopyAnswer(request.number, None, NoCopy.CLOSED)
    else:
        told = wide_area.keep(transaction, now_ms, row, wide_area.look_up(transaction, office, request))
    return _Word(told, _spent_now(transaction, office, asker, operator))


def _again(transaction: Transaction, office: Office, before: wide_area.ToldBefore, request: CopyRequest) -> _Word:
    """The same request: the same answer, unless a restraint has come in between."""
    if wide_area.times_again(transaction, before.row) >= SENT_AGAIN_MAX:
        return _Word(Refused(Reason.OVER_LIMIT, ARTICLE))
    found = wide_area.look_up(transaction, office, request)
    kept_back = found.outcome == RESTRAINED
    wide_area.keep_again(transaction, office.clock.wall_ms(), before.row, RESTRAINED if kept_back else "as before")
    return _Word(CopyAnswer(request.number, None, found.refusal) if kept_back else before.answer)


def _spent_now(transaction: Transaction, office: Office, asker: str, operator: str) -> Spent | None:
    """The budget that this question was the last of."""
    asked = wide_area.asked_of_late(transaction, asker, office.clock.wall_ms())
    return relay_guard.spent_now(transaction, office, asker, operator, asked, "wide-area copies")


def _stopped(office: Office, asker: str, word: _Word) -> CopyAnswer | Refused:
    if word.spent is not None:
        relay_guard.stop(office, asker, word.spent)
    return word.answer


def tell(
    office: Office, asker: str, asked: AskedCopy, outcome: _Word | OpenJukiError, began_s: float, reply: Callable[[Any], None]
) -> None:
    """Step 4: the row is on disk; the answer leaves enclosed to the asker. Who is not there is not there at the same moment for all."""
    if isinstance(outcome, OpenJukiError):
        reply(outcome)
        return
    told = _stopped(office, asker, outcome)
    if isinstance(told, Refused):
        reply(told)
        return
    try:
        enclosed = relay_envelope.enclose(office, asker, WideAreaCopy, encode(told), asked.reply_key)
    except Refused as refused:
        reply(refused)
        return
    if told.refusal in wide_area.ABSENT:
        left_s = wait_s(office.clock.monotonic_s() - began_s, ABSENT_STEP_MS)
        office.clock.call_later(left_s, lambda: reply(WideAreaCopy(enclosed)))
    else:
        reply(WideAreaCopy(enclosed))
