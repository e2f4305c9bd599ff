"""The leaf of a provision and the promise in its answer: exact bytes, and nothing touched is accepted."""

import hashlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.keys.door import SEAL, key_id
from openjuki.keys.software import SoftwareKeys, key_from_seed
from openjuki.merkle import tree
from openjuki.register.errors import Broken, InvalidInput
from openjuki.tlog.leaf import ProvisionLeaf, encode_record, provision_hash, provision_hashes, provision_log, read_record
from openjuki.tlog.promise import Promise, promise_batch, promised_bytes, verify_promise, verify_provision

STORE = SoftwareKeys({SEAL: key_from_seed(b"462250")}, deterministic=True)
PUBLIC = STORE.public(SEAL)
LOG = provision_log("462250", "5f0e")
FIRST = 1_000


def provision(index, **changes):
    fields = {
        "realm": "sandbox",
        "log": LOG,
        "index": index,
        "time_ms": 1_790_000_000_000,
        "asker": "462012",
        "question_digest": hashlib.sha256(b"question").digest(),
        "answer_digest": hashlib.sha256(b"answer").digest(),
        "persons": 1,
    }
    return ProvisionLeaf(**{**fields, **changes})


def salt(number):
    return hashlib.sha256(b"salt %d" % number).digest()


def committed(size):
    records = [encode_record(provision(FIRST + number)) for number in range(size)]
    salts = [salt(number) for number in range(size)]
    hashes = provision_hashes(salts, records)
    promises = promise_batch(
        hashes, realm="sandbox", log=LOG, first_index=FIRST, key_id=key_id(PUBLIC), sign=lambda message: STORE.sign(SEAL, message)
    )
    return records, salts, hashes, promises


def flips(value):
    return [value[: bit // 8] + bytes([value[bit // 8] ^ (1 << bit % 8)]) + value[bit // 8 + 1 :] for bit in range(len(value) * 8)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 128])
def test_every_answer_of_a_group_commit_carries_a_promise_that_holds(size):
    records, salts, hashes, promises = committed(size)
    assert [promise.index for promise in promises] == list(range(FIRST, FIRST + size))
    assert len({promise.signature for promise in promises}) == 1
    for promise, leaf_hash, record, its_salt in zip(promises, hashes, records, salts, strict=True):
        verify_promise(promise, leaf_hash, PUBLIC)
        assert verify_provision(promise, its_salt, record, PUBLIC) == read_record(record)


def test_no_provisions_need_no_promise():
    def sign(message):
        raise AssertionError("nothing to sign")

    assert promise_batch([], realm="sandbox", log=LOG, first_index=0, key_id="", sign=sign) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"realm": "production"},
        {"log": provision_log("462250", "5f0f")},
        {"first_index": FIRST + 1},
        {"first_index": -1},
        {"first_index": 2**64},
        {"size": 6},
        {"size": 0},
        {"size": 2**40},
        {"size": 2**33, "position": 0, "path": bytes(32 * 33)},
        {"position": 3},
        {"position": 5},
        {"position": -1},
        {"path": b""},
        {"path": bytes(96)},
        {"signature": b""},
        {"realm": "あ" * 90},
    ],
)
def test_a_promise_changed_in_any_part_is_broken(changes):
    _, _, hashes, promises = committed(5)
    verify_promise(promises[2], hashes[2], PUBLIC)
    with pytest.raises(Broken, match="promise"):
        verify_promise(msgspec.structs.replace(promises[2], **changes), hashes[2], PUBLIC)


def holds(promise, leaf_hash, public=PUBLIC):
    try:
        verify_promise(promise, leaf_hash, public)
    except Broken:
        return False
    return True


@pytest.mark.slow
def test_every_flipped_bit_of_leaf_path_and_signature_is_rejected():
    _, _, hashes, promises = committed(3)
    promise, leaf_hash = promises[1], hashes[1]
    assert holds(promise, leaf_hash)
    assert not any(holds(promise, bad) for bad in flips(leaf_hash))
    assert not any(holds(msgspec.structs.replace(promise, path=bad), leaf_hash) for bad in flips(promise.path))
    assert not any(holds(msgspec.structs.replace(promise, signature=bad), leaf_hash) for bad in flips(promise.signature))


