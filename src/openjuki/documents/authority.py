"""Certificates under which documents are sealed: authority, office, time stamps, revocation list (文書署名用証明書; RFC 5280, 3161).

Apart from the network's authority: a link certificate seals no paper, and a paper's certificate opens no link. In the sandbox the
authority is made at run time; a production realm brings certificates of its own in the same files.
"""

import datetime
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openjuki.keys.certificates import BEFORE_NOW, begun, usage

CA_DAYS, OFFICE_DAYS, STAMP_DAYS, CRL_DAYS = 3_650, 1_095, 3_650, 7
Key = ec.EllipticCurvePrivateKey
Public = ec.EllipticCurvePublicKey


def organisation_of(realm: str) -> str:
    """How certificates name a realm."""
    return f"OpenJuki {realm}"


def make_document_ca(realm: str, key: Key, serial: int, now: datetime.datetime) -> x509.Certificate:
    """The self-signed certificate of the realm's authority for documents."""
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation_of(realm))
    name = x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, "Document CA")])
    builder = _builder(name, name, key.public_key(), serial, now, CA_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(usage(certificates=True), critical=True).sign(key, hashes.SHA256())


def certify_office(
    office: str, public: Public, *, ca: x509.Certificate, ca_key: Key, serial: int, now: datetime.datetime
) -> x509.Certificate:
    """A certificate for the key with which an office seals its documents."""
    return _issued(ca_key, _builder_for(ca, office, public, serial, now, OFFICE_DAYS), documents=True)


def certify_stamps(public: Public, *, ca: x509.Certificate, ca_key: Key, serial: int, now: datetime.datetime) -> x509.Certificate:
    """A certificate for the key of the sandbox's time stamps."""
    builder = _builder_for(ca, "Time stamps", public, serial, now, STAMP_DAYS)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return _issued(ca_key, builder, documents=False)


def make_crl(ca: x509.Certificate, ca_key: Key, number: int, now: datetime.datetime, revoked: Iterable[int] = ()) -> bytes:
    """The revocation list (DER) with these serial numbers, valid for a week."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(ca.subject).last_update(now - BEFORE_NOW)
    builder = builder.next_update(now + datetime.timedelta(days=CRL_DAYS)).add_extension(x509.CRLNumber(number), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
    for serial in revoked:
        gone = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - BEFORE_NOW).build()
        builder = builder.add_revoked_certificate(gone)
    return builder.sign(ca_key, hashes.SHA256()).public_bytes(Encoding.DER)


def is_current(crl: bytes, now: datetime.datetime) -> bool:
    """Whether a revocation list holds for at least another day."""
    end = x509.load_der_x509_crl(crl).next_update_utc
    return end is not None and end - now > datetime.timedelta(days=1)


def _builder_for(
    ca: x509.Certificate, name: str, public: Public, serial: int, now: datetime.datetime, days: int
) -> x509.CertificateBuilder:
    organisation = ca.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0]
    subject = x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return _builder(subject, ca.subject, public, serial, now, days)


def _builder(subject: x509.Name, issuer: x509.Name, key: Public, serial: int, now: datetime.datetime, days: int) -> x509.CertificateBuilder:
    return begun(subject, issuer, key, serial, now - BEFORE_NOW, now + datetime.timedelta(days=days))


def _issued(ca_key: Key, builder: x509.CertificateBuilder, *, documents: bool) -> x509.Certificate:
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
    return builder.add_extension(usage(documents=documents), critical=True).sign(ca_key, hashes.SHA256())
