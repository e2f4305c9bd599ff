"""The leaf of a provision: what the public log keeps of one answer, and says nothing to who has not its salt (提供の記録, Act art. 30-11).

    domain + salt + record (both kept here for the legal period) -> leaf hash (in the tree, shown to anybody)

Without the salt a leaf cannot be guessed, though a resident record code has only 10^10 values; once salt and record are deleted after
their period the tree stays whole and the leaf means nothing any more.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from openjuki.register.errors import InvalidInput, Say

SALT_BYTES = 32
_LEAF = b"\x00" + b"openjuki/provision/v1\x00"
"""What a leaf hash begins with: the tree's mark of a leaf, then our domain."""


class ProvisionLeaf(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One provision as its leaf stands for it; digests stand for question and answer, which hold the personal data."""

    realm: str  # sandbox or a named production realm
    log: str  # `provision_log(office, epoch)`
    index: int  # of the leaf in that log, from 0
    time_ms: int  # wall clock, milliseconds since 1970-01-01T00:00Z
    asker: str  # office
    question_digest: bytes  # SHA-256 of the question as it came in
    answer_digest: bytes  # SHA-256 of the answer as it goes out
    persons: int  # in the answer; 0 for a miss


encode_record = msgspec.msgpack.Encoder().encode  # canonical: an array in the order above, every integer in its shortest form
_decode_record = msgspec.msgpack.Decoder(ProvisionLeaf).decode


def provision_log(office: str, epoch: str) -> str:
    """Origin of an office's log of provisions; a restored office that cannot continue its log opens one with a new epoch."""
    return f"openjuki/provision/{office}/{epoch}"


def read_record(record: bytes) -> ProvisionLeaf:
    """The provision in canonical bytes. Raises InvalidInput if they are not exactly what `encode_record` writes."""
    try:
        leaf = _decode_record(record)
    except msgspec.DecodeError as error:
        raise _not_canonical() from error
    if encode_record(leaf) != record:
        raise _not_canonical()
    return leaf


def provision_hash(salt: bytes, record: bytes) -> bytes:
    """Leaf hash of domain, salt (32 random bytes) and record (RFC 6962 section 2.1). Raises InvalidInput for another salt."""
    return provision_hashes([salt], [record])[0]


def provision_hashes(salts: Sequence[bytes], records: Sequence[bytes]) -> list[bytes]:
    """`provision_hash` of every record of a group commit, each with its salt. Raises InvalidInput as it does."""
    if not set(map(len, salts)) <= {SALT_BYTES} or len(salts) != len(records):
        raise _wrong_salt()  # a fixed length, so that no other pair of salt and record gives the same bytes
    # Spelled out: the call of tree.leaf_hash would be a tenth of the cost.
    return [sha256(_LEAF + salt + record).digest() for salt, record in zip(salts, records, strict=True)]


def _wrong_salt() -> InvalidInput:
    return InvalidInput(
        "salt",
        Say("it must be 32 bytes long.", "32バイトでなければなりません。"),
        Say("Draw a new salt for every leaf.", "葉ごとに新しいソルトを生成してください。"),
    )


def _not_canonical() -> InvalidInput:
    return InvalidInput(
        "record of provision",
        Say("its bytes are not in canonical form.", "正規の形式ではありません。"),
        Say("Give the record as the log's office wrote it.", "記録した機関が書いたままの記録を示してください。"),
    )