def test_a_promise_of_another_office_or_for_another_leaf_is_broken():
    _, _, hashes, promises = committed(4)
    assert not holds(promises[0], hashes[0], SoftwareKeys({SEAL: key_from_seed(b"131016")}).public(SEAL))
    assert not holds(promises[0], hashes[1])
    assert not holds(promises[0], b"")


def test_a_record_is_held_against_its_promise_in_realm_log_and_index():
    records, salts, _, promises = committed(4)
    with pytest.raises(Broken, match="another leaf"):
        verify_provision(promises[1], salts[0], records[0], PUBLIC)
    with pytest.raises(Broken, match="another leaf"):
        verify_provision(promises[0], salts[0], encode_record(provision(FIRST, realm="production")), PUBLIC)
    with pytest.raises(Broken, match="another leaf"):
        verify_provision(promises[0], salts[0], encode_record(provision(FIRST, log="openjuki/provision/131016/5f0e")), PUBLIC)
    with pytest.raises(Broken, match="signature"):
        verify_provision(promises[0], salts[1], records[0], PUBLIC)
    with pytest.raises(Broken, match="signature"):
        verify_provision(promises[0], salts[0], encode_record(provision(FIRST, persons=2)), PUBLIC)


@settings(max_examples=40, deadline=None)
@given(
    st.text("0123456789あ", max_size=20),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 10**6),
)
def test_a_record_reads_back_from_its_canonical_bytes(asker, index, time_ms, digest, persons):
    leaf = provision(index, asker=asker, time_ms=time_ms, question_digest=digest, persons=persons)
    assert read_record(encode_record(leaf)) == leaf


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"\xc0",
        encode_record(provision(1)) + b"\x00",
        encode_record(provision(1))[:-1],
        encode_record([*msgspec.structs.astuple(provision(1)), 1]),
        encode_record(provision(1)).replace(b"\x01\xcf", b"\xcc\x01\xcf"),
        b"\x91" * 100_000,
    ],
)
def test_a_record_in_other_bytes_is_refused(record):
    with pytest.raises(InvalidInput, match="canonical"):
        read_record(record)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 20))
def test_hashes_of_a_group_commit_are_those_of_its_records(size):
    records = [b"record %d" % number for number in range(size)]
    salts = [salt(number) for number in range(size)]
    assert provision_hashes(salts, records) == [provision_hash(*pair) for pair in zip(salts, records, strict=True)]


@pytest.mark.parametrize("ask", [lambda: provision_hash(bytes(31), b"r"), lambda: provision_hashes([bytes(33)], [b"r"])])
def test_a_salt_of_another_length_is_refused(ask):
    with pytest.raises(InvalidInput, match="salt"):
        ask()


def test_the_exact_bytes_are_those_of_the_protocol():
    """Origin: written out by hand from the definitions in the docstrings, with hashlib alone."""
    record = (
        b"\x98\xa7sandbox"
        + bytes([0xA0 | len(LOG)])
        + LOG.encode()
        + b"\xcd\x03\xe8\xcf"
        + (1_790_000_000_000).to_bytes(8, "big")
        + b"\xa6462012"
        + b"\xc4\x20"
        + hashlib.sha256(b"question").digest()
        + b"\xc4\x20"
        + hashlib.sha256(b"answer").digest()
        + b"\x01"
    )
    assert encode_record(provision(FIRST)) == record
    data = b"openjuki/provision/v1\x00" + salt(0) + record
    assert provision_hash(salt(0), record) == hashlib.sha256(b"\x00" + data).digest() == tree.leaf_hash(data)
    head = b"openjuki/promise/v1\x00" + b"\x07sandbox" + bytes([len(LOG)]) + LOG.encode()
    root = bytes(range(32))
    assert promised_bytes("sandbox", LOG, FIRST, 128, root) == head + bytes.fromhex("00000000000003e800000080") + root


def test_a_promise_is_small_on_the_wire():
    promise = committed(128)[3][77]
    encoded = msgspec.msgpack.encode(promise)
    assert msgspec.msgpack.decode(encoded, type=Promise) == promise
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode([*msgspec.structs.astuple(promise), 1]), type=Promise)
    assert len(promise.path) == 7 * tree.HASH_BYTES
    assert len(encoded) < 400
