"""Trees over hashes and their proofs, strict as RFC 9162's verifiers (証跡の木; RFC 6962 section 2).

Every hash is SHA-256, 32 bytes. A path is the sibling hashes joined into one bytes value, from the leaf upward: so it goes on the wire, and
for a batch it is built by one concatenation per node. A proof that does not hold, for whatever reason, makes a verifier say False.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import add

from openjuki.register.errors import InvalidInput, Say

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
SIZE_MAX = 2**63 - 1  # what a checkpoint and an SQLite row number can hold

_start_node = sha256(b"\x01").copy


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf: SHA-256 of 0x00 and the data (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 of 0x01 and both children (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root over the leaf hashes in their order; the empty tree has SHA-256 of nothing (RFC 6962 section 2.1).

    Raises InvalidInput if a hash is not 32 bytes.
    """
    return _levels(leaf_hashes)[-1][0] if leaf_hashes else EMPTY_ROOT


def inclusion_path(leaf_hashes: Sequence[bytes], index: int) -> bytes:
    """Joined path of the leaf at `index`, counted from 0 (RFC 6962 section 2.1.1).

    Raises InvalidInput if there is no such leaf or a hash is not 32 bytes.
    """
    if not 0 <= index < len(leaf_hashes):
        raise _no_such("leaf index", "葉の番号")
    siblings: list[bytes] = []
    for level in _levels(leaf_hashes)[:-1]:
        sibling = index ^ 1
        siblings += level[sibling : sibling + 1]
        index >>= 1
    return b"".join(siblings)


