"""That a card was shown at an office and its PIN given, as another office is told (カードの提示, Act art. 12-4(1), Rules art. 4(1)).

    desk: agent, card ── evidence ──> asking office ── in its question ──> the office that knows the card: `shown_card` gives its number

Whoever holds the public key under which the country's cards stand can check it. Whose card it is, and in what state, is not in it.
"""

import msgspec

from openjuki.card import verifiable
from openjuki.card.layouts import JUKI_AID
from openjuki.card.signing import SHOWN_WORDS
from openjuki.keys.software import verify
from openjuki.register.errors import InvalidInput, Reason, Refused

ARTICLE = "12-4(1)"


class CardEvidence(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The certificate of the card's Juki Net key, when it was shown (wall clock, ms), its signature on office, code and time."""

    certificate: bytes
    shown_ms: int
    proof: bytes


_decode = msgspec.msgpack.Decoder(CardEvidence).decode


def evidence(certificate: bytes, shown_ms: int, proof: bytes) -> bytes:
    """The evidence as it travels."""
    return msgspec.msgpack.encode(CardEvidence(certificate, shown_ms, proof))


def shown_words(realm: str, office: str, code: str, shown_ms: int) -> bytes:
    """What the card signs: at which office, for whose code, when."""
    return SHOWN_WORDS + msgspec.msgpack.encode((realm, office, code, shown_ms))


def shown_by(told: bytes, certificate: bytes, *, realm: str, office: str, code: str, shown_ms: int) -> bool:
    """Whether the card with that certificate was shown at that office for that code then.

    `certificate` is one that the asking side has itself checked when it got it (a card's own town, at hand-over).
    """
    try:
        found = _decode(told)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    if (found.certificate, found.shown_ms) != (certificate, shown_ms):
        return False
    return verify(verifiable.public_of(certificate), found.proof, shown_words(realm, office, code, shown_ms))


def shown_card(told: bytes, trust: bytes, *, realm: str, office: str, code: str, shown_ms: int) -> str:
    """Number of the card that was shown at that office for that code then. Raises Refused (INVALID) if the evidence does not hold.

    `trust` is the public key of the CA of cards (P-256 SubjectPublicKeyInfo).
    """
    try:
        found = _decode(told)
        card = verifiable.read(found.certificate, trust)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, InvalidInput) as error:
        raise Refused(Reason.INVALID, ARTICLE) from error
    kind, _, rest = card.holder.partition(" ")
    number, _, aid = rest.partition(" ")
    named = (kind, aid, card.realm, found.shown_ms) == ("card", JUKI_AID.hex(), realm, shown_ms)
    if not named or not verify(card.public, found.proof, shown_words(realm, office, code, shown_ms)):
        raise Refused(Reason.INVALID, ARTICLE)
    return number
