"""What the certificates of all our authorities have in common (証明書; RFC 5280 sections 4.1, 4.2.1)."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

BEFORE_NOW = datetime.timedelta(minutes=5)
"""Certificates hold from a little before they were made, since clocks differ."""


def begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, serial: int, start: datetime.datetime, end: datetime.datetime
) -> x509.CertificateBuilder:
    """A certificate with its names, key, number and validity (UTC), to which its maker adds what it is for."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def usage(*, certificates: bool = False, documents: bool = False) -> x509.KeyUsage:
    """What a key may be used for: to sign certificates and lists, or to sign; with `documents`, what nobody can deny (section 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=not certificates, content_commitment=documents, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=certificates, crl_sign=certificates, encipher_only=False, decipher_only=False,
    )  # fmt: skip
