"""What each application of the card is made of before anything is written to it (アプリケーションの構成, promise C3).

    card manager          life cycle, loading                    free: the state only
    JPKI                  公的個人認証: keys, certificates        as OpenSC and other clients expect it
    face                  券面事項確認: what is printed, signed   opened by a reference number
    input support         券面事項入力補助: the four items        opened by PIN or reference number
    Juki Net              住基ネット: the resident record code    mutual authentication and PIN, in a channel
    services              市町村独自: one application each        its own municipality's terminals, an id of its own

The resident record code has a place in the Juki Net application and in no other (the Act art. 30-43 bans its use elsewhere).
"""

from collections.abc import Callable, Mapping
from string import ascii_uppercase, digits

from openjuki.card.algorithms import Algorithm
from openjuki.card.chip import MANAGER_AID
from openjuki.card.memory import CHANNEL_GRANT, FREE, NEVER, Application, Condition, File, Key, Pin, Right, Use, pin_grant, right_grant
from openjuki.register.errors import InvalidInput, Say

JPKI_AID = bytes.fromhex("D392F000260100000001")
FACE_AID = bytes.fromhex("D3921000310001010402")
SUPPORT_AID = bytes.fromhex("D3921000310001010408")
JUKI_AID = bytes.fromhex("F04F504A554B4901")
"""Proprietary category (ISO/IEC 7816-4 section 12.2.3): no public layout of such an application exists, this one is ours."""
SERVICE_PREFIX = bytes.fromhex("F04F504A554B4902")
SERVICES_MAX = 8

CHANNEL_CERTIFICATE = 0x0010
"""Where every application with a channel keeps the certificate of its channel key."""
_CHANNEL_KEY = 0x0011
_IN_CHANNEL: Condition = ((CHANNEL_GRANT,),)
_FOUR_DIGITS = (4, 4, digits)

CODE, CARD_DATA, NOTES, JUKI_KEY, JUKI_PIN = 0x0001, 0x0002, 0x0003, 0x0011, 0x0012
SIGN_CERTIFICATE, SIGN_CA, AUTH_CERTIFICATE, AUTH_CA = 0x0001, 0x0002, 0x000A, 0x000B
TOKEN, PRESENT, AUTH_KEY, AUTH_PIN, SIGN_KEY, SIGN_PASSWORD = 0x0006, 0x0008, 0x0017, 0x0018, 0x001A, 0x001B
FACE_AGE, FACE_DATA, FACE_INFO, FACE_ISSUER, FACE_NUMBER = 0x0001, 0x0002, 0x0003, 0x0004, 0x0005
FACE_AGE_PIN, FACE_PIN_B, FACE_PIN_A, FACE_KEY, FACE_CHANNEL_KEY = 0x0011, 0x0012, 0x0013, 0x0014, 0x0015
SUPPORT_NUMBER, SUPPORT_ITEMS, SUPPORT_SIGNATURE, SUPPORT_ISSUER, SUPPORT_INFO = 0x0001, 0x0002, 0x0003, 0x0004, 0x0005
SUPPORT_SESSION, SUPPORT_GENUINE, SUPPORT_PIN, SUPPORT_KEY = 0x0006, 0x0007, 0x0011, 0x0013
SUPPORT_PIN_A, SUPPORT_PIN_B, SUPPORT_SESSION_KEY, SUPPORT_CHANNEL_KEY = 0x0014, 0x0015, 0x0016, 0x0017
SERVICE_ID, SERVICE_DATA, SERVICE_KEY, SERVICE_PIN = 0x0001, 0x0002, 0x0012, 0x0013


def service_aid(number: int) -> bytes:
    """AID of the municipal service in this place of the card, from 0. Raises InvalidInput for a place that no card has."""
    if number not in range(SERVICES_MAX):
        raise InvalidInput(
            "service", Say("no card has such a place.", "カードにその領域はありません。"),
            Say("Choose a service of the list.", "一覧のサービスを選んでください。"),
        )  # fmt: skip
    return SERVICE_PREFIX + bytes((number,))


def is_service(aid: bytes) -> bool:
    """Whether the AID is one of the municipal area."""
    return aid[:-1] == SERVICE_PREFIX and aid[-1] < SERVICES_MAX


def new_application(aid: bytes, service: str = "", owner: str = "", *, with_pin: bool = False) -> Application | None:
    """An application without content, as the chip's read-only memory knows it; None if it knows no such AID.

    A service `with_pin` opens to nobody before its own PIN was given.
    """
    if is_service(aid):
        return _service(aid, service, owner, with_pin=with_pin)
    maker = _MAKERS.get(aid)
    return maker() if maker else None


def manager() -> Application:
    """The card manager: its channel key comes from the factory."""
    return Application(
        MANAGER_AID, "manager", active=True, files={CHANNEL_CERTIFICATE: _file(_IN_CHANNEL)},
        keys={_CHANNEL_KEY: _channel_key()}, channel_key=_CHANNEL_KEY,
    )  # fmt: skip


def _jpki() -> Application:
    certify: Condition = ((right_grant(Right.CERTIFY),),)
    rsa = Algorithm.RSA_2048
    return Application(
        JPKI_AID,
        "jpki",
        files={
            SIGN_CERTIFICATE: _file(((pin_grant(SIGN_PASSWORD),),), certify),
            SIGN_CA: _file(FREE, certify),
            TOKEN: _file(FREE),
            PRESENT: _file(FREE, certify),
            0x0009: _file(NEVER),
            AUTH_CERTIFICATE: _file(FREE, certify),
            AUTH_CA: _file(FREE, certify),
            CHANNEL_CERTIFICATE: _file(_IN_CHANNEL),
        },
        pins={AUTH_PIN: _pin(3, *_FOUR_DIGITS), SIGN_PASSWORD: _pin(5, 6, 16, ascii_uppercase + digits)},
        keys={
            AUTH_KEY: Key(rsa, Use.SIGN, ((pin_grant(AUTH_PIN),),), certify),
            SIGN_KEY: Key(rsa, Use.SIGN, ((pin_grant(SIGN_PASSWORD),),), certify),
            _CHANNEL_KEY: _channel_key(),
        },
        channel_key=_CHANNEL_KEY,
    )


