"""The door to keys: sign with a key that never comes out, whoever keeps it (署名鍵; standard of protection under Act art. 30-29).

    caller -> sign(key id, bytes) -> software store today, a hardware module behind the same door later

A key goes by its key id everywhere outside its store. Inside an office it may also go by its name: LINK or SEAL.
"""

from hashlib import sha256
from typing import Protocol

LINK = "link"  # the key of the TLS certificate; rotates freely
SEAL = "seal"  # the key that signs what leaves the office; its public part stays listed with its dates. Never the same key as LINK

KEY_ID_DIGITS = 16


class Signer(Protocol):
    """Whoever keeps an office's private keys and signs with them."""

    def sign(self, key_id: str, message: bytes) -> bytes:
        """Signature over the message (ECDSA P-256 with SHA-256, DER). Raises InvalidInput if there is no such key."""
        ...

    def public(self, key_id: str) -> bytes:
        """Public key as DER SubjectPublicKeyInfo. Raises InvalidInput if there is no such key."""
        ...


def key_id(public_der: bytes) -> str:
    """First 16 hexadecimal digits of SHA-256 of the SubjectPublicKeyInfo: what offices call a key among themselves."""
    return sha256(public_der).hexdigest()[:KEY_ID_DIGITS]
