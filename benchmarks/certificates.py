"""A throw-away authority with one server and one client certificate, P-256, for every link that is measured (証明書)."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Papers:
    """Paths of the PEM files of a test authority and of the two ends of a link."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate."""
        return self.folder / "authority.pem"

    def of(self, end: str) -> tuple[Path, Path]:
        """Certificate and key of `end`, "server" or "client"."""
        return self.folder / f"{end}.pem", self.folder / f"{end}.key"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _write_key(key: ec.EllipticCurvePrivateKey, path: Path) -> None:
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, *, authority: bool, now: datetime.datetime
) -> x509.Certificate:
    loopback = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return (builder if authority else builder.add_extension(loopback, critical=False)).sign(signer, hashes.SHA256())


def make_papers(folder: Path) -> Papers:
    """Writes authority, server and client certificates, valid from yesterday until tomorrow, into `folder`."""
    now = datetime.datetime.now(datetime.UTC)
    papers, signer = Papers(folder), ec.generate_private_key(ec.SECP256R1())
    papers.authority.write_bytes(
        _certificate("authority", signer, signer, authority=True, now=now).public_bytes(serialization.Encoding.PEM)
    )
    for end in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, key_path = papers.of(end)
        certificate.write_bytes(_certificate(end, key, signer, authority=False, now=now).public_bytes(serialization.Encoding.PEM))
        _write_key(key, key_path)
    return papers


def client_context(papers: Papers) -> ssl.SSLContext:
    """The calling end: TLS 1.3 only, own certificate shown, the server's checked."""
    context = ssl.create_default_context(cafile=str(papers.authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(*papers.of("client"))
    return context


def server_context(papers: Papers) -> ssl.SSLContext:
    """The called end: TLS 1.3 only, no caller without a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(papers.authority)
    context.load_cert_chain(*papers.of("server"))
    return context
