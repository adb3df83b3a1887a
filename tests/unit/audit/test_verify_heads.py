"""Heads that are fresh or stale, kept or rewritten, signed by the right key or not (acceptance cases V5 to V17)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.merkle import EMPTY_ROOT
from audit.note import cosign, log_key, sign_log, signature_line
from tests.unit.audit.sample_log import (
    LOG_LINE,
    LOG_SEED,
    NEXT_LOG_SEED,
    ORIGIN,
    POLICY,
    WITNESS,
    WITNESS_SEED,
    WITNESS_TIME,
    SampleLog,
    event_id,
    note,
    put,
    sample_log,
)
from tests.unit.audit.verdicts import accepted, judged, rejected, replaced, unreadable

NEXT_LOG_LINE = f"log {log_key(NEXT_LOG_SEED, ORIGIN).text()}\n"


def cut(log: SampleLog, size: int) -> SampleLog:
    return SampleLog(log.entries[:size])


@pytest.mark.parametrize("kept", ["by the auditor", "in the bundle"])
def test_v5_cut_tail_is_noticed_by_a_kept_head(tmp_path: Path, kept: str) -> None:
    log = sample_log()
    in_bundle = {"0001": log.head()} if kept == "in the bundle" else {}
    cut(log, 4).write(tmp_path, heads=in_bundle)
    seen = [put(tmp_path / "kept" / "newest", log.head())] if kept == "by the auditor" else []
    assert rejected(judged(tmp_path, seen=seen), "old.shrunk")


def test_v6_cut_tail_is_noticed_by_a_demand_for_freshness(tmp_path: Path) -> None:
    log = sample_log()
    cut(log, 4).write(tmp_path, head=log.head(4, witness_time=WITNESS_TIME - 60))
    assert rejected(judged(tmp_path, fresh_after=WITNESS_TIME), "head.stale")


def test_v6_head_without_witness_is_not_fresh(tmp_path: Path) -> None:
    log = sample_log()
    log.write(tmp_path, head=log.head(witness_time=None))
    policy = POLICY.replace("quorum 1", "quorum none")
    assert rejected(judged(tmp_path, policy=policy, fresh_after=1), "head.stale")


def test_v7_cut_tail_is_not_noticed_without_kept_head_and_freshness(tmp_path: Path) -> None:
    cut(sample_log(), 4).write(tmp_path)
    assert accepted(judged(tmp_path))


def rewritten() -> SampleLog:
    log = sample_log()
    replaced(log, 1, b"email", b"phone")
    log.openings = [one for one in log.openings if one.event != event_id(1)]
    return log


def test_v8_rewritten_history_lacks_the_witness(tmp_path: Path) -> None:
    log = rewritten()
    log.write(tmp_path, head=log.head(witness_time=None))
    assert rejected(judged(tmp_path), "head.quorum")


def test_v9_rewritten_history_with_a_fooled_witness_is_noticed_by_a_kept_head(tmp_path: Path) -> None:
    kept = put(tmp_path / "kept", sample_log().head(3))
    rewritten().write(tmp_path)
    assert rejected(judged(tmp_path, seen=[kept]), "old.rewritten")


def test_v10_rewritten_history_is_not_noticed_without_a_kept_head(tmp_path: Path) -> None:
    rewritten().write(tmp_path)
    assert accepted(judged(tmp_path))


def test_v11_two_roots_of_one_size_are_noticed(tmp_path: Path) -> None:
    kept = put(tmp_path / "kept", rewritten().head())
    sample_log().write(tmp_path)
    assert rejected(judged(tmp_path, seen=[kept]), "old.rewritten")


def test_v12_head_of_an_unknown_key_under_the_logs_name_is_rejected(tmp_path: Path) -> None:
    log = sample_log()
    log.write(tmp_path, head=log.head(log_seed=NEXT_LOG_SEED))
    assert rejected(judged(tmp_path), "head.log")
    log.write(tmp_path, head=log.head(log_seed=NEXT_LOG_SEED, witness_time=None))
    assert rejected(judged(tmp_path), "note.unknown")


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda head: head.replace("\n6\n", "\n5\n"), id="size"),
        pytest.param(lambda head: head.replace(f"{ORIGIN}\n6", f"{ORIGIN}1\n6"), id="origin"),
        pytest.param(lambda head: head.replace(sample_log().head().split("\n")[2], "A" * 43 + "="), id="root"),
        pytest.param(
            lambda head: head.replace(
                cosign(WITNESS_SEED, WITNESS, sample_log().checkpoint().text(), WITNESS_TIME)[:45],
                cosign(WITNESS_SEED, WITNESS, sample_log().checkpoint().text(), WITNESS_TIME + 1)[:45],
            ),
            id="witness time",
        ),
        pytest.param(
            lambda head: head.replace("\n\n", "\n\n" + signature_line(LOG_SEED, ORIGIN, "another text\n")),
            id="broken line next to a good one",
        ),
    ],
)
def test_v13_edited_head_is_rejected(tmp_path: Path, edit: Callable[[str], str]) -> None:
    log = sample_log()
    head = edit(log.head())
    assert head != log.head()
    log.write(tmp_path, head=head)
    assert rejected(judged(tmp_path), "note.signature")


def signed_by_both(log: SampleLog) -> str:
    return log.head() + signature_line(NEXT_LOG_SEED, ORIGIN, log.checkpoint().text())


@pytest.mark.parametrize(
    ("head", "policy"),
    [
        pytest.param(
            lambda log: log.head(log_seed=NEXT_LOG_SEED), POLICY + NEXT_LOG_LINE, id="new signs, policy has both"
        ),
        pytest.param(signed_by_both, POLICY.replace(LOG_LINE, NEXT_LOG_LINE), id="both sign, policy has the new one"),
        pytest.param(signed_by_both, POLICY, id="both sign, policy has the old one"),
    ],
)
def test_v14_rotated_key_is_accepted(tmp_path: Path, head: Callable[[SampleLog], str], policy: str) -> None:
    log = sample_log()
    log.write(tmp_path, head=head(log))
    assert accepted(judged(tmp_path, policy=policy))


@pytest.mark.parametrize(
    ("signer", "policy"),
    [
        pytest.param(NEXT_LOG_SEED, POLICY, id="new signs, policy has the old one"),
        pytest.param(LOG_SEED, POLICY.replace(LOG_LINE, NEXT_LOG_LINE), id="old signs, policy has the new one"),
    ],
)
def test_v15_rotated_key_that_the_policy_lacks_is_rejected(tmp_path: Path, signer: bytes, policy: str) -> None:
    log = sample_log()
    log.write(tmp_path, head=log.head(log_seed=signer))
    assert rejected(judged(tmp_path, policy=policy), "head.log")


def test_v16_head_of_another_epoch_is_rejected(tmp_path: Path) -> None:
    log = sample_log()
    text = log.checkpoint().text().replace(ORIGIN, "placet/acme-gmbh/2")
    log.write(tmp_path, head=note(text))
    assert rejected(judged(tmp_path), "head.origin")
    log.write(tmp_path, head=note(text, name="placet/acme-gmbh/2"))
    assert rejected(judged(tmp_path), "head.log")
    log.write(tmp_path, head=note(text, name="placet/acme-gmbh/2", witness_time=None))
    assert rejected(judged(tmp_path), "note.unknown")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("\n6\n", "\n06\n", "head.size", id="leading zero"),
        pytest.param("\n6\n", "\n+6\n", "head.size", id="sign"),
        pytest.param("\n6\n", "\n9223372036854775808\n", "head.size", id="beyond 2^63"),
        pytest.param("=\n", "\n", "head.root", id="root without padding"),
        pytest.param("=\n", "=\n\nmore\n", "head.body", id="empty line in the body"),
        pytest.param("\n6\n", "\n0\n", "head.empty", id="size 0 with another root"),
    ],
)
def test_v17_malformed_head_is_rejected_though_signed(tmp_path: Path, old: str, new: str, code: str) -> None:
    log = sample_log()
    text = log.checkpoint().text()
    assert old in text
    log.write(tmp_path, head=note(text.replace(old, new)))
    assert rejected(judged(tmp_path), code)


def test_v17_root_with_spare_bits_is_rejected(tmp_path: Path) -> None:
    log = sample_log()
    text = Checkpoint(ORIGIN, 6, bytes(32)).text().replace("A=", "B=")
    log.write(tmp_path, head=note(text))
    assert rejected(judged(tmp_path), "head.root")


def test_unreadable_beats_findings(tmp_path: Path) -> None:
    log = sample_log()
    log.write(tmp_path, heads={"0001": rewritten().head()})
    report = judged(tmp_path, seen=[tmp_path / "nothing"], fresh_after=WITNESS_TIME + 1)
    assert unreadable(report, "head.stale", "old.rewritten", "old.file")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        pytest.param("nothing signed", "note.malformed", id="no note"),
        pytest.param(note(sample_log().checkpoint().text(), log_seed=bytes(32)), "head.log", id="another key"),
        pytest.param(note("another/log/1\n1\n" + "A" * 43 + "=\n"), "head.origin", id="another log"),
    ],
)
def test_earlier_head_that_the_policy_does_not_trust_is_a_finding(tmp_path: Path, head: str, reason: str) -> None:
    sample_log().write(tmp_path, heads={"0001": head})
    report = judged(tmp_path)
    assert rejected(report, "old.head")
    assert reason in report.findings[0].text


def test_earlier_heads_need_no_witness(tmp_path: Path) -> None:
    log = sample_log()
    log.write(tmp_path, heads={"0001": log.head(5, witness_time=None)})
    assert accepted(judged(tmp_path))


def test_huge_size_of_a_signed_head_ends_at_the_first_missing_block(tmp_path: Path) -> None:
    SampleLog().write(tmp_path, head=note(Checkpoint(ORIGIN, 2**63 - 1, EMPTY_ROOT).text()))
    assert rejected(judged(tmp_path), "entries.missing")


def test_two_lines_of_one_witness_are_one_witness(tmp_path: Path) -> None:
    log = sample_log()
    text = log.checkpoint().text()
    twice = cosign(WITNESS_SEED, WITNESS, text, WITNESS_TIME) + cosign(WITNESS_SEED, WITNESS, text, WITNESS_TIME + 1)
    log.write(tmp_path, head=sign_log(LOG_SEED, ORIGIN, text) + twice)
    assert rejected(judged(tmp_path, policy=POLICY.replace("quorum 1", "quorum 2")), "head.quorum")
