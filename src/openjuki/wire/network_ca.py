"""The network's certification authority: link certificates of offices (回線用証明書; architecture section 2, RFC 5280)."""

import datetime
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LINK_DAYS = 397
CA_DAYS = 3_650
_BACK = datetime.timedelta(minutes=5)


class Validity(NamedTuple):
    """From when to when a certificate holds (UTC)."""

    start: datetime.datetime
    end: datetime.datetime


def validity(now_ms: int, days: int) -> Validity:
    """From five minutes before `now_ms` for a number of days."""
    now = datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC)
    return Validity(now - _BACK, now + datetime.timedelta(days=days))


def _name(realm: str, common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"OpenJuki {realm}"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, serial: int, valid: Validity
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(valid.start)
        .not_valid_after(valid.end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def make_network_ca(realm: str, key: ec.EllipticCurvePrivateKey, serial: int, valid: Validity) -> x509.Certificate:
    """The self-signed certificate of the network's authority; it signs link certificates only."""
    name = _name(realm, "Network CA")
    builder = _builder(name, name, key.public_key(), serial, valid)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage(certificates=True), critical=True).sign(key, hashes.SHA256())


def issue_link_certificate(
    realm: str, office: str, public: ec.EllipticCurvePublicKey, *, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, serial: int,
    valid: Validity,
) -> x509.Certificate:  # fmt: skip
    """A certificate for the link key of `office`, for both ends of TLS."""
    builder = _builder(_name(realm, office), ca.subject, public, serial, valid)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(certificates=False), critical=True)
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{office}.{realm}.openjuki.invalid")]), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
    return builder.sign(ca_key, hashes.SHA256())


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=certificates, crl_sign=certificates, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def digest(certificate: bytes) -> bytes:
    """SHA-256 of a certificate's DER: how the directory names it."""
    return sha256(certificate).digest()


def der(certificate: x509.Certificate) -> bytes:
    """The certificate's DER."""
    return certificate.public_bytes(Encoding.DER)
