"""The JPKI application as its clients expect it (公的個人認証AP)."""

from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from openjuki.card.apdu import Command
from openjuki.card.jpki_certificates import AUTHENTICATION
from tests.card.cards import CODE, HOLDER, authority, issued, say, status

SELECT = "00A4040C0AD392F000260100000001"
AUTH_PIN, PASSWORD = "00A4020C020018", "00A4020C02001B"
TYPE_PIN, TYPE_PASSWORD = "0020008004" + b"2222".hex(), "0020008006" + b"ABC123".hex()
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420") + sha256(b"form").digest()


def read_all(card, file):
    return say(card, f"00A4020C02{file}", Command(0, 0xB0, 0, 0, b"", 0x4000))


def certificate(card, file):
    return x509.load_der_x509_certificate(read_all(card, file).data)


def test_the_state_of_a_pin_is_told_without_using_a_try():
    card = issued()
    for _ in range(5):
        assert status(card, SELECT, AUTH_PIN, "00200080") == "63C3"
    assert status(card, PASSWORD, "00200080") == "63C5"


def test_a_verified_pin_still_answers_63_when_asked():
    assert status(issued(), SELECT, AUTH_PIN, TYPE_PIN, "00200080") == "63C3"


def test_three_wrong_pins_block_and_the_right_one_is_of_no_use_then():
    card = issued()
    wrong = "0020008004" + b"9999".hex()
    assert [status(card, SELECT, AUTH_PIN, wrong) for _ in range(3)] == ["63C2", "63C1", "63C0"]
    assert status(card, TYPE_PIN) == "6984"
    assert status(card, "00200080") == "63C0"


def test_a_right_pin_gives_back_all_tries():
    card = issued()
    say(card, SELECT, AUTH_PIN, "0020008004" + b"9999".hex())
    assert status(card, TYPE_PIN) == "9000"
    assert status(card, "00200080") == "63C3"


def test_the_signature_certificate_is_read_with_the_password_only():
    card = issued()
    assert status(card, SELECT, "00A4020C020001", "00B0000020") == "6982"
    assert status(card, AUTH_PIN, TYPE_PIN, "00A4020C020001", "00B0000020") == "6982"
    assert status(card, PASSWORD, TYPE_PASSWORD, "00A4020C020001", "00B0000020") == "9000"


def test_the_signature_certificate_carries_the_four_items_and_never_the_code():
    card = issued()
    say(card, SELECT, PASSWORD, TYPE_PASSWORD)
    found = certificate(card, "0001")
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    items = {name.type_id.dotted_string.rsplit(".", 1)[1]: name.value[2:].decode() for name in names}
    assert items["1"] == HOLDER.name and items["5"] == HOLDER.address and items["3"] == "1" and items["4"] == "319800217"
    assert items["2"] == "0" * len(HOLDER.name)
    assert CODE.encode() not in read_all(card, "0001").data


def test_the_other_certificates_are_free_and_chain_to_their_authorities():
    card = issued()
    say(card, SELECT)
    for holder, issuer in (("000A", "000B"),):
        certificate(card, holder).verify_directly_issued_by(certificate(card, issuer))
    assert certificate(card, "0002").subject.rfc4514_string().startswith("OU=OPENJUKI TEST for digital signature")
    assert read_all(card, "000B").data == authority().jpki_authority(AUTHENTICATION)


def test_the_authentication_certificate_says_nothing_of_the_person():
    data = read_all(issued_selected(), "000A").data
    assert all(part.encode() not in data for part in (HOLDER.name, HOLDER.address, "19800217"))


def issued_selected():
    card = issued()
    say(card, SELECT)
    return card


def test_the_token_information_is_what_clients_look_for():
    card = issued_selected()
    assert read_all(card, "0006").data[:15] == b"JPKIAPICCTOKEN2" and len(read_all(card, "0006").data) == 160
    assert read_all(card, "0008").data == b"\x8f\x8f\x00"


@pytest.mark.parametrize(
    ("p1", "handed_in", "pad", "digest"),
    [
        ("00", DIGEST_INFO, padding.PKCS1v15(), Prehashed(SHA256())),
        ("02", sha256(b"form").digest(), padding.PKCS1v15(), Prehashed(SHA256())),
        ("03", b"form", padding.PKCS1v15(), Prehashed(SHA256())),
        ("04", sha256(b"form").digest(), padding.PSS(padding.MGF1(SHA256()), 32), Prehashed(SHA256())),
        ("05", b"form", padding.PSS(padding.MGF1(SHA256()), 32), Prehashed(SHA256())),
    ],
)
def test_each_form_of_signature_holds_outside(p1, handed_in, pad, digest):
    card = issued_selected()
    key = certificate(card, "000A").public_key()
    say(card, AUTH_PIN, TYPE_PIN)
    answer = say(card, Command(0x80, 0x2A, int(p1, 16), 0x97, handed_in, 256))
    key.verify(answer.data, sha256(b"form").digest(), pad, digest)


def test_a_key_is_named_by_its_file_or_by_p2_and_the_bare_digest_is_padded_alone():
    card = issued_selected()
    key = certificate(card, "000A").public_key()
    say(card, AUTH_PIN, TYPE_PIN)
    bare = say(card, "00A4020C020017", Command(0x80, 0x2A, 0x01, 0x80, b"form", 256))
    assert key.recover_data_from_signature(bare.data, padding.PKCS1v15(), None) == sha256(b"form").digest()


@pytest.mark.parametrize(("p1", "data", "answer"), [("06", "AA", "6A86"), ("00", "AA" * 246, "6700"), ("02", "AA" * 31, "6A80")])
def test_other_forms_of_signature_are_refused(p1, data, answer):
    card = issued_selected()
    say(card, AUTH_PIN, TYPE_PIN)
    assert status(card, Command(0x80, 0x2A, int(p1, 16), 0x97, bytes.fromhex(data), 256)) == answer


def test_no_key_signs_without_its_own_pin():
    card = issued_selected()
    sign = Command(0x80, 0x2A, 0x00, 0x9A, DIGEST_INFO, 256)
    assert status(card, sign) == "6982"
    assert status(card, AUTH_PIN, TYPE_PIN, sign) == "6982"
    assert status(card, PASSWORD, TYPE_PASSWORD, sign) == "9000"


def test_a_pin_is_changed_only_after_it_was_verified_and_only_to_four_digits():
    card = issued_selected()
    change = "0024018004" + b"5555".hex()
    assert status(card, AUTH_PIN, change) == "6982"
    assert status(card, TYPE_PIN, "0024018004" + b"55a5".hex()) == "6A80"
    assert status(card, change) == "9000"
    assert status(card, TYPE_PIN) == "63C2"
    assert status(card, "0020008004" + b"5555".hex()) == "9000"


def test_selecting_the_application_again_is_a_logout():
    card = issued_selected()
    sign = Command(0x80, 0x2A, 0x00, 0x97, DIGEST_INFO, 256)
    assert status(card, AUTH_PIN, TYPE_PIN, sign) == "9000"
    assert status(card, SELECT, sign) == "6982"


def test_a_reset_is_a_logout():
    card = issued_selected()
    say(card, AUTH_PIN, TYPE_PIN)
    card.reset()
    assert status(card, SELECT, Command(0x80, 0x2A, 0x00, 0x97, DIGEST_INFO, 256)) == "6982"


def test_a_private_key_is_no_file():
    card = issued_selected()
    say(card, AUTH_PIN, TYPE_PIN)
    for key in ("0017", "001A", "0018", "001B", "0011"):
        assert status(card, f"00A4020C02{key}", "00B0000000") == "6A81"
