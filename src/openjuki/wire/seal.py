"""Seals: what leaves an office is signed by it, in batches, one signature over a Merkle root (封印; architecture section 3, "Notices").

So the centre can check what a municipality said although a prefecture passed it on.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from openjuki.keys.software import verify
from openjuki.merkle.tree import leaf_hash, paths, root_of_path, root_of_paths
from openjuki.register.errors import Reason, Refused
from openjuki.wire.directory import Directory, Entry


class Seal(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One payload's place in a sealed batch; `path` holds the siblings from the leaf upward, 32 bytes each."""

    origin: str
    key_id: str
    size: int
    index: int
    path: bytes
    signature: bytes
    sealed_ms: int


class Carried(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The body of a NOTICE frame: the message as its origin encoded it, and the origin's seal."""

    payload: bytes
    seal: Seal


encode_seal = msgspec.msgpack.Encoder().encode
decode_seal = msgspec.msgpack.Decoder(Seal).decode
encode_carried = msgspec.msgpack.Encoder().encode
decode_carried = msgspec.msgpack.Decoder(Carried).decode


def _signed_bytes(realm: str, origin: str, size: int, root: bytes, sealed_ms: int) -> bytes:
    return b"openjuki/seal/v1\0" + msgspec.msgpack.encode((realm, origin, size, root, sealed_ms))


def _leaf(message_type: str, payload: bytes) -> bytes:
    return leaf_hash(message_type.encode() + b"\0" + payload)


def seal_batch(
    batch: Sequence[tuple[str, bytes]], *, realm: str, origin: str, key_id: str, sealed_ms: int, sign: Callable[[bytes], bytes]
) -> list[Seal]:
    """Seal (message type, payload) pairs, at least one, with one signature."""
    root, siblings = paths([_leaf(message_type, payload) for message_type, payload in batch])
    size, signature = len(batch), sign(_signed_bytes(realm, origin, len(batch), root, sealed_ms))
    return [Seal(origin, key_id, size, index, path, signature, sealed_ms) for index, path in enumerate(siblings)]


@lru_cache(maxsize=4096)
def _signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """One check per batch and not per payload: the batch's other payloads meet the same root."""
    return verify(public, signature, message)


def check_seal(seal: Seal, message_type: str, payload: bytes, directory: Directory) -> Entry:
    """The office that sealed `payload`; raises Refused(BAD_SEAL) if no listed key of it did at that time."""
    return _sealer(seal, root_of_path(_leaf(message_type, payload), seal.index, seal.size, seal.path), directory)


def check_seals(carried: Sequence[tuple[str, Carried]], directory: Directory) -> list[Entry]:
    """As `check_seal` for many (message type, message) at once: those of one batch meet in one root, and its nodes are hashed once."""
    batches: dict[Any, list[tuple[str, Carried]]] = {}
    for one in carried:
        batches.setdefault(_batch(one[1].seal), []).append(one)
    sealers = {batch: _sealer_of_batch(sealed, directory) for batch, sealed in batches.items()}
    return [sealers[_batch(one.seal)] for _, one in carried]


def _batch(seal: Seal) -> tuple[str, str, int, bytes, int]:
    return seal.origin, seal.key_id, seal.size, seal.signature, seal.sealed_ms


def _sealer_of_batch(sealed: Sequence[tuple[str, Carried]], directory: Directory) -> Entry:
    seal = sealed[0][1].seal
    leaves = ((_leaf(message_type, one.payload), one.seal.index, one.seal.path) for message_type, one in sealed)
    return _sealer(seal, root_of_paths(seal.size, leaves), directory)


def _sealer(seal: Seal, root: bytes | None, directory: Directory) -> Entry:
    entry = directory.entry(seal.origin)
    key = entry.seal_key(seal.key_id) if entry else None
    if entry is None or key is None or root is None or not key.from_ms <= seal.sealed_ms < key.until_ms:
        raise Refused(Reason.BAD_SEAL, "architecture 3")
    if not _signature_holds(
        key.public, seal.signature, _signed_bytes(directory.anchor.realm, seal.origin, seal.size, root, seal.sealed_ms)
    ):
        raise Refused(Reason.BAD_SEAL, "architecture 3")
    return entry
