"""Clients that nobody here wrote accept a resident's card of a country as real: OpenSC, PKCS#11, pyscard, python-pkcs11 (promise C5)."""

import re
import sys
from pathlib import Path

import pytest

from tests.terminal.reader_room import PKCS11

pytestmark = pytest.mark.slow  # a reader, a daemon and processes


@pytest.fixture
def room(reader_room, residents_card):
    return reader_room


def pkcs11(room, *arguments, check=True):
    return room.run("pkcs11-tool", "--module", PKCS11, *arguments, check=check)


def test_opensc_tool_names_the_card(room):
    assert room.run("opensc-tool", "-a").stdout.strip() == "3b:e0:00:ff:81:31:fe:45:14"
    assert room.run("opensc-tool", "-n").stdout.strip() == "jpki"
    select, pin, tries = "00:A4:04:0C:0A:D3:92:F0:00:26:01:00:00:00:01", "00:A4:02:0C:02:00:18", "00:20:00:80"
    answer = room.run("opensc-tool", "-s", select, "-s", pin, "-s", tries)
    assert answer.stdout.count("SW1=0x90, SW2=0x00") == 2 and "SW1=0x63, SW2=0xC3" in answer.stdout


def test_pkcs15_tool_dumps_two_pins_two_keys_and_four_certificates(room):
    told = room.run("pkcs15-tool", "--dump").stdout
    assert [told.count(word) for word in ("PIN [", "Private RSA Key [", "X.509 Certificate [")] == [2, 2, 4]
    assert re.findall(r"Tries left +: (\d)", told) == ["3", "5"]


def test_pkcs15_tool_reads_the_certificate_and_verifies_the_pin(room, resident, tmp_path):
    pem = room.run("pkcs15-tool", "--read-certificate", "1").stdout
    (tmp_path / "c.pem").write_text(pem[pem.index("-----BEGIN") :])
    assert "OPENJUKI TEST" in room.run("openssl", "x509", "-noout", "-issuer", "-in", str(tmp_path / "c.pem")).stdout
    assert room.run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", resident.pin).returncode == 0
    assert room.run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", "9999", check=False).returncode != 0


def test_pkcs11_tool_lists_two_slots_and_the_objects(room, resident):
    assert pkcs11(room, "-L").stdout.count("token label") == 2
    told = pkcs11(room, "--slot-index", "0", "--login", "--pin", resident.pin, "-O").stdout
    assert "Private Key Object; RSA" in told and "User Authentication Certificate" in told


@pytest.mark.parametrize(("slot", "pin", "key"), [("0", "pin", "01"), ("1", "password", "02")])
def test_both_keys_sign_by_pkcs11_tool_and_openssl_verifies(room, resident, tmp_path, slot, pin, key):
    document, signature, der, public = (str(tmp_path / name) for name in ("form", "signature", "certificate", "public"))
    (tmp_path / "form").write_bytes(b"an application form")
    login = ("--slot-index", slot, "--login", "--pin", getattr(resident, pin), "--id", key)
    pkcs11(room, *login, "--sign", "-m", "SHA256-RSA-PKCS", "-i", document, "-o", signature)
    pkcs11(room, *login, "--read-object", "--type", "cert", "-o", der)
    room.run("openssl", "x509", "-inform", "der", "-in", der, "-pubkey", "-noout", "-out", public)
    told = room.run("openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, document).stdout
    assert told.strip() == "Verified OK"
    certified = Path(der).read_bytes()
    record = resident.record
    assert all((part.encode() in certified) == (key == "02") for part in (record.name, record.address.text()))
    assert record.code.encode() not in certified


def test_a_wrong_signature_would_be_noticed_by_openssl(room, tmp_path):
    """The negative control of the test above."""
    (tmp_path / "form").write_bytes(b"another form")
    (tmp_path / "signature").write_bytes(bytes(256))
    pkcs11(room, "--slot-index", "0", "--read-object", "--type", "cert", "--id", "01", "-o", str(tmp_path / "certificate"))
    public = str(tmp_path / "public")
    room.run("openssl", "x509", "-inform", "der", "-in", str(tmp_path / "certificate"), "-pubkey", "-noout", "-out", public)
    arguments = ("-verify", public, "-signature", str(tmp_path / "signature"), str(tmp_path / "form"))
    assert room.run("openssl", "dgst", "-sha256", *arguments, check=False).returncode != 0


def test_pyscard_reads_a_whole_certificate_in_one_extended_command(room):
    assert room.run(sys.executable, "-m", "tests.terminal.pyscard_client").stdout.strip() == "certificate of OPENJUKI TEST"


def test_python_pkcs11_signs_and_cryptography_verifies(room, resident):
    assert room.run(sys.executable, "-m", "tests.terminal.pkcs11_client", PKCS11, resident.pin).stdout.strip() == "verified"


def test_three_wrong_pins_block_through_the_reader(room, resident):
    for _ in range(3):
        room.run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", "9999", check=False)
    right = room.run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", resident.pin, check=False)
    assert right.returncode != 0
    assert re.findall(r"Tries left +: (\d)", room.run("pkcs15-tool", "--dump").stdout) == ["0", "5"]
