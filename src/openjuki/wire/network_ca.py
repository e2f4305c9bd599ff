"""The network's certification authority: link certificates of offices (回線用証明書; architecture section 2, RFC 5280)."""

import datetime
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openjuki.keys.certificates import BEFORE_NOW, begun, usage

LINK_DAYS = 397
CA_DAYS = 3_650


class Validity(NamedTuple):
    """From when to when a certificate holds (UTC)."""

    start: datetime.datetime
    end: datetime.datetime


def validity(now_ms: int, days: int) -> Validity:
    """From five minutes before `now_ms` for a number of days."""
    now = datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC)
    return Validity(now - BEFORE_NOW, now + datetime.timedelta(days=days))


def _name(realm: str, common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"OpenJuki {realm}"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def make_network_ca(realm: str, key: ec.EllipticCurvePrivateKey, serial: int, valid: Validity) -> x509.Certificate:
    """The self-signed certificate of the network's authority; it signs link certificates only."""
    name = _name(realm, "Network CA")
    builder = begun(name, name, key.public_key(), serial, *valid)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(usage(certificates=True), critical=True).sign(key, hashes.SHA256())


def issue_link_certificate(
    realm: str, office: str, public: ec.EllipticCurvePublicKey, *, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, serial: int,
    valid: Validity,
) -> x509.Certificate:  # fmt: skip
    """A certificate for the link key of `office`, for both ends of TLS."""
    builder = begun(_name(realm, office), ca.subject, public, serial, *valid)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(usage(), critical=True)
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{office}.{realm}.openjuki.invalid")]), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
    return builder.sign(ca_key, hashes.SHA256())


def digest(certificate: bytes) -> bytes:
    """SHA-256 of a certificate's DER: how the directory names it."""
    return sha256(certificate).digest()


def der(certificate: x509.Certificate) -> bytes:
    """The certificate's DER."""
    return certificate.public_bytes(Encoding.DER)
