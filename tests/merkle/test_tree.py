"""The tree against a naive reference, published vectors, and every flipped bit (RFC 6962, RFC 9162)."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openjuki.merkle import tree
from openjuki.register.errors import InvalidInput

GOLDEN = json.loads((Path(__file__).parent / "golden" / "ct_tree.json").read_text())
INPUTS = [bytes.fromhex(item) for item in GOLDEN["inputs"]]
HASHES = [tree.leaf_hash(item) for item in INPUTS]


def leaves(count):
    return [tree.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def naive_root(hashes):
    """MTH of RFC 6962 section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + naive_root(hashes[:split]) + naive_root(hashes[split:])).digest()


def naive_path(index, hashes):
    """PATH of RFC 6962 section 2.1.1, word for word."""
    if len(hashes) == 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return [*naive_path(index, hashes[:split]), naive_root(hashes[split:])]
    return [*naive_path(index - split, hashes[split:]), naive_root(hashes[:split])]


def naive_proof(size1, hashes, complete=True):
    """SUBPROOF of RFC 6962 section 2.1.2, word for word."""
    if size1 == len(hashes):
        return [] if complete else [naive_root(hashes)]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if size1 <= split:
        return [*naive_proof(size1, hashes[:split], complete), naive_root(hashes[split:])]
    return [*naive_proof(size1 - split, hashes[split:], False), naive_root(hashes[:split])]


