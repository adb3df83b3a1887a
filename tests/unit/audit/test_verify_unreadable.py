"""Policies, heads and bundles that cannot be read (acceptance case V25)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.note import log_key
from tests.unit.audit.sample_log import (
    LOG_LINE,
    LOG_SEED,
    ORIGIN,
    POLICY,
    put,
    sample_log,
)
from tests.unit.audit.verdicts import judged, unreadable


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        pytest.param(POLICY.replace(LOG_LINE, ""), "policy.nolog", id="no log key"),
        pytest.param("", "policy.nolog", id="empty"),
        pytest.param(POLICY + "trust everyone\n", "policy.line", id="unknown word"),
        pytest.param(POLICY + LOG_LINE, "policy.twice", id="same key twice"),
        pytest.param(
            POLICY.replace(log_key(LOG_SEED, ORIGIN).key_id.hex(), "00000000"), "policy.key", id="wrong key id"
        ),
        pytest.param(POLICY.replace("witness w1", "log"), "policy.keytype", id="witness key as log key"),
        pytest.param(POLICY.replace("quorum 1", "quorum +1"), "policy.line", id="quorum with a sign"),
    ],
)
def test_v25_policy_that_cannot_be_followed_is_unreadable(tmp_path: Path, policy: str, code: str) -> None:
    sample_log().write(tmp_path)
    report = judged(tmp_path, policy=policy)
    assert unreadable(report, code)


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        pytest.param(lambda path: (path / "policy.txt").unlink(), "policy.file", id="no policy"),
        pytest.param(lambda path: (path / "bundle/checkpoint").unlink(), "head.file", id="no checkpoint"),
        pytest.param(lambda path: (path / "bundle").rename(path / "moved"), "head.file", id="no bundle"),
        pytest.param(lambda path: put(path / "bundle/checkpoint", b"x" * 2_000_000), "head.file", id="vast checkpoint"),
    ],
)
def test_v25_what_is_not_there_is_unreadable(tmp_path: Path, prepare: Callable[[Path], Any], code: str) -> None:
    sample_log().write(tmp_path)
    prepare(tmp_path)
    report = judged(tmp_path)
    assert unreadable(report, code)
    assert report.lines[-1] == "VERDICT unreadable"


@pytest.mark.parametrize("kind", ["empty directory", "nothing", "vast file"])
def test_v25_kept_heads_that_are_not_there_are_unreadable(tmp_path: Path, kind: str) -> None:
    sample_log().write(tmp_path)
    seen = tmp_path / "seen"
    if kind == "empty directory":
        seen.mkdir()
    if kind == "vast file":
        put(seen, b"x" * 2_000_000)
    report = judged(tmp_path, seen=[seen])
    assert unreadable(report, "old.file")
