"""The card's signature algorithms behind one form, open to others (署名アルゴリズム; FIPS 186-5, RFC 8017).

A key is made on the card and its private part is never told. An EC key comes from the entropy that is passed in; the primes of an RSA key
are the primitive's own and stay in the cryptography library. A signature leaves only if it verifies: a fault in the chip while it computes
would give the private key away (Boneh, DeMillo, Lipton 1997), and in 2006 cards in use gave signatures that did not hold.
"""

from collections.abc import Callable
from enum import IntEnum, StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from openjuki.card.image import Entropy
from openjuki.card.status import Denied, Status
from openjuki.keys.software import make_key

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

RSA_BYTES = 256
_PADDED_DATA_MAX = RSA_BYTES - 11  # RFC 8017 section 9.2


class Algorithm(StrEnum):
    """What a key of the card is made for."""

    RSA_2048 = "rsa-2048"
    P256 = "p-256"
    P384 = "p-384"


class Form(IntEnum):
    """What is handed in to be signed: P1 of the signing command."""

    AS_GIVEN = 0  # RSA: padded as it is; the caller has made the DigestInfo
    BARE = 1  # RSA: the card hashes, pads the bare digest
    DIGEST = 2
    MESSAGE = 3
    DIGEST_PSS = 4
    MESSAGE_PSS = 5


class KeyPair(NamedTuple):
    """A new key: PKCS#8 and SubjectPublicKeyInfo."""

    private: bytes
    public: bytes


def make_pair(algorithm: Algorithm, entropy: Entropy) -> KeyPair:
    """A new key pair."""
    key = _MAKERS[algorithm](entropy)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), public)


def load_private(der: bytes) -> PrivateKey:
    """The key in PKCS#8 that this card wrote itself."""
    key = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Denied(Status.NOT_SUPPORTED)
    return key


@lru_cache(maxsize=256)
def load_public(der: bytes) -> PublicKey:
    """The public key in a SubjectPublicKeyInfo. Raises ValueError if it is of no kind of this module."""
    key = load_der_public_key(der)
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise ValueError("neither RSA nor EC")
    return key


Fault = Callable[[bytes], bytes]
"""What an attack does to a signature while it is computed; `sound` in every day's use."""


def sound(signature: bytes) -> bytes:
    """No fault."""
    return signature


def sign(key: PrivateKey, form: int, data: bytes, fault: Fault = sound) -> bytes | None:
    """A signature that was verified; None if it does not hold and must not leave. Raises Denied for a form that the key does not know."""
    try:
        return _sign_rsa(key, form, data, fault) if isinstance(key, rsa.RSAPrivateKey) else _sign_ec(key, form, data, fault)
    except InvalidSignature:
        return None


def _sign_rsa(key: rsa.RSAPrivateKey, form: int, data: bytes, fault: Fault) -> bytes:
    if form not in tuple(Form):
        raise Denied(Status.WRONG_P1_P2)
    if form in (Form.DIGEST, Form.DIGEST_PSS) and len(data) != SHA256.digest_size:
        raise Denied(Status.WRONG_DATA)
    data = sha256(data).digest() if form == Form.BARE else data
    if form == Form.AS_GIVEN and not 1 <= len(data) <= _PADDED_DATA_MAX:
        raise Denied(Status.WRONG_LENGTH)
    pad, digest = _padding(form), _digest(form)
    signature = fault(key.sign(data, pad, digest))
    _check_rsa(key.public_key(), signature, data, pad, digest)
    return signature


def _check_rsa(
    key: rsa.RSAPublicKey, signature: bytes, data: bytes, pad: padding.AsymmetricPadding, digest: HashAlgorithm | Prehashed | NoDigestInfo
) -> None:
    if not isinstance(digest, NoDigestInfo):
        key.verify(signature, data, pad, digest)
    elif key.recover_data_from_signature(signature, pad, None) != data:
        raise InvalidSignature


def _padding(form: int) -> padding.AsymmetricPadding:
    if form in (Form.DIGEST_PSS, Form.MESSAGE_PSS):
        return padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
    return padding.PKCS1v15()


def _digest(form: int) -> HashAlgorithm | Prehashed | NoDigestInfo:
    if form in (Form.AS_GIVEN, Form.BARE):
        return NoDigestInfo()
    return Prehashed(SHA256()) if form in (Form.DIGEST, Form.DIGEST_PSS) else SHA256()


def _sign_ec(key: ec.EllipticCurvePrivateKey, form: int, data: bytes, fault: Fault) -> bytes:
    kind = _ec_form(key, form, data)
    signature = fault(key.sign(data, kind))
    key.public_key().verify(signature, data, kind)
    return signature


def _ec_form(key: ec.EllipticCurvePrivateKey, form: int, data: bytes) -> ec.ECDSA:
    digest: HashAlgorithm = SHA384() if key.key_size == 384 else SHA256()
    if form == Form.MESSAGE:
        return ec.ECDSA(digest)
    if form != Form.DIGEST:
        raise Denied(Status.WRONG_P1_P2)
    if len(data) != digest.digest_size:
        raise Denied(Status.WRONG_DATA)
    return ec.ECDSA(Prehashed(digest))


def _make_rsa(_entropy: Entropy) -> PrivateKey:
    return rsa.generate_private_key(65537, RSA_BYTES * 8)


def _make_p384(entropy: Entropy) -> PrivateKey:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
    return ec.derive_private_key(int.from_bytes(entropy(64), "big") % (order - 1) + 1, ec.SECP384R1())


_MAKERS: dict[Algorithm, Callable[[Entropy], PrivateKey]] = {
    Algorithm.RSA_2048: _make_rsa,
    Algorithm.P256: make_key,
    Algorithm.P384: _make_p384,
}
