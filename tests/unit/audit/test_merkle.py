from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import ProofRefused
from audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(number.to_bytes(8, "big")) for number in range(300)]
SIZES = st.integers(min_value=1, max_value=len(LEAVES))


def by_definition(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root as RFC 6962 section 2.1 defines it, word for word."""
    if not leaf_hashes:
        return EMPTY_ROOT
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    return node_hash(by_definition(leaf_hashes[:split]), by_definition(leaf_hashes[split:]))


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.parametrize("size", [*range(40), 255, 256, 257, 300])
def test_growing_tree_has_the_root_of_the_definition(size: int) -> None:
    frontier = Frontier()
    for hashed in LEAVES[:size]:
        frontier.append(hashed)
    assert frontier.size == size
    assert frontier.root() == root(LEAVES[:size]) == by_definition(LEAVES[:size])


@given(SIZES, st.data())
def test_inclusion_is_proven_for_its_place_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    leaves = LEAVES[:size]
    proof = inclusion_proof(leaves, index)
    verify_inclusion(leaves[index], index, size, proof, root(leaves))
    for other in {index - 1, index + 1, index ^ 1, size} - {index}:
        with pytest.raises(ProofRefused):
            verify_inclusion(leaves[index], other, size, proof, root(leaves))


@given(SIZES, st.data())
def test_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    leaves = LEAVES[:size]
    proof = inclusion_proof(leaves, index)
    place = data.draw(st.integers(min_value=0, max_value=max(0, len(proof) - 1)))
    changed = [[*proof, LEAVES[0]], [LEAVES[0], *proof]]
    if proof:
        changed += [
            proof[:place] + proof[place + 1 :],
            [*proof[:place], flipped(proof[place]), *proof[place + 1 :]],
        ]
    for path in changed:
        with pytest.raises(ProofRefused):
            verify_inclusion(leaves[index], index, size, path, root(leaves))


@given(SIZES, st.data())
def test_consistency_is_proven_between_these_two_trees_only(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(min_value=0, max_value=size))
    old_root, new_root = root(LEAVES[:old]), root(LEAVES[:size])
    proof = consistency_proof(LEAVES[:size], old)
    verify_consistency(old, old_root, size, new_root, proof)
    wrong = [
        (old, flipped(old_root), size, new_root, proof),
        (old, old_root, size, new_root, [*proof, LEAVES[0]]),
        (size + 1, old_root, size, new_root, proof),
    ]
    if old:
        # From the empty tree to any other there is nothing that a proof could bind.
        wrong.append((old, old_root, size, flipped(new_root), proof))
    if proof:
        wrong.append((old, old_root, size, new_root, proof[1:]))
        wrong.append((old, old_root, size, new_root, [flipped(proof[0]), *proof[1:]]))
    for case in wrong:
        with pytest.raises(ProofRefused):
            verify_consistency(*case)


def test_rewritten_prefix_has_no_consistency_proof() -> None:
    rewritten = [flipped(LEAVES[0]), *LEAVES[1:12]]
    with pytest.raises(ProofRefused):
        verify_consistency(7, root(LEAVES[:7]), 12, root(rewritten), consistency_proof(rewritten, 7))


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(size: int, index: int) -> None:
    with pytest.raises(ProofRefused):
        inclusion_proof(LEAVES[:size], index)


@pytest.mark.parametrize("old", [-1, 4])
def test_no_proof_is_made_from_a_larger_tree(old: int) -> None:
    with pytest.raises(ProofRefused):
        consistency_proof(LEAVES[:3], old)


def test_inner_node_is_no_leaf() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
