"""The test vectors of the format: what must be taken is taken, what must be refused is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from audit.checkpoint import Checkpoint
from audit.commitment import commitment, subject_tag
from audit.encoding import decode_base64
from audit.entry import parse_entry, writer_form_faults
from audit.errors import AuditError
from audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from audit.note import open_note
from audit.policy_file import Policy
from audit.receipt import parse_receipt
from audit.special_types import ERASURE, RETENTION, erased_events, pruned_before
from audit.verify_proofs import check_receipt
from audit.vkey import parse_vkey
from tests.paths import SHARED

VECTORS = SHARED / "log" / "vectors"

Vector = dict[str, Any]


class Differs(Exception):
    """The computed value is not the one that the vector names."""


def expect(computed: object, wanted: object) -> None:
    if computed != wanted:
        raise Differs


def check_leaf(vector: Vector) -> None:
    expect(leaf_hash(bytes.fromhex(vector["data_hex"])).hex(), vector["want_hex"])


def check_inclusion(vector: Vector) -> None:
    leaf, root = decode_base64(vector["leaf_hash"]), decode_base64(vector["root"])
    proof = [decode_base64(one) for one in vector["proof"]]
    verify_inclusion(leaf, vector["index"], vector["size"], proof, root)


def check_consistency(vector: Vector) -> None:
    old_root, new_root = decode_base64(vector["root1"]), decode_base64(vector["root2"])
    proof = [decode_base64(one) for one in vector["proof"]]
    verify_consistency(vector["size1"], old_root, vector["size2"], new_root, proof)


def check_checkpoint(vector: Vector) -> None:
    opened = open_note(vector["note"].encode(), [parse_vkey(text) for text in vector["vkeys"]])
    wanted = Checkpoint(vector["origin"], vector["size"], decode_base64(vector["root"]))
    expect(Checkpoint.parse(opened.text), wanted)


def check_commitment(vector: Vector) -> None:
    salt = bytes.fromhex(vector["salt_hex"])
    computed = commitment(vector["event_id"], vector["field"], vector["value"].encode(), salt)
    expect(computed.hex(), vector["want_hex"])


def check_tag(vector: Vector) -> None:
    expect(subject_tag(bytes.fromhex(vector["key_hex"]), vector["event_id"]).hex(), vector["want_hex"])


def check_entry(vector: Vector) -> None:
    entry = parse_entry(bytes.fromhex(vector["data_hex"]))
    if entry.type == ERASURE:
        erased_events(entry.pub)
    if entry.type == RETENTION:
        pruned_before(entry.pub)


def check_tlog_proof(vector: Vector) -> None:
    keys = tuple(parse_vkey(text) for text in vector["vkeys"])
    policy = Policy(vector["origin"], keys, (), 0)
    check_receipt(parse_receipt(vector["proof_text"].encode()), bytes.fromhex(vector["data_hex"]), policy)


CHECKS: dict[str, Callable[[Vector], None]] = {
    "leaf": check_leaf,
    "inclusion": check_inclusion,
    "consistency": check_consistency,
    "checkpoint": check_checkpoint,
    "commitment": check_commitment,
    "tag": check_tag,
    "entry": check_entry,
    "tlog_proof": check_tlog_proof,
}


def vectors(pattern: str = "*.json") -> list[Any]:
    return [
        pytest.param(vector, id=f"{path.stem}: {vector['desc']}")
        for path in sorted(VECTORS.glob(pattern))
        for vector in json.loads(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("vector", vectors())
def test_vector_is_taken_or_refused_as_it_says(vector: Vector) -> None:
    check = CHECKS[vector["kind"]]
    if vector["want_err"]:
        with pytest.raises((AuditError, Differs)):
            check(vector)
    else:
        check(vector)


@pytest.mark.parametrize("vector", vectors("entry.json"))
def test_writer_form_is_told_from_what_is_only_readable(vector: Vector) -> None:
    assert bool(writer_form_faults(bytes.fromhex(vector["data_hex"]))) is vector["want_strict_err"]


def test_every_kind_of_vector_is_there() -> None:
    kinds = {one.values[0]["kind"] for one in vectors()}
    assert kinds == set(CHECKS)