def paths(leaf_hashes: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """Root and the joined path of every leaf, in one pass with shared levels; made for batches of up to 1,000.

    Raises InvalidInput if a hash is not 32 bytes.
    """
    if not leaf_hashes:
        return EMPTY_ROOT, []
    levels = _levels(leaf_hashes)
    above = [b""]
    for level in levels[-2::-1]:
        even = len(level) & ~1
        # A last node without a sibling rises unchanged, so that its path is its parent's: above[-1].
        here = [above[-1]] * len(level)
        here[0:even:2] = map(add, level[1::2], above)
        here[1:even:2] = map(add, level[0:even:2], above)
        above = here
    return levels[-1][0], above


def verify_inclusion(leaf: bytes, index: int, size: int, path: bytes, root: bytes) -> bool:
    """Whether the leaf hash stands at `index` of the tree of `size` leaves with this root (RFC 9162 section 2.1.3.2)."""
    return root_of_path(leaf, index, size, path) == root


def root_of_path(leaf: bytes, index: int, size: int, path: bytes) -> bytes | None:
    """Root that the path leads to, or None if no tree of `size` leaves has a path of this shape at `index` (RFC 9162 section 2.1.3.2)."""
    if not _fits(leaf, index, size, path):
        return None
    inner, _ = _shape(index, size)
    reached = leaf
    for start in range(0, HASH_BYTES * inner, HASH_BYTES):
        sibling = path[start : start + HASH_BYTES]
        reached = sha256(b"\x01" + sibling + reached if index & 1 else b"\x01" + reached + sibling).digest()
        index >>= 1
    for start in range(HASH_BYTES * inner, len(path), HASH_BYTES):
        reached = node_hash(path[start : start + HASH_BYTES], reached)
    return reached


def root_of_paths(size: int, leaves: Iterable[tuple[bytes, int, bytes]]) -> bytes | None:
    """Root to which all of several (leaf hash, index, path) lead, as by `root_of_path`, or None; what paths share is hashed once."""
    root: bytes | None = None
    known: dict[tuple[int, int], tuple[bytes, bytes]] = {}
    for leaf, index, path in leaves:
        reached = _climb(known, root, leaf, index, size, path) if _fits(leaf, index, size, path) else None
        if reached is None or reached != (root or reached):
            return None
        root = reached
    return root


def _climb(
    known: dict[tuple[int, int], tuple[bytes, bytes]], root: bytes | None, leaf: bytes, index: int, size: int, path: bytes
) -> bytes | None:
    """Root of a path, which is `root` from where it goes on as one before it; None if it differs from that one there."""
    reached = leaf
    for level in range(_shape(index, size)[0]):
        sibling, path = path[:HASH_BYTES], path[HASH_BYTES:]
        pair = sibling + reached if index & 1 else reached + sibling
        index >>= 1
        step = pair, path
        held = known.setdefault((level, index), step)
        if held is not step:
            return root if held == step else None
        reached = sha256(b"\x01" + pair).digest()
    for start in range(0, len(path), HASH_BYTES):
        reached = node_hash(path[start : start + HASH_BYTES], reached)
    return reached


def consistency_path(leaf_hashes: Sequence[bytes], size1: int) -> bytes:
    """Joined proof that the tree of all leaves continues the tree of the first `size1` (RFC 6962 section 2.1.2).

    Raises InvalidInput if `size1` is not between 1 and the number of leaves, or a hash is not 32 bytes.
    """
    if not 1 <= size1 <= len(leaf_hashes):
        raise _no_such("size of the earlier tree", "以前の木の大きさ")
    return b"".join(_subproof(leaf_hashes, size1, complete=True))


def verify_consistency(size1: int, size2: int, path: bytes, root1: bytes, root2: bytes) -> bool:
    """Whether the tree (size2, root2) only adds leaves to the tree (size1, root1) (RFC 9162 section 2.1.4.2); a size1 of 0 is refused."""
    if not 1 <= size1 <= size2 <= SIZE_MAX or len(root1) != HASH_BYTES or len(root2) != HASH_BYTES:
        return False
    if size1 == size2:
        return not path and root1 == root2
    shared = (size1 & -size1).bit_length() - 1
    inner, border = _shape(size1 - 1, size2)
    inner -= shared
    if size1 == 1 << shared:
        path = root1 + path  # the earlier tree is a complete subtree of the later one: its root is left out of the proof
    if len(path) != HASH_BYTES * (1 + inner + border):
        return False
    hashes = [path[start : start + HASH_BYTES] for start in range(0, len(path), HASH_BYTES)]
    reached1 = reached2 = hashes[0]
    for level, sibling in enumerate(hashes[1:]):
        if level >= inner or (size1 - 1) >> shared >> level & 1:
            reached1, reached2 = node_hash(sibling, reached1), node_hash(sibling, reached2)
        else:
            reached2 = node_hash(reached2, sibling)
    return reached1 == root1 and reached2 == root2


class Frontier:
    """The right edge of a growing tree: enough to append and to know the root of a log of millions in at most 63 hashes.

    Not a store: leaves are kept elsewhere, in rows whose number is the index. `bytes(frontier)` is 8 bytes of size, big endian, then the
    roots of the complete subtrees from the largest to the smallest.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def from_bytes(cls, state: bytes) -> "Frontier":
        """The frontier that `bytes(frontier)` wrote. Raises InvalidInput if the state has another shape."""
        frontier = cls()
        frontier.size = int.from_bytes(state[:8], "big")
        frontier._peaks = [state[start : start + HASH_BYTES] for start in range(8, len(state), HASH_BYTES)]
        if frontier.size > SIZE_MAX or len(state) != 8 + HASH_BYTES * frontier.size.bit_count():
            raise _no_such("state of a frontier", "木の先端の状態")
        return frontier

    def __bytes__(self) -> bytes:
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    def append(self, leaf: bytes) -> int:
        """Adds one leaf hash and returns its index. Raises InvalidInput if it is not 32 bytes."""
        if len(leaf) != HASH_BYTES:
            raise _not_a_hash()
        index = size = self.size
        peaks = self._peaks
        while size & 1:
            leaf = node_hash(peaks.pop(), leaf)
            size >>= 1
        peaks.append(leaf)
        self.size = index + 1
        return index

    def root(self) -> bytes:
        """Root over all leaves so far (RFC 6962 section 2.1)."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, reached = self._peaks
        for peak in reversed(rest):
            reached = node_hash(peak, reached)
        return reached


def _levels(leaf_hashes: Sequence[bytes]) -> list[Sequence[bytes]]:
    if set(map(len, leaf_hashes)) != {HASH_BYTES}:
        raise _not_a_hash()
    # Pairing neighbours level by level, a last odd one rising unchanged, gives the same tree as splitting at the largest power of two.
    level, levels = leaf_hashes, [leaf_hashes]
    while len(level) > 1:
        parents: list[bytes] = []
        for left, right in zip(level[::2], level[1::2], strict=False):
            # Not node_hash: continuing a hash that has taken the prefix saves a fifth of the cost of a batch.
            node = _start_node()
            node.update(left)
            node.update(right)
            parents.append(node.digest())
        if len(level) & 1:
            parents.append(level[-1])
        level = parents
        levels.append(level)
    return levels


def _subproof(leaf_hashes: Sequence[bytes], size1: int, *, complete: bool) -> list[bytes]:
    size2 = len(leaf_hashes)
    if size1 == size2:
        return [] if complete else [root(leaf_hashes)]
    split = 1 << ((size2 - 1).bit_length() - 1)
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if size1 <= split:
        return [*_subproof(left, size1, complete=complete), root(right)]
    return [*_subproof(right, size1 - split, complete=False), root(left)]


def _fits(leaf: bytes, index: int, size: int, path: bytes) -> bool:
    return 0 <= index < size <= SIZE_MAX and len(leaf) == HASH_BYTES and len(path) == HASH_BYTES * sum(_shape(index, size))


def _shape(index: int, size: int) -> tuple[int, int]:
    # A path first climbs `inner` levels inside complete pairs, then the right border of the tree, where every sibling stands left.
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _not_a_hash() -> InvalidInput:
    return InvalidInput(
        "leaf hash",
        Say("it must be 32 bytes long.", "32バイトでなければなりません。"),
        Say("Hash the leaf before it is put into a tree.", "葉のハッシュ値を木に入れてください。"),
    )


def _no_such(item: str, item_ja: str) -> InvalidInput:
    return InvalidInput(
        item,
        Say("no such tree or leaf.", f"{item_ja}が木と合いません。"),
        Say("Give one that lies inside the tree.", "木の範囲内のものを示してください。"),
    )
