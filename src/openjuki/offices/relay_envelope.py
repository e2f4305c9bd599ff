"""Relay data on their way: sealed by who sends them, readable to who receives them alone (中継データの封入; promise P2; Act art. 12-4(5)).

asking municipality                        municipality asked
  key_of     -- RelayKeyRequest -->
             <-- RelayKey ----------       give_key   an X25519 key of the hour, sealed
  enclose    -- a question -------->       opened     what it says, under whose seal; it holds a key for the answer
  opened     <-- its answer --------       enclose

What is enclosed names its receiver under the seal, so nobody can pass it on as meant for another. TLS stands around all of it; this
holds where TLS ends: in whatever machine stands before an office.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from openjuki.law.kinds import OfficeKind, Route
from openjuki.law.limits import HOUR_MS
from openjuki.offices.office import ASK_DEADLINE_MS, Office, Then, failed
from openjuki.offices.relay_memory import OwnKey, PeersKey
from openjuki.register.errors import Broken, Reason, Refused, Say
from openjuki.wire.directory import Entry
from openjuki.wire.link import Question
from openjuki.wire.message import Message
from openjuki.wire.seal import Carried, Seal, check_seal, decode_carried, encode_carried, seal_batch
from openjuki.wire.speech import encode

FRESH_MS = 300_000
"""What was sealed longer ago, or so far ahead, is not opened."""
_MEMBERS = frozenset({Route(OfficeKind.MUNICIPALITY, OfficeKind.MUNICIPALITY)})
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
_RAW = serialization.Encoding.Raw
_addressed = msgspec.msgpack.Decoder(tuple[str, bytes]).decode
ARTICLE = "12-4(5)"
UNKNOWN_KEY = "12-4(5): key"
"""Under which a question is refused (LATE) that was enclosed to a key of another time: the asker asks for the key anew."""
UNSEALED = Broken(
    "seal",
    Say("it does not bear the seal of the office asked.", "照会先の封印がありません。"),
    Say("Do not use it; call that office.", "使わずに照会先へ連絡してください。"),
)


class RelayKeyRequest(Message, frozen=True):
    """To which key is what you alone may read to be enclosed (Act art. 12-4(5), 24-2(5))."""

    routes = _MEMBERS
    size_max = 16


class RelayKey(Message, frozen=True):
    """An X25519 key of the office asked, taken until then (wall clock, ms), under its seal."""

    routes = _MEMBERS
    size_max = 1_024
    public: bytes
    until_ms: int
    seal: Seal


def new_key(office: Office) -> X25519PrivateKey:
    """A key from the office's chance."""
    return X25519PrivateKey.from_private_bytes(office.entropy(32))


def public_of(key: X25519PrivateKey) -> bytes:
    """Its public part, 32 bytes."""
    return key.public_key().public_bytes(_RAW, serialization.PublicFormat.Raw)


def own_key(office: Office) -> OwnKey:
    """The key of this hour; the one before it is still taken for a while, older ones are forgotten."""
    memory, now_ms = office.relay, office.clock.wall_ms()
    memory.own = [key for key in memory.own if now_ms < key.until_ms]
    if not memory.own or memory.own[-1].until_ms - now_ms < HOUR_MS:
        private = new_key(office)
        memory.own.append(OwnKey(private, public_of(private), now_ms + 2 * HOUR_MS))
    return memory.own[-1]


def give_key(office: Office, asker: Entry, question: Question, message: RelayKeyRequest, reply: Callable[[Any], None]) -> None:
    """The office asked: its key of the hour, sealed for this asker."""
    key = own_key(office)
    reply(RelayKey(key.public, key.until_ms, _seal(office, RelayKey, encode((asker.code, key.public, key.until_ms)))))