def _face() -> Application:
    opened: Condition = ((pin_grant(FACE_PIN_A),), (pin_grant(FACE_PIN_B),))
    rewrite: Condition = ((right_grant(Right.REWRITE),),)
    return Application(
        FACE_AID,
        "face",
        files={
            FACE_AGE: _file(((pin_grant(FACE_AGE_PIN),),), rewrite),
            FACE_DATA: _file(opened, rewrite),
            FACE_INFO: _file(FREE),
            FACE_ISSUER: _file(FREE),
            FACE_NUMBER: _file(((pin_grant(FACE_PIN_A),),)),
            CHANNEL_CERTIFICATE: _file(_IN_CHANNEL),
        },
        pins={FACE_AGE_PIN: _number(6), FACE_PIN_B: _number(14), FACE_PIN_A: _number(12)},
        keys={FACE_KEY: Key(Algorithm.RSA_2048, Use.INTERNAL, FREE, NEVER), FACE_CHANNEL_KEY: _channel_key()},
        default_key=FACE_KEY,
        channel_key=FACE_CHANNEL_KEY,
    )


def _support() -> Application:
    a, b, pin = (pin_grant(reference) for reference in (SUPPORT_PIN_A, SUPPORT_PIN_B, SUPPORT_PIN))
    anybody: Condition = ((pin,), (a,), (b,))
    rsa, rewrite = Algorithm.RSA_2048, ((right_grant(Right.REWRITE),),)
    return Application(
        SUPPORT_AID,
        "input support",
        files={
            SUPPORT_NUMBER: _file(((pin,), (a,))),
            SUPPORT_ITEMS: _file(((pin,), (b,)), rewrite),
            SUPPORT_SIGNATURE: _file(anybody, rewrite),
            SUPPORT_ISSUER: _file(FREE),
            SUPPORT_INFO: _file(FREE),
            SUPPORT_SESSION: _file(anybody),
            SUPPORT_GENUINE: _file(anybody),
            CHANNEL_CERTIFICATE: _file(_IN_CHANNEL),
        },
        pins={
            SUPPORT_PIN: _pin(3, *_FOUR_DIGITS), 0x0012: _pin(0, *_FOUR_DIGITS), SUPPORT_PIN_A: _number(12), SUPPORT_PIN_B: _number(14)
        },
        keys={
            SUPPORT_KEY: Key(rsa, Use.INTERNAL, FREE, NEVER),
            SUPPORT_SESSION_KEY: Key(rsa, Use.UNWRAP, anybody, NEVER),
            SUPPORT_CHANNEL_KEY: _channel_key(),
        },
        default_key=SUPPORT_KEY,
        channel_key=SUPPORT_CHANNEL_KEY,
    )  # fmt: skip


def _juki() -> Application:
    rewrite: Condition = ((right_grant(Right.REWRITE),),)
    person = right_grant(Right.READ_PERSON)
    return Application(
        JUKI_AID,
        "juki net",
        files={
            CODE: _file(((pin_grant(JUKI_PIN), person),)),
            CARD_DATA: _file(((person,),), rewrite),
            NOTES: File(b"", ((person,),), rewrite, records=()),
            CHANNEL_CERTIFICATE: _file(_IN_CHANNEL),
        },
        pins={JUKI_PIN: _pin(3, *_FOUR_DIGITS, inside=True)},
        keys={JUKI_KEY: Key(Algorithm.P256, Use.CHANNEL, ((pin_grant(JUKI_PIN), person),), NEVER)},
        channel_key=JUKI_KEY,
    )


def _service(aid: bytes, service: str, owner: str, *, with_pin: bool) -> Application:
    right = right_grant(Right.SERVICE)
    ours: Condition = ((pin_grant(SERVICE_PIN), right),) if with_pin else ((right,),)
    return Application(
        aid,
        "service",
        files={SERVICE_ID: _file(ours), SERVICE_DATA: _file(ours, ours), CHANNEL_CERTIFICATE: _file(_IN_CHANNEL)},
        pins={SERVICE_PIN: _pin(3, *_FOUR_DIGITS, inside=True)} if with_pin else {},
        keys={_CHANNEL_KEY: _channel_key(), SERVICE_KEY: Key(Algorithm.P256, Use.INTERNAL, ours, NEVER)},
        default_key=SERVICE_KEY,
        channel_key=_CHANNEL_KEY,
        service=service,
        owner=owner,
    )


def _file(read: Condition, write: Condition = NEVER) -> File:
    return File(b"", read, write)


def _pin(tries_max: int, shortest: int, longest: int, letters: str, *, inside: bool = False) -> Pin:
    return Pin(b"", tries_max, tries_max, shortest, longest, letters, inside=inside)


def _number(length: int) -> Pin:
    """A reference number: printed on the card or known to the holder, never changed."""
    return Pin(b"", 10, 10, length, length, digits, changeable=False)


def _channel_key() -> Key:
    return Key(Algorithm.P256, Use.CHANNEL, NEVER, NEVER)


_MAKERS: Mapping[bytes, Callable[[], Application]] = {JPKI_AID: _jpki, FACE_AID: _face, SUPPORT_AID: _support, JUKI_AID: _juki}
