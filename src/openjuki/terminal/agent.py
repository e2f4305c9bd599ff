"""The card agent: a small program beside the reader that does what the office may ask (カード端末; architecture section 6).

    office's page            office's hall                 agent at the desk              holder
      | "pairing code 7K2M-90QF"  |  <-- dials out, code --  |                              |
      | confirm the holder -----> | -- Confirm ------------> | -- PIN? 3 tries left ------> |
      |                           |                          | <- types it here ----------- |
      | <- code, card's data ---- | <- Confirmed ----------- |  (channel to the card)       |

The PIN is typed here and goes into the card; it is in no message to the office. What is to be signed is shown here before the password is
asked for. Commands that the office sends itself may do anything but handle PINs: those are refused before the card hears them.
"""

import datetime
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Protocol

import msgspec

from openjuki.card import area_by_area, at_the_counter
from openjuki.card.apdu import Command, parse_command, parse_response
from openjuki.card.dialogue import Dialogue, Terminal, plain, read, said, select, verify_pin
from openjuki.card.layouts import (
    AUTH_CERTIFICATE,
    AUTH_KEY,
    AUTH_PIN,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    SIGN_CERTIFICATE,
    SIGN_KEY,
    SIGN_PASSWORD,
)
from openjuki.card.order_check import check_service
from openjuki.register.dates import calendar_date
from openjuki.register.errors import InvalidInput, NotReady, OpenJukiError, Say
from openjuki.terminal import agent_making
from openjuki.terminal.agent_making import Maker
from openjuki.terminal.door import CardDoor, converse
from openjuki.terminal.issue_desk import JPKI_PLACES, PLACES, PinPlace, chosen_by, service_place

MESSAGE_BYTES_MAX = 100_000
SHOWN_MS_MAX = 253_402_300_800_000
"""Wall clock, ms: the end of the year 9999."""
_PIN_COMMANDS = frozenset({0x20, 0x24, 0x2C, 0xD8})
_DIGEST_FORM = 0x02
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Kinds of characters without a picture of their own; what this Python does not know yet may well be a new kanji."""


class Confirm(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Confirm the holder by card and PIN (the Rules art. 43); the card signs that it was shown at this office then (wall clock, ms)."""

    shown_ms: int


class ServicePin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service that has a PIN of its own: its place on the card, its name."""

    place: int
    name: str


class SetPins(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The holder, identified by the municipality, chooses the Juki PIN anew, or every PIN of the card, and is confirmed with it."""

    shown_ms: int
    every: bool = False
    jpki: bool = False
    birth: str = ""
    """Of the holder, ISO 8601: no PIN is taken that the card's face tells."""
    services: tuple[ServicePin, ...] = ()
    """Those that have a PIN of their own; with `every` only."""