def key_of(office: Office, to: str, then: Then) -> None:
    """The asking office: the receiver's key, known or asked for; `then` gets its 32 bytes or an OpenJukiError."""
    known = office.relay.peers.get(to)
    if known is not None and office.clock.wall_ms() < known.until_ms - FRESH_MS:
        then(known.public)
        return

    def got(outcome: Any) -> None:
        then(outcome if failed(outcome) else _take_key(office, to, outcome))

    office.ask(to, RelayKeyRequest(), RelayKey, got, ASK_DEADLINE_MS)


def forget_key(office: Office, to: str) -> bool:
    """The receiver does not know the key any more (it was started anew); whether there was one to forget."""
    return office.relay.peers.pop(to, None) is not None


def _take_key(office: Office, to: str, given: RelayKey) -> bytes | Broken:
    try:
        sealer = check_seal(given.seal, RelayKey.type_name(), encode((office.code, given.public, given.until_ms)), office.directory)
    except Refused:
        return UNSEALED
    if sealer.code != to or given.until_ms <= office.clock.wall_ms() or _public(given.public) is None:
        return UNSEALED
    office.relay.peers[to] = PeersKey(given.public, given.until_ms)
    return given.public


def enclose(office: Office, to: str, message_type: type[Message], payload: bytes, key: bytes) -> bytes:
    """`payload` under this office's seal, addressed to `to`, encrypted to its key (RFC 9180). Raises Refused for a key that is none."""
    public, addressed = _public(key), encode((to, payload))
    if public is None:
        raise Refused(Reason.INVALID, ARTICLE)
    carried = encode_carried(Carried(addressed, _seal(office, message_type, addressed)))
    return _SUITE.encrypt(carried, public, info=_info(office.realm, message_type, office.code, to))


def own_private(office: Office, public: bytes) -> X25519PrivateKey:
    """The key to which something was enclosed. Raises Refused (LATE) if it is not one of this hour's: the asker asks for it anew."""
    now_ms = office.clock.wall_ms()
    for key in office.relay.own:
        if key.public == public and now_ms < key.until_ms:
            return key.private
    raise Refused(Reason.LATE, UNKNOWN_KEY)


class Opened(NamedTuple):
    """What an envelope held: the payload, and the same under its sender's seal, as evidence to be kept."""

    payload: bytes
    evidence: bytes


def opened(office: Office, sender: str, message_type: type[Message], enclosed: bytes, key: X25519PrivateKey) -> Opened:
    """What `sender` enclosed for this office. Raises Refused: MALFORMED, BAD_SEAL, WRONG_OFFICE, or LATE for an old seal."""
    try:
        carried = decode_carried(_SUITE.decrypt(enclosed, key, info=_info(office.realm, message_type, sender, office.code)))
        to, payload = _addressed(carried.payload)
    except (InvalidTag, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(Reason.MALFORMED, ARTICLE) from None
    if check_seal(carried.seal, message_type.type_name(), carried.payload, office.directory).code != sender:
        raise Refused(Reason.BAD_SEAL, ARTICLE)
    if to != office.code:
        raise Refused(Reason.WRONG_OFFICE, ARTICLE)
    if abs(office.clock.wall_ms() - carried.seal.sealed_ms) > FRESH_MS:
        raise Refused(Reason.LATE, ARTICLE)
    return Opened(payload, encode_carried(carried))


def _seal(office: Office, message_type: type[Message], payload: bytes) -> Seal:
    return seal_batch(
        [(message_type.type_name(), payload)], realm=office.realm, origin=office.code, key_id=office.seal_key,
        sealed_ms=office.clock.wall_ms(), sign=office.sign,
    )[0]  # fmt: skip


def _info(realm: str, message_type: type[Message], sender: str, receiver: str) -> bytes:
    return b"openjuki/relay/v1\0" + encode((realm, message_type.type_name(), sender, receiver))


def _public(raw: bytes) -> X25519PublicKey | None:
    """A key that somebody sent; None if it is none, or of a low order."""
    try:
        key = X25519PublicKey.from_public_bytes(raw)
        _SUITE.encrypt(b"", key, info=b"")
    except ValueError:
        return None
    return key
