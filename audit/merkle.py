"""The Merkle tree of RFC 6962 section 2.1: hashes, roots, proofs and their checks. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Final

from audit.errors import ProofRefused

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf; the byte in front keeps a leaf from posing as an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the inner node above two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows leaf by leaf and remembers only the roots of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, hashed: bytes) -> None:
        """Add the hash of the next leaf."""
        node, position = hashed, self.size
        while position & 1:
            node = node_hash(self._roots.pop(), node)
            position >>= 1
        self._roots.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self._roots:
            return EMPTY_ROOT
        result = self._roots[-1]
        for subtree in reversed(self._roots[:-1]):
            result = node_hash(subtree, result)
        return result


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    frontier = Frontier()
    for hashed in leaf_hashes:
        frontier.append(hashed)
    return frontier.root()


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path of leaf `index`, leaf's sibling first (RFC 6962 section 2.1.1)."""
    if not 0 <= index < len(leaf_hashes):
        raise ProofRefused("no leaf has this index")
    path: list[bytes] = []
    start, end = 0, len(leaf_hashes)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(root(leaf_hashes[start:middle]))
            start = middle
    return path[::-1]


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the first `old_size` leaves are a prefix of all (RFC 6962 section 2.1.2)."""
    if not 0 <= old_size <= len(leaf_hashes):
        raise ProofRefused("the older tree is the larger one")
    if old_size in (0, len(leaf_hashes)):
        return []
    path: list[bytes] = []
    start, end = 0, len(leaf_hashes)
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(root(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(root(leaf_hashes[start:middle]))
            start = middle
    # Who checks knows the old root already, so it is left out where the old tree is one whole subtree.
    if start:
        path.append(root(leaf_hashes[start:end]))
    return path[::-1]


def verify_inclusion(hashed: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Check that a leaf hash stands at `index` of the tree of `size`; raise ProofRefused otherwise.

    The path does not bind the size: it must come from a signed checkpoint (RFC 9162 section 2.1.3.2).
    """
    if not 0 <= index < size:
        raise ProofRefused("the index is not below the size")
    position, last, result = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            raise ProofRefused("the path is too long")
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while not position & 1:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise ProofRefused("the path is too short")
    if result != expected_root:
        raise ProofRefused("the path leads to another root")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the old tree is a prefix of the new, or raise ProofRefused (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        raise ProofRefused("the older tree is the larger one")
    if old_size in (0, new_size):
        _verify_without_path(old_size, old_root, new_size, new_root, proof)
        return
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ProofRefused("the path is too short")
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = path[0]
    for node in path[1:]:
        if last == 0:
            raise ProofRefused("the path is too long")
        if position & 1 or position == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise ProofRefused("the path is too short")
    if (older, newer) != (old_root, new_root):
        raise ProofRefused("the path leads to other roots")


def _verify_without_path(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise ProofRefused("the path is too long")
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise ProofRefused("the root of the empty tree is another one")
    if old_size == new_size and old_root != new_root:
        raise ProofRefused("two roots of one size")


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)
