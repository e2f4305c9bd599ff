"""Asking another town for a transfer record, and what it says: enclosed to its one reader (最初の転入届の通知, Act art. 24-2(3)-(5)).

What is asked and told stands here; procedures/one_visit_move.py has the two messages that carry it.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from openjuki.card.evidence import shown_words
from openjuki.keys.software import verify
from openjuki.law.kinds import OfficeKind
from openjuki.law.move_terms import MOVED_DAYS
from openjuki.offices import operator_seal, relay_envelope
from openjuki.offices.filing import check_days
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.operator_seal import OperatorSeal
from openjuki.offices.restraint_telling import ToldRestraint
from openjuki.offices.transfer_outcomes import ON_PAPER, no_transfer, unreached
from openjuki.register.codes import resident_code
from openjuki.register.dates import calendar_date
from openjuki.register.errors import InvalidInput, NotReady, Reason, Refused, Say
from openjuki.register.transfer_record import NoTransfer, TransferContent
from openjuki.wire.message import Message
from openjuki.wire.speech import encode

ARTICLE = "24-2"
SHOWN_MS = 12 * 3_600_000
"""How old a proof of the card may be: a counter may have to ask again when the line is back, on the same day."""
AHEAD_MS = 120_000
"""How far clocks of two offices may differ."""


class CardShown(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What proves that the card was shown at the asking office, and its PIN given: when (wall clock, ms), and the card's signature."""

    number: str
    shown_ms: int
    proof: bytes


class FirstMoveIn(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """That a first moving-in notification was received (最初の転入届を受けた旨): the card holder's code, days of move and notification."""

    code: str
    card: CardShown
    moved_on: str
    notified_on: str


class AskedTransfer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The question, the seal of the operator who sends it, and the key to which the answer is to be enclosed."""

    move: FirstMoveIn
    operator: OperatorSeal
    reply_key: bytes


class TransferAnswer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The transfer record with the restraints that travel with it, or why there is none; one of the two."""

    record: TransferContent | None
    restraints: tuple[ToldRestraint, ...] = ()
    refusal: NoTransfer | None = None


decode_asked = msgspec.msgpack.Decoder(AskedTransfer).decode
decode_answer = msgspec.msgpack.Decoder(TransferAnswer).decode


def card_proves(public: bytes, realm: str, asker: str, move: FirstMoveIn) -> bool:
    """Whether the card with that key (P-256, DER) was shown at `asker` for this move."""
    return verify(public, move.card.proof, shown_words(realm, asker, move.code, move.card.shown_ms))


def shown_now(move: FirstMoveIn, now_ms: int) -> bool:
    """Whether the card was shown on this day, as far as the clocks of two offices agree."""
    return now_ms - SHOWN_MS <= move.card.shown_ms <= now_ms + AHEAD_MS


def operator_signs(realm: str, asker: str, to: str, move: FirstMoveIn) -> bytes:
    """What the operator signs: this question, from this office to that one."""
    return encode((realm, asker, to, move))


def check(office: Office, operator: str, old_office: str, move: FirstMoveIn) -> None:
    """The new office, before it asks: Refused (NO_OPERATOR), InvalidInput, Conflict for a term that has passed, NotReady without a line."""
    if not operator:
        raise Refused(Reason.NO_OPERATOR, ARTICLE)
    resident_code(move.code)
    days = check_days(office, move.moved_on, move.notified_on, "moved_on")
    if old_office == office.code:
        reason = Say("is this municipality.", "当市区町村です。")
        raise InvalidInput("old_office", reason, Say("Withdraw the announced move.", "転出届の取消しとして処理してください。"))
    if not shown_now(move, office.clock.wall_ms()):
        reason = Say("was not shown today.", "本日提示されていません。")
        remedy = Say("Have the card shown and the PIN given again.", "カードの提示と暗証番号の入力を求めてください。")
        raise InvalidInput("card", reason, remedy)
    if days > MOVED_DAYS:
        raise no_transfer(NoTransfer.TOO_LATE)
    entry = office.directory.entry(old_office)
    if entry is None or entry.kind is not OfficeKind.MUNICIPALITY or not entry.open:
        raise unreached(NotReady(old_office, Say("is on no line.", "回線がありません。"), ON_PAPER))


def fault(office: Office, asker: str, asked: AskedTransfer) -> Refused | None:
    """The old office: what a question's evidence lacks; None if it is whole, fresh, and an operator answers for it."""
    move = asked.move
    try:
        operator_seal.check(office, asker, asked.operator, operator_signs(office.realm, asker, office.code, move))
        resident_code(move.code)
        moved, notified = calendar_date(move.moved_on, "moved_on"), calendar_date(move.notified_on, "notified_on")
    except Refused as refused:
        return refused
    except InvalidInput:
        return Refused(Reason.INVALID, ARTICLE)
    if not moved <= notified <= office.today() or not shown_now(move, office.clock.wall_ms()):
        return Refused(Reason.INVALID, ARTICLE)
    return None


class Errand:
    """A question that only its receiver can read, on its way; `then` gets relay_envelope.Opened or an OpenJukiError."""

    def __init__(
        self, office: Office, to: str, types: tuple[Callable[[bytes, bytes], Message], type[Message], type[Message]], then: Then
    ) -> None:
        self._office, self._to, self._types, self._then = office, to, types, then
        self._payload: Callable[[bytes], bytes] = lambda reply_key: b""
        self._again = True

    def send(self, payload: Callable[[bytes], bytes]) -> None:
        """`payload` makes the question from the key to which it is answered. It is sent anew if the receiver has forgotten its key."""
        self._payload = payload
        relay_envelope.key_of(self._office, self._to, self._keyed)

    def _keyed(self, outcome: Any) -> None:
        if failed(outcome):
            self._then(outcome)
            return
        make, question, answer = self._types
        private = relay_envelope.new_key(self._office)
        payload = self._payload(relay_envelope.public_of(private))
        enclosed = relay_envelope.enclose(self._office, self._to, question, payload, outcome)
        self._office.ask(self._to, make(outcome, enclosed), answer, lambda told: self._answered(private, told), ASK_DEADLINE_MS)

    def _answered(self, private: X25519PrivateKey, told: Any) -> None:
        if isinstance(told, Refused) and told.article == relay_envelope.UNKNOWN_KEY and self._again:
            self._again = False
            relay_envelope.forget_key(self._office, self._to)
            self.send(self._payload)
        elif failed(told):
            self._then(told)
        else:
            self._then(self._opened(private, told.enclosed))

    def _opened(self, private: X25519PrivateKey, enclosed: bytes) -> Any:
        try:
            return relay_envelope.opened(self._office, self._to, self._types[2], enclosed, private)
        except Refused as refused:
            return refused


def asked_of(payload: bytes) -> AskedTransfer:
    """A question as its type. Raises Refused (MALFORMED)."""
    try:
        return decode_asked(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(Reason.MALFORMED, ARTICLE) from None


def answer_of(payload: bytes) -> TransferAnswer:
    """An answer as its type. Raises Refused (MALFORMED), also if it is neither a record nor a refusal."""
    try:
        answer: TransferAnswer = decode_answer(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(Reason.MALFORMED, ARTICLE) from None
    if (answer.record is None) == (answer.refusal is None):
        raise Refused(Reason.MALFORMED, ARTICLE)
    return answer
