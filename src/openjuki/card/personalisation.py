"""Making a blank card somebody's: every step may be cut off and taken up again (カードの発行, Order art. 30-14, 30-15; promises C1, C8).

    journal: begun ──────────────> securing ──────> issued
                │                     │
                └── void <────────────┘   the card is gone or broken: its number never becomes valid

    card:    initialised ── install, make keys, store, set PINs, activate (each once) ── secured

What the card has done already it says itself, so a lost answer repeats nothing. The journal is written before the step that makes the card
valid, and it holds one card for one person: another is begun only when the last one is void (Order art. 30-14: never two).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import rsa

from openjuki.card import face_data, tlv
from openjuki.card.apdu import EXTENDED_ANSWER_MAX, Command
from openjuki.card.chip import MANAGER_AID
from openjuki.card.dialogue import Dialogue, OpenChannel, Terminal, open_channel, said
from openjuki.card.holder import CardOrder
from openjuki.card.issuing import (
    ACTIVATE_APPLICATION,
    AID,
    CHANGE_CARD,
    DONE,
    REFERENCE,
    SECURE,
    SERVICE_HAS_PIN,
    SERVICE_NAME,
    VALUE,
    content_digest,
)  # fmt: skip
from openjuki.card.jpki_certificates import AUTHENTICATION, SIGNATURE, token_information
from openjuki.card.layouts import (
    AUTH_CA,
    AUTH_CERTIFICATE,
    AUTH_KEY,
    AUTH_PIN,
    CARD_DATA,
    CHANNEL_CERTIFICATE,
    CODE,
    FACE_AGE,
    FACE_AGE_PIN,
    FACE_AID,
    FACE_DATA,
    FACE_INFO,
    FACE_ISSUER,
    FACE_KEY,
    FACE_PIN_B,
    JPKI_AID,
    JUKI_AID,
    JUKI_PIN,
    PRESENT,
    SERVICE_ID,
    SERVICE_KEY,
    SERVICE_PIN,
    SIGN_CA,
    SIGN_CERTIFICATE,
    SIGN_KEY,
    SIGN_PASSWORD,
    SUPPORT_AID,
    SUPPORT_GENUINE,
    SUPPORT_INFO,
    SUPPORT_ISSUER,
    SUPPORT_ITEMS,
    SUPPORT_KEY,
    SUPPORT_PIN,
    SUPPORT_PIN_B,
    SUPPORT_SESSION,
    SUPPORT_SESSION_KEY,
    SUPPORT_SIGNATURE,
    TOKEN,
    service_aid,
)  # fmt: skip
from openjuki.card.order_check import check_order, check_service, check_services, not_for_a_card
from openjuki.card.verifiable import PUBLIC_KEY
from openjuki.register.errors import Conflict, Say


class Stage(StrEnum):
    """How far the issuer's journal says a card is."""

    BEGUN = "begun"
    SECURING = "securing"
    ISSUED = "issued"
    VOID = "void"


class Journal(Protocol):
    """The issuer's durable record, one line per card number; each write is on disk when it returns."""

    def stage(self, card_id: str) -> Stage | None: ...
    def write(self, card_id: str, person: str, stage: Stage) -> None: ...
    def not_void(self, person: str) -> Sequence[str]:
        """Numbers of the person's cards that are not void."""
        ...