class SetServicePin(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The holder of the card of this number, identified by the municipality, chooses the PIN of one of its services anew."""

    card_id: str
    service: ServicePin
    birth: str = ""


class TellCard(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What card is this? Without a PIN."""


class Pipe(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """One command to the card as it is; none that handles PINs."""

    apdu: bytes


class Sign(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Sign this text with the signature key, or only log in with the authentication key; the holder sees the text first."""

    text: str
    login: bool = False


class Confirmed(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The holder is confirmed. `certificate` is that of the card's Juki Net key, `proof` its signature (card/evidence.py)."""

    code: str
    card_id: str
    issuer: str
    last_day: str
    shown_ms: int
    certificate: bytes
    proof: bytes


class CardTold(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The card's own data, and its key (P-256, DER)."""

    card_id: str
    issuer: str
    kind: str
    first_day: str
    last_day: str
    public: bytes


class Piped(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What the card answered."""

    apdu: bytes


class Signed(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """RSA PKCS#1 v1.5 with SHA-256 over the text in UTF-8, and the certificate (DER)."""

    signature: bytes
    certificate: bytes


class Declined(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Nothing was done: item, reason, remedy, as the clerk may see them; no personal value."""

    item: str
    reason_en: str
    reason_ja: str
    remedy_en: str
    remedy_ja: str


def declined(item: str, reason: Say, remedy: Say) -> Declined:
    """The answer that says no."""
    return Declined(item, *reason, *remedy)


Request = Confirm | SetPins | SetServicePin | TellCard | Pipe | Sign | agent_making.Request
Answer = Confirmed | CardTold | Piped | Signed | Declined | agent_making.Answer

encode = msgspec.json.Encoder().encode
decode_request: Callable[[bytes], Request] = msgspec.json.Decoder(Request).decode
decode_answer: Callable[[bytes], Answer] = msgspec.json.Decoder(Answer).decode


class Holder(Protocol):
    """The person in front, at the agent's own prompt."""

    def pin(self, purpose: Say, tries_left: int) -> str:
        """The PIN or password that they type; empty if they want to stop."""
        ...

    def choose(self, purpose: Say, *, again: bool) -> str:
        """The PIN or password that they choose; `again` to be sure that it is what they meant."""
        ...

    def agrees(self, text: str) -> bool:
        """Whether they want to sign this, having seen it."""
        ...

    def told(self, what: Say) -> None:
        """What came of it."""
        ...


class Agent:
    """What stands at one desk: the reader's door, the office's terminal papers, the holder; `maker` where cards are made, too."""

    def __init__(
        self, door: CardDoor, terminal: Terminal, holder: Holder, today: Callable[[], datetime.date], maker: Maker | None = None
    ) -> None:
        self._door, self._terminal, self._holder, self._today, self._maker = door, terminal, holder, today, maker

    def answer(self, request: Request) -> Answer:
        """Does what was asked, or says why not; never raises for a card, a holder or an office that does wrong."""
        try:
            if isinstance(request, Confirm | SetPins) and request.shown_ms not in range(SHOWN_MS_MAX):
                raise InvalidInput("time", Say("is none of the calendar.", "暦にない日時です。"), _CORRECT)
            if isinstance(request, Confirm):
                return self._confirm(request.shown_ms)
            if isinstance(request, SetPins):
                return self._set_pins(request)
            if isinstance(request, SetServicePin):
                return self._set_service_pin(request)
            if isinstance(request, TellCard):
                return self._tell()
            if isinstance(request, agent_making.Request):
                return self._make(request)
            return self._pipe(request) if isinstance(request, Pipe) else self._sign(request)
        except OpenJukiError as error:
            self._holder.told(error.reason)
            return declined(error.item, error.reason, error.remedy)

    def _confirm(self, shown_ms: int) -> Answer:
        self._door.connect()
        pin = self._holder.pin(Say("Confirmation at the counter", "窓口での本人確認"), self._tries(JUKI_AID, JUKI_PIN))
        if not pin:
            return _stopped()
        return self._shown(pin, shown_ms)

    def _set_pins(self, request: SetPins) -> Answer:
        services = tuple(_place_of(service) for service in request.services)
        places = (*PLACES, *(JPKI_PLACES if request.jpki else ()), *services) if request.every else PLACES[:1]
        birth = _birth(request.birth)
        self._door.connect()
        for place in places:
            self._tries_told(place.aid, place.reference)  # of several, none is set if one is not there
        chosen = [chosen_by(self._holder, place, birth) for place in places]
        for place, pin in zip(places, chosen, strict=True):
            converse(self._door, at_the_counter.reset_pin(self._terminal, place.aid, place.reference, pin))
        return self._shown(chosen[0], request.shown_ms)

    def _set_service_pin(self, request: SetServicePin) -> Answer:
        place, birth = _place_of(request.service), _birth(request.birth)
        self._door.connect()
        pin = chosen_by(self._holder, place, birth)
        converse(self._door, area_by_area.set_service_pin(self._terminal, request.card_id, request.service.place, pin))
        return agent_making.Made(request.card_id)

    def _shown(self, pin: str, shown_ms: int) -> Confirmed:
        shown = converse(self._door, at_the_counter.show_card(self._terminal, pin, self._today(), shown_ms))
        self._holder.told(Say("You are confirmed. Take your card.", "本人と確認しました。カードをお取りください。"))
        found, data = shown.presented, shown.presented.data
        return Confirmed(found.code, data.card_id, data.office, data.last_day.isoformat(), shown_ms, shown.certificate, shown.proof)

    def _tell(self) -> Answer:
        self._door.connect()
        data, public = converse(self._door, at_the_counter.card_and_key(self._terminal))
        return CardTold(data.card_id, data.office, data.kind, data.first_day.isoformat(), data.last_day.isoformat(), public)

    def _make(self, request: agent_making.Request) -> Answer:
        if self._maker is None:
            raise NotReady(
                "card agent", Say("no cards are made at this desk.", "この端末ではカードを作成できません。"),
                Say("Go to the desk where cards are made.", "カードを作成する端末で行ってください。"),
            )  # fmt: skip
        return self._maker.answer(request, self._pin_for(request))

    def _pin_for(self, request: agent_making.Request) -> str:
        """What the holder chooses for a service that is to be loaded with a PIN; "" where there is none to choose."""
        if not isinstance(request, agent_making.LoadService) or not request.service.with_pin:
            return ""
        place, birth = _place_of(ServicePin(request.service.number, request.service.name)), _birth(request.birth)
        check_service(request.service)
        self._door.connect()
        return chosen_by(self._holder, place, birth)

    def _pipe(self, request: Pipe) -> Answer:
        if parse_command(request.apdu).ins in _PIN_COMMANDS:
            return declined("APDU", Say("PINs are handled at the desk only.", "暗証番号は端末でのみ扱います。"), _CORRECT)
        return Piped(self._door.transmit(request.apdu))

    def _sign(self, request: Sign) -> Answer:
        key, number, certificate = (
            (AUTH_KEY, AUTH_PIN, AUTH_CERTIFICATE) if request.login else (SIGN_KEY, SIGN_PASSWORD, SIGN_CERTIFICATE)
        )  # fmt: skip
        if _looks_like_another(request.text):
            return declined("text", _HIDES, _CORRECT)
        self._door.connect()
        if not self._holder.agrees(request.text):
            return _stopped()
        pin = self._holder.pin(Say("Signature", "電子署名"), self._tries(JPKI_AID, number))
        if not pin:
            return _stopped()
        try:
            return converse(self._door, _signature(request.text, pin, (key, number, certificate)))
        finally:
            with suppress(NotReady):  # a card that was taken out grants nothing any more
                self._door.transmit(select(JPKI_AID).encode())  # or the office could have more signed, unseen, by commands of its own

    def _tries(self, aid: bytes, number: int) -> int:
        """Tries left of a PIN, before it is asked for. Raises NotReady for a card that does not answer, Refused for a blocked PIN."""
        tries = self._tries_told(aid, number)
        if not tries:
            raise _blocked()
        return tries

    def _tries_told(self, aid: bytes, number: int) -> int:
        """What the card tells of a PIN, 0 for a blocked one. Raises NotReady if it tells nothing."""
        if not parse_response(self._door.transmit(select(aid).encode())).ok:
            raise _silent()
        answer = parse_response(self._door.transmit(Command(0x00, 0x20, 0x00, 0x80 | number).encode()))
        if answer.status & 0xFFF0 != 0x63C0:
            raise _silent()
        return answer.status & 0x0F


def _signature(text: str, pin: str, places: tuple[int, int, int]) -> Dialogue[Signed]:
    key, number, certificate = places
    yield from said(plain, select(JPKI_AID), Say("select", "選択"))
    yield from said(plain, verify_pin(number, pin.encode("ascii", "replace")), Say("PIN", "暗証番号"))
    der = yield from said(plain, read(certificate), Say("certificate", "証明書"))
    command = Command(0x80, 0x2A, _DIGEST_FORM, 0x80 | key, sha256(text.encode("utf-8")).digest(), 256)
    return Signed((yield from said(plain, command, Say("signature", "署名"))), der)


def _place_of(service: ServicePin) -> PinPlace:
    """Where that service's PIN lies. Raises InvalidInput for a place that no card has, or a name that a screen may show as another."""
    if _looks_like_another(service.name):
        raise InvalidInput("service", _HIDES, _CORRECT)
    return service_place(service.place, service.name)


def _birth(text: str) -> datetime.date:
    """The holder's birth date; a day that nobody has where it is not wholly known. Raises InvalidInput if it is none."""
    return calendar_date(text, "birth") if text else datetime.date.min


def _looks_like_another(text: str) -> bool:
    """Whether a screen may show something else: terminals obey control characters, browsers marks that turn the direction."""
    return any(sign != "\n" and unicodedata.category(sign) in _UNSEEN for sign in text)


def _silent() -> NotReady:
    return NotReady(
        "card",
        Say(
            "it does not answer: suspended, over, or no card of this network.",
            "応答しません。一時停止中、失効又は住基カード以外です。",
        ),
        Say("Ask its state at its municipality's counter.", "発行した市区町村の窓口で状態を確かめてください。"),
    )


def _blocked() -> NotReady:
    return NotReady(
        "PIN",
        Say("blocked after too many wrong tries.", "暗証番号がロックされています。"),
        Say("The municipality sets a new one at its counter.", "窓口で再設定してください。"),
    )


def _stopped() -> Declined:
    remedy = Say("Ask again when the holder is ready.", "本人の準備ができてから、やり直してください。")
    return declined("holder", Say("The holder stopped.", "本人が中止しました。"), remedy)


_HIDES = Say("It has characters that hide what it says.", "内容を隠す文字が含まれています。")
_CORRECT = Say("Correct the program that asked.", "指示したプログラムを直してください。")