def flips(value):
    return [value[: bit // 8] + bytes([value[bit // 8] ^ (1 << bit % 8)]) + value[bit // 8 + 1 :] for bit in range(len(value) * 8)]


sizes = st.integers(1, 150)


def test_published_roots_of_one_to_eight_leaves_come_out():
    assert tree.root([]).hex() == GOLDEN["empty_root"]
    assert [tree.root(HASHES[:size]).hex() for size in range(1, 9)] == GOLDEN["roots"]


@pytest.mark.parametrize("case", GOLDEN["inclusion"])
def test_published_inclusion_paths_come_out_and_verify(case):
    path = bytes.fromhex("".join(case["path"]))
    assert tree.inclusion_path(HASHES[: case["size"]], case["index"]) == path
    assert tree.verify_inclusion(HASHES[case["index"]], case["index"], case["size"], path, bytes.fromhex(GOLDEN["roots"][case["size"] - 1]))


@pytest.mark.parametrize("case", GOLDEN["consistency"])
def test_published_consistency_paths_come_out_and_verify(case):
    path = bytes.fromhex("".join(case["path"]))
    root1, root2 = (bytes.fromhex(GOLDEN["roots"][case[size] - 1]) for size in ("size1", "size2"))
    assert tree.consistency_path(HASHES[: case["size2"]], case["size1"]) == path
    assert tree.verify_consistency(case["size1"], case["size2"], path, root1, root2)


@settings(deadline=None, max_examples=25)
@given(sizes)
def test_one_pass_over_a_batch_equals_the_naive_tree(size):
    hashes = leaves(size)
    root, paths = tree.paths(hashes)
    assert root == tree.root(hashes) == naive_root(hashes)
    assert len(paths) == size
    for index in {0, size // 3, size // 2, size - 1}:
        assert paths[index] == tree.inclusion_path(hashes, index) == b"".join(naive_path(index, hashes))
    assert all(tree.verify_inclusion(leaf, index, size, paths[index], root) for index, leaf in enumerate(hashes))


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_an_earlier_tree_is_proved_to_be_the_start_of_a_later_one(data):
    size2 = data.draw(sizes)
    size1 = data.draw(st.integers(1, size2))
    hashes = leaves(size2)
    path = tree.consistency_path(hashes, size1)
    assert path == b"".join(naive_proof(size1, hashes))
    assert tree.verify_consistency(size1, size2, path, naive_root(hashes[:size1]), naive_root(hashes))


@settings(deadline=None, max_examples=30)
@given(sizes, st.integers(0, 150))
def test_the_frontier_follows_the_tree_through_a_restart(size, restart):
    hashes = leaves(size)
    frontier = tree.Frontier()
    for index, leaf in enumerate(hashes):
        if index == restart:
            frontier = tree.Frontier.from_bytes(bytes(frontier))
        assert frontier.append(leaf) == index
    assert (frontier.size, frontier.root()) == (size, naive_root(hashes))
    assert bytes(tree.Frontier.from_bytes(bytes(frontier))) == bytes(frontier)


def test_an_empty_frontier_has_the_root_of_the_empty_tree():
    assert tree.Frontier().root() == tree.EMPTY_ROOT == tree.paths([])[0]
    assert tree.paths([])[1] == []


@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (5, 4), (7, 2)])
def test_every_flipped_bit_of_an_inclusion_proof_is_rejected(size, index):
    hashes = leaves(size)
    root, paths = tree.paths(hashes)
    leaf, path = hashes[index], paths[index]
    assert tree.verify_inclusion(leaf, index, size, path, root)
    assert not any(tree.verify_inclusion(bad, index, size, path, root) for bad in flips(leaf))
    assert not any(tree.verify_inclusion(leaf, index, size, bad, root) for bad in flips(path))
    assert not any(tree.verify_inclusion(leaf, index, size, path, bad) for bad in flips(root))


@pytest.mark.parametrize(("size1", "size2"), [(1, 2), (3, 7), (4, 7), (6, 8)])
def test_every_flipped_bit_of_a_consistency_proof_is_rejected(size1, size2):
    hashes = leaves(size2)
    path, root1, root2 = tree.consistency_path(hashes, size1), tree.root(hashes[:size1]), tree.root(hashes)
    assert tree.verify_consistency(size1, size2, path, root1, root2)
    assert not any(tree.verify_consistency(size1, size2, bad, root1, root2) for bad in flips(path))
    assert not any(tree.verify_consistency(size1, size2, path, bad, root2) for bad in flips(root1))
    assert not any(tree.verify_consistency(size1, size2, path, root1, bad) for bad in flips(root2))


def test_an_inclusion_proof_holds_at_no_other_position_and_size_of_the_same_shape():
    hashes = leaves(11)
    root, paths = tree.paths(hashes)
    for index, leaf in enumerate(hashes):
        others = [(i, 11) for i in range(-2, 14) if i != index]
        assert not any(tree.verify_inclusion(leaf, i, n, paths[index], root) for i, n in others)
        assert not any(tree.verify_inclusion(leaf, index, n, paths[index], root) for n in (-1, 0, index, 64, 2**63))


def test_proofs_of_a_wrong_length_are_rejected():
    hashes = leaves(6)
    root, paths = tree.paths(hashes)
    for bad in (b"", paths[2][:-1], paths[2][:-32], paths[2] + bytes(1), paths[2] + bytes(32)):
        assert not tree.verify_inclusion(hashes[2], 2, 6, bad, root)
    assert not tree.verify_inclusion(hashes[2][:31], 2, 6, paths[2], root)
    assert not tree.verify_inclusion(b"", 0, 1, b"", b"")
    path, root1 = tree.consistency_path(hashes, 3), tree.root(hashes[:3])
    for bad in (b"", path[:-1], path[:-32], path + bytes(1), path + bytes(32)):
        assert not tree.verify_consistency(3, 6, bad, root1, root)


@given(st.data())
def test_many_paths_lead_to_one_root_as_each_does_and_no_flipped_bit_passes(data):
    size = data.draw(st.integers(1, 40))
    hashes = leaves(size)
    root, paths = tree.paths(hashes)
    places = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=20))
    proofs = [(hashes[place], place, paths[place]) for place in places]
    assert tree.root_of_paths(size, proofs) == root
    which = data.draw(st.integers(0, len(proofs) - 1))
    leaf, place, path = proofs[which]
    bit = data.draw(st.integers(0, 8 * len(leaf + path) - 1))
    flipped = bytearray(leaf + path)
    flipped[bit // 8] ^= 1 << bit % 8
    proofs[which] = bytes(flipped[:32]), place, bytes(flipped[32:])
    assert tree.root_of_paths(size, proofs) is None or len(proofs) == 1


def test_paths_of_two_trees_or_none_lead_to_no_root():
    hashes = leaves(4)
    assert tree.root_of_paths(4, []) is None
    (_, one), (_, other) = tree.paths(hashes), tree.paths(hashes[::-1])
    assert tree.root_of_paths(4, [(hashes[0], 0, one[0]), (hashes[3], 0, other[0])]) is None
    assert tree.root_of_paths(1, [(hashes[0], 0, b""), (hashes[1], 0, b"")]) is None


@pytest.mark.parametrize(
    ("leaf", "index", "size", "path"),
    [
        (b"", 0, 1, b""),
        (bytes(33), 0, 1, b""),
        (bytes(32), 0, 0, b""),
        (bytes(32), 1, 1, bytes(32)),
        (bytes(32), -1, 1, b""),
        (bytes(32), 0, 1, bytes(32)),
        (bytes(32), 2, 3, bytes(64)),
        (bytes(32), 0, 2, bytes(31)),
        (bytes(32), 0, 2**63 + 1, bytes(32 * 64)),
    ],
)
def test_a_path_of_a_shape_that_no_tree_has_leads_to_no_root(leaf, index, size, path):
    assert tree.root_of_path(leaf, index, size, path) is None
    assert tree.root_of_paths(size, [(leaf, index, path)]) is None


def test_strictness_about_sizes_follows_rfc_9162():
    hashes = leaves(6)
    root = tree.root(hashes)
    assert tree.verify_consistency(6, 6, b"", root, root)
    assert not tree.verify_consistency(6, 6, bytes(32), root, root)
    assert not tree.verify_consistency(6, 6, b"", root, bytes(32))
    assert not tree.verify_consistency(0, 6, b"", tree.EMPTY_ROOT, root)
    assert not tree.verify_consistency(0, 0, b"", tree.EMPTY_ROOT, tree.EMPTY_ROOT)
    assert not tree.verify_consistency(6, 5, b"", root, root)
    assert not tree.verify_consistency(4, 6, b"", tree.root(hashes[:4]), root)
    assert not tree.verify_consistency(1, 1, b"", b"", b"")


def test_an_inner_node_cannot_pass_for_a_leaf():
    hashes = leaves(4)
    root, paths = tree.paths(hashes)
    inner = tree.node_hash(hashes[0], hashes[1])
    assert not tree.verify_inclusion(tree.leaf_hash(hashes[0] + hashes[1]), 0, 2, paths[0][32:], root)
    assert tree.node_hash(inner, paths[0][32:]) == root


@pytest.mark.parametrize(
    "ask",
    [
        lambda: tree.root([bytes(32), bytes(31)]),
        lambda: tree.paths([bytes(33)]),
        lambda: tree.inclusion_path(leaves(3), 3),
        lambda: tree.inclusion_path(leaves(3), -1),
        lambda: tree.consistency_path(leaves(3), 0),
        lambda: tree.consistency_path(leaves(3), 4),
        lambda: tree.Frontier().append(b"short"),
        lambda: tree.Frontier.from_bytes(b""),
        lambda: tree.Frontier.from_bytes((3).to_bytes(8, "big") + bytes(32)),
        lambda: tree.Frontier.from_bytes((2**63).to_bytes(8, "big") + bytes(32)),
    ],
)
def test_what_cannot_be_in_a_tree_is_refused(ask):
    with pytest.raises(InvalidInput):
        ask()