class Certifier(Protocol):
    """Whoever signs for cards. Asked twice for the same, it answers the same."""

    @property
    def issuer(self) -> rsa.RSAPrivateKey: ...
    def card(self, card_id: str, aid: bytes, public: bytes) -> bytes: ...
    def face_issuer(self, office: str) -> bytes: ...
    def jpki(self, purpose: str, public: bytes, order: CardOrder) -> bytes: ...
    def jpki_authority(self, purpose: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Pins:
    """What the holder chose: four digits three times and the signature password; four more for the services that have a PIN."""

    juki: str
    authentication: str
    signature: str
    support: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """An ordinance's service that the resident chose: place on the card, name, an id of its own (never the code), whether it has a PIN."""

    number: int
    name: str
    service_id: bytes
    with_pin: bool = False


class Outfit(Protocol):
    """What goes onto one card: the order, first PINs, whoever certifies, whether JPKI is on it, services."""

    @property
    def order(self) -> CardOrder: ...
    @property
    def pins(self) -> Pins: ...
    @property
    def certifier(self) -> Certifier: ...
    @property
    def jpki(self) -> bool: ...
    @property
    def services(self) -> tuple[ServiceOrder, ...]: ...


@dataclass(frozen=True, slots=True)
class Work:
    """One card to be made, and who makes it: an `Outfit` with the issuer's journal."""

    person: str
    """The person's own number in the issuer's register: one card for one person. Never on the card."""
    order: CardOrder
    pins: Pins
    certifier: Certifier
    journal: Journal
    jpki: bool = True
    services: tuple[ServiceOrder, ...] = ()


Publics = Mapping[int, bytes]
Contents = Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Filling:
    """What goes into one application: keys to be made, contents that follow from them, PINs."""

    aid: bytes
    keys: tuple[int, ...]
    contents: Callable[[Publics], Contents]
    pins: Mapping[int, str]
    service: str = ""
    """Name of a service; "" for every other application."""


def personalise(work: Work, terminal: Terminal) -> Dialogue[None]:
    """Makes the card in the reader that of the order, or goes on where it was cut off. Raises Conflict if it is another card."""
    card_id = work.order.card_id
    _begin(work)
    manager = yield from open_channel(terminal, MANAGER_AID)
    yield from is_the_card(manager, card_id)
    done = yield from already_done(manager)
    for filling in fillings(work):
        yield from fill(manager, filling, done.get(filling.aid, {}))
    work.journal.write(card_id, work.person, Stage.SECURING)
    yield from said(manager.say, Command(0x80, 0xF0, CHANGE_CARD, SECURE), Say("issue", "発行"))
    work.journal.write(card_id, work.person, Stage.ISSUED)


def void(work: Work) -> None:
    """The card is lost or broken before hand-over: its number never becomes valid, whatever the card itself says."""
    work.journal.write(work.order.card_id, work.person, Stage.VOID)


def fill(manager: OpenChannel, filling: Filling, done: Mapping[int, bytes]) -> Dialogue[None]:
    """Makes one application, as far as it is not made. `done` has the digest of each content there, 0 -> active, a PIN's number -> b""."""
    target = tlv.encode(AID, filling.aid)
    if done.get(0) == b"\x01":
        return
    name = tlv.encode(SERVICE_NAME, filling.service.encode("utf-8")) if filling.service else b""
    has_pin = tlv.encode(SERVICE_HAS_PIN, b"\x01") if filling.service and filling.pins else b""
    yield from said(manager.say, Command(0x80, 0xE6, 0, 0, target + name + has_pin), Say("install", "搭載"))
    publics = {}
    for number in filling.keys:
        answer = yield from said(manager.say, Command(0x80, 0x46, 0, 0, target + _reference(number), EXTENDED_ANSWER_MAX), _KEYS)
        publics[number] = tlv.inside(answer, PUBLIC_KEY)
    for number, content in filling.contents(publics).items():
        if done.get(number) != content_digest(content):
            data = target + _reference(number) + tlv.encode(VALUE, content)
            yield from said(manager.say, Command(0x80, 0xE2, 0, 0, data), Say("store", "書込み"))
    for number, pin in filling.pins.items():
        data = target + _reference(number) + tlv.encode(VALUE, pin.encode("ascii"))
        yield from said(manager.say, Command(0x80, 0xD8, 0, 0, data), Say("PIN", "暗証番号"))
    yield from said(manager.say, Command(0x80, 0xF0, ACTIVATE_APPLICATION, 0, target), Say("activate", "有効化"))


def fillings(work: Outfit) -> list[Filling]:
    """Everything that goes onto the card, application by application. Raises InvalidInput for an order that no card takes."""
    check_order(work.order)
    check_services(work.services)
    applications = [_juki(work), _face(work), _support(work)]
    applications += [_jpki(work)] if work.jpki else []
    return applications + [service_filling(work.order.card_id, service, work.certifier, work.pins.service) for service in work.services]


def service_filling(card_id: str, service: ServiceOrder, certifier: Certifier, pin: str) -> Filling:
    """A service of the municipal area; `pin` is its first one if it has one. Raises InvalidInput for a service that no card takes."""
    check_service(service)
    if service.with_pin and not pin:
        raise not_for_a_card("PIN")
    aid = service_aid(service.number)
    return Filling(
        aid, (0, SERVICE_KEY),
        lambda made: {CHANNEL_CERTIFICATE: certifier.card(card_id, aid, made[0]), SERVICE_ID: service.service_id},
        {SERVICE_PIN: pin} if service.with_pin else {}, service.name,
    )  # fmt: skip


_KEYS = Say("key pair", "鍵ペア生成")


def reference_number(order: CardOrder) -> str:
    """Reference number B, 14 digits: birth in the year of its era, year of the card's end, security code (照合番号B)."""
    return era_birth(order) + f"{order.last_day.year:04d}" + order.security_code


def era_birth(order: CardOrder) -> str:
    """The birth date in six digits, in the year of its era."""
    birth = order.holder.birth
    starts = ((2019, 5, 1), (1989, 1, 8), (1926, 12, 25), (1912, 7, 30), (1868, 1, 25))
    year = next((birth.year - start[0] + 1 for start in starts if (birth.year, birth.month, birth.day) >= start), birth.year % 100)
    return f"{year:02d}{birth.month:02d}{birth.day:02d}"


def _begin(work: Work) -> None:
    others = [other for other in work.journal.not_void(work.person) if other != work.order.card_id]
    if others or work.journal.stage(work.order.card_id) is Stage.VOID:
        raise Conflict(
            "card",
            Say(
                "this person has another card that is not void, or this one is.",
                "有効又は発行中のカードが別にあるか、このカードは無効です。",
            ),
            Say("Have that card returned or reported lost first.", "先に返納又は紛失の届出を受けてください。"),
        )
    if work.journal.stage(work.order.card_id) is None:
        work.journal.write(work.order.card_id, work.person, Stage.BEGUN)


def card_number(terminal: Terminal) -> Dialogue[str]:
    """The number of the card in the reader, blank or not: what its journal line is begun with."""
    manager = yield from open_channel(terminal, MANAGER_AID)
    return (yield from number(manager)).decode("ascii", "replace")


def number(manager: OpenChannel) -> Dialogue[bytes]:
    """The card's number, as it says it itself inside the channel."""
    return (yield from said(manager.say, Command(0x80, 0xCA, 0, 0, b"", 256), Say("card number", "カード番号")))


def is_the_card(manager: OpenChannel, card_id: str) -> Dialogue[None]:
    """Raises Conflict unless the card in the reader has this number."""
    if (yield from number(manager)).decode("ascii", "replace") != card_id:
        raise Conflict(
            "card",
            Say("the card in the reader is not the one of this order.", "読取り装置のカードが、この発行のカードではありません。"),
            Say("Put in the card whose number the order names.", "発行指示の番号のカードを入れてください。"),
        )


def already_done(manager: OpenChannel) -> Dialogue[dict[bytes, dict[int, bytes]]]:
    """What the card says of each application on it, by AID: as `fill` wants it."""
    told = yield from said(manager.say, Command(0x80, 0xF2, 0, 0, b"", EXTENDED_ANSWER_MAX), Say("progress", "進み具合"))
    found: dict[bytes, dict[int, bytes]] = {}
    for tag, line in tlv.objects(told):
        if tag == DONE:
            aid, lines = b"", {}
            for inner, value in tlv.objects(line):
                if inner == AID:
                    aid = value
                elif inner == REFERENCE:
                    lines[int.from_bytes(value[:2], "big")] = value[2:]
                elif inner == 0x85:
                    lines[0] = value
            found[aid] = lines
    return found


def _reference(number: int) -> bytes:
    return tlv.encode(REFERENCE, number.to_bytes(2, "big")) if number else b""


def _juki(work: Outfit) -> Filling:
    order = work.order

    def contents(made: Publics) -> Contents:
        certificate = work.certifier.card(order.card_id, JUKI_AID, made[0])
        return {CHANNEL_CERTIFICATE: certificate, CODE: order.holder.code.encode("ascii"), CARD_DATA: order.data_text()}

    return Filling(JUKI_AID, (0,), contents, {JUKI_PIN: work.pins.juki})


def _face(work: Outfit) -> Filling:
    order, issuer = work.order, work.certifier.issuer

    def contents(made: Publics) -> Contents:
        key = made[FACE_KEY]
        return {
            FACE_AGE: face_data.age_file(order, key, issuer), FACE_DATA: face_data.face_file(order, key, issuer),
            FACE_INFO: tlv.encode(0xFF30, tlv.encode(0xDF34, order.issuer.office[:5].encode("ascii"))),
            FACE_ISSUER: work.certifier.face_issuer(order.issuer.office),
            CHANNEL_CERTIFICATE: work.certifier.card(order.card_id, FACE_AID, made[0]),
        }  # fmt: skip

    return Filling(FACE_AID, (0, FACE_KEY), contents, {FACE_AGE_PIN: era_birth(order), FACE_PIN_B: reference_number(order)})


def _support(work: Outfit) -> Filling:
    order = work.order

    def contents(made: Publics) -> Contents:
        items = face_data.items_file(order.holder)
        return {
            CHANNEL_CERTIFICATE: work.certifier.card(order.card_id, SUPPORT_AID, made[0]),
            SUPPORT_ITEMS: items, SUPPORT_SIGNATURE: face_data.items_signature(b"", items, work.certifier.issuer),
            SUPPORT_ISSUER: work.certifier.face_issuer(order.issuer.office),
            SUPPORT_INFO: tlv.encode(0xFF40, tlv.encode(0xDF41, b"\x01\x01\x00\x00")),
            SUPPORT_SESSION: tlv.encode(0xA1, made[SUPPORT_SESSION_KEY]),
            SUPPORT_GENUINE: face_data.genuine_file(made[SUPPORT_KEY], work.certifier.issuer),
        }  # fmt: skip

    pins = {SUPPORT_PIN: work.pins.support, SUPPORT_PIN_B: reference_number(order)}
    return Filling(SUPPORT_AID, (0, SUPPORT_KEY, SUPPORT_SESSION_KEY), contents, pins)


def _jpki(work: Outfit) -> Filling:
    order, certifier = work.order, work.certifier

    def contents(made: Publics) -> Contents:
        return {
            CHANNEL_CERTIFICATE: certifier.card(order.card_id, JPKI_AID, made[0]),
            SIGN_CERTIFICATE: certifier.jpki(SIGNATURE, made[SIGN_KEY], order), SIGN_CA: certifier.jpki_authority(SIGNATURE),
            AUTH_CERTIFICATE: certifier.jpki(AUTHENTICATION, made[AUTH_KEY], order), AUTH_CA: certifier.jpki_authority(AUTHENTICATION),
            TOKEN: token_information(), PRESENT: b"\x8f\x8f\x00",
        }  # fmt: skip

    pins = {AUTH_PIN: work.pins.authentication, SIGN_PASSWORD: work.pins.signature}
    return Filling(JPKI_AID, (0, AUTH_KEY, SIGN_KEY), contents, pins)
