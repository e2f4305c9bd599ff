"""Keys in software: what signs is verified, what is touched is refused, a seed gives one trace."""

import hashlib
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.keys.door import LINK, SEAL, Signer, key_id
from openjuki.keys.folder import key_file, read_folder, read_key, write_key
from openjuki.keys.software import SoftwareKeys, key_from_seed, make_key, public_der, verify, verify_once
from openjuki.register.errors import Conflict, InvalidInput

KEY = key_from_seed(b"462250")
STORE = SoftwareKeys({SEAL: KEY, LINK: key_from_seed(b"462250 link")}, deterministic=True)


def flips(value):
    return [value[: bit // 8] + bytes([value[bit // 8] ^ (1 << bit % 8)]) + value[bit // 8 + 1 :] for bit in range(len(value) * 8)]


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=200))
def test_what_a_store_signs_is_verified_with_its_public_key(message):
    signer: Signer = STORE
    assert verify(signer.public(SEAL), signer.sign(SEAL, message), message)
    assert not verify(signer.public(LINK), signer.sign(SEAL, message), message)


def test_every_flipped_bit_of_signature_and_message_is_rejected():
    message, public = b"openjuki", STORE.public(SEAL)
    signature = STORE.sign(SEAL, message)
    assert not any(verify(public, bad, message) for bad in flips(signature))
    assert not any(verify(public, signature, bad) for bad in flips(message))


@pytest.mark.parametrize("broken", [b"", b"no key", b"\x30\x00"])
def test_a_broken_public_key_or_signature_is_simply_not_valid(broken):
    assert verify(broken, STORE.sign(SEAL, b"m"), b"m") is False
    assert verify(STORE.public(SEAL), broken, b"m") is False


def test_a_key_of_another_kind_is_not_valid():
    other = ec.derive_private_key(7, ec.SECP384R1())
    signature = other.sign(b"m", ec.ECDSA(SHA256()))
    assert verify(public_der(other), signature, b"m") is False
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    der = edwards.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert verify(der, edwards.sign(b"m"), b"m") is False


def test_a_verdict_is_remembered_for_exactly_these_bytes():
    signature = STORE.sign(SEAL, b"root")
    assert verify_once(STORE.public(SEAL), signature, b"root")
    assert verify_once(STORE.public(SEAL), signature, b"root")
    assert not verify_once(STORE.public(SEAL), signature, b"other root")
    assert verify_once.cache_info().hits >= 1


def test_the_key_id_is_the_start_of_the_digest_of_the_public_key():
    public = STORE.public(SEAL)
    assert key_id(public) == hashlib.sha256(public).hexdigest()[:16]
    assert STORE.public(key_id(public)) == public
    assert STORE.sign(key_id(public), b"m") == STORE.sign(SEAL, b"m")


def test_a_replaced_key_still_answers_to_its_key_id():
    store = SoftwareKeys({SEAL: KEY}, deterministic=True)
    old = key_id(store.public(SEAL))
    new = store.hold(SEAL, key_from_seed(b"next"))
    assert key_id(store.public(SEAL)) == new != old
    assert verify(store.public(old), store.sign(old, b"m"), b"m")


def test_an_unknown_key_is_refused_without_naming_it():
    with pytest.raises(InvalidInput, match="no key of that id") as raised:
        STORE.sign("secret-name", b"m")
    assert "secret-name" not in str(raised.value)
    with pytest.raises(InvalidInput):
        STORE.public("nothing")


def test_one_seed_gives_one_key_and_one_signature():
    again = SoftwareKeys({SEAL: key_from_seed(b"462250")}, deterministic=True)
    assert again.sign(SEAL, b"m") == STORE.sign(SEAL, b"m")
    assert public_der(key_from_seed(b"1")) != public_der(key_from_seed(b"2"))


def test_a_production_store_never_signs_twice_with_the_same_number():
    store = SoftwareKeys({SEAL: KEY})
    first, second = store.sign(SEAL, b"m"), store.sign(SEAL, b"m")
    assert first != second
    assert verify(store.public(SEAL), first, b"m")
    assert verify(store.public(SEAL), second, b"m")


@pytest.mark.parametrize("fill", [b"\x00", b"\xff"])
def test_entropy_at_its_edges_still_gives_a_key(fill):
    store = SoftwareKeys({SEAL: make_key(lambda count: fill * count)})
    assert verify(store.public(SEAL), store.sign(SEAL, b"m"), b"m")


def test_the_deterministic_signature_is_that_of_rfc_6979():
    """Origin: RFC 6979 appendix A.2.5, curve P-256, SHA-256, message "sample"."""
    secret = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    store = SoftwareKeys({SEAL: ec.derive_private_key(secret, ec.SECP256R1())}, deterministic=True)
    r, s = decode_dss_signature(store.sign(SEAL, b"sample"))
    assert r == 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    assert s == 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def test_keys_come_back_from_their_folder_readable_by_their_owner_only(tmp_path):
    path = write_key(tmp_path, SEAL, KEY)
    assert path == key_file(tmp_path, SEAL)
    assert path.stat().st_mode & 0o777 == 0o600
    write_key(tmp_path, LINK, make_key(os.urandom))
    store = read_folder(tmp_path)
    assert store.public(SEAL) == STORE.public(SEAL)
    assert store.public(LINK) != store.public(SEAL)


def test_a_key_is_never_overwritten(tmp_path):
    write_key(tmp_path, SEAL, KEY)
    with pytest.raises(Conflict):
        write_key(tmp_path, SEAL, make_key(os.urandom))
    assert public_der(read_key(key_file(tmp_path, SEAL))) == public_der(KEY)


def test_a_key_that_others_may_read_is_refused(tmp_path):
    path = write_key(tmp_path, SEAL, KEY)
    path.chmod(0o640)
    with pytest.raises(InvalidInput, match="others"):
        read_key(path)


def test_a_file_that_holds_no_p256_key_is_refused(tmp_path):
    path = key_file(tmp_path, SEAL)
    other = ec.derive_private_key(7, ec.SECP384R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"no key", other):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(InvalidInput, match="P-256"):
            read_folder(tmp_path)
