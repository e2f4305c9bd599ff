"""Certificates of the network: for both ends of a link and for nothing else, as openssl too reads them (回線用証明書; RFC 5280)."""

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openjuki.keys.software import key_from_seed
from openjuki.wire import network_ca

NOW_MS = 1_792_000_000_000
CA_KEY = key_from_seed(b"authority")
CA = network_ca.make_network_ca("sandbox", CA_KEY, 7, network_ca.validity(NOW_MS, network_ca.CA_DAYS))


def issued(*, now_ms: int = NOW_MS, key=CA_KEY, ca: x509.Certificate = CA) -> x509.Certificate:
    return network_ca.issue_link_certificate(
        "sandbox", "462250", key_from_seed(b"link").public_key(), ca=ca, ca_key=key, serial=2**126 + 1,
        valid=network_ca.validity(now_ms, network_ca.LINK_DAYS),
    )  # fmt: skip


def extension(certificate: x509.Certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_the_authority_signs_link_certificates_and_nothing_below_them() -> None:
    basic, usage = extension(CA, x509.BasicConstraints), extension(CA, x509.KeyUsage)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert (usage.value.key_cert_sign, usage.value.digital_signature) == (True, False)
    CA.verify_directly_issued_by(CA)


def test_a_link_certificate_serves_both_ends_and_signs_nothing() -> None:
    made = issued()
    basic, usage = extension(made, x509.BasicConstraints), extension(made, x509.KeyUsage)
    assert (basic.critical, basic.value.ca) == (True, False)
    assert (usage.critical, usage.value.digital_signature, usage.value.key_cert_sign, usage.value.crl_sign) == (True, True, False, False)
    assert {oid._name for oid in extension(made, x509.ExtendedKeyUsage).value} == {"serverAuth", "clientAuth"}
    names = extension(made, x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    assert names == ["462250.sandbox.openjuki.invalid"]
    made.verify_directly_issued_by(CA)
    assert made.not_valid_after_utc - made.not_valid_before_utc == datetime.timedelta(days=network_ca.LINK_DAYS, minutes=5)


def test_key_identifiers_join_certificate_and_authority() -> None:
    own = extension(CA, x509.SubjectKeyIdentifier).value.digest
    assert extension(issued(), x509.AuthorityKeyIdentifier).value.key_identifier == own


def verdict(folder: Path, certificate: x509.Certificate, purpose: str, at_ms: int = NOW_MS) -> str:
    """What openssl says of a certificate under our authority at that time."""
    (folder / "ca.pem").write_bytes(CA.public_bytes(Encoding.PEM))
    (folder / "one.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", purpose, "-attime", str(at_ms // 1000), "-CAfile", "ca.pem", "one.pem"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "ok" if done.returncode == 0 else done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_them_strictly_for_links_and_for_nothing_else(tmp_path: Path) -> None:
    day_ms = 86_400_000
    assert [verdict(tmp_path, issued(), purpose) for purpose in ("sslserver", "sslclient")] == ["ok", "ok"]
    assert verdict(tmp_path, CA, "any") == "ok"
    for wrong in (verdict(tmp_path, issued(), "smimesign"), verdict(tmp_path, issued(), "crlsign")):
        assert "purpose" in wrong
    assert "expired" in verdict(tmp_path, issued(), "sslclient", NOW_MS + 398 * day_ms)
    assert "not yet valid" in verdict(tmp_path, issued(), "sslclient", NOW_MS - day_ms)
    other_key = key_from_seed(b"another authority")
    other = network_ca.make_network_ca("sandbox", other_key, 8, network_ca.validity(NOW_MS, 10))
    assert verdict(tmp_path, issued(key=other_key, ca=other), "sslclient") != "ok"
