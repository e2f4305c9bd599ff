"""Mutual authentication of an office's terminal and a card, and the keys of their channel (相互認証, ISO/IEC 7816-4 section 7.5; SIGMA).

    terminal                                              card
       | -- its certificate (PSO: VERIFY CERTIFICATE) ------> |   of the card-terminal CA, right realm, in its days
       | -- GET CHALLENGE ----------------------------------> |   32 random bytes, used once
       | -- EXTERNAL AUTHENTICATE: new key T, signature ----> |   over challenge and T, by the certificate's key
       | <- new key K, signature, MAC ----------------------- |   over everything so far, by the card's key
       | == channel: AES-256 and CMAC ======================= |   the card's certificate is read inside it

The terminal shows itself first: a reader without a certificate learns nothing that tells one card from another.
Keys: HKDF-SHA256 of ECDH(T, K), salted with the challenge, bound to the whole exchange (RFC 5869).
"""

from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openjuki.card.channel import ChannelKeys

CHALLENGE_BYTES, KEY_BYTES, CONFIRMATION_BYTES = 32, 32, 16
NEW_KEY, CONFIRMATION, SIGNATURE, DYNAMIC = 0x80, 0x81, 0x82, 0x7C
_TERMINAL, _CARD = b"openjuki/card-terminal/v1\x00", b"openjuki/card-answer/v1\x00"


def terminal_words(challenge: bytes, aid: bytes, terminal_point: bytes) -> bytes:
    """What the terminal signs."""
    return _TERMINAL + challenge + bytes((len(aid),)) + aid + terminal_point


def card_words(challenge: bytes, aid: bytes, terminal_point: bytes, card_point: bytes) -> bytes:
    """What the card signs."""
    return _CARD + challenge + bytes((len(aid),)) + aid + terminal_point + card_point


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A new key's public point, uncompressed, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def agree(own: ec.EllipticCurvePrivateKey, other_point: bytes, challenge: bytes, words: bytes) -> tuple[ChannelKeys, bytes] | None:
    """Keys of the channel and the value that confirms them; None if the other's point is none of P-256."""
    try:
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), other_point)
    except (ValueError, UnsupportedAlgorithm):
        return None
    shared = own.exchange(ec.ECDH(), other)
    size = 2 * KEY_BYTES + CONFIRMATION_BYTES
    derived = HKDF(SHA256(), size, salt=challenge, info=sha256(words).digest()).derive(shared)
    return ChannelKeys(derived[:KEY_BYTES], derived[KEY_BYTES : 2 * KEY_BYTES]), derived[2 * KEY_BYTES :]
