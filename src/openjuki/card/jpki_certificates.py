"""Certificates of the two keys of the JPKI application, and its token (署名用・利用者証明用電子証明書; RFC 5280). For test cards.

The signature certificate carries the four items as other names of its subject (1.2.392.200149.8.5.5.x, which real programs read); the
user-authentication certificate carries none. The organisation is OPENJUKI TEST: nothing of it can be taken for the real thing.
"""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openjuki.card import tlv
from openjuki.card.holder import Holder
from openjuki.register.errors import InvalidInput, Say

TOKEN_LABEL = b"JPKIAPICCTOKEN2"
"""What clients look for in the token information: a plastic card."""
ORGANISATION = "OPENJUKI TEST"
SIGNATURE, AUTHENTICATION = "digital signature", "user authentication"
_ITEMS_ARC = "1.2.392.200149.8.5.5."
_POLICIES = {SIGNATURE: "2.25.306482195817.1", AUTHENTICATION: "2.25.306482195817.2"}
_ERAS = ((2019, 5, 1, "5"), (1989, 1, 8, "4"), (1926, 12, 25, "3"), (1912, 7, 30, "2"), (1868, 1, 25, "1"))
_JST_DAY_ENDS = datetime.timedelta(hours=14, minutes=59, seconds=59)
"""23:59:59 in Japan, as the real certificates end."""


def authority_name(purpose: str) -> x509.Name:
    """Subject of the CA for this purpose."""
    return _name((NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.ORGANIZATIONAL_UNIT_NAME, f"{ORGANISATION} for {purpose}"))


def authority_certificate(key: rsa.RSAPrivateKey, purpose: str, day: datetime.date) -> bytes:
    """The CA's own certificate, ten years from this day, DER."""
    subject = authority_name(purpose)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = _builder(subject, subject, key.public_key(), day, day.replace(year=day.year + 10, day=min(day.day, 28)), serial=1)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True).add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def holder_certificate(
    authority: rsa.RSAPrivateKey, purpose: str, public: bytes, subject: str, holder: Holder, *, serial: int,
    first_day: datetime.date, last_day: datetime.date,
) -> bytes:  # fmt: skip
    """The certificate over a key of a card (SubjectPublicKeyInfo), DER. `subject` is a serial form, never a name of a person."""
    key = _public(public)
    builder = _builder(authority_name(purpose), _name((NameOID.COMMON_NAME, subject)), key, first_day, last_day, serial=serial)
    signing = purpose == SIGNATURE
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=signing), critical=True)
    if not signing:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName(four_items(holder)), critical=False)
    policy = x509.PolicyInformation(x509.ObjectIdentifier(_POLICIES[purpose]), None)
    builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=True)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    return builder.sign(authority, SHA256()).public_bytes(Encoding.DER)


def four_items(holder: Holder) -> list[x509.GeneralName]:
    """Name, birth, sex, address and the flags of characters written by substitutes, in the order seen on cards: 1, 4, 3, 5, 2, 6."""
    items = {
        "1": holder.name, "4": era_digit(holder.birth) + holder.birth.strftime("%Y%m%d"), "3": holder.sex, "5": holder.address,
        "2": "0" * len(holder.name), "6": "0" * len(holder.address),
    }  # fmt: skip
    return [x509.OtherName(x509.ObjectIdentifier(_ITEMS_ARC + arc), tlv.encode(0x0C, text.encode("utf-8"))) for arc, text in items.items()]


def era_digit(day: datetime.date) -> str:
    """1 Meiji, 2 Taisho, 3 Showa, 4 Heisei, 5 Reiwa; 0 before."""
    return next((digit for year, month, first, digit in _ERAS if day >= datetime.date(year, month, first)), "0")


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The last second of a day in Japan, in UTC."""
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC) + _JST_DAY_ENDS


def token_information() -> bytes:
    """160 bytes of CK_TOKEN_INFO (PKCS#11): label, maker, model, serial, then big-endian words."""
    text = TOKEN_LABEL.ljust(32) + b"OPENJUKI".ljust(32) + b"TEST".ljust(16) + b"0".ljust(16)
    words = (0x040D, 0, 0, 0, 0, 16, 4, 0, 0, 0, 0)
    return (text + b"".join(word.to_bytes(4, "big") for word in words)).ljust(160, b"\x00")


def _builder(
    issuer: x509.Name, subject: x509.Name, key: rsa.RSAPublicKey, first: datetime.date, last: datetime.date, *, serial: int
) -> x509.CertificateBuilder:
    before = end_of_day(first) - datetime.timedelta(hours=23, minutes=59, seconds=59)
    builder = x509.CertificateBuilder().issuer_name(issuer).subject_name(subject).public_key(key).serial_number(serial)
    return builder.not_valid_before(before).not_valid_after(end_of_day(last))


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in ((NameOID.COUNTRY_NAME, "JP"), *parts)])


def _usage(
    *, digital_signature: bool = False, content_commitment: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(digital_signature, content_commitment, False, False, False, key_cert_sign, crl_sign, False, False)


def _public(der: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(der)
    if not isinstance(key, rsa.RSAPublicKey):
        raise InvalidInput(
            "public key",
            Say("this authority certifies RSA keys.", "この認証局はRSA鍵を証明します。"),
            Say("Use the card's JPKI application.", "カードの公的個人認証領域を使ってください。"),
        )
    return key
