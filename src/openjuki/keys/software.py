"""Keys kept in software: P-256, ECDSA with SHA-256 (ソフトウェアの鍵; FIPS 186-5, RFC 6979 in the simulator).

Randomness for a new key is an argument. The random number inside a signature is the primitive's own and stays in the cryptography library;
with `deterministic` it is derived from key and message (RFC 6979), so that one seed gives one trace.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import shake_256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from openjuki.keys.door import key_id
from openjuki.register.errors import InvalidInput, Say

PrivateKey = ec.EllipticCurvePrivateKey

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group P-256 (SP 800-186 section 3.2.1.3)
_SEED_DOMAIN = b"openjuki/sandbox-key/v1\x00"
_RANDOM = ec.ECDSA(SHA256())
_DETERMINISTIC = ec.ECDSA(SHA256(), deterministic_signing=True)


def make_key(entropy: Callable[[int], bytes]) -> PrivateKey:
    """A new P-256 key from `entropy(n)`, n random bytes: the system's in production (FIPS 186-5 A.2.1, extra random bits)."""
    secret = int.from_bytes(entropy(48), "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(secret, ec.SECP256R1())


def key_from_seed(seed: bytes) -> PrivateKey:
    """The key that belongs to a seed: for the simulator and the sandbox realm only, never for a production realm."""
    return make_key(shake_256(_SEED_DOMAIN + seed).digest)


def public_der(key: PrivateKey) -> bytes:
    """Public part of a key as DER SubjectPublicKeyInfo."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def verify(public_der: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the P-256 key made this signature over the message; a key or signature of another form is False too."""
    key = _load_public(public_der)
    if key is None:
        return False
    try:
        key.verify(signature, message, _RANDOM)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4096)
def verify_once(public_der: bytes, signature: bytes, message: bytes) -> bool:
    """As `verify`, remembering the last verdicts: for one signature that stands over a whole batch of answers or notices."""
    return verify(public_der, signature, message)


class SoftwareKeys:
    """Private keys held by name (LINK, SEAL); each answers to its name and to its key id. A `Signer`."""

    def __init__(self, keys: Mapping[str, PrivateKey], *, deterministic: bool = False) -> None:
        self._deterministic = deterministic
        self._keys: dict[str, PrivateKey] = {}
        self._public: dict[str, bytes] = {}
        for name, key in keys.items():
            self.hold(name, key)

    def hold(self, name: str, key: PrivateKey) -> str:
        """Takes one more key under `name` and returns its key id; an older key of that name still answers to its key id."""
        der = public_der(key)
        identifier = key_id(der)
        for alias in (name, identifier):
            self._keys[alias] = key
            self._public[alias] = der
        return identifier

    def sign(self, key_id: str, message: bytes) -> bytes:
        if key_id not in self._keys:
            raise _no_key()
        return self._keys[key_id].sign(message, _DETERMINISTIC if self._deterministic else _RANDOM)

    def public(self, key_id: str) -> bytes:
        if key_id not in self._public:
            raise _no_key()
        return self._public[key_id]


@lru_cache(maxsize=4096)
def _load_public(der: bytes) -> ec.EllipticCurvePublicKey | None:
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    return None


def _no_key() -> InvalidInput:
    return InvalidInput(
        "key",
        Say("this store has no key of that id.", "この鍵はありません。"),
        Say("Check the office's keys against the directory.", "名簿の鍵と手元の鍵を確かめてください。"),
    )
