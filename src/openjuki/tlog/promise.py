"""The promise in an answer: this leaf is in our log (記録の約束; Act art. 30-11, RFC 6962 section 2).

    group commit of n provisions -> one tree over their leaf hashes -> one signature -> n answers, each with its path

The signature stands over the batch's root, so its cost is shared. The root itself is not sent: it follows from leaf hash and path.
"""

from collections.abc import Callable, Sequence

import msgspec

from openjuki.keys.software import verify_once
from openjuki.merkle import tree
from openjuki.register.errors import Broken, Say
from openjuki.tlog.leaf import ProvisionLeaf, provision_hash, read_record

_DOMAIN = b"openjuki/promise/v1\x00"
_TEXT_BYTES_MAX = 255


class Promise(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One leaf's part of a signed batch; about 380 bytes on the wire in a batch of 128."""

    realm: str
    log: str
    first_index: int  # of the batch in the log
    size: int  # leaves in the batch
    position: int  # of this leaf in the batch, from 0
    path: bytes  # siblings from the leaf upward, 32 bytes each
    key_id: str  # of the office's seal key
    signature: bytes

    @property
    def index(self) -> int:
        """Index of the leaf in the log, from 0."""
        return self.first_index + self.position


def promise_batch(
    leaf_hashes: Sequence[bytes], *, realm: str, log: str, first_index: int, key_id: str, sign: Callable[[bytes], bytes]
) -> list[Promise]:
    """A promise for each leaf of one group commit, in order, under one signature. Raises InvalidInput if a hash is not 32 bytes."""
    if not leaf_hashes:
        return []
    size = len(leaf_hashes)
    root, paths = tree.paths(leaf_hashes)
    signature = sign(promised_bytes(realm, log, first_index, size, root))
    return [Promise(realm, log, first_index, size, position, path, key_id, signature) for position, path in enumerate(paths)]


def promised_bytes(realm: str, log: str, first_index: int, size: int, root: bytes) -> bytes:
    """What is signed: domain, realm and log (each one byte of length, then UTF-8), first index (8 bytes), size (4 bytes), root."""
    texts = b"".join(bytes([len(text)]) + text for text in (realm.encode(), log.encode()))
    return _DOMAIN + texts + first_index.to_bytes(8, "big") + size.to_bytes(4, "big") + root


def verify_promise(promise: Promise, leaf_hash: bytes, public_der: bytes) -> None:
    """Raises Broken unless the key signed a batch in which the leaf hash stands at the position promised.

    The caller checks that key, realm and log are those of the office that answered.
    """
    root = tree.root_of_path(leaf_hash, promise.position, promise.size, promise.path)
    if root is None or not _is_encodable(promise):
        raise _broken(Say("the path does not fit the batch.", "経路が束の大きさと合いません。"))
    message = promised_bytes(promise.realm, promise.log, promise.first_index, promise.size, root)
    if not verify_once(public_der, promise.signature, message):
        raise _broken(Say("the signature does not hold.", "署名が正しくありません。"))


def verify_provision(promise: Promise, salt: bytes, record: bytes, public_der: bytes) -> ProvisionLeaf:
    """The provision of a record whose leaf is promised: the same realm, log and index in both.

    Raises Broken if the promise does not hold for it, InvalidInput if the record is not canonical or the salt not 32 bytes.
    """
    leaf = read_record(record)
    if (leaf.realm, leaf.log, leaf.index) != (promise.realm, promise.log, promise.index):
        raise _broken(Say("it names another leaf than the record.", "記録とは別の葉を指しています。"))
    verify_promise(promise, provision_hash(salt, record), public_der)
    return leaf


def _is_encodable(promise: Promise) -> bool:
    texts_fit = max(len(promise.realm.encode()), len(promise.log.encode())) <= _TEXT_BYTES_MAX
    return texts_fit and 0 <= promise.first_index <= tree.SIZE_MAX and promise.size < 2**32


def _broken(reason: Say) -> Broken:
    remedy = Say(
        "Do not use the answer; report it to the office asked and to an auditor.", "回答を使わず、照会先と監査者に知らせてください。"
    )
    return Broken("promise", reason, remedy)
